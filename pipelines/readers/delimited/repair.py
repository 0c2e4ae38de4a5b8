"""Cutting one line with irregular quotes: the cheapest reading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.readers.delimited.records import Cutter


class Repair:
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
