"""Health centres, hospitals and visits: two sheets a year behind a cover, renamed in the second."""

from __future__ import annotations

import random
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sources.sheets import (
    POPULATION,
    PROVINCE,
    REGIONS,
    below,
    dotted,
    full_name,
    head,
    numbering,
    save,
    short_name,
    signature,
    titles,
    write,
)

#: Hospitals by class (A, B, C, D) in 2023, where there are others than small ones.
HOSPITALS = {
    "12.71": (3, 14, 41, 6), "12.07": (0, 5, 16, 3), "12.72": (1, 2, 4, 0), "12.75": (0, 1, 6, 1),
    "12.05": (0, 1, 5, 2), "12.08": (0, 1, 4, 2), "12.09": (0, 1, 4, 1), "12.10": (0, 1, 4, 1),
    "12.77": (0, 1, 4, 0), "12.76": (0, 1, 3, 0), "12.06": (0, 1, 3, 1), "12.18": (0, 0, 5, 2),
    "12.13": (0, 1, 1, 1), "12.78": (0, 1, 0, 1), "12.12": (0, 0, 2, 0), "12.02": (0, 1, 0, 0),
    "12.23": (0, 0, 2, 2), "12.22": (0, 0, 3, 1), "12.19": (0, 0, 2, 1), "12.25": (0, 0, 0, 0),
}  # fmt: skip
#: Opened in 2024: region → (health centres without beds, hospitals of class D).
OPENED = {"12.25": (1, 1), "12.05": (1, 0), "12.07": (0, 1), "12.21": (1, 0)}
#: Hospitals whose outpatients of 2024 had not been reported when the book was closed.
UNREPORTED = ("12.14", "12.24")


def make(folder: Path) -> None:
    draw = random.Random(1207)
    centres = {code: _centres(POPULATION[code], draw) for code, _, _ in REGIONS}
    rates = {code: [draw.uniform(0.8, 1.2) for _ in range(4)] for code in POPULATION}
    for year in (2023, 2024):
        book = Workbook()
        cover = book.active
        cover.title = "Sampul"
        cover["B4"], cover["B6"] = "PROFIL KESEHATAN", f"TAHUN {year}"
        cover["B8"] = "Data ilustratif, bukan statistik resmi"
        _facilities(book.create_sheet("Faskes" if year == 2023 else "1 Faskes"), year, centres)
        _visits(book.create_sheet("Kunjungan" if year == 2023 else "2 Kunjungan"), year, rates)
        save(book, folder / f"profil-kesehatan-{year}.xlsx")


def _centres(people: int, draw: random.Random) -> tuple[int, int]:
    count = max(5, round(people / draw.uniform(26, 34)) if people > 250 else round(people / 14))
    with_beds = round(count * draw.uniform(0.25, 0.55))
    return with_beds, count - with_beds


def _hospitals(code: str, year: int) -> list[int]:
    found = list(HOSPITALS.get(code, (0, 0, 1, 1)))
    if year == 2024:
        found[3] += OPENED.get(code, (0, 0))[1]
    return found


