"""`new` writes a dataset that validates at once, and never turns a code into a number."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fixtures.layouts import LAYOUTS
from fixtures.writers import Sheet, write_csv, write_xlsx

from pipelines import run, validate
from pipelines.dataset import load_dataset
from pipelines.errors import UsageProblem
from pipelines.scaffold import scaffold, slug
from pipelines.scaffold.inference import guess
from pipelines.schema import load_schema

ROOT = Path(__file__).parent.parent
KINDS = [
    "everything_printed", "two_row_header_merged", "formatted_codes", "text_numbers", "words_only",
    "merged_down_labels", "years_across", "dates_and_flags", "no_data_marks", "packed_in_column_a",
    "subtotals", "spacer_column", "budget_codes", "unit_row", "missing_values", "english_table",
]  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "proyek"
    (folder / "datasets").mkdir(parents=True)
    for name in ("offices.yaml", "services.yaml"):
        shutil.copy(ROOT / "datasets" / name, folder / "datasets" / name)
    return folder


@pytest.mark.parametrize("layout", KINDS)
def test_validates_at_once(layout: str, project: Path, tmp_path: Path) -> None:
    write_xlsx(LAYOUTS[layout]().sheets, tmp_path / "kiriman kantor.xlsx")
    folder = scaffold("data-baru", tmp_path / "kiriman kantor.xlsx", project)
    assert (folder / "source" / "kiriman kantor.xlsx").exists()
    assert (folder / "NOTES.md").read_text(encoding="utf-8")
    assert load_dataset("data-baru", project).office
    prepared = run.Run(project).prepare("data-baru")
    assert prepared.report.valid, [f.message for t in prepared.report.tables for f in t.errors]
    schema = load_schema(project / "schemas" / "data-baru.yaml")
    samples = project / "schemas" / "samples"
    assert validate.validate_file(samples / "data-baru.valid.csv", schema).valid
    assert not validate.validate_file(samples / "data-baru.invalid.csv", schema).valid


def test_types_and_constraints(project: Path, tmp_path: Path) -> None:
    rows = [
        [f"12.{n:02d}", f"0{8000 + n}", f"12710101019{n:05d}", n * 10, n + 0.5, "LP"[n % 2], 2024]
        for n in range(1, 13)
    ]
    head = ["Kode Wilayah", "Kode Unit", "NIK", "Jumlah (jiwa)", "Nilai", "L/P", "Tahun"]
    write_csv(Sheet([head, *rows]), tmp_path / "a.csv")
    scaffold("data-kode", tmp_path / "a.csv", project)
    schema = load_schema(project / "schemas" / "data-kode.yaml")
    assert [field.type for field in schema.fields] == [
        "string", "string", "string", "integer", "number", "string", "year",
    ]  # fmt: skip
    assert schema.field("jumlah_jiwa").unit == "jiwa"
    assert schema.field("l_p").constraints["enum"] == ["L", "P"]
    assert schema.field("kode_wilayah").constraints["pattern"] == r"[0-9]{2}\.[0-9]{2}"
    assert schema.primary_key == ["kode_wilayah"]


@pytest.mark.parametrize(
    ("label", "texts", "kind"),
    [
        ("Kode", ["12.01", "12.10"], "string"),
        ("Telepon", ["0614567890", "0614567891"], "string"),
        ("X", ["007", "010", "123"], "string"),
        ("X", ["1271010101900001", "1271010101900002"], "string"),
        ("Rekening", ["51010101", "51010102"], "string"),
        ("Pelanggan", [str(400000 + 37 * n) for n in range(20)], "string"),
        ("Jumlah", ["1.234", "987"], "number"),
        ("Jumlah", ["1234", "-5"], "integer"),
        ("Persen", ["12,5%", "3%"], "number"),
        ("Anggaran", ["Rp 1.234.567,00", "Rp 5.000,00"], "number"),
        ("Tanggal", ["2024-01-05", "17/08/2024"], "date"),
        ("Tahun", ["2023", "2024"], "year"),
        ("Aktif", ["true", "false"], "boolean"),
        ("Nama", ["Nias", "12"], "string"),
        ("Kosong", [], "string"),
    ],
)
def test_guess(label: str, texts: list[str], kind: str) -> None:
    assert guess(label, texts).type == kind


def test_nothing_is_overwritten(project: Path, tmp_path: Path) -> None:
    write_csv(Sheet([["a", "b"], ["x", 1], ["y", 2]]), tmp_path / "a.csv")
    scaffold("data-satu", tmp_path / "a.csv", project)
    with pytest.raises(UsageProblem) as caught:
        scaffold("data-satu", tmp_path / "a.csv", project)
    assert caught.value.code == "new-exists"
    with pytest.raises(UsageProblem) as caught:
        scaffold("Data Satu", tmp_path / "a.csv", project)
    assert caught.value.params["nearest"] == "data-satu"


def test_slug() -> None:
    assert slug("Jenis Kelamin / Laki-laki") == "jenis_kelamin_laki_laki"
    assert slug("Café (é)") == "cafe_e"
