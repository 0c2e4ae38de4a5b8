"""`new` writes a dataset that validates at once, and never turns a code into a number."""

from __future__ import annotations

import io
import re
from itertools import pairwise
from pathlib import Path

import pytest
from fixtures.layouts import LAYOUTS
from fixtures.writers import Sheet, write_csv, write_xlsx
from rich.console import Console

from pipelines import validate
from pipelines.errors import UsageProblem
from pipelines.extract import extract
from pipelines.project.dataset import load_dataset
from pipelines.project.layout import Layout
from pipelines.project.schema import load_schema
from pipelines.report import print_report
from pipelines.scaffold import scaffold, slug
from pipelines.scaffold.capitalisation import title_case
from pipelines.scaffold.field_inference import infer_type, is_row_number
from pipelines.scaffold.periods.stated import settle_period
from pipelines.workflow import prepare

KINDS = [
    "everything_printed", "two_row_header_merged", "formatted_codes", "text_numbers", "words_only",
    "merged_down_labels", "years_across", "dates_and_flags", "no_data_marks", "packed_in_column_a",
    "subtotals", "spacer_column", "budget_codes", "unit_row", "missing_values", "english_table",
]  # fmt: skip


@pytest.mark.parametrize("layout", KINDS)
def test_validates_at_once(layout: str, project: Path, tmp_path: Path) -> None:
    write_xlsx(LAYOUTS[layout]().sheets, tmp_path / "kiriman kantor.xlsx")
    folder = scaffold("data-baru", tmp_path / "kiriman kantor.xlsx", project)
    assert (folder / "source" / "kiriman kantor.xlsx").exists()
    assert (folder / "NOTES.md").read_text(encoding="utf-8")
    # What drafting tells the office is not told to readers.
    assert load_dataset(folder.name, folder.parents[1]).caveats == {"id": "", "en": ""}
    prepared = prepare.Run(project).prepare("data-baru")
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
        ("Pelanggan", [str(400000 + 37 * n) for n in range(20)], "integer"),
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
def test_infer_type(label: str, texts: list[str], kind: str) -> None:
    assert infer_type(label, texts).type == kind


def test_nothing_is_overwritten(project: Path, tmp_path: Path) -> None:
    write_csv(Sheet([["a", "b"], ["x", 1], ["y", 2]]), tmp_path / "a.csv")
    scaffold("data-satu", tmp_path / "a.csv", project)
    with pytest.raises(UsageProblem) as caught:
        scaffold("data-satu", tmp_path / "a.csv", project)
    assert caught.value.code == "new-exists"
    with pytest.raises(UsageProblem) as caught:
        scaffold("Data Satu", tmp_path / "a.csv", project)
    assert caught.value.params["nearest"] == "data-satu"


def test_a_file_name_that_reads_like_a_pattern(project: Path, tmp_path: Path) -> None:
    write_csv(Sheet([["a", "b"], ["x", 1], ["y", 2]]), tmp_path / "data [1].csv")
    scaffold("data-satu", tmp_path / "data [1].csv", project)
    assert len(load_dataset("data-satu", project).sources("data-satu")) == 1


def test_slug() -> None:
    assert slug("Jenis Kelamin / Laki-laki") == "jenis_kelamin_laki_laki"
    assert slug("Café (é)") == "cafe_e"


def test_periods_become_rows_and_the_next_edition_fits(project: Path, tmp_path: Path) -> None:
    names = ["Helvetia", "Teladan", "Amplas", "Johor"]
    months = ["Januari", "Februari", "Maret", "April"]

    def write(path: Path, count: int) -> None:
        rows = [
            [number, name, *(100 * number + month for month in range(count))]
            for number, name in enumerate(names, start=1)
        ]
        title = ["LAPORAN KUNJUNGAN PASIEN PUSKESMAS TAHUN 2024"]
        write_csv(Sheet([title, ["No", "Puskesmas", *months[:count]], *rows]), path)

    write(tmp_path / "kunjungan.csv", 3)
    folder = scaffold("kunjungan", tmp_path / "kunjungan.csv", project)
    before = prepare.Run(project).prepare("kunjungan")
    assert before.report.valid
    assert list(before.tables["kunjungan"].frame.columns) == ["puskesmas", "bulan", "jumlah"]
    assert before.dataset.spec.frequency == "bulanan"
    assert before.dataset.schemas["kunjungan"].primary_key == ["puskesmas", "bulan"]
    write(folder / "source" / "kunjungan.csv", 4)
    after = prepare.Run(project).prepare("kunjungan")
    assert after.report.valid
    frame = after.tables["kunjungan"].frame
    assert sorted(set(frame["bulan"])) == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert len(frame) == 16


