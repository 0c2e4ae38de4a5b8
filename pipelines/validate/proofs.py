"""Acceptance tests: bulk proofs that Frictionless finds nothing wrong with a cell.

A proof takes n texts and says of each whether it certainly passes: Frictionless's reader of the
field gives a value (not a missing one) and no note. "False" means nothing: the cell then goes to
Frictionless itself. So a proof may be narrow, but never wide.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from pipelines import arrow
from pipelines.validate.patterns import DIRECTIVES, DateFormat, date_format, for_re2

Mask = Any  # pa.BooleanArray of n, no nulls
Test = Callable[[Any], Mask]

#: how the proven texts of a field stand for values: equal values have equal keys
Key = Literal["text", "number", "none"]

INTEGER = "^(?:0|-?[1-9][0-9]{0,17})$"
#: a number literal of a workbook
LITERAL = "^-?[0-9]{1,20}(?:[.][0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?$"
LIMITS: dict[str, Callable[[Any, Any], Any]] = {
    "minimum": pc.greater_equal,
    "maximum": pc.less_equal,
    "exclusiveMinimum": pc.greater,
    "exclusiveMaximum": pc.less,
}
#: with rounded numbers only a strict comparison proves anything
STRICT = {"minimum": pc.greater, "maximum": pc.less} | {
    "exclusiveMinimum": pc.greater,
    "exclusiveMaximum": pc.less,
}
DAY_ZERO = datetime.datetime(1899, 12, 30)
FIRST_DAY, LAST_DAY = arrow.number(61), arrow.number(2958465)
STRING_FORMATS = {
    "email": r"^[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,20}$",
    "uri": r"^https?://[a-z0-9]+(?:[.-][a-z0-9]+)*(?:/[A-Za-z0-9._~-]+)*/?(?:\?[A-Za-z0-9=&._-]*)?$",
    "uuid": r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$",
    "binary": r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$",
}
GEOPOINT = r"^-?(?:1[0-7][0-9]|[1-9]?[0-9])(?:\.[0-9]{1,20})?, ?-?[1-8]?[0-9](?:\.[0-9]{1,20})?$"
DURATION = r"^P(?:[0-9]{1,3}[DW]|T[0-9]{1,4}[HMS]|[0-9]{1,3}DT[0-9]{1,2}H)$"
#: a mail address longer than this may break a limit of the mail standards
MAIL_LENGTH = arrow.integer(60)
NOTHING, ONE = arrow.text(""), arrow.text("1")


@dataclass(frozen=True)
class Proof:
    """The acceptance test of a field, and what may serve as key of its proven values."""

    test: Test
    key: Key = "none"

    def __call__(self, texts: Any) -> Mask:
        """Say of each of n texts (no nulls) whether it certainly passes."""
        return self.test(texts)


class _NoProof(Exception):
    """The field asks for something that no bulk test covers."""


def proof_for(descriptor: Mapping[str, Any], missing: Iterable[str]) -> Proof | None:
    """Return the acceptance test of a field, or None when nothing of it can be proven in bulk.

    `missing` holds every text that might be read as a missing value.
    """
    kind = descriptor.get("type", "any")
    constraints = {
        name: value
        for name, value in (descriptor.get("constraints") or {}).items()
        if name not in ("required", "unique") and value is not None
    }
    maker = MAKERS.get(kind)
    if maker is None:
        return None
    try:
        tests, key = maker(descriptor, constraints)
        if constraints:
            return None
        for test in tests:
            test(arrow.texts(["x"]))
    except (_NoProof, pa.ArrowInvalid):
        return None
    shut_out = sorted(set(missing) - {""})
    if shut_out:
        values = arrow.texts(shut_out)
        tests = [*tests, lambda texts: pc.invert(pc.is_in(texts, value_set=values))]
    return Proof(_all_of(tests), key)


def number_proof_for(descriptor: Mapping[str, Any], missing: Iterable[str]) -> Proof | None:
    """Return the acceptance test for number literals of a workbook, read as int or float."""
    kind = descriptor.get("type", "any")
    constraints = {
        name: value
        for name, value in (descriptor.get("constraints") or {}).items()
        if name not in ("required", "unique") and value is not None
    }
    shape = {"integer": INTEGER, "number": LITERAL, "any": LITERAL, "year": "^[1-9][0-9]{3}$"}
    if kind not in shape or "enum" in constraints:
        return None
    pattern = shape[kind]
    tests: list[Test] = []
    # Frictionless compares the number as Python writes it: only an integer's literal is that
    shut_out = sorted(text for text in set(missing) if re.search(r"[0-9]|nan|inf", text))
    if shut_out:
        pattern = INTEGER if pattern == LITERAL else pattern
        values = arrow.texts(shut_out)
        tests.append(lambda texts: pc.invert(pc.is_in(texts, value_set=values)))
    try:
        if kind == "year":
            tests += _year(descriptor, constraints)[0]
        elif kind == "integer":
            tests += _integer(descriptor, constraints)[0]
        else:
            tests += _literals(pattern, constraints)
    except _NoProof:
        return None
    if constraints:
        return None
    keys: dict[str, Key] = {"integer": "text", "year": "text", "number": "number"}
    return Proof(_all_of([_matches(pattern), *tests]), keys.get(kind, "none"))


def day_proof_for(descriptor: Mapping[str, Any], missing: Iterable[str]) -> Proof | None:
    """Return the acceptance test for day numbers of a workbook, read as dates with a time.

    Days count from 1899-12-30; the first two months, which Excel counts otherwise, prove nothing.
    """
    kind = descriptor.get("type", "any")
    constraints = dict(descriptor.get("constraints") or {})
    if kind not in ("date", "datetime") or any(":" in text for text in missing):
        return None
    limits = []
    try:
        for name, compare in LIMITS.items():
            if constraints.get(name) is not None:
                form = descriptor.get("format") or "default"
                if kind == "datetime" or form == "any":
                    return None
                pattern = "%Y-%m-%d" if form == "default" else form
                limit = _moment_limit(constraints[name], kind, pattern, form == "default")
                limits.append((compare, arrow.number((limit - DAY_ZERO).days)))
    except _NoProof:
        return None
    if constraints.get("enum") is not None:
        return None
    pattern = "^[1-9][0-9]{1,6}$" if kind == "date" else "^[1-9][0-9]{1,6}(?:[.][0-9]{1,20})?$"

    def test(texts: Any) -> Mask:
        shape = pc.match_substring_regex(texts, pattern=pattern)
        days = _cast(texts, shape, pa.float64())
        mask = pc.and_(shape, pc.and_(pc.greater(days, FIRST_DAY), pc.less(days, LAST_DAY)))
        for compare, limit in limits:
            mask = pc.and_(mask, compare(days, limit))
        return mask

    return Proof(test, "none")


def _literals(pattern: str, constraints: dict[str, Any]) -> list[Test]:
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


def _all_of(tests: list[Test]) -> Test:
    def test(texts: Any) -> Mask:
        mask = tests[0](texts)
        for other in tests[1:]:
            mask = pc.and_(mask, other(texts))
        return mask

    return test


def _matches(pattern: str) -> Test:
    return lambda texts: pc.match_substring_regex(texts, pattern=pattern)


def _cast(texts: Any, shape: Any, kind: Any) -> Any:
    """Cast the texts that match, with `1` in place of the others (they are refused anyway)."""
    if not pc.all(shape, min_count=0).as_py():
        texts = pc.if_else(shape, texts, ONE)
    return pc.cast(texts, kind)


def _string(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> tuple[list[Test], Key]:
    tests: list[Test] = [lambda texts: pc.greater(texts, NOTHING)]
    form = descriptor.get("format") or "default"
    if form in STRING_FORMATS:
        tests.append(_matches(STRING_FORMATS[form]))
        if form == "email":
            tests.append(lambda texts: pc.less_equal(pc.binary_length(texts), MAIL_LENGTH))
    elif form != "default":
        raise _NoProof
    for name, compare in (("minLength", pc.greater_equal), ("maxLength", pc.less_equal)):
        limit = constraints.pop(name, None)
        if limit is not None:
            tests.append(_length(compare, arrow.integer(_integer_limit(limit))))
    pattern = constraints.pop("pattern", None)
    if pattern is not None:
        rewritten = for_re2(f"^{pattern}$")
        if rewritten is None:
            raise _NoProof
        tests.append(_matches(rewritten))
    _enum(constraints, tests)
    return tests, "text"


def _length(compare: Callable[[Any, Any], Any], limit: Any) -> Test:
    return lambda texts: compare(pc.utf8_length(texts), limit)


def _enum(constraints: dict[str, Any], tests: list[Test]) -> None:
    enum = constraints.pop("enum", None)
    if enum is not None:
        values = arrow.texts([value for value in enum if isinstance(value, str)])
        tests.append(lambda texts: pc.is_in(texts, value_set=values))


def _any(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> tuple[list[Test], Key]:
    tests: list[Test] = [lambda texts: pc.greater(texts, NOTHING)]
    _enum(constraints, tests)
    return tests, "text"


def _integer(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> tuple[list[Test], Key]:
    limits = [
        (compare, arrow.integer(_integer_limit(constraints.pop(name))))
        for name, compare in LIMITS.items()
        if name in constraints
    ]

    def test(texts: Any) -> Mask:
        mask = shape = pc.match_substring_regex(texts, pattern=INTEGER)
        if limits:
            numbers = _cast(texts, shape, pa.int64())
            for compare, limit in limits:
                mask = pc.and_(mask, compare(numbers, limit))
        return mask

    return [test], "text"


def _integer_limit(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch("-?[0-9]{1,18}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 10**18:
        raise _NoProof
    return value


def _number(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> tuple[list[Test], Key]:
    point = descriptor.get("decimalChar", ".")
    group = descriptor.get("groupChar", "")
    for char in (point, group):
        if not isinstance(char, str) or len(char) > 1 or char in "-+eE" or char.isalnum():
            if char == "" and char is group:
                continue
            raise _NoProof
    if not point or not point.isascii() or not group.isascii() or point == group:
        raise _NoProof
    if point.isspace() or group.isspace():
        raise _NoProof
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
    return _cast(texts, shape, pa.float64())


def _number_limit(value: Any, *, plain: bool) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _NoProof
    if isinstance(value, str) and not plain:
        raise _NoProof
    try:
        number = float(Decimal(str(value).strip()))
    except (InvalidOperation, OverflowError) as error:
        raise _NoProof from error
    if not math.isfinite(number):
        raise _NoProof
    return number


def _boolean(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> tuple[list[Test], Key]:
    true = descriptor.get("trueValues", ["true", "True", "TRUE", "1"])
    false = descriptor.get("falseValues", ["false", "False", "FALSE", "0"])
    values = arrow.texts(sorted({v for v in (*true, *false) if isinstance(v, str)} - {""}))
    return [lambda texts: pc.is_in(texts, value_set=values)], "none"


def _moment(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> tuple[list[Test], Key]:
    """Dates, times and datetimes of fixed width."""
    kind = descriptor["type"]
    form = descriptor.get("format") or "default"
    default = {"date": "%Y-%m-%d", "time": "%H:%M:%S", "datetime": "%Y-%m-%dT%H:%M:%S"}[kind]
    pattern = default if form in ("default", "any") else form
    shape = date_format(pattern) if isinstance(pattern, str) else None
    if shape is None or (form == "any" and (kind == "time" or constraints)):
        raise _NoProof
    tests: list[Test] = [_matches(shape.proof)]
    if form == "any":
        # dateutil guesses; of the years of these centuries it has no doubt
        return [*tests, _matches("^(?:19|20)")], "none"
    for name, compare in LIMITS.items():
        if name in constraints:
            limit = _moment_limit(constraints.pop(name), kind, pattern, form == "default")
            tests.append(_later(shape, compare, arrow.text(shape_text(limit, shape))))
    return tests, "text" if form == "default" else "none"


def _moment_limit(value: Any, kind: str, pattern: str, default: bool) -> datetime.datetime:
    if kind == "date" and type(value) is datetime.date:
        return datetime.datetime(value.year, value.month, value.day)
    if not isinstance(value, str):
        raise _NoProof
    if default and not value.isascii():
        raise _NoProof
    try:
        return datetime.datetime.strptime(value, pattern)
    except ValueError as error:
        raise _NoProof from error


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


def _year(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> tuple[list[Test], Key]:
    tests: list[Test] = [_matches("^[0-9]{4}$")]
    for name, compare in LIMITS.items():
        if name in constraints:
            limit = _integer_limit(constraints.pop(name))
            if not 0 <= limit <= 9999:
                raise _NoProof
            tests.append(_text_limit(compare, arrow.text(f"{limit:04d}")))
    return tests, "text"


def _yearmonth(
    descriptor: Mapping[str, Any], constraints: dict[str, Any]
) -> tuple[list[Test], Key]:
    tests: list[Test] = [_matches("^[0-9]{4}-(?:0[1-9]|1[0-2])$")]
    for name, compare in LIMITS.items():
        if name in constraints:
            limit = constraints.pop(name)
            if not isinstance(limit, str) or not re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", limit):
                raise _NoProof
            tests.append(_text_limit(compare, arrow.text(limit)))
    return tests, "text"


def _text_limit(compare: Callable[[Any, Any], Any], limit: Any) -> Test:
    return lambda texts: compare(texts, limit)


def _shape(pattern: str) -> Callable[..., tuple[list[Test], Key]]:
    def make(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> tuple[list[Test], Key]:
        if (descriptor.get("format") or "default") != "default":
            raise _NoProof
        return [_matches(pattern)], "none"

    return make


MAKERS: dict[str, Callable[..., tuple[list[Test], Key]]] = {
    "any": _any,
    "boolean": _boolean,
    "date": _moment,
    "datetime": _moment,
    "duration": _shape(DURATION),
    "geopoint": _shape(GEOPOINT),
    "integer": _integer,
    "number": _number,
    "string": _string,
    "time": _moment,
    "year": _year,
    "yearmonth": _yearmonth,
}
