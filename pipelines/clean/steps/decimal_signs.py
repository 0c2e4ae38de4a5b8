"""Which of `.` and `,` is the decimal sign: evidence, decision, and the numbers it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clean.table.arrow_text import Mask, Strings, flags, matches, replaced, scatter
from pipelines.clean.table.working_table import WorkingTable
from pipelines.model import Severity, Source
from pipelines.readers.stored_types import stored_numbers

Sign = Literal[",", "."]


@dataclass(frozen=True)
class Evidence:
    """What a column says about its separators, in cells.

    comma, dot: cells that can only be read with that decimal sign. ambiguous: cells such as `1.234`
    that can be read both ways, by their one separator. example: one of them.
    """

    comma: int
    dot: int
    ambiguous_dot: int
    ambiguous_comma: int
    example: str

    @property
    def ambiguous(self) -> int:
        """Cells that can be read both ways."""
        return self.ambiguous_dot + self.ambiguous_comma


def grammar(decimal: Sign) -> str:
    """Return the pattern of a number written with this decimal sign."""
    group, point = (r"\.", ",") if decimal == "," else (",", r"\.")
    return rf"^[+-]?(?:[0-9]+|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+)(?:{point}[0-9]+)?$"


_AMBIGUOUS = r"^[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}$"


def evidence(values: Strings) -> Evidence:
    """Weigh a column's cells; missing cells and those without a separator say nothing."""
    marked = values.filter(pc.match_substring_regex(values, "[.,]"))
    ambiguous = matches(marked, _AMBIGUOUS)
    clear = marked.filter(pa.array(~ambiguous))
    comma, dot = matches(clear, grammar(",")), matches(clear, grammar("."))
    kept = marked.filter(pa.array(ambiguous))
    with_dot = int(flags(pc.match_substring(kept, ".")).sum())
    return Evidence(
        int((comma & ~dot).sum()),
        int((dot & ~comma).sum()),
        with_dot,
        len(kept) - with_dot,
        kept[0].as_py() if len(kept) else "",
    )


def read_column(
    table: WorkingTable, name: str, core: Strings, decimal: Sign | None, integer: bool = False
) -> tuple[Strings, Mask]:
    """Return bare cells as Table Schema writes numbers, and which of them are numbers.

    Without a `decimal` the sign is decided from the column (and reported); the total rows put
    aside follow the decision of their table.
    """
    if decimal is not None:
        return format_numbers(core, decimal)
    if not integer and matches(core, _AMBIGUOUS).any():
        stored = stored_as_numbers(table, name, core)
        if stored.any():
            return _read_beside_stored_numbers(table, name, core, stored)
    return _read_as_decided(table, name, core, integer)


#: So many cells of a sheet tell how it stores a column, if they agree.
SAMPLE = 500


def stored_as_numbers(table: WorkingTable, name: str, core: Strings) -> Mask:
    """Say which cells the workbook stores as numbers: their dot is a decimal sign for certain."""
    found = np.zeros(len(core), dtype=bool)
    dotted = matches(core, r"^-?[0-9]+\.[0-9]+$")
    place = table.columns[name].sheet_column
    for number, source in enumerate(table.sources):
        rows = np.flatnonzero(dotted & (table.lineage.source == number))
        if source.path is None or not len(rows):
            continue
        columns = np.full(len(core), place) if isinstance(place, int) else place
        first = rows[:SAMPLE]
        is_number = stored_numbers(
            source.path, source.sheet, table.lineage.row[first], columns[first]
        )
        if is_number is not None and len(rows) > SAMPLE and is_number.all() != is_number.any():
            is_number = stored_numbers(
                source.path, source.sheet, table.lineage.row[rows], columns[rows]
            )
        if is_number is not None:
            found[rows] = is_number if len(is_number) == len(rows) else is_number.all()
    return found


