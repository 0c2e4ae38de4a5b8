"""Checks on the table as a whole: how many rows, and whether a grid is complete."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from pipelines.errors import UsageProblem
from pipelines.model import Finding
from pipelines.project.strict import StrictModel
from pipelines.validate.checks.base import Check, Data, Field, Level, listed, span_of

MAX_GRID = 2_000_000


class RowsCheck(Check):
    """How many rows: `{rows: 30..80}`. Too few is an error; too many is a warning.

    too_few, too_many: their severities, when they should differ from that.
    """

    code = "row-count"
    main = "rows"

    rows: str | int
    too_few: Level = "error"
    too_many: Level = "warning"

    def find(self, data: Data) -> Iterator[Finding]:
        low, high = span_of(self.rows, data.where)
        count = len(data.table)
        limits: dict[str, Any] = {
            "count": count,
            "expected": str(self.rows),
            "rule": f"rows: {self.rows}",
        }
        if low is not None and count < low:
            yield self.finding(data, variant="few", severity=self.too_few, **limits)
        elif high is not None and count > high:
            yield self.finding(data, variant="many", severity=self.too_many, **limits)


class Axis(StrictModel):
    """Where an axis takes its values from: another dataset's table."""

    reference: str
    field: str


class GridCheck(Check):
    """Every combination must be there: `{grid: [kode_wilayah, bulan]}`.

    values: what an axis must hold, by field: a list, a span (`2023-01..2024-06`, `2019..2024`), or
    `{reference: kode-wilayah, field: kode_wilayah}`; without it, the values that occur. An axis
    value that occurs nowhere is one finding, not one for each of its combinations.
    """

    code = "grid-gap"
    main = "grid"

    grid: list[str] = Field(min_length=1)
    values: dict[str, list[str | int] | str | Axis] = Field({})

    def find(self, data: Data) -> Iterator[Finding]:
        data.known(*self.grid, *self.values)
        rule = "grid: " + " × ".join(self.grid)
        axes: list[list[str]] = []
        for name in self.grid:
            present = set(data.frame[name].dropna().unique())
            wanted = self._wanted(name, data)
            if wanted is None:
                axes.append(sorted(present))
                continue
            absent = [value for value in wanted if value not in present]
            for value in absent:
                yield self.finding(
                    data, None, name, variant="absent", axis=name, missing=value, rule=rule
                )
            axes.append([value for value in wanted if value in present])
        if math.prod(map(len, axes)) > MAX_GRID:
            raise UsageProblem("check-grid-too-large", where=data.where, value=rule, limit=MAX_GRID)
        there = data.frame[self.grid].dropna().drop_duplicates()
        whole = pd.MultiIndex.from_product(axes, names=self.grid)
        gaps = whole.difference(pd.MultiIndex.from_frame(there), sort=False)
        for combination in gaps:
            missing = ", ".join(
                f"{name} = {value}" for name, value in zip(self.grid, combination, strict=True)
            )
            yield self.finding(data, missing=missing, rule=rule)

    def _wanted(self, name: str, data: Data) -> list[str] | None:
        if name not in self.values:
            return None
        source = self.values[name]
        if isinstance(source, Axis):
            frame = reference(data, source.reference)
            if source.field not in frame.columns:
                raise UsageProblem(
                    "check-field",
                    where=data.where,
                    value=source.field,
                    nearest=listed(frame.columns, 12),
                )
            return sorted(frame[source.field].dropna().unique())
        if isinstance(source, str):
            return _span(source, data.where)
        return [str(value) for value in source]


def reference(data: Data, target: str) -> pd.DataFrame:
    """Return another dataset's text frame. Raises `UsageProblem` when none can be had."""
    if data.context.load_reference is None:
        raise UsageProblem("check-no-reference", where=data.where, value=target)
    return data.context.load_reference(target)


_MONTH = re.compile(r"(\d{4})-(\d{2})")


def _span(text: str, where: str) -> list[str]:
    """Read `2019..2024` or `2023-01..2024-06` as the list of years or months."""
    first, dots, last = (part.strip() for part in text.partition(".."))
    months = _MONTH.fullmatch(first), _MONTH.fullmatch(last)
    if dots and all(months):
        start, stop = (int(m[1]) * 12 + int(m[2]) - 1 for m in months if m)
        found = [f"{m // 12:04}-{m % 12 + 1:02}" for m in range(start, stop + 1)]
    elif dots and first.isdigit() and last.isdigit() and int(last) - int(first) <= 100_000:
        found = [str(number) for number in range(int(first), int(last) + 1)]
    else:
        found = []
    if not found:
        raise UsageProblem("check-value", where=where, value=text, form="2019..2024")
    return found
