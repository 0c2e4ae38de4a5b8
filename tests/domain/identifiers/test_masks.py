"""Masks never show more than a hint."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.domain.identifiers import NAMES, mask

KINDS = (*NAMES, "name", "address", "text", "date")


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("nik", "1271015508900001", "12**************"),
        ("nik", "'12 71 01 550890 0001", "12**************"),
        ("phone", "+62 812-3456-7890", "62***********"),
        ("phone", "12345", "*****"),
        ("email", "budi.santoso@gmail.com", "b***@gmail.com"),
        ("email", "info@dinkes.sumutprov.go.id", "i***@dinkes.sumutprov.go.id"),
        ("email", "budi@budisantoso.com", "b***@***"),
        ("email", "a@1271015508900001.go.id", "a***@***"),
        ("plate", "BK 1234 AB", "BK **** **"),
        ("account", "0123-01-012345-50-9", "*" * 19),
        ("name", "Budi Santoso, S.Kom", "B*** S***, S***.K***"),
        ("address", "Jl. Gatot Subroto No. 12", "J***. G*** S*** N***. **"),
        ("date", "1990-08-17", "**********"),
    ],
)
def test_masks(kind: str, value: str, shown: str) -> None:
    assert mask(kind, value) == shown


@given(st.sampled_from(KINDS), st.text(max_size=60))
def test_no_mask_shows_four_digits_of_the_value(kind: str, value: str) -> None:
    hidden = mask(kind, value)
    digits = "".join(c for c in value if c.isdecimal())
    shown = "".join(c for c in hidden if c.isdecimal())
    assert len(shown) <= 2 or len(digits) == 0


@given(st.sampled_from(KINDS), st.text("abcdefghijklmnop ", min_size=8, max_size=60))
def test_no_mask_shows_a_word_of_the_value(kind: str, value: str) -> None:
    hidden = mask(kind, value)
    assert not [word for word in re.findall(r"\w{3,}", value) if word in hidden]
