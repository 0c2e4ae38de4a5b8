"""Files and sheets that repeat each other are told once, with what to do."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from workflow.projects import NAME, write_project, write_workbook

from pipelines import messages
from pipelines.model import Finding
from pipelines.workflow import Run

HEAD = ["kode", "tahun", "jumlah"]
MONTHLY = {"kode": "string", "jumlah": "integer"}


def rows(year: int, first: int = 1, last: int = 6, factor: int = 10) -> list[list[Any]]:
    return [HEAD, *([f"12.{n:02d}", year, factor * n] for n in range(first, last + 1))]


def month(factor: int, last: int = 5) -> list[list[Any]]:
    return [["kode", "jumlah"], *([f"12.{n:02d}", factor * n] for n in range(1, last + 1))]


def errors(project: Path) -> list[Finding]:
    (report,) = Run(project).prepare(NAME).report.tables
    assert not report.more
    for finding in report.errors:
        for lang in messages.LANGS:
            assert "{" not in finding.text("message", lang)
    return list(report.errors)


def keys(found: Sequence[Finding]) -> list[str]:
    return [finding.key for finding in found]


@pytest.mark.parametrize("key", [["kode", "tahun"], []], ids=["key", "no key"])
def test_a_copied_file_is_told_once(tmp_path: Path, key: list[str]) -> None:
    source = write_project(tmp_path, key=key)
    write_workbook(source / "data.xlsx", {"Data": rows(2024), "Catatan": []})
    shutil.copy(source / "data.xlsx", source / "data (1).xlsx")
    (found,) = errors(tmp_path)
    assert found.key == "source-copy"
    assert (found.params["copy"], found.params["original"]) == ("data (1).xlsx", "data.xlsx")
    assert "data (1).xlsx" in found.text("next", "en")


def test_a_file_saved_again_is_a_copy_by_its_rows(tmp_path: Path) -> None:
    source = write_project(tmp_path)
    write_workbook(source / "a.xlsx", {"Data": rows(2024)})
    write_workbook(source / "b.xlsx", {"Lembar": rows(2024)[:1] + rows(2024)[:0:-1]})
    write_workbook(source / "c.xlsx", {"Data": rows(2024)})
    found = errors(tmp_path)
    assert keys(found) == ["source-copy", "source-copy"]
    assert [f.params["copy"] for f in found] == ["b.xlsx", "c.xlsx"]


def test_a_key_in_two_files_names_both(tmp_path: Path) -> None:
    source = write_project(tmp_path)
    write_workbook(source / "a.xlsx", {"Data": rows(2024)})
    write_workbook(source / "b.xlsx", {"Data": [*rows(2025), ["12.03", 2024, 7]]})
    (found,) = errors(tmp_path)
    assert found.key == "primary-key.elsewhere"
    text = found.text("message", "en")
    assert "b.xlsx › Data, row 8" in text
    assert "row 4 in a.xlsx › Data" in text


def test_sheets_with_equal_keys_propose_the_period_and_the_line_works(tmp_path: Path) -> None:
    source = write_project(
        tmp_path, fields=MONTHLY, key=["kode"], layout={"sheet": ["Januari 2024", "Februari 2024"]}
    )
    book = {"Januari 2024": month(10), "Februari 2024": month(11, 7)}
    write_workbook(source / "a.xlsx", book)
    (found,) = errors(tmp_path)
    assert found.key == "sources-same-keys"
    assert "a.xlsx › Januari 2024, a.xlsx › Februari 2024" in found.text("message", "en")
    assert found.params["line"] in found.text("next", "en")
    path = source.parent / "dataset.yaml"
    descriptor = yaml.safe_load(path.read_text())
    descriptor["tables"]["penduduk"] |= yaml.safe_load(found.params["line"])
    path.write_text(yaml.safe_dump(descriptor))
    fields = [{"name": n, "type": t} for n, t in {**MONTHLY, "periode": "string"}.items()]
    schema = {"fields": fields, "primaryKey": ["kode", "periode"]}
    (tmp_path / "schemas" / "penduduk.yaml").write_text(yaml.safe_dump(schema))
    assert errors(tmp_path) == []
    frame = Run(tmp_path).prepare(NAME).tables["penduduk"].frame
    assert set(frame["periode"]) == {"2024-01", "2024-02"}


@pytest.mark.parametrize(
    ("files", "line"),
    [
        (["rekap-2024-01.xlsx", "rekap-2024-02.xlsx"], 'where: file, pattern: "[0-9]{4}-[0-9]{2}"'),
        (["rekap 2023.xlsx", "rekap 2024.xlsx"], "to: year"),
        (["a.xlsx", "b.xlsx"], "where: title"),
    ],
)
@pytest.mark.parametrize("key", [["kode"], []], ids=["key", "no key"])
def test_files_with_equal_keys(tmp_path: Path, files: list[str], line: str, key: list[str]) -> None:
    source = write_project(tmp_path, fields=MONTHLY, key=key)
    for number, file in enumerate(files):
        write_workbook(source / file, {"Data": month(10 + number)})
    (found,) = errors(tmp_path)
    assert found.key == "sources-same-keys"
    assert line in found.params["line"]
    assert yaml.safe_load(found.params["line"])["clean"]


def test_two_editions_of_a_period_propose_that_one_replaces_the_other(tmp_path: Path) -> None:
    source = write_project(tmp_path)
    write_workbook(source / "a.xlsx", {"Data": rows(2024)})
    write_workbook(source / "b.xlsx", {"Data": rows(2024, factor=12)})
    (found,) = errors(tmp_path)
    assert found.key == "sources-same-keys.period"
    assert "newer: replaces" in found.text("next", "en")


def test_files_of_different_periods_are_in_order(tmp_path: Path) -> None:
    source = write_project(tmp_path)
    for year in (2023, 2024):
        write_workbook(source / f"{year}.xlsx", {"Data": rows(year)})
    assert errors(tmp_path) == []


def test_a_repeated_row_is_told_once(tmp_path: Path) -> None:
    checks = ["jumlah != 30", {"hierarchy": "kode", "value": "jumlah"}]
    source = write_project(tmp_path, checks=checks)
    schema = tmp_path / "schemas" / "penduduk.yaml"
    described = yaml.safe_load(schema.read_text())
    described["fields"][0]["constraints"] = {"maxLength": 5}
    described["uniqueKeys"] = [["tahun", "kode"]]
    schema.write_text(yaml.safe_dump(described))
    data = rows(2024)
    write_workbook(source / "a.xlsx", {"Data": [*data, data[2]]})
    assert [(f.code, f.row) for f in errors(tmp_path)] == [("primary-key", 8), ("row-rule", 4)]
    data[3][0] = "12.0333"
    write_workbook(source / "a.xlsx", {"Data": [*data, data[3]]})
    found = errors(tmp_path)
    assert [(f.code, f.row) for f in found] == [
        ("constraint-error", 4), ("primary-key", 8), ("row-rule", 4),
    ]  # fmt: skip
