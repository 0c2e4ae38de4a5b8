"""Columns and rows: labels, unpivot and pivot, split, conditions, duplicates, text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from clean.tables import cells, codes, run
from fixtures.writers import Sheet, write_xlsx

from pipelines.clean import clean
from pipelines.clean.steps.text import title_case
from pipelines.errors import Refused, UsageProblem
from pipelines.extract import extract
from pipelines.project.descriptor import TableSpec

STRING = [{"name": "nama", "type": "string"}, {"name": "nilai", "type": "string"}]


@pytest.mark.parametrize(
    ("labels", "columns"),
    [
        (["nama", "nilai"], {}),
        (["Nama", "NILAI "], {}),
        (["Nilai", "Nama"], {}),
        (["Nama Unit", "Nilai"], {"Nama Unit": "nama"}),
        (["Nama  Unit\n(SKPD)", "Nilai"], {"Nama Unit (SKPD)": "nama"}),
        (["NAMA UNIT.", "Nilai"], {"Nama Unit": "nama"}),
    ],
)
def test_labels_become_fields(labels: list[str], columns: dict[str, str]) -> None:
    found = run({label: ["x"] for label in labels}, fields=STRING, columns=columns)
    assert list(found.table.frame.columns) == ["nama", "nilai"]


@pytest.mark.parametrize("label", ["Nilai Lama", "Nilai Baru"])
def test_old_and_new_label_of_one_field(label: str) -> None:
    columns = {"Nilai Lama": "nilai", "Nilai Baru": "nilai"}
    found = run({"Nama": ["x"], label: ["1"]}, fields=STRING, columns=columns)
    assert found.table.frame["nilai"].tolist() == ["1"]


def test_titles_are_labels_too() -> None:
    fields = [{"name": "ikm", "type": "string", "title": "Indeks Kepuasan", "title_en": "Index"}]
    assert list(run({"INDEKS KEPUASAN": ["1"]}, fields=fields).table.frame.columns) == ["ikm"]
    assert list(run({"Index": ["1"]}, fields=fields).table.frame.columns) == ["ikm"]


def test_a_dropped_column_that_the_schema_lists_is_told() -> None:
    with pytest.raises(Refused) as caught:
        run({"nama": ["x"], "nilai": ["1"]}, [{"drop": "nilai"}], fields=STRING)
    assert caught.value.code == "columns-dropped"
    assert "nilai" in caught.value.next and "fields" in caught.value.next


@pytest.mark.parametrize(
    ("labels", "columns", "code", "told"),
    [
        (["nama", "harga"], {"Nilai": "nilai"}, "label-missing", "nama · harga"),
        (["nama"], {}, "columns-unsettled", "nilai"),
        (["nama", "nilai", "Keterangan"], {}, "columns-spare", "Keterangan"),
        (
            ["nama", "KABUPATEN/KOTA"],
            {"KAB/KOTA": "nilai"},
            "label-missing",
            '"KABUPATEN/KOTA": nilai',
        ),
        (["nama", "Nilai"], {"%": "nilai"}, "label-missing", '"Nilai": nilai'),
    ],
)
def test_missing_and_spare_labels_stop_the_run(
    labels: list[str], columns: dict[str, str], code: str, told: str
) -> None:
    with pytest.raises(Refused) as caught:
        run({label: ["x"] for label in labels}, fields=STRING, columns=columns)
    assert caught.value.code == code
    assert told in str(caught.value)
    assert caught.value.exit_code == 1


def test_one_label_for_two_fields_is_not_guessed() -> None:
    with pytest.raises(Refused):
        run({"Nama": ["x"], "NAMA": ["y"], "nilai": ["z"]}, fields=STRING)


WIDE: dict[str, list[str | None]] = {
    "No": ["1", "2"], "nama": ["A", "B"], "2023 / L": ["1", "2"], "2023 / P": ["3", None],
}  # fmt: skip


@pytest.mark.parametrize(
    "how",
    [
        {"pattern": "^20"},
        {"keep": ["No", "nama"]},
        {"columns": ["2023 / L", "2023 / P"]},
    ],
)
def test_unpivot(how: dict[str, Any]) -> None:
    found = run(WIDE, [{"unpivot": {**how, "names": ["tahun", "jk"], "value": "n"}}])
    assert cells(found, "n") == ["1", "2", "3", None]
    assert cells(found, "jk") == ["L", "L", "P", "P"]
    assert cells(found, "nama") == ["A", "B", "A", "B"]
    place = [found.table.position(row, "n").cell for row in range(4)]
    assert place == ["C2", "C3", "D2", "D3"]
    assert found.table.position(0, "jk").cell is None
    assert found.spent == {"2023 / L", "2023 / P"}


def test_unpivot_then_pivot_is_a_round_trip() -> None:
    steps = [{"unpivot": {"pattern": "^20", "names": "k", "value": "n"}},
             {"pivot": {"names": "k", "value": "n"}}]  # fmt: skip
    found = run(WIDE, steps)
    assert {name: cells(found, name) for name in WIDE} == WIDE


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"unpivot": {"pattern": "^21", "names": "a", "value": "b"}}, "unpivot-nothing"),
        ({"unpivot": {"pattern": "^No", "names": ["a", "b"], "value": "c"}}, "unpivot-parts"),
        ({"pivot": {"names": "2023 / P", "value": "nama", "index": ["No"]}}, "pivot-twice"),
        ({"from_source": {"field": "t", "pattern": "TAHUN"}}, "source-text-missing"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(step: Any, code: str) -> None:
    with pytest.raises(Refused) as caught:
        run(WIDE, [step])
    assert caught.value.code == code and caught.value.message


def test_split_keeps_what_is_over() -> None:
    step = {"split": {"field": "a", "into": ["x", "y"], "separator": "-"}}
    found = run({"a": ["1-2-3", "4", None]}, [step])
    assert cells(found, "x") == ["1", "4", None]
    assert cells(found, "y") == ["2-3", None, None]


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("(.) - (", "step-pattern"),
        (r"(.) - (?=x)(.)", "step-pattern"),
        (r"(.)\1(.)", "step-pattern"),
        ("(.) - .", "step-groups"),
        ("((.) - (.))", "step-groups"),
    ],
)
def test_patterns_that_are_wrong_are_told(pattern: str, code: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        run({"a": ["x - y"]}, [{"split": {"field": "a", "into": ["x", "y"], "pattern": pattern}}])
    assert caught.value.code == code and caught.value.next


def test_groups_of_a_pattern_are_those_that_capture() -> None:
    pattern = r"(?:[(]|\()?(\w+)[)(]? [-[:digit:](]+ (?P<desa>\w+)"
    step = {"split": {"field": "a", "into": ["x", "y"], "pattern": pattern}}
    found = run({"a": ["(Medan) - Baru", "Binjai 1 Kota"]}, [step])
    assert cells(found, "x") == ["Medan", "Binjai"]
    assert cells(found, "y") == ["Baru", "Kota"]


def test_no_pattern_runs_without_end() -> None:
    """Python's own regular expressions would try 2**200 ways here."""
    label = "a" * 200 + "!"
    with pytest.raises(Refused):
        run({label: ["1"]}, [{"unpivot": {"pattern": "(a+)+$", "names": "x", "value": "y"}}])
    step = {"unpivot": {"columns": [label], "names": "x", "value": "y", "remove": "(a+)+$"}}
    assert cells(run({label: ["1"]}, [step]), "x") == [label]


