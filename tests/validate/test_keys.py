"""Uniqueness is exact, in memory and from the temporary file."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.project.schema import parse_schema
from pipelines.text import arrow
from pipelines.validate import validate_file
from pipelines.validate.bulk import csv_blocks, keys
from pipelines.validate.bulk.hash_partitions import (
    PARTITIONS,
    Batch,
    PartitionFile,
    partition_numbers,
)
from pipelines.validate.bulk.hashing import hash_texts


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=40))
def test_equal_texts_have_equal_hashes(texts: list[str]) -> None:
    hashes = hash_texts(pa.array(texts, pa.string())).tolist()
    one_by_one = [int(hash_texts(pa.array([text]))[0]) for text in texts]
    assert hashes == one_by_one
    assert len(set(hashes)) == len(set(texts))


def test_slices_hash_alike() -> None:
    texts = pa.array(["", "a", "ab", "abcdefgh", "abcdefghi", "é" * 9, "a\x00"])
    assert (hash_texts(texts.slice(2)) == hash_texts(texts)[2:]).all()


@pytest.mark.parametrize("limit", [0, 5])
@pytest.mark.parametrize("held", [keys.MEMORY_LIMIT, 1])
@pytest.mark.parametrize("kind", ["integer", "number", "string"])
@pytest.mark.parametrize("key", [["a"], ["a", "b"]])
def test_repeats(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    held: int,
    kind: str,
    key: list[str],
    limit: int,
) -> None:
    monkeypatch.setattr(keys, "MEMORY_LIMIT", held)
    monkeypatch.setattr(csv_blocks, "FIRST_BYTES", 200)  # gives many batches
    monkeypatch.setattr(csv_blocks, "LARGEST_BYTES", 800)
    r = random.Random(len(key))
    rows = [(r.randrange(900), r.randrange(3)) for _ in range(1000)]
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "".join(f"{a},{b}\n" for a, b in rows))
    fields = [{"name": "a", "type": kind}, {"name": "b", "type": "string"}]
    schema = parse_schema({"fields": fields, "primaryKey": key}, name="x", where="x")
    seen: dict[tuple[int, ...], int] = {}
    expected: list[tuple[int, int]] = []
    for number, row in enumerate(rows, start=2):
        values = row[: len(key)]
        if values in seen:
            expected.append((number, seen[values]))
        seen[values] = number
    report = validate_file(path, schema, limit=limit)
    assert [(f.row, f.params["other"]) for f in report.errors] == expected[: limit or None]


def test_spilled_values_come_back_by_partitions() -> None:
    r = random.Random(5)
    batches = []
    for start in range(0, 3000, 1000):
        texts = arrow.texts([str(r.randrange(500)) for _ in range(1000)])
        rows = np.arange(start, start + 1000)
        batches.append(Batch(rows, hash_texts(texts), [texts]))
    with contextlib.closing(PartitionFile(1)) as file:
        file.write(batches[:2])
        file.write(batches[2:])
        found: dict[int, str] = {}
        for number in range(PARTITIONS):
            texts = set()
            for batch in file.read(number):
                found |= zip(batch.rows.tolist(), batch.cells[0].to_pylist(), strict=True)
                texts |= set(batch.cells[0].to_pylist())
            assert len(texts) < 100  # of 500: no partition holds much more than its part
    expected = [text for batch in batches for text in batch.cells[0].to_pylist()]
    assert found == dict(enumerate(expected))


def test_whole_numbers_spread_over_all_partitions() -> None:
    numbers = np.arange(10_000, dtype=np.float64).view(np.uint64)
    counts = np.bincount(
        partition_numbers(numbers, PARTITIONS),
        minlength=PARTITIONS,
    )
    assert counts.min() > 0 and counts.max() < 1000


@pytest.mark.parametrize(
    ("kind", "texts", "duplicates"),
    [
        ("integer", ["7", "07", " 7", "+7", "8"], 3),
        ("number", ["1.5", "1.50", "15e-1", "1.51", "NaN", "NaN"], 2),
        ("date", ["2024-01-05", "2024-1-5", "2024-01-06"], 1),
        ("boolean", ["true", "1", "false"], 1),
        ("yearmonth", ["2024-01", "2024-1"], 1),
        ("string", ["a", "A", "a "], 0),
    ],
)
def test_equal_values_in_other_words(
    tmp_path: Path, kind: str, texts: list[str], duplicates: int
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "".join(f"{text},x\n" for text in texts))
    fields = [
        {"name": "a", "type": kind, "constraints": {"unique": True}},
        {"name": "b", "type": "any"},
    ]
    report = validate_file(path, parse_schema({"fields": fields}, name="x", where="x"))
    assert [f.code for f in report.errors] == ["unique-error"] * duplicates
