"""Totals that only their sums give away: no word of theirs says so."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Collection, Mapping

from pipelines.domain.reference import is_province, is_regency
from pipelines.extract.content import cells
from pipelines.extract.totals.data_rows import MOST_ROWS, DataRows, RowMark

#: Rows in which every row is tried as the total of the rows before it.
MOST_TRIED = 3_000

Marks = Mapping[int, RowMark]


def unlabelled_totals(rows: DataRows, marks: Marks, aside: Collection[int]) -> dict[int, RowMark]:
    """RowMark totals without words: a last row (the province's name), rows after each group
    (`Triwulan I`), rows over each group (`A  Kabupaten`).

    marks: rows with words, or known already; aside: rows computed from totals.
    """
    if len(rows.data) < 4 or len(rows.data) > MOST_ROWS:
        return {}
    left = [row for row in rows.data if row not in marks and row not in aside]
    found = _province(rows, left, aside) or _last(rows, left, len(aside))
    if len(rows.data) <= MOST_TRIED:
        found |= _over_groups(rows, marks) or _after_groups(rows, left) or _unnumbered(rows, left)
    return found


def _last(rows: DataRows, left: list[int], computed: int) -> dict[int, RowMark]:
    """The last row, when it is the sum of all others; so many computed rows may follow."""
    if len(left) < 4 or (not rows.ids and len(left) > MOST_TRIED):
        return {}
    *parts, row = left
    if rows.place[row] < len(rows.data) - 2 - computed:
        return {}
    if rows.ids and not rows.numberless(row):
        return {}
    if _is_regency_among_others(rows, row, parts):
        return {}
    if not rows.sums.exceeds(row, parts[:: max(1, len(left) // 40)]):
        return {}
    places = rows.places(parts)
    right, wrong = rows.sums.compare(row, places)
    if rows.ids:
        sure = right >= 1 and not wrong
    else:
        many, _ = rows.sums.compare(row, places, least=3)
        sure = many >= 2 and right >= wrong
        sure = sure and cells.kind(rows.grid.row(row)[rows.columns[0]]) == cells.TEXT
    return {row: RowMark(rows.columns[0], "")} if sure else {}


def _is_regency_among_others(rows: DataRows, row: int, others: list[int]) -> bool:
    """Say whether a row is a regency or city like others of the table: never their total, even
    where its numbers happen to be their sum."""
    for column in rows.columns:
        if is_regency(rows.text(row, column)):
            return any(is_regency(rows.text(other, column)) for other in others)
    return False


def _province(rows: DataRows, left: list[int], aside: Collection[int]) -> dict[int, RowMark]:
    """The first or the last row, when it has the province's name and is the sum of the others in
    most columns."""
    if len(left) < 3:
        return {}
    for row, parts in ((left[0], left[1:]), (left[-1], left[:-1])):
        column = next((j for j in rows.columns if is_province(rows.text(row, j))), None)
        inner = [other for other in rows.data if other not in aside]
        if column is None or row not in (inner[0], inner[-1]):
            continue
        right, wrong = rows.sums.compare(row, rows.places(parts))
        if right > wrong:
            return {row: RowMark(column, "")}
    return {}


def _over_groups(rows: DataRows, marks: Marks) -> dict[int, RowMark]:
    """Rows with a letter or nothing where the others have a number, each the sum of the rows
    that follow it."""
    if not rows.ids:
        return {}
    heads = [
        row
        for row in rows.data
        if row not in marks and cells.kind(rows.grid.row(row)[rows.ids[0]]) not in cells.TYPED
    ]
    if len(heads) < 2 or heads[0] != rows.data[0]:
        return {}
    found: dict[int, RowMark] = {}
    for row, stop in zip(heads, [*heads[1:], rows.data[-1] + 1], strict=True):
        below = [r for r in rows.data[rows.place[row] + 1 :] if r < stop and r not in marks]
        right, wrong = rows.sums.compare(row, rows.places(below))
        if not right or wrong:
            return {}
        column = next((j for j in rows.columns[1:] if rows.grid.filled[row, j]), 0)
        found[row] = RowMark(column, "", (below[0], below[-1]))
    return found


def _after_groups(rows: DataRows, left: list[int]) -> dict[int, RowMark]:
    """Rows that begin alike, each the sum of the rows since the one before."""
    words = [rows.text(row, rows.columns[0]).split(" ")[0].casefold() for row in left]
    for word, count in Counter(words).items():
        if word and 2 <= count <= len(left) // 3:
            ends = [index for index, other in enumerate(words) if other == word]
            found = _ends_of_groups(rows, left, ends)
            if found:
                return found
    return {}


def _ends_of_groups(rows: DataRows, left: list[int], ends: list[int]) -> dict[int, RowMark]:
    """The rows at these places if each is the sum of the rows since the one before."""
    found: dict[int, RowMark] = {}
    start = 0
    for end in ends:
        places = rows.places(left[start:end])
        right, wrong = rows.sums.compare(left[end], places, least=2)
        if right < 2 or wrong:
            return {}
        found[left[end]] = RowMark(rows.columns[0], "", (left[start], left[end - 1]))
        start = end + 1
    return found


def _unnumbered(rows: DataRows, left: list[int]) -> dict[int, RowMark]:
    """Rows without the number of a data row, each the sum of the rows of one or more groups
    that end above it (`Kabupaten`, `Kota`, `Provinsi`)."""
    if not rows.ids:
        return {}
    numbered: list[int] = []
    without: list[int] = []
    for row in left:
        (without if rows.numberless(row) else numbered).append(row)
    if not without or len(without) * 2 > len(left):
        return {}
    found: dict[int, RowMark] = {}
    bounds = [0]
    for row in without:
        seen = bisect(numbered, row)
        for start in reversed(bounds):
            right, wrong = rows.sums.compare(row, rows.places(numbered[start:seen]))
            if right and not wrong:
                span = (numbered[start], numbered[seen - 1])
                found[row] = RowMark(rows.first_filled(row), "", span)
                break
        else:
            return {}
        bounds.append(seen)
    return found if len(found) > 1 else {}
