"""The screen for personal data: precision and recall on the labelled set, and its speed.

usage: python -m bench.privacy [--full]     (quick: 200,000 rows; full: 1,000,000)
"""

from __future__ import annotations

import collections
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from bench import services
from bench.labelled import CLANS, GIVEN, Make, shape
from bench.labelled_families import Column, columns, person
from pipelines.domain.identifiers import find
from pipelines.extract import extract
from pipelines.model import Source, Table
from pipelines.privacy import screen
from pipelines.project.layout import Layout
from pipelines.project.schema import parse_schema

#: A NIK, a KK and a person's 16-digit NPWP are one form; under a silent label either name is right.
ALIKE = {"kk": "nik"}


class Score(NamedTuple):
    """Cells × kinds: found and there, found and not there, there and not found."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of accusations that are true."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """Share of identifiers that are found."""
        return self.right / max(self.right + self.missed, 1)


def score(made: list[Column]) -> tuple[Score, dict[str, Score]]:
    """Judge every column by its cells; the total and the score by family."""
    families: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0, 0])
    for column in made:
        found: list[set[str]] = [set() for _ in column.cells]
        for hit in find(pa.array(column.cells), label=column.label):
            found[hit.row].add(ALIKE.get(hit.kind, hit.kind))
        tally = families[column.family]
        for kinds, truth in zip(found, column.truth, strict=True):
            true = {ALIKE.get(kind, kind) for kind in truth}
            tally[0] += len(kinds & true)
            tally[1] += len(kinds - true)
            tally[2] += len(true - kinds)
    scores = {family: Score(*tally) for family, tally in families.items()}
    return Score(*map(sum, zip(*scores.values(), strict=True))), scores


PLACES = (
    "Asahan", "Batu Bara", "Dairi", "Deli Serdang", "Humbang Hasundutan", "Karo", "Langkat",
    "Mandailing Natal", "Pakpak Bharat", "Samosir", "Simalungun", "Tapanuli Utara", "Toba", "Medan",
    "Medan Johor", "Tanjung Morawa", "Percut Sei Tuan", "Sibolangit", "Padang Bolak", "Nias",
)  # fmt: skip
PLACE = shape(*PLACES)
#: Columns of names of people (true) and of other things (false), by label.
NAMES_OF: tuple[tuple[str, Make, bool], ...] = (
    ("nama_pemohon", person, True),
    ("nama", person, True),
    ("nama_lengkap", person, True),
    ("nama", lambda r: person(r).upper(), True),
    ("nama", lambda r: "dr. " + person(r), True),
    ("nama", PLACE, False),
    ("nama", lambda r: f"Kabupaten {PLACE(r)}", False),
    ("nama_unit", lambda r: f"Dinas {r.choice(('Kesehatan', 'Sosial'))} {PLACE(r)}", False),
    ("nama", lambda r: f"{r.choice(('SD', 'SMP'))} Negeri {r.randint(1, 99)} {PLACE(r)}", False),
    ("nama_jalan", lambda r: f"Jalan {person(r)}", False),
    ("nama", lambda r: f"RSUD dr. {person(r)}", False),
    ("nama", shape("Kepala Bidang Anggaran", "Kepala Bidang Data", "Sekretaris Dinas"), False),
    ("nama_barang", shape("Meja", "Kursi", "Laptop"), False),
    (
        "nama",
        lambda r: f"{r.choice(('CV', 'PT', 'UD'))} {r.choice(GIVEN)} {r.choice(CLANS)}",
        False,
    ),
)


def names(seed: int, repeats: int) -> Score:
    """Judge columns of names, whole columns at a time."""
    right = wrong = missed = 0
    for label, make, true in NAMES_OF:
        for repeat in range(repeats):
            r = random.Random(f"{seed}/{label}/{repeat}")
            cells = [make(r) for _ in range(r.choice((5, 12, 40)))]
            schema = parse_schema(
                {"fields": [{"name": label, "type": "string"}]}, name="x", where="x"
            )
            found = bool(screen(as_table(pd.DataFrame({label: cells}, dtype="str")), schema, {}))
            right += found and true
            wrong += found and not true
            missed += true and not found
    return Score(right, wrong, missed)


def as_table(frame: pd.DataFrame) -> Table:
    """A frame as a table read from a file."""
    rows = len(frame)
    places = np.arange(2, rows + 2)
    columns = tuple(range(1, frame.shape[1] + 1))
    return Table("x", frame, (Source("x.csv"),), np.zeros(rows, np.int32), places, columns)


def speed(rows: int) -> None:
    """Print the time of the screen against reading the same table, best of three each."""
    schema = parse_schema(services.SCHEMA, name="services", where="bench")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "services.csv"
        services.write(path, rows)
        text = pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(schema.names, pa.large_string()), strings_can_be_null=True
        )
        arrow, read = best(lambda: pyarrow.csv.read_csv(path, convert_options=text))
        ours, extraction = best(lambda: extract(path, Layout()))
    frame = read.to_pandas(types_mapper={pa.large_string(): pd.StringDtype(na_value=np.nan)}.get)
    screened, findings = best(lambda: screen(as_table(frame), schema, {}))
    if findings or len(extraction.table) != rows:
        raise AssertionError("the benchmark table has no personal data")
    print(f"screen speed      {rows:,} rows × {frame.shape[1]} columns of text, best of three")
    print(
        f"  screen {screened:.2f} s, reading by extract {ours:.2f} s, by Arrow alone {arrow:.2f} s"
    )
    print(
        f"  {screened / ours:.2f} × reading it, {screened / arrow:.2f} × Arrow's reader  (aim ≤ 1)"
    )


def best(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the fastest of three runs, and what the work gave."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - started)
    return min(times), result


def main(full: bool = False) -> None:
    """Print quality and speed."""
    made = columns(seed=2024, repeats=60 if full else 15)
    total, families = score(made)
    cells = sum(len(column.cells) for column in made)
    print(f"screen quality    {cells:,} cells in {len(made):,} columns of {len(families)} families")
    print(
        f"  identifiers  precision {total.precision:.4f}  recall {total.recall:.4f}   (aim ≥ 0.99)"
    )
    for family, one in families.items():
        if one.wrong or one.missed:
            print(f"    {family}: right {one.right}, wrong {one.wrong}, missed {one.missed}")
    people = names(seed=2024, repeats=60 if full else 15)
    print(f"  name columns precision {people.precision:.4f}  recall {people.recall:.4f}")
    speed(1_000_000 if full else 200_000)


if __name__ == "__main__":
    main("--full" in sys.argv[1:])