def test_days_in_a_sheet_per_month_become_rows(project: Path, tmp_path: Path) -> None:
    sheets = []
    for month in ("Januari", "Februari"):
        days = [f"{day} {month} 2025" for day in (1, 3, 6)]
        rows = [
            [n, f"Barang {n}", pasar, 1000 * n, 1001 * n, 1002 * n]
            for n in range(1, 5)
            for pasar in ("Pasar Balige", "Pasar Porsea")
        ]
        for row in rows[1::2]:
            row[:2] = ["", ""]
        rows[3][3] = "kosong"
        sheets.append(Sheet([["No", "Komoditas", "Pasar", *days], *rows], name=month))
    write_xlsx(sheets, tmp_path / "harga.xlsx")
    layout = Layout(sheet=["Januari", "Februari"])
    scaffold("harga", tmp_path / "harga.xlsx", project, layout=layout)
    prepared = prepare.Run(project).prepare("harga")
    frame = prepared.tables["harga"].frame
    assert list(frame.columns) == ["komoditas", "pasar", "tanggal", "jumlah"]
    assert [len(frame), frame["tanggal"].min(), frame["tanggal"].max()] == [
        48, "2025-01-01", "2025-02-06",
    ]  # fmt: skip
    schema = prepared.dataset.schemas["harga"]
    assert schema.primary_key == ["komoditas", "pasar", "tanggal"]
    report = prepared.report.tables[0]
    assert [f.code for f in report.warnings] == ["guess-unchecked"]
    slips = [(f.code, f.position.sheet, f.position.cell) for f in report.errors if f.position]
    assert slips == [("type-error", "Januari", "D5"), ("type-error", "Februari", "D5")]
    console = Console(file=io.StringIO(), width=80)
    print_report(prepared.report, console)
    assert "harga.xlsx › Januari › D5" in console.file.getvalue()  # type: ignore[attr-defined]


def test_a_slip_is_told_and_changes_no_type(project: Path, tmp_path: Path) -> None:
    rows = [[f"Puskesmas {n}", 40 + n, "N" if n % 2 else "S"] for n in range(12)]
    rows[4][1] = "45 org"
    write_csv(Sheet([["Puskesmas", "Sasaran (bayi)", "Status (N/S)"], *rows]), tmp_path / "a.csv")
    folder = scaffold("sasaran", tmp_path / "a.csv", project)
    schema = load_schema(project / "schemas" / "sasaran.yaml")
    assert [(f.type, f.unit) for f in schema.fields] == [
        ("string", ""), ("integer", "bayi"), ("string", ""),
    ]  # fmt: skip
    errors = prepare.Run(project).prepare("sasaran").report.tables[0].errors
    assert [(f.code, f.field, f.value) for f in errors] == [
        ("type-error", "sasaran_bayi", "45 org")
    ]
    assert not schema.field("sasaran_bayi").constraints.get("required")
    assert "1 dari 12 sel" in (folder / "NOTES.md").read_text(encoding="utf-8")
    samples = project / "schemas" / "samples"
    assert validate.validate_file(samples / "sasaran.valid.csv", schema).valid


def test_groups_of_rows_keep_their_name(project: Path, tmp_path: Path) -> None:
    rows: list[list[object]] = [["No", "Puskesmas", "Bayi"]]
    for place, names in (("Kec. Balige", ["A", "B"]), ("Kec. Porsea", ["C", "D", "E"])):
        rows += [[place], *([n, name, 10 * n] for n, name in enumerate(names, start=1))]
        rows.append(["", f"Jumlah {place}", sum(10 * n for n in range(1, len(names) + 1))])
    rows.append(["", "JUMLAH", 90])
    write_xlsx([Sheet(rows)], tmp_path / "rekap.xlsx")
    scaffold("rekap", tmp_path / "rekap.xlsx", project)
    prepared = prepare.Run(project).prepare("rekap")
    report = prepared.report.tables[0]
    assert report.valid
    assert "totals-agree" in [f.code for f in report.notes]
    frame = prepared.tables["rekap"].frame
    assert list(frame.columns) == ["kelompok", "puskesmas", "bayi"]
    assert sorted(set(frame["kelompok"])) == ["Kec. Balige", "Kec. Porsea"]


