"""Reading: our extraction against the bare reading libraries, time as ratios and peak memory.

usage: python -m bench.reading [--full]     (quick: a tenth of the rows; full: 100,000 rows of xlsx
and 1,000,000 of CSV, 12 columns each)

Every measurement runs in a process of its own, so that its peak memory is its own; the least of
`TRIES` times counts. The peers: fastexcel reading the sheet to Arrow, Arrow reading the CSV with
all columns as text, frictionless reading the rows.
"""

from __future__ import annotations

import datetime as dt
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

TRIES = 3
XLSX_ROWS, CSV_ROWS = 100_000, 1_000_000
HEAD = [f"kolom_{number}" for number in range(1, 13)]


def row(r: random.Random, number: int) -> list[str | int | float | bool]:
    """Return one row: a number, words, a day (as text), decimals, codes, flags."""
    return [
        number,
        f"Kecamatan {r.randrange(500)}",
        (dt.date(2024, 1, 1) + dt.timedelta(r.randrange(300))).isoformat(),
        round(r.random() * 1000, 2),
        r.randrange(10**6),
        r.choice("LP"),
        f"{r.randrange(10**8):010d}",
        round(r.random(), 6),
        f"uraian {r.randrange(10**4)}",
        f"12.{r.randrange(1, 78):02d}",
        r.random() < 0.5,
        2024,
    ]


def make_xlsx(path: Path, rows: int) -> None:
    """Write an xlsx of `rows` × 12: days as dates, decimals under `#,##0.00`."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    page = book.add_worksheet("Data")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    money = book.add_format({"num_format": "#,##0.00"})
    page.write_row(0, 0, HEAD)
    r = random.Random(1)
    for number in range(1, rows + 1):
        cells = row(r, number)
        for column, value in enumerate(cells):
            if column == 2:
                page.write_datetime(number, column, dt.datetime.fromisoformat(str(value)), day)
            elif column == 3:
                page.write_number(number, column, float(value), money)
            else:
                page.write(number, column, value)
    book.close()


def make_csv(path: Path, rows: int) -> None:
    """Write a clean CSV of `rows` × 12."""
    r = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(HEAD) + "\n")
        for number in range(1, rows + 1):
            file.write(",".join(str(value) for value in row(r, number)) + "\n")


def once(what: str, path: str) -> None:
    """Read a file in one way and print seconds and peak memory in MB."""
    if what == "extract":
        # nobody's imports are measured
        from pipelines.extract import extract
        from pipelines.readers.delimited import reader  # noqa: F401
        from pipelines.readers.xlsx import large_sheet  # noqa: F401

        started = time.perf_counter()
        extract(Path(path))
    elif what == "fastexcel":
        import fastexcel

        started = time.perf_counter()
        fastexcel.read_excel(path).load_sheet(0).to_arrow()
    elif what == "arrow":
        import pyarrow as pa
        from pyarrow import csv

        kinds = {name: pa.string() for name in HEAD}
        started = time.perf_counter()
        csv.read_csv(path, convert_options=csv.ConvertOptions(column_types=kinds))
    else:
        import frictionless

        started = time.perf_counter()
        where = Path(path)
        frictionless.extract(where.name, basepath=str(where.parent))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"{seconds} {peak}\n")


def best(what: str, path: Path, tries: int = TRIES) -> tuple[float, int]:
    """Return the least seconds and the largest peak (MB) of some runs."""
    times, peaks = [], []
    for _ in range(tries):
        command = [sys.executable, "-m", "bench.reading", "--once", what, str(path)]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        times.append(float(out[0]))
        peaks.append(int(out[1]))
    return min(times), max(peaks)


def report(label: str, path: Path, peers: list[tuple[str, int]], echo: list[str]) -> None:
    """Measure `extract` and its peers on one file."""
    ours, peak = best("extract", path)
    echo.append(f"{label}: extract {ours:.2f} s, peak {peak} MB")
    for peer, tries in peers:
        theirs, theirs_peak = best(peer, path, tries)
        echo.append(
            f"  against {peer}: {theirs:.2f} s, peak {theirs_peak} MB → {ours / theirs:.2f}×"
        )


def run(full: bool = False) -> list[str]:
    """Run all measurements; return the lines to print."""
    share = 1 if full else 10
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        sheet, text = Path(folder) / "data.xlsx", Path(folder) / "data.csv"
        make_xlsx(sheet, XLSX_ROWS // share)
        make_csv(text, CSV_ROWS // share)
        name = f"xlsx {XLSX_ROWS // share:,} × 12"
        report(name, sheet, [("fastexcel", TRIES), ("frictionless", 1)], lines)
        report(f"csv {CSV_ROWS // share:,} × 12", text, [("arrow", TRIES)], lines)
        small = Path(folder) / "kecil.xlsx"
        make_xlsx(small, 100)
        command = [sys.executable, "publish.py", "inspect", str(small)]
        times = []
        for _ in range(TRIES):
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times.append(time.perf_counter() - started)
        lines.append(f"inspect 100 rows, start-up included: {min(times):.2f} s")
    return lines


def main(full: bool = False) -> None:
    """Print the measurements."""
    for line in run(full):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    if "--once" in sys.argv:
        once(*sys.argv[-2:])
    else:
        main("--full" in sys.argv)
