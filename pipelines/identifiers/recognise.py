"""From a column's suspect cells to candidates, and from candidates to hits.

A candidate is a number written as an identifier is written. Whether it is one depends on its
digits (`checks`), the words before it (`context`), the column's label (`kinds.sense`) and on what
share of the column's like numbers pass the same test (`evidence`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.identifiers import context
from pipelines.identifiers.checks import digits_of, passes
from pipelines.identifiers.fold import fold
from pipelines.identifiers.kinds import KINDS, NOTHING, Sense
from pipelines.identifiers.patterns import (
    AREAS,
    EMAIL,
    NOT_PLATE,
    PATTERNS,
    PLATE,
    PLATE_IN_TEXT,
)

_EMAIL = re.compile(EMAIL)
_NUMBER = re.compile(r"(?<![0-9])(?:\+|\(|)\d(?:[ .\-/()]{0,2}\d){6,24}(?![0-9])")
_PLATE = re.compile(rf"(?<![A-Za-z0-9])(?:{PLATE_IN_TEXT})(?![A-Za-z0-9])")
_PLATE_ANY = re.compile(rf"(?<![A-Za-z0-9])(?:{PLATE})(?![A-Za-z0-9])")


@dataclass
class Candidates:
    """Written like an identifier; one list entry per candidate.

    text: index of the distinct text. pattern: index into PATTERNS, −1 for those decided already.
    kind, start, stop; passed: whether the digits pass; told: what the words before say;
    whole: whether it is all that the cell holds; coded: whether letters are joined to it.
    """

    text: list[int] = field(default_factory=list)
    pattern: list[int] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    stop: list[int] = field(default_factory=list)
    passed: list[bool] = field(default_factory=list)
    told: list[Sense] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    coded: list[bool] = field(default_factory=list)
    digits: list[str] = field(default_factory=list)

    def add(
        self,
        text: int,
        pattern: int,
        kind: str,
        start: int,
        stop: int,
        *,
        passed: bool = True,
        told: Sense = NOTHING,
        whole: bool = False,
        coded: bool = False,
        digits: str = "",
    ) -> None:
        """Append one candidate."""
        self.text.append(text)
        self.pattern.append(pattern)
        self.kind.append(kind)
        self.start.append(start)
        self.stop.append(stop)
        self.passed.append(passed)
        self.told.append(told)
        self.whole.append(whole)
        self.coded.append(coded)
        self.digits.append(digits)

    def __len__(self) -> int:
        return len(self.text)


@cache
def _whole(pattern: int) -> str:
    """RE2 for a cell that holds the number alone, perhaps as Excel or a quote mark left it."""
    return rf"^[\s']*(?P<core>{PATTERNS[pattern].core})(?:[.,]0+)?\s*$"


@cache
def _inside(pattern: int) -> re.Pattern[str]:
    """`re` for the number within a text: not the middle of a longer number or a decimal."""
    return re.compile(
        rf"(?<![0-9])(?<![0-9][.,])(?:{PATTERNS[pattern].core})(?![0-9])(?![.,]\d*[1-9])"
    )


def candidates(texts: Any) -> Candidates:
    """Find what is written like an identifier in n distinct texts (large_string)."""
    found = Candidates()
    rest = np.arange(len(texts))
    alone = pc.match_substring_regex(texts, r"^[\s']*[+(]?\d[\d .,\-/()]*\s*$")
    alone = alone.to_numpy(zero_copy_only=False)
    taken = _alone(texts, rest[alone], found)
    mixed = rest[~taken]
    _mixed(mixed, texts.take(pa.array(mixed)).to_pylist(), found)
    return found


def _alone(texts: Any, where: Any, found: Candidates) -> Any:
    """Handle cells that hold nothing but one number. Returns (n,) bool: cells dealt with."""
    dealt = np.zeros(len(texts), dtype=bool)
    left = where
    for index, pattern in enumerate(PATTERNS):
        if not len(left):
            break
        some = texts.take(pa.array(left))
        core = (
            pc.extract_regex(some, _whole(index)).combine_chunks()
            if isinstance(some, pa.ChunkedArray)
            else pc.extract_regex(some, _whole(index))
        )
        matched = core.is_valid().to_numpy(zero_copy_only=False)
        if not matched.any():
            continue
        keep = pa.array(np.flatnonzero(matched))
        cores = core.field("core").take(keep)
        digits = digits_of(cores)
        lengths = pc.utf8_length(digits).to_numpy(zero_copy_only=False)
        right = (lengths >= pattern.digits[0]) & (lengths <= pattern.digits[1])
        passed = passes(pattern.test, digits) & right
        rows = left[matched]
        sizes = pc.utf8_length(texts.take(pa.array(rows))).to_numpy(zero_copy_only=False)
        for row, ok, size, number in zip(
            rows.tolist(), passed.tolist(), sizes.tolist(), digits.to_pylist(), strict=True
        ):
            found.add(row, index, pattern.kind, 0, size, passed=ok, whole=True, digits=number)
        dealt[rows[passed]] = True
        left = left[~np.isin(left, rows[passed])]
    # One unbroken number that is no identifier is done with; parts may yet be several of them.
    if len(left):
        unbroken = pc.match_substring_regex(texts.take(pa.array(left)), r"^\D*\d+\D*$")
        dealt[left[unbroken.to_numpy(zero_copy_only=False)]] = True
    return dealt


def _mixed(where: Any, raw: list[str], found: Candidates) -> None:
    """Handle texts that hold words, or several numbers: pattern after pattern takes its share."""
    folded = [fold(text) for text in raw]
    taken: list[list[tuple[int, int]]] = [[] for _ in raw]

    def place(item: int, start: int, stop: int) -> tuple[int, int]:
        origin = folded[item][1]
        return (start, stop) if origin is None else (origin[start], origin[stop - 1] + 1)

    def free(item: int, start: int, stop: int) -> bool:
        return all(stop <= a or start >= b for a, b in taken[item])

    for item, (text, _) in enumerate(folded):
        if "@" in text:
            for match in _EMAIL.finditer(text):
                taken[item].append(match.span())
                found.add(int(where[item]), -1, "email", *place(item, *match.span()))
    busy = [i for i, (text, _) in enumerate(folded) if sum(c.isdigit() for c in text) >= 7]
    for index, pattern in enumerate(PATTERNS):
        spans: list[tuple[int, int, int]] = []
        for item in busy:
            spans += [
                (item, *match.span())
                for match in _inside(index).finditer(folded[item][0])
                if free(item, *match.span())
            ]
        if not spans:
            continue
        digits = digits_of(pa.array([folded[i][0][a:b] for i, a, b in spans], pa.large_string()))
        lengths = pc.utf8_length(digits).to_numpy(zero_copy_only=False)
        right = (lengths >= pattern.digits[0]) & (lengths <= pattern.digits[1])
        passed = passes(pattern.test, digits) & right
        numbers = digits.to_pylist()
        for (item, start, stop), ok, number in zip(spans, passed.tolist(), numbers, strict=True):
            text = folded[item][0]
            told = context.before(text, start)
            joined = context.coded(text, start, stop)
            found.add(
                int(where[item]), index, pattern.kind, *place(item, start, stop), passed=ok,
                told=told, coded=joined, digits=number,
            )  # fmt: skip
            if ok and not (pattern.strength == "weak" and not told.kind):
                taken[item].append((start, stop))
    for item in busy:
        text = folded[item][0]
        for match in _NUMBER.finditer(text):
            if not free(item, *match.span()):
                continue
            told = context.before(text, match.start())
            if told.kind and told.kind != "plate" and _fits(told.kind).fullmatch(match.group()):
                taken[item].append(match.span())
                found.add(int(where[item]), -1, told.kind, *place(item, *match.span()), told=told)
    for item, (text, _) in enumerate(folded):
        for match in _PLATE_ANY.finditer(text):
            if free(item, *match.span()) and is_plate(match.group()):
                told = context.before(text, match.start())
                whole = match.group() == text.strip()
                clear = bool(_PLATE.fullmatch(match.group()))
                if told.kind == "plate" or whole or clear:
                    found.add(
                        int(where[item]), -1 if told.kind == "plate" else -2, "plate",
                        *place(item, *match.span()), told=told, whole=whole,
                    )  # fmt: skip


def is_plate(text: str) -> bool:
    """Say whether `BK 1234 AB` has a police area in front and no unit or ordinal behind."""
    parts = re.fullmatch(r"([A-Z]{1,2})[ \-]?\d{1,4}[ \-]?([A-Z]{1,3})", text)
    return bool(parts) and parts[1] in AREAS and parts[2] not in NOT_PLATE  # type: ignore[index]


@cache
def _fits(kind: str) -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{KINDS[kind].fits})\W*", re.IGNORECASE)


def labelled(texts: Any, kind: str) -> Any:
    """Return (n,) bool: which distinct texts can be what their column's label announces."""
    core = rf"(?i)^\W*(?:{KINDS[kind].fits})\W*$"
    return pc.match_substring_regex(texts, core).to_numpy(zero_copy_only=False)
