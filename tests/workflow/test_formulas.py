"""Formulas without stored results are never published as missing values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from workflow.projects import NAME, write_project, write_workbook

from pipelines import messages
from pipelines.errors import Refused
from pipelines.extract import extract, inspect
from pipelines.model import Finding
from pipelines.workflow import Run

HEAD = ["kode", "tahun", "jumlah"]


def plain(row: int) -> list[Any]:
    return [f"12.{row:02d}", 2024, 10 * row]


def with_formula(row: int) -> list[Any]:
    return [f"12.{row:02d}", 2024, f"=10*{row}"]


CASES: dict[str, tuple[Sequence[Sequence[Any]], list[tuple[str, int]]]] = {
    "one column": ([HEAD, *map(with_formula, range(1, 8))], [("C2", 7)]),
    "some cells": (
        [HEAD, *(with_formula(n) if n % 3 == 0 else plain(n) for n in range(1, 8))], [("C4", 2)],
    ),
    "one cell": ([HEAD, plain(1), with_formula(2), plain(3)], [("C3", 1)]),
    "two columns": (
        [HEAD, *([f"12.{n:02d}", "=2000+24", f"=10*{n}"] for n in range(1, 8))],
        [("B2", 7), ("C2", 7)],
    ),
    "rows of nothing else": (
        [HEAD, *map(plain, range(1, 6)), ["=A2", "=B2", "=C2"]], [("A7", 1), ("B7", 1), ("C7", 1)],
    ),
}  # fmt: skip


def told(findings: Sequence[Finding]) -> list[tuple[str | None, int]]:
    found = [f for f in findings if f.code == "formula-uncached" and f.severity == "error"]
    for finding in found:
        for lang in messages.LANGS:
            assert "a.xlsx › Data" in finding.text("message", lang)
            assert "LibreOffice" in finding.text("next", lang)
    return [(f.position.cell if f.position else None, f.params["count"]) for f in found]


@pytest.mark.parametrize("case", CASES)
def test_formulas_in_data_are_errors(tmp_path: Path, case: str) -> None:
    rows, expected = CASES[case]
    source = write_project(tmp_path)
    write_workbook(source / "a.xlsx", {"Data": rows})
    sheet = inspect(source / "a.xlsx").sheets[0]
    assert told(sheet.findings) == expected
    assert told(extract(source / "a.xlsx").findings) == expected
    (report,) = Run(tmp_path).prepare(NAME).report.tables
    assert told(report.errors) == expected
    assert {finding.code for finding in report.errors} == {"formula-uncached"}


def test_a_sheet_of_formulas_alone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_workbook(path, {"Data": [["=A9", "=B9"], *(["=1+1", "=2+2"] for _ in range(5))]})
    with pytest.raises(Refused) as caught:
        extract(path)
    assert caught.value.code == "formula-uncached"
    assert caught.value.params["place"] == "A1"
    assert told(inspect(path).sheets[0].findings) == [("A1", 6), ("B1", 6)]


def test_a_total_without_its_result_is_a_warning(tmp_path: Path) -> None:
    rows = [HEAD, *map(plain, range(1, 6)), ["Jumlah", None, "=SUM(C2:C6)"]]
    write_workbook(tmp_path / "a.xlsx", {"Data": rows})
    found = extract(tmp_path / "a.xlsx")
    assert len(found.table) == 5
    assert [(f.key, f.severity) for f in found.findings] == [("formula-uncached.beside", "warning")]