def test_split_by_pattern() -> None:
    step = {"split": {"field": "a", "into": ["x", "y"], "pattern": r"^(\d+)\s*\((\w+)\)$"}}
    found = run({"a": ["12 (kg)", "?"]}, [step])
    assert cells(found, "x") == ["12", None]
    assert cells(found, "y") == ["kg", None]


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ([{"drop_rows": "nama == 'B'"}], ["A", "C"]),
        ([{"keep_rows": "nilai >= 2"}], ["B"]),
        ([{"drop_rows": {"where": "nilai is None", "why": "kosong"}}], ["A", "B"]),
    ],
)
def test_conditions(steps: list[Any], left: list[str]) -> None:
    fields = [{"name": "nama", "type": "string"}, {"name": "nilai", "type": "integer"}]
    found = run({"nama": ["A", "B", "C"], "nilai": ["1", "2", None]}, steps, fields=fields)
    assert cells(found, "nama") == left


def test_dropped_rows_are_in_the_audit() -> None:
    found = run(
        {"a": ["1", "2"], "b": ["x", None]}, [{"drop_rows": {"where": "a == '1'", "why": "uji"}}]
    )
    (entry,) = found.audit.itertuples()
    assert (entry.action, entry.row, entry.before, entry.reason) == ("drop", 2, "a=1; b=x", "uji")


