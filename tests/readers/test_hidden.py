"""What a workbook hides is read, and said."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
import xlwt
from fixtures.layouts import HEAD, numbers, texts

from pipelines.extract import extract


def write_xlsx(path: Path) -> None:
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    for index, row in enumerate([["DINAS"], HEAD, *numbers(9)]):
        page.write_row(index, 0, row)
    for row in (0, 5, 6):
        page.set_row(row, None, None, {"hidden": True})
    page.set_column(2, 2, None, None, {"hidden": True})
    page.set_column(30, 40, None, None, {"hidden": True})
    book.close()


def write_xls(path: Path) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("Data")
    for r, row in enumerate([["DINAS"], HEAD, *numbers(9)]):
        for c, value in enumerate(row):
            page.write(r, c, value)
    for index in (0, 5, 6):
        page.row(index).hidden = True
    page.col(2).hidden = True
    book.save(str(path))


@pytest.mark.parametrize(("kind", "write"), [("xlsx", write_xlsx), ("xls", write_xls)])
def test_hidden_rows_and_columns(kind: str, write: object, tmp_path: Path) -> None:
    path = tmp_path / f"a.{kind}"
    write(path)  # type: ignore[operator]
    found = extract(path)
    assert found.table.frame.values.tolist() == texts(numbers(9))
    said = {finding.code: finding for finding in found.findings}
    assert said["columns-hidden"].params == {"count": 1, "columns": "C (Laki-laki)"}
    assert said["rows-hidden"].params == {"count": 2, "rows": "6–7"}
    assert said["rows-hidden"].position is not None and said["rows-hidden"].position.row == 6
