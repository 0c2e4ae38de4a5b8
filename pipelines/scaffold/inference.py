"""What a column of raw text most likely is: a Table Schema type, never at the price of a digit.

A number with a leading zero, digits of one width that name things, and sequences beyond 15 digits
stay text: they are codes, and a number would lose what makes them so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: Words in labels of codes and identifiers, in the languages that sheets use.
_CODE_WORDS = re.compile(
    r"\b(?:kode|kd|code|nik|nip|nrp|npsn|nuptk|npwp|kk|no(?:mor|\.)?\s*(?:kk|hp|telp|telepon|"
    r"rekening|induk|registrasi|surat|polisi)|rekening|account|id|telp|telepon|phone|fax|hp|"
    r"kodepos|postal|zip|isbn|iban)\b",
    re.I,
)
_YEAR_WORDS = re.compile(r"\b(?:tahun|thn|year|ta)\b", re.I)
_MARKS = frozenset(
    "- – — . .. ... … * n/a na n.a. nihil null none nan tad #n/a x : tidak ada".split(" ")
) | {"tidak ada", "tidak tersedia", "belum ada"}
_PLAIN = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_GROUPED = re.compile(r"[-+(]?\s*(?:rp\.?\s*)?\d{1,3}(?:[.,\s]\d{3})*(?:[.,]\d+)?\s*%?\)?", re.I)
_DAY = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}\s+[a-z]{3,9}\.?\s+\d{4}", re.I
)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_YEAR = re.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True)
class Guess:
    """A type, and why (a catalogue code) when it is not the obvious one."""

    type: str
    why: str = ""


def missing(text: str | None) -> bool:
    """Say whether a raw cell means no data."""
    return text is None or not text.strip() or text.strip().lower() in _MARKS


def guess(label: str, texts: Sequence[str]) -> Guess:
    """Guess the type of a column from its label and its cells that are not missing.

    Returns one of string, integer, number, date, datetime, boolean, year.
    """
    cells = [text.strip() for text in texts]
    if not cells:
        return Guess("string")
    if all(text.lower() in ("true", "false") for text in cells):
        return Guess("boolean")
    if all(_MOMENT.fullmatch(text) for text in cells):
        return Guess("datetime")
    if all(_DAY.fullmatch(text) for text in cells):
        return Guess("date")
    if all(_YEAR.fullmatch(text) for text in cells):
        words = _YEAR_WORDS.search(label)
        return Guess("year") if words or len(set(cells)) * 2 <= len(cells) else Guess("integer")
    if not all(_PLAIN.fullmatch(text) or _GROUPED.fullmatch(text) for text in cells):
        return Guess("string")
    if is_code(label, cells):
        return Guess("string", "infer-code")
    if all(re.fullmatch(r"[-+]?\d+", text) for text in cells):
        return Guess("integer")
    return Guess("number")


def is_code(label: str, cells: Sequence[str]) -> bool:
    """Say whether cells of digits are codes rather than quantities."""
    digits = [re.sub(r"\D", "", text) for text in cells]
    if any(re.match(r"0\d", text) for text in cells):
        return True
    if any(len(found) > 15 for found in digits):
        return True
    if _CODE_WORDS.search(label):
        return True
    widths = {len(text) for text in cells}
    alike = len(widths) == 1 and len(set(cells)) == len(cells) and len(cells) >= 8
    return alike and len(cells[0]) >= 5 and all(text.isdigit() for text in cells)


def running_number(texts: Sequence[str]) -> bool:
    """Say whether cells count the rows: 1, 2, 3 …"""
    wanted = [str(number) for number in range(1, len(texts) + 1)]
    return len(texts) > 1 and [text.strip().rstrip(".") for text in texts] == wanted
