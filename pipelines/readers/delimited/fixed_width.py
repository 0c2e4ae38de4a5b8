"""Text whose columns stand at fixed places, filled up with spaces."""

from __future__ import annotations

from collections.abc import Sequence

#: The least lines to judge by.
LEAST = 3


def edges(lines: Sequence[str]) -> list[tuple[int, int]] | None:
    """Return the columns as (start, stop) places, None when the lines are not of fixed columns.

    A column ends where all full lines are blank; lines much shorter than the others (titles,
    notes) have no say.
    """
    filled = [line for line in lines if line.strip()]
    if len(filled) < LEAST or any("\t" in line for line in filled):
        return None
    if sum("  " in line.strip() for line in filled) < 0.8 * len(filled):
        return None
    usual = sorted(len(line.rstrip()) for line in filled)[len(filled) // 2]
    full = [line.rstrip() for line in filled if len(line.rstrip()) >= 0.7 * usual]
    width = max(len(line) for line in full)
    blank = [
        all(place >= len(line) or line[place] == " " for line in full) for place in range(width)
    ]
    found: list[tuple[int, int]] = []
    start = 0
    for place in range(width + 1):
        if place == width or (blank[place] and not (place + 1 < width and blank[place + 1])):
            piece = (start, place if place == width else place + 1)
            if any(line[piece[0] : piece[1]].strip() for line in full):
                found.append(piece)
            start = piece[1]
    if len(found) < 2:
        return None
    found[-1] = (found[-1][0], 1 << 30)
    return found


def cut(line: str, places: Sequence[tuple[int, int]]) -> list[str]:
    """Cut one line; a line whose words cross the edges (a title) stays whole."""
    for _, stop in places[:-1]:
        if stop < len(line) and line[stop - 1] != " " and line[stop] != " ":
            return [line.strip()]
    return [line[start:stop].strip() for start, stop in places]