def test_next_month_adds_rows_under_a_changed_label(project: Path, tmp_path: Path) -> None:
    names = ["Balige", "Porsea", "Silaen", "Uluan"]

    def write(path: Path, month: str, label: str, first: int) -> None:
        rows = [[n, name, n * first] for n, name in enumerate(names, start=1)]
        titles = [
            ["DINAS KESEHATAN KABUPATEN TOBA"],
            ["REKAP BAYI"],
            [f"BULAN : {month.upper()} 2025"],
        ]
        write_csv(Sheet([*titles, [], ["No", "Puskesmas", label], *rows]), path)

    write(tmp_path / "rekap januari.csv", "Januari", "Bayi", 10)
    folder = scaffold("rekap", tmp_path / "rekap januari.csv", project)
    before = prepare.Run(project).prepare("rekap")
    assert before.report.valid
    assert before.dataset.schemas["rekap"].primary_key == ["periode", "puskesmas"]
    assert (before.dataset.spec.coverage.start, before.dataset.spec.coverage.end) == (
        "2025-01", "2025-01",
    )  # fmt: skip
    (guess,) = prepare.dataset_warnings(before.dataset)
    assert guess.params["keys"] == "organization, groups, license, contact, frequency, coverage"
    assert "Dinas Kesehatan Kabupaten Toba" in (folder / "dataset.yaml").read_text("utf-8")
    write(folder / "source" / "rekap februari.csv", "Februari", "Jumlah Bayi", 20)
    path = folder / "dataset.yaml"
    text = path.read_text("utf-8").replace("rekap januari.csv", "rekap *.csv")
    text = re.sub(r"(to: .?)2025-01", r"\g<1>2025-02", text)
    path.write_text(text.replace("Bayi: bayi", "Bayi: bayi, Jumlah Bayi: bayi"), "utf-8")
    after = prepare.Run(project).prepare("rekap")
    assert after.report.valid
    # A column that one file has is of no concern once it is dropped.
    lines = (folder / "source" / "rekap februari.csv").read_text("utf-8").splitlines()
    wider = [f"{line},{'PCV' if 'Puskesmas' in line else 7}" for line in lines[4:]]
    text = "\n".join([*lines[:4], *wider])
    (folder / "source" / "rekap februari.csv").write_text(text, "utf-8")
    text = path.read_text("utf-8").replace("    clean:\n", "    clean:\n    - drop: [PCV]\n")
    path.write_text(text, "utf-8")
    after = prepare.Run(project).prepare("rekap")
    assert {f.code for f in after.report.tables[0].warnings} == {"guess-unchecked"}
    frame = after.tables["rekap"].frame
    assert frame.groupby("periode")["bayi"].apply(list).to_dict() == {
        "2025-01": ["10", "20", "30", "40"], "2025-02": ["20", "40", "60", "80"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("titles", "labels", "moment"),
    [
        (["REKAP", "BULAN : JANUARI 2025"], ["Unit", "Isi"], ("title", "month")),
        (["Per 31 Maret 2025"], ["Unit", "Isi"], ("title", "month")),
        (["SURVEI SEMESTER I TAHUN 2024"], ["Unit", "Isi"], ("title", "semester")),
        (["TRIWULAN IV 2024"], ["Unit", "Isi"], ("title", "quarter")),
        (["REKAP TAHUN 2024"], ["Unit", "Isi"], ("title", "year")),
        (["Penduduk menurut Kabupaten/Kota, 2024"], ["Unit", "Isi"], ("title", "year")),
        (["Keadaan Desember 2024"], ["Unit", "Isi"], ("title", "month")),
        (["Realisasi s.d. Triwulan III Tahun 2024"], ["Unit", "Isi"], ("title", "quarter")),
        # the year of a law, a span of periods, two years: nothing is known
        (["Menurut UU Nomor 23 Tahun 2014"], ["Unit", "Isi"], None),
        (["Tahun 2019 - 2023"], ["Unit", "Isi"], None),
        (["Januari s.d. Mei 2024"], ["Unit", "Isi"], None),
        (["Data Tahun 2023", "Keadaan Tahun 2024"], ["Unit", "Isi"], None),
        # days of events are no period of the edition
        (["REKAP TAHUN 2024"], ["Tanggal Survei", "2024-01-03"], ("title", "year")),
        # a column has it
        (["BULAN JANUARI 2025"], ["Tanggal", "2025-01-03"], None),
    ],
)
def test_the_period_of_a_title(
    titles: list[str], labels: list[str], moment: tuple[str, str] | None, tmp_path: Path
) -> None:
    rows = [["A", 11], ["B", 12], ["C", 13]]
    if labels[1].startswith("20"):
        rows = [[f"{labels[1][:-1]}{n}", 10 + n] for n in range(1, 4)]
        labels = [labels[0], "Isi"]
    write_xlsx([Sheet([*([t] for t in titles), [], labels, *rows])], tmp_path / "a.xlsx")
    found = settle_period(extract(tmp_path / "a.xlsx"))
    assert (found and (found.where, found.to)) == moment


@pytest.mark.parametrize(
    ("label", "texts", "counts"),
    [
        ("No", ["1", "2", "3"], True),
        ("X", ["1.", "2.", "3."], True),
        ("No.", ["1", "1", "2", "2"], True),
        ("No Urut", ["1", "2", "1", "2"], True),
        ("Anak", ["1", "1", "2", "2"], False),
        ("No", ["1", "3"], False),
        ("No", ["1"], False),
    ],
)
def test_running_number(label: str, texts: list[str], counts: bool) -> None:
    assert is_row_number(label, texts) is counts


def test_what_the_next_edition_brings_is_no_constraint(project: Path, tmp_path: Path) -> None:
    rows = [
        [f"Toko {n % 3}", "12345"[: n % 2 + 3], ["kg", "liter"][n % 2], ["L", "P"][n % 2], n, -n, n]
        for n in range(40)
    ]
    head = ["Nama Usaha", "KBLI", "Satuan", "Jenis", "Jumlah", "LEBIH/(KURANG)", "%"]
    write_csv(Sheet([head, *rows]), tmp_path / "a.csv")
    scaffold("data-usaha", tmp_path / "a.csv", project)
    schema = load_schema(project / "schemas" / "data-usaha.yaml")
    assert [f.name for f in schema.fields if "enum" in f.constraints] == ["jenis"]
    assert not schema.field("lebih_kurang").unit
    assert schema.names[-1] == "persen"


def test_a_new_descriptor_says_what_may_be_written(project: Path, tmp_path: Path) -> None:
    write_csv(Sheet([["a", "b"], ["x", 1], ["y", 2]]), tmp_path / "a.csv")
    path = scaffold("data-satu", tmp_path / "a.csv", project) / "dataset.yaml"
    text = path.read_text("utf-8")
    above = dict(pairwise(text.splitlines()))
    guessed = [line for note, line in above.items() if "PERIKSA" in note or "CHECK" in note]
    assert [line.partition(":")[0] for line in guessed] == [
        "organization", "groups", "license", "contact", "frequency", "coverage",
    ]  # fmt: skip
    assert "dinas-dukcapil" in text.partition("organization:")[0]
    assert "kesehatan" in text.partition("groups:")[0]
    told = prepare.dataset_warnings(load_dataset("data-satu", project))
    assert [f.params["keys"] for f in told] == [
        "organization, groups, license, contact, frequency, coverage"
    ]
    checked = [line for line in text.splitlines() if "PERIKSA" not in line and "CHECK" not in line]
    path.write_text("\n".join(checked), "utf-8")
    assert not prepare.dataset_warnings(load_dataset("data-satu", project))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("DAFTAR SEKOLAH DI PROVINSI SUMATERA UTARA", "Daftar Sekolah di Provinsi Sumatera Utara"),
        ("realisasi apbd", "Realisasi APBD"),
        ("DATA SMK DAN DPMPTSP", "Data SMK dan DPMPTSP"),
        ("TRIWULAN II", "Triwulan II"),
        ("Sudah Rapi per APBD", "Sudah Rapi per APBD"),
        ("KABUPATEN/KOTA", "Kabupaten/Kota"),
    ],
)
def test_title_case(text: str, title: str) -> None:
    assert title_case(text) == title
