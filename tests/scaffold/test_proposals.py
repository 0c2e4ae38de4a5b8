"""What `new` proposes of its own: checks that hold, region codes, keys, notes for readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fixtures.writers import Sheet, write_xlsx

from pipelines.project.dataset import load_dataset
from pipelines.scaffold import scaffold
from pipelines.workflow.prepare import Run

REGIONS = ["Nias", "Toba", "Dairi", "Karo", "Langkat", "Asahan"]


def checks(project: Path, rows: list[list[Any]], *more: list[Any]) -> list[Any]:
    """Scaffold a sheet of these rows; return the proposed checks, which it must pass."""
    source = project.parent / "a.xlsx"
    write_xlsx([Sheet([*rows, *more])], source)
    scaffold("uji", source, project)
    prepared = Run(project).prepare("uji")
    assert prepared.report.valid, [f.message for t in prepared.report.tables for f in t.errors]
    return load_dataset("uji", project).spec.tables["uji"].checks


def test_a_sum_across_columns(project: Path) -> None:
    rows = [[name, n * 3, n * 5, n * 8] for n, name in enumerate(REGIONS, start=1)]
    head = ["Kabupaten/Kota", "Laki-laki", "Perempuan", "Jumlah"]
    assert checks(project, [head, *rows]) == ["jumlah == laki_laki + perempuan"]


def test_a_sum_that_fails_once_is_not_proposed(project: Path) -> None:
    rows = [[name, n * 3, n * 5, n * 8 + (n == 4)] for n, name in enumerate(REGIONS, start=1)]
    assert checks(project, [["Kabupaten/Kota", "Laki-laki", "Perempuan", "Jumlah"], *rows]) == []


def test_a_sum_of_rounded_numbers_has_their_tolerance(project: Path) -> None:
    rows = [[name, n + 0.33, n + 0.33, 2 * n + 0.67] for n, name in enumerate(REGIONS, start=1)]
    head = ["Kabupaten/Kota", "Sawah (ha)", "Ladang (ha)", "Jumlah (ha)"]
    assert checks(project, [head, *rows]) == [
        {"recompute": "jumlah_ha", "from": "sawah_ha + ladang_ha", "tolerance": 0.015}
    ]


def test_shares_of_a_whole(project: Path) -> None:
    rows = [[name, n + 0.5, 40.0, 59.5 - n] for n, name in enumerate(REGIONS, start=1)]
    head = ["Kabupaten/Kota", "Baik (%)", "Sedang (%)", "Rusak (%)"]
    assert checks(project, [head, *rows]) == [
        "abs(baik_persen + sedang_persen + rusak_persen - 100) <= 0.5"
    ]
    schema = load_dataset("uji", project).schemas["uji"]
    assert schema.field("baik_persen").constraints["maximum"] == 100


def test_accounts_add_up(project: Path) -> None:
    rows = [
        ["4", "PENDAPATAN", 100], ["4.1", "PAD", 60], ["4.1.01", "Pajak", 45],
        ["4.1.02", "Retribusi", 15], ["4.2", "Transfer", 40],
    ]  # fmt: skip
    assert checks(project, [["Kode Rekening", "Uraian", "Anggaran"], *rows]) == [
        {"hierarchy": "kode_rekening", "value": "anggaran"}
    ]


def test_the_percentage_of_a_total_row_is_no_sum(project: Path) -> None:
    rows = [[name, 10 * n, 80.0 + n] for n, name in enumerate(REGIONS, start=1)]
    found = checks(
        project, [["Kabupaten/Kota", "Sekolah", "Capaian (%)"], *rows], ["Jumlah", 210, 83.5]
    )
    assert found == [{"totals": True, "fields": ["sekolah"]}]


def test_region_codes_beside_their_names(project: Path) -> None:
    rows = [[name, n] for n, name in enumerate(REGIONS, start=1)]
    checks(project, [["Kabupaten/Kota", "Guru"], *rows])
    dataset = load_dataset("uji", project)
    assert dataset.schemas["uji"].primary_key == ["kode_wilayah"]
    [table] = Run(project).prepare("uji").tables.values()
    assert table.frame["kode_wilayah"].tolist() == [
        "12.04", "12.12", "12.11", "12.06", "12.05", "12.09",
    ]  # fmt: skip


def test_no_codes_beside_other_places(project: Path) -> None:
    rows = [[name, n] for n, name in enumerate([*REGIONS, "Bandung"], start=1)]
    checks(project, [["Kabupaten/Kota", "Guru"], *rows])
    assert load_dataset("uji", project).schemas["uji"].names == ["kabupaten_kota", "guru"]


def test_a_field_about_persons_is_no_key(project: Path) -> None:
    rows = [[f"12710147089{n:05d}", f"Unit {n}", n] for n in range(1, 9)]
    source = project.parent / "a.xlsx"
    write_xlsx([Sheet([["NIK", "Unit", "Nilai"], *rows])], source)
    scaffold("uji", source, project)
    assert load_dataset("uji", project).schemas["uji"].primary_key == ["unit"]


def test_what_marks_mean_is_told_to_readers(project: Path) -> None:
    rows = [[name, f"{1000 + n} *)" if n > 4 else 1000 + n] for n, name in enumerate(REGIONS)]
    checks(
        project, [["Kabupaten/Kota", "Guru"], *rows],
        [], ["*) Angka sementara"], ["Sumber: Dinas Pendidikan"],
    )  # fmt: skip
    assert load_dataset("uji", project).caveats["id"] == r"- \*) Angka sementara"


def test_marks_and_row_numbers_around_names_of_regions_go(project: Path) -> None:
    rows = [[f"{n}. {name}{' r)' if n > 5 else ''}", n] for n, name in enumerate(REGIONS, 1)]
    checks(project, [["Kabupaten/Kota", "Guru"], *rows], ["r) Angka diperbaiki"])
    [table] = Run(project).prepare("uji").tables.values()
    assert table.frame["kabupaten_kota"].tolist() == REGIONS
    assert table.frame["kode_wilayah"].iloc[-1] == "12.09"


def test_days_of_a_month_are_no_running_number(project: Path) -> None:
    rows = [[day, 0.5 * day, 1.5 * day] for day in range(1, 32)]
    checks(project, [["Tanggal", "Hujan (mm)", "Suhu (°C)"], *rows])
    assert load_dataset("uji", project).schemas["uji"].names[0] == "tanggal"


def test_a_number_that_the_legend_explains_is_no_data(project: Path) -> None:
    rows = [[name, 9999 if n == 2 else 10 * n] for n, name in enumerate(REGIONS, start=1)]
    checks(project, [["Kabupaten/Kota", "Hujan (mm)"], *rows], [], ["Ket: 9999 = tidak ada data"])
    [table] = Run(project).prepare("uji").tables.values()
    assert table.frame["hujan_mm"].isna().tolist() == [False, True, False, False, False, False]


def test_a_scale_that_the_titles_state_becomes_the_unit(project: Path) -> None:
    rows = [[name, 1000 * n, 70.5 + n] for n, name in enumerate(REGIONS, start=1)]
    head = ["Kabupaten/Kota", "Pajak Daerah", "Capaian (%)"]
    checks(project, [["Realisasi (dalam ribu rupiah)"], [], head, *rows])
    schema = load_dataset("uji", project).schemas["uji"]
    assert (schema.field("pajak_daerah").unit, schema.field("capaian_persen").unit) == (
        "ribu rupiah", "%",
    )  # fmt: skip
    [table] = Run(project).prepare("uji").tables.values()
    assert table.frame["pajak_daerah"].iloc[0] == "1000"
