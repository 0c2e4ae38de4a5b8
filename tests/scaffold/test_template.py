"""The template of every dataset, filled in, gives the same rows back; and what stands in it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.errors import UsageProblem
from pipelines.extract import extract, inspect
from pipelines.model import Extraction
from pipelines.model.templates import GUIDE_SHEET, LABELS_NAME, LISTS_SHEET
from pipelines.project.dataset import dataset_names, load_dataset
from pipelines.scaffold.template import write_template
from pipelines.scaffold.template.heading import StatedValue
from pipelines.scaffold.template.table import TableTemplate
from pipelines.scaffold.template.workbook import label_areas
from pipelines.workflow import prepare

ROOT = Path(__file__).parents[2]
DATASETS = dataset_names(ROOT)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "proyek"
    for name in ("datasets", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def label_rows(book: Workbook) -> dict[str, range]:
    """Sheet → its label rows, as the defined names say."""
    found = {}
    for name, defined in book.defined_names.items():
        if name.startswith(LABELS_NAME):
            ((sheet, area),) = defined.destinations
            first, last = (int("".join(filter(str.isdigit, end))) for end in area.split(":"))
            found[sheet.strip("'")] = range(first, last + 1)
    return found


def fill(book: Workbook, sheet: str, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows below the labels as a person would: cells keep the look of their column."""
    page = book[sheet]
    for number, row in enumerate(rows, start=label_rows(book)[sheet][-1] + 1):
        for index, value in enumerate(row, start=1):
            cell = page.cell(number, index, value)
            cell.number_format = page.column_dimensions[get_column_letter(index)].number_format


def original_rows(path: Path, found: Extraction) -> list[list[list[Any]]]:
    """Sheet by sheet, the data rows of a source with the types of its cells; labels written once
    are filled down."""
    raw, book = found.table, load_workbook(path)
    texts = raw.frame.astype(object).where(raw.frame.notna(), None).to_numpy().tolist()
    sheets: list[list[list[Any]]] = [[] for _ in raw.sources]
    for index, row in enumerate(raw.row.tolist()):
        number = int(raw.source[index])
        page = book[raw.sources[number].sheet or ""]
        cells = []
        for column, text in enumerate(texts[index]):
            place = raw.column_of(index, column)
            own = page.cell(row, place).value if place else None
            cells.append(own if own is not None else text)
        sheets[number].append(cells)
    return sheets


def fill_table(book: Workbook, template: TableTemplate, rows: list[list[list[Any]]]) -> None:
    """Fill the sheets of a table with the rows of the source, and the cells above them."""
    for heading, own in zip(template.headings, rows, strict=True):
        fill(book, heading.sheet, own)
        for row, line in enumerate(heading.lines, start=1):
            if isinstance(line, StatedValue):
                book[heading.sheet].cell(row, 2, line.before)


def rules(sheet: Worksheet) -> dict[str, DataValidation]:
    """Column letter → the rule of its cells below the labels."""
    return {
        str(rule.sqref).split(":")[0].rstrip("0123456789"): rule
        for rule in sheet.data_validations.dataValidation
        if ":" in str(rule.sqref)
    }


def template_codes(prepared: prepare.Prepared) -> set[str]:
    reports = prepared.report.tables
    found = [f for one in reports for f in (*one.errors, *one.warnings, *one.notes)]
    return {f.code for f in found if f.code.startswith("template-")}


@pytest.mark.parametrize("name", DATASETS)
def test_a_filled_template_gives_the_rows_of_the_source(
    name: str, project: Path, tmp_path: Path
) -> None:
    dataset = load_dataset(name, project)
    before = prepare.Run(project).prepare(name)
    assert before.report.valid
    first = next(iter(dataset.spec.tables))
    source = Path(dataset.sources(first)[-1])
    path = tmp_path / "t.xlsx"
    written = write_template(name, project, path=path)
    book = load_workbook(path)
    for template in written.tables:
        found = extract(source, dataset.spec.tables[template.name].layout)
        labels = [str(label) for label in found.table.frame.columns]
        assert [column.label for column in template.columns] == labels
        fill_table(book, template, original_rows(source, found))
    source.unlink()
    book.save(source)

    places = label_rows(book)
    inspected = inspect(source)
    assert [sheet.name for sheet in inspected.sheets] == list(places)
    for sheet in inspected.sheets:
        (table,) = sheet.tables
        assert table.header == tuple(places[str(sheet.name)])
        assert not table.findings
    after = prepare.Run(project).prepare(name)
    faults = [f"{f.position} {f.message}" for one in after.report.tables for f in one.errors]
    assert faults == []
    assert not template_codes(after)
    for table_name, table_before in before.tables.items():
        key = dataset.schemas[table_name].primary_key
        frames = [one.frame.sort_values(key) for one in (table_before, after.tables[table_name])]
        old, new = (frame.reset_index(drop=True) for frame in frames)
        assert new.equals(old), new.compare(old)