ROWS: dict[str, list[str | None]] = {
    "k": ["a", "a", "b", "b"], "v": ["1", None, "3", "3"], "t": ["2", "10", "1", "1"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("step", "left"),
    [
        ({"key": "k", "keep": "first"}, [("a", "1"), ("b", "3")]),
        ({"key": "k", "keep": "last"}, [("a", None), ("b", "3")]),
        ({"key": "k", "keep": "most"}, [("a", "1"), ("b", "3")]),
        ({"key": "k", "keep": "equal"}, [("a", "1"), ("a", None), ("b", "3")]),
        ({"key": "k", "by": "t"}, [("a", None), ("b", "3")]),
    ],
)
def test_deduplicate(step: dict[str, Any], left: list[tuple[str, str | None]]) -> None:
    found = run(ROWS, [{"deduplicate": step}])
    assert list(zip(cells(found, "k"), cells(found, "v"), strict=True)) == left


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("RSUD DR. PIRNGADI KOTA MEDAN", "RSUD Dr. Pirngadi Kota Medan"),
        ("upt samsat medan utara", "UPT Samsat Medan Utara"),
        ("SEKRETARIAT DPRD", "Sekretariat DPRD"),
        ("dinas pekerjaan umum dan penataan ruang", "Dinas Pekerjaan Umum dan Penataan Ruang"),
        ("PUSKESMAS AMPLAS II", "Puskesmas Amplas II"),
        ("SMA NEGERI 1 MEDAN", "SMA Negeri 1 Medan"),
        ("MA'ARIF", "Ma'arif"),
        ("Bank SumutPay", "Bank SumutPay"),
        ("di luar kota", "Di Luar Kota"),
    ],
)
def test_title_case(written: str, title: str) -> None:
    assert title_case(written) == title


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("  a   b ", "a b"), ("a\u00a0b", "a b"), ("a\tb\nc", "a b c"), ("\u200bx\ufeff", "x"),
        ("e\u0301", "é"), ("１２", "12"), (" \u3000 ", None), ("", None), ("m²", "m²"), ("½", "½"),
    ],
)  # fmt: skip
def test_trim(written: str, tidy: str | None) -> None:
    assert cells(run({"a": [written, "plain"]}), "a") == [tidy, "plain"]


def test_missing_marks_follow_the_type() -> None:
    fields = [{"name": "s", "type": "string"}, {"name": "n", "type": "number"}]
    found = run({"s": ["-", "x", "NA", "n/a"], "n": ["-", "x", "NA", "nihil"]}, fields=fields)
    assert cells(found, "s") == [None, "x", "NA", None]
    assert cells(found, "n") == [None, None, None, "nihil"]


def test_the_descriptor_takes_the_place_of_a_default() -> None:
    fields = [{"name": "n", "type": "number"}]
    found = run({"n": ["1.234"]}, [{"numbers": {"field": "n", "decimal": "."}}], fields=fields)
    assert cells(found, "n") == ["1.234"]
    assert codes(found) == []


def test_computed_columns_have_their_types() -> None:
    fields = [{"name": "l", "type": "integer"}, {"name": "p", "type": "integer"},
              {"name": "rasio", "type": "number"}]  # fmt: skip
    steps = [{"derive": {"field": "rasio", "expression": "round(l / p, 3)"}}]
    found = run({"l": ["1.234", "5"], "p": ["1.000", None]}, steps, fields=fields)
    assert cells(found, "rasio") == ["1.234", None]


def test_a_wrong_expression_is_refused() -> None:
    with pytest.raises(UsageProblem) as caught:
        run({"a": ["1"]}, [{"drop_rows": "__import__('os').system('true')"}])
    assert caught.value.exit_code == 2


