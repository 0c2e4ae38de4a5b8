"""The dialect of delimited text: separator, quote and escape, by how evenly they cut the lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.readers.delimited.regular_quotes import escape_of, records

#: Separators met in the wild, with how readily each is believed.
SEPARATORS = {
    ",": 1.0, ";": 1.0, "\t": 1.0, "|": 0.98, "\x1f": 0.95, "\x01": 0.95, "¦": 0.9, "§": 0.9,
    "^": 0.85, "~": 0.85, ":": 0.6, "#": 0.55, "&": 0.5, "!": 0.5, " ": 0.45,
}  # fmt: skip
#: Separators that sentences hardly hold: a fifth of the lines may have them, and a small table
#: stand among titles and notes.
UNUSUAL = ";\t|"
LINES = 600
#: Separators whose cells are nearly as clean as the best one's are as good.
NEARLY = 0.8


@dataclass(frozen=True)
class Dialect:
    """Separator (one or more characters), quote (empty: none), escape (empty: doubled quote).

    space: a space follows each separator and is no part of the value. width: the usual number of
    fields of a line. share: how many sampled lines have it. rival: another separator that cuts all
    lines as evenly, nearly as clean; empty where there is none.
    """

    separator: str
    quote: str = '"'
    escape: str = ""
    space: bool = False
    width: int = 1
    share: float = 1.0
    rival: str = ""


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
            if mark == " " and best.separator == "," and found.share > best.share:
                value = max(value, _decimal_commas(lines, found.width))
            even = found.share == best.share == 1.0 and found.separator != best.separator
            close = (
                even and len(lines) > 1 and min(value, best_score) > NEARLY * max(value, best_score)
            )
            if value > best_score:
                best, best_score = replace(found, rival=best.separator if close else ""), value
            elif close:
                best = replace(best, rival=mark)
    return _refine(lines, best)


def _decimal_commas(lines: Sequence[str], width: int) -> float:
    """Return 1 when words are `width` to a line and commas stand in numbers only, else 0."""
    rows = [row for line in lines if len(row := line.split(" ")) == width > 1]
    commas = [cell for row in rows for cell in row if "," in cell]
    return float(
        bool(commas) and all(re.fullmatch(r"['\"]?[-+]?\d[\d.,]*['\"]?", cell) for cell in commas)
    )


def _hint(line: str) -> str | None:
    found = re.fullmatch(r'"?sep=(.|\\t)"?[,;\t]*', line.strip("\ufeff\r\n"), re.I)
    return None if not found else "\t" if found.group(1) == "\\t" else found.group(1)


def _met(lines: Sequence[str], mark: str) -> bool:
    least = 5 if mark in UNUSUAL else 3
    return sum(mark in line for line in lines) * least >= len(lines)


def _quotes(lines: Sequence[str], mark: str) -> list[str]:
    """Double quotes always; single ones first when most stand at the ends of cells, and last when
    some do and no double ones part cells: then they have to make the lines more even."""
    edge = re.escape(mark)
    opens = closes = doubles = whole = 0
    for line in lines[:200]:
        opens += len(re.findall(rf"(?:^|{edge})\s?'", line))
        closes += len(re.findall(rf"'(?={edge}|\s*$)", line))
        doubles += len(re.findall(rf'(?:^|{edge})\s?"', line))
        whole += len(re.findall(rf"(?:^|{edge})'(?:[^']|'')*+'(?={edge}|$)", line))
    single = min(opens, closes) >= max(2, 0.6 * max(opens, closes)) and min(opens, closes) > doubles
    if single:
        return ["'"] if whole >= max(0.5 * len(lines[:200]), 0.7 * opens) else ["'", '"']
    if not (opens and closes) or (doubles and _sampled(lines, mark, '"')):
        return ['"']
    return ['"', "'"] if _sampled(lines, mark, "'") else ['"']


def _sampled(lines: Sequence[str], mark: str, quote: str) -> list[list[str]] | None:
    """Return the records of the sampled lines, None unless every quote is regular."""
    found = records([f"{line}\n" for line in lines], mark, quote, escape_of(lines, mark, quote))
    if found is None:
        return None
    opening = re.compile(rf" +{re.escape(quote)}")
    return None if any(opening.match(cell) for row in found[0] for cell in row) else found[0]


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
    whole = _sampled(lines, mark, quote)
    rows = [cut(line, mark, quote) for line in lines]
    counts = Counter(len(row) for row in whole or rows)
    wide = {width: count for width, count in counts.items() if width > 1}
    if not wide:
        return Dialect(mark, quote), 0.0
    width = max(wide, key=lambda w: wide[w] * (w - 1) / w)
    near = sum(count for w, count in counts.items() if abs(w - width) <= 1 and w > 1)
    total = counts.total()
    share = counts[width] / total
    even = (0.8 * counts[width] + 0.2 * near) / total
    texts = [cell for row in rows if len(row) == width for cell in row] or [""]
    telling = re.compile(rf"[;\t|,{re.escape(quote)}]|^\s*$").search
    cleanness = sum(
        _cleanness(cell, mark, quote) if telling(cell) else 1.0 for cell in texts
    ) / len(texts)
    value = even**1.5 * (1 - 1 / width) ** 0.5 * cleanness
    value *= 1.0 if mark == " " and _quoted(lines, whole, quote) else SEPARATORS.get(mark, 0.8)
    return Dialect(mark, quote, width=width, share=share), value


def _quoted(lines: Sequence[str], rows: Sequence[list[str]] | None, quote: str) -> bool:
    """Say whether quotes stand between spaces: there because spaces part the cells."""
    beside = (f" {quote}", f"{quote} ")
    if rows is None or not any(mark in line for line in lines for mark in beside):
        return False
    cells = [cell for row in rows for cell in row]
    return any(" " in cell for cell in cells) or not any(quote in cell for cell in cells)


#: An apostrophe: `Jum'at`.
_WITHIN = re.compile(r"(?<=\w)'(?=\w)")


def _cleanness(cell: str, mark: str, quote: str) -> float:
    bare = cell.strip()
    if not bare:
        return 0.9
    if len(bare) > 1 and bare[0] == bare[-1] == quote:
        return 1.0
    bare = _WITHIN.sub("", bare)
    if quote in bare and bare.count(quote) % 2:
        return 0.6
    if mark != " " and re.search(rf"{quote} [^{quote}]*$|^[^{quote}]* {quote}", bare):
        return 0.5
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
    width = found.width
    if mark == double:
        width = Counter(len(row) for row in rows).most_common(1)[0][0]
    later = [cell for row in rows if len(row) == width for cell in row[1:] if cell]
    later = [cell for cell in later if set(cell) - set("-=+: ")] or later
    space = bool(later) and sum(cell.startswith(" ") for cell in later) >= 0.95 * len(later)
    escape = escape_of(lines, mark, quote)
    return replace(
        found,
        separator=mark,
        escape=escape,
        space=space and mark.strip() != "",
        width=max(width, 1),
    )
