"""Numbers as offices write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from clean.tables import cells, codes, run
from hypothesis import given, settings
from hypothesis import strategies as st

INTEGER, NUMBER = {"name": "n", "type": "integer"}, {"name": "n", "type": "number"}


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1234", "1234"), ("-12", "-12"), ("0", "0"), ("007", "7"), ("+5", "5"),
        ("1.234.567", "1234567"), ("12.345", "12345"), ("Rp 5.000", "5000"),
        ("Rp. 5.000,-", "5000"),
        ("Rp5.000,00", "5000.00"), ("IDR 5.000", "5000"), ("-Rp 5.000", "-5000"),
        ("(Rp 5.000)", "-5000"), ("(123)", "-123"), ("( 1.500,50 )", "-1500.50"), ("123-", "-123"),
        ("−5", "-5"), ("– 7", "-7"), ("76,61", "76.61"), ("12,5%", "12.5"), ("12,5 %", "12.5"),
        ("12,5 persen", "12.5"), ("2023*", "2023"), ("12)", "12"), ("12 *)", "12"), ("12**", "12"),
        ("1.234 1)", "1234"), ("15 r)", "15"), ("17²", "17"), ("1 234 567", "1234567"),
        ("1,2 juta", "1200000"), ("3 miliar", "3000000000"), ("1,25 ribu rupiah", "1250"),
        ("12 orang", "12"), ("12 Orang.", "12"), ("１２", "12"), ("1\u00a0234", "1234"),
        ("0,50", "0.50"), (",5", None), ("1.23.456", None), ("12 kg", None), ("1,2,3", None),
        ("satu", None), ("1-2", None), ("12 34", None), ("--", ""), ("n/a", ""), ("…", ""),
        ("tad", ""), ("Rp -", ""), ("nihil", None), ("()", None), ("Rp", None),
        ("%", None), ("1e5", None),
    ],
)  # fmt: skip
def test_cell(written: str, number: str | None) -> None:
    field = {**NUMBER, "unit": "orang"}
    found = run({"n": [written, "0,5", "9,75"]}, fields=[field])
    expected = written.strip() if number is None else number or None
    assert cells(found, "n") == [expected, "0.5", "9.75"]


@pytest.mark.parametrize(
    ("column", "field", "clean", "findings"),
    [
        # plain numbers need no decision
        (["1", "23"], INTEGER, ["1", "23"], []),
        (["1.5", "2.25"], NUMBER, ["1.5", "2.25"], []),
        # whole numbers: 1.234 is one thousand
        (["1.234", "5"], INTEGER, ["1234", "5"], ["info number-format.integer"]),
        (["1,234", "5"], INTEGER, ["1234", "5"], ["info number-format.integer"]),
        # evidence in the column
        (["1.234", "76,61"], NUMBER, ["1234", "76.61"], ["info number-format.evidence"]),
        (["1,234", "76.61"], NUMBER, ["1234", "76.61"], ["info number-format.evidence"]),
        (["1.234", "76.61"], NUMBER, ["1.234", "76.61"], ["info number-format.evidence"]),
        (["1.234", "1.234.567"], NUMBER, ["1234", "1234567"], ["info number-format.evidence"]),
        # plain numbers of three digits are thousands' neighbours; one digit proves nothing
        (["1.234", "901"], NUMBER, ["1234", "901"], ["info number-format.magnitude"]),
        (["1.234", "5"], NUMBER, ["1.234", "5"], ["error number-ambiguous"]),
        (["1,234", "5"], NUMBER, ["1,234", "5"], ["error number-ambiguous"]),
        (["1.234", "901", "1250"], NUMBER, ["1.234", "901", "1250"], ["error number-ambiguous"]),
        # a separator of either kind groups thousands in whole numbers
        (["1.234", "1,234"], INTEGER, ["1234", "1234"], ["info number-format.integer"]),
        # contradiction: what is clear is read, what is not stays and is an error
        (["1.234", "0,5", "0.5"], NUMBER, ["1.234", "0.5", "0.5"],
         ["error number-ambiguous.contradiction"]),
        (["1.234", "1,234"], NUMBER, ["1.234", "1,234"], ["error number-ambiguous"]),
        (["1.234", *["0,5"] * 10, "0.5"], NUMBER, ["1234", *["0.5"] * 11],
         ["warning number-format.mixed"]),
        # contradiction that touches no doubtful cell needs no word
        (["0,5", "0.5"], NUMBER, ["0.5", "0.5"], []),
        # whole numbers lose empty decimals only
        (["1.234,00", "2,50"], INTEGER, ["1234", "2.50"], []),
        (["12*", "7"], INTEGER, ["12", "7"], ["info number-notes"]),
    ],
)  # fmt: skip
def test_column(
    column: list[str], field: dict[str, str], clean: list[str], findings: list[str]
) -> None:
    found = run({"n": column}, fields=[field])
    assert cells(found, "n") == clean
    assert codes(found) == findings
    for finding in found.findings:
        assert finding.message


@pytest.mark.parametrize(
    ("label", "unit", "cell", "clean", "findings"),
    [
        # what a column counts cannot be a fraction
        ("Jumlah Penduduk (Jiwa)", "", "1.124", "1124", ["info number-format.counts"]),
        ("Sapi", "", "1,124", "1124", ["info number-format.counts"]),
        ("Jumlah", "ekor", "1.124", "1124", ["info number-format.counts"]),
        ("Pagu (Rp)", "", "1.250", "1250", ["info number-format.money"]),
        # a measure can, a mean or a share of what is counted, too
        ("Panjang (Km)", "", "1.250", "1.250", ["error number-ambiguous"]),
        ("Luas", "ha", "1,250", "1,250", ["error number-ambiguous"]),
        ("Kepadatan Penduduk (jiwa/km2)", "", "1.250", "1.250", ["error number-ambiguous"]),
        ("Rata-rata Jumlah Anak", "", "1.250", "1.250", ["error number-ambiguous"]),
        ("Penduduk (ribu jiwa)", "", "1.250", "1.250", ["error number-ambiguous"]),
        ("Nilai", "", "1.250", "1.250", ["error number-ambiguous"]),
    ],
)
def test_the_label_decides_what_cannot_be_a_fraction(
    label: str, unit: str, cell: str, clean: str, findings: list[str]
) -> None:
    field = {**NUMBER, "unit": unit} if unit else NUMBER
    found = run({label: [cell, "2.500" if "." in cell else "2,500"]}, fields=[field],
                columns={label: "n"})  # fmt: skip
    assert cells(found, "n")[0] == clean
    assert codes(found) == findings


@pytest.mark.parametrize(
    ("label", "other", "clean", "findings"),
    [
        # the other columns' sign makes groups of the separator: safe for every column
        ("Panjang (Km)", "56,12", "1250", ["info number-format.columns"]),
        ("Nilai", "56,12", "1250", ["info number-format.columns"]),
        # it makes fractions: for a measure only
        ("Panjang (Km)", "56.12", "1.250", ["info number-format.columns"]),
        ("Nilai", "56.12", "1.250", ["error number-ambiguous"]),
        # persons in fractions: the columns contradict each other
        ("Penduduk", "56.12", "1.250", ["error number-ambiguous"]),
        ("Penduduk", "56,12", "1250", ["info number-format.counts"]),
    ],
)
def test_the_other_columns_decide_what_one_leaves_open(
    label: str, other: str, clean: str, findings: list[str]
) -> None:
    found = run({label: ["1.250", "2.500"], "Lain": [other, "7"], "Kode": ["12.01", "12.02"]},
                fields=[NUMBER, {"name": "lain", "type": "number"},
                        {"name": "kode", "type": "string"}],
                columns={label: "n", "Lain": "lain", "Kode": "kode"})  # fmt: skip
    assert cells(found, "n")[0] == clean
    assert codes(found) == findings


def test_an_ambiguous_number_shows_both_readings() -> None:
    found = run({"n": ["1.250", "2.100", "-3.075", "4.000"]}, fields=[NUMBER])
    [finding] = found.findings
    assert "'1.250' = 1250 / 1,250; '2.100' = 2100 / 2,100; '-3.075' = -3075 / -3,075" in (
        finding.message
    )
    assert finding.position is not None and finding.position.row == 2


def test_the_descriptor_settles_the_decimal_sign() -> None:
    found = run({"n": ["1.234", "0,5", "0.5"]}, [{"numbers": {"field": "n", "decimal": "."}}],
                fields=[NUMBER])  # fmt: skip
    assert cells(found, "n") == ["1.234", "0.5", "0.5"]
    assert codes(found) == []


def test_codes_and_text_are_left_alone() -> None:
    fields = [{"name": "kode", "type": "string"}]
    found = run({"kode": ["01.02", "1.234", "007"]}, fields=fields)
    assert cells(found, "kode") == ["01.02", "1.234", "007"]


@pytest.mark.parametrize(
    ("label", "unit", "steps", "clean", "findings"),
    [
        ("Belanja (juta rupiah)", "rupiah", [], "1500000", ["warning number-scale"]),
        ("Belanja (dalam jutaan)", "Rp", [], "1500000", ["warning number-scale"]),
        ("Belanja (Rp juta)", "juta rupiah", [], "1.5", []),
        ("Belanja (juta rupiah)", "", [], "1.5", ["warning number-scale.unclear"]),
        ("Belanja", "rupiah", [], "1.5", []),
        (
            "Belanja (juta rupiah)",
            "rupiah",
            [{"numbers": {"field": "n", "scale": "satu"}}],
            "1.5",
            [],
        ),
        ("Belanja", "", [{"numbers": {"field": "n", "scale": "ribu"}}], "1500", []),
    ],
)
def test_scale(label: str, unit: str, steps: list[object], clean: str, findings: list[str]) -> None:
    found = run({label: ["1,5", "0,25"]}, steps, fields=[{**NUMBER, "unit": unit}],
                columns={label: "n"})  # fmt: skip
    assert cells(found, "n")[0] == clean
    assert codes(found) == findings


def test_percent_as_fraction() -> None:
    steps = [{"numbers": {"field": "n", "percent": "fraction"}}]
    assert cells(run({"n": ["12,5%", "3"]}, steps, fields=[NUMBER]), "n") == ["0.125", "3"]


@pytest.mark.parametrize(
    ("column", "step", "clean"),
    [
        (["1,2 km", "800 m", "75"], {"to": "m"}, ["1200", "800", "75"]),
        (["1 ha", "250 m2", "2 km²"], {"to": "ha"}, ["1", "0.025", "200"]),
        (["2 ton", "5 kuintal", "3"], {"to": "kg", "bare": "ton"}, ["2000", "500", "3000"]),
        (["3 drum"], {"to": "liter", "factors": {"drum": 200}}, ["600"]),
        (["90 menit", "1,5 jam"], {"to": "jam"}, ["1.5", "1.5"]),
    ],
)
def test_units(column: list[str], step: dict[str, object], clean: list[str]) -> None:
    assert cells(run({"n": column}, [{"units": {"field": "n", **step}}]), "n") == clean


def test_an_unknown_unit_is_an_error() -> None:
    found = run({"n": ["3 galon", "2 kg"]}, [{"units": {"field": "n", "to": "liter"}}])
    assert cells(found, "n") == ["3 galon", "2 kg"]
    assert codes(found) == ["error unit-unknown"] * 2


@pytest.mark.parametrize(
    ("column", "pad", "clean"),
    [
        (["4 . 1 . 1 . 01", "4.1.01"], None, ["4.1.01.01", "4.1.01"]),
        (["5.1.1.01", "5.1.2"], None, ["5.1.1.01", "5.1.2"]),
        (["5.1.2"], True, ["5.1.02"]),
        (["5.1.01.01.01.1", "5,1,01"], None, ["5.1.01.01.01.0001", "5.1.01"]),
        (["Belanja Pegawai"], None, ["Belanja Pegawai"]),
    ],
)
def test_budget_codes(column: list[str], pad: bool | None, clean: list[str]) -> None:
    found = run({"kode": column}, [{"budget_codes": {"field": "kode", "pad": pad}}])
    assert cells(found, "kode") == clean


DECIMALS = st.decimals(-(10**9), 10**9, places=2, allow_nan=False, allow_infinity=False)


def indonesian(number: Decimal) -> str:
    """Write a number as an office does, thousands with dots and decimals with a comma."""
    whole, _, part = f"{abs(number):,.2f}".partition(".")
    sign = "-" if number < 0 else ""
    return f"{sign}{whole.replace(',', '.')},{part}"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(DECIMALS, min_size=1, max_size=20), st.sampled_from(["{}", "Rp {}", " {} *", "{} %"])
)
def test_writing_and_reading_is_a_round_trip(numbers: list[Decimal], style: str) -> None:
    column = [style.format(indonesian(number)) for number in numbers]
    found = run({"n": column}, fields=[NUMBER])
    assert [Decimal(cell or "") for cell in cells(found, "n")] == numbers


@pytest.mark.parametrize(
    ("column", "findings"),
    [
        (["1", "2", "3", "4", "lima"], ["warning text-of-numbers"]),
        (["1.234", "2,5", "3*", "4 juta", "lima"], ["warning text-of-numbers"]),
        (["1", "2", "3", "4"], []),  # digits alone may be codes
        (["1", "2", "3", "lima", "enam", "tujuh"], []),
        (["satu", "dua"], []),
    ],
)
def test_text_that_is_mostly_numbers_is_said(column: list[str], findings: list[str]) -> None:
    found = run({"n": column}, fields=[{"name": "n", "type": "string"}])
    assert cells(found, "n") == column
    assert codes(found) == findings
