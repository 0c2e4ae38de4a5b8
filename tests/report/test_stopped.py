"""A check that ended at the limit of errors says so wherever its report is read."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from rich.console import Console

from pipelines import messages, report
from pipelines.model import MaskedReport
from pipelines.project.schema import parse_schema
from pipelines.validate import validate_file

SAYS = "The check stopped at the limit of 3 errors"


@pytest.fixture
def judged(tmp_path: Path) -> dict[int, MaskedReport]:
    path = tmp_path / "x.csv"
    path.write_text("v\n" + "x\n" * 9, encoding="utf-8")
    schema = parse_schema({"fields": [{"name": "v", "type": "integer"}]}, name="x", where="x")
    return {
        limit: MaskedReport("x.csv", (validate_file(path, schema, limit=limit),))
        for limit in (0, 3)
    }


@pytest.fixture(autouse=True)
def english() -> object:
    messages.set_lang("en")
    yield
    messages.set_lang("id")


@pytest.mark.parametrize("limit", [0, 3])
def test_every_form_says_it(judged: dict[int, MaskedReport], limit: int, tmp_path: Path) -> None:
    found = judged[limit]
    screen = io.StringIO()
    report.print_report(found, Console(file=screen, width=80))
    (page,) = report.write_html(found, tmp_path / "x.html")
    (book,) = report.write_workbook(found, tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(book).worksheets[0]
    cells = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    told = [SAYS in " ".join(text.split()) for text in (screen.getvalue(), page.read_text(), cells)]
    assert told == [limit == 3] * 3
