"""Numbers that a sheet shows rounded: the stored one is read, unless the layout asks otherwise."""

from __future__ import annotations

import zipfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from fixtures.writers import Cell, Sheet, write_ods, write_xls, write_xlsx
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract import extract, inspect
from pipelines.project.layout import Layout
from pipelines.readers.number_formats import rounder
from pipelines.readers.workbook import LARGE


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0.00", 12.345, "12.35"), ("0.00", 1.005, "1.01"), ("0.00", -1.005, "-1.01"),
        ("#,##0", 1234.5, "1235"), ("#,##0", -0.4, "0"), ("0%", 0.125, "13%"),
        ("0.0%", 0.12345, "12.3%"), ('"Rp"#,##0.00', 12.3456, "12.35"),
        ("#,##0.00_);(#,##0.00)", -3.14159, "-3.14"), ("0.###", 1.23456, "1.235"),
        ("0.00", 12.5, None), ("0.00", 0.1 + 0.2, None), ("0.00", 7.0, None),
        ("0.00", 1.5e30, None), ("0.00", -1.5e300, None),
    ],
)  # fmt: skip
def test_rounding(code: str, value: float, shown: str | None) -> None:
    show = rounder(code)
    assert show is not None
    assert show(value) == shown


@pytest.mark.parametrize(
    "code", ["General", "00.00", "dd/mm/yyyy", "0.00E+00", "# ?/?", "#,##0,", "@", "[h]:mm"]
)
def test_formats_that_round_nothing(code: str) -> None:
    assert rounder(code) is None


@given(st.floats(-1e9, 1e9, allow_nan=False), st.integers(0, 6))
def test_halves_go_away_from_zero(value: float, places: int) -> None:
    show = rounder("0." + "0" * places if places else "0")
    assert show is not None
    exact = Decimal(f"{value:.15g}")
    nearest = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    shown = show(value)
    assert (exact if shown is None else Decimal(shown)) == nearest


def rows() -> list[list[Any]]:
    data: list[list[Any]] = [["Unit", "Indeks", "Serapan", "Pagu"]]
    for n in range(8):
        index, share = 80.12345 + n, 0.12345 + n / 100
        data.append([
            f"Unit {n}", Cell(index, "0.00", f"{80.12 + n:.2f}"),
            Cell(share, "0.0%", f"{12.3 + n:.1f}%"), Cell(1000 + n, "#,##0", str(1000 + n)),
        ])  # fmt: skip
    return data


@pytest.mark.parametrize(
    ("kind", "write"), [("xlsx", write_xlsx), ("xls", write_xls), ("ods", write_ods)]
)
def test_stored_until_the_layout_says_shown(kind: str, write: Any, tmp_path: Path) -> None:
    path = tmp_path / f"a.{kind}"
    write([Sheet(rows())], path)
    stored, shown = extract(path), extract(path, Layout(values="shown"))
    assert stored.table.frame["Indeks"].tolist()[:2] == ["80.12345", "81.12345"]
    assert shown.table.frame["Indeks"].tolist()[:2] == ["80.12", "81.12"]
    assert shown.table.frame["Pagu"].tolist() == stored.table.frame["Pagu"].tolist()
    if kind != "ods":  # its writer has no percent cells
        assert stored.table.frame["Serapan"].tolist()[0] == "12.345%"
        assert shown.table.frame["Serapan"].tolist()[0] == "12.3%"
    found = [f for f in stored.findings if f.code == "values-rounded"]
    assert found[0].params["label"] == "Indeks"
    assert (
        "80.12345" in found[0].message and "80.12 " in found[0].message and "B2" in found[0].message
    )
    assert not shown.findings
    assert not extract(path, Layout(values="stored")).findings
    view = inspect(path).best
    assert view is not None and view.findings[0].code == "values-rounded"


def test_in_a_large_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    page = book.add_worksheet()
    two = book.add_format({"num_format": "0.00"})
    page.write_row(0, 0, ["Unit", "Indeks", "Bulat", "Alamat"])
    count = 30_000
    for n in range(count):
        page.write_string(n + 1, 0, f"Unit {n}")
        page.write_number(n + 1, 1, 0.00625 + n / 7, two)
        page.write_number(n + 1, 2, n / 4, two)
        page.write_string(n + 1, 3, f"Jalan Panjang yang Sangat Panjang Nomor {n} RT 01 RW 02 " * 3)
    book.close()
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("xl/worksheets/sheet1.xml").file_size > LARGE
    stored, shown = extract(path), extract(path, Layout(values="shown"))
    assert [f.params["label"] for f in stored.findings if f.code == "values-rounded"] == ["Indeks"]
    show = rounder("0.00")
    assert show is not None
    wanted = [show(0.00625 + n / 7) for n in range(count)]
    got = shown.table.frame["Indeks"].tolist()
    assert all(a == b for a, b in zip(got, wanted, strict=True) if b is not None)
    assert shown.table.frame["Bulat"].tolist() == stored.table.frame["Bulat"].tolist()
