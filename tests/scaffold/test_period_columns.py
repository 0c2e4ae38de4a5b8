"""Periods that stand side by side become rows in one form, totals beside them are compared."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from fixtures.writers import Sheet, write_csv, write_xlsx

from pipelines.clean.steps.totals_beside import compare_totals, total_parts
from pipelines.extract import extract
from pipelines.extract.content import cells
from pipelines.project.layout import Layout
from pipelines.project.schema import TableSchema
from pipelines.scaffold import scaffold
from pipelines.scaffold.field_inference import infer_type, leading_columns
from pipelines.scaffold.periods.columns import find_period_columns
from pipelines.workflow import prepare

ROMAN = ["I", "II", "III", "IV"]


@pytest.mark.parametrize(
    ("labels", "names", "wide"),
    [
        (["Nama", "2022", "2023*", "2024 **)"], ("tahun",), 3),
        (["Nama", "Tahun 2022", "2023 r)"], ("tahun",), 2),
        (["Nama", "Tahun / 2022", "Tahun / 2023"], ("tahun",), 2),
        (["Nama", "2022 (Jiwa)", "2023 (Jiwa)"], ("tahun",), 2),
        (["Nama", "1 Januari 2025", "3 Januari 2025"], ("tanggal",), 2),
        (["Nama", "2025-01-01", "2025-01-03"], ("tanggal",), 2),
        (["Nama", "Jan", "Peb", "Mrt", "Agt", "Nop"], ("bulan",), 5),
        (["Nama", "Jan-23", "Feb-23"], ("bulan",), 2),
        (["Nama", "Juni 2024 / Minggu I", "Juni 2024 / Minggu II"], ("bulan", "minggu"), 2),
        (["Nama", "Januari / L", "Januari / P"], ("bulan", "jenis_kelamin"), 2),
        (["Nama", "Januari / 1", "Januari / 2"], ("bulan", "tanggal"), 2),
        (["Nama", "Tw.1", "TW II", "Q3"], ("triwulan",), 3),
        (["Nama", "Triwulan / I", "Triwulan / II"], ("triwulan",), 2),
        (["Nama", *(f"2023 / {n}" for n in ROMAN)], ("tahun", "triwulan"), 4),
        (["Nama", "2023 / L", "2023 / P", "2023 / L+P"], ("tahun", "jenis_kelamin"), 2),
        (["Nama", "0-4 / L", "0-4 / P", "75+ / L"], ("kelompok_umur", "jenis_kelamin"), 3),
        (["Nama", "Luas / 2022", "Luas / 2023"], ("tahun",), 2),
        (["Nama", "A / 2022", "A / 2023", "B / 2022", "B / 2023"], ("rincian", "tahun"), 4),
        (["Nama", "2023 / A / X", "2024 / B / Y"], ("tahun", "rincian", "rincian_2"), 2),
        (["Jumlah / 2022", "Jumlah / 2023"], ("tahun",), 2),
    ],
)  # fmt: skip
def test_periods_in_labels(labels: list[str], names: tuple[str, ...], wide: int) -> None:
    columns = find_period_columns(labels)
    assert columns is not None
    assert (columns.names, len(columns.indexes)) == (names, wide)


@pytest.mark.parametrize(
    ("labels", "titles"),
    [
        (["Nama", "Jumlah"], ""),
        (["Nama", "2024"], ""),
        (["Nama", "Januari / L", "Februari"], ""),
        (["Nama", *ROMAN], ""),
        (["Nama", "Jan-01", "Jan-02", "Jan-03"], ""),
        (["Nama", "2022 (Ton)", "2023 (Kg)"], ""),
    ],
)
def test_labels_without_periods(labels: list[str], titles: str) -> None:
    assert find_period_columns(labels, titles) is None


def test_ranks_are_no_quarters() -> None:
    labels = ["Unit", *(f"{year} / {n}" for year in (2022, 2023) for n in ROMAN)]
    found = find_period_columns(labels, "PNS menurut Golongan")
    assert found is not None
    assert found.names == ("tahun", "rincian")


def test_what_a_total_is_made_of() -> None:
    labels = ["Nama", "2022 / L", "2022 / P", "2022 / L+P", "2023 / L", "2023 / P", "Rata-rata"]
    found = find_period_columns(labels)
    assert found is not None
    spread = [*found.indexes, 3, 6]
    assert total_parts(labels, spread) == {3: (False, [1, 2]), 6: (True, [1, 2, 4, 5])}


@pytest.mark.parametrize(
    ("row", "mean", "agrees"),
    [
        (["1.200", "800", "2.000"], False, True),
        (["1.200", "800", "2.001"], False, False),
        (["1,25", "2,25", "3,5"], False, True),
        (["10", "5", "7,5"], True, True),
        (["10", "-", "10"], False, True),
        (["10", "x1", "10"], False, False),
    ],
)
def test_totals_are_compared(row: list[str], mean: bool, agrees: bool) -> None:
    assert compare_totals([row], {2: (mean, (0, 1))}) == [agrees]


def new(rows: list[list[object]], folder: Path) -> tuple[pd.DataFrame, TableSchema]:
    """Return the cleaned table and the schema that `new` makes of a sheet."""
    for name in ("datasets", "schemas"):
        (folder / name).mkdir(exist_ok=True)
    write_csv(Sheet(rows), folder / "a.csv")
    scaffold("data-baru", folder / "a.csv", folder, layout=Layout())
    prepared = prepare.Run(folder).prepare("data-baru")
    assert prepared.report.valid
    return prepared.tables["data-baru"].frame, prepared.dataset.schemas["data-baru"]


NAMES = ["Helvetia", "Teladan", "Amplas", "Johor"]


@pytest.mark.parametrize(
    ("title", "labels", "field", "written"),
    [
        ("Pasien Tahun 2024", ["Jan", "Feb"], "bulan", ["2024-01", "2024-02"]),
        ("Pasien", ["Jan-23", "Feb-23"], "bulan", ["2023-01", "2023-02"]),
        ("Pasien", ["Jan", "Feb"], "bulan", ["Jan", "Feb"]),
        ("Pasien 2022 dan 2023", ["TW I", "TW II"], "triwulan", ["TW I", "TW II"]),
        ("Pasien Tahun 2024", ["Tw.1", "Tw.2"], "triwulan", ["2024-Q1", "2024-Q2"]),
        ("Pasien 2024", ["Semester I", "Semester II"], "semester", ["2024-S1", "2024-S2"]),
        ("Pasien", ["2022", "2023*", "2024 r)"], "tahun", ["2022", "2023", "2024"]),
        ("Pasien", ["2022", "2023", "Jumlah"], "tahun", ["2022", "2023"]),
    ],
)
def test_periods_are_written_in_one_form(
    title: str, labels: list[str], field: str, written: list[str], tmp_path: Path
) -> None:
    wide = len(written)
    rows: list[list[object]] = [
        [name, *(place * 10 + n for n in range(wide))] for place, name in enumerate(NAMES, start=1)
    ]
    if len(labels) > wide:
        rows = [[*row, sum(row[1:])] for row in rows]  # type: ignore[arg-type]
    frame, schema = new([[title], ["Puskesmas", *labels], *rows], tmp_path)
    assert schema.names[:2] == ["puskesmas", field]
    assert frame[frame["puskesmas"] == "Teladan"][field].tolist() == written
    assert frame[frame["puskesmas"] == "Teladan"].iloc[:, -1].tolist() == ["20", "21", "22"][:wide]


def test_a_total_that_does_not_agree_keeps_the_columns(tmp_path: Path) -> None:
    rows: list[list[object]] = [[name, 1, 2, 3] for name in NAMES]
    rows[2][3] = 4
    _, schema = new([["Nama", "2023", "2024", "Jumlah"], *rows], tmp_path)
    assert schema.names == ["nama", "k_2023", "k_2024", "jumlah"]
    notes = (tmp_path / "datasets" / "data-baru" / "NOTES.md").read_text(encoding="utf-8")
    assert "tidak sama dengan jumlah atau rata-rata kolom periodenya di 1 baris" in notes


@pytest.mark.parametrize("measures_above", [True, False])
def test_measures_beside_periods_stay_columns(measures_above: bool, tmp_path: Path) -> None:
    pairs = [("Luas (Ha)", "2022"), ("Luas (Ha)", "2023"), ("Hasil (Ton)", "2022"),
             ("Hasil (Ton)", "2023")]  # fmt: skip
    if not measures_above:
        pairs = sorted((year, measure) for measure, year in pairs)
    head = [["Desa", *(pair[level] for pair in pairs)] for level in (0, 1)]
    head[1][0] = ""
    head[0][2] = head[0][4] = ""
    rows = [[name, 1, 2, 3, 4] for name in NAMES]
    frame, schema = new([*head, *rows], tmp_path)
    units = {field.name: field.unit for field in schema.fields if field.unit}
    assert units == {"luas_ha": "Ha", "hasil_ton": "Ton"}
    one = frame[frame["desa"] == "Johor"].set_index("tahun")
    expected = {"2022": ("1", "3"), "2023": ("2", "4")}
    if not measures_above:
        expected = {"2022": ("2", "1"), "2023": ("4", "3")}
    assert {y: (one.loc[y, "luas_ha"], one.loc[y, "hasil_ton"]) for y in one.index} == expected


def test_days_of_a_month_become_dates(tmp_path: Path) -> None:
    days = [str(day) for day in range(1, 32)]
    head = [["Pasar", "Februari 2023", *[""] * 30], ["", *days]]
    rows = [[name, *range(101, 129), "", "", ""] for name in NAMES]
    frame, _ = new([*head, *rows], tmp_path)
    one = frame[frame["pasar"] == "Amplas"]
    assert [len(one), one["tanggal"].iloc[-1], one.iloc[-1, -1]] == [28, "2023-02-28", "128"]


@pytest.mark.parametrize("text", ["2023*", "2023 **)", "2023 *)", "2023 r)", "2023 (r)", "2023¹"])
def test_a_marked_year_is_a_year(text: str) -> None:
    assert cells.kind(text) == cells.YEAR


def test_years_that_repeat_below_each_group_are_labels(tmp_path: Path) -> None:
    rows = [["Nama", "L", "", "P", ""], ["", 2022, 2023, 2022, 2023]]
    rows += [[name, 10, 20, 30, 40] for name in NAMES]
    write_xlsx(
        [Sheet(rows, merges=[(0, 1, 0, 2), (0, 3, 0, 4), (0, 0, 1, 0)])], tmp_path / "a.xlsx"
    )
    labels = list(extract(tmp_path / "a.xlsx").table.frame.columns)
    assert labels == ["Nama", "L / 2022", "L / 2023", "P / 2022", "P / 2023"]


@pytest.mark.parametrize(("leading", "kind"), [(True, "string"), (False, "integer")])
def test_digits_of_one_width_are_codes_left_of_the_names_only(leading: bool, kind: str) -> None:
    texts = [str(400000 + 37 * n) for n in range(20)]
    assert infer_type("Pelanggan", texts, leading=leading).type == kind
    assert leading_columns(["No", "Kode", "Nama", "Isi"], [["1"], ["12.01"], ["A"], ["5"]]) == 2
