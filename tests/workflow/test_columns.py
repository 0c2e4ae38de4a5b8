"""A column that changed its label in one file is told once, with the entry that maps it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from workflow.projects import NAME, write_project, write_workbook

from pipelines import messages
from pipelines.errors import Refused
from pipelines.extract import extract, join
from pipelines.workflow import Run

HEAD = ["Kode", "Tahun", "Jumlah Penduduk"]


def write(source: Path, labels: list[str]) -> None:
    for year, head in ((2023, HEAD), (2024, labels)):
        extra = [1] * (len(head) - 3)
        rows = [[f"12.{n:02d}", year, n, *extra] for n in range(1, 5)]
        write_workbook(source / f"{year}.xlsx", {"Data": [head, *rows]})


def refusal(project: Path) -> Refused:
    with pytest.raises(Refused) as caught:
        Run(project).prepare(NAME)
    return caught.value


@pytest.mark.parametrize("label", ["Jml Penduduk", "Banyaknya Jiwa"])
def test_a_changed_label_proposes_the_entry(tmp_path: Path, label: str) -> None:
    source = write_project(tmp_path, columns={"Jumlah Penduduk": "jumlah"})
    write(source, ["Kode", "Tahun", label])
    problem = refusal(tmp_path)
    assert problem.code == "column-renamed"
    assert f"'{label}' (2024.xlsx › Data › C) ← 'Jumlah Penduduk'" in problem.message
    line = f'columns: {{"{label}": jumlah}}'
    assert line in problem.next
    path = source.parent / "dataset.yaml"
    descriptor = yaml.safe_load(path.read_text())
    descriptor["tables"]["penduduk"]["columns"] |= yaml.safe_load(line)["columns"]
    path.write_text(yaml.safe_dump(descriptor))
    assert Run(tmp_path).prepare(NAME).report.valid


def test_a_column_beside_all_others_is_spare_and_names_its_place(tmp_path: Path) -> None:
    source = write_project(tmp_path, columns={"Jumlah Penduduk": "jumlah"})
    write(source, [*HEAD, "Luas"])
    problem = refusal(tmp_path)
    assert problem.code == "columns-spare"
    assert "Luas (2024.xlsx › Data › D)" in problem.message


def test_joined_files_tell_a_changed_label_once(tmp_path: Path) -> None:
    write(tmp_path, ["Kode", "Tahun", "Jml Penduduk"])
    joined = join([extract(tmp_path / "2023.xlsx"), extract(tmp_path / "2024.xlsx")])
    (found,) = joined.findings
    assert found.key == "column-renamed.joined"
    assert found.params["line"] == 'columns: {"Jml Penduduk": jumlah_penduduk}'
    for lang in messages.LANGS:
        assert "2024.xlsx" in found.text("message", lang)
