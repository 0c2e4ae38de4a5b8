"""Printed pages put together at random are read as a careful person would type them out."""

from __future__ import annotations

import pytest
from fixtures.printed import Page, Printer

from pipelines.extract.accounts import row_rules
from pipelines.extract.fill_down import fill_down
from pipelines.extract.tables.sheet_tables import sheet_tables
from pipelines.project.layout import Layout
from pipelines.readers.grid import Merge, from_rows

EACH = 100


def read(page: Page) -> tuple[list[str], list[list[str]]]:
    """Read a page, and hold that every row of it is accounted for."""
    rows = [[None if cell is None else str(cell) for cell in row] for row in page.rows]
    sheet = sheet_tables(from_rows(rows, merges=[Merge(*m) for m in page.merges]), Layout())
    best = max(sheet.tables, key=lambda table: table.score)
    rules = row_rules(sheet.grid, sheet.tables, best)
    assert len(rules) + len(best.data) + len(best.header.rows) == sheet.grid.height
    grid = fill_down(best, Layout())
    return best.labels, [
        [grid.row(row)[column] or "" for column in best.columns] for row in best.data.tolist()
    ]


@pytest.mark.parametrize("start", range(0, 20 * EACH, EACH))
def test_printed_pages(start: int) -> None:
    for seed in range(start, start + EACH):
        page = Printer(seed).make()
        assert read(page) == (page.labels, page.truth), f"seed {seed}"
