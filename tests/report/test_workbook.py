"""The annotated workbook: the office's own file, marked; and clean again when it comes back."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report.findings import make, row_rule

from pipelines import messages, report
from pipelines.errors import UsageProblem
from pipelines.model import SUMMARY_SHEET, Finding, MaskedReport, Position, Source, TableReport
from pipelines.report import annotated_workbook, cell_marks, ooxml
from pipelines.report.styles import ERROR, WARNING


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A workbook as offices make them: title, merge, styles, formula, chart, comment, list."""
    path = tmp_path / "dokumen.xlsx"
    book = xlsxwriter.Workbook(str(path))
    cover = book.add_worksheet("Sampul")
    cover.write("A1", "Laporan")
    sheet = book.add_worksheet("Data")
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    yellow = book.add_format({"bg_color": "#FFFF00", "num_format": "#,##0"})
    sheet.merge_range("A1:D1", "JUMLAH DOKUMEN", bold)
    sheet.write_row("A3", ["kode", "nama", "bulan", "jumlah"], bold)
    for row in range(3, 30):
        sheet.write_row(row, 0, ["12.01", "Kab. Tapanuli Tengah", "2024-01"])
        sheet.write_number(row, 3, row, yellow if row == 4 else None)
    sheet.merge_range("B6:B8", "Kab. Karo")
    sheet.write_formula("D31", "=SUM(D4:D30)", None, 432)
    sheet.write_comment("D5", "Sudah dicek Bu Rina", {"author": "Rina"})
    sheet.data_validation("C4:C30", {"validate": "list", "source": ["2024-01", "2024-02"]})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Data!$D$4:$D$30"})
    sheet.insert_chart("F4", chart)
    sheet.repeat_rows(2)
    sheet.activate()
    book.close()
    return path


def annotated(found: MaskedReport, target: Path) -> Any:
    assert report.write_workbook(found, target) == [target]
    return openpyxl.load_workbook(target)


def test_cells_are_coloured_commented_and_listed(office: Path, tmp_path: Path) -> None:
    book = annotated(make(12, office), tmp_path / "temuan.xlsx")
    assert book.sheetnames == [SUMMARY_SHEET, "Sampul", "Data"]
    assert book.active.title == SUMMARY_SHEET
    data = book["Data"]
    assert data["D4"].fill.fgColor.rgb == ERROR
    assert data["A6"].fill.fgColor.rgb == WARNING
    assert data["D4"].value == 3
    assert data["C4"].fill.fgColor.rgb not in (ERROR, WARNING)
    words = data["D4"].comment.text
    assert "Isi baris saling bertentangan" in words and "Cara membetulkan" in words
    front = book[SUMMARY_SHEET]
    cells = [cell for row in front.iter_rows() for cell in row]
    links = {cell.hyperlink.location for cell in cells if cell.hyperlink}
    assert {"'Data'!D4", "'Data'!D15", "'Data'!A6"} <= links
    assert any(cell.value == "Daftar temuan" for cell in cells)
    assert sum(str(cell.value).startswith(("✗ ", "! ")) for cell in cells) == 15


def test_the_office_file_is_kept(office: Path, tmp_path: Path) -> None:
    target = tmp_path / "temuan.xlsx"
    book = annotated(make(12, office), target)
    data = book["Data"]
    assert {str(merge) for merge in data.merged_cells.ranges} == {"A1:D1", "B6:B8"}
    assert data["A3"].font.bold and data["A3"].fill.fgColor.rgb == "FFDDEBF7"
    assert data["D5"].number_format == "#,##0"
    assert data["D31"].value == "=SUM(D4:D30)"
    assert openpyxl.load_workbook(target, data_only=True)["Data"]["D31"].value == 432
    assert data["D5"].comment.text.startswith("Sudah dicek Bu Rina")
    assert "Isi baris saling bertentangan" in data["D5"].comment.text
    assert data.data_validations.dataValidation
    assert data.print_title_rows == "$3:$3"
    with zipfile.ZipFile(office) as before, zipfile.ZipFile(target) as after:
        same = [n for n in before.namelist() if "chart" in n or n.endswith("sheet1.xml")]
        assert same
        for name in same:
            assert before.read(name).replace(b' tabSelected="1"', b"") == after.read(name)
        assert after.testzip() is None


