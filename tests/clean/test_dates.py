"""Days, periods, yes and no."""

from __future__ import annotations

import datetime as dt

import pytest
from clean.tables import cells, codes, run
from hypothesis import given, settings
from hypothesis import strategies as st

DATE = {"name": "d", "type": "date"}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-04-05", "2024-04-05"), ("17/08/2024", "2024-08-17"), ("17-08-2024", "2024-08-17"),
        ("17.8.2024", "2024-08-17"), ("5/4/2024", "2024-04-05"), ("17 Agustus 2024", "2024-08-17"),
        ("17 Agt 2024", "2024-08-17"), ("17 AGUST 2024", "2024-08-17"), ("17-Agt-24", "2024-08-17"),
        ("1 Mei 2024", "2024-05-01"), ("1 Pebruari 2024", "2024-02-01"),
        ("3 Nop. 2023", "2023-11-03"),
        ("17 August 2024", "2024-08-17"), ("August 17, 2024", "2024-08-17"),
        ("17/08/24", "2024-08-17"), ("17/08/65", "1965-08-17"), ("45323", "2024-02-01"),
        ("45323.0", "2024-02-01"), ("20240817", "2024-08-17"), ("2024/08/17", "2024-08-17"),
        ("Senin, 5 April 2024", "2024-04-05"), ("Jum'at, 5 April 2024", "2024-04-05"),
        ("2024-04-05 00:00:00", "2024-04-05"), ("2024-04-05T00:00:00", "2024-04-05"),
        ("31/02/2024", None), ("Agustus 2024", None), ("2024-04-05 07:30", None), ("12", None),
        ("besok", None), ("5 Foo 2024", None), ("29/02/2023", None), ("-", ""),
    ],
)  # fmt: skip
def test_day(written: str, day: str | None) -> None:
    found = run({"d": [written, "30/01/2024"]}, fields=[DATE])
    assert cells(found, "d") == [written if day is None else day or None, "2024-01-30"]


@pytest.mark.parametrize(
    ("column", "clean", "findings"),
    [
        (["05/04/2024", "17/08/2024"], ["2024-04-05", "2024-08-17"], []),
        (["05/04/2024", "08/17/2024"], ["2024-05-04", "2024-08-17"], ["info date-order.evidence"]),
        (["05/04/2024"], ["05/04/2024"], ["error date-order.ambiguous"]),
        (["05/04/2024", "17/08/2024", "08/17/2024"], ["05/04/2024", "2024-08-17", "08/17/2024"],
         ["error date-order.mixed"]),
        (["04/04/2024"], ["2024-04-04"], []),
        (["17/08/24"], ["2024-08-17"], ["info date-pivot"]),
        (["45323"], ["2024-02-01"], ["info date-serial"]),
    ],
)  # fmt: skip
def test_column(column: list[str], clean: list[str], findings: list[str]) -> None:
    found = run({"d": column}, fields=[DATE])
    assert cells(found, "d") == clean
    assert codes(found) == findings
    for finding in found.findings:
        assert finding.message


def test_date_times_keep_their_time() -> None:
    field = {"name": "d", "type": "datetime"}
    found = run({"d": ["17/08/2024 07:30", "17 Agustus 2024 pukul"]}, fields=[field])
    assert cells(found, "d") == ["2024-08-17T07:30:00", "17 Agustus 2024 pukul"]


@pytest.mark.parametrize(("side", "day"), [("first", "2024-02-01"), ("last", "2024-02-29")])
def test_a_month_can_stand_for_a_day(side: str, day: str) -> None:
    found = run({"d": ["Februari 2024"]}, [{"dates": {"field": "d", "incomplete": side}}],
                fields=[DATE])  # fmt: skip
    assert cells(found, "d") == [day]


@pytest.mark.parametrize(
    ("written", "to", "period"),
    [
        ("2024", "year", "2024"), ("2023*", "year", "2023"), ("Tahun 2023", "year", "2023"),
        ("TA 2024", "year", "2024"), ("T.A. 2024", "year", "2024"), ("2023/2024", "year", "2023"),
        ("2024.0", "year", "2024"), ("'23", "year", "2023"), ("17/08/2024", "year", "2024"),
        ("Semester I 2023", "year", "2023"), ("dua ribu", "year", "dua ribu"),
        ("Januari 2024", "month", "2024-01"), ("Jan-24", "month", "2024-01"),
        ("2024 / Agt", "month", "2024-08"), ("Bulan Maret Tahun 2024", "month", "2024-03"),
        ("2024-08", "month", "2024-08"), ("08/2024", "month", "2024-08"),
        ("17 Agustus 2024", "month", "2024-08"), ("Triwulan I 2024", "month", "Triwulan I 2024"),
        ("December 2023", "month", "2023-12"), ("Okt. 2023", "month", "2023-10"),
        ("Triwulan I 2024", "quarter", "2024-Q1"), ("TW IV Tahun 2023", "quarter", "2023-Q4"),
        ("Triwulan 3 2024", "quarter", "2024-Q3"), ("Q2 2024", "quarter", "2024-Q2"),
        ("2024 Triwulan II", "quarter", "2024-Q2"), ("Mei 2024", "quarter", "2024-Q2"),
        ("Triwulan V 2024", "quarter", "Triwulan V 2024"),
        ("Semester II 2023", "semester", "2023-S2"),
        ("SEMESTER I TAHUN 2024", "semester", "2024-S1"),
        ("Smt 1 2024", "semester", "2024-S1"), ("TW IV 2023", "semester", "2023-S2"),
        ("Semester Genap", "semester", "Semester Genap"),
        ("Triwulan I 2024", "last_day", "2024-03-31"), ("Februari 2024", "last_day", "2024-02-29"),
        ("Semester II 2023", "first_day", "2023-07-01"), ("2024", "first_day", "2024-01-01"),
    ],
)  # fmt: skip
def test_period(written: str, to: str, period: str) -> None:
    found = run({"p": [written]}, [{"periods": {"field": "p", "to": to}}])
    assert cells(found, "p") == [period]


