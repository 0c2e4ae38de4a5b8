"""CSV is written as Python's own csv module writes it, and read back cell by cell."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text.csv_writer import write_csv

CELLS = st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=8))


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 4).flatmap(lambda w: st.lists(st.lists(CELLS, min_size=w, max_size=w))))
def test_equals_the_csv_module(tmp_path_factory: pytest.TempPathFactory, rows: list) -> None:
    width = len(rows[0]) if rows else 2
    frame = pd.DataFrame(rows, columns=["a"] * width, dtype="str")
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    write_csv(frame, path)
    text = path.read_bytes().decode()
    cells = [["" if cell is None else cell for cell in row] for row in rows]
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a"] * width, *cells]
    if "\r" not in text:
        expected = io.StringIO(newline="")
        csv.writer(expected, lineterminator="\n").writerows([["a"] * width, *cells])
        assert text == expected.getvalue()


def test_large_tables_are_written_in_parts(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": [str(i) for i in range(250_001)]}, dtype="str")
    write_csv(frame, tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text().splitlines()
    assert lines[0] == "n" and lines[-1] == "250000" and len(lines) == 250_002