def _read_beside_stored_numbers(
    table: WorkingTable, name: str, core: Strings, stored: Mask
) -> tuple[Strings, Mask]:
    """Read a column of which some cells are stored as numbers: no evidence for the others."""
    ambiguous = stored & matches(core, _AMBIGUOUS)
    if ambiguous.any():
        first = int(np.flatnonzero(ambiguous)[0])
        params: dict[str, Any] = {"example": core[first].as_py(), "count": int(ambiguous.sum())}
        table.report("number-format", "info", field=name, variant="stored", index=first, **params)
    text_only = pc.if_else(pa.array(stored), None, core)
    new, good = _read_as_decided(table, name, text_only, False)
    return pc.if_else(pa.array(stored), core, new), good | stored


def _read_as_decided(
    table: WorkingTable, name: str, core: Strings, integer: bool
) -> tuple[Strings, Mask]:
    key = ("numbers", name)
    if table.main or key not in table.context.decisions:
        table.context.decisions[key] = _decide_by_source(table, name, core, integer)
    chosen: Mapping[Source | None, Sign | None] = table.context.decisions[key]
    if set(chosen) == {None}:
        return _by_sign(core, chosen[None])
    new, good = core, np.zeros(len(core), dtype=bool)
    for source, sign in chosen.items():
        mine = np.array([found == source for found in table.sources], dtype=bool)
        part = mine[table.lineage.source]
        if part.any():
            numbers, fine = _by_sign(core.filter(pa.array(part)), sign)
            new = scatter(new, part, numbers)
            good[part] = fine
    return new, good


def _by_sign(core: Strings, sign: Sign | None) -> tuple[Strings, Mask]:
    new, good = format_numbers(core, sign or ",")
    return (new, good) if sign is not None else (new, good & ~matches(core, _AMBIGUOUS))


def _decide_by_source(
    table: WorkingTable, name: str, core: Strings, integer: bool
) -> dict[Source | None, Sign | None]:
    """Decide for the whole column; file by file where the files contradict each other."""
    found = evidence(core)
    if not (found.ambiguous and found.comma and found.dot and len(table.sources) > 1):
        return {None: _decide(table, name, found, integer)}
    decided: dict[Source | None, Sign | None] = {}
    for number, source in enumerate(table.sources):
        part = table.lineage.source == number
        if part.any():
            own = evidence(core.filter(pa.array(part)))
            decided[source] = _decide(table, name, own, integer, source)
    return decided


def _decide(
    table: WorkingTable, name: str, found: Evidence, integer: bool, source: Source | None = None
) -> Sign | None:
    """Choose a decimal sign and say so where it mattered.

    Cells that read one way only outvote the rest; without any, `1.234` in a whole-number field is
    1234, and elsewhere it is read the Indonesian way, with a warning. None: the column contradicts
    itself, and the cells that could be read both ways are left and reported as errors.
    """
    params: dict[str, Any] = {
        "example": found.example,
        "count": found.ambiguous,
        "comma": found.comma,
        "dot": found.dot,
        "file": f" ({source.file})" if source else "",
    }
    if not found.ambiguous:
        return "," if found.comma >= found.dot else "."
    chosen: Sign
    severity: Severity
    weak, strong = sorted((found.comma, found.dot))
    if (weak and strong < 10 * weak) or (
        not strong and found.ambiguous_dot and found.ambiguous_comma
    ):
        table.report("number-contradiction", "error", field=name, **params)
        return None
    if strong:
        chosen = "," if found.comma > found.dot else "."
        severity, variant = ("warning", "mixed") if weak else ("info", "evidence")
    elif integer:
        chosen = "," if found.ambiguous_dot else "."
        severity, variant = "info", "integer"
    else:
        chosen, severity, variant = ",", "warning", "assumed"
    table.report("number-format", severity, field=name, variant=variant, decimal=chosen, **params)
    return chosen


def format_numbers(values: Strings, decimal: Sign) -> tuple[Strings, Mask]:
    """Return undressed cells as Table Schema writes numbers, and which of them are numbers.

    A cell that only the other sign can explain is read with that one.
    """
    other: Sign = "." if decimal == "," else ","
    good = matches(values, grammar(decimal))
    new = _canonical(values, decimal)
    if not good.all():
        other_sign = ~good & matches(values, grammar(other))
        if other_sign.any():
            new = scatter(new, other_sign, _canonical(values.filter(pa.array(other_sign)), other))
            good = good | other_sign
    return new, good


def _canonical(values: Strings, decimal: Sign) -> Strings:
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
