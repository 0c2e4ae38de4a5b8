"""A1 addresses there and back."""

from __future__ import annotations

import pytest
from openpyxl.utils import get_column_letter

from pipelines.text.addresses import cell_address, column_letters, column_number


@pytest.mark.parametrize(
    ("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")]
)
def test_columns_have_letters(column: int, letters: str) -> None:
    assert column_letters(column) == letters
    assert column_number(letters) == column_number(letters.lower().encode()) == column


def test_every_column_of_a_sheet_is_named_as_openpyxl_names_it() -> None:
    columns = range(1, 16_385)
    letters = [column_letters(column) for column in columns]
    assert letters == [get_column_letter(column) for column in columns]
    assert [column_number(name) for name in letters] == list(columns)


def test_a_cell_is_addressed_by_column_and_row() -> None:
    assert cell_address(17, 4) == "D17"
