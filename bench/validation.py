"""Validation against frictionless on the same table: as commands and as calls.

usage: python -m bench validation [--full]   (quick: 200,000 rows of CSV and 20,000 of xlsx; full:
1,000,000 and 100,000). As commands both are started anew, import time and all; as calls
(`validate_file` against `frictionless.validate`) both run in this one process, their packages
imported: the first call, which still loads what Frictionless loads late, and the best of three
after it. The findings must be equal every time. Then the memory at its peak over ever more rows
(full: up to 10,000,000), all keys unique.
"""

from __future__ import annotations

import csv
import datetime
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import frictionless
import xlsxwriter
import yaml

from bench.services import SCHEMA, write
from pipelines.project.schema import load_schema
from pipelines.validate import validate_file

HERE = Path(__file__).parents[1]
FRICTIONLESS = "from frictionless.console import console; console()"
#: megabytes that validating a CSV file takes at most, whatever the number of its rows
BOUND = 512
Findings = list[tuple[str, int | None, str | None]]


#: starts a command out of a small process: Linux counts the memory of the one that starts it too
MEASURE = """
import resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL)
wall = time.perf_counter() - started
print(wall, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, file=sys.stderr)
"""


def run(command: list[str], out: Path) -> tuple[float, float]:
    """Run a command: wall seconds, and megabytes at its peak."""
    with out.open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, *command],
            stdout=file,
            stderr=subprocess.PIPE,
            cwd=HERE,
            text=True,
            check=True,
        )
    wall, peak = done.stderr.split()
    return float(wall), float(peak)


def ours(path: Path, schema: Path, out: Path) -> tuple[float, float, Findings]:
    """Validate by `publish.py --json validate FILE --schema FILE --limit 0`."""
    command = [sys.executable, "publish.py", "--json", "validate", str(path)]
    wall, peak = run([*command, "--schema", str(schema), "--limit", "0"], out)
    errors = json.loads(out.read_text())["tables"][0]["errors"]
    return wall, peak, [(e["type"], e["row"], e["field"]) for e in errors]


def theirs(path: Path, schema: Path, out: Path) -> tuple[float, float, Findings]:
    """Validate by `frictionless validate`."""
    command = [sys.executable, "-c", FRICTIONLESS, "validate", str(path), "--schema", str(schema)]
    wall, peak = run([*command, "--json", "--trusted", "--limit-errors", "0"], out)
    errors = json.loads(out.read_text())["tasks"][0]["errors"]
    return wall, peak, [(e["type"], e.get("rowNumber"), e.get("fieldName")) for e in errors]


def our_call(path: Path, schema: Path) -> tuple[float, Findings]:
    """Validate by a call of `validate_file`."""
    table_schema = load_schema(schema)
    started = time.perf_counter()
    report = validate_file(path, table_schema, limit=0)
    return time.perf_counter() - started, [(e.code, e.row, e.field) for e in report.errors]


def their_call(path: Path, schema: Path) -> tuple[float, Findings]:
    """Validate by a call of `frictionless.validate`, with no limit to its errors."""
    table_schema = frictionless.Schema.from_descriptor(str(schema))
    with frictionless.system.use_context(trusted=True):
        started = time.perf_counter()
        report = frictionless.validate(str(path), schema=table_schema, limit_errors=sys.maxsize)
        wall = time.perf_counter() - started
    found = [error.to_descriptor() for error in report.tasks[0].errors]
    return wall, [(e["type"], e.get("rowNumber"), e.get("fieldName")) for e in found]


def as_workbook(source: Path, path: Path) -> None:
    """Write the CSV table as an office would keep it: numbers, dates and truth values typed."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        with source.open(newline="", encoding="utf-8") as file:
            for number, row in enumerate(csv.reader(file)):
                for column, text in enumerate(row):
                    sheet.write(number, column, _typed(column, text) if number else text)


def _typed(column: int, text: str) -> Any:
    makers: dict[int, Any] = {1: datetime.date.fromisoformat, 7: int, 8: float, 9: int, 10: float}
    if column == 11:
        return text == "true"
    try:
        return makers.get(column, str)(text)
    except ValueError:
        return text


def main(full: bool = False) -> None:
    """Print the ratios; stop when the findings differ."""
    rows, sheet_rows = (1_000_000, 100_000) if full else (200_000, 20_000)
    with tempfile.TemporaryDirectory(prefix="publish-bench-") as folder:
        home = Path(folder)
        schema = home / "schema.yaml"
        schema.write_text(yaml.safe_dump(SCHEMA), encoding="utf-8")
        cases = {"CSV, 0.1 % faulty": (rows, 0.001), "CSV, 10 % faulty": (rows, 0.1)}
        for name, (count, faults) in cases.items():
            path = home / "services.csv"
            write(path, count, faults)
            _compare(name, count, path, schema)
        source, book = home / "sheet.csv", home / "services.xlsx"
        write(source, sheet_rows, 0.001)
        as_workbook(source, book)
        _compare("xlsx, 0.1 % faulty", sheet_rows, book, schema)
        for count in (1_000_000, 3_000_000, 10_000_000) if full else (rows, 3 * rows):
            _memory(count, home / "many.csv", schema)


def _memory(rows: int, path: Path, schema: Path) -> None:
    write(path, rows)
    wall, peak, found = ours(path, schema, path.with_suffix(".json"))
    sys.stdout.write(f"memory: {rows:,} rows, every key unique: {peak:.0f} MB, {wall:.1f} s\n")
    sys.stdout.flush()
    assert not found and peak < BOUND, f"{peak:.0f} MB"


def _compare(name: str, rows: int, path: Path, schema: Path) -> None:
    out = path.with_suffix(".json")
    rounds = [ours(path, schema, out) for _ in range(3)]
    wall, peak = min(r[0] for r in rounds), max(r[1] for r in rounds)
    slow, their_peak, expected = theirs(path, schema, out)
    assert all(found == expected for _, _, found in rounds), f"{name}: the findings differ"
    sys.stdout.write(
        f"{name}, {rows:,} rows: {len(expected):,} equal findings\n"
        f"  as a command: {wall:.2f} s, frictionless {slow:.1f} s: {slow / wall:.1f} times; "
        f"peak {peak:.0f} MB, frictionless {their_peak:.0f} MB\n"
    )
    calls = [our_call(path, schema) for _ in range(4)]
    first, wall = calls[0][0], min(seconds for seconds, _ in calls[1:])
    slow, expected = their_call(path, schema)
    assert all(found == expected for _, found in calls), f"{name}: the findings differ"
    sys.stdout.write(
        f"  as a call: {wall:.2f} s (the first {first:.2f} s), frictionless {slow:.1f} s: "
        f"{slow / wall:.1f} times (the first {slow / first:.1f})\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main("--full" in sys.argv)
