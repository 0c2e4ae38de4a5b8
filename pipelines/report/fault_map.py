"""Data of the chart of findings: one series per column over the source's rows, in bins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.model import Finding, TableReport

BINS = 120
MAX_SERIES = 60


@dataclass(frozen=True)
class Bin:
    """A bin with findings: its index on the axis, its first–last row, counts, and shade 1–4."""

    index: int
    rows: str
    errors: int
    warnings: int
    shade: int


@dataclass(frozen=True)
class Series:
    """The findings of a column (None: of no single column), binned and counted.

    elsewhere: findings without a row (a missing header, for example).
    """

    field: str | None
    bins: tuple[Bin, ...]
    errors: int
    warnings: int
    elsewhere: int

    @property
    def count(self) -> int:
        """Number of findings, with or without a row."""
        return self.errors + self.warnings


@dataclass(frozen=True)
class AxisSegment:
    """A source on the row axis: its label, its share of the width in per cent, its last row."""

    label: str
    share: float
    last: int


@dataclass(frozen=True)
class FaultMap:
    """All series of a table over one row axis of `width` bins; `clean` columns have no findings."""

    series: tuple[Series, ...]
    clean: tuple[str, ...]
    segments: tuple[AxisSegment, ...]
    width: int


def map_faults(table: TableReport) -> FaultMap:
    """Return the chart data of a table's findings."""
    findings = (*table.errors, *table.warnings)
    starts, total, segments = _axis(table, findings)
    width = min(BINS, total)
    by_field: dict[str | None, list[Finding]] = {}
    for finding in findings:
        by_field.setdefault(finding.field, []).append(finding)
    order = [name for name in table.field_names if name in by_field]
    order += [name for name in by_field if name is not None and name not in order]
    fields: list[str | None] = [*order[:MAX_SERIES]]
    if None in by_field:
        fields.append(None)
    series = tuple(_series(f, by_field[f], starts, total, width) for f in fields)
    clean = tuple(name for name in table.field_names if name not in by_field)
    return FaultMap(series, clean, segments, width)


def _source(finding: Finding) -> tuple[str, str | None]:
    assert finding.position is not None
    return finding.position.file, finding.position.sheet


def _axis(
    table: TableReport, findings: Iterable[Finding]
) -> tuple[dict[tuple[str, str | None], int], int, tuple[AxisSegment, ...]]:
    """Return each source's offset on the common row axis, the total of rows, and the segments."""
    last: dict[tuple[str, str | None], int] = {}
    for source in table.sources:
        last.setdefault((source.file, source.sheet), 1)
    places = [f.position for f in findings] + [row.position for row in table.left_out]
    for place in places:
        if place is not None and place.row is not None:
            key = (place.file, place.sheet)
            last[key] = max(last.get(key, 1), place.row)
    if len(last) == 1:
        key = next(iter(last))
        last[key] = max(last[key], table.rows)
    else:
        average = table.rows // max(len(last), 1)
        last = {key: max(row, average) for key, row in last.items()}
    starts, total = {}, 0
    for key, rows in last.items():
        starts[key] = total
        total += rows
    labels = len({file for file, _ in last}) > 1
    segments = tuple(
        AxisSegment((key[0] if labels else key[1]) or key[0], 100 * rows / max(total, 1), rows)
        for key, rows in last.items()
    )
    return starts, max(total, 1), segments


def _series(
    field: str | None,
    findings: list[Finding],
    starts: dict[tuple[str, str | None], int],
    total: int,
    width: int,
) -> Series:
    errors: Counter[int] = Counter()
    warnings: Counter[int] = Counter()
    rows: dict[int, list[int]] = {}
    elsewhere = 0
    for finding in findings:
        place = finding.position
        if place is None or place.row is None or _source(finding) not in starts:
            elsewhere += 1
            continue
        at = (starts[_source(finding)] + place.row - 1) * width // total
        at = min(at, width - 1)
        (errors if finding.severity == "error" else warnings)[at] += 1
        rows.setdefault(at, []).append(place.row)
    bins = []
    for at in sorted(rows):
        low, high = min(rows[at]), max(rows[at])
        share = (errors[at] + warnings[at]) * width / total
        # A bin of one row or less has no density to shade by.
        shade = 3 if total <= width else 1 + (share > 0.1) + (share > 0.35) + (share > 0.8)
        label = str(low) if low == high else f"{low}–{high}"
        bins.append(Bin(at, label, errors[at], warnings[at], shade))
    bad = sum(f.severity == "error" for f in findings)
    return Series(field, tuple(bins), bad, len(findings) - bad, elsewhere)
