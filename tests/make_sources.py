"""Make the source workbooks of the shipped datasets, laid out as offices lay them out.

usage: python tests/make_sources.py [FOLDER]     (default: datasets/)

The region codes are facts (Kepmendagri 300.2.2-2430/2025 and the statistics office's codes); all
counts and scores are illustrative and drawn from a fixed seed. The workbooks carry what real ones
do: merged titles and headers, a numbering row, totals, a source line, a signature.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
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
UNITS = [
    "Samsat Medan Utara", "Samsat Medan Selatan", "Samsat Pematangsiantar",
    "RSU Haji Medan", "RS Jiwa Prof. Dr. M. Ildrem", "UPTD Balai Laboratorium Kesehatan",
    "DPMPTSP Provinsi", "UPT Pelatihan Kerja Medan", "UPT Perpustakaan Daerah",
    "UPTD Pengelolaan Taman Budaya", "Dinas Perhubungan", "UPT Metrologi Legal",
    "UPTD Pengujian Mutu Barang", "Dinas Kelautan dan Perikanan",
]  # fmt: skip
SERVICES = ["KTP-el", "Kartu Keluarga", "Akta Kelahiran"]
MONTHS = "Jan Feb Mar Apr Mei Jun Jul Agt Sep Okt Nov Des".split()

THIN = Side(style="thin", color="7F7F7F")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
HEAD = PatternFill("solid", start_color="D9E2F3")


def full_name(code: str, name: str) -> str:
    return f"{'Kabupaten' if int(code[3:]) < 70 else 'Kota'} {name}"


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


def kode_wilayah(folder: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "Kode Wilayah"
    top = titles(
        sheet,
        [
            PROVINCE,
            "BIRO PEMERINTAHAN DAN OTONOMI DAERAH",
            "DAFTAR KODE WILAYAH KABUPATEN DAN KOTA",
        ],
        6,
    )
    head(sheet, top, 1, "No", down=2)
    head(sheet, top, 2, "Kode Wilayah", across=2)
    head(sheet, top + 1, 2, "Kemendagri")
    head(sheet, top + 1, 3, "BPS")
    head(sheet, top, 4, "Nama\nKabupaten/Kota", down=2)
    head(sheet, top, 5, "Jenis", across=2)
    head(sheet, top + 1, 5, "Kabupaten")
    head(sheet, top + 1, 6, "Kota")
    numbering(sheet, top + 2, 6)
    row = top + 3
    for number, (code, name, bps) in enumerate(REGIONS, start=1):
        city = int(code[3:]) > 70
        # The code is typed as a number, as offices do: only the format shows 12.10 for 12.1.
        values = [number, float(code), int(bps), full_name(code, name), 0 if city else 1, int(city)]
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(row, column, value)
            cell.border = BOX
            if column == 2:
                cell.number_format = "00.00"
        row += 1
    for column, value in enumerate(["Jumlah", None, None, None, 25, 8], start=1):
        cell = sheet.cell(row, column, value)
        cell.font, cell.border = Font(bold=True), BOX
    sheet.cell(
        row + 1, 1, "Sumber: Kepmendagri Nomor 300.2.2-2430 Tahun 2025; Badan Pusat Statistik"
    )
    signature(sheet, row + 4, 4, "Medan, 5 Januari 2026", "Kepala Biro Pemerintahan,")
    save(book, folder / "kode-wilayah" / "source" / "kode-wilayah-2025.xlsx")


def band(index: float) -> str:
    """Quality band of an index (PermenPANRB 14/2017)."""
    return "A" if index >= 88.31 else "B" if index >= 76.61 else "C" if index >= 65 else "D"


def indeks_kepuasan(folder: Path, draw: random.Random) -> None:
    base = {unit: draw.uniform(3.0, 3.55) for unit in UNITS}
    for edition, (year, half) in enumerate([(2023, 1), (2023, 2), (2024, 1)]):
        book = Workbook()
        if edition == 2:  # the newest edition has a cover before the data
            cover = book.active
            cover.title = "Sampul"
            cover["C6"] = "LAPORAN SURVEI KEPUASAN MASYARAKAT"
            cover["C8"] = "Data ilustratif, bukan hasil survei"
            sheet = book.create_sheet("Rekap")
        else:
            sheet = book.active
            sheet.title = "Rekap IKM"
        period = f"SEMESTER {'I' * half} TAHUN {year}"
        lines = [
            PROVINCE,
            "BIRO ORGANISASI SEKRETARIAT DAERAH",
            "INDEKS KEPUASAN MASYARAKAT",
            period,
        ]
        top = titles(sheet, lines, 14)
        order = ["No", "Unit Pelayanan", "Jumlah Responden"]
        if edition == 2:
            order = ["No", "Jumlah Responden", "Unit Pelayanan"]
        for column, label in enumerate(order, start=1):
            head(sheet, top, column, label, down=2)
        head(sheet, top, 4, "Nilai Rata-rata per Unsur", across=9)
        for element in range(1, 10):
            head(sheet, top + 1, 3 + element, f"U{element}")
        head(sheet, top, 13, "Nilai IKM" if edition else "Nilai\nIKM", down=2)
        head(sheet, top, 14, "Mutu Pelayanan", down=2)
        numbering(sheet, top + 2, 14)
        row, people, sum_index = top + 3, 0, 0.0
        for number, unit in enumerate(UNITS, start=1):
            count = draw.randrange(60, 420)
            scores = [
                round(min(4.0, base[unit] + 0.03 * edition + draw.gauss(0, 0.08)), 2)
                for _ in range(9)
            ]
            # The first edition weighs an element 0.11 instead of 1/9, a slip often met.
            index = round(sum(scores) * (0.11 if edition == 0 else 1 / 9) * 25, 2)
            people, sum_index = people + count, sum_index + index
            shown: list[object] = [*scores, index]
            if edition == 0:  # typed as text with a decimal comma
                shown = [f"{value:.2f}".replace(".", ",") for value in [*scores, index]]
            lead: list[object] = [number, unit, count]
            if edition == 2:
                lead = [number, count, unit]
            for column, value in enumerate([*lead, *shown, band(index)], start=1):
                cell = sheet.cell(row, column, value)
                cell.border = BOX
                if isinstance(value, float):
                    cell.number_format = "0.00"
            row += 1
        sheet.cell(row, 1, "Jumlah").font = Font(bold=True)
        sheet.cell(row, 3 if edition != 2 else 2, people).font = Font(bold=True)
        sheet.cell(row + 2, 1, "Sumber: Survei Kepuasan Masyarakat (nilai ilustratif)")
        sheet.cell(row + 3, 1, "Catatan: U1 persyaratan … U9 penanganan pengaduan, skala 1–4")
        signature(
            sheet,
            row + 5,
            11,
            f"Medan, 5 {'Juli' if half == 1 else 'Januari'} {year + half - 1}",
            "Kepala Biro Organisasi,",
        )
        name = f"ikm-{year}-semester-{half}.xlsx"
        save(book, folder / "indeks-kepuasan-masyarakat" / "source" / name)


def administrasi_kependudukan(folder: Path, draw: random.Random) -> None:
    periods = [(2023, month) for month in range(12)] + [(2024, month) for month in range(6)]
    book = Workbook()
    sheet = book.active
    sheet.title = "Layanan"
    width = 3 + len(periods)
    top = titles(
        sheet,
        [
            PROVINCE,
            "DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL",
            "JUMLAH DOKUMEN KEPENDUDUKAN YANG DITERBITKAN",
            "MENURUT KABUPATEN/KOTA, JENIS LAYANAN DAN BULAN, 2023–2024",
        ],
        width,
    )
    for column, label in enumerate(["No", "Kabupaten/Kota", "Jenis Layanan"], start=1):
        head(sheet, top, column, label, down=2)
    head(sheet, top, 4, "2023", across=12)
    head(sheet, top, 16, "2024", across=6)
    for offset, (_, month) in enumerate(periods):
        head(sheet, top + 1, 4 + offset, MONTHS[month])
    numbering(sheet, top + 2, width)
    row = top + 3
    sums = [0] * len(periods)
    for number, (code, name, _) in enumerate(REGIONS, start=1):
        shown = VARIANTS.get(code, full_name(code, name).replace("Kabupaten", "Kab."))
        size = draw.lognormvariate(0, 0.7)
        for line, service in enumerate(SERVICES):
            values = [
                max(11, round(size * weight * draw.uniform(0.85, 1.15)))
                for weight in [[1400, 900, 420][line]] * len(periods)
            ]
            sums = [total + value for total, value in zip(sums, values, strict=True)]
            # 2023 was typed as text with thousands dots, 2024 as numbers.
            cells = [
                f"{v:,}".replace(",", ".") if p[0] == 2023 else v
                for v, p in zip(values, periods, strict=True)
            ]
            lead: list[object] = [number, shown, service] if line == 0 else [None, None, service]
            for column, value in enumerate([*lead, *cells], start=1):
                cell = sheet.cell(row + line, column, value)
                cell.border = BOX
                if column > 3:
                    cell.alignment = Alignment(horizontal="right")
                    cell.number_format = "#,##0"
        for column in (1, 2):
            sheet.merge_cells(
                start_row=row, end_row=row + 2, start_column=column, end_column=column
            )
        row += 3
    sheet.cell(row, 1, "Jumlah")
    for column, total in enumerate(sums, start=4):
        shown_total: object = f"{total:,}".replace(",", ".") if column < 16 else total
        sheet.cell(row, column, shown_total).number_format = "#,##0"
    sheet.cell(row + 1, 1, "Sumber: Dinas Kependudukan dan Pencatatan Sipil (angka ilustratif)")
    sheet.cell(row + 2, 1, "*) Angka ilustratif untuk contoh, bukan statistik resmi")
    signature(sheet, row + 4, 14, "Medan, 8 Juli 2024", "Kepala Dinas,")
    save(book, folder / "layanan-administrasi-kependudukan" / "source" / "dokumen-2023-2024.xlsx")


def main(folder: Path) -> None:
    draw = random.Random(12)
    kode_wilayah(folder)
    indeks_kepuasan(folder, draw)
    administrasi_kependudukan(folder, draw)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "datasets")
