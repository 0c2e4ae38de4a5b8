"""Checks on each row, and on how full a column is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.model import Finding
from pipelines.validate.checks.base import Check, Data, Field, limit_of, shown


class RowCheck(Check):
    """An expression that must hold in every row: `{row: selesai >= masuk}` or the text alone.

    Language: `pipelines.domain.expression`. Rows that lack a cell it needs are not judged.
    when: judge only rows where this holds. field: the field to mark, else the first one named.
    """

    code = "row-rule"
    main = "row"

    row: str
    when: str | None = None
    field: str | None = None

    def find(self, data: Data) -> Iterator[Finding]:
        test = data.compile(self.row)
        failed = test.false(data.frame)
        if self.when:
            failed &= data.compile(self.when).true(data.frame)
        if self.field:
            data.known(self.field)
        mark = self.field or (test.fields[0] if test.fields else None)
        for index in data.first(failed):
            cells = ((name, data.cell(index, name)) for name in test.fields)
            values = ", ".join(
                f"{name} = {cell if cell is not None else '–'}" for name, cell in cells
            )
            yield self.finding(data, index, mark, rule=self.row, test=self.row, values=values[:300])


class RecomputeCheck(Check):
    """A field must equal a formula over others: `{recompute: total, from: a + b, tolerance: 0}`.

    tolerance: the largest difference that still passes, in the field's unit (default 0).
    """

    code = "recomputed-differs"
    main = "recompute"

    recompute: str
    formula: str = Field(alias="from")
    tolerance: float = Field(0, ge=0)
    when: str | None = None

    def find(self, data: Data) -> Iterator[Finding]:
        reported = data.numbers(self.recompute)
        formula = data.compile(f"number({self.formula})")
        found = formula.values(data.frame).to_numpy(zero_copy_only=False).astype(float)
        difference = reported - found
        failed = np.abs(difference) > self.tolerance + 1e-9 + 1e-12 * np.abs(found)
        if self.when:
            failed &= data.compile(self.when).true(data.frame)
        for index in data.first(failed):
            yield self.finding(
                data,
                index,
                self.recompute,
                rule=f"{self.recompute} = {self.formula}",
                formula=self.formula,
                reported=shown(reported[index]),
                computed=shown(found[index], 6),
                difference=shown(difference[index], 6),
                tolerance=shown(self.tolerance),
            )


class FilledCheck(Check):
    """How much of a column must be filled: `{filled: telepon, at_least: 90%}`."""

    code = "column-not-filled"
    main = "filled"

    filled: str
    at_least: str | int = "100%"

    def find(self, data: Data) -> Iterator[Finding]:
        data.known(self.filled)
        rows = len(data.table)
        there = int(data.frame[self.filled].notna().sum())
        if there < limit_of(self.at_least, rows, data.where):
            share = 100 * there / rows if rows else 0
            yield self.finding(
                data,
                None,
                self.filled,
                filled=there,
                rows=rows,
                share=shown(share, 1),
                least=str(self.at_least),
            )
