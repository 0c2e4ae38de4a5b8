"""What speaks for `.` or `,` as the decimal sign of a column: its cells, the other columns, totals.

Nothing here decides; `decimal_signs` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clean.steps.number_notation import Sign, grammar, scale_words, strip_notation
from pipelines.clean.table.arrow_text import (
    Ints,
    Mask,
    Strings,
    flags,
    matches,
    replaced,
    scatter,
    strings,
    text,
)
from pipelines.clean.table.columns import unique_labels
from pipelines.clean.table.working_table import WorkingTable
from pipelines.domain.quantities import Quantity, is_code_label, quantity
from pipelines.readers.stored_types import stored_numbers

AMBIGUOUS = r"^[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}$"
#: So many cells of a sheet tell how it stores a column, if they agree.
SAMPLE = 500
EXAMPLES = 3


@dataclass(frozen=True)
class Evidence:
    """What a column's cells say about their separators.

    comma, dot: cells that can only be read with that decimal sign. ambiguous_dot, ambiguous_comma:
    cells such as `1.234` that can be read both ways, by their one separator. hundreds, thousands:
    plain whole numbers of three digits, and of more. examples: ambiguous cells, up to three.
    """

    comma: int
    dot: int
    ambiguous_dot: int
    ambiguous_comma: int
    hundreds: int
    thousands: int
    examples: tuple[str, ...]

    @property
    def ambiguous(self) -> int:
        """Cells that can be read both ways."""
        return self.ambiguous_dot + self.ambiguous_comma

    @property
    def contradictory(self) -> bool:
        """Whether cells that read one way only do not agree, nor one side has ten times more."""
        weak, strong = sorted((self.comma, self.dot))
        return weak > 0 and strong < 10 * weak

    @property
    def sign(self) -> Sign | None:
        """The decimal sign of the cells that read one way only."""
        if self.contradictory or not (self.comma or self.dot):
            return None
        return "," if self.comma > self.dot else "."


def proven_signs(values: Strings) -> tuple[int, int]:
    """Return how many bare cells can only be read with a decimal comma, and with a decimal dot."""
    comma, dot = matches(values, grammar(",")), matches(values, grammar("."))
    return int((comma & ~dot).sum()), int((dot & ~comma).sum())


def evidence(values: Strings) -> Evidence:
    """Weigh a column's bare cells; missing ones say nothing."""
    marked = values.filter(pc.match_substring_regex(values, "[.,]"))
    doubtful = matches(marked, AMBIGUOUS)
    kept = marked.filter(pa.array(doubtful))
    with_dot = int(flags(pc.match_substring(kept, ".")).sum())
    return Evidence(
        *proven_signs(marked.filter(pa.array(~doubtful))),
        with_dot,
        len(kept) - with_dot,
        int(matches(values, r"^[+-]?[1-9][0-9]{2}$").sum()),
        int(matches(values, r"^[+-]?[1-9][0-9]{3,}$").sum()),
        tuple(dict.fromkeys(kept.slice(0, 100).to_pylist()))[:EXAMPLES],
    )


@dataclass(frozen=True)
class Column:
    """A column's bare cells, and which of them the workbook stores as numbers."""

    core: Strings
    stored: Mask

    @property
    def typed(self) -> Strings:
        """The cells that are text, the others missing."""
        return (
            pc.if_else(pa.array(self.stored), None, self.core) if self.stored.any() else self.core
        )

    @property
    def numbers(self) -> Strings:
        """The cells that are stored as numbers."""
        return self.core.filter(pa.array(self.stored))

    def values(self, start: int, stop: int, decimal: Sign) -> list[Decimal]:
        """Return the numbers of the rows [start, stop), text read with this decimal sign."""
        found = []
        for cell, stored in zip(
            self.core.slice(start, stop - start).to_pylist(), self.stored[start:stop], strict=True
        ):
            if cell and re.fullmatch(grammar("." if stored else decimal), cell):
                plain = canonical(text([cell]), "." if stored else decimal)[0].as_py()
                found.append(Decimal(plain))
        return found


def bare_numbers(values: Strings) -> Strings:
    """Return cells without currency, notes and scale words."""
    return scale_words(strip_notation(values).values)[0]


def stored_as_numbers(table: WorkingTable, name: str, core: Strings) -> Mask:
    """Say which cells the workbook stores as numbers: their dot is a decimal sign for certain."""
    place = table.columns[name].sheet_column
    columns = np.full(len(core), place) if isinstance(place, int) else place
    return _stored(table, core, table.lineage.source, table.lineage.row, columns)


def _stored(
    table: WorkingTable,
    core: Strings,
    sources: Ints,
    sheet_rows: Ints,
    columns: Ints,
) -> Mask:
    found = np.zeros(len(core), dtype=bool)
    numeric = matches(core, r"^-?[0-9]+(?:\.[0-9]+)?$")
    for number, source in enumerate(table.sources):
        rows = np.flatnonzero(numeric & (sources == number))
        if source.path is None or not len(rows):
            continue
        first = rows[:SAMPLE]
        is_number = stored_numbers(source.path, source.sheet, sheet_rows[first], columns[first])
        if is_number is not None and len(rows) > SAMPLE and is_number.all() != is_number.any():
            is_number = stored_numbers(source.path, source.sheet, sheet_rows[rows], columns[rows])
        if is_number is not None:
            found[rows] = is_number if len(is_number) == len(rows) else is_number.all()
    return found


