"""The terminal report: grouped and counted, worst first, 80 columns, colour only on a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from report.findings import make, valid
from rich.cells import cell_len
from rich.console import Console

from pipelines import messages, report
from pipelines.model import Finding, MaskedReport, Position, TableReport


@pytest.fixture(params=messages.LANGS)
def lang(request: pytest.FixtureRequest) -> Iterator[messages.Lang]:
    messages.set_lang(request.param)
    yield request.param
    messages.set_lang("id")


def printed(found: MaskedReport, *, verbose: bool = False, colour: bool = False) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_terminal=colour, highlight=False)
    report.print_report(found, console, verbose=verbose)
    return stream.getvalue()


def test_groups_come_worst_and_most_frequent_first() -> None:
    text = printed(make())
    order = [text.index(code) for code in ("row-rule", "grid-gap", "reference-missing", "outlier")]
    assert order == sorted(order)
    assert "13 kesalahan" in text and "5 peringatan" in text
    assert "D4: aturan" in text and "dan 9 lagi" in text
    assert "2 baris disisihkan" in text and "1.100 sel dibersihkan" in text
    assert "18 angka di baris jumlah cocok" in text
    assert "Langkah berikut:" in text


def test_the_same_value_is_told_once_with_the_cells_it_stands_in() -> None:
    cells = ["teleopn"] * 9 + ["daring!", "12****", "12****"]
    errors = tuple(
        Finding("type-error", field="jumlah", value=value, variant="integer", row=row,
                position=Position("a.xlsx", "Data", row, 4))
        for row, value in enumerate(cells, start=5)
    )  # fmt: skip
    table = TableReport("a", "a.xlsx", 20, 6, 0.1, errors)
    text = printed(MaskedReport("a", (table,)))
    assert text.count("'teleopn'") == 1
    assert "Sama juga di D6, D7, D8, D9, D10 dan 3 lagi" in text
    # masked values look alike and may differ
    assert "Sel D14" in text and "Sel D15" in text and "D16" not in text and "dan 1 lagi" in text


def test_fits_80_columns_without_colour(lang: messages.Lang) -> None:
    for found in (make(1000), valid()):
        text = printed(found)
        assert "\x1b" not in text
        assert max(map(cell_len, text.splitlines())) <= 80
        assert len(text.splitlines()) < 70


def test_colour_on_a_terminal() -> None:
    assert "\x1b[" in printed(make(), colour=True)


def test_verbose_shows_more() -> None:
    assert printed(make(15), verbose=True).count("aturan 'jumlah > 10'") == 15


def test_valid_report_says_what_is_next() -> None:
    text = printed(valid())
    assert "✓ Lulus" in text and "0 kesalahan" in text
    assert "sesuai dengan skemanya" in text


def test_explains_every_code(lang: messages.Lang) -> None:
    for code in messages.codes():
        if "." in code or not messages.template(code, "explain"):
            continue
        stream = io.StringIO()
        report.explain(code, Console(file=stream, width=80))
        text = stream.getvalue()
        assert messages.template(code)[:20] in text and code in text
        assert max(map(cell_len, text.splitlines())) <= 80


def test_lists_codes() -> None:
    stream = io.StringIO()
    report.list_codes(["row-rule", "outlier"], Console(file=stream, width=80))
    assert "row-rule" in stream.getvalue() and "Nilai jauh" in stream.getvalue()
