"""The shipped workbooks are those that the script makes, and what they tell holds together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import make_sources
import pytest
from openpyxl import load_workbook

from pipelines.workflow import Run

ROOT = Path(__file__).parents[1]
SHIPPED = sorted(path.relative_to(ROOT / "datasets") for path in ROOT.glob("datasets/*/source/*"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    make_sources.main(folder, [])
    return folder


def test_the_script_makes_every_shipped_source(made: Path) -> None:
    assert sorted(path.relative_to(made) for path in made.glob("*/source/*")) == SHIPPED


@pytest.mark.parametrize("source", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_workbook_has_the_cells_that_the_script_writes(made: Path, source: Path) -> None:
    assert _cells(made / source) == _cells(ROOT / "datasets" / source)


def _cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(path)
    return {sheet.title: list(sheet.values) for sheet in book.worksheets}


def test_the_budget_and_the_shared_taxes_hold_together() -> None:
    tables = {
        name: table.frame for name, table in Run(ROOT).prepare("realisasi-apbd").tables.items()
    }
    done = tables["apbd"].astype({"realisasi": float}).set_index(["tahun", "kode_rekening"])
    at = done["realisasi"].to_dict()
    shared = tables["bagi-hasil"].astype({"jumlah": float}).groupby("tahun")["jumlah"].sum()
    assert {year: at[year, "5.4.01"] for year in shared.index} == shared.to_dict()
    assert at["2023", "4"] - at["2023", "5"] + at["2023", "6"] == at["2024", "6.1.01"]
