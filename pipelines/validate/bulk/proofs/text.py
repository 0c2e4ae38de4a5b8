"""Proofs of texts, truth values, and what is written to a fixed shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow.compute as pc

from pipelines.text import arrow
from pipelines.validate.bulk.proofs.base import Made, NoProof, Test, matches
from pipelines.validate.bulk.proofs.numbers import integer_limit
from pipelines.validate.bulk.re2 import for_re2

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
NOTHING = arrow.text("")


def string(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> Made:
    """Return the tests for texts, formats included. Raises `NoProof`."""
    tests: list[Test] = [lambda texts: pc.greater(texts, NOTHING)]
    form = descriptor.get("format") or "default"
    if form in STRING_FORMATS:
        tests.append(matches(STRING_FORMATS[form]))
        if form == "email":
            tests.append(lambda texts: pc.less_equal(pc.binary_length(texts), MAIL_LENGTH))
    elif form != "default":
        raise NoProof
    for name, compare in (("minLength", pc.greater_equal), ("maxLength", pc.less_equal)):
        limit = constraints.pop(name, None)
        if limit is not None:
            tests.append(_length(compare, arrow.integer(integer_limit(limit))))
    pattern = constraints.pop("pattern", None)
    if pattern is not None:
        rewritten = for_re2(f"^{pattern}$")
        if rewritten is None:
            raise NoProof
        tests.append(matches(rewritten))
    _enum(constraints, tests)
    return tests, "text"


def _length(compare: Callable[[Any, Any], Any], limit: Any) -> Test:
    return lambda texts: compare(pc.utf8_length(texts), limit)


def _enum(constraints: dict[str, Any], tests: list[Test]) -> None:
    enum = constraints.pop("enum", None)
    if enum is not None:
        values = arrow.texts([value for value in enum if isinstance(value, str)])
        tests.append(lambda texts: pc.is_in(texts, value_set=values))


def any_kind(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> Made:
    """Return the tests for what may be anything."""
    tests: list[Test] = [lambda texts: pc.greater(texts, NOTHING)]
    _enum(constraints, tests)
    return tests, "text"


def boolean(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> Made:
    """Return the tests for the words of truth values."""
    true = descriptor.get("trueValues", ["true", "True", "TRUE", "1"])
    false = descriptor.get("falseValues", ["false", "False", "FALSE", "0"])
    values = arrow.texts(sorted({v for v in (*true, *false) if isinstance(v, str)} - {""}))
    return [lambda texts: pc.is_in(texts, value_set=values)], "none"


def shape_of(pattern: str) -> Callable[..., Made]:
    """Return the maker of tests for one fixed shape, in the default format only."""

    def make(descriptor: Mapping[str, Any], constraints: dict[str, Any]) -> Made:
        if (descriptor.get("format") or "default") != "default":
            raise NoProof
        return [matches(pattern)], "none"

    return make
