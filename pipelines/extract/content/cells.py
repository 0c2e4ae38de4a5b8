"""What a cell's text looks like: number, date, year, marker of no data, or words.

Kinds come from the form of the text alone, so that a workbook and a CSV of the same sheet are
judged alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from pipelines.domain.footnotes import BEHIND_NUMBER
from pipelines.domain.no_data import is_no_data

EMPTY, NUMBER, DATE, YEAR, MARK, TEXT = "empty", "number", "date", "year", "mark", "text"
#: Kinds that a column of measurements, codes or days is made of.
TYPED = frozenset({NUMBER, DATE, YEAR})

MONTHS = (
    "jan|feb|mar|apr|mei|may|jun|jul|agu|agt|ags|aug|sep|okt|oct|nov|nop|des|dec|"
    "januari|january|februari|february|maret|march|april|juni|june|juli|july|agustus|august|"
    "september|oktober|october|november|nopember|desember|december"
)
_NUMBER = re.compile(r"[-+−–]?\s*(?:\d[\d.,'’\s\u00a0\u202f]*|[.,]\d+)(?:e[-+]?\d+)?", re.I)
#: Most numbers: neither a date nor money can be written like this.
_SIMPLE = re.compile(r"-?\d+(?:\.\d+)?")
_DIGIT = re.compile(r"\d")
_MONEY = re.compile(r"^(?:rp\.?|idr|us\$|[$€£¥]|usd|eur|gbp)\s*|\s*(?:%|‰|€|rp|idr|usd|eur)$", re.I)
_FLAG = re.compile(BEHIND_NUMBER)
_SCALE = re.compile(r"(?<=\d)\s*(?:ribu|rb|juta|jt|miliar|milyar|m|triliun)\.?$", re.I)
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[t\s]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    r"(?:\s?(?:z|[-+]\d{2}:?\d{2}|[ap]m))?)?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]m)?)?"
    r"|\d{1,2}[-/.:\s](?:" + MONTHS + r")[a-z]*\.?[-/.:\s]\d{2,4}"
    r"|(?:" + MONTHS + r")[a-z]*\.?\s+\d{1,2},?\s+\d{4}"
    r"|\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[ap]m)?",
    re.I,
)
#: A year, and the mark of a provisional or revised one: `2023*`, `2023 **)`, `2023 r)`, `2023 (r)`.
_YEAR = re.compile(
    r"(?:19|20|21)\d{2}(?:\s?\(?\*{1,3}\)?|\s?\(?[rpe]{1,2}\)?|\s?[¹²³⁴⁵]\)?)?", re.I
)
#: Further marks of statistical offices, which stand where a number would.
_MARKS = frozenset(
    ". x) *) r) : n.a n/d nd none nil nihil [x] [c] [z] [u] [low] (-) ∅ ..c ..p".split(" ")
) | {"tidak ada"}


@lru_cache(maxsize=65536)
def kind(text: str | None) -> str:
    """Return the kind of a cell's text."""
    if not text:
        return EMPTY
    text = text.strip()
    if not text:
        return EMPTY
    if len(text) > 60:
        return TEXT
    if text.lower() in _MARKS or is_no_data(text):
        return MARK
    if not _DIGIT.search(text):
        return TEXT
    if _YEAR.fullmatch(text):
        return YEAR
    if _SIMPLE.fullmatch(text):
        return NUMBER
    if _DATE.fullmatch(text):
        return DATE
    return NUMBER if numeric(text) else TEXT


def numeric(text: str) -> bool:
    """Say whether text is one number, with currency, percent, brackets or a footnote mark."""
    bare = text.strip()
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].strip()
    bare = _SCALE.sub("", _MONEY.sub("", _MONEY.sub("", bare).strip()).strip())
    if _NUMBER.fullmatch(bare):
        return True
    shorter = _FLAG.sub("", bare)
    return shorter != bare and bool(_NUMBER.fullmatch(shorter.strip()))


_GROUPED = re.compile(r"\d{1,3}(?:[.,'\s\u00a0\u202f]\d{3})+")


def value(text: str | None, *, grouped: bool = False) -> float | None:
    """Return the number that text most likely means, None when it is no number.

    grouped: `1.234` is more than a thousand, not one and a fraction.

    Used as evidence only (does a row sum the rows above?), never as data.
    """
    if kind(text) not in (NUMBER, YEAR) or text is None:
        return None
    bare = text.strip()
    negative = bare.startswith(("(", "-", "−"))
    bare = re.sub(r"[^\d.,]", "", bare)
    if not bare or not any(c.isdigit() for c in bare):
        return None
    if _GROUPED.fullmatch(bare) and (grouped or bare.count(".") + bare.count(",") > 1):
        bare = re.sub(r"[.,]", "", bare)
    else:
        last = max(bare.rfind("."), bare.rfind(","))
        if last >= 0:
            mark = bare[last]
            if bare.count(mark) > 1:
                bare = re.sub(r"[.,]", "", bare)
            else:
                bare = re.sub(r"[.,]", "", bare[:last]) + "." + bare[last + 1 :]
    try:
        found = float(bare)
    except ValueError:
        return None
    return -found if negative else found


_NUMBERED = re.compile(r"[(\[]?\s*(\d{1,3}|[a-z])\s*[)\].]?(?:\s*=.*)?|\(?\s*(\d{1,3})\s*=.*", re.I)


def numbering(texts: Sequence[str]) -> str:
    """Say how the filled cells of a row count the columns: `sure` for `(1) (2) (3)` or
    `1 2 3=1+2`, `bare` for `1 2 3`, which data may be as well, else the empty string."""
    if len(texts) < 2:
        return ""
    seen: list[int] = []
    for text in texts:
        found = _NUMBERED.fullmatch(text.strip())
        if not found:
            return ""
        mark = found.group(1) or found.group(2)
        seen.append(int(mark) if mark.isdigit() else ord(mark.lower()) - 96)
    steps = [later - earlier for earlier, later in pairwise(seen)]
    if min(steps) <= 0:
        return ""
    bracketed = sum(text.strip()[:1] in "([" for text in texts)
    if bracketed >= max(2, len(texts) // 2):
        return "sure" if seen[0] <= 3 and max(steps) <= 3 else ""
    if seen[0] not in (0, 1) or max(steps) > 1 or len(texts) < 3:
        return ""
    if not all(text.strip()[:1].isdigit() for text in texts):
        return ""
    return "sure" if any("=" in text for text in texts) else "bare"


def lettering(texts: Sequence[str]) -> bool:
    """Say whether the filled cells of a row letter the columns: `a b c d`."""
    letters = [text.strip().strip("().").lower() for text in texts]
    return len(letters) > 2 and letters == [chr(97 + place) for place in range(len(letters))]


_RULER = re.compile(r"[-=_+*:.\s|]*[-=_]{3,}[-=_+*:.\s|]*")


def ruler(texts: Sequence[str]) -> bool:
    """Say whether a row draws a line: `-----`, `=====`."""
    return bool(texts) and all(_RULER.fullmatch(text) for text in texts)
