"""Finding for finding what Frictionless finds: thousands of random tables checked both ways.

The long run (`-m long`) goes on with other seeds; `EQUALITY_CASES` sets how many, `EQUALITY_FROM`
the first.
"""

from __future__ import annotations

import os
import random
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from frictionless import Resource, Schema
from validate.differential import Outcome, compare, describe
from validate.generate import Case, csv_bytes, make_case, make_long_numbers
from validate.workbooks import write_workbook

from pipelines.project.schema import parse_schema
from pipelines.validate.bulk import engine
from pipelines.validate.bulk.sources import FrameSource
from pipelines.validate.frictionless_api import BREAKDOWNS, NeedsFrictionless

CHUNK = 100
LONG = int(os.environ.get("EQUALITY_CASES", "20000"))
FIRST_BYTES = int(os.environ.get("EQUALITY_FROM", "100000"))
LIMITS = [1000, 1000, 1000, 0, 3, 1]


def as_csv(r: random.Random, case: Case, folder: Path) -> Path:
    path = folder / "case.csv"
    path.write_bytes(csv_bytes(r, case))
    return path


def as_tsv(r: random.Random, case: Case, folder: Path) -> Path:
    path = folder / "case.tsv"
    path.write_bytes(csv_bytes(r, case, delimiters="\t"))
    return path


def as_workbook(r: random.Random, case: Case, folder: Path) -> Path:
    path = folder / "case.xlsx"
    write_workbook(r, case, path)
    return path


def run(write: Callable[..., Path], seeds: range, folder: Path) -> Counter[str]:
    """Judge cases both ways; count what happened to them."""
    tally: Counter[str] = Counter()
    for seed in seeds:
        r = random.Random(f"{write.__name__} {seed}")
        case = make_case(r)
        path = write(r, case, folder)
        outcome = compare(path, case.schema, limit=r.choice(LIMITS))
        assert outcome.same, f"seed {seed}: " + describe(outcome, case.schema, case.rows)
        tally["by the engine" if outcome.ours is not None else "left to Frictionless"] += 1
        tally["findings"] += len(outcome.ours or ())
    return tally


@pytest.mark.parametrize("chunk", range(8))
def test_csv(chunk: int, tmp_path: Path) -> None:
    tally = run(as_csv, range(chunk * CHUNK, (chunk + 1) * CHUNK), tmp_path)
    assert tally["by the engine"] > 0.8 * CHUNK
    assert tally["findings"] > 5 * CHUNK


def test_tsv(tmp_path: Path) -> None:
    assert run(as_tsv, range(CHUNK), tmp_path)["by the engine"] > 0.4 * CHUNK


@pytest.mark.parametrize("chunk", range(2))
def test_xlsx(chunk: int, tmp_path: Path) -> None:
    tally = run(as_workbook, range(chunk * CHUNK, (chunk + 1) * CHUNK), tmp_path)
    assert tally["by the engine"] > 0.8 * CHUNK


@pytest.mark.parametrize("chunk", range(1))
def test_frame(chunk: int) -> None:
    tally: Counter[str] = Counter()
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        r = random.Random(f"frame {seed}")
        case = make_case(r)
        outcome = compare_frame(r, case)
        assert outcome.same, f"seed {seed}: " + describe(outcome, case.schema, case.rows)
        tally["by the engine"] += outcome.ours is not None
    assert tally["by the engine"] > 0.7 * CHUNK


def compare_frame(r: random.Random, case: Case) -> Outcome:
    """Judge a case as a frame of text, whose empty cells are sometimes no cells at all."""
    width = len(case.schema["fields"])
    labels = [field["name"] for field in case.schema["fields"]]
    padded = [[*row, *[None] * width][:width] for row in case.rows]
    cells = [[None if c == "" and r.random() < 0.7 else c for c in row] for row in padded]
    frame = pd.DataFrame(cells, columns=labels, dtype="str")
    schema = parse_schema(case.schema, name="case", where="case")
    try:
        result = engine.validate(FrameSource(frame, "case"), schema.descriptor, limit=0)
    except (NeedsFrictionless, *BREAKDOWNS):
        return Outcome(None, None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            made = Schema.from_descriptor(dict(case.schema))
            profile = case.schema.get("$schema", "").replace("tableschema", "dataresource")
            extra: dict[str, Any] = {"schema_profile": profile} if profile else {}
            report = Resource(data=[labels, *cells], schema=made, **extra).validate(limit_errors=0)
        except BREAKDOWNS:
            return Outcome(None, None)
    theirs = [
        (e.type, e.row_number, getattr(e, "field_name", None), e.note)
        for e in report.tasks[0].errors
    ]
    ours = [(f.type, f.row, f.field, f.note) for f in result.faults]
    return Outcome(theirs, ours)


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.parametrize("write", [as_csv, as_workbook, as_tsv])
def test_long(write: Callable[..., Path], tmp_path: Path) -> None:
    share = {"as_csv": 0.7, "as_workbook": 0.25, "as_tsv": 0.05}[write.__name__]
    tally = run(write, range(FIRST_BYTES, FIRST_BYTES + int(LONG * share)), tmp_path)
    print(write.__name__, dict(tally))  # noqa: T201 - asked for by hand


@pytest.mark.parametrize("write", [as_csv, as_workbook])
def test_keys_of_more_digits_than_a_double_holds(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    """Numbers of 15 to 60 digits, equal or different in the last ones, written in several ways."""
    tally: Counter[str] = Counter()
    for seed in range(2 * CHUNK):
        r = random.Random(f"digits {seed}")
        case = make_long_numbers(r)
        outcome = compare(write(r, case, tmp_path), case.schema)
        assert outcome.same, f"seed {seed}: " + describe(outcome, case.schema, case.rows)
        tally["by the engine"] += outcome.ours is not None
        tally["repeated"] += sum("the same" in note for *_, note in outcome.ours or ())
    assert tally["by the engine"] > 1.5 * CHUNK
    assert tally["repeated"] > 2 * CHUNK
