"""Proofs of numbers, and numbers read in bulk."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.text import arrow
from pipelines.validate.bulk.proofs.base import LIMITS, Made, Mask, NoProof, Test, cast_texts

INTEGER = "^(?:0|-?[1-9][0-9]{0,17})$"
#: a number literal of a workbook
LITERAL = "^-?[0-9]{1,20}(?:[.][0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?$"
#: every text that a proof of numbers accepts, of however many digits
READABLE = "^-?[0-9]+(?:[.][0-9]+)?(?:[eE][+-]?[0-9]{1,2})?$"
#: with rounded numbers only a strict comparison proves anything
STRICT = {"minimum": pc.greater, "maximum": pc.less} | {
    "exclusiveMinimum": pc.greater,
    "exclusiveMaximum": pc.less,
}


def integer(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> Made:
    """Return the tests for whole numbers of up to 18 digits. Raises `NoProof`."""
    limits = [
        (compare, arrow.integer(integer_limit(constraints.pop(name))))
        for name, compare in LIMITS.items()
        if name in constraints
    ]

    def test(texts: Any) -> Mask:
        mask = shape = pc.match_substring_regex(texts, pattern=INTEGER)
        if limits:
            numbers = cast_texts(texts, shape, pa.int64())
            for compare, limit in limits:
                mask = pc.and_(mask, compare(numbers, limit))
        return mask

    return [test], "text"


def integer_limit(value: Any) -> int:
    """Read a bound of whole numbers. Raises `NoProof`."""
    if isinstance(value, str) and re.fullmatch("-?[0-9]{1,18}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 10**18:
        raise NoProof
    return value


def number(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> Made:
    """Return the tests for decimal numbers without an exponent. Raises `NoProof`."""
    point = descriptor.get("decimalChar", ".")
    group = descriptor.get("groupChar", "")
    for char in (point, group):
        if not isinstance(char, str) or len(char) > 1 or char in "-+eE" or char.isalnum():
            if char == "" and char is group:
                continue
            raise NoProof
    if not point or not point.isascii() or not group.isascii() or point == group:
        raise NoProof
    if point.isspace() or group.isspace():
        raise NoProof
    limits = [
        (
            compare,
            arrow.number(_number_limit(constraints.pop(name), plain=point == "." and not group)),
        )
        for name, compare in STRICT.items()
        if name in constraints
    ]
    shape_of = re.compile(f"^-?[0-9]+(?:{re.escape(point)}[0-9]+)?$").pattern

    def test(texts: Any) -> Mask:
        if group:
            texts = pc.replace_substring(texts, group, "")
        mask = shape = pc.match_substring_regex(texts, pattern=shape_of)
        if limits:
            numbers = read_numbers(texts, shape, point)
            for compare, limit in limits:
                mask = pc.and_(mask, compare(numbers, limit))
        return mask

    return [test], "number" if point == "." and not group else "none"


def read_numbers(texts: Any, shape: Any, point: str = ".") -> Any:
    """Read n texts as doubles; those outside the mask `shape` give 1."""
    if point != ".":
        texts = pc.replace_substring(texts, point, ".")
    return cast_texts(texts, shape, pa.float64())


def _number_limit(value: Any, *, plain: bool) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise NoProof
    if isinstance(value, str) and not plain:
        raise NoProof
    try:
        number = float(Decimal(str(value).strip()))
    except (InvalidOperation, OverflowError) as error:
        raise NoProof from error
    if not math.isfinite(number):
        raise NoProof
    return number


def literals(pattern: str, constraints: dict[str, Any]) -> list[Test]:
    """Return the tests for a workbook's number literals of a shape. Raises `NoProof`."""
    limits = [
        (compare, arrow.number(_number_limit(constraints.pop(name), plain=True)))
        for name, compare in STRICT.items()
        if name in constraints and not isinstance(constraints[name], str)
    ]

    def test(texts: Any) -> Mask:
        mask = shape = pc.match_substring_regex(texts, pattern=pattern)
        for compare, limit in limits:
            mask = pc.and_(mask, compare(read_numbers(texts, shape), limit))
        return mask

    return [test]
