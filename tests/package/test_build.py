"""The files that readers get: the same bytes for the same input, typed, described, safe."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import python_calamine as calamine
from publish_toys import Toy, descriptor, frame, table

from pipelines import package
from pipelines.errors import Refused
from pipelines.model import DataPackage
from pipelines.package import sheet_rows, workbook
from pipelines.project import naming

URL = "https://data.contoh.example/dataset/toy"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> DataPackage:
    out = tmp_path_factory.mktemp("package")
    return package.build(Toy("toy"), {"penduduk": table(frame())}, out, version="1.2.3", url=URL)


def test_same_input_same_bytes(built: DataPackage, tmp_path: Path) -> None:
    again = package.build(
        Toy("toy"), {"penduduk": table(frame())}, tmp_path, version="1.2.3", url=URL
    )
    assert [f.sha256 for f in again.files] == [f.sha256 for f in built.files]
    assert [f.name for f in built.files] == [
        "toy.csv",
        "toy.xlsx",
        "toy.parquet",
        "datapackage.json",
    ]


def test_csv_is_what_the_table_holds(built: DataPackage) -> None:
    raw = built.file("penduduk", "csv").path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw
    back = pd.read_csv(
        built.file("penduduk", "csv").path, dtype="str", keep_default_na=False, na_values=[""]
    )
    pd.testing.assert_frame_equal(back, frame())


def test_frictionless_accepts_the_package(built: DataPackage) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"],
        cwd=built.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)
    assert report["valid"], report
    assert report["stats"]["tasks"] == 1


def test_descriptor(built: DataPackage) -> None:
    described = json.loads((built.folder / "datapackage.json").read_text(encoding="utf-8"))
    resource = described["resources"][0]
    assert described["version"] == "1.2.3"
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    assert resource["schema"]["primaryKey"] == ["kode", "tahun"]
    assert resource["hash"] == f"sha256:{built.file('penduduk', 'csv').sha256}"
    assert [item["format"] for item in resource["alternates"]] == ["xlsx", "parquet"]
    assert "" not in described.values()


def test_workbook(built: DataPackage) -> None:
    book = openpyxl.load_workbook(built.file("penduduk", "xlsx").path)
    assert book.sheetnames == ["Data", "Kamus data", "Cara mengutip"]
    data = book["Data"]
    assert data.freeze_panes == "A2"
    assert data.auto_filter.ref == "A1:H6"
    assert [c.value for c in data[1]][:3] == ["Kode wilayah", "Tahun", "Jumlah penduduk"]
    row = [cell.value for cell in data[2]]
    assert row[0] == "12.01" and data["A2"].data_type == "s"
    assert row[2] == 365177 and row[3] == 166.4
    assert data["E2"].is_date and data["G2"].is_date
    assert row[5] is False and row[7] is None
    assert data["D2"].number_format == "#,##0.00"
    formula = data["H4"]
    assert (formula.value, formula.data_type) == ("=1+1", "s")
    meanings = [cell.value for cell in book["Kamus data"][2]]
    assert meanings[:3] == ["kode", "Kode wilayah", "Region code"]
    assert "primaryKey" in meanings[7]
    cites = {row[0].value: row[1].value for row in book["Cara mengutip"].iter_rows()}
    assert URL in cites["Cara mengutip"] and "1.2.3" in cites["Kutipan (Inggris)"]
    assert "bukan data resmi" in cites["Data contoh"]


def test_what_a_reader_must_know_goes_with_the_files(tmp_path: Path) -> None:
    toy = Toy("toy")
    toy.caveats = {"id": "- **Batas.** Baris satu,\n  disambung.\n- Kode `12.10`.", "en": ""}
    built = package.build(toy, {"penduduk": table(frame())}, tmp_path, version="1.0.0", url=URL)
    described = json.loads((built.folder / "datapackage.json").read_text(encoding="utf-8"))
    assert described["notes"] == toy.caveats["id"] and "notes_en" not in described
    book = openpyxl.load_workbook(built.file("penduduk", "xlsx").path)
    cites = {row[0].value: row[1].value for row in book["Cara mengutip"].iter_rows()}
    expected = "• Batas. Baris satu, disambung.\n• Kode 12.10."
    assert cites["Yang perlu diketahui"] == expected
    assert "Yang perlu diketahui (Inggris)" not in cites


@pytest.mark.parametrize(
    ("text", "kind", "cell"),
    [
        ("1234", "integer", 1234.0),
        ("1271010101010001", "integer", "1271010101010001"),
        ("76.610", "number", 76.61),
        ("NaN", "number", "NaN"),
        ("INF", "number", "INF"),
        ("2024-04-05", "date", 45387),
        ("1899-01-01", "date", "1899-01-01"),
        ("2024-04-05T12:00:00", "datetime", 45387.5),
        ("2024-04-05T12:00:00+07:00", "datetime", "2024-04-05T12:00:00+07:00"),
        ("true", "boolean", True),
        ("007", "string", "007"),
        ("salah", "integer", "salah"),
    ],
)
def test_cells_keep_what_excel_cannot_hold_as_text(text: str, kind: str, cell: object) -> None:
    assert workbook._cell(text, kind) == cell


def test_parquet_has_types_and_words(built: DataPackage) -> None:
    found = pq.read_table(built.file("penduduk", "parquet").path)
    kinds = {field.name: field.type for field in found.schema}
    assert kinds["kode"] == pa.string() and kinds["jumlah"] == pa.int64()
    assert kinds["dicatat"] == pa.date32() and kinds["sementara"] == pa.bool_()
    assert found.schema.field("jumlah").metadata[b"unit"] == b"jiwa"
    assert found.column("kode").to_pylist()[0] == "12.01"


def test_too_long_for_excel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "EXCEL_ROWS", 5)
    with pytest.raises(Refused, match="penduduk") as refused:
        package.build(Toy("toy"), {"penduduk": table(frame())}, tmp_path, version="1.0.0")
    assert refused.value.code == "package-too-long"


def test_empty_table(tmp_path: Path) -> None:
    built = package.build(
        Toy("toy"), {"penduduk": table(frame().head(0))}, tmp_path, version="1.0.0"
    )
    assert built.file("penduduk", "csv").path.read_text().count("\n") == 1
    assert pq.read_table(built.file("penduduk", "parquet").path).num_rows == 0


def test_several_tables_have_files_of_their_own(tmp_path: Path) -> None:
    spec = Toy("toy").spec.tables["penduduk"].model_dump(by_alias=True)
    toy = Toy("toy", tables={"kota": spec, "desa": spec})
    rows = frame()
    built = package.build(
        toy, {"kota": table(rows), "desa": table(rows.head(1))}, tmp_path, version="1.0.0"
    )
    names = [f.name for f in built.files]
    assert names[0] == "toy-kota.csv" and "toy-desa.xlsx" in names
    assert [r["name"] for r in built.descriptor["resources"]] == ["toy-kota", "toy-desa"]


def test_repeated_titles_fall_back_to_names(tmp_path: Path) -> None:
    schema = descriptor()
    schema["fields"][1]["title"] = schema["fields"][0]["title"]
    toy = Toy("toy", schema=schema)
    built = package.build(toy, {"penduduk": table(frame())}, tmp_path, version="1.0.0")
    sheet = openpyxl.load_workbook(built.file("penduduk", "xlsx").path)["Data"]
    assert sheet["A1"].value == "kode"


def test_any_text_is_read_back_from_the_workbook(tmp_path: Path) -> None:
    texts = ["<b>&amp;</b>", "a\r\nb", "  spasi ", "_x0041_", "=1+1", "😀 汉", "x\x07y", '"', "]]>"]
    rows = frame().iloc[[0] * len(texts)].reset_index(drop=True)
    rows["kode"], rows["catatan"] = [str(n) for n in range(len(texts))], texts
    built = package.build(Toy("toy"), {"penduduk": table(rows)}, tmp_path, version="1.0.0")
    path = built.file("penduduk", "xlsx").path
    seen = [row[7].value for row in openpyxl.load_workbook(path)["Data"].iter_rows(min_row=2)]
    assert [text.replace("_x000D_", "\r") for text in seen] == [
        text.replace("\x07", "") for text in texts
    ]
    sheet = calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("Data").to_python()
    assert sheet[4][7] in ("_x0041_", "_x005F_x0041_") and len(sheet) == len(texts) + 1


def test_text_longer_than_a_cell_of_excel_is_cut_in_the_workbook_alone(tmp_path: Path) -> None:
    texts = ["pendek", "x" * 32_767, "x" * 32_768, "😀" * 20_000]
    rows = frame().iloc[[0] * len(texts)].reset_index(drop=True)
    rows["kode"], rows["catatan"] = [str(n) for n in range(len(texts))], texts
    built = package.build(Toy("toy"), {"penduduk": table(rows)}, tmp_path, version="1.0.0")
    sheet = openpyxl.load_workbook(built.file("penduduk", "xlsx").path)["Data"]
    seen = [str(row[7].value) for row in sheet.iter_rows(min_row=2)]
    assert seen[:2] == texts[:2]
    for text, whole in zip(seen[2:], texts[2:], strict=True):
        head, _, mark = text.partition(" … [")
        assert whole.startswith(head) and mark.startswith("terpotong")
        assert len(text.encode("utf-16-le")) <= 2 * 32_767
    frame_back = pd.read_csv(built.file("penduduk", "csv").path, dtype=str)
    assert frame_back["catatan"].tolist() == texts


@pytest.mark.parametrize(
    ("kind", "text", "cell"),
    [
        ("date", "1900-02-28", "1900-02-28"),
        ("date", "1900-03-01", 61),
        ("datetime", "1900-02-28T23:59:59", "1900-02-28T23:59:59"),
        ("datetime", "1900-03-01T00:00:00", 61.0),
        ("datetime", "1900-03-01T12:00:00Z", 61.5),
    ],
)
def test_days_are_numbers_from_the_first_of_march_1900(
    kind: str, text: str, cell: str | float
) -> None:
    assert workbook._cell(text, kind) == cell


def test_a_failure_while_writing_leaves_no_half_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(sheet_rows, "_rows", fail)
    with pytest.raises(OSError, match="no space"):
        package.build(Toy("toy"), {"penduduk": table(frame())}, tmp_path, version="1.0.0")
    assert not list(tmp_path.glob("*.part"))
