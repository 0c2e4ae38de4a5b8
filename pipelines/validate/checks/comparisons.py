"""Checks against something else: another dataset, the other rows, the published version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from pipelines.errors import UsageProblem, nearest
from pipelines.model import Finding
from pipelines.validate.checks.base import (  # fmt: skip
    Check,
    Data,
    Field,
    Level,
    limit_of,
    listed,
    numbers,
    shown,
    span_of,
)
from pipelines.validate.checks.table_level import reference


class ReferenceCheck(Check):
    """Values must stand in another dataset: `{reference: kode, to: kode-wilayah}`.

    to: `dataset` or `dataset/table`. field: its field, when it has another name. match: fields
    that must agree as well, here → there (`{nama_wilayah: nama_wilayah}`).
    """

    code = "reference-missing"
    main = "reference"

    reference: str
    to: str
    field: str | None = None
    match: dict[str, str] = Field({})

    def find(self, data: Data) -> Iterator[Finding]:
        data.known(self.reference, *self.match)
        frame = reference(data, self.to)
        key = self.field or self.reference
        for name in (key, *self.match.values()):
            if name not in frame.columns:
                raise UsageProblem(
                    "check-field", where=data.where, value=name, nearest=listed(frame.columns, 12)
                )
        rule = f"{self.reference} → {self.to}"
        there = frame.dropna(subset=[key]).drop_duplicates(key).set_index(key)
        values = data.frame[self.reference]
        unknown = values.notna() & ~values.isin(there.index)
        known = [str(value) for value in there.index]
        near = {v: likely_correction(v, known) for v in values[unknown].unique()[:200]}
        for index in data.first(unknown.to_numpy(dtype=bool)):
            value = str(values.iat[index])
            hint = near.get(value, "")
            yield self.finding(
                data, index, self.reference, variant="near" if hint else "",
                rule=rule, target=self.to, nearest=hint,
            )  # fmt: skip
        for name, other in self.match.items():
            wanted = values.map(there[other])
            differs = wanted.notna() & data.frame[name].notna() & (wanted != data.frame[name])
            for index in data.first(differs.to_numpy(dtype=bool, na_value=False)):
                yield self.finding(
                    data,
                    index,
                    name,
                    variant="differs",
                    rule=f"{self.reference}, {name} → {self.to}",
                    target=self.to,
                    key=str(values.iat[index]),
                    wanted=str(wanted.iat[index]),
                )


def likely_correction(value: str, known: Sequence[str]) -> str:
    """Return what a value was probably meant to be, empty when nothing is near.

    Codes are near only when a spreadsheet could have damaged them so: a lost dot, zero or space
    (`12.1` for `12.10`, or for `12.01`). Params are near by spelling.
    """
    if any(letter.isalpha() for letter in value):
        return nearest(value, known)
    if "".join(value.split()) in known:
        return "".join(value.split())
    damaged = _damaged_forms(value)
    return " / ".join(code for code in known if damaged & _damaged_forms(code))


def _damaged_forms(code: str) -> set[str]:
    bare = "".join(code.split())
    parts = [part.lstrip("0") for part in bare.split(".")]
    tail = bare.rstrip("0") if "." in bare else bare
    return {tail, ".".join(parts), bare.replace(".", "")}


class OutliersCheck(Check):
    """Values far from the others of their kind: `{outliers: jumlah, by: [layanan]}`. Warnings.

    A value is far when it lies more than `threshold` (default 6) robust standard deviations (1.4826
    × the median absolute deviation, Hampel's rule) from the median of its group. Groups with
    fewer than `least` values, and groups that do not vary, are not judged. log: compare orders of
    magnitude (for counts and money of very different size; positive values only).
    """

    code = "outlier"
    main = "outliers"

    severity: Level = "warning"
    outliers: str
    by: list[str] = Field([])
    threshold: float = Field(6, gt=0)
    least: int = Field(8, ge=3)
    log: bool = False

    def find(self, data: Data) -> Iterator[Finding]:
        data.known(*self.by)
        raw = data.numbers(self.outliers)
        values = raw
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.where(raw > 0, np.log10(raw), np.nan)
        series = pd.Series(values)
        keys = [data.frame[name].reset_index(drop=True) for name in self.by]
        keys = keys or [pd.Series(0, index=series.index)]
        grouped = series.groupby(keys, dropna=False)
        middle = grouped.transform("median")
        away = (series - middle).abs()
        spread = away.groupby(keys, dropna=False).transform("median")
        score = away / (1.4826 * spread.where(spread > 0))
        far = (score > self.threshold) & (grouped.transform("count") >= self.least)
        for index in data.first(far.to_numpy(dtype=bool)):
            center = float(middle.to_numpy()[index])
            group = ", ".join(str(data.cell(index, name)) for name in self.by)
            yield self.finding(
                data,
                index,
                self.outliers,
                variant="group" if group else "",
                rule=f"outliers: {self.outliers}",
                number=shown(raw[index]),
                median=shown(10**center if self.log else center, 2),
                score=shown(float(score.to_numpy()[index]), 1),
                group=group,
            )


class ChangeCheck(Check):
    """How much may differ from the published version: `{change: [kode, tahun], rows: -5%..20%}`.

    change: the key that tells which row is which (the schema's primary key when left as `true`).
    rows: allowed change of the number of rows. removed: how many published rows may vanish (`0`,
    `2%`). fields: allowed change of a value, by field (`{jumlah: 50%}`). Nothing is published
    yet: nothing is judged.
    """

    code = "change-too-large"
    main = "change"

    change: bool | list[str] = True
    rows: str | None = None
    removed: str | int | None = None
    fields: dict[str, str | int | float] = Field({})

    def find(self, data: Data) -> Iterator[Finding]:
        old = data.context.published
        key = data.schema.primary_key if isinstance(self.change, bool) else self.change
        data.known(*key, *self.fields)
        if old is None or not len(old):
            return
        if self.rows is not None:
            yield from self._count(data, len(old))
        if not (self.fields or self.removed is not None):
            return
        if not key:
            raise UsageProblem("check-no-key", where=data.where)
        if not set(key) <= set(old.columns):
            return
        here = pd.MultiIndex.from_frame(data.frame[key])
        there = pd.MultiIndex.from_frame(old[key])
        if self.removed is not None:
            gone = there[~there.isin(here)]
            if len(gone) > limit_of(self.removed, len(old), data.where):
                examples = listed((" ".join(map(str, item)) for item in gone), 3)
                yield self.finding(
                    data, variant="removed", rule="removed", count=len(gone),
                    allowed=str(self.removed), examples=examples,
                )  # fmt: skip
        unique = ~there.duplicated()
        at = there[unique].get_indexer(here)
        for name, most in self.fields.items():
            if name in old.columns:
                yield from self._values(data, name, numbers(old[name])[unique], at, most)

    def _count(self, data: Data, before: int) -> Iterator[Finding]:
        low, high = span_of(self.rows, data.where)
        now = len(data.table)
        percent = 100 * (now - before) / before
        if (low is not None and percent < low) or (high is not None and percent > high):
            yield self.finding(
                data, variant="rows", rule=f"rows: {self.rows}", now=now, before=before,
                percent=shown(percent, 1), allowed=str(self.rows),
            )  # fmt: skip

    def _values(
        self,
        data: Data,
        name: str,
        old: np.ndarray[tuple[int], np.dtype[np.float64]],
        at: np.ndarray[tuple[int], np.dtype[np.int64]],
        most: str | int | float,
    ) -> Iterator[Finding]:
        now = data.numbers(name)
        before = np.where(at >= 0, old[np.maximum(at, 0)], np.nan)
        relative = str(most).strip().endswith("%")
        allowed = limit_of(most, 1.0, data.where)
        bound = allowed * np.abs(before) if relative else allowed
        for index in data.first(np.abs(now - before) > bound + 1e-9):
            yield self.finding(
                data,
                index,
                name,
                rule=f"change: {name}",
                before=shown(before[index]),
                now=shown(now[index]),
                difference=shown(now[index] - before[index], 6),
                allowed=str(most),
            )
