"""What a column of raw text most likely is: a Table Schema type, never at the price of a digit.

A number with a leading zero, digits of one width that name things, and sequences beyond 15 digits
stay text: they are codes, and a number would lose what makes them so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
#: Cells, and the share of a column, that must fit a type for the others to be slips.
LEAST_FIT, FITTING = 8, 0.9
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


def guess_most(label: str, texts: Sequence[str]) -> tuple[Guess, int]:
    """Guess as `guess` does, but let a few cells differ: `45 orang` among numbers is a slip of
    the sheet to be told, not a reason to publish its numbers as words.

    Returns the guess and how many cells differ from it.
    """
    whole = guess(label, texts)
    if whole.type != "string" or whole.why:
        return whole, 0
    for forms in ((_PLAIN, _GROUPED), (_DAY,)):
        fit = [t for t in texts if any(form.fullmatch(t.strip()) for form in forms)]
        if len(fit) >= LEAST_FIT and FITTING * len(texts) <= len(fit):
            most = guess(label, fit)
            if most.type in ("integer", "number", "date"):
                return most, len(texts) - len(fit)
    return whole, 0


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


def running_number(label: str, texts: Sequence[str]) -> bool:
    """Say whether cells count the rows: 1, 2, 3 …; below `No` also groups of rows, whose number
    was filled down, and the rows of each sheet of several."""
    cells = [text.strip().rstrip(".") for text in texts]
    if len(cells) < 2 or not all(re.fullmatch(r"\d{1,6}", cell) for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    if numbers == list(range(1, len(numbers) + 1)):
        return True
    named = re.fullmatch(r"no(?:mor)?\.?(?:\s*urut)?", label.strip(), re.I)
    return bool(named) and numbers[0] == 1 and all(b in (a, a + 1, 1) for a, b in pairwise(numbers))
