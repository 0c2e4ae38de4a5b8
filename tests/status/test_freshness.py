"""When the next data are due: periods as offices write them, months of every length."""

from __future__ import annotations

import datetime as dt

import pytest

from pipelines.domain.periods import first_day, last_day
from pipelines.project.descriptor import FREQUENCIES
from pipelines.status.freshness import PERIODS, add_period, assess_freshness

D = dt.date.fromisoformat


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        (2023, "2023-01-01", "2023-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-06-30", "2024-06-30", "2024-06-30"),
        (D("2024-06-30"), "2024-06-30", "2024-06-30"),
        ("2024-S1", "2024-01-01", "2024-06-30"),
        ("2024-S2", "2024-07-01", "2024-12-31"),
        ("2024-Q3", "2024-07-01", "2024-09-30"),
        ("2024-T1", "2024-01-01", "2024-03-31"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(period: object, first: str, last: str) -> None:
    assert (first_day(period), last_day(period)) == (D(first), D(last))


@pytest.mark.parametrize(
    "period",
    ["", None, "sekarang", "2024-13", "2024-02-30", "2024-S3", "99999", "2024-06-30T00:00"],
)
def test_anything_else_is_no_period(period: object) -> None:
    assert first_day(period) is None
    assert last_day(period) is None


@pytest.mark.parametrize(
    ("day", "months", "days", "expected"),
    [
        ("2024-06-30", 6, 0, "2024-12-31"),
        ("2024-01-31", 1, 0, "2024-02-29"),
        ("2024-02-29", 12, 0, "2025-02-28"),
        ("2024-11-15", 3, 0, "2025-02-15"),
        ("2024-12-31", 12, 0, "2025-12-31"),
        ("2024-02-28", 0, 7, "2024-03-06"),
    ],
)
def test_later(day: str, months: int, days: int, expected: str) -> None:
    assert add_period(D(day), months, days) == D(expected)


@pytest.mark.parametrize(
    ("today", "freshness", "days"),
    [
        ("2024-07-01", "fresh", 213),
        ("2024-12-31", "fresh", 30),
        ("2025-01-01", "soon", 29),
        ("2025-01-30", "soon", 0),
        ("2025-01-31", "overdue", -1),
        ("2026-01-30", "overdue", -365),
    ],
)
def test_half_yearly_data_to_june(today: str, freshness: str, days: int) -> None:
    found = assess_freshness("semesteran", D("2024-06-30"), D("2024-08-12"), D(today))
    assert (found.freshness, found.days) == (freshness, days)
    assert (found.opens, found.due) == (D("2024-12-31"), D("2025-01-30"))


def test_a_release_counts_only_where_no_period_is_stated() -> None:
    assert assess_freshness("tahunan", None, D("2024-03-05"), D("2024-04-01")).due == D(
        "2025-05-04"
    )
    assert (
        assess_freshness("tahunan", D("2020-12-31"), D("2024-03-05"), D("2024-04-01")).days == -762
    )


@pytest.mark.parametrize("frequency", FREQUENCIES)
def test_every_period_of_a_descriptor_is_known(frequency: str) -> None:
    found = assess_freshness(frequency, D("2024-06-30"), None, D("2024-06-30"))
    assert found.freshness == ("fresh" if frequency in PERIODS else "unscheduled")


@pytest.mark.parametrize(
    ("frequency", "covered"), [("harian", None), ("abadi", "2024-01-01"), ("tahunan", "9999-12-31")]
)
def test_what_can_not_be_told_is_unknown(frequency: str, covered: str | None) -> None:
    found = assess_freshness(frequency, D(covered) if covered else None, None, D("2024-01-01"))
    assert found.freshness == "unknown"
