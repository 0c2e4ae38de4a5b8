"""Which of `.` and `,` is the decimal sign of a column: the decision, and the numbers it gives.

A cell such as `1.234` can be read in two ways. What decides, in this order: cells of the column
that read one way only; that the column counts things, so that a fraction is impossible; plain
numbers of three digits beside it; total rows that reconcile only one way; the table's other
columns. Where these are silent or contradict each other the cells stay as they are, and that is an
error until `decimal` is declared.
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
    Evidence,
    canonical,
    column_quantity,
    evidence,
    other_columns,
    stored_as_numbers,
    totals_sign,
)
from pipelines.clean.steps.number_notation import Sign, grammar
from pipelines.clean.table.arrow_text import Mask, Strings, matches, scatter
from pipelines.clean.table.working_table import WorkingTable
from pipelines.model import Source

#: `whole`: the separators of ambiguous cells group thousands, whichever they are.
Reading = Sign | Literal["whole"]
#: So many whole numbers stored as such show that a column counts things.
MIN_STORED = 3


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
        return format_numbers(core, decimal or _majority(evidence(core)))
    stored = stored_as_numbers(table, name, core)
    if not stored.any() and decimal is not None:
        return format_numbers(core, decimal)
    if not stored.any():
        return _read_text(table, name, core, integer)
    ambiguous = stored & matches(core, AMBIGUOUS)
    if ambiguous.any():
        first = int(np.flatnonzero(ambiguous)[0])
        params: dict[str, Any] = {"example": core[first].as_py(), "count": int(ambiguous.sum())}
        table.report("number-format", "info", field=name, variant="stored", index=first, **params)
    typed = pc.if_else(pa.array(stored), None, core)
    if decimal is not None or not matches(typed, AMBIGUOUS).any():
        new, good = format_numbers(typed, decimal or _majority(evidence(typed)))
    else:
        numbers = core.filter(pa.array(stored))
        whole = len(numbers) >= MIN_STORED and not matches(numbers, "[.]").any()
        new, good = _read_text(table, name, typed, integer, stored_whole=whole)
    return pc.if_else(pa.array(stored), core, new), good | stored


def _majority(found: Evidence) -> Sign:
    return "," if found.comma >= found.dot else "."


def _read_text(
    table: WorkingTable, name: str, core: Strings, integer: bool, *, stored_whole: bool = False
) -> tuple[Strings, Mask]:
    key = ("numbers", name)
    if table.main or key not in table.context.decisions:
        decider = _Decider(table, name, core, integer, stored_whole)
        table.context.decisions[key] = decider.by_source()
    chosen: Mapping[Source | None, Reading | None] = table.context.decisions[key]
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
    core: Strings
    integer: bool
    stored_whole: bool

    def by_source(self) -> dict[Source | None, Reading | None]:
        """Decide for the whole column; file by file where the files contradict each other."""
        found = evidence(self.core)
        if not found.contradictory or len(self.table.sources) == 1:
            return {None: self.decide(found, self.core)}
        decided: dict[Source | None, Reading | None] = {}
        for number, source in enumerate(self.table.sources):
            part = self.table.lineage.source == number
            if part.any():
                core = self.core.filter(pa.array(part))
                decided[source] = self.decide(evidence(core), core, number)
        return decided

    def decide(self, found: Evidence, core: Strings, only: int | None = None) -> Reading | None:
        """Decide, and report it where it mattered. None: the ambiguous cells stay as they are.

        only: the number of the source that the cells are from.
        """
        if not found.ambiguous:
            return _majority(found)
        source = self.table.sources[only] if only is not None else None
        params: dict[str, Any] = {
            "example": found.examples[0],
            "count": found.ambiguous,
            "comma": found.comma,
            "dot": found.dot,
            "file": f" ({source.file})" if source else "",
        }
        decision = None if found.contradictory else self._weigh(found, core, only)
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
        variant = "contradiction" if found.comma and found.dot else ""
        first = int(np.flatnonzero(matches(self.core, AMBIGUOUS))[0])
        self.table.report(
            "number-ambiguous", "error", field=self.name, variant=variant, index=first, **params
        )
        return None

    def _weigh(self, found: Evidence, core: Strings, only: int | None) -> Decision | None:
        """Return what the evidence shows, None where it is silent or contradicts itself."""
        quantity = "count" if self.integer else column_quantity(self.table, self.name)
        counts = quantity == "count" or self.stored_whole
        if found.sign is not None:
            fractions = found.ambiguous_comma if found.sign == "," else found.ambiguous_dot
            if fractions and counts and not self.integer:
                return None
            return Decision(found.sign, "evidence")
        mark = "." if found.ambiguous_dot else ","
        both = found.ambiguous_dot and found.ambiguous_comma
        by_columns = self._by_columns(only)
        grouped: Sign = "," if mark == "." else "."
        if self.integer:
            return Decision("whole", "integer")
        if counts:
            return None if by_columns == mark else Decision("whole", "counts")
        if both:
            return None
        by_totals = totals_sign(self.table, self.name, core, mark) if only is None else None
        if by_totals is not None:
            return Decision(by_totals, "totals")
        if quantity == "money" and by_columns != mark:
            return Decision(grouped, "money")
        if by_columns == grouped:
            return Decision(grouped, "columns")
        if by_columns == mark:
            return Decision(by_columns, "columns") if quantity == "measure" else None
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


def _both_readings(cell: str) -> str:
    """Write a cell with its two readings: `'1.250' = 1250 / 1,25`."""
    sign, digits = ("-" if cell.startswith("-") else ""), cell.lstrip("+-")
    whole, _, fraction = digits.replace(",", ".").partition(".")
    return f"'{cell}' = {sign}{whole}{fraction} / {sign}{whole},{fraction}"


def _read_as(core: Strings, reading: Reading | None) -> tuple[Strings, Mask]:
    if reading == "," or reading == ".":
        return format_numbers(core, reading)
    ambiguous = matches(core, AMBIGUOUS)
    new, good = format_numbers(core, _majority(evidence(core)))
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
