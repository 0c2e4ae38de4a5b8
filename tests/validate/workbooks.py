"""Cases written as xlsx files: texts, typed cells and markup of several writers' habits."""

from __future__ import annotations

import datetime
import random
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import xlsxwriter
from validate.generate import Case

NATIVE: list[Any] = [
    None, 0, 1, -1, 7, 2024, 999, 20240101, 12345678901234567890, 1.0, 1.5, -2.25, 0.1,
    0.30000000000000004,
    1e21, 1e-7, 100.0, 2024.0, 9.99e15, True, False, datetime.date(2024, 2, 29),
    datetime.datetime(2024, 1, 1), datetime.datetime(2024, 1, 1, 10, 0, 0),
    datetime.datetime(1999, 12, 31, 23, 59, 59), datetime.time(10, 0), datetime.timedelta(hours=30),
    "", " ", "x", "1", "_x000D_", "_x005F_", "a & b", "<b>", "a\nb", "#N/A", "=1+1", "'q'",
]  # fmt: skip
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\r")


def typed_rows(r: random.Random, case: Case) -> list[list[Any]]:
    """Turn many of a case's texts into the typed cells that a spreadsheet would hold."""
    return [[_native(r, UNWRITABLE.sub("?", cell)) for cell in row] for row in case.rows]


def _native(r: random.Random, text: str) -> Any:
    dice = r.random()
    if dice < 0.1:
        return r.choice(NATIVE)
    if dice < 0.35 or not text:
        return text or None
    for make in (int, float, datetime.date.fromisoformat, datetime.datetime.fromisoformat):
        try:
            value = make(text)
        except ValueError:
            continue
        if value != value or value in (float("inf"), float("-inf")) or "_" in text:
            return text
        if isinstance(value, datetime.datetime) and value.tzinfo:
            return text
        if isinstance(value, datetime.date) and value.year < 1900:
            return text
        return value
    return {"true": True, "false": False}.get(text, text)


def write_workbook(r: random.Random, case: Case, path: Path) -> None:
    """Write a case with one of several writers."""
    rows: list[list[Any]] = [list(case.labels), *typed_rows(r, case)]
    if r.random() < 0.1:
        rows.insert(0, [])
    writer = r.choice([_openpyxl, _openpyxl_streaming, _xlsxwriter, _by_hand])
    writer(r, rows, path)


def _openpyxl(r: random.Random, rows: list[list[Any]], path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                cell = sheet.cell(number, column)
                cell.value = value
                if isinstance(value, int | float) and r.random() < 0.1:
                    cell.number_format = r.choice(
                        ["0.00", "yyyy-mm-dd", "[h]:mm", "0%", "d/m/yyyy h:mm"]
                    )
    if r.random() < 0.2:
        book.create_sheet("Lain").append(["x"])
    book.save(path)


def _openpyxl_streaming(r: random.Random, rows: list[list[Any]], path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    for row in rows:
        sheet.append(row)
    book.save(path)


def _xlsxwriter(r: random.Random, rows: list[list[Any]], path: Path) -> None:
    options = {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": r.random() < 0.5}
    options["in_memory"] = True
    options["constant_memory"] = r.random() < 0.3
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
                    value = str(value)
                sheet.write(number, column, value)
            if r.random() < 0.1:
                sheet.set_row(number, 20)
        if rows and r.random() < 0.2:
            sheet.write_formula(len(rows), 0, "=1+1", None, r.choice([2, "teks", ""]))


def _by_hand(r: random.Random, rows: list[list[Any]], path: Path) -> None:
    """Write raw markup: odd references, gaps, self-closed cells, rich and inline texts."""
    strings: list[str] = []
    body = []
    number = 0
    for row in rows:
        number += r.choice([1, 1, 1, 1, 1, 1, 2])
        cells = []
        for column, value in enumerate(row, start=1):
            if value is None and r.random() < 0.5:
                continue
            cells.append(
                _cell(r, f"{openpyxl.utils.get_column_letter(column)}{number}", value, strings)
            )
        if not cells and r.random() < 0.5:
            body.append(f'<row r="{number}"/>')
        else:
            spans = r.choice(["", f' spans="1:{max(1, len(row))}"', ' ht="15" customHeight="1"'])
            body.append(f'<row r="{number}"{spans}>{"".join(cells)}</row>')
    width = max((len(row) for row in rows), default=1) or 1
    last = openpyxl.utils.get_column_letter(max(1, width + r.choice([0, 0, 0, 1, -1])))
    size = r.choice(["", f'<dimension ref="A1:{last}{number + r.choice([0, 0, 3, -1])}"/>'])
    if number < 3:
        size = ""
    sheet = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN}">{size}<sheetData>{"".join(body)}</sheetData></worksheet>'
    )
    table = "".join(strings)
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELS,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": WORKBOOK_RELS,
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<?xml version="1.0"?><sst xmlns="{MAIN}">{table}</sst>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


def _cell(r: random.Random, place: str, value: Any, strings: list[str]) -> str:
    if value is None:
        return r.choice([f'<c r="{place}" s="1"/>', f'<c r="{place}"/>', f'<c r="{place}"></c>'])
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        text = r.choice([repr(value), repr(value), f"{value:E}", f"{float(value)!r}"])
        style = r.choice(["", "", "", ' s="1"', ' s="2"', ' t="n"'])
        formula = r.choice(["", "", "", "<f>A1+1</f>", '<f t="shared" si="0"/>'])
        return f'<c r="{place}"{style}>{formula}<v>{text}</v></c>'
    text = escape(str(value))
    form = r.randrange(5)
    if form == 0:
        return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'
    if form == 1:
        return f'<c r="{place}" t="str"><v>{text}</v></c>'
    if form == 2:
        return f'<c r="{place}" t="d"><v>2024-02-29T10:00:00</v></c>'
    rich = f"<si><r><t>{text}</t></r><r><t>!</t></r></si>" if r.random() < 0.05 else ""
    space = ' xml:space="preserve"' if text != text.strip() else ""
    strings.append(rich or f"<si><t{space}>{text}</t></si>")
    return f'<c r="{place}" t="s"><v>{len(strings) - 1}</v></c>'


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
CONTENT_TYPES = (
    f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}.sharedStrings+xml"/></Types>'
)
RELS = (
    f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)
WORKBOOK = (
    f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Lembar" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
WORKBOOK_RELS = (
    f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId3" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>"
)
STYLES = (
    f'<?xml version="1.0"?><styleSheet xmlns="{MAIN}"><fonts><font/></fonts>'
    "<fills><fill><patternFill/></fill></fills>"
    "<borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs>"
    '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="46"/></cellXfs></styleSheet>'
)
