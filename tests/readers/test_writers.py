"""Workbooks as other programs write them are read as those that Excel writes.

Apache POI sets a cell's type before or after its format, so the attributes come in either order;
Microsoft's Open XML SDK (ClosedXML's older versions among others) puts a prefix before each tag.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from pipelines.extract import extract
from pipelines.readers import workbook

SHEET, STYLES, STRINGS = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"


def written(path: Path) -> Path:
    book = xlsxwriter.Workbook(path)
    forms = [book.add_format({"num_format": code}) for code in ("0000", "dd/mm/yyyy", "0.00")]
    bold = book.add_format({"bold": True})
    page = book.add_worksheet("Data")
    page.write_row(0, 0, ["kode", "tanggal", "nilai", "nama"], bold)
    for n in range(1, 120):
        page.write_number(n, 0, n, forms[0])
        page.write_datetime(n, 1, dt.datetime(2024, 1, 1) + dt.timedelta(n), forms[1])
        page.write_number(n, 2, n + 0.5, forms[2])
        page.write_string(n, 3, f"Nama {n}", bold)
    page.set_row(5, None, None, {"hidden": True})
    book.close()
    return path


def poi(name: str, data: bytes) -> bytes:
    if name != SHEET:
        return data
    data = re.sub(rb'<c r="(\w+)" s="(\d+)">', rb'<c r="\1" t="n" s="\2">', data)
    return re.sub(rb'<c r="(\w+)" s="(\d+)" t="s">', rb'<c r="\1" t="s" s="\2">', data)


def open_xml_sdk(name: str, data: bytes) -> bytes:
    if name not in (SHEET, STYLES, STRINGS, "xl/workbook.xml"):
        return data
    data = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", data)
    return data.replace(b" xmlns=", b" xmlns:x=", 1)


@pytest.mark.parametrize("rewrite", [poi, open_xml_sdk])
@pytest.mark.parametrize("large", [False, True])
def test_read_alike(
    rewrite: object, large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        monkeypatch.setattr(workbook, "LARGE", 0)
    plain = written(tmp_path / "biasa.xlsx")
    other = tmp_path / "lain.xlsx"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            assert callable(rewrite)
            new.writestr(name, rewrite(name, old.read(name)))
    wanted, found = extract(plain), extract(other)
    assert wanted.table.frame["kode"].tolist()[:2] == ["0001", "0002"]
    assert wanted.table.frame["nilai"].tolist()[:2] == ["1.50", "2.50"]
    assert found.table.frame.equals(wanted.table.frame)
    assert [f.code for f in found.findings] == [f.code for f in wanted.findings]
    assert found.left_out == wanted.left_out
