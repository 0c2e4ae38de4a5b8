"""Digits of identity numbers: what passes and what does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.id import npwp as stdnum_npwp

from pipelines.domain.identifiers import structure
from pipelines.domain.identifiers.regions import regency_table


def digits(number: str) -> np.ndarray:
    return np.array([[int(digit) for digit in number]], dtype=np.uint8)


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("1271015508900001", True),  # a woman of Medan, born on the 15th
        ("1271011508900001", True),
        ("1271013102900001", False),  # 31 February
        ("1271012902040001", True),  # 29 February of a leap year
        ("1271012902030001", False),
        ("1271017102900001", False),  # 31 February of a woman
        ("1271014000900001", False),  # day 0 of a woman, month 0
        ("1271018108900001", False),  # day 81 is nobody's
        ("1271001508900001", False),  # no district 00
        ("1271611508900001", False),  # no regency has 61 districts
        ("1271011508900000", False),  # serial 0000
        ("1226011508900001", False),  # North Sumatra has regencies 01–25
        ("1279011508900001", False),  # and cities 71–78
        ("2071011508900001", False),  # there is no province 20
        ("9671010101900001", True),  # Southwest Papua, 2022
        ("3219010101900001", True),  # a regency that left West Java for Banten in 2000
        ("1201120212031204", False),  # four region codes in a row
    ],
)
def test_nik(number: str, valid: bool) -> None:
    assert structure.nik(digits(number))[0] == valid


def test_a_rounded_nik_may_end_in_zeros() -> None:
    assert structure.nik(digits("1271011508900000"), rounded=True)[0]


def test_all_regencies_of_north_sumatra_are_known() -> None:
    known = np.flatnonzero(regency_table()[1200:1300])
    assert known.tolist() == [*range(1, 26), *range(71, 79)]


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("198609262015051001", True),
        ("196804111993031009", True),
        ("199608182023212001", True),  # contract employee: 21 in the month's place
        ("198613262015051001", False),  # month 13
        ("198609262015131001", False),  # appointed in month 13
        ("198609262015053001", False),  # sex 3
        ("198609262015051000", False),  # serial 000
        ("200609262015051001", False),  # appointed at nine
        ("190009262015051001", False),
        ("202404051230451001", False),  # a timestamp
    ],
)
def test_nip(number: str, valid: bool) -> None:
    assert structure.nip(digits(number))[0] == valid


@given(st.text("0123456789", min_size=15, max_size=15))
def test_npwp_agrees_with_stdnum(number: str) -> None:
    if number[9:12] == "000" or number[:8] == "00000000":  # no such tax office, no such payer
        assert not structure.npwp(digits(number))[0]
    else:
        assert structure.npwp(digits(number))[0] == stdnum_npwp.is_valid(number)
        assert structure.npwp(digits("0" + number))[0] == stdnum_npwp.is_valid("0" + number)
        assert not structure.npwp(digits("1" + number))[0]


def test_few_random_numbers_pass() -> None:
    random = np.random.default_rng(1)
    assert structure.nik(random.integers(0, 10, (200_000, 16), dtype=np.uint8)).mean() < 0.004
    assert structure.nip(random.integers(0, 10, (200_000, 18), dtype=np.uint8)).sum() == 0
