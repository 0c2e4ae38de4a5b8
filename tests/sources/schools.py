"""Schools, pupils and teachers: a sheet for each level, and later a workbook that corrects some."""

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
    head,
    numbering,
    save,
    short_name,
    signature,
    titles,
    write,
)

#: Level → pupils per thousand inhabitants, pupils per school, pupils per teacher, private share.
LEVELS = {
    "SD": (118, 165, 15.5, 0.14),
    "SMP": (56, 235, 14.0, 0.32),
    "SMA-SMK": (52, 330, 14.5, 0.45),
}
STATUS = ("Negeri", "Swasta")
#: Counted again after the first workbook was signed: pupils of private schools.
RECOUNTED = {"12.07": 1.06, "12.71": 1.04, "12.75": 0.97}

#: Level → region → schools, pupils and teachers, each of state and private schools.
Counts = dict[str, dict[str, list[int]]]


def make(folder: Path) -> None:
    first = _counts(random.Random(1275))
    recounted = {
        "SMP": {
            code: [*row[:3], round(row[3] * RECOUNTED[code]), *row[4:]]
            for code, row in first["SMP"].items()
            if code in RECOUNTED
        }
    }
    final = {**first, "SMP": {**first["SMP"], **recounted["SMP"]}}
    _book(folder / "sekolah-2023-2024.xlsx", "2023/2024", first)
    _book(folder / "sekolah-2023-2024_ralat.xlsx", "2023/2024", recounted, corrects=True)
    _book(folder / "sekolah-2024-2025.xlsx", "2024/2025", _next(final, random.Random(1276)))


def _counts(draw: random.Random) -> Counts:
    found: Counts = {level: {} for level in LEVELS}
    for code, people in POPULATION.items():
        urban = int(code[3:]) > 70 or code == "12.07"
        for level, (share, size, ratio, private) in LEVELS.items():
            pupils = round(people * share * draw.uniform(0.9, 1.1))
            part = private * (1.35 if urban else 0.6) * draw.uniform(0.8, 1.2)
            of_status = [pupils - round(pupils * part), round(pupils * part)]
            schools = [max(1, round(n / (size * draw.uniform(0.85, 1.15)))) for n in of_status]
            teachers = [round(n / (ratio * draw.uniform(0.9, 1.1))) for n in of_status]
            found[level][code] = [*schools, *of_status, *teachers]
    return found


def _next(before: Counts, draw: random.Random) -> Counts:
    """A year later: hardly a school more, pupils and teachers a little up or down."""
    return {
        level: {
            code: [
                row[0],
                row[1] + (draw.random() < 0.1),
                *(round(n * draw.uniform(0.985, 1.02)) for n in row[2:]),
            ]
            for code, row in rows.items()
        }
        for level, rows in before.items()
    }


def _book(path: Path, year: str, counts: Counts, *, corrects: bool = False) -> None:
    book = Workbook()
    cover = book.active
    cover.title = "Daftar Isi"
    cover["A1"] = "RALAT DATA POKOK PENDIDIKAN" if corrects else "DATA POKOK PENDIDIKAN"
    for row, level in enumerate(counts, start=3):
        cover.cell(row, 1, f"Tabel {row - 2}")
        cover.cell(row, 2, f"Jenjang {level.replace('-', '/')}")
    cover.cell(len(counts) + 4, 1, "Data ilustratif, bukan statistik resmi")
    for level, rows in counts.items():
        _sheet(book.create_sheet(level), year, level, rows, corrects=corrects)
    save(book, path)


def _sheet(
    sheet: Worksheet, year: str, level: str, rows: dict[str, list[int]], *, corrects: bool
) -> None:
    lines = [
        PROVINCE,
        "DINAS PENDIDIKAN",
        f"JUMLAH SEKOLAH, MURID DAN GURU {level.replace('-', '/')}",
        f"TAHUN AJARAN {year}",
    ]
    if corrects:
        lines.insert(2, "RALAT")
    top = titles(sheet, lines, 8)
    later = year == "2024/2025"
    head(sheet, top, 1, "No", down=2)
    head(sheet, top, 2, "Kabupaten/Kota", down=2)
    # The second year's form calls the pupils otherwise and puts the teachers before them.
    groups = ["Sekolah", "Guru", "Peserta Didik"] if later else ["Sekolah", "Murid", "Guru"]
    order = [0, 1, 4, 5, 2, 3] if later else [0, 1, 2, 3, 4, 5]
    for column, label in zip((3, 5, 7), groups, strict=True):
        head(sheet, top, column, label, across=2)
        for offset, status in enumerate(STATUS):
            head(sheet, top + 1, column + offset, status)
    numbering(sheet, top + 2, 8)
    row = top + 3
    names = {code: short_name(code, name) for code, name, _ in REGIONS}
    for number, (code, counts) in enumerate(rows.items(), start=1):
        cells: list[object] = [counts[n] for n in order]
        if not later:  # pupils and teachers were typed as text
            cells[2:] = [dotted(counts[n]) for n in order[2:]]
        write(sheet, row, [number, names[code], *cells])
        row += 1
    notes = ["Sumber: Data pokok pendidikan (angka ilustratif)"]
    if corrects:
        notes.append("Catatan: menggantikan baris wilayah ini dalam tabel terdahulu")
    else:
        sums = [sum(counts[n] for counts in rows.values()) for n in order]
        write(sheet, row, ["Jumlah", None, *(n if later else dotted(n) for n in sums)], bold=True)
        row += 1
    end = below(sheet, row, notes)
    day = "22 Januari 2024" if corrects else f"30 September {year[:4]}"
    signature(sheet, end, 6, f"Medan, {day}", "Kepala Dinas Pendidikan,")