@pytest.mark.parametrize("name", DATASETS)
def test_it_is_protected_and_printable(name: str, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    written = write_template(name, ROOT, path=path)
    book = load_workbook(path)
    places = label_rows(book)
    for template in written.tables:
        for heading in template.headings:
            sheet, rows = book[heading.sheet], places[heading.sheet]
            assert sheet.protection.sheet
            assert not sheet.protection.password
            assert str(sheet.freeze_panes).endswith(str(rows[-1] + 1))
            assert sheet.print_title_rows == f"${rows[0]}:${rows[-1]}"
            for index, column in enumerate(template.columns, start=1):
                assert not sheet.column_dimensions[get_column_letter(index)].protection.locked
                assert sheet.cell(rows[0], index).protection.locked is not column.period
            assert sheet.max_row == rows[-1], "no example among the data"
    guide = [cell.value for row in book[GUIDE_SHEET].iter_rows() for cell in row if cell.value]
    assert book[GUIDE_SHEET].protection.sheet
    for words in ("Petunjuk pengisian", "How to fill in"):
        assert sum(str(text).startswith(words) for text in guide) == len(written.tables)
    assert LISTS_SHEET not in book.sheetnames or book[LISTS_SHEET].sheet_state == "hidden"


def test_the_same_project_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_template("kode-wilayah", ROOT, path=tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_choices_and_limits_of_the_datasets(tmp_path: Path) -> None:
    write_template("layanan-administrasi-kependudukan", ROOT, path=tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    found = rules(book.worksheets[0])
    assert found["B"].formula1 == f"{LISTS_SHEET}!$A$2:$A$34"
    assert book[LISTS_SHEET]["A2"].value == "Kabupaten Tapanuli Tengah"
    assert found["C"].type == "list"
    assert (found["D"].type, found["D"].operator, found["D"].formula1) == (
        "whole", "greaterThanOrEqual", "0",
    )  # fmt: skip
    assert "bilangan bulat, paling kecil 0" in str(found["D"].error)
    write_template("indeks-kepuasan-masyarakat", ROOT, path=tmp_path / "b.xlsx")
    score = rules(load_workbook(tmp_path / "b.xlsx").worksheets[0])["D"]
    assert (score.type, score.formula1, score.formula2) == ("decimal", "1", "4")


FIELDS = [
    {"name": "kode", "type": "string", "title": "Kode", "constraints": {"required": True}},
    {"name": "desa", "type": "string", "title": "Desa", "reference": "wilayah.desa"},
    {"name": "tanggal", "type": "date", "title": "Tanggal",
     "constraints": {"minimum": "2024-01-01", "maximum": "2024-12-31"}},
    {"name": "tahun", "type": "year", "title": "Tahun"},
    {"name": "aktif", "type": "boolean", "title": "Aktif"},
    {"name": "kelas", "type": "integer", "title": "Kelas", "constraints": {"enum": [1, 2, 3]}},
    {"name": "luas", "type": "number", "title": "Luas", "unit": "ha"},
    {"name": "catatan", "type": "string", "title": "Catatan", "constraints": {"maxLength": 20}},
]  # fmt: skip
VILLAGES = [f"Desa {number}" for number in range(1, 441)]
ROW = ["007", "Desa 440", "2024-03-17", 2024, "Ya", 2, 12.5, "baik, & rapi"]
CLEAN = ["007", "Desa 440", "2024-03-17", "2024", "true", "2", "12.5", "baik, & rapi"]


@pytest.fixture
def toy(project: Path) -> Path:
    """A project with a dataset without a source, and one of 440 villages that it refers to."""
    shared = yaml.safe_load((project / "datasets/kode-wilayah/dataset.yaml").read_text())
    year = {"region": "12", "from": "2024-01-01", "to": "2024-12-31"}
    villages = [{"name": name, "type": "string"} for name in ("desa", "kecamatan")]
    for name, fields in (("kebun", FIELDS), ("wilayah", villages)):
        spec = {
            **shared,
            "coverage": year,
            "name": name,
            "tables": {name: {"schema": name, "source": "source/*"}},
        }
        folder = project / "datasets" / name
        (folder / "source").mkdir(parents=True)
        (folder / "dataset.yaml").write_text(yaml.safe_dump(spec))
        schema = {"name": name, "fields": fields}
        (project / "schemas" / f"{name}.yaml").write_text(yaml.safe_dump(schema))
    rows = ["desa,kecamatan", *(f"{village},Balige" for village in VILLAGES)]
    (project / "datasets/wilayah/source/desa.csv").write_text("\n".join(rows) + "\n")
    return project


def change_table(toy: Path, name: str, **keys: object) -> None:
    spec = toy / "datasets" / name / "dataset.yaml"
    data = yaml.safe_load(spec.read_text())
    data["tables"][name] |= keys
    spec.write_text(yaml.safe_dump(data))


def filled(toy: Path, path: Path, rows: Sequence[Sequence[Any]]) -> Workbook:
    """Write the template of the toy dataset and fill it; the workbook as it is saved."""
    write_template("kebun", toy, path=path)
    book = load_workbook(path)
    fill(book, "Data", rows)
    book.save(path)
    return book


def test_a_table_without_a_source_takes_titles_and_types(toy: Path) -> None:
    book = filled(toy, toy / "datasets/kebun/source/kebun-2024.xlsx", [ROW])
    found = rules(book["Data"])
    assert {letter: rule.type for letter, rule in found.items()} == {
        "A": None, "B": "list", "C": "date", "D": "whole", "E": "list", "F": "list",
        "G": "decimal", "H": "textLength",
    }  # fmt: skip
    lists = book[LISTS_SHEET]
    assert lists["A441"].value == "Desa 440"
    assert [row[0].value for row in lists["C2:C4"]] == [1, 2, 3]
    prepared = prepare.Run(toy).prepare("kebun")
    assert [f.message for f in prepared.report.tables[0].errors] == []
    assert prepared.tables["kebun"].frame.astype(object).to_numpy().tolist() == [CLEAN]


def test_an_empty_template_has_labels_and_no_rows(toy: Path, tmp_path: Path) -> None:
    write_template("kebun", toy, path=tmp_path / "t.xlsx")
    raw = extract(tmp_path / "t.xlsx").table
    assert len(raw) == 0
    assert list(raw.frame.columns) == [item["title"] for item in FIELDS]


def test_what_the_template_says_of_itself_is_compared(toy: Path) -> None:
    path = toy / "datasets/kebun/source/kebun.xlsx"
    book = filled(toy, path, [ROW])
    book.create_sheet("Coretan")["A1"] = "sisa"
    book.save(path)
    assert template_codes(prepare.Run(toy).prepare("kebun")) == {"template-sheets"}
    schema = toy / "schemas/kebun.yaml"
    text = schema.read_text()
    schema.write_text(text.replace("title: Catatan", "title: Catatan lapangan"))
    change_table(toy, "kebun", columns={"Catatan": "catatan"})
    assert template_codes(prepare.Run(toy).prepare("kebun")) == {"template-sheets"}
    schema.write_text(text.replace("maxLength: 20", "maxLength: 30"))
    found = template_codes(prepare.Run(toy).prepare("kebun"))
    assert found == {"template-sheets", "template-outdated"}
    spec = toy / "datasets/kebun/dataset.yaml"
    spec.write_text(spec.read_text().replace("  kebun:\n", "  lahan:\n"))
    found = template_codes(prepare.Run(toy).prepare("kebun"))
    assert found == {"template-sheets", "template-other"}


def test_the_layout_of_the_office_s_own_sheets_does_not_apply(toy: Path) -> None:
    change_table(toy, "kebun", layout={"sheet": "Rekap", "header": [9], "skip": [4, 5]})
    filled(toy, toy / "datasets/kebun/source/kebun.xlsx", [ROW])
    assert len(prepare.Run(toy).prepare("kebun").tables["kebun"]) == 1


def test_labels_are_found_where_rows_were_put_above_them(toy: Path) -> None:
    path = toy / "datasets/kebun/source/kebun.xlsx"
    book = filled(toy, path, [ROW])
    book["Data"].insert_rows(1)
    for name, defined in book.defined_names.items():
        if name.startswith(LABELS_NAME):
            defined.attr_text = defined.attr_text.replace("$4", "$5")
    book.save(path)
    assert len(prepare.Run(toy).prepare("kebun").tables["kebun"]) == 1


def test_nothing_is_overwritten_and_tables_are_named(toy: Path, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template("kebun", toy, path=path)
    spec = toy / "datasets/kebun/dataset.yaml"
    data = yaml.safe_load(spec.read_text())
    data["tables"]["lahan"] = {**data["tables"]["kebun"], "source": "source/lahan-*"}
    spec.write_text(yaml.safe_dump(data))
    for table, out, code in (
        ("kebun", path, "template-exists"),
        ("kebun", tmp_path / "t.csv", "template-suffix"),
        (None, tmp_path / "u.xlsx", "template-table"),
        ("kebon", tmp_path / "u.xlsx", "template-table-unknown"),
    ):
        with pytest.raises(UsageProblem) as caught:
            write_template("kebun", toy, table=table, path=out)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("labels", "areas"),
    [
        ([("A",), ("B",)], [(0, 0, 0, 0), (0, 1, 0, 1)]),
        (
            [("A",), ("G", "x"), ("G", "y"), ("H", "x")],
            [(0, 0, 1, 0), (0, 1, 0, 2), (1, 1, 1, 1), (1, 2, 1, 2), (0, 3, 0, 3), (1, 3, 1, 3)],
        ),
        ([("G",), ("G", "x")], [(0, 0, 1, 0), (0, 1, 0, 1), (1, 1, 1, 1)]),
    ],
)
def test_label_areas(labels: list[tuple[str, ...]], areas: list[tuple[int, int, int, int]]) -> None:
    assert list(label_areas(labels, max(map(len, labels)))) == areas