def test_marks_come_off_when_it_is_fed_back(office: Path, tmp_path: Path) -> None:
    first = tmp_path / "temuan.xlsx"
    annotated(make(12, office), first)
    again = make(0, first)
    book = annotated(again, tmp_path / "lagi.xlsx")
    assert book.sheetnames == [SUMMARY_SHEET, "Sampul", "Data"]
    data, before = book["Data"], openpyxl.load_workbook(office)["Data"]
    for row in before.iter_rows():
        for cell in row:
            other = data[cell.coordinate]
            if cell.coordinate in ("A6", "D5"):
                continue
            assert other.value == cell.value
            assert other.fill.fgColor.rgb == cell.fill.fgColor.rgb, cell.coordinate
            assert other.number_format == cell.number_format
            assert other.comment is None or cell.comment is not None
    assert data["D5"].comment.text.count("Nilai jauh") == 1
    source = Source(office.name, "Data", first)
    empty = TableReport("dokumen", office.name, 1, 1, 0.1, sources=(source,))
    clean = annotated(MaskedReport("kosong", (empty,)), tmp_path / "z.xlsx")["Data"]
    assert clean["D5"].fill.fgColor.rgb == "FFFFFF00"
    assert clean["D5"].comment.text == "Sudah dicek Bu Rina"


def test_saved_by_another_program_it_still_comes_back_clean(office: Path, tmp_path: Path) -> None:
    first, resaved = tmp_path / "temuan.xlsx", tmp_path / "simpan.xlsx"
    annotated(make(12, office), first).save(resaved)
    book = annotated(make(0, resaved), tmp_path / "lagi.xlsx")
    assert book.sheetnames.count(SUMMARY_SHEET) == 1
    assert book["Data"]["D9"].fill.fgColor.rgb not in (ERROR, WARNING)
    assert book["Data"]["D9"].comment is None


def test_readers_leave_the_summary_out(office: Path, tmp_path: Path) -> None:
    from pipelines.readers import open_source

    target = tmp_path / "temuan.xlsx"
    annotated(make(12, office), target)
    before, after = open_source(office), open_source(target)
    assert [g.sheet for g in after.grids] == ["Sampul", "Data"]
    for one, other in zip(before.grids, after.grids, strict=True):
        assert [c.to_pylist() for c in one.columns] == [c.to_pylist() for c in other.columns]


def test_merged_cells_are_marked_where_they_show(office: Path, tmp_path: Path) -> None:
    finding = Finding(
        "row-rule", row=8, field="nama", position=Position("dokumen.xlsx", "Data", 8, 2),
        params={"test": "x", "values": "y", "because": ""},
    )  # fmt: skip
    table = TableReport("t", "dokumen.xlsx", 3, 1, 0.1, errors=(finding,),
                        sources=(Source("dokumen.xlsx", "Data", office),))  # fmt: skip
    book = annotated(MaskedReport("t", (table,)), tmp_path / "a.xlsx")
    assert book["Data"]["B6"].comment is not None


def test_what_only_the_steward_can_mend_is_not_sent_to_the_office(
    office: Path, tmp_path: Path
) -> None:
    place = Position("datasets/t/dataset.yaml")
    params = {"file": place.file, "keys": "organization"}
    guess = Finding("guess-unchecked", "warning", "t", position=place, params=params)
    old = Finding(
        "source-unused", "warning", "t", value="lama.xlsx", position=Position("lama.xlsx")
    )
    errors = (row_rule(4, "dokumen.xlsx", "Data"),)
    table = TableReport("t", "dokumen.xlsx", 3, 1, 0.1, errors=errors, warnings=(guess, old),
                        sources=(Source("dokumen.xlsx", "Data", office),))  # fmt: skip
    summary = annotated(MaskedReport("t", (table,)), tmp_path / "a.xlsx")[SUMMARY_SHEET]
    listed = {cell for row in summary.iter_rows(values_only=True) for cell in row}
    assert "row-rule" in listed
    assert not {"guess-unchecked", "source-unused"} & listed


