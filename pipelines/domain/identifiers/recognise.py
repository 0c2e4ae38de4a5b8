"""From a column's suspect cells to candidates.

A candidate is a number written as an identifier is written. Whether it is one depends on its
digits (`checks`), the words before it (`context`), the column's label (`kinds.sense`) and on what
share of the column's like numbers pass the same test (`evidence`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pyarrow.compute as pc

from pipelines.domain.identifiers import context
from pipelines.domain.identifiers.candidates import DECIDED, PLATE, Candidate, Candidates
from pipelines.domain.identifiers.checks import digits_of, passes
from pipelines.domain.identifiers.kinds import KINDS
from pipelines.domain.identifiers.normalisation import normalise
from pipelines.domain.identifiers.patterns import (
    EMAIL,
    PATTERNS,
    PLATE_FORM,
    PLATE_IN_TEXT,
    is_plate,
    plate_area,
)
from pipelines.text import arrow

_EMAIL = re.compile(EMAIL)
_NUMBER = re.compile(r"(?<![0-9])[+(]?\d(?:[ .\-/()]{0,2}\d){6,24}(?![0-9])")
_LIKE = re.compile(r"(?<![0-9])\d(?:[ .\-]?\d){8,20}(?![0-9])")
_PLATE = re.compile(rf"(?<![A-Za-z0-9])(?:{PLATE_FORM})(?![A-Za-z0-9])")
_PLATE_CLEAR = re.compile(PLATE_IN_TEXT)
#: Fewest digits of a number that words announce: a telephone number without its area.
ANNOUNCED = 7


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
    alone = pc.match_substring_regex(texts, r"^[\s']*[+(]?\d[\d .,\-/()]*\s*$")
    alone = np.flatnonzero(arrow.flag_values(alone))
    done = _alone(texts, alone, found)
    mixed = np.flatnonzero(~done)
    _mixed(mixed.tolist(), texts.take(arrow.integers(mixed)).to_pylist(), found)
    return found


def _alone(texts: Any, left: Any, found: Candidates) -> Any:
    """Handle cells that hold nothing but one number. Returns (n,) bool: cells done with."""
    done = np.zeros(len(texts), dtype=bool)
    if not len(left):
        return done
    some = texts.take(arrow.integers(left))
    unbroken = pc.match_substring_regex(some, r"^\D*\d+(?:[.,]0+)?\D*$")
    unbroken = left[arrow.flag_values(unbroken)]
    if len(unbroken):
        whole = pc.replace_substring_regex(texts.take(arrow.integers(unbroken)), r"[.,]0+\s*$", "")
        found.count_lengths(arrow.int_values(pc.utf8_length(digits_of(whole))))
    # One unbroken number that is no identifier is done with; parts may yet be several of them.
    done[unbroken] = True
    for index, pattern in enumerate(PATTERNS):
        some = texts.take(arrow.integers(left))
        core = pc.extract_regex(some, _whole(index)).field("core")
        digits = digits_of(core)
        lengths = arrow.int_values(pc.fill_null(pc.utf8_length(digits), arrow.integer(0)))
        right = (lengths >= pattern.digits[0]) & (lengths <= pattern.digits[1])
        if not right.any():
            continue
        where = arrow.integers(np.flatnonzero(right))
        numbers = digits.take(where)
        passed = passes(pattern.test, numbers)
        rows = left[right]
        sizes = pc.utf8_length(texts.take(arrow.integers(rows)))
        found.add_whole(
            rows.tolist(), index, pattern.kind, sizes.to_pylist(), passed.tolist(),
            numbers.to_pylist(),
        )  # fmt: skip
        done[rows[passed]] = True
        if pattern.strength != "weak":
            stay = np.ones(len(left), dtype=bool)
            stay[np.flatnonzero(right)[passed]] = False
            left = left[stay]
    return done


class _Texts:
    """Folded texts, which rows of the column they are, and what has been taken of each."""

    def __init__(self, where: list[int], raw: list[str]) -> None:
        self.where = where
        self.normalised = [normalise(text) for text in raw]
        self.taken: list[list[tuple[int, int]]] = [[] for _ in raw]
        self.array = arrow.texts([text for text, _ in self.normalised], large=True)

    def having(self, regex: str) -> list[int]:
        """Return the texts in which an RE2 pattern occurs; `re` then looks only at those."""
        found = arrow.flag_values(pc.match_substring_regex(self.array, regex))
        return np.flatnonzero(found).tolist()

    def text(self, item: int) -> str:
        return self.normalised[item][0]

    def place(self, item: int, span: tuple[int, int]) -> tuple[int, int]:
        """Return the span in the text as it was before normalising."""
        origin = self.normalised[item][1]
        return span if origin is None else (origin[span[0]], origin[span[1] - 1] + 1)

    def free(self, item: int, span: tuple[int, int]) -> bool:
        return all(span[1] <= a or span[0] >= b for a, b in self.taken[item])


def _mixed(where: list[int], raw: list[str], found: Candidates) -> None:
    """Handle texts that hold words, or several numbers: pattern after pattern takes its share."""
    if not raw:
        return
    texts = _Texts(where, raw)
    for item in texts.having("@"):
        for match in _EMAIL.finditer(texts.text(item)):
            texts.taken[item].append(match.span())
            place = texts.place(item, match.span())
            found.add(Candidate(where[item], DECIDED, "email", place))
    found.count_lengths(
        [
            sum(character.isdigit() for character in match.group())
            for item in texts.having(r"\d(?:[ .\-]?\d){8}")
            for match in _LIKE.finditer(texts.text(item))
        ]
    )
    for index in range(len(PATTERNS)):
        _take(index, texts, found)
    for item in texts.having(rf"\d(?:[ .\-/()]{{0,2}}\d){{{ANNOUNCED - 1}}}"):
        _announced(item, texts, found)
    for item in texts.having(PLATE_FORM):
        _plates(item, texts, found)


def _take(index: int, texts: _Texts, found: Candidates) -> None:
    """Find one pattern in the texts, outside of what earlier patterns took."""
    pattern = PATTERNS[index]
    spans = [
        (item, match.span())
        for item in texts.having(pattern.core)
        for match in _inside(index).finditer(texts.text(item))
        if texts.free(item, match.span())
    ]
    if not spans:
        return
    cores = [texts.text(item)[a:b] for item, (a, b) in spans]
    digits = digits_of(arrow.texts(cores, large=True))
    lengths = arrow.int_values(pc.utf8_length(digits))
    right = (lengths >= pattern.digits[0]) & (lengths <= pattern.digits[1])
    passed = passes(pattern.test, digits) & right
    numbers = digits.to_pylist()
    for (item, span), fits, ok, number in zip(
        spans, right.tolist(), passed.tolist(), numbers, strict=True
    ):
        if not fits or context.in_hash(texts.text(item), *span):
            continue
        announced = context.preceding(texts.text(item), span[0])
        if pattern.strength == "weak" and announced.kind != pattern.kind:
            continue
        found.add(
            Candidate(
                texts.where[item], index, pattern.kind, texts.place(item, span), passed=ok,
                announced=announced, coded=context.in_code(texts.text(item), *span), digits=number,
            )
        )  # fmt: skip
        if ok:
            texts.taken[item].append(span)


def _announced(item: int, texts: _Texts, found: Candidates) -> None:
    """Take the numbers left over that the words before them announce, whatever their form."""
    for match in _NUMBER.finditer(texts.text(item)):
        if not texts.free(item, match.span()):
            continue
        announced = context.preceding(texts.text(item), match.start())
        if (
            announced.kind
            and announced.kind != "plate"
            and _fits(announced.kind).fullmatch(match.group())
        ):
            texts.taken[item].append(match.span())
            place = texts.place(item, match.span())
            found.add(
                Candidate(texts.where[item], DECIDED, announced.kind, place, announced=announced)
            )


def _plates(item: int, texts: _Texts, found: Candidates) -> None:
    text = texts.text(item)
    for match in _PLATE.finditer(text):
        if not texts.free(item, match.span()) or not plate_area(match.group()):
            continue
        announced = context.preceding(text, match.start())
        whole = match.group() == text.strip()
        if announced.kind == "plate":
            pattern, passed = DECIDED, True
        elif whole or _PLATE_CLEAR.fullmatch(match.group()):
            pattern, passed = PLATE, is_plate(match.group())
        else:
            continue
        place = texts.place(item, match.span())
        where = texts.where[item]
        found.add(Candidate(where, pattern, "plate", place, passed=passed, announced=announced))


@cache
def _fits(kind: str) -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{KINDS[kind].fits})\W*", re.IGNORECASE)


def labelled(texts: Any, kind: str) -> Any:
    """Return (n,) bool: which distinct texts can be what their column's label announces."""
    core = rf"(?i)^\W*(?:{KINDS[kind].fits})\W*$"
    return arrow.flag_values(pc.match_substring_regex(texts, core))
