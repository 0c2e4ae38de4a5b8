"""The HTML report and the JSON file, without a browser; `tests/browser` opens the page in one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from report.findings import make, valid

from pipelines import messages, report
from pipelines.model import Finding, MaskedReport, Position, Source, TableReport
from pipelines.report.fault_map import BINS, map_faults
from pipelines.report.groups import counts, grouped
from pipelines.report.html import render, short


def test_page_is_self_contained_and_escapes_data() -> None:
    page = render(make())
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!#)""", page)
    assert "url(" not in page and "@import" not in page and "http" not in page.split("<style>")[1]
    assert "<b>9</b>" not in page and "&lt;b&gt;9&lt;/b&gt;" in page
    assert "default-src 'none'" in page


def test_nothing_on_the_page_acts_or_turns_the_writing() -> None:
    hostile = "a\x1b[31m\x07\x9b\u202eb\u2066c\u200fd\u2028e"
    made = make(1).tables[0].errors[0]
    found = replace(made, value=hostile, position=Position(hostile, None, 2))
    table = TableReport(hostile, hostile, 1, 1, 0.1, errors=(found,), sources=(Source(hostile),))
    page = render(MaskedReport(hostile, (table,)))
    assert not set("\x1b\x07\x9b\u202e\u2066\u200f\u2028") & set(page)
    assert "b�c�d�e" in page


def test_page_has_both_languages_and_the_accounting() -> None:
    page = render(make())
    assert 'html lang="id"' in page
    for words in (
        "Isi baris saling bertentangan", "Cells of a row contradict each other", "1.002", "1,002",
        "Judul 1", "1.200 baris", "1,200 rows", "18 angka",
    ):  # fmt: skip
        assert words in page
    messages.set_lang("en")
    try:
        assert 'html lang="en"' in render(make())
    finally:
        messages.set_lang("id")


def test_same_report_gives_same_page(tmp_path: Path) -> None:
    first, second = tmp_path / "a.html", tmp_path / "b.html"
    report.write_html(make(), first)
    report.write_html(make(), second)
    assert first.read_bytes() == second.read_bytes()


def test_a_thousand_findings_are_folded() -> None:
    page = render(make(1000))
    assert page.count("<tr data-line>") == 1000 + 3
    assert page.count('class="rest"') == 1
    assert len(page) < 1_000_000


def test_valid_page_and_several_tables() -> None:
    page = render(MaskedReport("p", (*valid().tables, *make().tables)))
    assert page.count('<section class="table"') == 2
    assert "Tidak ada kesalahan." in page


def test_groups_and_counts() -> None:
    table = make().tables[0]
    found = grouped(table)
    assert [(g.code, g.severity, g.count) for g in found] == [
        ("row-rule", "error", 12), ("grid-gap", "error", 1), ("reference-missing", "warning", 4),
        ("outlier", "warning", 1),
    ]  # fmt: skip
    assert counts(table) == (13, 5)
    assert found[0].frequent == [("9", 11)]


def test_errors_beyond_the_limit_are_counted() -> None:
    table = TableReport(
        "t", "a.csv", 3, 1, 0.1, more={"grid-gap": 7, "row-rule": 2},
        errors=(make().tables[0].errors[0],),
    )  # fmt: skip
    assert counts(table) == (10, 0)
    assert [(g.code, g.count, len(g.findings)) for g in grouped(table)] == [
        ("grid-gap", 7, 0), ("row-rule", 3, 1),
    ]  # fmt: skip
    page = render(MaskedReport("t", (table,)))
    assert "7 lagi tidak didaftar" in page and "Ada baris yang hilang" in page


def test_message_without_its_place() -> None:
    finding = make().tables[0].errors[0]
    assert finding.message.startswith("D4: aturan")
    assert short(finding, "id").startswith("Aturan 'jumlah > 10'")
    assert short(finding, "en").startswith("The rule")


def test_heat_lays_sources_end_to_end() -> None:
    def at(file: str, row: int, severity: str = "error") -> Finding:
        return Finding(
            "row-rule", severity, "t", row, "b", position=Position(file, None, row, 2),  # type: ignore[arg-type]
            params={"because": "", "test": "", "values": ""},
        )  # fmt: skip

    table = TableReport(
        "t", "a.csv", 400, 3, 0.1, field_names=("a", "b", "c"),
        sources=(Source("a.csv"), Source("b.csv")),
        errors=(
            at("a.csv", 1), at("b.csv", 1), at("b.csv", 200), Finding("missing-label", field="c"),
        ),
        warnings=(at("b.csv", 200, "warning"),),
    )  # fmt: skip
    found = map_faults(table)
    assert found.width == BINS
    assert [one.field for one in found.series] == ["b", "c"]
    assert [(b.index, b.rows, b.errors, b.warnings) for b in found.series[0].bins] == [
        (0, "1", 1, 0), (60, "1", 1, 0), (119, "200", 1, 1),
    ]  # fmt: skip
    assert (found.series[1].elsewhere, found.clean) == (1, ("a",))
    assert [(s.label, s.share) for s in found.segments] == [("a.csv", 50), ("b.csv", 50)]


def test_json_keeps_the_contract(tmp_path: Path) -> None:
    report.write_json(make(), tmp_path / "a.json")
    found = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert found["valid"] is False
    table = found["tables"][0]
    assert {"name", "source", "rows", "fields", "seconds", "errors", "warnings"} <= set(table)
    assert set(table["errors"][0]) == {"type", "row", "field", "value", "message", "cell"}
    assert table["errors"][0]["cell"] == "D4"
    assert table["left_out"] == {"left-title": 2}
