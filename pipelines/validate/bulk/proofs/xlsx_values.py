"""Proofs of a workbook's number literals, and of its dates as day numbers."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.text import arrow
from pipelines.validate.bulk.proofs.base import (
    LIMITS,
    Key,
    Mask,
    NoProof,
    Proof,
    Test,
    all_of,
    cast_texts,
    matches,
)
from pipelines.validate.bulk.proofs.dates import moment_limit, year
from pipelines.validate.bulk.proofs.numbers import INTEGER, LITERAL, integer, literals

DAY_ZERO = datetime.datetime(1899, 12, 30)
FIRST_DAY, LAST_DAY = arrow.number(61), arrow.number(2958465)


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
    missing_texts = sorted(text for text in set(missing) if re.search(r"[0-9]|nan|inf", text))
    if missing_texts:
        pattern = INTEGER if pattern == LITERAL else pattern
        values = arrow.texts(missing_texts)
        tests.append(lambda texts: pc.invert(pc.is_in(texts, value_set=values)))
    try:
        if kind == "year":
            tests += year(descriptor, constraints)[0]
        elif kind == "integer":
            tests += integer(descriptor, constraints)[0]
        else:
            tests += literals(pattern, constraints)
    except NoProof:
        return None
    if constraints:
        return None
    keys: dict[str, Key] = {"integer": "text", "year": "text", "number": "number"}
    return Proof(all_of([matches(pattern), *tests]), keys.get(kind, "none"))


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
                limit = moment_limit(constraints[name], kind, pattern, form == "default")
                limits.append((compare, arrow.number((limit - DAY_ZERO).days)))
    except NoProof:
        return None
    if constraints.get("enum") is not None:
        return None
    pattern = "^[1-9][0-9]{1,6}$" if kind == "date" else "^[1-9][0-9]{1,6}(?:[.][0-9]{1,20})?$"

    def test(texts: Any) -> Mask:
        shape = pc.match_substring_regex(texts, pattern=pattern)
        days = cast_texts(texts, shape, pa.float64())
        mask = pc.and_(shape, pc.and_(pc.greater(days, FIRST_DAY), pc.less(days, LAST_DAY)))
        for compare, limit in limits:
            mask = pc.and_(mask, compare(days, limit))
        return mask

    return Proof(test, "none")
