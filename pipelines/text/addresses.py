"""A1 addresses: the names that spreadsheets give to columns and cells.

Rows and columns are counted from 1 as spreadsheets do: `A` is column 1, `AA` column 27.
"""

from __future__ import annotations

from functools import lru_cache

#: Columns whose conversion is remembered: as many as an xlsx sheet may have.
_REMEMBERED = 16_384


@lru_cache(_REMEMBERED)
def column_letters(column: int) -> str:
    """Return the letters of a column: 1 → A, 27 → AA; the empty string below 1."""
    letters = ""
    while column > 0:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


@lru_cache(_REMEMBERED)
def column_number(letters: str | bytes) -> int:
    """Return the number of a column from its letters, upper or lower case: A → 1, AA → 27."""
    number = 0
    for letter in letters.encode() if isinstance(letters, str) else letters:
        number = number * 26 + (letter & ~32) - 64
    return number


def cell_address(row: int, column: int) -> str:
    """Return the address of a cell: row 17, column 4 → D17."""
    return f"{column_letters(column)}{row}"