def _facilities(sheet: Worksheet, year: int, centres: dict[str, tuple[int, int]]) -> None:
    top = titles(
        sheet,
        [
            PROVINCE,
            "DINAS KESEHATAN",
            "JUMLAH PUSKESMAS DAN RUMAH SAKIT MENURUT KABUPATEN/KOTA",
            f"KEADAAN 31 DESEMBER {year}",
        ],
        11,
    )
    head(sheet, top, 1, "No", down=2)
    head(sheet, top, 2, "Kode", down=2)
    head(sheet, top, 3, "Kabupaten/Kota", down=2)
    head(sheet, top, 4, "Puskesmas", across=3)
    head(sheet, top, 7, "Rumah Sakit", across=5)
    labels = ["Rawat Inap", "Non Rawat\nInap", "Jumlah"]
    labels += ["Kelas A", "Kelas B", "Kelas C", "Kelas D", "Jumlah"]
    for column, label in enumerate(labels, start=4):
        head(sheet, top + 1, column, label)
    numbering(sheet, top + 2, 11)
    row = top + 3
    sums = [0] * 8
    for number, (code, name, bps) in enumerate(REGIONS, start=1):
        beds, none = centres[code]
        if year == 2024:
            none += OPENED.get(code, (0, 0))[0]
        hospitals = _hospitals(code, year)
        counts = [beds, none, beds + none, *hospitals, sum(hospitals)]
        sums = [a + b for a, b in zip(sums, counts, strict=True)]
        if year == 2023 and code == "12.06":
            # A zero too many: the sum beside it and the total below are right.
            counts[1] = none * 10
        # The first book has the statistics office's codes, the second the ministry's as numbers.
        shown = int(bps) if year == 2023 else float(code)
        write(sheet, row, [number, shown, full_name(code, name), *(n or "-" for n in counts)])
        sheet.cell(row, 2).number_format = "0" if year == 2023 else "00.00"
        row += 1
    write(
        sheet, row, ["Jumlah" if year == 2023 else "SUMATERA UTARA", None, None, *sums], bold=True
    )
    end = below(
        sheet,
        row + 1,
        [
            "Sumber: Dinas Kesehatan kabupaten/kota (angka ilustratif)",
            "Keterangan: - = tidak ada",
        ],
    )
    signature(sheet, end, 8, f"Medan, 17 Maret {year + 1}", "Kepala Dinas Kesehatan,")


def _visits(sheet: Worksheet, year: int, rates: dict[str, list[float]]) -> None:
    top = titles(
        sheet,
        [
            PROVINCE,
            "DINAS KESEHATAN",
            "JUMLAH KUNJUNGAN RAWAT JALAN DAN RAWAT INAP",
            f"TAHUN {year}",
        ],
        6,
    )
    head(sheet, top, 1, "No", down=2)
    head(sheet, top, 2, "Kabupaten/Kota" if year == 2023 else "Kab/Kota", down=2)
    head(sheet, top, 3, "Puskesmas", across=2)
    head(sheet, top, 5, "Rumah Sakit", across=2)
    for column in (3, 5):
        head(sheet, top + 1, column, "Rawat Jalan")
        head(sheet, top + 1, column + 1, "Rawat Inap")
    row = top + 2
    sums = [0] * 4
    for number, (code, name, _) in enumerate(REGIONS, start=1):
        people = POPULATION[code] * 1000
        hospitals = sum(_hospitals(code, year))
        growth = 1 + 0.035 * (year - 2023)
        shares = (0.85, 0.018, 0.12 * min(4, hospitals), 0.014 * min(4, hospitals))
        counts = [
            round(people * share * rate * growth)
            for share, rate in zip(shares, rates[code], strict=True)
        ]
        cells: list[object] = [n or "-" for n in counts]
        if year == 2023:  # typed as text
            cells = [dotted(n) if n else "-" for n in counts]
        elif code in UNREPORTED:
            counts[2], cells[2] = 0, "…"
        elif code in ("12.01", "12.17"):  # a footnote mark makes the cell text
            cells[0] = f"{dotted(counts[0])}*"
        sums = [a + b for a, b in zip(sums, counts, strict=True)]
        write(sheet, row, [number, short_name(code, name), *cells])
        row += 1
    total = [dotted(n) if year == 2023 else n for n in sums]
    write(sheet, row, ["Jumlah", None, *total], bold=True)
    notes = ["Sumber: Laporan bulanan puskesmas dan rumah sakit (angka ilustratif)"]
    if year == 2024:
        notes += ["*) Angka sementara", "Catatan: … = belum dilaporkan; - = tidak ada rumah sakit"]
    end = below(sheet, row + 1, notes)
    signature(sheet, end, 4, f"Medan, 17 Maret {year + 1}", "Kepala Dinas Kesehatan,")
