"""An office's file, faulty: reported, marked, and fed straight back in."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipelines import report
from pipelines.model import MaskedReport
from pipelines.project.schema import load_schema
from pipelines.readers.xlsx.annotated import is_annotated
from pipelines.validate import exact, validate_file
from pipelines.workflow import Run

ROOT = Path(__file__).parents[2]
NAME = "indeks-kepuasan-masyarakat"
FILE = "ikm-2023-semester-2.xlsx"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project with three faults in one office's workbook."""
    for folder in ("datasets", "schemas"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    path = source(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[-1]
    sheet["F10"], sheet["N11"], sheet["M12"] = "5,2", "A", 90.1
    book.save(path)
    return tmp_path


def source(project: Path) -> Path:
    return project / "datasets" / NAME / "source" / FILE


def judged(project: Path) -> MaskedReport:
    return Run(project).prepare(NAME).report


def found(verdict: MaskedReport) -> list[tuple[Any, ...]]:
    table = verdict.tables[0]
    return [
        (f.severity, f.key, f.field, f.value, str(f.position))
        for f in (*table.errors, *table.warnings)
    ]


def test_marked_workbook_is_judged_like_the_original(project: Path, tmp_path: Path) -> None:
    first = judged(project)
    assert {f.position.cell for f in first.tables[0].errors if f.position} >= {"F10", "N11", "M12"}
    written = report.write_workbook(first, tmp_path / "temuan.xlsx")
    marked = next(path for path in written if path.name.endswith(FILE))
    shutil.copy(marked, source(project))
    again = judged(project)
    assert found(again) == found(first)
    assert again.tables[0].left_out == first.tables[0].left_out

    book = openpyxl.load_workbook(marked)
    sheet = book.worksheets[-1]
    sheet["F10"], sheet["N11"], sheet["M12"] = 3.4, "B", 77.67
    book.save(source(project))
    assert judged(project).valid


def test_every_report_can_be_made(project: Path, tmp_path: Path) -> None:
    verdict = judged(project)
    assert report.write_html(verdict, tmp_path / "a.html") == [tmp_path / "a.html"]
    assert report.write_json(verdict, tmp_path / "a.json") == [tmp_path / "a.json"]
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "Huruf mutu tidak sesuai nilai IKM" in page and "baris disisihkan" in page


def test_plain_workbook_is_judged_like_the_original(tmp_path: Path) -> None:
    schema = load_schema(ROOT / "schemas" / "ikm.yaml")
    original, marked = tmp_path / "data.xlsx", tmp_path / "temuan.xlsx"
    book = openpyxl.Workbook()
    sample = (ROOT / "schemas" / "samples" / "ikm.invalid.csv").read_text(encoding="utf-8")
    for line in csv.reader(sample.splitlines()):
        book.active.append(line)  # type: ignore[union-attr]
    book.save(original)
    assert not is_annotated(original)
    verdict = validate_file(original, schema)
    assert verdict.errors
    report.write_workbook(MaskedReport("data", (verdict,)), marked)
    assert is_annotated(marked)

    def faults(path: Path) -> list[tuple[object, ...]]:
        return [(f.code, f.row, f.field) for f in validate_file(path, schema).errors]

    assert faults(marked) == faults(original)
    alone = exact.check_file(marked, schema, limit=1000).faults
    assert [(f.type, f.row, f.field) for f in alone] == faults(original)
