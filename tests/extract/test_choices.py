"""The layout's word beats the reader's judgement, and files are joined by their labels."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from fixtures.cases import LAYOUTS
from fixtures.layouts import HEAD, numbers, texts
from fixtures.writers import Sheet, write_csv, write_xlsx
from rich.console import Console

from pipelines import messages
from pipelines.errors import UsageProblem
from pipelines.extract import extract, inspect, join, render
from pipelines.project.layout import Layout


def table(path: Path, **layout: object) -> tuple[list[str], list[list[str]]]:
    found = extract(path, Layout(**layout))  # type: ignore[arg-type]
    rows = found.evidence["rows"]
    assert rows["sheet"] == rows["header"] + rows["data"] + sum(rows["left"].values())
    frame = found.table.frame.fillna("")
    return list(frame.columns), frame.values.tolist()


@pytest.fixture
def printed(tmp_path: Path) -> Path:
    write_xlsx(LAYOUTS["everything_printed"]().sheets, tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_range(printed: Path) -> None:
    labels, rows = table(printed, range="B5:D12")
    assert labels == HEAD[1:]
    assert rows == [row[1:] for row in texts(numbers(12))[:5]]


def test_header(printed: Path) -> None:
    labels, rows = table(printed, header=[5, 6])
    assert labels == ["No", "Kabupaten/Kota", "Laki-laki / (jiwa)", "Perempuan / (jiwa)"]
    assert rows == texts(numbers(12))


def test_no_header(tmp_path: Path) -> None:
    write_csv(Sheet([["a", "b"], ["c", "d"], ["e", "f"]]), tmp_path / "a.csv")
    labels, rows = table(tmp_path / "a.csv", header=[])
    assert labels == ["field1", "field2"]
    assert rows == [["a", "b"], ["c", "d"], ["e", "f"]]


def test_skip(printed: Path) -> None:
    _, rows = table(printed, skip=[8, 9])
    assert rows == texts(numbers(12))[2:]


def test_totals_kept(printed: Path) -> None:
    found = extract(printed, Layout(totals="keep"))
    assert len(found.table) == 13
    assert found.totals == ()


def test_second_table(tmp_path: Path) -> None:
    write_xlsx(LAYOUTS["two_tables"]().sheets, tmp_path / "a.xlsx")
    labels, rows = table(tmp_path / "a.xlsx", table=2)
    assert labels == ["Sarana", "Baik", "Rusak"]
    assert rows[0] == ["Puskesmas", "4", "1"]
    views = inspect(tmp_path / "a.xlsx").sheets[0].tables
    assert [view.best for view in views] == [True, False]


def test_plain(tmp_path: Path) -> None:
    write_csv(Sheet([["a", "b"], ["Jumlah", 1], ["Sumber: x", None]]), tmp_path / "a.csv")
    assert table(tmp_path / "a.csv", plain=True) == (
        ["a", "b"],
        [["Jumlah", "1"], ["Sumber: x", ""]],
    )


def test_fill_down(tmp_path: Path) -> None:
    write_xlsx(LAYOUTS["merged_down_labels"]().sheets, tmp_path / "a.xlsx")
    assert [row[0] for row in table(tmp_path / "a.xlsx", fill_down=False)[1]] == [
        "Medan",
        "",
        "",
        "Binjai",
        "",
    ]
    rows = [
        ["Kab", "Kec", "Nilai"],
        ["Medan", "a", 5],
        [None, "b", 6],
        ["Binjai", "c", 7],
        [None, "d", 8],
    ]
    write_csv(Sheet(rows), tmp_path / "b.csv")
    assert [row[0] for row in table(tmp_path / "b.csv", fill_down=["Kab"])[1]] == [
        "Medan",
        "Medan",
        "Binjai",
        "Binjai",
    ]


@pytest.mark.parametrize(
    ("layout", "code"),
    [
        ({"sheet": "Dta"}, "layout-sheet"), ({"sheet": 9}, "layout-sheet"),
        ({"table": 7}, "layout-table"), ({"range": "ZZ900:ZZ999"}, "layout-range"),
        ({"range": "kiri"}, "layout-range"), ({"header": [4000]}, "layout-header"),
        ({"encoding": "klingon"}, "encoding-unknown"),
    ],
)  # fmt: skip
def test_what_is_not_there(
    layout: dict[str, object], code: str, printed: Path, tmp_path: Path
) -> None:
    path = printed
    if "encoding" in layout:
        path = tmp_path / "a.csv"
        path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(UsageProblem) as caught:
        table(path, **layout)
    assert caught.value.code == code
    assert caught.value.message


def test_join_aligns_by_label(tmp_path: Path) -> None:
    write_csv(Sheet([["Unit", "Nilai", "Ket"], ["A", 11, "x"], ["B", 12, "y"]]), tmp_path / "1.csv")
    write_csv(Sheet([["nilai", "UNIT", "Ket"], [21, "C", "z"]]), tmp_path / "2.csv")
    write_csv(Sheet([["Unit", "Skor", "Baru"], ["D", 31, "n"]]), tmp_path / "3.csv")
    found = [extract(tmp_path / f"{n}.csv") for n in (1, 2, 3)]
    both = join(found, columns={"Skor": "nilai", "Nilai": "nilai"}, name="t")
    assert list(both.table.frame.columns) == ["Unit", "Nilai", "Ket", "Baru"]
    assert both.table.frame["Nilai"].tolist() == ["11", "12", "21", "31"]
    assert [(f.code, f.params["label"], f.params["file"]) for f in both.findings] == [
        ("column-missing", "Ket", "3.csv"),
        ("column-new", "Baru", "3.csv"),
    ]
    place = both.table.position(2, "Nilai")
    assert (place.file, place.row, place.column) == ("2.csv", 2, 1)
    assert both.table.position(0, "Baru").column is None


def test_join_keeps_totals_apart(tmp_path: Path) -> None:
    write_xlsx(LAYOUTS["total_row"]().sheets, tmp_path / "1.xlsx")
    one = extract(tmp_path / "1.xlsx")
    both = join([one, one])
    assert [(t.index, t.start, t.stop) for t in both.totals] == [(0, 0, 8), (1, 8, 16)]
    assert both.totals_table is not None
    assert len(both.totals_table) == 2


@pytest.mark.parametrize("lang", messages.LANGS)
@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_inspect_fits_a_terminal(name: str, lang: messages.Lang, tmp_path: Path) -> None:
    case = LAYOUTS[name]()
    kind = "xlsx" if "xlsx" in case.formats else "csv"
    path = tmp_path / f"a.{kind}"
    write_xlsx(case.sheets, path) if kind == "xlsx" else write_csv(case.sheets[-1], path)
    messages.set_lang(lang)
    try:
        out = io.StringIO()
        found = inspect(path)
        render(found, Console(file=out, width=80))
    finally:
        messages.set_lang("id")
    shown = out.getvalue()
    assert max(map(len, shown.splitlines())) <= 80
    for label in filter(None, case.labels[:40]):
        assert label.split(" / ")[-1].split()[0][:8] in shown
    assert found.as_json()["sheets"]
    assert found.best is not None
    assert [column.label for column in found.best.columns] == case.labels
    assert found.best.rows == len(case.rows)


def test_inspect_masks_long_numbers(tmp_path: Path) -> None:
    rows = [["Nama", "NIK"], *[[f"Unit {n}", f"127101010190000{n}"] for n in range(5)]]
    write_csv(Sheet(rows), tmp_path / "a.csv")
    out = io.StringIO()
    render(inspect(tmp_path / "a.csv"), Console(file=out, width=80))
    assert "1271010101900001" not in out.getvalue()


@pytest.fixture
def months(tmp_path: Path) -> Path:
    """A sheet per month (illustrative), and one that holds something else."""
    sheets = [
        Sheet([["Pasar", "Beras", "Gula"], ["Balige", n, 20 + n], ["Porsea", 5, 6]], name=name)
        for n, name in enumerate(["Januari", "Februari", "Maret"], start=10)
    ]
    other = Sheet([["Kode", "Arti"], ["A", "baik"], ["B", "cukup"]], name="Legenda")
    write_xlsx([*sheets, other], tmp_path / "harga.xlsx")
    return tmp_path / "harga.xlsx"


def test_sheets_of_a_list_are_joined(months: Path) -> None:
    labels, rows = table(months, sheet=["Januari", 3])
    assert labels == ["Pasar", "Beras", "Gula"]
    porsea = ["Porsea", "5", "6"]
    assert rows == [["Balige", "10", "30"], porsea, ["Balige", "12", "32"], porsea]
    found = extract(months, Layout(sheet=["Januari", "Maret"]))
    assert [found.table.position(n, "Beras").sheet for n in (0, 2)] == ["Januari", "Maret"]
    with pytest.raises(UsageProblem) as caught:
        extract(months, Layout(sheet=["Januari", "Meret"]))
    assert (caught.value.code, caught.value.params["nearest"]) == ("layout-sheet", "Maret")


def test_a_pattern_takes_the_sheets_that_fit(months: Path) -> None:
    _, rows = table(months, sheet="*ari")
    assert [row[1] for row in rows] == ["10", "5", "11", "5"]
    with pytest.raises(UsageProblem, match="2031"):
        extract(months, Layout(sheet="*2031"))


def test_sheets_that_are_not_read_are_told(months: Path) -> None:
    told = [f for f in extract(months).findings if f.code == "sheets-unread"]
    assert [f.params["sheets"] for f in told] == ["'Februari', 'Maret'"]
    assert '["Januari", "Februari", "Maret"]' in told[0].text("next", "en")
    best = inspect(months).best
    assert best is not None
    assert "sheets-unread" in [f.code for f in best.findings]


@pytest.mark.parametrize("layout", [{"sheet": 1}, {"sheet": "Januari"}, {"sheet": [1, 2]}])
def test_a_choice_of_sheets_is_not_questioned(layout: dict[str, object], months: Path) -> None:
    found = extract(months, Layout(**layout))  # type: ignore[arg-type]
    assert "sheets-unread" not in [f.code for f in found.findings]


def test_section_rows_become_a_column(tmp_path: Path) -> None:
    """The district stands above its health centres only (illustrative)."""
    rows: list[list[object]] = [["No", "Puskesmas", "Bayi"]]
    for place, names in (("Kec. Balige", ["A", "B"]), ("Kec. Porsea", ["C", "D", "E"])):
        rows += [[place], *([n, name, 10 * n] for n, name in enumerate(names, start=1))]
        rows.append(["", f"Jumlah {place}", sum(10 * n for n in range(1, len(names) + 1))])
    rows.append(["", "JUMLAH", 90])
    write_xlsx([Sheet(rows)], tmp_path / "a.xlsx")
    found = extract(tmp_path / "a.xlsx", Layout(sections="Kecamatan"))
    frame = found.table.frame
    assert frame["Kecamatan"].tolist() == ["Kec. Balige"] * 2 + ["Kec. Porsea"] * 3
    assert found.table.position(0, "Kecamatan").column is None
    assert found.totals_table is not None
    assert found.totals_table.frame["Kecamatan"].isna().all()
    assert "Kecamatan" not in extract(tmp_path / "a.xlsx").table.frame


@pytest.mark.parametrize("where", ["below", "sheet"])
def test_the_second_part_of_a_wide_table_is_said(where: str, tmp_path: Path) -> None:
    names = ["Nias", "Toba", "Dairi", "Karo", "Langkat"]
    first = [["Kabupaten", "Sawit", "Karet"], *([n, i, 2 * i] for i, n in enumerate(names, 10))]
    second = [["Kabupaten", "Kopi", "Kakao"], *([n, 3 * i, i] for i, n in enumerate(names, 10))]
    titles = [["Tabel 5.2 Produksi"], []], [[], ["Lanjutan Tabel 5.2"], []]
    if where == "below":
        sheets = [Sheet([*titles[0], *first, *titles[1], *second])]
    else:
        sheets = [Sheet([*titles[0], *first], name="A"), Sheet([*titles[1], *second], name="B")]
    write_xlsx(sheets, tmp_path / "a.xlsx")
    found = extract(tmp_path / "a.xlsx")
    [finding] = [f for f in found.findings if f.code == "table-continues"]
    assert "Kopi, Kakao" in finding.message
    chosen = Layout(**json.loads(str(finding.params["line"])))
    again = extract(tmp_path / "a.xlsx", chosen)
    assert list(again.table.frame.columns) == ["Kabupaten", "Kopi", "Kakao"]
    assert not [f for f in again.findings if f.code == "table-continues"]


def test_other_rows_on_another_sheet_are_no_continuation(tmp_path: Path) -> None:
    sheets = [
        Sheet([["Kabupaten", "Sawit"], ["Nias", 1], ["Toba", 2], ["Karo", 3]], name="A"),
        Sheet([["Sektor", "Kopi"], ["Tani", 1], ["Ternak", 2], ["Ikan", 3]], name="B"),
    ]
    write_xlsx(sheets, tmp_path / "a.xlsx")
    codes = [finding.code for finding in extract(tmp_path / "a.xlsx").findings]
    assert "table-continues" not in codes
