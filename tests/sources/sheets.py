"""What the sheets of all offices have in common: titles, merged heads, numbering, signatures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

PROVINCE = "PEMERINTAH PROVINSI SUMATERA UTARA"
REGIONS = [
    tuple(line.split("|"))
    for line in """\
12.01|Tapanuli Tengah|1204
12.02|Tapanuli Utara|1205
12.03|Tapanuli Selatan|1203
12.04|Nias|1201
12.05|Langkat|1213
12.06|Karo|1211
12.07|Deli Serdang|1212
12.08|Simalungun|1209
12.09|Asahan|1208
12.10|Labuhanbatu|1207
12.11|Dairi|1210
12.12|Toba|1206
12.13|Mandailing Natal|1202
12.14|Nias Selatan|1214
12.15|Pakpak Bharat|1216
12.16|Humbang Hasundutan|1215
12.17|Samosir|1217
12.18|Serdang Bedagai|1218
12.19|Batu Bara|1219
12.20|Padang Lawas Utara|1220
12.21|Padang Lawas|1221
12.22|Labuhanbatu Selatan|1222
12.23|Labuhanbatu Utara|1223
12.24|Nias Utara|1224
12.25|Nias Barat|1225
12.71|Medan|1275
12.72|Pematangsiantar|1273
12.73|Sibolga|1271
12.74|Tanjungbalai|1272
12.75|Binjai|1276
12.76|Tebing Tinggi|1274
12.77|Padangsidimpuan|1277
12.78|Gunungsitoli|1278""".splitlines()
]
#: Inhabitants in thousands, roughly: sizes that illustrative counts are drawn around.
POPULATION = dict(
    zip(
        [code for code, _, _ in REGIONS],
        [
            380, 320, 310, 152, 1050, 420, 2010, 1030, 800, 510, 320, 212, 490, 380, 55, 205, 140,
            680, 430, 270, 270, 330, 400, 152, 95, 2490, 275, 91, 183, 305, 178, 235, 140,
        ],
        strict=True,
    )
)  # fmt: skip
#: Names as offices happen to write them.
VARIANTS = {
    "12.10": "Kab. Labuhan Batu",
    "12.12": "Kab. Toba Samosir",
    "12.19": "Kab. Batubara",
    "12.72": "Kota Pematang Siantar",
    "12.74": "Kota Tanjung Balai",
    "12.77": "Kota Padang Sidempuan",
    "12.78": "Kota Gunung Sitoli",
}

THIN = Side(style="thin", color="7F7F7F")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
HEAD = PatternFill("solid", start_color="D9E2F3")


def full_name(code: str, name: str) -> str:
    return f"{'Kabupaten' if int(code[3:]) < 70 else 'Kota'} {name}"


def short_name(code: str, name: str) -> str:
    """The name as most offices write it: `Kab. Nias`, `Kota Medan`, some spelled otherwise."""
    return VARIANTS.get(code, full_name(code, name).replace("Kabupaten", "Kab."))


def dotted(value: int) -> str:
    """A number as it is typed as text: `1.234.567`."""
    return f"{value:,}".replace(",", ".")


def comma(value: float, places: int) -> str:
    """A number as it is typed as text: `1.234,50`."""
    return f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))


def write(
    sheet: Worksheet,
    row: int,
    values: Sequence[object],
    *,
    bold: bool = False,
    number_format: str = "#,##0",
) -> None:
    """Write the boxed cells of one row from column A on."""
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(row, column, value)  # type: ignore[arg-type]
        cell.border, cell.font = BOX, Font(bold=bold)
        if isinstance(value, int | float) and column > 1:
            cell.number_format = number_format
        elif isinstance(value, str) and value[:1] in "0123456789(-":
            cell.alignment = Alignment(horizontal="right")


def below(sheet: Worksheet, row: int, lines: Sequence[str]) -> int:
    """Write notes below a table; return the row of the signature, two further down."""
    for offset, line in enumerate(lines):
        sheet.cell(row + offset, 1, line).font = Font(italic=True, size=9)
    return row + len(lines) + 1


def titles(sheet: Worksheet, lines: list[str], width: int) -> int:
    """Write merged title lines from row 1; return the first free row after a blank one."""
    for row, line in enumerate(lines, start=1):
        sheet.cell(row, 1, line).font = Font(bold=True, size=12)
        sheet.cell(row, 1).alignment = CENTRE
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    return len(lines) + 2


def head(
    sheet: Worksheet, row: int, column: int, label: str, *, down: int = 1, across: int = 1
) -> None:
    """Write one header label, merged over `down` rows and `across` columns."""
    sheet.cell(row, column, label)
    if down > 1 or across > 1:
        sheet.merge_cells(
            start_row=row,
            end_row=row + down - 1,
            start_column=column,
            end_column=column + across - 1,
        )
    for r in range(row, row + down):
        for c in range(column, column + across):
            cell = sheet.cell(r, c)
            cell.font, cell.alignment, cell.fill, cell.border = Font(bold=True), CENTRE, HEAD, BOX


def numbering(sheet: Worksheet, row: int, width: int) -> None:
    for column in range(1, width + 1):
        cell = sheet.cell(row, column, f"({column})")
        cell.font, cell.alignment, cell.border = Font(italic=True, size=9), CENTRE, BOX


def signature(sheet: Worksheet, row: int, column: int, place: str, post: str) -> None:
    """Close the sheet as letters are closed; the person and the number are invented."""
    for offset, line in enumerate(
        [place, post, "", "", "NAMA CONTOH ILUSTRATIF", "NIP. 197001011995031001"]
    ):
        sheet.cell(row + offset, column, line or None)


def save(book: Workbook, path: Path) -> None:
    moment = dt.datetime(2024, 4, 5)
    book.properties.created = book.properties.modified = moment
    book.properties.creator = "Contoh ilustratif"
    for sheet in book.worksheets:
        for column in range(1, sheet.max_column + 1):
            sheet.column_dimensions[get_column_letter(column)].width = 14 if column > 1 else 5
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
