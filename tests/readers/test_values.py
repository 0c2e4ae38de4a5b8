"""Values as who reads the sheet sees them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from pipelines.extract import extract
from pipelines.readers.cell_text import write
from pipelines.readers.number_formats import renderer
from pipelines.readers.ods import as_shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, "5"), (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"), (1e20, "100000000000000000000"),
        (True, "true"), (False, "false"), (12.5, "12.5"), (-0.0, "0"), (None, None), ("", None),
        (dt.date(2024, 4, 5), "2024-04-05"),
        (dt.datetime(2024, 4, 5, 7, 30), "2024-04-05T07:30:00"),
        (dt.time(7, 30), "07:30:00"), (dt.timedelta(hours=30, minutes=5), "30:05:00"),
        (" teks ", " teks "), (1234567.891, "1234567.891"), (123456789012.3, "123456789012.3"),
    ],
)  # fmt: skip
def test_write(value: object, text: str | None) -> None:
    assert write(value) == text


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("00.00", 12.1, "12.10"), ("0.00", 82.5, "82.50"), ("000", 7, "007"), ("0%", 0.12, "12%"),
        ("0.0%", 0.125, "12.5%"), ("#,##0.00", 1234.5, "1234.50"), ("00000", 123, "00123"),
        (r"00\.00\.00", 120105, "12.01.05"), ('"12."00', 1, "12.01"), 
        ("0000-0000", 8123456, "0812-3456"),
        ("yyyy-mm-dd", 45387, "2024-04-05"), ("[$-421]dd mmmm yyyy;@", 45387.5, "2024-04-05"),
        ("m/d/yy h:mm", 45387.25, "2024-04-05T06:00:00"), ("h:mm", 0.5, "12:00:00"),
        ("[h]:mm", 1.25, "30:00:00"), ("0.00", 76.6144444, "76.6144444"), ("0.00", -3, "-3.00"),
    ],
)  # fmt: skip
def test_number_formats(code: str, value: float, text: str) -> None:
    show = renderer(code)
    assert show is not None
    assert show(value) == text


@pytest.mark.parametrize(
    "code", ["General", "0", "#,##0", "@", '0" jiwa"', "#,##0_);(#,##0)", "0.00E+00", "# ?/?"]
)
def test_formats_that_say_nothing(code: str) -> None:
    assert renderer(code) is None


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("12.10", 12.1, "12.10"), ("12,10", 12.1, "12.10"), ("1.234,50", 1234.5, "1234.50"),
        ("1,234", 1234.0, None), ("007", 7.0, "007"), ("12,5%", 0.125, "12.5%"), ("77", 76.6, None),
    ],
)  # fmt: skip
def test_ods_text(text: str, value: float, shown: str | None) -> None:
    assert as_shown(text, value) == shown


def test_errors_and_formulas_are_findings(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in [["nama", "nilai", "jumlah"], ["a", "#N/A", 1], ["b", "=1+1", 2], ["c", 5, 3]]:
        page.append(row)
    page["B2"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    found = extract(tmp_path / "a.xlsx")
    assert found.table.frame["nilai"].isna().tolist() == [True, True, False]
    codes = {(f.code, f.position.cell) for f in found.findings if f.position}
    assert codes == {("cell-error", "B2"), ("formula-uncached", "B3")}


def test_cached_formulas_give_their_value(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = book.add_worksheet()
    page.write_row(0, 0, ["nama", "nilai"])
    for row in range(1, 5):
        page.write(row, 0, f"n{row}")
        page.write_formula(row, 1, f"=ROW()*{row}", None, row * 10.5)
    book.close()
    assert extract(tmp_path / "a.xlsx").table.frame["nilai"].tolist() == [
        "10.5",
        "21",
        "31.5",
        "42",
    ]


def test_digits_lost(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = book.add_worksheet()
    page.write_row(0, 0, ["nama", "nik"])
    for row in range(1, 4):
        page.write_row(row, 0, [f"n{row}", 1271010101900001])
    book.close()
    found = extract(tmp_path / "a.xlsx")
    assert [f.code for f in found.findings] == ["digits-lost"] * 3


def test_1904_dates(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"), {"date_1904": True})
    page = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    page.write_row(0, 0, ["nama", "tanggal"])
    for row in range(1, 4):
        page.write(row, 0, f"n{row}")
        page.write_datetime(row, 1, dt.datetime(2024, 4, row), day)
    book.close()
    found = extract(tmp_path / "a.xlsx")
    assert found.table.frame["tanggal"].tolist() == ["2024-04-01", "2024-04-02", "2024-04-03"]


def test_large_sheets_are_read_as_small_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The quick way through fastexcel gives the very same text as the careful way."""
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = book.add_worksheet("Data")
    formats = {
        code: book.add_format({"num_format": code})
        for code in ("00.00", "0.00", "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "0.0%", "0000")
    }
    page.write(0, 0, "LAPORAN")
    page.write_row(
        2,
        1,
        ["kode", "nama", "nilai", "tanggal", "waktu", "persen", "bebas", "aktif", "nip", "campur"],
    )
    for n in range(400):
        row = n + 3
        page.write_number(row, 1, 12 + (n % 90 + 1) / 100, formats["00.00"])
        page.write_string(row, 2, f"Nama  {n}")
        page.write_number(row, 3, n / 3 if n % 7 else n, formats["0.00"])
        page.write_datetime(
            row, 4, dt.datetime(2024, 1, 1) + dt.timedelta(n), formats["dd/mm/yyyy"]
        )
        page.write_datetime(row, 5, dt.datetime(2024, 1, 1, n % 24), formats["dd/mm/yyyy hh:mm"])
        page.write_number(row, 6, n / 1000, formats["0.0%"])
        page.write_number(row, 7, n / 7)
        page.write_boolean(row, 8, n % 2 == 0)
        page.write_number(row, 9, n, formats["0000"])
        if n % 5:
            page.write_number(row, 10, n / 11, formats["0.00"] if n % 2 else None)
        else:
            page.write_string(row, 10, "-")
    book.close()
    slow = extract(tmp_path / "a.xlsx")
    monkeypatch.setattr("pipelines.readers.workbook.LARGE", 1000)
    quick = extract(tmp_path / "a.xlsx")
    assert list(quick.table.frame.columns) == list(slow.table.frame.columns)
    for column in slow.table.frame.columns:
        assert quick.table.frame[column].tolist() == slow.table.frame[column].tolist(), column
    assert quick.table.position(5, "nama") == slow.table.position(5, "nama")
    assert quick.evidence["rows"] == slow.evidence["rows"]