def test_fields_ask_for_their_period() -> None:
    fields = [{"name": "t", "type": "year"}, {"name": "b", "type": "yearmonth"}]
    found = run({"t": ["TA 2024", "99"], "b": ["Agustus 2024", "-"]}, fields=fields)
    assert cells(found, "t") == ["2024", "1999"]
    assert cells(found, "b") == ["2024-08", None]
    assert codes(found) == ["info date-pivot"]


@pytest.mark.parametrize(("year", "clean"), [(2024, "2024-Q1"), ("tahun", "2023-Q1")])
def test_the_year_may_stand_elsewhere(year: int | str, clean: str) -> None:
    steps = [{"periods": {"field": "p", "to": "quarter", "year": year}}]
    found = run({"tahun": ["2023"], "p": ["Triwulan I"]}, steps)
    assert cells(found, "p") == [clean]


def test_months_by_number_beside_a_year() -> None:
    steps = [{"periods": {"field": "b", "to": "month", "year": "t"}}]
    found = run({"t": ["2023", None], "b": ["3", "4"]}, steps)
    assert cells(found, "b") == ["2023-03", "4"]


@pytest.mark.parametrize(("side", "year"), [("start", "2023"), ("end", "2024")])
def test_school_years(side: str, year: str) -> None:
    found = run({"p": ["2023/2024"]}, [{"periods": {"field": "p", "to": "year", "fiscal": side}}])
    assert cells(found, "p") == [year]


def test_yes_and_no() -> None:
    field = {"name": "b", "type": "boolean"}
    found = run({"b": ["Ya", "TIDAK", "√", "1", "0", "mungkin", "-"]}, fields=[field])
    assert cells(found, "b") == ["true", "false", "true", "true", "false", "mungkin", None]


def test_yes_and_no_as_the_schema_writes_them() -> None:
    field = {"name": "b", "type": "boolean", "trueValues": ["Y"], "falseValues": ["T"]}
    found = run({"b": ["Y", "T", "ya", "tidak"]}, fields=[field])
    assert cells(found, "b") == ["Y", "T", "Y", "T"]


MONTHS = ("Januari Februari Maret April Mei Juni Juli Agustus September Oktober November "
          "Desember").split()  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.dates(dt.date(1951, 1, 1), dt.date(2049, 12, 31)), min_size=1, max_size=12),
    st.sampled_from(["{0:%d/%m/%Y}", "{0.day} {1} {0.year}", "{0:%Y-%m-%d}", "{0:%Y%m%d}",
                     "{0.day}-{1}-{0.year}", "{0:%d/%m/%y}"]),
)  # fmt: skip
def test_writing_and_reading_is_a_round_trip(days: list[dt.date], style: str) -> None:
    column = [style.format(day, MONTHS[day.month - 1]) for day in days]
    found = run({"d": column}, [{"dates": {"field": "d", "order": "day-month"}}], fields=[DATE])
    assert cells(found, "d") == [day.isoformat() for day in days]


def test_the_other_columns_of_days_prove_the_order() -> None:
    fields = [DATE, {"name": "lain", "type": "date"}]
    found = run({"d": ["05/04/2024"], "lain": ["17/08/2024"]}, fields=fields)
    assert cells(found, "d") == ["2024-04-05"]
    assert codes(found) == ["info date-order.columns"]
    found = run({"d": ["05/04/2024"], "lain": ["08/17/2024"]}, fields=fields)
    assert cells(found, "d") == ["2024-05-04"]


def test_a_declared_order_needs_no_proof() -> None:
    steps = [{"dates": {"fields": "d", "order": "day-month"}}]
    found = run({"d": ["05/04/2024"]}, steps, fields=[DATE])
    assert (cells(found, "d"), codes(found)) == (["2024-04-05"], [])
