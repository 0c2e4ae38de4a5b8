"""What every check is made of: parameters read from the descriptor, the table, and findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from pipelines.domain import expression
from pipelines.domain.expression.kinds import lexical, read
from pipelines.errors import UsageProblem, nearest
from pipelines.model import Finding, Position, Severity, Table, Total
from pipelines.project.descriptor import Bilingual
from pipelines.project.schema import TableSchema
from pipelines.project.strict import StrictModel

if TYPE_CHECKING:
    import pandas as pd

Level = Literal["error", "warning"]
#: How many findings one check lists; the last one carries the count of the rest (`more`).
LIMIT = 1000


@dataclass(frozen=True)
class CheckContext:
    """What checks may look at beside the table.

    totals, totals_table: the total rows put aside, cleaned as the table was. load_reference: gives
    the text frame of `dataset` or `dataset/table`. published: the version on the portal, None
    when there is none. expect: the descriptor's `expect:`. unread: (file, sheet, row, column) of
    cells that only look empty, which is a finding already.
    """

    totals: Sequence[Total] = ()
    totals_table: Table | None = None
    load_reference: Callable[[str], pd.DataFrame] | None = None
    published: pd.DataFrame | None = None
    expect: Mapping[str, Any] = field(default_factory=dict)
    unread: Collection[tuple[str, str | None, int, int]] = frozenset()


class Data:
    """The table under check, n rows, its columns read by type once and kept."""

    def __init__(
        self, table: Table, schema: TableSchema, context: CheckContext, where: str = ""
    ) -> None:
        self.table = table
        self.schema = schema
        self.context = context
        self.where = where
        self.unlisted = 0
        self._numbers: dict[str, np.ndarray[Any, Any]] = {}

    @property
    def frame(self) -> pd.DataFrame:
        """The n × m text frame."""
        return self.table.frame

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Field name → Table Schema type, for the fields that the table has."""
        types = expression.field_kinds(self.schema)
        return {str(name): types.get(str(name), "string") for name in self.frame.columns}

    def known(self, *fields: str) -> None:
        """Raise `UsageProblem` for a name that is no field of the table, the nearest named."""
        for name in fields:
            if name not in self.kinds:
                near = nearest(name, self.kinds) or ", ".join(self.kinds)
                raise UsageProblem("check-field", where=self.where, value=name, nearest=near)

    def compile(self, text: str) -> expression.Expression:
        """Compile an expression over the table's fields."""
        return expression.compile(text, self.kinds, where=self.where)

    def numbers(self, name: str) -> np.ndarray[Any, Any]:
        """Return the field as (n,) floats, NaN where missing or not a number."""
        if name not in self._numbers:
            self.known(name)
            self._numbers[name] = numbers(self.frame[name])
        return self._numbers[name]

    def first(self, failed: np.ndarray[Any, Any]) -> list[int]:
        """Return the first `LIMIT` rows of an (n,) mask; `unlisted` counts the others.

        A row that repeats an earlier one cell by cell is told as a duplicate only.
        """
        rows = np.flatnonzero(failed & ~self.copied)
        self.unlisted += max(0, len(rows) - LIMIT)
        chosen: list[int] = rows[:LIMIT].tolist()
        return chosen

    @cached_property
    def repeats(self) -> np.ndarray[Any, Any]:
        """(n,) bool: an earlier row has the same primary key, which is a finding of its own."""
        key = self.schema.primary_key
        if not key or not set(key) <= self.kinds.keys():
            return np.zeros(len(self.table), dtype=bool)
        rows = self.frame[key]
        again: np.ndarray[Any, Any] = rows.duplicated().to_numpy(dtype=bool)
        return again & rows.notna().all(axis=1).to_numpy(dtype=bool)

    @cached_property
    def copied(self) -> np.ndarray[Any, Any]:
        """(n,) bool: an earlier row has the same primary key and all the same cells."""
        twice = self.repeats.copy()
        if twice.any():
            twice &= self.frame.duplicated().to_numpy(dtype=bool)
        return twice

    def cell(self, index: int, name: str) -> str | None:
        """Return the text of a cell, None when missing."""
        value = self.frame[name].iat[index]
        return value if isinstance(value, str) else None


def numbers(series: pd.Series[str]) -> np.ndarray[Any, Any]:
    """Read a text series as (n,) floats, NaN where missing or not a number."""
    found: np.ndarray[Any, Any] = read(series, "number").to_numpy(zero_copy_only=False)
    return found.astype(float)


