"""Number formats of spreadsheets: what a stored number looks like to who reads the sheet.

Only what changes the value's text is honoured: padding zeros, fixed decimals, percent, literal
characters between or before the digits of a code. Grouping, currency and colour are not, and a
display that rounds is not followed, so that no digit of the source is lost (see `rounded.py`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from pipelines.readers.cell_text import DIGITS, duration, number

Renderer = Callable[[float], str]
#: Gives what a format shows of a number where it rounds it, None where it shows all of it.
Rounder = Callable[[float], str | None]

#: Built-in formats that every workbook may use without writing them down (ECMA-376 18.8.30).
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "m/d/yy h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
    41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip

_QUOTED = re.compile(r'"([^"]*)"|\\(.)|[_*].')
_BRACKET = re.compile(r"\[[^\]]*\]")
_SPAN = re.compile(r"\[(?:h+|m+|s+)\]", re.I)


#: Excel takes no longer format; one would make a long text of every cell.
LONGEST = 255


@lru_cache(maxsize=1024)
def renderer(code: str) -> Renderer | None:
    """Return the function that writes a stored number as this format shows it.

    None when the plain number is what is shown (or when the format only groups or rounds).
    """
    if len(code) > LONGEST:
        return None
    section = _sections(code)[0]
    if _is_time(section):
        return _time_renderer(section)
    bare = _BRACKET.sub("", section)
    if "E+" in bare or "e+" in bare or "/" in _QUOTED.sub("", bare) or "general" in bare.lower():
        return None
    tokens = _tokens(bare)
    digits = "".join(text for kind, text in tokens if kind == "digit")
    if not digits or any(kind == "text" for kind, _ in tokens):
        return None
    whole, point, decimals = digits.partition(".")
    places = sum(mark in "0?#" for mark in decimals) if point else 0
    kept = decimals.count("0")
    least = whole.replace(",", "").count("0")
    percent = any(kind == "percent" for kind, _ in tokens)
    pattern = _pattern(tokens) if not point and not percent and least >= 2 else None
    if pattern is not None:
        return _pattern_renderer(*pattern)
    if not percent and not kept and least < 2:
        return None
    return _number_renderer(least, kept, places, percent)


@lru_cache(maxsize=1024)
def rounder(code: str) -> Rounder | None:
    """Return the function that rounds as this format does: half away from zero, in decimals.

    None for formats that round nothing a reader would notice: General, dates, codes, exponents,
    fractions, thousands (`0,`).
    """
    if len(code) > LONGEST:
        return None
    section = _sections(code)[0]
    bare = _BRACKET.sub("", section)
    if _is_time(section) or re.search(r"E[+-]|/", _QUOTED.sub("", bare), re.I):
        return None
    tokens = _tokens(bare)
    digits = "".join(text for kind, text in tokens if kind == "digit")
    if not digits or digits.endswith(",") or any(kind == "text" for kind, _ in tokens):
        return None
    whole, _, decimals = digits.partition(".")
    if "general" in bare.lower() or whole.replace(",", "").count("0") > 1:
        return None
    places = sum(mark in "0?#" for mark in decimals)
    percent = any(kind == "percent" for kind, _ in tokens)
    fill = _number_renderer(1, decimals.count("0"), places, percent)

    def show(stored: float) -> str | None:
        if not abs(stored) < 10**DIGITS:
            return None  # all its digits stand before the point
        value = Decimal(number(stored))
        scale = places + 2 if percent else places
        rounded = value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
        return fill(float(rounded) + 0.0) if rounded != value else None

    return show


def fixed_decimals(code: str) -> tuple[int, int] | None:
    """Return how many decimals a plain number format always and at most shows, None for others."""
    if renderer(code) is None or is_date(code):
        return None
    section = _sections(code)[0]
    tokens = _tokens(_BRACKET.sub("", section))
    whole, point, decimals = "".join(t for kind, t in tokens if kind == "digit").partition(".")
    if not point or whole.count("0") > 1 or any(kind == "percent" for kind, _ in tokens):
        return None
    return decimals.count("0"), sum(mark in "0?#" for mark in decimals)


def _sections(code: str) -> list[str]:
    parts, current, index = [], "", 0
    while index < len(code):
        mark = code[index]
        if mark == '"':
            stop = code.find('"', index + 1)
            stop = len(code) - 1 if stop < 0 else stop
            current += code[index : stop + 1]
            index = stop + 1
            continue
        if mark == "\\":
            current += code[index : index + 2]
            index += 2
            continue
        if mark == ";":
            parts.append(current)
            current = ""
        else:
            current += mark
        index += 1
    return [*parts, current]


def is_date(code: str) -> bool:
    """Say whether a format shows dates or times."""
    return _is_time(_sections(code)[0])


def shows_day_alone(code: str) -> bool:
    """Say whether a date format shows no time of day."""
    bare = _BRACKET.sub("", _QUOTED.sub("", _sections(code)[0])).lower()
    return is_date(code) and not _SPAN.search(code) and not re.search(r"[hs]", bare)


def _is_time(section: str) -> bool:
    if _SPAN.search(section):
        return True
    bare = _BRACKET.sub("", _QUOTED.sub("", section)).lower()
    if "general" in bare:
        return False
    return bool(re.search(r"[dyhs]|m{1,5}", bare)) and not re.search(r"[0#?]\s*[0#?]", bare[:2])


def _time_renderer(section: str) -> Renderer:
    bare = _QUOTED.sub("", section).lower()
    if _SPAN.search(bare):
        return lambda value: duration(dt.timedelta(days=value))
    bare = _BRACKET.sub("", bare)
    clock = bool(re.search(r"h|s", bare))
    day = bool(re.search(r"[dy]|mmm", bare)) or not clock
    return lambda value: serial(value, day=day, clock=clock)


def serial(value: float, *, day: bool = True, clock: bool = False, epoch: int = 1900) -> str:
    """Write a spreadsheet's day number as an ISO date, time, or both.

    Day 60 of the 1900 system is 29 February 1900, which never was (kept by Excel for Lotus).
    """
    whole = int(value // 1)
    seconds = round((value - whole) * 86400)
    if seconds == 86400:
        whole, seconds = whole + 1, 0
    moment = dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    if not day or (clock and whole == 0):
        return moment.isoformat()
    base = dt.date(1904, 1, 1) if epoch == 1904 else dt.date(1899, 12, 31)
    if epoch == 1900 and whole > 60:
        base = dt.date(1899, 12, 30)
    try:
        date = base + dt.timedelta(days=whole)
    except OverflowError:
        return number(value)
    return f"{date.isoformat()}T{moment.isoformat()}" if clock else date.isoformat()


def _tokens(section: str) -> list[tuple[str, str]]:
    """Split a number section into digit placeholders, literals and marks."""
    found: list[tuple[str, str]] = []
    index = 0
    while index < len(section):
        mark = section[index]
        if mark == '"':
            stop = section.find('"', index + 1)
            stop = len(section) if stop < 0 else stop
            found.append(("literal", section[index + 1 : stop]))
            index = stop + 1
        elif mark == "\\":
            found.append(("literal", section[index + 1 : index + 2]))
            index += 2
        elif mark in "_*":
            index += 2
        elif mark in "0#?.,":
            found.append(("digit", mark))
            index += 1
        elif mark == "%":
            found.append(("percent", mark))
            index += 1
        elif mark == "@":
            found.append(("text", mark))
            index += 1
        else:
            found.append(("literal", mark))
            index += 1
    return found


def _pattern(tokens: list[tuple[str, str]]) -> tuple[str, str, list[str]] | None:
    """Return prefix, suffix and the digit groups with literals between, for codes only."""
    places = [index for index, (kind, _) in enumerate(tokens) if kind == "digit"]
    first, last = places[0], places[-1]
    inner = tokens[first : last + 1]
    if any(text not in "0" for kind, text in inner if kind == "digit"):
        return None
    prefix = "".join(text for kind, text in tokens[:first] if kind == "literal")
    suffix = "".join(text for kind, text in tokens[last + 1 :] if kind == "literal")
    prefix = prefix if re.fullmatch(r"[\w.\-/]*", prefix) else ""
    suffix = suffix if re.fullmatch(r"[.\-/]?\w{1,4}", suffix) and suffix.isupper() else ""
    parts = ["0" if kind == "digit" else text for kind, text in inner]
    if prefix or suffix or any(part != "0" for part in parts):
        return prefix, suffix, parts
    return None


def _pattern_renderer(prefix: str, suffix: str, parts: list[str]) -> Renderer:
    slots = sum(part == "0" for part in parts)

    def render(stored: float) -> str:
        value = Decimal(number(stored))
        if value != value.to_integral_value() or value < 0:
            return format(value, "f")
        digits = str(int(value)).zfill(slots)
        extra = len(digits) - slots
        rest = iter(digits[extra:])
        body = "".join(next(rest) if part == "0" else part for part in parts)
        return prefix + digits[:extra] + body + suffix

    return render


def _number_renderer(least: int, kept: int, places: int, percent: bool) -> Renderer:
    def render(stored: float) -> str:
        shown = number(stored)
        if percent:
            shown = format((Decimal(shown) * 100).normalize(), "f")
        whole, _, decimals = shown.partition(".")
        if len(decimals) > places:
            shown = _noise(Decimal(shown), places) or shown
            whole, _, decimals = shown.partition(".")
            decimals = decimals.rstrip("0")
        if least > 1:
            whole = "-" + whole[1:].zfill(least) if whole[0] == "-" else whole.zfill(least)
        if len(decimals) < kept:
            decimals = decimals.ljust(kept, "0")
        if decimals:
            whole = f"{whole}.{decimals}"
        return whole + "%" if percent else whole

    return render


def _noise(value: Decimal, places: int) -> str | None:
    """Round only what is beyond the digits that a spreadsheet keeps."""
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    limit = abs(value).scaleb(1 - DIGITS)
    return format(rounded, "f") if abs(rounded - value) <= limit else None
