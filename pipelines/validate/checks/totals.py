"""Reconciliation: what the sheet says the rows add up to, against what they do add up to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from pipelines.model import Finding, Total
from pipelines.validate.checks.base import Check, Data, numbers, shown

AVERAGES = ("rata-rata", "rata rata", "rerata", "mean", "average")


class TotalsCheck(Check):
    """The total and subtotal rows put aside must agree with their rows: `totals`, or with options.

    fields: which fields (default: every integer and number field). tolerance: largest difference
    that passes, in the field's unit. A row labelled Rata-rata or Average is taken as a mean. In a
    table that was turned from wide to long, a total is compared with the rows that share its
    values of the other fields (its month, say).
    """

    code = "total-differs"
    main = "totals"

    totals: bool = True
    fields: list[str] | None = None
    tolerance: float | None = None

    def find(self, data: Data) -> Iterator[Finding]:
        aside = data.context.totals_table
        if aside is None or not len(aside):
            return
        names = self.fields or [
            f.name
            for f in data.schema.fields
            if f.type in ("integer", "number") and f.name in data.kinds
        ]
        data.known(*names)
        numeric = {f.name for f in data.schema.fields if f.type in ("integer", "number")}
        others = [
            name
            for name in data.kinds
            if name not in {*names, *numeric} and name in aside.frame.columns
        ]
        written = {n: numbers(aside.frame[n]) for n in names if n in aside.frame.columns}
        decimals = {n: _decimals(data, n) for n in written}
        agreed = 0
        for total in data.context.totals:
            if total.index >= len(aside) or total.stop <= total.start:
                continue
            chosen = self._rows(data, total, others)
            mean = any(word in total.label.lower() for word in AVERAGES)
            for name, column in written.items():
                said = column[total.index]
                cells = _filled(data, name, chosen)
                if np.isnan(said) or not len(cells):
                    continue
                found = float(cells.mean() if mean else cells.sum())
                once = _filled(data, name, chosen[~data.repeats[chosen]])
                # A row that stands twice is told as such; the total may count it once or twice.
                also = float(once.mean() if mean else once.sum())
                digits = (
                    _places(str(aside.frame[name].iat[total.index])) if mean else decimals[name]
                )
                allowed = self._allowed(digits, mean, len(cells))
                if min(abs(said - found), abs(said - also)) <= allowed + 1e-9 + 1e-12 * abs(found):
                    agreed += 1
                else:
                    place = aside.position(total.index, name)
                    first, last = _ends(data, chosen)
                    finding = self.finding(
                        data,
                        None,
                        name,
                        variant="mean" if mean else total.kind,
                        rule="totals",
                        label=total.label,
                        reported=shown(said),
                        computed=shown(found, 6),
                        difference=shown(said - found, 6),
                        count=len(cells),
                        first=first,
                        last=last,
                    )
                    written_text = str(aside.frame[name].iat[total.index])
                    params = dict(finding.params)
                    if len(data.table.sources) > 1:
                        params["place"] = str(place)
                    yield replace(
                        finding, position=place, row=place.row, value=written_text, params=params
                    )
        if agreed:
            agreement = self.finding(data, severity="info", count=agreed)
            yield replace(agreement, code="totals-agree")

    def _rows(self, data: Data, total: Total, others: list[str]) -> np.ndarray[Any, Any]:
        """Return the 0-based rows a total speaks of: its span, narrowed by shared values."""
        assert data.context.totals_table is not None
        span = np.arange(total.start, min(total.stop, len(data.table)))
        for name in others:
            value = data.context.totals_table.frame[name].iat[total.index]
            if not isinstance(value, str) or value == total.label:
                continue
            same = (data.frame[name].iloc[span] == value).to_numpy(dtype=bool, na_value=False)
            if same.any():
                span = span[same]
        return span

    def _allowed(self, decimals: int, mean: bool, count: int) -> float:
        """Rounded cells can't add up exactly; whole numbers must. A mean is rounded as written."""
        if self.tolerance is not None:
            return self.tolerance
        half = 0.5 * 10.0**-decimals
        if mean:
            return half
        return half * (count + 1) if decimals else 0.0


def _filled(data: Data, name: str, rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the numbers of a column in these 0-based rows, those missing left out."""
    cells = data.numbers(name)[rows]
    found: np.ndarray[Any, Any] = cells[~np.isnan(cells)]
    return found


def _decimals(data: Data, name: str) -> int:
    """The largest number of decimals written in a column."""
    parts = data.frame[name].dropna().str.partition(".")
    if 2 not in parts.columns:
        return 0
    longest = parts[2].str.len().max()
    return int(longest) if longest == longest else 0


def _places(text: str) -> int:
    return len(text.partition(".")[2])


def _ends(data: Data, chosen: np.ndarray[Any, Any]) -> tuple[int, int]:
    rows = data.table.row[chosen]
    return int(rows.min()), int(rows.max())
