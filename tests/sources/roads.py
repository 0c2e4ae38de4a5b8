"""Provincial roads by section and condition: lengths typed as text, a year later as numbers."""

from __future__ import annotations

import random
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sources.sheets import (
    PROVINCE,
    REGIONS,
    below,
    comma,
    head,
    numbering,
    save,
    short_name,
    signature,
    titles,
    write,
)

#: Unit of the office → its regions, each with the ends of its road sections.
UNITS: dict[str, dict[str, list[str]]] = {
    "UPTD PUPR Medan": {
        "12.71": ["Medan - Belawan Lama", "Medan - Tembung"],
        "12.07": ["Lubuk Pakam - Galang", "Tembung - Batang Kuis", "Deli Tua - Talun Kenas"],
        "12.18": ["Perbaungan - Pantai Cermin", "Sei Rampah - Tanjung Beringin"],
    },
    "UPTD PUPR Binjai": {
        "12.75": ["Binjai - Kuala"],
        "12.05": ["Kuala - Bahorok", "Stabat - Secanggang", "Tanjung Pura - Namu Unggas"],
    },
    "UPTD PUPR Kabanjahe": {
        "12.06": ["Kabanjahe - Kuta Buluh", "Tiga Panah - Seribu Dolok", "Merek - Tongging"],
        "12.11": ["Sidikalang - Parongil", "Sumbul - Silalahi"],
        "12.15": ["Salak - Sibande"],
    },
    "UPTD PUPR Pematangsiantar": {
        "12.72": ["Pematangsiantar - Tanah Jawa"],
        "12.08": ["Tanah Jawa - Pasar Baru", "Saribu Dolok - Tigaras", "Perdagangan - Sei Balai"],
    },
    "UPTD PUPR Kisaran": {
        "12.09": ["Kisaran - Air Joman", "Bandar Pulau - Aek Song Songan"],
        "12.19": ["Lima Puluh - Perupuk", "Simpang Gambus - Tanjung Tiram"],
        "12.10": ["Rantauprapat - Tanjung Sarang Elang", "Aek Nabara - Negeri Lama"],
        "12.22": ["Kota Pinang - Langga Payung"],
    },
    "UPTD PUPR Tarutung": {
        "12.02": ["Tarutung - Pangaribuan", "Siborongborong - Sipahutar"],
        "12.12": ["Balige - Onan Runggu", "Porsea - Parsoburan"],
        "12.16": ["Dolok Sanggul - Pakkat", "Pakkat - Barus"],
        "12.17": ["Pangururan - Nainggolan", "Tomok - Pangururan"],
        "12.01": ["Pandan - Sibabangun"],
    },
    "UPTD PUPR Padangsidimpuan": {
        "12.03": ["Sipirok - Simangambat", "Batang Toru - Muara Batang Toru"],
        "12.20": ["Gunung Tua - Hajoran"],
        "12.21": ["Sibuhuan - Sosa", "Ujung Batu - Binanga"],
        "12.13": ["Panyabungan - Natal", "Simpang Gambir - Batahan"],
    },
    "UPTD PUPR Gunungsitoli": {
        "12.78": ["Gunungsitoli - Faekhu"],
        "12.04": ["Gido - Lahusa"],
        "12.24": ["Lotu - Lahewa"],
        "12.25": ["Mandrehe - Sirombu"],
        "12.14": ["Teluk Dalam - Lolowau", "Lolowau - Hilisataro"],
    },
}
CONDITIONS = ("Baik", "Sedang", "Rusak Ringan", "Rusak Berat")
NAMES = {code: short_name(code, name) for code, name, _ in REGIONS}

#: Metres by condition, in the order of `CONDITIONS`.
Lengths = dict[str, list[int]]


def make(folder: Path) -> None:
    draw = random.Random(1976)
    first = _first(draw)
    _book(folder / "kondisi-jalan-2023.xlsx", 2023, first)
    _book(folder / "kondisi-jalan-2024.xlsx", 2024, _repaired(first, draw))


