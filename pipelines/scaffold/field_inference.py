"""Infers the Table Schema type of a column of raw text without losing a digit.

A number with a leading zero, digits of one width left of the names, and sequences beyond 15 digits
stay text: they are codes, which a conversion to numbers would damage.
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
_MISSING_VALUES = frozenset(
    "- – — . .. ... … * n/a na n.a. nihil null none nan tad #n/a x : tidak ada".split(" ")
) | {"tidak ada", "tidak tersedia", "belum ada"}
_PLAIN = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_GROUPED = re.compile(r"[-+(]?\s*(?:rp\.?\s*)?\d{1,3}(?:[.,\s]\d{3})*(?:[.,]\d+)?\s*%?\)?", re.I)
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}\s+[a-z]{3,9}\.?\s+\d{4}", re.I
)
#: Number of cells, and share of a column, that must match a type for the others to be mistakes.
MIN_MATCHES, MIN_SHARE = 8, 0.9
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_YEAR = re.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True)
class InferredType:
    """A type, and the message code of the reason when it is not the obvious one."""

    type: str
    why: str = ""


def is_missing(text: str | None) -> bool:
    """Say whether a raw cell means no data."""
    return text is None or not text.strip() or text.strip().lower() in _MISSING_VALUES


def infer_type(label: str, texts: Sequence[str], *, leading: bool = False) -> InferredType:
    """Infer the type of a column from its label and its cells that are not missing.

    leading: it stands left of the first column of text, where codes stand.

    Returns one of string, integer, number, date, datetime, boolean, year.
    """
    cells = [text.strip() for text in texts]
    if not cells:
        return InferredType("string")
    if all(text.lower() in ("true", "false") for text in cells):
        return InferredType("boolean")
    if all(_DATETIME.fullmatch(text) for text in cells):
        return InferredType("datetime")
    if all(_DATE.fullmatch(text) for text in cells):
        return InferredType("date")
    if all(_YEAR.fullmatch(text) for text in cells):
        words = _YEAR_WORDS.search(label)
        return (
            InferredType("year")
            if words or len(set(cells)) * 2 <= len(cells)
            else InferredType("integer")
        )
    if not all(_PLAIN.fullmatch(text) or _GROUPED.fullmatch(text) for text in cells):
        return InferredType("string")
    if is_code(label, cells, leading=leading):
        return InferredType("string", "infer-code")
    if all(re.fullmatch(r"[-+]?\d+", text) for text in cells):
        return InferredType("integer")
    return InferredType("number")


def infer_majority_type(
    label: str, texts: Sequence[str], *, leading: bool = False
) -> tuple[InferredType, int]:
    """Infer the type as `infer_type` does, but let a few cells differ.

    `45 orang` among numbers is a mistake to report, no reason to publish the numbers as text.

    Returns the type and the number of cells that differ from it.
    """
    whole = infer_type(label, texts, leading=leading)
    if whole.type != "string" or whole.why:
        return whole, 0
    for forms in ((_PLAIN, _GROUPED), (_DATE,)):
        matches = [t for t in texts if any(form.fullmatch(t.strip()) for form in forms)]
        if len(matches) >= MIN_MATCHES and MIN_SHARE * len(texts) <= len(matches):
            most = infer_type(label, matches, leading=leading)
            if most.type in ("integer", "number", "date"):
                return most, len(texts) - len(matches)
    return whole, 0


def is_code(label: str, cells: Sequence[str], *, leading: bool = False) -> bool:
    """Say whether cells of digits are codes rather than quantities.

    leading: the column stands left of the first column of text; only there are digits of one width
    codes, elsewhere they are quantities that happen to have as many digits.
    """
    digits = [re.sub(r"\D", "", text) for text in cells]
    if any(re.match(r"0\d", text) for text in cells):
        return True
    if any(len(found) > 15 for found in digits):
        return True
    if _CODE_WORDS.search(label):
        return True
    if not leading:
        return False
    widths = {len(text) for text in cells}
    distinct = len(widths) == 1 and len(set(cells)) == len(cells) and len(cells) >= 8
    return distinct and len(cells[0]) >= 5 and all(text.isdigit() for text in cells)


def leading_columns(labels: Sequence[str], columns: Sequence[Sequence[str]]) -> int:
    """Return how many columns stand left of the first column of text; 1 where there is none."""
    for index, (label, texts) in enumerate(zip(labels, columns, strict=True)):
        inferred = infer_type(label, texts)
        if texts and inferred.type == "string" and not inferred.why:
            return index
    return 1


def is_row_number(label: str, texts: Sequence[str]) -> bool:
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
