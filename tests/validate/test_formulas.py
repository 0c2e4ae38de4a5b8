"""Cells that a spreadsheet would run are told; numbers, telephones and dashes are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipelines.model import Source, Table
from pipelines.project.schema import parse_schema
from pipelines.validate.formulas import find_formulas

SCHEMA = parse_schema(
    {"fields": [{"name": "teks", "type": "string"}, {"name": "angka", "type": "integer"}]},
    name="uji",
    where="uji",
)


def found(*cells: str | None) -> list[tuple[int, str]]:
    size = len(cells)
    frame = pd.DataFrame({"teks": list(cells), "angka": ["-1"] * size}).astype("str")
    table = Table(
        "uji", frame, (Source("a.csv"),), np.zeros(size, int), np.arange(size) + 2, (1, 2)
    )
    return [
        (int(item.params["count"]), str(item.position and item.position.cell))
        for item in find_formulas(table, SCHEMA)
    ]


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        '=HYPERLINK("http://x.example","klik")',
        "@SUM(A1)",
        "+CMD|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "+SUM(A1:A9)",
    ],
)
def test_what_a_spreadsheet_runs(cell: str) -> None:
    assert found("biasa", None, cell, cell) == [(2, "A4")]


@pytest.mark.parametrize(
    "cell",
    ["-", "- tidak ada", "-5", "+62 811 234", "= ", "==", "@akun", "a@b.example", "-2 (dua)",
     "- lihat catatan (1)", "±3"],
)  # fmt: skip
def test_what_it_does_not(cell: str) -> None:
    assert found(cell, None) == []
