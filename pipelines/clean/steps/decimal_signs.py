"""Which of `.` and `,` is the decimal sign of a column: the decision, and the numbers it gives.

A cell such as `1.234` can be read in two ways. What decides, in this order: cells of the column
that read one way only; that the column counts things, so that a fraction is impossible; total rows
that reconcile only one way; numbers that the workbook stores as such; the table's other columns;
plain numbers of three digits beside it. Where these are silent or contradict each other the cells
stay as they are, and that is an error until `decimal` is declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clean.steps.decimal_evidence import (
    AMBIGUOUS,
    Column,
    Evidence,
    canonical,
    column_quantity,
    evidence,
    other_columns,
    proven_signs,
    stored_as_numbers,
    totals_sign,
)
from pipelines.clean.steps.number_notation import Sign, grammar
from pipelines.clean.table.arrow_text import Mask, Strings, matches, scatter
from pipelines.clean.table.working_table import WorkingTable
from pipelines.model import Source

#: `whole`: the separators of ambiguous cells group thousands, whichever they are.
Reading = Sign | Literal["whole"]
#: A fraction other than one of three digits, which may be a group, or of zeros.
FRACTION = r"[.,](?:[1-9]|[0-9][1-9]|[1-9]0|[0-9]{4,})$"
#: So many numbers stored as such show what a column holds.
MIN_STORED = 3
#: So many times the largest stored number is no number of the same column.
OUT_OF_RANGE = 3


@dataclass(frozen=True)
class Decision:
    """How ambiguous cells are read, and what showed it (a variant of `number-format`)."""

    reading: Reading
    why: str


def read_column(
    table: WorkingTable, name: str, core: Strings, decimal: Sign | None, integer: bool = False
) -> tuple[Strings, Mask]:
    """Return bare cells as Table Schema writes numbers, and which of them are numbers.

    A cell that the workbook stores as a number is one as it stands. Without a `decimal` the sign is
    decided from the evidence (and reported); the total rows put aside follow the decision of their
    table. integer: the schema declares whole numbers.
    """
    if not matches(core, AMBIGUOUS).any():
        return format_numbers(core, decimal or _majority(core))
    column = Column(core, stored_as_numbers(table, name, core))
    ambiguous = column.stored & matches(core, AMBIGUOUS)
    if ambiguous.any() and decimal is None:
        first = int(np.flatnonzero(ambiguous)[0])
        params: dict[str, Any] = {"example": core[first].as_py(), "count": int(ambiguous.sum())}
        table.report("number-format", "info", field=name, variant="stored", index=first, **params)
    typed = column.typed
    if decimal is not None or not matches(typed, AMBIGUOUS).any():
        new, good = format_numbers(typed, decimal or _majority(typed))
    else:
        new, good = _read_text(table, name, column, integer)
    if not column.stored.any():
        return new, good
    return pc.if_else(pa.array(column.stored), core, new), good | column.stored


def _majority(core: Strings) -> Sign:
    """Return the sign that more cells prove: how those are read that only it explains first."""
    comma, dot = proven_signs(core)
    return "," if comma >= dot else "."


def _read_text(
    table: WorkingTable, name: str, column: Column, integer: bool
) -> tuple[Strings, Mask]:
    """Read the cells that are text, as decided for the whole column or for each source."""
    key = ("numbers", name)
    if table.main or key not in table.context.decisions:
        table.context.decisions[key] = _Decider(table, name, integer).by_source(column)
    chosen: Mapping[Source | None, Reading | None] = table.context.decisions[key]
    core = column.typed
    if set(chosen) == {None}:
        return _read_as(core, chosen[None])
    new, good = core, np.zeros(len(core), dtype=bool)
    for source, reading in chosen.items():
        mine = np.array([found == source for found in table.sources], dtype=bool)
        part = mine[table.lineage.source]
        if part.any():
            numbers, fine = _read_as(core.filter(pa.array(part)), reading)
            new = scatter(new, part, numbers)
            good[part] = fine
    return new, good


@dataclass(frozen=True)
class _Decider:
    """Decides how the ambiguous cells of a column are read."""

    table: WorkingTable
    name: str
    integer: bool

    def by_source(self, column: Column) -> dict[Source | None, Reading | None]:
        """Decide for the whole column; file by file where the files contradict each other."""
        if not evidence(column.typed).contradictory or len(self.table.sources) == 1:
            return {None: self.decide(column)}
        decided: dict[Source | None, Reading | None] = {}
        for number, source in enumerate(self.table.sources):
            part = self.table.lineage.source == number
            if part.any():
                own = Column(column.core.filter(pa.array(part)), column.stored[part])
                decided[source] = self.decide(own, number)
        return decided

    def decide(self, column: Column, only: int | None = None) -> Reading | None:
        """Decide, and report it where it mattered. None: the ambiguous cells stay as they are.

        only: the number of the source that the cells are from.
        """
        found = evidence(column.typed)
        if not found.ambiguous:
            return _majority(column.typed)
        source = self.table.sources[only] if only is not None else None
        params: dict[str, Any] = {
            "example": found.examples[0],
            "count": found.ambiguous,
            "comma": found.comma,
            "dot": found.dot,
            "file": f" ({source.file})" if source else "",
        }
        decision = None if found.contradictory else self._weigh(found, column, only)
        if decision is not None:
            mixed = decision.why == "evidence" and found.comma and found.dot
            sign = decision.reading
            if sign == "whole":
                sign = "." if found.ambiguous_comma else ","
            self.table.report(
                "number-format", "warning" if mixed else "info", field=self.name,
                variant="mixed" if mixed else decision.why, decimal=sign, **params,
            )  # fmt: skip
            return decision.reading
        params["readings"] = "; ".join(map(_both_readings, found.examples))
        rows = np.flatnonzero(matches(column.typed, AMBIGUOUS))
        if only is not None:
            rows = np.flatnonzero(self.table.lineage.source == only)[rows]
        self.table.report(
            "number-ambiguous", "error", field=self.name, index=int(rows[0]),
            variant="contradiction" if found.comma and found.dot else "", **params,
        )  # fmt: skip
        return None

    def _weigh(self, found: Evidence, column: Column, only: int | None) -> Decision | None:
        """Return what the evidence shows, None where it is silent or contradicts itself."""
        quantity = "count" if self.integer else column_quantity(self.table, self.name)
        numbers = column.numbers
        fractions = matches(numbers, "[.]").any()
        whole = len(numbers) >= MIN_STORED and not fractions
        counts = (quantity == "count" or whole) and not fractions
        if found.sign is not None:
            split = found.ambiguous_comma if found.sign == "," else found.ambiguous_dot
            if not (split and counts):
                return Decision(found.sign, "evidence")
            return None if matches(column.typed, FRACTION).any() else Decision("whole", "counts")
        if self.integer:
            return Decision("whole", "integer")
        mark: Sign = "." if found.ambiguous_dot else ","
        grouped: Sign = "," if mark == "." else "."
        by_columns = self._by_columns(only)
        if counts:
            return None if by_columns == mark and not whole else Decision("whole", "counts")
        if found.ambiguous_dot and found.ambiguous_comma:
            return None
        by_totals = totals_sign(self.table, self.name, column, mark) if only is None else None
        if by_totals is not None:
            return Decision(by_totals, "totals")
        if fractions:
            return Decision(mark, "range") if _beside(column, mark) else None
        if quantity == "money" and by_columns != mark:
            return Decision(grouped, "money")
        if by_columns == grouped:
            return Decision(grouped, "columns")
        if by_columns == mark:
            return Decision(mark, "columns") if quantity == "measure" else None
        if quantity != "measure" and found.hundreds and not found.thousands:
            return Decision(grouped, "magnitude")
        return None

    def _by_columns(self, only: int | None) -> Sign | None:
        """The decimal sign that the table's other columns prove, if they agree."""
        comma, dot = other_columns(self.table, self.name, only)
        weak, strong = sorted((comma, dot))
        if not strong or strong < 10 * weak:
            return None
        return "," if comma > dot else "."


