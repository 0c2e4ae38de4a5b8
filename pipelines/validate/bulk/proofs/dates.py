"""Proofs of dates, times, years and months."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow.compute as pc

from pipelines.text import arrow
from pipelines.validate.bulk.proofs.base import LIMITS, Made, NoProof, Test, matches
from pipelines.validate.bulk.proofs.numbers import integer_limit
from pipelines.validate.bulk.re2 import DIRECTIVES, DateFormat, date_format

NOTHING = arrow.text("")


def moment(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> Made:
    """Return the tests for dates, times and datetimes of fixed width. Raises `NoProof`."""
    kind = descriptor["type"]
    form = descriptor.get("format") or "default"
    default = {"date": "%Y-%m-%d", "time": "%H:%M:%S", "datetime": "%Y-%m-%dT%H:%M:%S"}[kind]
    pattern = default if form in ("default", "any") else form
    shape = date_format(pattern) if isinstance(pattern, str) else None
    if shape is None or (form == "any" and (kind == "time" or constraints)):
        raise NoProof
    tests: list[Test] = [matches(shape.proof)]
    if form == "any":
        # dateutil guesses; of the years of these centuries it has no doubt
        return [*tests, matches("^(?:19|20)")], "none"
    for name, compare in LIMITS.items():
        if name in constraints:
            limit = moment_limit(constraints.pop(name), kind, pattern, form == "default")
            tests.append(_later(shape, compare, arrow.text(shape_text(limit, shape))))
    return tests, "text" if form == "default" else "none"


def moment_limit(value: Any, kind: str, pattern: str, default: bool) -> datetime.datetime:
    """Read a bound on times, written in the format of the field. Raises `NoProof`."""
    if kind == "date" and type(value) is datetime.date:
        return datetime.datetime(value.year, value.month, value.day)
    if not isinstance(value, str):
        raise NoProof
    if default and not value.isascii():
        raise NoProof
    try:
        return datetime.datetime.strptime(value, pattern)
    except ValueError as error:
        raise NoProof from error


def shape_text(moment: datetime.datetime, shape: DateFormat) -> str:
    """Write a moment's parts largest first, as `_ordered` writes those of a text."""
    parts = {"Y": moment.year, "m": moment.month, "d": moment.day}
    parts |= {"H": moment.hour, "M": moment.minute, "S": moment.second}
    return "".join(f"{parts[x]:0{DIRECTIVES[x][1]}d}" for x in "YmdHMS" if x in shape.slices)


def _later(shape: DateFormat, compare: Callable[[Any, Any], Any], limit: Any) -> Test:
    return lambda texts: compare(_ordered(texts, shape), limit)


def _ordered(texts: Any, shape: DateFormat) -> Any:
    """Return the digits of n fixed-width texts, year first, so that text order is time order."""
    parts = [
        pc.utf8_slice_codeunits(texts, *shape.slices[letter])
        for letter in "YmdHMS"
        if letter in shape.slices
    ]
    return pc.binary_join_element_wise(*parts, NOTHING) if len(parts) > 1 else parts[0]


def year(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> Made:
    """Return the tests for years of four digits. Raises `NoProof`."""
    tests: list[Test] = [matches("^[0-9]{4}$")]
    for name, compare in LIMITS.items():
        if name in constraints:
            limit = integer_limit(constraints.pop(name))
            if not 0 <= limit <= 9999:
                raise NoProof
            tests.append(_text_limit(compare, arrow.text(f"{limit:04d}")))
    return tests, "text"


def yearmonth(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> Made:
    """Return the tests for months of a year. Raises `NoProof`."""
    tests: list[Test] = [matches("^[0-9]{4}-(?:0[1-9]|1[0-2])$")]
    for name, compare in LIMITS.items():
        if name in constraints:
            limit = constraints.pop(name)
            if not isinstance(limit, str) or not re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", limit):
                raise NoProof
            tests.append(_text_limit(compare, arrow.text(limit)))
    return tests, "text"


def _text_limit(compare: Callable[[Any, Any], Any], limit: Any) -> Test:
    return lambda texts: compare(texts, limit)
