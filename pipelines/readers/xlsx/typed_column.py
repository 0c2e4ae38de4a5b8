"""Columns of a workbook whose cells keep their types, and tokens that stand for such cells."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.text import arrow
from pipelines.text.arrow import Ints

ADDING = threading.Lock()


@dataclass
class TypedColumn:
    """One column over n rows: texts, number literals, day numbers, other values, with their rows.

    Rows in none of the four hold no value. dated: literals of numbers shown as dates, which `date`
    turns into values. others: the values of `other_at`, by code.
    """

    size: int
    text_at: Ints
    texts: Any
    number_at: Ints
    numbers: Any
    dated_at: Ints
    dated: Any
    other_at: Ints
    other_codes: Ints
    others: Sequence[Any]
    date: Callable[[str], Any]

    @property
    def empty_at(self) -> Ints:
        """The rows without a value."""
        filled = np.zeros(self.size, bool)
        for places in (self.text_at, self.number_at, self.dated_at, self.other_at):
            filled[places] = True
        return np.flatnonzero(~filled)

    def take(self, rows: Ints) -> TypedColumn:
        """Return the column over some of its rows, in order."""
        place = np.full(self.size, -1, np.int64)
        place[rows] = np.arange(len(rows))
        text, number, dated, other = (
            np.flatnonzero(place[at] >= 0)
            for at in (self.text_at, self.number_at, self.dated_at, self.other_at)
        )
        return TypedColumn(
            len(rows),
            place[self.text_at[text]],
            self.texts.take(arrow.integers(text)),
            place[self.number_at[number]],
            self.numbers.take(arrow.integers(number)),
            place[self.dated_at[dated]],
            self.dated.take(arrow.integers(dated)),
            place[self.other_at[other]],
            self.other_codes[other],
            self.others,
            self.date,
        )

    def __len__(self) -> int:
        return self.size

    def number(self, literal: str) -> int | float:
        """Return the value of a number literal."""
        return cast_number(literal)

    def tokens(self, others: list[Any]) -> Any:
        """Return n tokens, one text per cell (null: no value), and put `others` into the list."""
        dated = self.dated.dictionary_encode()
        days = [self.date(literal) for literal in dated.dictionary.to_pylist()]
        with ADDING:
            base = len(others)
            others.extend([*self.others, *days])
        codes = [*self.other_codes, *(arrow.int_values(dated.indices) + len(self.others))]
        parts = [
            pc.binary_join_element_wise(arrow.text("s"), self.texts, arrow.text("")),
            pc.binary_join_element_wise(arrow.text("n"), self.numbers, arrow.text("")),
            arrow.texts([f"o{base + code}" for code in codes]),
        ]
        index = np.full(self.size, -1, np.int64)
        places = np.concatenate([self.text_at, self.number_at, self.other_at, self.dated_at])
        index[places] = np.arange(len(places))
        # the last one, null, is what an index of -1 takes
        return pa.concat_arrays([*parts, arrow.texts([None])]).take(
            arrow.integers(np.where(index < 0, len(places), index))
        )


class Tokens:
    """Tokens for single cells, as `TypedColumn.tokens` makes them for many."""

    def token_of(self, cell: Any, others: list[Any]) -> str | None:
        """Return the token of a cell, which `others` keeps if it is neither text nor number."""
        if cell is None or isinstance(cell, str):
            return cell if cell is None else f"s{cell}"
        with ADDING:
            others.append(cell)
            return f"o{len(others) - 1}"

    def cell_of(self, token: str | None, others: Sequence[Any]) -> Any:
        """Return the cell that a token stands for."""
        if token is None or token[0] == "s":
            return token if token is None else token[1:]
        return others[int(token[1:])] if token[0] == "o" else cast_number(token[1:])


def cast_number(text: str) -> int | float:
    """Read a number literal as openpyxl does."""
    if "." in text or "E" in text or "e" in text:
        return float(text)
    return int(text)
