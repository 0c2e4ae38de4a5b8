"""Expressions: what they give, what they refuse, and that they agree with Python's arithmetic."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import messages
from pipelines.domain import expression
from pipelines.errors import UsageProblem

TYPES = {
    "a": "integer", "b": "number", "d": "date", "e": "date", "m": "yearmonth", "t": "string",
    "w": "datetime", "y": "boolean", "dua kata": "integer",
}  # fmt: skip
ROW = {
    "a": "3", "b": "2.5", "d": "2024-01-31", "e": "2024-02-10", "m": "2024-01", "t": "Kota Medan",
    "w": "2024-01-31T08:00:00Z", "y": "true", "dua kata": "7",
}  # fmt: skip
MISSING = dict.fromkeys(TYPES)


def frame(*rows: dict[str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(TYPES), dtype="str")


def value(text: str, row: dict[str, str | None] = ROW) -> str | None:
    found = expression.compile(text, TYPES).text_values(frame(row)).iat[0]
    return found if isinstance(found, str) else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b", "5.5"), ("a * 2", "6"), ("a / 2", "1.5"), ("a // 2", "1"), ("-a % 2", "1"),
        ("a ** 2", "9"), ("a / 0", None), ("a + 1 == 4", "true"), ("0.1 + 0.2 == 0.3", "true"),
        ("0.1 + 0.2 <= 0.3", "true"), ("0.1 + 0.2 > 0.3", "false"), ("1 <= a <= 3", "true"),
        ("a in (1, 3)", "true"), ("a not in (1, 3)", "false"), ("t in ('x', 'Kota Medan')", "true"),
        ("d <= e", "true"), ("d > '2024-01-30'", "true"), ("e - d", "10"), ("d + 1", "2024-02-01"),
        ("d - 31", "2023-12-31"), ("year(d) * 100 + month(d)", "202401"), ("quarter(e)", "1"),
        ("weekday(d)", "3"), ("day(d)", "31"), ("m >= '2023-12'", "true"), ("w >= d", "true"),
        ("date(w)", "2024-01-31"), ("y", "true"), ("not y", "false"), ("y and a > 5", "false"),
        ("y or a > 5", "true"), ("`dua kata` + 1", "8"), ("like(t, 'Kota%')", "true"),
        ("like(t, 'kota%')", "false"), ("starts(t, 'Kota') and ends(t, 'dan')", "true"),
        ("contains(t, 'a M')", "true"), ("matches(t, 'Kota [A-Z][a-z]+')", "true"),
        ("matches(t, 'Kota')", "false"), ("between(a, 1, 3)", "true"), ("length(t)", "10"),
        ("upper(t)", "KOTA MEDAN"), ("lower(t)", "kota medan"), ("strip('  x ')", "x"),
        ("left(t, 4)", "Kota"), ("right(t, 5)", "Medan"), ("part(t, 6, 3)", "Med"),
        ("replace(t, 'Kota ', '')", "Medan"), ("pad(a, 3)", "003"),
        ("text(a) + '/' + t", "3/Kota Medan"),
        ("number('2.50')", "2.5"), ("number('dua')", None), ("round(2.675, 2)", "2.68"),
        ("round(b)", "3"), ("round(-b)", "-3"), ("floor(b)", "2"), ("ceil(b)", "3"),
        ("abs(-a)", "3"),
        ("min(a, b, 9)", "2.5"), ("max(a, b)", "3"), ("a if a > b else b", "3"),
        ("'x' if a > 9 else t", "Kota Medan"), ("missing(a)", "false"), ("a is not None", "true"),
        ("first(a, 0)", "3"), ("count(a, b, t)", "3"), ("1e3", "1000"), ("a == 3 != b", "true"),
    ],
)  # fmt: skip
def test_gives(text: str, expected: str | None) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + 1", None), ("a > 1", None), ("a > 1 or b > 1", None), ("missing(a)", "true"),
        ("a is None", "true"), ("first(a, 0)", "0"), ("count(a, b, t)", "0"), ("t + 'x'", None),
        ("a > 1 or True", "true"), ("a > 1 and False", "false"), ("upper(t)", None),
        ("min(a, 1)", None), ("d + 1", None), ("a in (1, 2)", None),
    ],
)  # fmt: skip
def test_missing_spreads(text: str, expected: str | None) -> None:
    assert value(text, MISSING) == expected


@pytest.mark.parametrize(
    ("field", "cell"),
    [("a", "3.5"), ("a", "1.234"), ("b", "1,5"), ("b", "nan"), ("d", "2024-02-30"),
     ("d", "31/01/2024"),
     ("y", "ya"), ("w", "kemarin"), ("a", "9" * 30), ("a", "٣")],
)  # fmt: skip
def test_cell_of_another_type_is_missing(field: str, cell: str) -> None:
    assert value(f"missing({field})", {**ROW, field: cell}) == "true"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a +", "expression-syntax"), ("a = 1", "expression-syntax"), ("", "expression-syntax"),
        ("a\x00", "expression-syntax"), ("(" * 500, "expression-syntax"),
        ("c > 1", "expression-field"), ("A > 1", "expression-field"),
        ("foo(a)", "expression-function"), ("__import__('os')", "expression-function"),
        ("eval('1')", "expression-function"), ("a.b", "expression-not-allowed"),
        ("t.__class__", "expression-not-allowed"), ("a[0]", "expression-not-allowed"),
        ("lambda: 1", "expression-not-allowed"), ("[x for x in a]", "expression-not-allowed"),
        ("f'{a}'", "expression-not-allowed"), ("(b := 1)", "expression-not-allowed"),
        ("round(a, places=1)", "expression-not-allowed"), ("a in t", "expression-not-allowed"),
        ("b'x' == t", "expression-not-allowed"), ("1j", "expression-not-allowed"),
        ("a < 'x'", "expression-kinds"), ("t == 12", "expression-kinds"),
        ("d > '31-01-2024'", "expression-kinds"), ("d > '2024-02-30'", "expression-kinds"),
        ("a and b", "expression-kinds"), ("not a", "expression-kinds"),
        ("a ** 99", "expression-kinds"),
        ("a ** b", "expression-kinds"), ("round()", "expression-kinds"),
        ("round(a, b)", "expression-kinds"),
        ("matches(t, '(')", "expression-kinds"), ("pad(t, 9999999)", "expression-kinds"),
        ("upper(a)", "expression-kinds"), ("a & 1", "expression-kinds"),
        ("d * 2", "expression-kinds"),
        ("a is b", "expression-kinds"), ("1 if a else 2", "expression-kinds"),
        ("replace(t, '', 'x')", "expression-kinds"),
        ("+".join(["a"] * 400), "expression-too-long"), ("a" * 5000, "expression-too-long"),
    ],
)  # fmt: skip
def test_refuses(text: str, code: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        expression.compile(text, TYPES, where="dataset.yaml")
    assert caught.value.code == code
    for lang in messages.LANGS:
        messages.set_lang(lang)
        assert "{" not in str(caught.value).replace("`f'{a}'`", "")
    messages.set_lang("id")


def test_names_the_nearest() -> None:
    with pytest.raises(UsageProblem) as caught:
        expression.compile("jumlh > 1", {"jumlah": "integer"})
    assert caught.value.params["nearest"] == "jumlah"


def test_only_a_test_can_be_true_or_false() -> None:
    with pytest.raises(UsageProblem) as caught:
        expression.compile("a + 1", TYPES).true(frame(ROW))
    assert caught.value.code == "expression-not-test"


def test_fields_in_order_and_whole_columns() -> None:
    found = expression.compile("b > a or missing(a)", TYPES)
    assert found.fields == ("b", "a")
    rows = frame(ROW, MISSING, {**ROW, "a": "1"})
    assert found.true(rows).tolist() == [False, True, True]
    assert found.false(rows).tolist() == [True, False, False]
    assert len(expression.compile("1", {}).text_values(rows)) == 3
    assert expression.compile("a", TYPES).text_values(rows.iloc[:0]).tolist() == []


def test_functions_are_documented_in_both_languages() -> None:
    for name, function in expression.FUNCTIONS.items():
        assert function.signature.startswith(f"{name}(")
        assert all(function.says[lang] for lang in messages.LANGS)


numbers = st.integers(-(10**6), 10**6)


@given(numbers, numbers, st.sampled_from(["+", "-", "*", "//", "%", "/"]))
def test_agrees_with_python(x: int, y: int, sign: str) -> None:
    row = {**ROW, "a": str(x), "dua kata": str(y)}
    found = value(f"a {sign} `dua kata`", row)
    if y == 0 and sign in ("//", "%", "/"):
        assert found is None
        return
    operations = {
        "+": x + y, "-": x - y, "*": x * y, "//": x // y if y else 0, "%": x % y if y else 0,
        "/": x / y if y else 0,
    }  # fmt: skip
    assert found is not None
    assert math.isclose(float(found), operations[sign], rel_tol=1e-9, abs_tol=1e-9)


@given(st.text(max_size=60))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    try:
        expression.compile(text, TYPES).values(frame(ROW, MISSING))
    except UsageProblem as problem:
        assert str(problem)
