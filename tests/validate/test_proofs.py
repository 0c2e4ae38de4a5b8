"""Proofs are sound: what a proof accepts, Frictionless accepts too."""

from __future__ import annotations

import random
import re
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from validate.generate import PATTERNS, TEXTS, make_case

from pipelines.readers.xlsx.typed_column import cast_number
from pipelines.validate.bulk.frictionless_cells import FieldReader
from pipelines.validate.bulk.proofs import day_proof_for, number_proof_for, proof_for
from pipelines.validate.bulk.re2 import date_format, for_re2
from pipelines.validate.dispatch import VERSION_2

ATOM, REPEAT = r"(\[[ab0-9]+\]|[ab01.]|\(a\|b\)|\\d|\\w|\\s)", r"([*+?]|\{1,2\})?"
LETTERS = "ab01é٣ \n-.\x00_"


@settings(deadline=None)
@given(st.sampled_from(PATTERNS), st.lists(st.text(LETTERS, max_size=8), min_size=1, max_size=20))
def test_patterns_never_accept_what_python_refuses(pattern: str, texts: list[str]) -> None:
    rewritten = for_re2(f"^{pattern}$")
    if rewritten is None:
        return
    accepted = pa.compute.match_substring_regex(pa.array(texts), pattern=rewritten).to_pylist()
    for text, taken in zip(texts, accepted, strict=True):
        assert not taken or re.compile(f"^{pattern}$").match(text), (pattern, text)


@settings(deadline=None)
@given(
    st.from_regex(f"({ATOM}{REPEAT}){{1,3}}", fullmatch=True),
    st.lists(st.text(LETTERS, max_size=6), min_size=1, max_size=10),
)
def test_made_up_patterns(pattern: str, texts: list[str]) -> None:
    rewritten = for_re2(f"^{pattern}$")
    assert rewritten is not None
    accepted = pa.compute.match_substring_regex(pa.array(texts), pattern=rewritten).to_pylist()
    for text, taken in zip(texts, accepted, strict=True):
        assert not taken or re.compile(f"^{pattern}$").match(text)


@pytest.mark.parametrize(
    ("pattern", "rewritten"),
    [
        (r"L[0-9]{2}", True), (r"a|b", True), (r"\d+", True), (r"[^\d]", False), (r"(a)\1", False),
        (r"(?=a)a", False), (r"(?i:a)", False), (r"\bа", False), ("a{1001}", False),
        ("[^a]*", True),
    ],
)  # fmt: skip
def test_what_can_be_rewritten(pattern: str, rewritten: bool) -> None:
    assert (for_re2(f"^{pattern}$") is not None) is rewritten


def test_categories_are_narrowed_to_ascii() -> None:
    digits = for_re2(r"^\d$")
    assert digits is not None
    assert pa.compute.match_substring_regex(pa.array(["1", "٣"]), pattern=digits).to_pylist() == [
        True,
        False,
    ]


@pytest.mark.parametrize("seed", range(40))
def test_proofs_accept_only_what_frictionless_accepts(seed: int) -> None:
    r = random.Random(seed)
    for _ in range(10):
        case = make_case(r)
        general = case.schema.get("missingValues", [""])
        for field in case.schema["fields"]:
            proof = proof_for(field, {"", *general, *field.get("missingValues", [])})
            if proof is not None:
                accepted = [
                    t for t, ok in zip(TEXTS, proof(pa.array(TEXTS)).to_pylist(), strict=True) if ok
                ]
                check_all(field, case.schema, accepted)


def check_all(field: dict[str, Any], schema: dict[str, Any], cells: list[Any]) -> None:
    reader = FieldReader(field, {"$schema": VERSION_2, **schema})
    for cell in cells:
        result = reader(cell)
        assert not result.notes, (field, cell, result)
        assert not result.missing, (field, cell)


NUMBERS = [
    "0", "1", "-1", "007", "5.0", "0.1", "1E3", "1.5e-05", "7.0709999999999994E1", "1e400", "2024",
    "999",
    "12345678901234567890", "100", "99.999", "-0", "-0.0", "1e22", "123456789.123456789",
]  # fmt: skip


@pytest.mark.parametrize("kind", ["integer", "number", "year", "any"])
@pytest.mark.parametrize(
    "constraints", [{}, {"minimum": 1}, {"maximum": 100}, {"minimum": 0.1, "maximum": 99.999}]
)
@pytest.mark.parametrize("missing", [[""], ["", "-1"], ["5.0", "99.999"], ["nan"]])
def test_number_proofs(kind: str, constraints: dict[str, Any], missing: list[str]) -> None:
    field = {"name": "f", "type": kind, "constraints": {} if kind == "any" else constraints}
    proof = number_proof_for(field, missing)
    if proof is not None:
        taken = proof(pa.array(NUMBERS)).to_pylist()
        accepted = [cast_number(text) for text, ok in zip(NUMBERS, taken, strict=True) if ok]
        check_all(field, {"missingValues": missing}, accepted)


@pytest.mark.parametrize("kind", ["date", "datetime"])
@pytest.mark.parametrize("constraints", [{}, {"minimum": "2024-02-29"}, {"maximum": "2024-02-29"}])
def test_day_proofs(kind: str, constraints: dict[str, Any]) -> None:
    from openpyxl.utils.datetime import from_excel

    if kind == "datetime":
        constraints = {}
    field = {"name": "f", "type": kind, "constraints": constraints}
    proof = day_proof_for(field, [""])
    assert proof is not None
    literals = [
        "1",
        "59",
        "60",
        "61",
        "62",
        "45350",
        "45351",
        "45352",
        "2958464",
        "2958465",
        "0.5",
        "45351.5",
    ]
    taken = proof(pa.array(literals)).to_pylist()
    accepted = [from_excel(cast_number(x)) for x, ok in zip(literals, taken, strict=True) if ok]
    check_all(field, {}, accepted)
    assert "45351" in [x for x, ok in zip(literals, taken, strict=True) if ok]


@pytest.mark.parametrize(
    ("form", "known"),
    [("%Y-%m-%d", True), ("%d/%m/%Y", True), ("%d %B %Y", False), ("%Y", True), ("any", True),
     ("%Y%%", False), ("%Y-%Y", False), ("%d/%m", False), ("%H:%M", True)],
)  # fmt: skip
def test_date_formats(form: str, known: bool) -> None:
    assert (date_format(form) is not None) is known
