"""The public satisfaction index (IKM), recomputed from its nine elements.

PermenPANRB 14/2017: NRR = mean score per element (1–4), index = Σ(NRR × 1/9) × 25, from 25 to 100;
bands A 88.31–100.00, B 76.61–88.30, C 65.00–76.60, D 25.00–64.99.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from pipelines.errors import UsageProblem
from pipelines.model import Finding
from pipelines.validate.checks.base import Check, Data, Field, Level, shown
from pipelines.validate.checks.totals import _decimals

#: Band → the lowest index (rounded to two decimals) that belongs to it.
BANDS = {"A": 88.31, "B": 76.61, "C": 65.00, "D": 25.00}
ROUNDED_WEIGHT = 0.11


class IkmCheck(Check):
    """The index and its band must follow from the elements: `{ikm: ikm, elements: [u1, …, u9]}`.

    Method: Σ(element × 1/9) × 25. tolerance: the largest difference that passes, in index points;
    `auto` (default) is what rounding of the written elements and index can explain. A sheet that
    used the weight 0.11 in place of 1/9 gives an index one hundredth too low; it is recognised and
    reported as `rounded_weight` says (`warning` by default). band: the field of the quality letter.
    """

    code = "ikm-differs"
    main = "ikm"

    ikm: str
    elements: list[str] = Field(min_length=2)
    band: str | None = None
    tolerance: float | Literal["auto"] = "auto"
    rounded_weight: Level = "warning"

    def find(self, data: Data) -> Iterator[Finding]:
        if self.band:
            data.known(self.band)
        if isinstance(self.tolerance, float) and self.tolerance < 0:
            raise UsageProblem(
                "check-value", where=data.where, value=str(self.tolerance), form="0.01"
            )
        scores = np.column_stack([data.numbers(name) for name in self.elements])
        index = scores.mean(axis=1) * 25
        rounded = scores.sum(axis=1) * ROUNDED_WEIGHT * 25
        reported = data.numbers(self.ikm)
        allowed = self._tolerance(data)
        slack = allowed + 1e-9
        failed = np.abs(reported - index) > slack
        by_weight = failed & (np.abs(reported - rounded) <= slack) & (len(self.elements) == 9)
        for row in data.first(failed):
            by = bool(by_weight[row])
            yield self.finding(
                data,
                row,
                self.ikm,
                variant="weight" if by else "",
                severity=self.rounded_weight if by else "error",
                rule="ikm",
                reported=shown(reported[row]),
                computed=shown(index[row], 2),
                difference=shown(reported[row] - index[row], 2),
                tolerance=shown(allowed, 3),
            )
        if self.band:
            yield from self._bands(data, reported)

    def _tolerance(self, data: Data) -> float:
        if self.tolerance != "auto":
            return self.tolerance
        element = max(_decimals(data, name) for name in self.elements)
        return 25 * 0.5 * 10.0**-element + 0.5 * 10.0 ** -_decimals(data, self.ikm)

    def _bands(self, data: Data, reported: np.ndarray[Any, Any]) -> Iterator[Finding]:
        assert self.band is not None
        fitting = bands(reported)
        letters = data.frame[self.band].fillna("").to_numpy(dtype=object)
        failed = (letters != "") & ~np.isnan(reported) & (letters != fitting)
        for row in data.first(failed):
            yield self.finding(
                data,
                row,
                self.band,
                variant="band",
                rule="mutu",
                reported=shown(reported[row]),
                fitting=str(fitting[row]),
            )


def bands(index: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the quality bands of (n,) indices, rounded to two decimals as the limits are."""
    value = np.floor(index * 100 + 0.5 + 1e-9) / 100
    return np.select([value >= low for low in BANDS.values()], list(BANDS), default="–")