class Check(StrictModel):
    """A check of the descriptor; the parameters that every kind of check takes.

    name: how reports call it. severity: `error` (default) holds publication back, `warning` does
    not. error_above: findings are warnings up to this many (`12`) or this share of the rows
    (`5%`), errors above. because, next: why the rule exists and what to do, shown to the steward.
    """

    code: ClassVar[str] = ""
    main: ClassVar[str] = ""

    name: str | None = None
    severity: Level = "error"
    error_above: str | int | None = None
    because: Bilingual | None = None
    next: Bilingual | None = None

    def find(self, data: Data) -> Iterator[Finding]:
        """Yield what is wrong, severity not yet settled. Raises `UsageProblem`."""
        raise NotImplementedError

    def run(self, data: Data) -> list[Finding]:
        """Return the findings, at most `LIMIT`, their severity by the thresholds."""
        found: list[Finding] = []
        count = 0
        for finding in self.find(data):
            counted = finding.severity != "info"
            count += counted
            if not counted or count <= LIMIT:
                found.append(finding)
        count += data.unlisted
        severity = self._severity(count, len(data.table), data.where)
        extra: dict[str, Any] = {}
        if self.name:
            extra["rule"] = self.name
        if self.because:
            extra["because"] = self.because.model_dump()
        if self.next:
            extra["fix"] = self.next.model_dump()
        result = [self._finished(f, severity, extra) for f in found]
        listed = sum(f.severity != "info" for f in result)
        if count > listed:
            at = max(i for i, f in enumerate(result) if f.severity != "info")
            more = {**result[at].params, "more": count - listed}
            result[at] = changed(result[at], params=more)
        return result

    def _finished(self, finding: Finding, severity: Severity, extra: dict[str, Any]) -> Finding:
        # A check may itself lower what it found: too many rows, a weight that was rounded.
        chosen = severity if finding.severity == "error" else finding.severity
        return changed(finding, severity=chosen, params={"because": "", **finding.params, **extra})

    def _severity(self, count: int, rows: int, where: str) -> Severity:
        if self.error_above is None:
            return self.severity
        return "error" if count > limit_of(self.error_above, rows, where) else "warning"

    def finding(
        self,
        data: Data,
        index: int | None = None,
        name: str | None = None,
        *,
        variant: str = "",
        severity: Severity = "error",
        **params: object,
    ) -> Finding:
        """Return a finding at a row (0-based index) and field of the table."""
        position = _place(data.table, index, name)
        value = None
        if index is not None and name is not None and name in data.frame.columns:
            value = data.cell(index, name)
        if position and position.cell and len(data.table.sources) > 1:
            params = {"place": str(position), **params}
        return Finding(
            code=self.code,
            severity=severity,
            table=data.table.name,
            row=position.row if position else None,
            field=name,
            value=value,
            position=position,
            variant=variant,
            params=params,
        )


def _place(table: Table, index: int | None, name: str | None) -> Position | None:
    if index is not None:
        return table.position(index, name)
    if len(table.sources) == 1:
        return Position(table.sources[0].file, table.sources[0].sheet)
    return None


def limit_of(text: str | int | float, whole: float, where: str) -> float:
    """Read `12` or `5%` (of `whole`) as a number. Raises `UsageProblem`."""
    cleaned = str(text).strip()
    try:
        if cleaned.endswith("%"):
            return float(cleaned[:-1]) / 100 * whole
        return float(cleaned)
    except ValueError as error:
        raise UsageProblem("check-value", where=where, value=cleaned, form="12, 5%") from error


def span_of(text: object, where: str) -> tuple[float | None, float | None]:
    """Read `30..80`, `30..`, `..80` or `40` as a pair of limits. Raises `UsageProblem`."""
    low, dots, high = str(text).replace("−", "-").partition("..")
    try:
        ends = [float(part.strip().rstrip("%")) if part.strip() else None for part in (low, high)]
    except ValueError as error:
        raise UsageProblem("check-value", where=where, value=str(text), form="30..80") from error
    if not dots:
        ends[1] = ends[0]
    if ends == [None, None]:
        raise UsageProblem("check-value", where=where, value=str(text), form="30..80")
    return ends[0], ends[1]


def shown(value: float, decimals: int | None = None) -> dict[str, str]:
    """Write a number for people, in both languages: `1.234,5` and `1,234.5`."""
    text = lexical(round(value, decimals) if decimals is not None else value) or "?"
    whole, dot, part = text.partition(".")
    english = f"{int(whole):,}" if whole.lstrip("-").isdigit() else whole
    if whole.startswith("-0"):
        english = "-0"
    english += dot + part
    return {"id": english.translate(str.maketrans(",.", ".,")), "en": english}


def listed(values: Iterable[object], most: int = 5) -> str:
    """Join a few values with commas; the rest becomes `… (+12)`."""
    found = [str(value) for value in values]
    rest = len(found) - most
    return ", ".join(found[:most]) + (f" … (+{rest})" if rest > 0 else "")


__all__ = [
    "Bilingual", "Check", "CheckContext", "Data", "Field", "Level", "limit_of", "listed", "numbers",
    "shown", "span_of",
]  # fmt: skip
