"""Every layout in every format gives the table that a careful person would type out."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.cases import LAYOUTS, Case
from fixtures.writers import (
    Sheet,
    shown,
    write_csv,
    write_ods,
    write_xls,
    write_xlsb,
    write_xlsm,
    write_xlsx,
)

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


@pytest.mark.parametrize("name", [name for name, kind in CASES if kind == "xlsx"])
def test_a_macro_enabled_workbook_is_read_as_a_plain_one(name: str, tmp_path: Path) -> None:
    case = LAYOUTS[name]()
    write_xlsm(case.sheets, tmp_path / "berkas.xlsm")
    found = extract(tmp_path / "berkas.xlsm")
    assert list(found.table.frame.columns) == case.labels
    assert as_rows(found) == case.rows


LETTERHEAD = [
    ["PEMERINTAH PROVINSI SUMATERA UTARA"],
    ["DINAS KOMUNIKASI DAN INFORMATIKA"],
    ["Jl. H.M. Said No. 27 Medan"],
    [],
]
BELOW = [
    [],
    ["Sumber: Dinas terkait, 2024 (diolah)"],
    [],
    [None, "Medan, 5 April 2024"],
    [None, "Kepala Dinas"],
    [],
    [],
    [None, "Drs. Budi Santoso, M.Si"],
    [None, "NIP. 19700101 199003 1 001"],
]
#: A list of lone words, and lines that look like one: what is around them can't be told from them.
UNSURE = {"one_column", "header_only", "header_only_printed", "template_33_rows", "sep_line_csv"}


def surrounded(sheet: Sheet, right: int) -> Sheet:
    """The same table with a letterhead above and a signature below, moved to the right."""
    rows = [[None] * right + list(row) for row in [*LETTERHEAD, *sheet.rows, *BELOW]]
    down = len(LETTERHEAD)
    merges = [(a + down, b + right, c + down, d + right) for a, b, c, d in sheet.merges]
    return Sheet(rows, merges, sheet.name, sheet.hidden, {row + down for row in sheet.bold})


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_what_stands_around_does_not_matter(name: str, tmp_path: Path) -> None:
    case = LAYOUTS[name]()
    sheet = case.sheets[-1]
    case.sheets[-1] = surrounded(sheet, 2)
    found = [extract(written(case, "xlsx", tmp_path))] if "xlsx" in case.formats else []
    if "csv" in case.formats and name not in UNSURE:
        lines = [";".join(map(shown, row)).rstrip(";") for row in surrounded(sheet, 0).rows]
        if not any('"' in line or "\n" in line for line in lines):
            (tmp_path / "a.txt").write_text("\n".join(lines), encoding="utf-8")
            found.append(extract(tmp_path / "a.txt"))
    for item in found:
        assert list(item.table.frame.columns) == case.labels
        assert as_rows(item) == case.rows
        assert not case.totals or len(item.totals) == case.totals


def test_there_are_enough_layouts() -> None:
    assert len(LAYOUTS) >= 150
    assert {kind for _, kind in CASES} == {"xlsx", "xls", "ods", "csv", "xlsb"}