def test_steps_beside_the_dataset(tmp_path: Any) -> None:
    (tmp_path / "steps.py").write_text(
        "def rapikan(table, akhiran):\n"
        "    table = table[table['a'] != 'buang']\n"
        "    return table.assign(a=table['a'].str.upper(), b=table['a'] + akhiran)\n"
    )
    step = {"python": {"function": "rapikan", "options": {"akhiran": "!"}}}
    found = run({"a": ["x", "buang", "y"]}, [step], folder=tmp_path)
    assert cells(found, "a") == ["X", "Y"]
    assert cells(found, "b") == ["x!", "y!"]
    with pytest.raises(UsageProblem, match="tidak punya fungsi"):
        run({"a": ["x"]}, [{"python": "lain"}], folder=tmp_path)


@pytest.mark.parametrize(
    ("titles", "pattern", "taken"),
    [
        (["Keadaan Tahun 2024", "Tahun 2024"], r"(20[0-9]{2})", "2024"),
        (["UU 23 Tahun 2014", "Keadaan Tahun 2024"], r"(20[0-9]{2})", None),
        (["Tahun 2023 dan 2024"], r"(20[0-9]{2})", None),
        (["UU 23 Tahun 2014", "Keadaan Tahun 2024"], r"Keadaan Tahun (20[0-9]{2})", "2024"),
        (["apa saja"], r".+", "apa saja"),
    ],
)
def test_from_source_refuses_two_values(
    titles: list[str], pattern: str, taken: str | None, tmp_path: Path
) -> None:
    rows = [[title] for title in titles]
    data = [["Nama", "Jumlah"], ["Nias", 1], ["Toba", 2], ["Karo", 3]]
    write_xlsx([Sheet([*rows, [], *data])], tmp_path / "a.xlsx")
    spec = TableSpec.model_validate(
        {
            "schema": "a",
            "source": "a.xlsx",
            "clean": [{"from_source": {"field": "tahun", "pattern": pattern}}],
        }
    )
    found = extract(tmp_path / "a.xlsx")
    if taken is None:
        with pytest.raises(Refused) as caught:
            clean(found, spec, None, folder=tmp_path, name="a")
        assert caught.value.code == "source-text-two"
    else:
        cleaned = clean(found, spec, None, folder=tmp_path, name="a")
        assert set(cleaned.table.frame["tahun"]) == {taken}


@pytest.mark.parametrize(
    ("columns", "left", "wrong"),
    [
        ({"Jan": "10", "Feb": "12", "Jumlah": "22"}, ["Jan", "Feb"], False),
        ({"Jan": "1.010", "Feb": "12", "Jumlah": "1.022"}, ["Jan", "Feb"], False),
        ({"Jan": "10", "Feb": "12", "Jumlah": "23"}, ["Jan", "Feb"], True),
        ({"Jan": "10", "Feb": "13", "Rata-rata": "11,5"}, ["Jan", "Feb"], False),
        ({"Jan": "10", "Feb": "belum lapor", "Jumlah": "10"}, ["Jan", "Feb"], False),
        (
            {"2023 / L": "1", "2023 / P": "2", "2023 / Jumlah": "3", "2024 / L": "4",
             "2024 / P": "5", "2024 / Jumlah": "9"},
            ["2023 / L", "2023 / P", "2024 / L", "2024 / P"], False,
        ),
        (
            {"2023 / L": "1", "2023 / P": "2", "2023 / Jumlah": "4", "2024 / L": "4",
             "2024 / P": "5", "2024 / Jumlah": "9"},
            ["2023 / L", "2023 / P", "2024 / L", "2024 / P"], True,
        ),
        ({"Jan": "10", "Feb": "12"}, ["Jan", "Feb"], False),
    ],
)  # fmt: skip
def test_totals_beside_their_parts_go_once_they_agree(
    columns: dict[str, str], left: list[str], wrong: bool
) -> None:
    given = {"nama": ["Nias"], **{label: [cell] for label, cell in columns.items()}}
    found = run(given, [{"drop_totals": ["nama"]}])
    assert list(found.table.frame.columns) == ["nama", *left]
    assert codes(found) == (["error total-beside-differs"] if wrong else [])
