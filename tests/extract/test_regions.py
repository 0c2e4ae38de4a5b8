"""Rows that name regions: a regency is never a total of others, the province above them is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.writers import Cell, Sheet, write_xlsx

from pipelines.extract import extract

REGENCIES = ["Kabupaten Nias", "Kab. Karo", "DAIRI", "Langkat", "Kabupaten Asahan"]
NUMBERS = [(10, 20), (30, 40), (50, 60), (7, 8), (5, 9)]
SUMS = (102, 137)


def extracted(tmp_path: Path, rows: list[list[Cell]]) -> tuple[list[str], list[str]]:
    """First column of the table, and the rules of rows left out below the header."""
    path = tmp_path / "wilayah.xlsx"
    head: list[list[Cell]] = [["JUMLAH PENDUDUK"], [], ["Kabupaten/Kota", "Laki-laki", "Perempuan"]]
    write_xlsx([Sheet([*head, *rows])], path)
    found = extract(path)
    names = [str(name) for name in found.table.frame.iloc[:, 0]]
    return names, [row.rule for row in found.left_out if row.position.row and row.position.row > 3]


def rows() -> list[list[Cell]]:
    return [[name, *numbers] for name, numbers in zip(REGENCIES, NUMBERS, strict=True)]


@pytest.mark.parametrize("name", ["Kota Medan", "MEDAN", "Kab. Toba", "Toba Samosir"])
def test_a_regency_that_equals_the_sum_of_others_is_data(tmp_path: Path, name: str) -> None:
    names, left = extracted(tmp_path, [*rows(), [name, *SUMS]])
    assert names == [*REGENCIES, name]
    assert not left


@pytest.mark.parametrize("name", ["SUMATERA UTARA", "Provinsi Sumatera Utara", "Prov. Sumut"])
@pytest.mark.parametrize("above", [True, False], ids=["above", "below"])
def test_the_province_is_the_total_of_its_regencies(tmp_path: Path, name: str, above: bool) -> None:
    total: list[list[Cell]] = [[name, *SUMS]]
    names, left = extracted(tmp_path, [*total, *rows()] if above else [*rows(), *total])
    assert names == REGENCIES
    assert left == ["left-total"]


def test_the_province_with_other_numbers_is_no_total(tmp_path: Path) -> None:
    names, left = extracted(tmp_path, [["SUMATERA UTARA", 999, 888], *rows()])
    assert names == ["SUMATERA UTARA", *REGENCIES]
    assert not left


def test_earlier_years_below_the_province_are_no_rows(tmp_path: Path) -> None:
    earlier: list[list[Cell]] = [["SUMATERA UTARA", *SUMS], ["2022", 99, 130], ["2021", 95, 120]]
    names, left = extracted(tmp_path, [*rows(), *earlier])
    assert names == REGENCIES
    assert left == ["left-total", "left-derived", "left-derived"]


def test_years_below_other_rows_are_data(tmp_path: Path) -> None:
    names, left = extracted(tmp_path, [*rows(), ["2022", 99, 130]])
    assert names == [*REGENCIES, "2022"]
    assert not left
