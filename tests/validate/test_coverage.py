"""Which columns say what period a table covers, and what lies outside the stated one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipelines import messages
from pipelines.model import Source, Table
from pipelines.project.descriptor import Coverage
from pipelines.project.schema import TableSchema, parse_schema
from pipelines.validate.coverage import Span, data_span, find_outside, with_periods

Columns = Mapping[str, Sequence[str | None]]


def table(columns: Columns) -> Table:
    frame = pd.DataFrame(columns, dtype="str")
    count = len(frame)
    source = (Source("data.xlsx", "Lembar"),)
    places = tuple(range(1, frame.shape[1] + 1))
    return Table("t", frame, source, np.zeros(count, dtype=int), np.arange(count) + 2, places)


def schema(types: Mapping[str, str], key: Sequence[str]) -> TableSchema:
    fields = [{"name": name, "type": kind} for name, kind in types.items()]
    return parse_schema({"fields": fields, "primaryKey": list(key)}, name="t", where="t")


def cover(start: Any = None, end: Any = None) -> Coverage:
    return Coverage.model_validate({"region": "12", "from": start, "to": end})


@pytest.mark.parametrize(
    ("name", "kind", "cells", "first", "last"),
    [
        ("tahun", "year", ["2024", "2025"], "2024", "2025"),
        ("b", "yearmonth", ["2024-11", "2025-02"], "2024-11", "2025-02"),
        ("t", "date", ["2024-11-05", None, "2025-02-01"], "2024-11-05", "2025-02-01"),
        ("t", "datetime", ["2024-11-05T10:00:00", "2025-02-01T23:00:00"], "2024-11-05",
         "2025-02-01"),
        ("p", "string", ["2024-Q3", "2025-Q1"], "2024-Q3", "2025-Q1"),
        ("p", "string", ["2024-S1", "2025-S1"], "2024-S1", "2025-S1"),
        ("periode", "string", ["2024", "2025"], "2024", "2025"),
    ],
)  # fmt: skip
def test_rows_outside_the_coverage(
    name: str, kind: str, cells: list[str], first: str, last: str
) -> None:
    rows, described = table({name: cells}), schema({name: kind}, [name])
    assert data_span({"t": rows}, {"t": described}) == Span(first, last)
    (found,) = find_outside(rows, described, cover(2024, 2024), where="dataset.yaml")
    assert (found.code, found.severity, found.field) == ("coverage-outside", "error", name)
    assert str(found.position) == f"data.xlsx › Lembar › A{len(cells) + 1}"
    assert (found.params["first"], found.params["last"]) == (first, last)
    assert found.params["line"] == f'coverage: {{region: "12", from: 2024, to: {last}}}'
    for lang in messages.LANGS:
        assert found.params["line"] in found.text("next", lang)
    assert find_outside(rows, described, cover(2024, 2025), where="") == []
    assert find_outside(rows, described, cover(), where="") == []


@pytest.mark.parametrize(
    ("types", "key", "columns"),
    [
        pytest.param({"kode": "string", "tahun_berdiri": "year"}, ["kode"],
                     {"kode": ["a"], "tahun_berdiri": ["1965"]}, id="a year of something else"),
        pytest.param({"kode": "string", "tahun": "year", "tanggal": "date"}, ["kode", "tahun"],
                     {"kode": ["a"], "tahun": ["2024"], "tanggal": ["1999-01-01"]},
                     id="beside the key"),
        pytest.param({"kode": "string"}, ["kode"], {"kode": ["1901", "1971"]}, id="codes"),
        pytest.param({"tahun": "year"}, ["tahun"], {"tahun": ["2024", "dua ribu"]}, id="no year"),
    ],
)  # fmt: skip
def test_other_years_say_nothing_of_the_coverage(
    types: Mapping[str, str], key: list[str], columns: Columns
) -> None:
    assert find_outside(table(columns), schema(types, key), cover(2024, 2024), where="") == []


def test_a_period_that_the_coverage_holds_in_part_is_inside() -> None:
    rows, described = table({"tahun": ["2023", "2024"]}), schema({"tahun": "year"}, ["tahun"])
    assert find_outside(rows, described, cover("2023-01-01", "2024-06-30"), where="") == []


def test_an_open_end_follows_the_data() -> None:
    rows = table({"tahun": ["2024", "2025"], "bulan": ["2024-03", "2025-02"]})
    described = schema({"tahun": "year", "bulan": "yearmonth"}, ["tahun", "bulan"])
    filled = with_periods(cover(2023), {"t": rows}, {"t": described})
    assert (filled.start, filled.end) == (2023, "2025-02")
    without = table({"kode": ["a"]}), schema({"kode": "string"}, ["kode"])
    assert with_periods(cover(), {"t": without[0]}, {"t": without[1]}) == cover()
