"""Totals and means beside the columns that they are made of: whether they agree, row by row."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipelines.domain.no_data import is_no_data

_NUMBER = re.compile(r"[-+]?\d[\d.,\s]*")


@dataclass(frozen=True)
class Comparison:
    """Rows in which the totals agree with their parts, and those in which one does not."""

    agree: int
    differ: int


def compare_totals(
    frame: pd.DataFrame, totals: Mapping[int, tuple[bool, Sequence[int]]]
) -> Comparison:
    """Compare columns with the sum or the mean of others in each row.

    totals: index of the column → whether it holds a mean, and the indexes of its parts. Which of
    `.` and `,` is the decimal sign is what makes most rows agree; a row without numbers is left
    out.
    """
    cells = [
        [str(t) if isinstance(t, str) and not is_no_data(t) else None for t in row]
        for row in frame.to_numpy().tolist()
    ]
    found = []
    for sign in ",.":
        told = [_agrees(row, totals, sign) for row in cells]
        found.append(Comparison(told.count(True), told.count(False)))
    return max(found, key=lambda one: (one.agree, -one.differ))


def _agrees(
    row: Sequence[str | None], totals: Mapping[int, tuple[bool, Sequence[int]]], sign: str
) -> bool | None:
    said = None
    for index, (mean, parts) in totals.items():
        texts = [row[part] for part in parts]
        if row[index] is None and not any(texts):
            continue
        own = _number(row[index], sign)
        numbers = [_number(text, sign) for text in texts if text is not None]
        if own is None or not numbers or None in numbers:
            return False
        known = [number for number in numbers if number is not None]
        sums = {math.fsum(known)} if not mean else {
            math.fsum(known) / len(known), math.fsum(known) / len(texts)
        }  # fmt: skip
        digits = max(_decimals(text, sign) for text in (row[index], *texts) if text is not None)
        # Decimals may be rounded, each by half of its last digit; whole numbers add up exactly.
        rounded = 0.5 * 10.0**-digits * (len(known) + 1) if digits or mean else 0.0
        if mean and not digits:
            rounded = 0.5
        limit = min(rounded, 0.5) + 1e-9 * abs(own)
        if all(abs(one - own) > limit for one in sums):
            return False
        said = True
    return said


def _number(text: str | None, sign: str) -> float | None:
    """Return the number that a cell writes with this decimal sign, without a mark behind it."""
    bare = re.sub(r"(?<=\d)\s*(?:\*+\)?|[a-z]\)|%)$", "", (text or "").strip())
    bare = re.sub(r"^rp\.?\s*", "", bare, flags=re.I)
    if not _NUMBER.fullmatch(bare):
        return None
    group = "." if sign == "," else ","
    plain = re.sub(r"\s", "", bare)
    if group in plain and not re.fullmatch(
        rf"[-+]?\d{{1,3}}(?:\{group}\d{{3}})+(?:\{sign}\d+)?", plain
    ):
        return float(plain.replace(",", ".")) if len(re.findall(r"[.,]", plain)) == 1 else None
    if plain.count(sign) > 1:
        return None
    return float(plain.replace(group, "").replace(sign, "."))


def _decimals(text: str, sign: str) -> int:
    found = re.search(r"[.,](\d+)\D*$", text)
    if not found or (len(found.group(1)) == 3 and sign not in text):
        return 0
    return min(len(found.group(1)), 9)