def test_cells_and_rows_that_the_sheet_lacks_are_made(office: Path, tmp_path: Path) -> None:
    findings = tuple(row_rule(row, "dokumen.xlsx", "Data") for row in (2, 40, 31))
    table = TableReport("t", "dokumen.xlsx", 3, 1, 0.1, errors=findings,
                        sources=(Source("dokumen.xlsx", "Data", office),))  # fmt: skip
    book = annotated(MaskedReport("t", (table,)), tmp_path / "a.xlsx")
    assert [book["Data"][cell].fill.fgColor.rgb for cell in ("D2", "D31", "D40")] == [ERROR] * 3


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cells=st.sets(st.tuples(st.integers(1, 60), st.integers(1, 30)), min_size=1, max_size=40))
def test_any_cells_can_be_marked(office: Path, tmp_path: Path, cells: set[tuple[int, int]]) -> None:
    errors = tuple(
        replace(row_rule(row, "dokumen.xlsx", "Data"), position=Position("d", "Data", row, column))
        for row, column in sorted(cells, key=hash)
    )
    source = Source("dokumen.xlsx", "Data", office)
    table = TableReport("t", "dokumen.xlsx", 3, 1, 0.1, errors=errors, sources=(source,))
    data = annotated(MaskedReport("t", (table,)), tmp_path / "a.xlsx")["Data"]
    before = openpyxl.load_workbook(office)["Data"]
    for row in range(1, 61):
        for column in range(1, 31):
            one, other = before.cell(row, column), data.cell(row, column)
            assert other.value == one.value
            merged = type(one).__name__ == "MergedCell"
            if (row, column) in cells and not merged:
                assert other.fill.fgColor.rgb == ERROR
                assert other.comment is not None
            elif not merged and (row, column) not in {(1, 1), (6, 2)}:
                assert other.fill.fgColor.rgb == one.fill.fgColor.rgb


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
def test_text_sources_become_a_workbook(tmp_path: Path, suffix: str) -> None:
    source = tmp_path / f"dokumen{suffix}"
    mark = "," if suffix == ".csv" else "\t"
    lines = [["kode", "nama", "bulan", "jumlah"], *[["12.01", "=1+1", "2024-01", "007"]] * 20]
    source.write_text("\n".join(mark.join(line) for line in lines), encoding="utf-8")
    book = annotated(make(12, source, file=source.name, sheet=None), tmp_path / "a.xlsx")
    data = book.worksheets[1]
    assert data["D4"].value == "007" and data["D4"].fill.fgColor.rgb == ERROR
    assert data["B4"].value == "=1+1" and data["B4"].data_type == "s"
    assert data["A1"].font.bold


def test_old_workbooks_become_new_ones(tmp_path: Path) -> None:
    import xlwt

    source = tmp_path / "dokumen.xls"
    old = xlwt.Workbook()
    sheet = old.add_sheet("Data")
    for row in range(20):
        for column, value in enumerate(["12.01", "Karo", "2024-01", 7.5]):
            sheet.write(row, column, value)
    old.save(str(source))
    book = annotated(make(12, source, file=source.name), tmp_path / "a.xlsx")
    assert book["Data"]["D4"].value == 7.5
    assert book["Data"]["D4"].fill.fgColor.rgb == ERROR


