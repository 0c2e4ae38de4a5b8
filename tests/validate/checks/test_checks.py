"""Every check fires and passes where it should, and is refused when written wrongly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipelines import messages
from pipelines.errors import UsageProblem
from pipelines.model import Finding, Source, Table, Total
from pipelines.project.schema import TableSchema, parse_schema
from pipelines.validate.checks import CHECKS, CheckContext, run_checks
from pipelines.validate.checks.base import LIMIT, shown, span_of
from pipelines.validate.checks.comparisons import likely_correction
from pipelines.validate.checks.satisfaction import bands

Rows = Sequence[Sequence[str | None]]


def schema(types: Mapping[str, str], key: list[str] | None = None) -> TableSchema:
    fields = [{"name": name, "type": kind} for name, kind in types.items()]
    return parse_schema({"fields": fields, "primaryKey": key or []}, name="t", where="t")


def table(columns: Sequence[str], rows: Rows, first_row: int = 5) -> Table:
    frame = pd.DataFrame([list(row) for row in rows], columns=list(columns), dtype="str")
    count = len(frame)
    return Table(
        "t",
        frame,
        (Source("sumber.xlsx", "Data"),),
        np.zeros(count, dtype=int),
        np.arange(count) + first_row,
        tuple(range(1, len(columns) + 1)),
    )


REGIONS = {"kode": "string", "nama": "string", "bulan": "yearmonth", "jumlah": "integer"}
ROWS: Rows = (
    ("12.01", "Tapanuli Tengah", "2024-01", "10"),
    ("12.01", "Tapanuli Tengah", "2024-02", "12"),
    ("12.02", "Tapanuli Utara", "2024-01", "20"),
    ("12.02", "Tapanuli Utara", "2024-02", "22"),
)


def reference(_: str) -> pd.DataFrame:
    rows = [("12.01", "Tapanuli Tengah"), ("12.02", "Tapanuli Utara"), ("12.10", "Labuhanbatu")]
    return pd.DataFrame(rows, columns=["kode", "nama"], dtype="str")


def run(
    check: Any,
    rows: Rows = ROWS,
    types: Mapping[str, str] = REGIONS,
    key: list[str] | None = None,
    **context: Any,
) -> list[Finding]:
    found = table(list(types), rows)
    return run_checks(found, [check], schema(types, key), CheckContext(**context))


def replaced(index: int, column: int, value: str | None) -> Rows:
    rows = [list(row) for row in ROWS]
    rows[index][column] = value
    return rows


ELEMENTS = [f"u{i}" for i in range(1, 10)]
IKM = {**dict.fromkeys(ELEMENTS, "number"), "ikm": "number", "mutu": "string"}
IKM_CHECK = {"ikm": "ikm", "elements": ELEMENTS, "band": "mutu"}


def survey(index: str | None, band: str | None = "B", score: str | None = "3.20") -> Rows:
    return [(*[score] * 9, index, band)]


BUDGET = {"kode": "string", "tahun": "year", "nilai": "number"}
BUDGET_ROWS: Rows = (
    ("5", "2024", "100"),
    ("5.1", "2024", "60"),
    ("5.1.01", "2024", "40"),
    ("5 . 1 . 02", "2024", "20"),
    ("5.2", "2024", "40"),
)


@pytest.mark.parametrize(
    ("check", "rows", "types", "context"),
    [
        pytest.param("jumlah >= 10", ROWS, REGIONS, {}, id="row"),
        pytest.param("jumlah > 99", replaced(0, 3, None)[:1], REGIONS, {}, id="row-missing"),
        pytest.param("jumlah > 99", replaced(0, 3, "x")[:1], REGIONS, {}, id="row-untyped"),
        pytest.param({"row": "jumlah > 99", "when": "kode == '99'"}, ROWS, REGIONS, {}, id="when"),
        pytest.param({"rows": "4..10"}, ROWS, REGIONS, {}, id="rows"),
        pytest.param({"rows": 4}, ROWS, REGIONS, {}, id="rows-exact"),
        pytest.param({"grid": ["kode", "bulan"]}, ROWS, REGIONS, {}, id="grid"),
        pytest.param(
            {"grid": ["kode", "bulan"], "values": {"bulan": "2024-01..2024-02"}},
            ROWS, REGIONS, {}, id="grid-span",
        ),
        pytest.param({"filled": "jumlah", "at_least": "75%"}, replaced(0, 3, None), REGIONS, {},
                     id="filled"),
        pytest.param({"recompute": "jumlah", "from": "jumlah + 1", "tolerance": 1}, ROWS, REGIONS,
                     {}, id="recompute-tolerance"),
        pytest.param({"reference": "kode", "to": "x", "match": {"nama": "nama"}}, ROWS, REGIONS,
                     {"load_reference": reference}, id="reference"),
        pytest.param({"hierarchy": "kode", "value": "nilai"}, BUDGET_ROWS, BUDGET, {},
                     id="hierarchy"),
        pytest.param({"hierarchy": "kode", "value": "nilai", "by": ["tahun"]}, BUDGET_ROWS, BUDGET,
                     {}, id="hierarchy-by"),
        pytest.param(IKM_CHECK, survey("80.00"), IKM, {}, id="ikm"),
        pytest.param(IKM_CHECK, survey("80.12"), IKM, {}, id="ikm-rounding"),
        pytest.param(IKM_CHECK, survey(None), IKM, {}, id="ikm-missing"),
        pytest.param(IKM_CHECK, survey("80.00", None, None), IKM, {}, id="ikm-no-elements"),
        pytest.param({"outliers": "jumlah"}, ROWS, REGIONS, {}, id="outliers-few"),
        pytest.param({"change": True, "fields": {"jumlah": "10%"}}, ROWS, REGIONS, {},
                     id="change-first"),
        pytest.param(
            {"change": ["kode", "bulan"], "fields": {"jumlah": "10%"}, "rows": "0%..0%",
             "removed": 0},
            ROWS, REGIONS, {"published": table(list(REGIONS), ROWS).frame}, id="change-none",
        ),
        pytest.param("totals", ROWS, REGIONS, {}, id="totals-none"),
    ],
)  # fmt: skip
def test_passes(check: Any, rows: Rows, types: Mapping[str, str], context: dict[str, Any]) -> None:
    assert run(check, rows, types, **context) == []


@pytest.mark.parametrize(
    ("check", "rows", "types", "context", "expected"),
    [
        pytest.param("jumlah > 10", ROWS, REGIONS, {}, [("row-rule", "error", 5, "jumlah")],
                     id="row"),
        pytest.param({"row": "jumlah > 10", "field": "kode", "severity": "warning"}, ROWS, REGIONS,
                     {}, [("row-rule", "warning", 5, "kode")], id="row-field"),
        pytest.param({"row": "jumlah > 10", "error_above": "25%"}, ROWS, REGIONS, {},
                     [("row-rule", "warning", 5, "jumlah")], id="up-to-the-threshold"),
        pytest.param({"row": "jumlah > 10", "error_above": 0}, ROWS, REGIONS, {},
                     [("row-rule", "error", 5, "jumlah")], id="above-the-threshold"),
        pytest.param({"rows": "5.."}, ROWS, REGIONS, {}, [("row-count.few", "error", None, None)],
                     id="few"),
        pytest.param({"rows": "..3"}, ROWS, REGIONS, {},
                     [("row-count.many", "warning", None, None)], id="many"),
        pytest.param({"rows": 3, "too_many": "error"}, ROWS, REGIONS, {},
                     [("row-count.many", "error", None, None)], id="many-error"),
        pytest.param({"grid": ["kode", "bulan"]}, ROWS[:3], REGIONS, {},
                     [("grid-gap", "error", None, None)], id="grid"),
        pytest.param({"grid": ["kode", "bulan"], "values": {"bulan": "2024-01..2024-03"}}, ROWS,
                     REGIONS, {}, [("grid-gap.absent", "error", None, "bulan")], id="grid-absent"),
        pytest.param(
            {"grid": ["kode"], "values": {"kode": {"reference": "x", "field": "kode"}}}, ROWS,
            REGIONS, {"load_reference": reference}, [("grid-gap.absent", "error", None, "kode")],
            id="grid-reference",
        ),
        pytest.param({"filled": "jumlah"}, replaced(0, 3, None), REGIONS, {},
                     [("column-not-filled", "error", None, "jumlah")], id="filled"),
        pytest.param({"recompute": "jumlah", "from": "length(nama) - 5"}, ROWS[:1], REGIONS, {}, [],
                     id="recompute-equal"),
        pytest.param({"recompute": "jumlah", "from": "length(nama)"}, ROWS[:1], REGIONS, {},
                     [("recomputed-differs", "error", 5, "jumlah")], id="recompute"),
        pytest.param({"reference": "kode", "to": "x"}, replaced(1, 0, "12.1"), REGIONS,
                     {"load_reference": reference},
                     [("reference-missing.near", "error", 6, "kode")], id="reference-near"),
        pytest.param({"reference": "kode", "to": "x"}, replaced(1, 0, "99.99"), REGIONS,
                     {"load_reference": reference}, [("reference-missing", "error", 6, "kode")],
                     id="reference"),
        pytest.param({"reference": "kode", "to": "x", "match": {"nama": "nama"}},
                     replaced(3, 1, "Karo"), REGIONS, {"load_reference": reference},
                     [("reference-missing.differs", "error", 8, "nama")], id="reference-match"),
        pytest.param({"hierarchy": "kode", "value": "nilai"},
                     [*BUDGET_ROWS[:4], ("5.2", "2024", "41")], BUDGET, {},
                     [("hierarchy-differs", "error", 5, "nilai")], id="hierarchy"),
        pytest.param(IKM_CHECK, survey("85.00"), IKM, {}, [("ikm-differs", "error", 5, "ikm")],
                     id="ikm"),
        pytest.param(IKM_CHECK, survey("79.20"), IKM, {},
                     [("ikm-differs.weight", "warning", 5, "ikm")], id="ikm-weight"),
        pytest.param({**IKM_CHECK, "rounded_weight": "error"}, survey("79.20"), IKM, {},
                     [("ikm-differs.weight", "error", 5, "ikm")], id="ikm-weight-error"),
        pytest.param({**IKM_CHECK, "tolerance": 0.01}, survey("80.12"), IKM, {},
                     [("ikm-differs", "error", 5, "ikm")], id="ikm-tolerance"),
        pytest.param(IKM_CHECK, survey("80.00", "A"), IKM, {},
                     [("ikm-differs.band", "error", 5, "mutu")], id="ikm-band"),
        pytest.param(
            {"outliers": "jumlah"},
            [("12.01", "x", "2024-01", str(n)) for n in (10, 11, 12, 13, 9, 10, 11, 12, 900)],
            REGIONS, {}, [("outlier", "warning", 13, "jumlah")], id="outliers",
        ),
        pytest.param(
            {"outliers": "jumlah", "by": ["kode"], "log": True, "severity": "error"},
            [("12.01", "x", "2024-01", str(n)) for n in (10, 11, 12, 13, 9, 10, 11, 12, 90000)],
            REGIONS, {}, [("outlier.group", "error", 13, "jumlah")], id="outliers-by",
        ),
        pytest.param({"change": ["kode", "bulan"], "fields": {"jumlah": "50%"}},
                     replaced(0, 3, "16"), REGIONS,
                     {"published": table(list(REGIONS), ROWS).frame},
                     [("change-too-large", "error", 5, "jumlah")], id="change"),
        pytest.param({"change": ["kode", "bulan"], "rows": "-10%..10%", "removed": 0}, ROWS[:3],
                     REGIONS, {"published": table(list(REGIONS), ROWS).frame},
                     [("change-too-large.rows", "error", None, None),
                      ("change-too-large.removed", "error", None, None)], id="change-rows"),
    ],
)  # fmt: skip
def test_fires(
    check: Any,
    rows: Rows,
    types: Mapping[str, str],
    context: dict[str, Any],
    expected: list[tuple[str, str, int | None, str | None]],
) -> None:
    found = run(check, rows, types, **context)
    assert [(f.key, f.severity, f.row, f.field) for f in found] == expected
    for finding in found:
        for lang in messages.LANGS:
            for part in ("title", "message", "explain", "next"):
                params = finding.text(part, lang)
                assert params and "{" not in params


def totals(
    rows: Rows, aside: Rows, spans: Sequence[Total], check: Any = "totals",
    types: Mapping[str, str] = REGIONS,
) -> list[Finding]:  # fmt: skip
    return run(
        check, rows, types, totals=spans, totals_table=table(list(types), aside, first_row=50)
    )


def test_totals_agree() -> None:
    spans = [Total(0, "Jumlah", "total", 0, 4), Total(1, "Sub Jumlah", "subtotal", 0, 2)]
    aside: Rows = [("Jumlah", None, None, "64"), ("Sub Jumlah", None, None, "22")]
    found = totals(ROWS, aside, spans)
    assert [(f.code, f.severity) for f in found] == [("totals-agree", "info")]
    assert found[0].params["count"] == 2


@pytest.mark.parametrize(
    ("label", "written", "key"),
    [("Jumlah", "65", "total-differs.total"), ("Rata-rata", "17", "total-differs.mean")],
)
def test_totals_differ(label: str, written: str, key: str) -> None:
    found = totals(ROWS, [(label, None, None, written)], [Total(0, label, "total", 0, 4)])
    assert [(f.key, f.row, f.field) for f in found] == [(key, 50, "jumlah")]
    assert str(found[0].position) == "sumber.xlsx › Data › D50"


def test_mean_row_agrees_within_rounding() -> None:
    found = totals(ROWS, [("Rata-rata", None, None, "16")], [Total(0, "Rata-rata", "total", 0, 4)])
    assert [f.code for f in found] == ["totals-agree"]


def test_total_of_an_unpivoted_table_sums_its_own_month() -> None:
    aside: Rows = [("Jumlah", None, "2024-01", "30"), ("Jumlah", None, "2024-02", "35")]
    spans = [Total(0, "Jumlah", "total", 0, 4), Total(1, "Jumlah", "total", 0, 4)]
    found = totals(ROWS, aside, spans)
    assert [(f.key, f.row) for f in found] == [("total-differs.total", 51), ("totals-agree", None)]
    assert found[0].params["computed"] == {"id": "34", "en": "34"}


def test_decimals_may_differ_by_rounding_only() -> None:
    types = {"n": "string", "v": "number"}
    rows: Rows = [("a", "0.3"), ("b", "0.3"), ("c", "0.3")]
    span = [Total(0, "Jumlah", "total", 0, 3)]
    near = totals(rows, [("Jumlah", "1.0")], span, types=types)
    far = totals(rows, [("Jumlah", "1.2")], span, types=types)
    strict = totals(rows, [("Jumlah", "1.0")], span, {"totals": {"tolerance": 0}}, types=types)
    assert [f.code for f in near] == ["totals-agree"]
    assert [f.code for f in far] == [f.code for f in strict] == ["total-differs"]


def test_each_hierarchy_level_is_judged_with_gaps_filled_from_below() -> None:
    rows: Rows = [("5", "2024", "10"), ("5.1.01", "2024", "4"), ("5.1.02", "2024", "6")]
    assert run({"hierarchy": "kode", "value": "nilai"}, rows, BUDGET) == []
    types = {"akun": "string", "jenis": "string", "nilai": "number"}
    levels: Rows = [("5", None, "10"), ("5", "01", "4"), ("5", "02", "5")]
    found = run({"hierarchy": ["akun", "jenis"], "value": "nilai"}, levels, types)
    assert [(f.code, f.row) for f in found] == [("hierarchy-differs", 5)]
    written: Rows = [
        ("5.1.02", "2024", "9"),
        ("5.1.02.01", "2024", "4"),
        ("5.1.02.02", "2024", "6"),
    ]
    (told,) = run({"hierarchy": "kode", "value": "nilai"}, written, BUDGET)
    assert told.params["parent"] == "5.1.02"


YEARS: Rows = (
    ("5.1", "2024", "100"), ("5.1.01", "2024", "60"), ("5.1.02", "2024", "40"),
    ("5.1", "2025", "200"), ("5.1.01", "2025", "120"), ("5.1.02", "2025", "80"),
)  # fmt: skip


def in_two_files(rows: Rows, key: list[str] | None, check: Any) -> list[Finding]:
    whole = table(list(BUDGET), rows)
    half = len(rows) // 2
    sources = (Source("2024.xlsx", "Data"), Source("2025.xlsx", "Data"))
    source = (np.arange(len(rows)) >= half).astype(int)
    row = np.arange(len(rows)) % half + 2
    parted = replace(whole, sources=sources, source=source, row=row)
    return run_checks(parted, [check], schema(BUDGET, key))


@pytest.mark.parametrize("by", [None, ["tahun"]], ids=["key", "by"])
def test_opposite_errors_of_two_years_do_not_cancel_out(by: list[str] | None) -> None:
    check = {"hierarchy": "kode", "value": "nilai", **({"by": by} if by else {})}
    rows = [list(row) for row in YEARS]
    rows[1][2], rows[4][2] = "70", "110"
    key = None if by else ["tahun", "kode"]
    found = in_two_files(rows, key, check)
    assert [str(f.position) for f in found] == ["2024.xlsx › Data › C2", "2025.xlsx › Data › C2"]
    assert [f.params["group"] for f in found] == ["tahun = 2024", "tahun = 2025"]
    assert "tahun = 2025" in found[1].text("message", "en")
    assert in_two_files(YEARS, key, check) == []


def test_one_error_is_placed_in_the_file_of_its_year() -> None:
    rows = [list(row) for row in YEARS]
    rows[4][2] = "110"
    (found,) = in_two_files(rows, ["kode", "tahun"], {"hierarchy": "kode", "value": "nilai"})
    assert str(found.position) == "2025.xlsx › Data › C2"


def test_codes_of_two_periods_without_a_key_are_refused_with_the_line_to_write() -> None:
    for key in (None, ["nilai"]):
        with pytest.raises(UsageProblem) as caught:
            in_two_files(YEARS, key, {"hierarchy": "kode", "value": "nilai"})
        assert caught.value.code == "check-groups"
        assert caught.value.params["line"] == "{hierarchy: kode, value: nilai, by: [tahun]}"
    whole = in_two_files(YEARS, None, {"hierarchy": "kode", "value": "nilai", "by": []})
    assert whole == []


def test_a_key_that_parts_codes_from_their_parents_is_refused() -> None:
    types = {"kode": "string", "tahun": "year", "dana": "string", "nilai": "number"}
    rows: Rows = [("5", "2024", None, "10"), ("5.1", "2024", "APBD", "4")]
    with pytest.raises(UsageProblem) as caught:
        run({"hierarchy": "kode", "value": "nilai"}, rows, types, ["kode", "tahun", "dana"])
    assert caught.value.code == "check-groups"


def test_a_row_that_stands_twice_is_no_difference_of_sums() -> None:
    rows = [*YEARS, ("5.1.02", "2025", "80")]
    key = ["kode", "tahun"]
    assert run({"hierarchy": "kode", "value": "nilai"}, rows, BUDGET, key) == []
    span = [Total(0, "Jumlah", "total", 0, 5)]
    for written in ("64", "86"):
        aside = table(list(REGIONS), [("Jumlah", None, None, written)], 50)
        rows = [*ROWS, ROWS[3]]
        found = run("totals", rows, key=["kode", "bulan"], totals=span, totals_table=aside)
        assert [f.code for f in found] == ["totals-agree"]


def test_expectation_of_the_descriptor() -> None:
    found = run_checks(
        table(list(REGIONS), ROWS), [], schema(REGIONS), CheckContext(expect={"rows": "30..80"})
    )
    assert [(f.key, f.severity) for f in found] == [("row-count.few", "error")]


def test_many_findings_are_counted_not_listed() -> None:
    rows = [("12.01", "x", "2024-01", "1")] * (LIMIT + 5)
    found = run("jumlah > 1", rows)
    assert len(found) == LIMIT
    assert found[-1].params["more"] == 5


def test_own_words_of_a_check() -> None:
    check = {
        "row": "jumlah > 10",
        "name": "cukup besar",
        "because": {"id": "Karena A.", "en": "Because A."},
        "next": "Tanya kantor.",
    }
    finding = run(check)[0]
    assert finding.params["rule"] == "cukup besar"
    assert finding.text("message", "en").endswith("Because A.")
    assert finding.params["fix"] == {"id": "Tanya kantor.", "en": "Tanya kantor."}


@pytest.mark.parametrize(
    ("check", "code"),
    [
        ({"grit": ["kode"]}, "check-unknown"), ({}, "check-unknown"),
        ({"grid": ["kode"], "vals": 1}, "descriptor-key"), ({"grid": 1}, "descriptor-value"),
        ({"grid": ["kodee"]}, "check-field"), ({"rows": "banyak"}, "check-value"),
        ({"rows": ".."}, "check-value"), ({"rows": 1, "too_few": "fatal"}, "descriptor-value"),
        ({"row": "jumlah >"}, "expression-syntax"), ("jumlh > 1", "expression-field"),
        ({"row": "jumlah > 1", "severity": "fatal"}, "descriptor-value"),
        ({"row": "jumlah > 99", "error_above": "lima"}, "check-value"),
        ({"row": "jumlah + 1"}, "expression-not-test"),
        ({"recompute": "jumlah"}, "descriptor-value"),
        ({"recompute": "jumlah", "from": "nama"}, None),
        ({"reference": "kode", "to": "x"}, "check-no-reference"),
        ({"grid": ["kode"], "values": {"kode": "a..b"}}, "check-value"),
        ({"filled": "jumlah", "at_least": "sebagian"}, "check-value"),
        ({"ikm": "jumlah", "elements": ["jumlah"]}, "descriptor-value"),
        ({"outliers": "jumlah", "threshold": -1}, "descriptor-value"),
        ({"outliers": "jumlah", "severity": "fatal"}, "descriptor-value"),
    ],
)  # fmt: skip
def test_refuses_what_is_written_wrongly(check: Any, code: str | None) -> None:
    if code is None:
        assert run(check) == []
        return
    with pytest.raises(UsageProblem) as caught:
        run(check)
    assert caught.value.code == code
    assert caught.value.where == "t.checks[1]"


def test_change_needs_a_key_and_a_grid_has_a_limit() -> None:
    published = table(list(REGIONS), ROWS).frame
    with pytest.raises(UsageProblem) as caught:
        run({"change": True, "removed": 0}, published=published)
    assert caught.value.code == "check-no-key"
    wide = {"grid": ["kode", "bulan"], "values": {"kode": "1..9000", "bulan": "1..9000"}}
    rows = [(str(n), "x", str(n), "1") for n in range(1, 9001)]
    with pytest.raises(UsageProblem) as caught:
        run(wide, rows)
    assert caught.value.code == "check-grid-too-large"


def test_wrong_key_names_the_nearest() -> None:
    with pytest.raises(UsageProblem) as caught:
        run({"outliers": "jumlah", "treshold": 3})
    assert caught.value.params["nearest"] == "threshold"


def test_every_check_is_documented_with_its_code() -> None:
    for name, kind in CHECKS.items():
        assert kind.__doc__ and f"{{{name}:" in kind.__doc__.replace("`totals`", "{totals:")
        assert messages.text(kind.code, "example")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("12.1", "12.01 / 12.10"), ("1210", "12.10"), ("12. 10", "12.10"), ("12.9", ""), ("1", ""),
     ("Kab. Kareo", "Kab. Karo")],
)  # fmt: skip
def test_likely_value(value: str, expected: str) -> None:
    assert likely_correction(value, ["12.01", "12.10", "12.71", "Kab. Karo"]) == expected


@pytest.mark.parametrize(
    ("index", "band"),
    [(100, "A"), (88.31, "A"), (88.305, "A"), (88.304, "B"), (88.30, "B"), (76.61, "B"),
     (76.60, "C"), (65.0, "C"), (64.99, "D"), (25.0, "D"), (24.9, "–")],
)  # fmt: skip
def test_bands(index: float, band: str) -> None:
    assert bands(np.array([index])).tolist() == [band]


@pytest.mark.parametrize(
    ("value", "id_", "en"),
    [(1234.5, "1.234,5", "1,234.5"), (-0.5, "-0,5", "-0.5"), (1000000, "1.000.000", "1,000,000"),
     (-1234, "-1.234", "-1,234"), (0.1 + 0.2, "0,3", "0.3")],
)  # fmt: skip
def test_numbers_for_people(value: float, id_: str, en: str) -> None:
    assert shown(value) == {"id": id_, "en": en}


@pytest.mark.parametrize(
    ("text", "span"),
    [("30..80", (30, 80)), ("30..", (30, None)), ("..80", (None, 80)), (40, (40, 40)),
     ("-5%..20%", (-5, 20)), ("−5..5", (-5, 5))],
)  # fmt: skip
def test_spans(text: object, span: tuple[float | None, float | None]) -> None:
    assert span_of(text, "x") == span
