"""What a row below the labels is, when it is no data: the rule under which it is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from pipelines.domain.reference import is_regency
from pipelines.extract.content import cells, phrases
from pipelines.extract.content.profile import Profile
from pipelines.extract.header.header_rows import Header
from pipelines.extract.header.labels import is_sentence
from pipelines.readers import Grid
from pipelines.readers.grid import fold

_ENUMERATOR = re.compile(r"(?:[A-Z]|[IVX]{1,5}|[a-z])[.)]?")


def cut_note(grid: Grid, row: int, columns: list[int]) -> bool:
    """Say whether a record of delimited text is a note cut at its own separators:
    `Sumber: BPS, 2024` has fewer cells than the table, or a space after the separator."""
    texts = grid.texts(row)
    if grid.lengths is None or ":" not in texts[0] or not phrases.footer(fold(texts[0])):
        return False
    short = int(grid.lengths[row]) <= max(columns, default=0)
    return short or is_sentence(grid, row) or texts[0].endswith(":")


class RowClassifier:
    """Names the rule for rows of one table, one by one.

    columns, ids: the table's columns, and those that number its rows. heads: the folded label rows.
    """

    def __init__(
        self,
        grid: Grid,
        header: Header,
        shape: Profile,
        columns: list[int],
        ids: list[int],
        heads: list[list[str]],
    ) -> None:
        self.grid = grid
        self.header = header
        self.shape = shape
        self.columns = columns
        self.first = columns[0] if columns else 0
        self.inside = set(columns)
        self.ids = ids
        self.heads = heads

    def rule(self, row: int, last: int, again: bool) -> str:
        """Return the rule under which a row is left out, '' for data.

        last: the last row that surely is data; again: the row above repeats the labels.
        """
        grid = self.grid
        texts = grid.row(row)
        filled = [j for j, text in enumerate(texts) if text and not text.isspace()]
        if not filled:
            return "left-blank"
        words = [fold(texts[j]) for j in filled]
        folded = [fold(text) for text in texts]
        if any(head == folded for head in self.heads if sum(map(bool, head)) >= 2):
            return "left-repeated-header"
        if cells.ruler(words) and (again or len(filled) > 1 or len(words[0]) > 4):
            return "left-ruler"
        if len(filled) >= 2 and self.shape.counts_columns(texts):
            if again or row == self.header.data:
                return "left-numbering"
            if words[0].startswith("(") and len(filled) * 2 >= self.shape.width:
                return "left-numbering"
        if len(filled) > 1 and self._only_words_for_numbers(texts, filled):
            return "left-note"
        if row > last:
            return self._foot(row, filled, words)
        return self._section(row, filled, words)

    def _only_words_for_numbers(self, texts: Sequence[str | None], filled: list[int]) -> bool:
        """The row names nothing, and has words wherever it has something: the title of a table
        below, say."""
        fits, clashes = self.shape.agreement(texts)
        return clashes == len(filled) and not fits and len(self.shape.typed) < len(self.columns)

    def _section(self, row: int, filled: list[int], words: list[str]) -> str:
        """A heading of a group of rows, between data rows."""
        if len(filled) == 1 and phrases.region_level(words[0]) and self._names_regions(filled[0]):
            return "left-section"
        if self.shape.width < 3 and not self._merged_wide(row):
            return ""
        if any(phrases.total_words(word) for word in words[:2]):
            return ""
        fits, _ = self.shape.agreement(self.grid.row(row))
        if len(filled) == 1:
            if self._merged_wide(row):
                return phrases.footer(words[0]) or "left-section"
            if phrases.footer(words[0]):
                return phrases.footer(words[0])
            if fits:
                return ""
            column = self.shape.columns[filled[0]]
            if column.typed or (self.ids and filled[0] not in self.ids):
                return "left-section"
            if row in self.grid.bold or words[0].endswith(":"):
                return "left-section"
            if words[0].isupper() and self._upper < 0.2:
                return "left-section"
            return ""
        lettered = bool(_ENUMERATOR.fullmatch(words[0])) and filled[0] == self.first
        if lettered and len(filled) == 2 and not fits and self.shape.typed and self.shape.width > 3:
            return "left-section"
        return ""

    def _foot(self, row: int, filled: list[int], words: list[str]) -> str:
        """A row below the last data row."""
        line = " ".join(words)
        known = next((rule for word in words if (rule := phrases.footer(word))), "")
        if known and len(filled) <= 2:
            return known
        if cut_note(self.grid, row, self.columns):
            return phrases.footer(fold(self.grid.texts(row)[0]))
        fits, clashes = self.shape.agreement(self.grid.row(row))
        apart = row > 0 and self.grid.counts[row - 1] == 0
        if len(filled) == 1 and (self.shape.width > 1 or apart):
            column = self.shape.columns[filled[0]]
            if fits and not apart and filled[0] == self.first:
                return ""
            if self._merged_wide(row) or apart or self._below_foot(row) or column.typed:
                return "left-note"
            if filled[0] not in self.inside or self._after_total(row):
                return "left-note"
            long = len(line) > max(20, 1.5 * column.longest) and line.count(" ") > 1
            return "left-note" if long or self.grid.kind == "sheet" else ""
        if known and clashes >= fits:
            return known
        if self.shape.typed and not fits and (apart or self._below_foot(row)):
            return "left-note"
        return ""

    def _after_total(self, row: int) -> bool:
        """The row above is named a total."""
        above = self.grid.texts(row - 1) if row > self.header.data else []
        return any(phrases.total_words(text) in ("exact", "sub") for text in above[:2])

    def _below_foot(self, row: int) -> bool:
        """The row above is already below the table."""
        words = self.grid.texts(row - 1) if row else []
        return bool(
            len(words) <= 1
            and self.shape.width > 2
            and not self.shape.looks_like_data(self.grid.row(row - 1))
        )

    def _merged_wide(self, row: int) -> bool:
        width = len(self.columns)
        return width > 1 and any(
            merge.top <= row <= merge.bottom
            and merge.top == merge.bottom
            and merge.right - merge.left + 1 >= max(2, (width + 1) // 2)
            for merge in self.grid.merges
        )

    def _names_regions(self, column: int) -> bool:
        """Most of the column's cells are regencies and cities."""
        names = list(self.shape.columns[column].values)[:60]
        return sum(map(is_regency, names)) * 2 > len(names)

    @cached_property
    def _upper(self) -> float:
        """The share of the names at the left that are written in capitals."""
        texts = [
            text
            for j in self.columns[:2]
            for text in list(self.shape.columns[j].values)[:60]
            if cells.kind(text) == cells.TEXT
        ]
        return sum(text.isupper() for text in texts) / len(texts) if texts else 0.0