def test_nothing_in_the_summary_is_a_formula(office: Path, tmp_path: Path) -> None:
    book = annotated(make(12, office), tmp_path / "a.xlsx")
    cells = [cell for row in book[SUMMARY_SHEET].iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=1+1" in [cell.value for cell in cells]
    assert all(cell.quotePrefix for cell in cells)


def test_several_sources_give_several_files(office: Path, tmp_path: Path) -> None:
    other = tmp_path / "dokumen-b.xlsx"
    other.write_bytes(office.read_bytes())
    findings = (row_rule(4, "dokumen.xlsx", "Data"), row_rule(5, "dokumen-b.xlsx", "Data"))
    table = TableReport(
        "t", "x", 3, 1, 0.1, errors=findings,
        sources=(Source("dokumen.xlsx", "Data", office), Source("dokumen-b.xlsx", "Data", other)),
    )  # fmt: skip
    written = report.write_workbook(MaskedReport("t", (table,)), tmp_path / "temuan.xlsx")
    assert [p.name for p in written] == ["temuan-dokumen.xlsx", "temuan-dokumen-b.xlsx"]
    for path, cell in zip(written, ("D4", "D5"), strict=True):
        assert openpyxl.load_workbook(path)["Data"][cell].fill.fgColor.rgb == ERROR


def test_too_large_or_remote_sources_give_the_list_alone(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = annotated(make(3, None), tmp_path / "a.xlsx")
    assert "tidak disalin" in str(remote[SUMMARY_SHEET]["A5"].value)
    monkeypatch.setattr(ooxml, "MAX_ENTRIES", 12)
    large = annotated(make(3, office), tmp_path / "b.xlsx")
    assert "tidak disalin" in str(large[SUMMARY_SHEET]["A5"].value)
    assert "Data" not in large.sheetnames


def test_damaged_and_hostile_workbooks_give_the_list_alone(office: Path, tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    for name, content in (("xl/worksheets/sheet2.xml", "<worksheet"), ("xl/workbook.xml", bomb)):
        broken = tmp_path / "rusak.xlsx"
        with zipfile.ZipFile(office) as source, zipfile.ZipFile(broken, "w") as out:
            for entry in source.namelist():
                out.writestr(entry, content if entry == name else source.read(entry))
        book = annotated(make(3, broken), tmp_path / "a.xlsx")
        assert "tidak disalin" in str(book[SUMMARY_SHEET]["A5"].value)


def test_macros_are_left_out(tmp_path: Path) -> None:
    source = tmp_path / "dokumen.xlsm"
    macro = tmp_path / "vba.bin"
    macro.write_bytes(b"\xd0\xcf\x11\xe0macro")
    book = xlsxwriter.Workbook(str(source))
    book.add_worksheet("Data").write("D4", 1)
    book.add_vba_project(str(macro))
    book.close()
    found = annotated(make(3, source, file=source.name), tmp_path / "a.xlsx")
    assert "Makro" in str(found[SUMMARY_SHEET]["A5"].value)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        assert not [name for name in package.namelist() if "vba" in name.lower()]
        assert b"macroEnabled" not in package.read("[Content_Types].xml")


def test_same_report_gives_the_same_bytes(office: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    report.write_workbook(make(12, office), first)
    report.write_workbook(make(12, office), second)
    assert first.read_bytes() == second.read_bytes()


def test_comments_end_at_a_limit(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_marks, "MAX_COMMENTS", 5)
    monkeypatch.setattr(annotated_workbook, "MAX_COMMENTS", 5)
    book = annotated(make(20, office), tmp_path / "a.xlsx")
    commented = [c for row in book["Data"].iter_rows() for c in row if c.comment]
    assert len(commented) == 5
    assert book["Data"]["D23"].fill.fgColor.rgb == ERROR
    assert "komentar" in str(book[SUMMARY_SHEET]["A5"].value)


def test_list_ends_at_a_limit(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotated_workbook, "MAX_LISTED", 4)
    book = annotated(make(20, office), tmp_path / "a.xlsx")
    assert "4 temuan pertama dari 23" in str(book[SUMMARY_SHEET]["A5"].value)
    assert book["Data"]["D23"].fill.fgColor.rgb == ERROR


def test_english_workbook(office: Path, tmp_path: Path) -> None:
    messages.set_lang("en")
    try:
        book = annotated(make(3, office), tmp_path / "a.xlsx")
    finally:
        messages.set_lang("id")
    assert "Cells of a row contradict each other" in book["Data"]["D4"].comment.text
    assert book[SUMMARY_SHEET]["A1"].value == "Findings of the data check"


def test_the_source_is_never_overwritten(office: Path) -> None:
    before = office.read_bytes()
    with pytest.raises(UsageProblem) as caught:
        report.write_workbook(make(3, office), office)
    assert caught.value.code == "report-over-source"
    assert office.read_bytes() == before


def test_a_failure_while_saving_leaves_no_half_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "a.xlsx"
    openpyxl.Workbook().save(source)

    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    with ooxml.EditablePackage(source) as editable:
        monkeypatch.setattr(ooxml.zipfile.ZipFile, "writestr", fail)
        with pytest.raises(OSError, match="no space"):
            editable.save(tmp_path / "b.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]