def column_quantity(table: WorkingTable, name: str) -> Quantity:
    """Say what a column holds: by its unit, its label or its field's title, else the titles."""
    field = table.context.field(name)
    column = table.columns[name]
    said = [column.label]
    if field is not None:
        said = [f"({field.unit})" if field.unit else "", column.label, field.text("title")]
    for words in said:
        if words and (found := quantity(words)):
            return "measure" if found == "count" and quantity(column.label) == "measure" else found
    kinds = {
        quantity(left.text)
        for left in table.context.left_out
        if left.rule in ("left-title", "left-unit")
    } - {""}
    return kinds.pop() if len(kinds) == 1 else ""


def other_columns(table: WorkingTable, name: str, only: int | None = None) -> tuple[int, int]:
    """Return how many cells of the table's other columns of numbers can only be read with a decimal
    comma, and with a decimal dot. only: the number of the source to look at.

    The columns are counted once per table, when first asked for.
    """
    key = ("numbers", "")
    if key not in table.context.decisions:
        table.context.decisions[key] = dict(_counted_signs(table))
    counts: dict[str, Ints] = table.context.decisions[key]
    own = table.columns[name].label
    found = sum((count for label, count in counts.items() if label != own), np.zeros((1, 2), int))
    comma, dot = found.sum(axis=0) if only is None else found[only if len(found) > 1 else 0]
    return int(comma), int(dot)


def _counted_signs(table: WorkingTable) -> Iterator[tuple[str, Ints]]:
    """Yield the raw columns that hold quantities, by label, and for each of the s sources how many
    cells prove a comma and a dot: (s, 2)."""
    words = set()
    for name, column in table.columns.items():
        field = table.context.field(name)
        if field is not None and field.type not in ("integer", "number"):
            words.add(column.label)
    sources = len(table.sources)
    for index, label in enumerate(unique_labels(table.raw.frame.columns)):
        if label in words or is_code_label(label):
            continue
        values = strings(table.raw.frame.iloc[:, index])
        filled = len(values) - values.null_count
        if int(matches(values, "[0-9]").sum()) * 2 <= filled:
            continue
        core = bare_numbers(values)
        comma = matches(core, grammar(",")) & ~matches(core, grammar("."))
        dot = matches(core, grammar(".")) & ~matches(core, grammar(","))
        if dot.any():
            place = table.raw.columns[index]
            columns = np.full(len(core), place) if isinstance(place, int) else place
            dotted = pc.if_else(pa.array(dot), core, None)
            dot &= ~_stored(table, dotted, table.raw.source, table.raw.row, columns)
        counts = [np.bincount(table.raw.source[mask], minlength=sources) for mask in (comma, dot)]
        yield label, np.stack(counts, axis=1)


def totals_sign(table: WorkingTable, name: str, column: Column, mark: str) -> Sign | None:
    """Return the decimal sign with which every total row put aside sums its rows, when the other
    sign would make at least one of them wrong; else the sign that the totals' own cells prove.

    mark: the separator of the ambiguous cells.
    """
    own = _totals_column(table, name)
    if own is None:
        return None
    fits: dict[Sign, list[bool]] = {",": [], ".": []}
    for total in table.context.totals:
        for sign, right in fits.items():
            whole = own.values(total.index, total.index + 1, sign)
            if whole:
                right.append(sum(column.values(total.start, total.stop, sign)) == whole[0])
    grouped: Sign = "," if mark == "." else "."
    pointed: Sign = "." if mark == "." else ","
    for sign, other in ((grouped, pointed), (pointed, grouped)):
        if fits[sign] and all(fits[sign]) and not all(fits[other]):
            return sign
    return evidence(own.typed).sign


def _totals_column(table: WorkingTable, name: str) -> Column | None:
    aside = table.context.totals_table
    if aside is None or len(table) != len(table.raw):
        return None
    labels = unique_labels(aside.frame.columns)
    label = table.columns[name].label
    if label not in labels:
        return None
    index = labels.index(label)
    core = bare_numbers(strings(aside.frame.iloc[:, index]))
    place = aside.columns[index]
    columns = np.full(len(core), place) if isinstance(place, int) else place
    return Column(core, _stored(table, core, aside.source, aside.row, columns))


def canonical(values: Strings, decimal: Sign) -> Strings:
    """Return numbers with this decimal sign as Table Schema writes them."""
    if decimal == ",":
        values = pc.replace_substring(values, ".", "")
        values = pc.replace_substring(values, ",", ".")
    else:
        values = pc.replace_substring(values, ",", "")
    bare = matches(values, r"^\+|^-?0[0-9]")
    if bare.any():
        fixed = replaced(values.filter(pa.array(bare)), r"^\+?(-?)0*([0-9])", r"\1\2")
        values = scatter(values, bare, fixed)
    return values
