"""Remedies for personal data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from clean.tables import cells, codes, run
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.clean.steps.suppression import protect
from pipelines.errors import UsageProblem

NIK = "1271014508900001"


@pytest.mark.parametrize(
    ("step", "column", "clean"),
    [
        ({"mask": {"field": "nik"}}, [NIK, None], ["12" + "*" * 14, None]),
        ({"mask": {"field": "nik", "within": True}}, [f"NIK {NIK} hilang"],
         [f"NIK 12{'*' * 14} hilang"]),
        ({"mask": {"field": "nik", "kind": "name"}}, ["Siti Aminah"], ["S*** A***"]),
        ({"generalise": {"field": "nik", "to": "year"}}, ["17/08/1990", "1990-05-01", "x"],
         ["1990", "1990", None]),
        ({"generalise": {"field": "nik", "to": "month"}}, ["17/08/1990"], ["1990-08"]),
        ({"generalise": {"field": "nik", "to": "decade"}}, ["17 Agustus 1994"], ["1990-an"]),
        ({"generalise": {"field": "nik", "to": "regency"}}, ["12.71.01.1001"], ["12.71"]),
        ({"generalise": {"field": "nik", "to": "district"}}, ["12.71.01.1001"], ["12.71.01"]),
        ({"generalise": {"field": "nik", "to": "band", "width": 5}}, ["23", "0"], ["20–24", "0–4"]),
        ({"generalise": {"field": "nik"}}, ["1990-05-01", "1991-06-02"], ["1990", "1991"]),
        ({"generalise": {"field": "nik"}}, ["12.71.01", "12.71.02"], ["12.71", "12.71"]),
        ({"generalise": {"field": "nik"}}, ["12.71", "12.01"], ["12", "12"]),
        ({"generalise": {"field": "nik"}}, ["23", "35"], ["20–29", "30–39"]),
    ],
)  # fmt: skip
def test_remedy(step: Any, column: list[str | None], clean: list[str | None]) -> None:
    assert cells(run({"nik": column}, [step]), "nik") == clean


def test_hash_is_stable_and_salted() -> None:
    one = run({"nik": [NIK, "x", NIK]}, [{"hash": "nik"}], secret="satu")
    other = run({"nik": [NIK]}, [{"hash": "nik"}], secret="dua")
    first, second, third = cells(one, "nik")
    assert first == third != second
    assert first != cells(other, "nik")[0]
    assert first is not None and len(first) == 16
    with pytest.raises(UsageProblem) as caught:
        run({"nik": [NIK]}, [{"hash": "nik"}])
    assert caught.value.code == "hash-secret"


def test_what_cannot_be_generalised_is_said() -> None:
    with pytest.raises(UsageProblem) as caught:
        run({"jk": ["L", "P"]}, [{"generalise": "jk"}])
    assert caught.value.code == "generalise-unclear"
    found = run({"d": ["1990-01-01", "entah"]}, [{"generalise": {"field": "d", "to": "year"}}])
    assert codes(found) == ["warning generalise-lost"]
    assert "entah" not in found.audit.to_csv()


def test_a_default_leaves_no_trace_of_what_a_remedy_takes() -> None:
    fields = [{"name": "lahir", "type": "year"}]
    found = run({"lahir": [" 17/08/1990 "]}, [{"generalise": {"field": "lahir", "to": "year"}}],
                fields=fields)  # fmt: skip
    assert cells(found, "lahir") == ["1990"]
    assert "17/08" not in found.audit.to_csv()


COUNTS: dict[str, list[str | None]] = {
    "kab": ["a", "a", "a", "b", "b"],
    "n": ["3", "20", "8", "50", "60"],
}


@pytest.mark.parametrize(
    ("step", "clean"),
    [
        # the count alone
        ({}, [None, "20", "8", "50", "60"]),
        # a total per kab is known: the next smallest goes too
        ({"within": "kab"}, [None, "20", None, "50", "60"]),
        # nothing is small
        ({"below": 3}, ["3", "20", "8", "50", "60"]),
    ],
)
def test_small_counts(step: dict[str, Any], clean: list[str | None]) -> None:
    found = run(COUNTS, [{"suppress": {"field": "n", **step}}])
    assert cells(found, "n") == clean


def test_a_row_total_gives_nothing_away() -> None:
    columns: dict[str, list[str | None]] = {
        "l": ["3", "0", "12"], "p": ["20", "2", "15"], "jml": ["23", "2", "27"],
    }  # fmt: skip
    found = run(columns, [{"suppress": {"fields": ["l", "p"], "total": "jml"}}])
    assert cells(found, "l") == [None, "0", "12"]
    assert cells(found, "p") == [None, None, "15"]
    assert cells(found, "jml") == ["23", None, "27"]
    assert codes(found) == ["info counts-suppressed"]


def test_a_lonely_count_is_an_error() -> None:
    found = run({"k": ["a", "b"], "n": ["2", "30"]}, [{"suppress": {"field": "n", "within": "k"}}])
    assert codes(found) == ["info counts-suppressed", "error counts-exposed"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=1, max_size=6))
def test_no_sum_gives_a_small_count_away(rows: list[list[int]]) -> None:
    counts = np.array(rows, dtype=float)
    hidden = (counts > 0) & (counts < 5)
    small = hidden.copy()
    n, k = counts.shape

    def lines() -> list[list[tuple[int, int]]]:
        both = [[(r, c) for c in range(k)] for r in range(n)]
        both += [[(r, c) for r in range(n)] for c in range(k)]
        return [line for line in both if any(hidden[cell] for cell in line)]

    lonely = protect(counts, hidden, lines, 5)
    assert (hidden >= small).all()
    alone = [line for line in lines() if sum(hidden[cell] for cell in line) == 1]
    assert len(alone) == lonely
    for line in alone:
        assert not [cell for cell in line if not hidden[cell] and counts[cell] > 0]
