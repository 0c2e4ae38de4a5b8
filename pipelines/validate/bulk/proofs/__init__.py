"""Acceptance tests: bulk proofs that Frictionless finds nothing wrong with a cell.

A proof takes n texts and says of each whether it certainly passes: Frictionless's reader of the
field gives a value (not a missing one) and no note. "False" means nothing: the cell then goes to
Frictionless itself. So a proof may be narrow, but never wide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.text import arrow
from pipelines.validate.bulk.proofs.base import Key, Made, NoProof, Proof, all_of
from pipelines.validate.bulk.proofs.dates import moment, year, yearmonth
from pipelines.validate.bulk.proofs.numbers import READABLE, integer, number, read_numbers
from pipelines.validate.bulk.proofs.text import (
    DURATION,
    GEOPOINT,
    any_kind,
    boolean,
    shape_of,
    string,
)
from pipelines.validate.bulk.proofs.xlsx_values import day_proof_for, number_proof_for

__all__ = [
    "READABLE", "Key", "Proof", "day_proof_for", "number_proof_for", "proof_for", "read_numbers",
]  # fmt: skip

MAKERS: dict[str, Callable[..., Made]] = {
    "any": any_kind,
    "boolean": boolean,
    "date": moment,
    "datetime": moment,
    "duration": shape_of(DURATION),
    "geopoint": shape_of(GEOPOINT),
    "integer": integer,
    "number": number,
    "string": string,
    "time": moment,
    "year": year,
    "yearmonth": yearmonth,
}


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
    except (NoProof, pa.ArrowInvalid):
        return None
    missing_texts = sorted(set(missing) - {""})
    if missing_texts:
        values = arrow.texts(missing_texts)
        tests = [*tests, lambda texts: pc.invert(pc.is_in(texts, value_set=values))]
    return Proof(all_of(tests), key)