def _first(draw: random.Random) -> Lengths:
    found = {}
    for regions in UNITS.values():
        for sections in regions.values():
            for section in sections:
                length = draw.randrange(7_200, 41_000, 10)
                broken = draw.uniform(0.05, 0.45)
                parts = [
                    round(length * share, -1)
                    for share in ((1 - broken) * draw.uniform(0.55, 0.8), 0, broken * 0.55)
                ]
                heavy = round(length * broken * draw.uniform(0, 0.45) / 10) * 10
                parts = [int(parts[0]), 0, int(parts[2]), heavy]
                parts[1] = length - sum(parts)
                found[section] = parts
    return found


def _repaired(before: Lengths, draw: random.Random) -> Lengths:
    """A year later: some kilometres repaired, some worn; the length of a section stays."""
    found = {}
    for section, parts in before.items():
        good, fair, light, heavy = parts
        mended = round(heavy * draw.uniform(0, 0.5) / 10) * 10
        worn = round(fair * draw.uniform(0, 0.12) / 10) * 10
        found[section] = [good + mended, fair - worn, light + worn, heavy - mended]
    return found


def _book(path: Path, year: int, lengths: Lengths) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = f"Kondisi {year}"
    lines = [
        PROVINCE,
        "DINAS PEKERJAAN UMUM DAN PENATAAN RUANG",
        "KONDISI JALAN PROVINSI MENURUT RUAS",
        f"KEADAAN AKHIR TAHUN {year}",
    ]
    top = titles(sheet, lines, 10)
    for column, label in enumerate(
        ["No", "Nomor Ruas", "Nama Ruas", "Kabupaten/Kota", "Panjang\n(km)"], start=1
    ):
        head(sheet, top, column, label, down=2)
    head(sheet, top, 6, "Kondisi (km)", across=4)
    for column, label in enumerate(CONDITIONS, start=6):
        head(sheet, top + 1, column, label)
    head(sheet, top, 10, "Mantap\n(%)", down=2)
    numbering(sheet, top + 2, 10)
    row, number = top + 3, 0
    whole = [0] * 4
    for unit, regions in UNITS.items():
        write(sheet, row, [None, unit, *[None] * 8], bold=True)
        row += 1
        sums = [0] * 4
        for code, sections in regions.items():
            for section in sections:
                number += 1
                parts = lengths[section]
                sums = [a + b for a, b in zip(sums, parts, strict=True)]
                lead = [number, f"{number:03d}", section, NAMES[code]]
                write(sheet, row, [*lead, *_cells(parts, year)], number_format="0.00")
                row += 1
        write(
            sheet,
            row,
            [None, "Sub Jumlah", None, None, *_cells(sums, year)],
            bold=True,
            number_format="0.00",
        )
        whole = [a + b for a, b in zip(whole, sums, strict=True)]
        row += 1
    write(
        sheet,
        row,
        ["Jumlah", None, None, None, *_cells(whole, year)],
        bold=True,
        number_format="0.00",
    )
    end = below(
        sheet,
        row + 1,
        [
            "Sumber: Survei kondisi jalan (angka ilustratif)",
            "Keterangan: mantap = kondisi baik dan sedang",
        ],
    )
    signature(sheet, end, 7, f"Medan, 20 Januari {year + 1}", "Kepala Dinas PUPR,")
    _legend(book.create_sheet("Keterangan"))
    save(book, path)


def _cells(parts: list[int], year: int) -> list[object]:
    """Length, conditions (km) and share in good or fair condition; typed as text in 2023."""
    length = sum(parts)
    share = 100 * (parts[0] + parts[1]) / length
    if year == 2023:
        return [*(comma(n / 1000, 3) for n in (length, *parts)), f"{comma(share, 2)}%"]
    return [*(n / 1000 for n in (length, *parts)), round(share, 2)]


def _legend(sheet: Worksheet) -> None:
    for row, (label, words) in enumerate(
        [
            ("Kondisi", "Nilai IRI"),
            ("Baik", "sampai 4"),
            ("Sedang", "lebih dari 4 sampai 8"),
            ("Rusak Ringan", "lebih dari 8 sampai 12"),
            ("Rusak Berat", "lebih dari 12"),
        ],
        start=1,
    ):
        sheet.cell(row, 1, label)
        sheet.cell(row, 2, words)
