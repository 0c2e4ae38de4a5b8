"""Cutting lines into records: strictly where the line is well formed, by repair where it is not.

A quote opens a cell only when some closing quote makes the line fit; any other quote is part of
the value and survives. A cell may hold line breaks when the lines joined make one whole record.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.readers.delimited.dialect import Dialect
from pipelines.readers.delimited.regular_quotes import records, whole_records
from pipelines.readers.delimited.repair import Repair

JOINED = 200
LONGEST_REPAIR = 20_000


@dataclass
class Records:
    """The records in order; 0-based numbers of those repaired, and of those of another width."""

    rows: list[list[str]] = field(default_factory=list)
    repaired: list[int] = field(default_factory=list)
    other_separator: list[int] = field(default_factory=list)


def well_formed(lines: Sequence[str], dialect: Dialect) -> Records | None:
    """Read lines (ends kept) by the letter of RFC 4180; None unless every quote is regular and
    nearly all records have one width, those of several lines included."""
    quote = dialect.quote
    if dialect.escape or not quote or not any(quote in line for line in lines):
        return None
    found = records(lines, dialect.separator, quote, space=dialect.space)
    if found is None:
        return None
    rows, folded = found
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return None
    usual, times = widths.most_common(1)[0]
    if times < 0.95 * sum(widths.values()) or any(len(rows[n]) != usual for n in folded):
        return None
    if any(quote in cell for row in rows if len(row) != usual for cell in row):
        return None
    return Records(rows)


def prose(rows: Sequence[list[str]], width: int) -> list[list[str]]:
    """Put lines above and below a table parted by spaces together again: titles and notes are
    words, and have another number of them than the table has cells, or something else below.

    A first record one cell short of a table whose rows are numbered holds its labels.
    """
    usual = [number for number, row in enumerate(rows) if len(row) == width]
    if not usual or width < 2:
        return list(rows)
    while len(usual) > 2 and usual[0] + 1 < usual[1]:
        between = "".join(cell for row in rows[usual[0] + 1 : usual[1]] for cell in row)
        if any(char.isdigit() for char in between):
            break
        usual.pop(0)
    first, last = usual[0], usual[-1]
    if first and len(rows[first - 1]) == width - 1 and rows[first][0] in ("0", "1"):
        first -= 1
    return [
        row if first <= number <= last or not row else [" ".join(row)]
        for number, row in enumerate(rows)
    ]


class Cutter:
    """Cuts lines of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.mark = dialect.separator
        self.quote = dialect.quote
        quote, mark = re.escape(dialect.quote), re.escape(dialect.separator)
        gap = " ?" if dialect.space else ""
        inner = (
            rf"[^{quote}\\]|\\.|{quote}{quote}" if dialect.escape else rf"[^{quote}]|{quote}{quote}"
        )
        loose = "" if dialect.separator.startswith(" ") else " *"
        self.quoted = re.compile(rf"{gap}{quote}((?:{inner})*+){quote}{loose}(?={mark}|\Z)", re.S)
        self.open = re.compile(rf"{gap}{quote}")

    def read(self, lines: Sequence[str]) -> Records:
        """Cut the file's lines (ends kept) into records."""
        found = Records()
        index = 0
        usual: list[str] | None = None
        width = self.dialect.width
        while index < len(lines):
            line = lines[index].rstrip("\r\n")
            if not self.quote or self.quote not in line:
                row = self.split(line)
                taken = 1
            else:
                strict = self.strict(line)
                if strict is not None and not self._doubtful(line, strict):
                    row, taken = strict, 1
                else:
                    row, taken = self._hard(lines, index, width)
                    if taken == 1 and row != strict:
                        found.repaired.append(len(found.rows))
            if len(row) == width:
                usual = row
            elif width > 2 and taken == 1 and usual is not None:
                other = self._other(line, usual)
                if other is not None:
                    row = other
                    found.other_separator.append(len(found.rows))
            found.rows.append(row)
            index += taken
        return found

    def _doubtful(self, line: str, row: Sequence[str]) -> bool:
        """A record too wide with a quote left over: that quote may belong to a cell cut apart."""
        width = self.dialect.width
        return width > 1 and any(row[width:]) and line.count(self.quote) % 2 == 1

    def split(self, line: str) -> list[str]:
        """Cut a line without quotes."""
        if not line:
            return []
        cells = line.split(self.mark)
        if self.dialect.space and self.mark == "|":
            return [cell.strip() for cell in cells]
        if self.dialect.space:
            return [cells[0], *(cell.removeprefix(" ") for cell in cells[1:])]
        return cells

    def strict(self, line: str) -> list[str] | None:
        """Cut a line whose quotes are regular, else return None."""
        cells: list[str] = []
        place = 0
        end = len(line)
        while True:
            if self.open.match(line, place):
                found = self.quoted.match(line, place)
                if found is None:
                    return None
                cells.append(self.unescape(found.group(1)))
                place = found.end()
            else:
                stop = line.find(self.mark, place)
                stop = end if stop < 0 else stop
                cell = line[place:stop]
                cells.append(cell.removeprefix(" ") if self.dialect.space and cells else cell)
                place = stop
            if place >= end:
                return cells
            place += len(self.mark)
            if place == end:
                cells.append("")
                return cells

    def unescape(self, text: str) -> str:
        """Undo doubled or escaped quotes."""
        if self.dialect.escape:
            text = text.replace("\\" + self.quote, self.quote)
        return text.replace(self.quote * 2, self.quote)

    def _hard(self, lines: Sequence[str], index: int, width: int) -> tuple[list[str], int]:
        """Cut a line with irregular quotes: line breaks in a cell, or stray quotes."""
        line = lines[index].rstrip("\r\n")
        joined = self._joined(lines, index, width)
        if joined is not None:
            return joined
        return self.repair(line, width), 1

    def _joined(self, lines: Sequence[str], index: int, width: int) -> tuple[list[str], int] | None:
        text = lines[index]
        narrow = text.count(self.mark) + 1 < width
        for taken in range(2, min(JOINED, len(lines) - index) + 1):
            following = lines[index + taken - 1]
            text += following
            narrow = narrow and following.count(self.mark) + 1 < width
            if self.quote not in following:
                if len(self.split(following.rstrip("\r\n"))) == width > 1:
                    return None
                continue
            row = self.strict(text.rstrip("\r\n"))
            whole = row is not None and (width <= 1 or (len(row) >= width and not any(row[width:])))
            if row is not None and (whole or (narrow and len(row) < width)):
                parts = lines[index : index + taken]
                return None if whole_records(parts, self.mark, self.quote, width) else (row, taken)
            alone = self.strict(following.rstrip("\r\n"))
            if alone is not None and len(alone) == width > 1:
                return None
        return None

    def repair(self, line: str, width: int) -> list[str]:
        """Cut a line with stray quotes: the cheapest reading, of `width` cells where possible."""
        if len(line) > LONGEST_REPAIR:
            return self.split(line)
        best = Repair(self, line, width).run()
        return best if best is not None else self.split(line)

    def _other(self, line: str, usual: list[str]) -> list[str] | None:
        """A lone record written with another separator that gives the width of a usual one.

        Words are parted by spaces, too: those part cells only where the usual record has numbers.
        """
        width = len(usual)
        for mark in (",", ";", "\t", "|", " "):
            if mark == self.mark or mark not in line:
                continue
            cutter = Cutter(Dialect(mark, self.quote, self.dialect.escape, False, width))
            row = cutter.strict(line) if self.quote in line else cutter.split(line)
            if row is None or len(row) != width or len(line.split(self.mark)) > width // 2:
                continue
            if mark != " " or (self.mark not in line and _alike(row, usual)):
                return row
        return None


def _alike(row: Sequence[str], usual: Sequence[str]) -> bool:
    """Numbers stand where the usual record has them, and somewhere; a sentence is no record."""
    if any(cell.endswith((":", ",")) for cell in row):
        return False
    places = [place for place, cell in enumerate(usual) if cell[:1].isdigit()]
    return bool(places) and all(row[place][:1].isdigit() for place in places)
