"""Infers the Table Schema type of a column of raw text without losing a digit.

A number with a leading zero, digits of one width left of the names, and sequences beyond 15 digits
stay text: they are codes, which a conversion to numbers would damage.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pipelines.clean import dates_among, numbers_among
from pipelines.domain.quantities import is_code_label

_YEAR_WORDS = re.compile(r"\b(?:tahun|thn|year|ta)\b", re.I)
#: Number of cells, and share of a column, that must match a type for the others to be mistakes.
MIN_MATCHES, MIN_SHARE = 2, 0.6
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_YEAR = re.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True)
class InferredType:
    """A type, and the message code of the reason when it is not the obvious one."""

    type: str
    why: str = ""


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
    if all(_YEAR.fullmatch(text) for text in cells):
        words = _YEAR_WORDS.search(label)
        return (
            InferredType("year")
            if words or len(set(cells)) * 2 <= len(cells)
            else InferredType("integer")
        )
    if all(_has_date_form(text) for text in cells) and all(dates_among(cells)):
        return InferredType("date")
    if not all(numbers_among(cells)):
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
    for mask in (numbers_among(texts), dates_among(texts)):
        matches = [text for text, fits in zip(texts, mask, strict=True) if fits]
        if len(matches) >= MIN_MATCHES and MIN_SHARE * len(texts) <= len(matches):
            most = infer_type(label, matches, leading=leading)
            if most.type in ("integer", "number", "date"):
                return most, len(texts) - len(matches)
    return whole, 0


def _has_date_form(text: str) -> bool:
    """A day is written with two separators or a month's name; `20240501` may be a number."""
    return bool(re.search(r"\d\D+\w+\D+\d", text))


def is_code(label: str, cells: Sequence[str], *, leading: bool = False) -> bool:
    """Say whether cells of digits are codes rather than quantities.

    leading: the column stands left of the first column of text; only there are digits of one width
    codes, elsewhere they are quantities that happen to have as many digits.
    """
    if any(re.match(r"0\d", text) for text in cells):
        return True
    if any(re.fullmatch(r"\d{16,}", text) for text in cells):
        return True
    if is_code_label(label):
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


_ROW_NUMBER = re.compile(r"(?:no(?:mor)?|nr|num(?:ber)?|urut)?[.#]?(?:\s*urut)?", re.I)


def is_row_number(label: str, texts: Sequence[str]) -> bool:
    """Say whether cells count the rows: 1, 2, 3 … below `No`, below nothing, or written `1.`; below
    `No` also groups of rows, whose number was filled down, and the rows of each sheet of several.
    Below another label they are data: days of a month, classes of a school.
    """
    cells = [text.strip() for text in texts]
    bare = [cell.rstrip(".") for cell in cells]
    if len(cells) < 2 or not all(re.fullmatch(r"\d{1,6}", cell) for cell in bare):
        return False
    numbers = [int(cell) for cell in bare]
    named = re.fullmatch(
        r"(?:no(?:mor)?|nr|num(?:ber)?|urut)?[.#]?(?:\s*urut)?", label.strip(), re.I
    )
    if numbers == list(range(1, len(numbers) + 1)):
        return bool(named) or all(cell.endswith(".") for cell in cells)
    return bool(named) and numbers[0] == 1 and all(b in (a, a + 1, 1) for a, b in pairwise(numbers))


def is_percentage(field: Mapping[str, Any]) -> bool:
    """Say whether a field holds shares of a whole, by its unit or its label."""
    return field.get("unit") in ("%", "persen") or bool(
        re.search(r"%|\b(?:persen|persentase|prosentase)\b", str(field["title"]), re.I)
    )
