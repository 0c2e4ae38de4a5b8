"""Make the source workbooks of the shipped datasets, laid out as offices lay them out.

usage: python tests/make_sources.py [FOLDER [DATASET …]]     (default: datasets/, all)

The region codes are facts (Kepmendagri 300.2.2-2430/2025 and the statistics office's codes); all
counts and scores are illustrative and drawn from a fixed seed. The workbooks carry what real ones
do: merged titles and headers, a numbering row, totals, a source line, a signature.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from sources import budget, health, prices, roads, schools
from sources.sheets import (
    BOX,
    PROVINCE,
    REGIONS,
    VARIANTS,
    full_name,
    head,
    numbering,
    save,
    signature,
    titles,
)

UNITS = [
    "Samsat Medan Utara", "Samsat Medan Selatan", "Samsat Pematangsiantar",
    "RSU Haji Medan", "RS Jiwa Prof. Dr. M. Ildrem", "UPTD Balai Laboratorium Kesehatan",
    "DPMPTSP Provinsi", "UPT Pelatihan Kerja Medan", "UPT Perpustakaan Daerah",
    "UPTD Pengelolaan Taman Budaya", "Dinas Perhubungan", "UPT Metrologi Legal",
    "UPTD Pengujian Mutu Barang", "Dinas Kelautan dan Perikanan",
]  # fmt: skip
SERVICES = ["KTP-el", "Kartu Keluarga", "Akta Kelahiran"]
MONTHS = "Jan Feb Mar Apr Mei Jun Jul Agt Sep Okt Nov Des".split()


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


def main(folder: Path, names: list[str]) -> None:
    """Write the workbooks of the named datasets, or of all."""
    chosen = names or [*FIRST, *OTHERS]
    if set(chosen) & set(FIRST):
        draw = random.Random(12)
        kode_wilayah(folder)
        indeks_kepuasan(folder, draw)
        administrasi_kependudukan(folder, draw)
    for name in chosen:
        if name in OTHERS:
            OTHERS[name](folder / name / "source")


#: Drawn from one seed, hence made together.
FIRST = ("kode-wilayah", "indeks-kepuasan-masyarakat", "layanan-administrasi-kependudukan")
OTHERS = {
    "fasilitas-kesehatan": health.make,
    "harga-pangan-pokok": prices.make,
    "kondisi-jalan": roads.make,
    "realisasi-apbd": budget.make,
    "sekolah-dan-guru": schools.make,
}

if __name__ == "__main__":
    given = sys.argv[1:]
    main(Path(given[0]) if given else Path(__file__).parents[1] / "datasets", given[1:])