def _beside(column: Column, mark: Sign) -> bool:
    """Whether the ambiguous cells, with `mark` as the decimal sign, are as large as the fractions
    that the workbook stores beside them, and far too large without it."""
    stored = [abs(float(cell)) for cell in column.numbers.to_pylist()]
    typed = column.typed
    ambiguous = typed.filter(pa.array(matches(typed, AMBIGUOUS)))
    values = [abs(float(cell)) for cell in canonical(ambiguous, mark).to_pylist()]
    most = OUT_OF_RANGE * max(stored)
    return len(stored) >= MIN_STORED and max(values) <= most < 1000 * min(values)


def _both_readings(cell: str) -> str:
    """Write a cell with its two readings: `'1.250' = 1250 / 1,25`."""
    sign, digits = ("-" if cell.startswith("-") else ""), cell.lstrip("+-")
    whole, _, fraction = digits.replace(",", ".").partition(".")
    return f"'{cell}' = {sign}{whole}{fraction} / {sign}{whole},{fraction}"


def _read_as(core: Strings, reading: Reading | None) -> tuple[Strings, Mask]:
    if reading == "," or reading == ".":
        return format_numbers(core, reading)
    ambiguous = matches(core, AMBIGUOUS)
    new, good = format_numbers(core, _majority(core))
    if reading is None:
        return pc.if_else(pa.array(ambiguous), core, new), good & ~ambiguous
    whole = pc.replace_substring_regex(core.filter(pa.array(ambiguous)), r"[.,+]", "")
    return scatter(new, ambiguous, whole), good | ambiguous


def format_numbers(values: Strings, decimal: Sign) -> tuple[Strings, Mask]:
    """Return undressed cells as Table Schema writes numbers, and which of them are numbers.

    A cell that only the other sign can explain is read with that one.
    """
    other: Sign = "." if decimal == "," else ","
    good = matches(values, grammar(decimal))
    new = canonical(values, decimal)
    if not good.all():
        other_sign = ~good & matches(values, grammar(other))
        if other_sign.any():
            new = scatter(new, other_sign, canonical(values.filter(pa.array(other_sign)), other))
            good = good | other_sign
    return new, good
