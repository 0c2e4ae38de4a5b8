"""Every layout in every format gives the table that a careful person would type out."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.layouts import LAYOUTS, Case
from fixtures.writers import write_csv, write_ods, write_xls, write_xlsb, write_xlsx

from pipelines.extract import extract
from pipelines.model import Extraction

WRITERS = {"xlsx": write_xlsx, "xls": write_xls, "ods": write_ods, "xlsb": write_xlsb}
CASES = [(name, kind) for name, make in LAYOUTS.items() for kind in sorted(make().formats)]


def written(case: Case, kind: str, folder: Path) -> Path:
    path = folder / f"berkas.{kind}"
    if kind == "csv":
        write_csv(case.sheets[-1], path)
    else:
        WRITERS[kind](case.sheets, path)
    return path


def as_rows(extraction: Extraction) -> list[list[str]]:
    frame = extraction.table.frame
    return [["" if v != v else v for v in row] for row in frame.itertuples(index=False, name=None)]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_layout(name: str, kind: str, tmp_path: Path) -> None:
    case = LAYOUTS[name]()
    found = extract(written(case, kind, tmp_path))
    assert list(found.table.frame.columns) == case.labels
    assert as_rows(found) == case.rows
    if case.totals:
        assert len(found.totals) == case.totals
    left = found.evidence["rows"]["left"]
    for rule, count in case.rules.items():
        assert left.get(rule) == count, left
    accounts = found.evidence["rows"]
    assert accounts["sheet"] == accounts["data"] + accounts["header"] + sum(left.values())
    assert len(found.left_out) == sum(left.values())


def test_there_are_enough_layouts() -> None:
    assert len(LAYOUTS) >= 40
    assert {kind for _, kind in CASES} == {"xlsx", "xls", "ods", "csv", "xlsb"}
