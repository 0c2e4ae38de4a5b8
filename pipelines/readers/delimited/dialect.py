"""The dialect of delimited text: separator, quote and escape, by how evenly they cut the lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

#: Separators met in the wild, with how readily each is believed.
SEPARATORS = {
    ",": 1.0, ";": 1.0, "\t": 1.0, "|": 0.98, "\x1f": 0.95, "\x01": 0.95, "¦": 0.9, "§": 0.9,
    "^": 0.85, "~": 0.85, ":": 0.6, "#": 0.55, "&": 0.5, "!": 0.5, " ": 0.45,
}  # fmt: skip
LINES = 600


@dataclass(frozen=True)
class Dialect:
    """Separator (one or more characters), quote (empty: none), escape (empty: doubled quote).

    space: a space follows each separator and is no part of the value. width: the usual number of
    fields of a line. share: how many sampled lines have it.
    """

    separator: str
    quote: str = '"'
    escape: str = ""
    space: bool = False
    width: int = 1
    share: float = 1.0


def sample(lines: Sequence[str]) -> list[str]:
    """Return up to `LINES` lines that are not blank, from all over the file."""
    if len(lines) <= LINES:
        picked = list(lines)
    else:
        third = LINES // 3
        step = max(1, (len(lines) - 2 * third) // third)
        picked = [*lines[:third], *lines[third:-third:step][:third], *lines[-third:]]
    return [line for line in picked if line.strip()]


def detect(lines: Sequence[str], separator: str | None = None) -> Dialect:
    """Return the dialect that cuts the sampled lines most evenly into clean cells.

    lines: lines of the file without their ends. separator: taken as given.
    """
    lines = sample(lines)
    if not lines:
        return Dialect(separator or ",")
    hint = _hint(lines[0])
    if hint and separator is None:
        separator = hint
        lines = lines[1:] or lines
    candidates = [separator] if separator else [mark for mark in SEPARATORS if _met(lines, mark)]
    best, best_score = Dialect(separator or ",", share=0.0), 0.0
    for mark in candidates:
        for quote in _quotes(lines, mark):
            found, value = _judge(lines, mark, quote)
            if value > best_score:
                best, best_score = found, value
    return _refine(lines, best)


def _hint(line: str) -> str | None:
    found = re.fullmatch(r'"?sep=(.|\\t)"?[,;\t]*', line.strip("\ufeff\r\n"), re.I)
    return None if not found else "\t" if found.group(1) == "\\t" else found.group(1)


def _met(lines: Sequence[str], mark: str) -> bool:
    return sum(mark in line for line in lines) * 3 >= len(lines)


def _quotes(lines: Sequence[str], mark: str) -> list[str]:
    """Double quotes always; single ones when they stand at the ends of cells."""
    edge = re.escape(mark)
    opens = closes = doubles = 0
    for line in lines[:200]:
        opens += len(re.findall(rf"(?:^|{edge})\s?'", line))
        closes += len(re.findall(rf"'(?={edge}|\s*$)", line))
        doubles += len(re.findall(rf'(?:^|{edge})\s?"', line))
    single = min(opens, closes) >= max(2, 0.6 * max(opens, closes)) and min(opens, closes) > doubles
    return ["'", '"'] if single else ['"']


def cut(line: str, mark: str, quote: str) -> list[str]:
    """Cut one line quickly: quoted cells keep separators, odd quotes are left in place."""
    if quote not in line:
        return line.split(mark)
    cells: list[str] = []
    held: list[str] = []
    for piece in line.split(mark):
        if held:
            held.append(piece)
            if _closes(piece, quote):
                cells.append(mark.join(held))
                held = []
        elif piece.lstrip(" ").startswith(quote) and not _whole(piece, quote):
            held = [piece]
        else:
            cells.append(piece)
    if held:
        cells += held
    return cells


def _closes(piece: str, quote: str) -> bool:
    bare = piece.rstrip(" ")
    run = len(bare) - len(bare.rstrip(quote))
    return run % 2 == 1


def _whole(piece: str, quote: str) -> bool:
    bare = piece.strip(" ")
    return len(bare) >= 2 and bare.count(quote) % 2 == 0 and bare.endswith(quote)


def _judge(lines: Sequence[str], mark: str, quote: str) -> tuple[Dialect, float]:
    rows = [cut(line, mark, quote) for line in lines]
    counts = Counter(len(row) for row in rows)
    wide = {width: count for width, count in counts.items() if width > 1}
    if not wide:
        return Dialect(mark, quote), 0.0
    width = max(wide, key=lambda w: wide[w] * (w - 1) / w)
    near = sum(count for w, count in counts.items() if abs(w - width) <= 1 and w > 1)
    total = len(rows)
    share = counts[width] / total
    even = (0.8 * counts[width] + 0.2 * near) / total
    texts = [cell for row in rows if len(row) == width for cell in row]
    telling = re.compile(rf"[;\t|,{re.escape(quote)}]|^\s*$").search
    cleanness = sum(
        _cleanness(cell, mark, quote) if telling(cell) else 1.0 for cell in texts
    ) / len(texts)
    value = even**1.5 * (1 - 1 / width) ** 0.5 * cleanness * SEPARATORS.get(mark, 0.8)
    return Dialect(mark, quote, width=width, share=share), value


def _cleanness(cell: str, mark: str, quote: str) -> float:
    bare = cell.strip()
    if not bare:
        return 0.9
    if len(bare) > 1 and bare[0] == bare[-1] == quote:
        return 1.0
    if quote in bare and bare.count(quote) % 2:
        return 0.6
    for other in ";\t|":
        if other != mark and other in bare:
            return 0.25
    if mark != "," and "," in bare and not re.fullmatch(r"[-\d.,%$€£\sRp()]+", bare):
        return 0.95 if ", " in bare else 0.5
    return 1.0


def _refine(lines: Sequence[str], found: Dialect) -> Dialect:
    """Settle doubled separators, a space after each, and backslash escapes."""
    mark, quote = found.separator, found.quote
    if found.width < 2:
        return found
    double = mark * 2
    hits = [line for line in lines if mark in line]
    paired = sum(line.count(double) * 2 == line.count(mark) for line in hits)
    if hits and paired == len(hits) and mark not in " ":
        mark = double
    rows = [cut(line, mark, quote) for line in lines]
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    later = [cell for row in rows if len(row) == width for cell in row[1:] if cell]
    later = [cell for cell in later if set(cell) - set("-=+: ")] or later
    space = bool(later) and sum(cell.startswith(" ") for cell in later) >= 0.95 * len(later)
    text = "\n".join(lines)
    escaped = len(re.findall(r"(?<!\\)\\" + re.escape(quote), text)) if quote else 0
    doubled = len(re.findall(rf"(?<=[^{re.escape(mark[-1] + quote)}\n]){quote}{quote}", text))
    escape = "\\" if escaped > doubled and escaped >= 1 else ""
    return Dialect(mark, quote, escape, space and mark.strip() != "", max(width, 1), found.share)
