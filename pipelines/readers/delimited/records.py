"""Cutting lines into records: strictly where the line is well formed, by repair where it is not.

A quote opens a cell only when some closing quote makes the line fit; any other quote is part of
the value and survives. A cell may hold line breaks when the lines joined make one whole record.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.readers.delimited.dialect import Dialect

JOINED = 200
LONGEST_REPAIR = 20_000


@dataclass
class Records:
    """The records in order; 0-based numbers of those repaired, and of those of another width."""

    rows: list[list[str]] = field(default_factory=list)
    repaired: list[int] = field(default_factory=list)
    other_separator: list[int] = field(default_factory=list)


def well_formed(text: str, dialect: Dialect) -> Records | None:
    """Read text by the letter of RFC 4180; None unless every quote is regular and nearly all
    records have one width, those of several lines included."""
    if len(dialect.separator) != 1 or not dialect.quote or dialect.escape:
        return None
    if dialect.quote not in text:
        return None
    csv.field_size_limit(1 << 27)
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.separator,
        quotechar=dialect.quote,
        skipinitialspace=dialect.space,
        strict=True,
    )
    rows: list[list[str]] = []
    folded: list[int] = []
    line = 0
    try:
        for row in reader:
            if reader.line_num - line > 1:
                folded.append(len(rows))
            line = reader.line_num
            rows.append(row)
    except csv.Error:
        return None
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return None
    usual, times = widths.most_common(1)[0]
    if times < 0.95 * sum(widths.values()) or any(len(rows[n]) != usual for n in folded):
        return None
    if any(dialect.quote in cell for row in rows if len(row) != usual for cell in row):
        return None
    return Records(rows)


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
                if strict is not None:
                    row, taken = strict, 1
                else:
                    row, taken = self._hard(lines, index, width)
                    if taken == 1:
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
        for taken in range(2, min(JOINED, len(lines) - index) + 1):
            following = lines[index + taken - 1]
            text += following
            if self.quote not in following:
                if len(self.split(following.rstrip("\r\n"))) == width > 1:
                    return None
                continue
            row = self.strict(text.rstrip("\r\n"))
            if row is not None and (len(row) == width or width <= 1):
                return row, taken
            alone = self.strict(following.rstrip("\r\n"))
            if alone is not None and len(alone) == width > 1:
                return None
        return None

    def repair(self, line: str, width: int) -> list[str]:
        """Cut a line with stray quotes: the cheapest reading, of `width` cells where possible."""
        if len(line) > LONGEST_REPAIR:
            return self.split(line)
        best = _Search(self, line, width).run()
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
    """Numbers stand where the usual record has them, and somewhere."""
    places = [place for place, cell in enumerate(usual) if cell[:1].isdigit()]
    return bool(places) and all(row[place][:1].isdigit() for place in places)


class _Search:
    """Finds the cheapest way to cut one line. Costs: an odd quote inside a cell 1, a quote at a
    cell's start read as part of the value 2, each cell too many or too few 5."""

    def __init__(self, cutter: Cutter, line: str, width: int) -> None:
        self.cutter = cutter
        self.line = line
        self.width = width
        self.steps = 0

    def run(self) -> list[str] | None:
        layers: dict[tuple[int, int], tuple[float, tuple[int, int] | None, str]] = {
            (0, 0): (0.0, None, "")
        }
        frontier = [(0, 0)]
        ends: list[tuple[float, tuple[int, int], str]] = []
        most = self.width + 12
        while frontier:
            following: list[tuple[int, int]] = []
            for state in frontier:
                cost = layers[state][0]
                place, count = state
                for value, stop, extra in self._cells(place):
                    self.steps += 1
                    if self.steps > 40_000:
                        return None
                    total = cost + extra
                    if stop >= len(self.line):
                        final = total + 5 * abs(count + 1 - self.width) * (self.width > 1)
                        ends.append((final, state, value))
                        continue
                    key = (stop + len(self.cutter.mark), count + 1)
                    if count + 1 > most:
                        continue
                    if key not in layers:
                        following.append(key)
                    if key not in layers or total < layers[key][0]:
                        layers[key] = (total, state, value)
            frontier = following
        if not ends:
            return None
        _, state, last = min(ends, key=lambda item: item[0])
        cells = [last]
        walk: tuple[int, int] | None = state
        while walk is not None:
            _, before, value = layers[walk]
            if before is None:
                break
            cells.append(value)
            walk = before
        return cells[::-1]

    def _cells(self, place: int) -> Iterator[tuple[str, int, float]]:
        line, mark, quote = self.line, self.cutter.mark, self.cutter.quote
        if place >= len(line):
            yield "", len(line), 0.0
            return
        stop = line.find(mark, place)
        stop = len(line) if stop < 0 else stop
        opening = self.cutter.open.match(line, place)
        text = line[place:stop]
        if self.cutter.dialect.space and place:
            text = text.removeprefix(" ")
        if not opening:
            yield text, stop, 0.0
            return
        yield text, stop, 2.0
        start = opening.end()
        at = line.find(quote, start)
        while at >= 0:
            after = at + 1
            if after == len(line) or line.startswith(mark, after):
                inner = line[start:at]
                odd = inner.replace(quote * 2, "").count(quote)
                if self.cutter.dialect.escape:
                    odd = inner.replace("\\" + quote, "").count(quote)
                yield self.cutter.unescape(inner), after, 1.0 * (odd > 0) + 0.1 * odd
            at = line.find(quote, at + 1)
