"""Prices of staple food: a sheet for each month, markets side by side below their city."""

from __future__ import annotations

import random
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sources.sheets import (
    PROVINCE,
    below,
    dotted,
    head,
    numbering,
    save,
    signature,
    titles,
    write,
)

MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()
#: City as written in the sheet → its markets, and how much dearer they are than the first.
MARKETS: dict[str, dict[str, float]] = {
    "Kota Medan": {"Pusat Pasar": 1.0, "Pasar Petisah": 1.03},
    "Kota Pematang Siantar": {"Pasar Horas": 0.98},
    "Kota Padang Sidempuan": {"Pasar Sangkumpal Bonang": 1.01},
    "Kota Gunung Sitoli": {"Pasar Beringin": 1.12},
}
#: Commodity → unit, price in January 2024 in rupiah, monthly swing.
GOODS: dict[str, tuple[str, int, float]] = {
    "Beras Medium": ("kg", 13_800, 0.008),
    "Gula Pasir Curah": ("kg", 17_200, 0.006),
    "Minyak Goreng Curah": ("liter", 15_600, 0.010),
    "Daging Sapi Murni": ("kg", 132_000, 0.010),
    "Daging Ayam Ras": ("kg", 33_500, 0.030),
    "Telur Ayam Ras": ("kg", 27_500, 0.020),
    "Cabai Merah Keriting": ("kg", 46_000, 0.060),
    "Bawang Merah": ("kg", 31_000, 0.050),
}
#: Names used in the second half-year's form.
RENAMED = {"Cabai Merah Keriting": "Cabe Merah Keriting", "Gula Pasir Curah": "Gula Pasir"}


def make(folder: Path) -> None:
    draw = random.Random(1278)
    level = dict.fromkeys(GOODS, 1.0)
    book = Workbook()
    for number, month in enumerate(MONTHS):
        if number in (0, 6):
            book = Workbook()
            _contents(book, 1 + number // 6)
        for good, (_, _, swing) in GOODS.items():
            level[good] = min(1.3, max(0.75, level[good] * (1 + draw.gauss(0.003, swing))))
        _sheet(book.create_sheet(f"{month} 2024"), number, level, draw)
        if number in (5, 11):
            name = f"harga-pangan-2024-semester-{1 + number // 6}.xlsx"
            save(book, folder / name)


def _contents(book: Workbook, half: int) -> None:
    cover = book.active
    cover.title = "Daftar Isi"
    cover["A1"] = "HARGA RATA-RATA BAHAN PANGAN POKOK"
    cover["A2"] = f"SEMESTER {'I' * half} TAHUN 2024"
    for row, month in enumerate(MONTHS[6 * half - 6 : 6 * half], start=4):
        cover.cell(row, 1, month)
    cover["A11"] = "Data ilustratif, bukan hasil pemantauan"
    notes = book.create_sheet("Petugas")
    notes["A1"] = "Catatan internal bidang perdagangan"
    notes.sheet_state = "hidden"


def _sheet(sheet: Worksheet, number: int, level: dict[str, float], draw: random.Random) -> None:
    markets = [(city, name, dear) for city, of in MARKETS.items() for name, dear in of.items()]
    width = 3 + len(markets)
    lines = [
        PROVINCE,
        "DINAS PERINDUSTRIAN DAN PERDAGANGAN",
        "HARGA RATA-RATA BAHAN PANGAN POKOK DI PASAR RAKYAT",
        f"BULAN {MONTHS[number].upper()} 2024",
    ]
    top = titles(sheet, lines, width)
    for column, label in enumerate(["No", "Komoditas", "Satuan"], start=1):
        head(sheet, top, column, label, down=2)
    column = 4
    for city, of in MARKETS.items():
        head(sheet, top, column, city, across=len(of))
        for name in of:
            head(sheet, top + 1, column, name)
            column += 1
    numbering(sheet, top + 2, width)
    row = top + 3
    for line, (good, (unit, base, _)) in enumerate(GOODS.items(), start=1):
        prices = [
            round(base * level[good] * dear * draw.uniform(0.985, 1.015) / 50) * 50
            for _, _, dear in markets
        ]
        if (good, number) == ("Bawang Merah", 9):
            prices[0] //= 10  # a digit lost while typing
        cells: list[object] = list(prices)
        if number < 6:  # typed as text in the first half-year
            cells = [f"Rp {dotted(price)},-" for price in prices]
        if (good, number) in (("Daging Sapi Murni", 1), ("Daging Sapi Murni", 8)):
            cells[4] = "-"
        shown = RENAMED.get(good, good) if number >= 6 else good
        write(sheet, row, [line, shown, f"Rp/{unit}", *cells])
        row += 1
    end = below(
        sheet,
        row,
        [
            "Sumber: Petugas pemantau harga pasar (angka ilustratif)",
            "Keterangan: - = tidak dijual bulan itu",
        ],
    )
    year, month = divmod(number + 1, 12)
    place = f"Medan, 5 {MONTHS[month]} {2024 + year}"
    signature(sheet, end, width - 2, place, "Kepala Bidang Perdagangan,")
