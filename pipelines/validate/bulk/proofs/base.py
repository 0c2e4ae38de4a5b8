"""What a proof is, and the pieces that proofs are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow.compute as pc

from pipelines.text import arrow

Mask = Any  # pa.BooleanArray of n, no nulls
Test = Callable[[Any], Mask]

#: how the proven texts of a field stand for values: equal values have equal keys
Key = Literal["text", "number", "none"]
#: what a type's maker returns; it takes the constraints that it covers out of their dictionary
Made = tuple[list[Test], Key]

LIMITS: dict[str, Callable[[Any, Any], Any]] = {
    "minimum": pc.greater_equal,
    "maximum": pc.less_equal,
    "exclusiveMinimum": pc.greater,
    "exclusiveMaximum": pc.less,
}
ONE = arrow.text("1")


@dataclass(frozen=True)
class Proof:
    """The acceptance test of a field, and what may serve as key of its proven values."""

    test: Test
    key: Key = "none"

    def __call__(self, texts: Any) -> Mask:
        """Say of each of n texts (no nulls) whether it certainly passes."""
        return self.test(texts)


class NoProof(Exception):
    """The field asks for something that no bulk test covers."""


def all_of(tests: list[Test]) -> Test:
    """Return the test that all of some tests pass."""

    def test(texts: Any) -> Mask:
        mask = tests[0](texts)
        for other in tests[1:]:
            mask = pc.and_(mask, other(texts))
        return mask

    return test


def matches(pattern: str) -> Test:
    """Return the test for texts that an RE2 expression finds something in."""
    return lambda texts: pc.match_substring_regex(texts, pattern=pattern)


def cast_texts(texts: Any, shape: Any, kind: Any) -> Any:
    """Cast the texts that match, with `1` in place of the others (they are refused anyway)."""
    if not pc.all(shape, min_count=0).as_py():
        texts = pc.if_else(shape, texts, ONE)
    return pc.cast(texts, kind)
