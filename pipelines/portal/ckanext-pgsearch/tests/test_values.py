"""Dates, date math, numbers."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pgsearch.schema import Kind
from ckanext.pgsearch.values import canonical

NOW = datetime.datetime(2024, 3, 31, 10, 20, 30, 123_456)


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("2014-06-10T08:24:12.782257Z", "2014-06-10T08:24:12.782Z", None),
        ("2014-06-10T08:24:12Z", "2014-06-10T08:24:12.000Z", None),
        ("2014-06-10T08:24:12+07:00", "2014-06-10T01:24:12.000Z", None),
        ("2024-02", "2024-02-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z"),
        ("2024", "2024-01-01T00:00:00.000Z", "2024-12-31T23:59:59.999Z"),
        ("2024-02-03", "2024-02-03T00:00:00.000Z", "2024-02-03T23:59:59.999Z"),
        ("NOW", "2024-03-31T10:20:30.123Z", None),
        ("NOW-1DAY", "2024-03-30T10:20:30.123Z", None),
        ("NOW/DAY", "2024-03-31T00:00:00.000Z", None),
        ("NOW/YEAR-6MONTHS", "2023-07-01T00:00:00.000Z", None),
        ("NOW-1MONTH", "2024-02-29T10:20:30.123Z", None),
        ("NOW+9MONTHS/MONTH", "2024-12-01T00:00:00.000Z", None),
        ("2024-01-31T00:00:00Z+1MONTH", "2024-02-29T00:00:00.000Z", None),
    ],
)
def test_dates(text: str, lower: str, upper: str | None) -> None:
    assert canonical(Kind.DATE, text, now=NOW) == lower
    assert canonical(Kind.DATE, text, now=NOW, upper=True) == (upper or lower)


@pytest.mark.parametrize(
    "text", ["", "x", "2024-13", "2024-02-30", "NOW+", "NOW+1EON", "NOW+999999YEARS", "2024-01-01x"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="not a date"):
        canonical(Kind.DATE, text, now=NOW)


@pytest.mark.parametrize(
    ("value", "text"), [("1", "1"), ("1.50", "1.5"), (3.0, "3"), ("-2e3", "-2000"), ("0.0", "0")]
)
def test_numbers(value: Any, text: str) -> None:
    assert canonical(Kind.NUMBER, value) == text


@pytest.mark.parametrize("value", ["", "x", "NaN", "Infinity", "1e999999"])
def test_what_is_no_number(value: str) -> None:
    with pytest.raises(ValueError, match=r"number|range"):
        canonical(Kind.NUMBER, value)


@given(st.datetimes(), st.datetimes())
def test_dates_sort_as_their_text(one: datetime.datetime, other: datetime.datetime) -> None:
    texts = [canonical(Kind.DATE, moment) for moment in (one, other)]
    if abs(one - other) >= datetime.timedelta(milliseconds=1):
        assert (texts[0] < texts[1]) == (one < other)
