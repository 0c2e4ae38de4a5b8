"""Lookups, corrections, newer files: data beside the dataset that changes cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from clean.tables import cells, codes, frame, run

from pipelines.clean import clean, replay, same
from pipelines.errors import PublishError, Refused, UsageProblem
from pipelines.model import Cleaned, Extraction, Source, Table
from pipelines.project.descriptor import TableSpec
from pipelines.project.schema import parse_schema
from pipelines.project.strict import parse

ENUM = [{"name": "layanan", "type": "string",
         "constraints": {"enum": ["KTP-el", "Akta Kelahiran"]}}]  # fmt: skip


@pytest.mark.parametrize(
    ("step", "clean_cells", "findings"),
    [
        ({}, ["KTP-el", "Akta Kelahiran", "Paspor"], ["error lookup-unknown"]),
        (
            {"unknown": "warning"},
            ["KTP-el", "Akta Kelahiran", "Paspor"],
            ["warning lookup-unknown"],
        ),
        ({"unknown": "empty"}, ["KTP-el", "Akta Kelahiran", None], []),
        ({"unknown": "keep"}, ["KTP-el", "Akta Kelahiran", "Paspor"], []),
        ({"ignore": ["paspor"]}, ["KTP-el", "Akta Kelahiran", None], []),
        ({"fix": {"KTP-el": ["paspor"]}}, ["KTP-el", "Akta Kelahiran", "KTP-el"], []),
    ],
)
def test_map(step: dict[str, Any], clean_cells: list[str | None], findings: list[str]) -> None:
    found = run({"layanan": ["KTP EL", "AKTA  KELAHIRAN", "Paspor"]},
                [{"map": {"field": "layanan", **step}}], fields=ENUM)  # fmt: skip
    assert cells(found, "layanan") == clean_cells
    assert codes(found) == findings


def test_map_shows_the_nearest_known_value() -> None:
    found = run({"layanan": ["Akta Kelairan"]}, [{"map": "layanan"}], fields=ENUM)
    assert "Akta Kelahiran" in found.findings[0].message


def test_map_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "layanan.yaml").write_text(
        "good: [KTP-el]\nfix: {KTP-el: [KTP elektronik]}\nignore: [lain-lain]\n"
    )
    step = {"map": {"field": "a", "lookup": "layanan.yaml"}}
    found = run({"a": ["ktp elektronik", "Lain lain", "KTP-el"]}, [step], folder=tmp_path)
    assert cells(found, "a") == ["KTP-el", None, "KTP-el"]


def test_map_by_a_table(tmp_path: Path) -> None:
    (tmp_path / "unit.csv").write_text("nama,kode\nSamsat Medan,01\nRSU Haji,02\n")
    step = {"map": {"field": "unit", "lookup": "unit.csv", "key": "nama", "value": "kode",
                    "into": "kode"}}  # fmt: skip
    found = run({"unit": ["SAMSAT MEDAN", "RSU Haji", "lain"]}, [step], folder=tmp_path)
    assert cells(found, "unit") == ["SAMSAT MEDAN", "RSU Haji", "lain"]
    assert cells(found, "kode") == ["01", "02", None]
    assert codes(found) == ["error lookup-unknown"]


@pytest.mark.parametrize(
    ("step", "error", "code"),
    [
        ({"lookup": "../rahasia.yaml"}, Refused, "source-outside"),
        ({"lookup": "tidak-ada.yaml"}, UsageProblem, "file-missing"),
        ({"lookup": "rusak.yaml"}, UsageProblem, "descriptor-key"),
        ({"lookup": "unit.csv", "key": "nama"}, UsageProblem, "lookup-table"),
        ({"lookup": "unit.csv", "key": "nam", "value": "b"}, UsageProblem, "lookup-column"),
    ],
)
def test_wrong_lookups_are_refused(
    tmp_path: Path, step: dict[str, Any], error: type[Exception], code: str
) -> None:
    (tmp_path / "rusak.yaml").write_text("goood: [x]\n")
    (tmp_path / "unit.csv").write_text("nama,b\nx,y\n")
    with pytest.raises(error) as caught:
        run({"a": ["x"]}, [{"map": {"field": "a", **step}}], folder=tmp_path)
    assert isinstance(caught.value, PublishError) and caught.value.code == code


SCHEMA = parse_schema(
    {
        "fields": [
            {"name": "kode", "type": "string"},
            {"name": "bulan", "type": "yearmonth"},
            {"name": "jumlah", "type": "integer"},
        ],
        "primaryKey": ["kode", "bulan"],
    },
    name="t",
    where="t",
)
RAW: dict[str, list[str | None]] = {
    "kode": ["12.01", "12.02", "12.02"],
    "bulan": ["Januari 2024", "Januari 2024", "Februari 2024"],
    "jumlah": ["1.243", "7", "8"],
}


def cleaned(
    folder: Path, *, columns: dict[str, Any] = RAW, files: list[int] | None = None, **spec: Any
) -> Cleaned:
    """Clean a table whose rows come from the files `lembar-0.xlsx`, `lembar-1.xlsx` …"""
    raw = frame(columns)
    source = np.array(files or [0] * len(raw), dtype=np.int32)
    row = np.array([5 + int((source[:i] == source[i]).sum()) for i in range(len(raw))], np.int32)
    names = tuple(
        Source(f"lembar-{number}.xlsx", "Data") for number in range(int(source.max()) + 1)
    )
    table = Table("t", raw, names, source, row, (2, 3, 4, 5)[: raw.shape[1]])
    given = parse(TableSpec, {"schema": "t", "source": "x", **spec}, "test")
    found = clean(Extraction(table), given, SCHEMA, folder=folder, name="t")
    assert same(replay(table, found.audit), found.table.frame)
    return found


def corrected(folder: Path, text: str, **more: Any) -> Cleaned:
    (folder / "corrections.yaml").write_text(text, encoding="utf-8")
    return cleaned(folder, corrections="corrections.yaml", **more)


@pytest.mark.parametrize(
    "where",
    [
        '{kode: "12.01", bulan: 2024-01}, field: jumlah, expect: 1243',
        '{kode: "12.01"}, field: jumlah, expect: "1.243"',
        'D5, expect: "1.243"',
        "D5, field: jumlah, file: lembar-0.xlsx, sheet: Data, expect: 1243",
    ],
)
def test_a_cell_is_corrected_by_key_or_address(tmp_path: Path, where: str) -> None:
    text = f"- {{where: {where}, set: 1234, why: angka tertukar, told: Dinas X 5/4}}\n"
    found = corrected(tmp_path, text)
    assert cells(found, "jumlah") == ["1234", "7", "8"]
    entry = found.audit[found.audit["step"] == "corrections"].iloc[0]
    assert (entry["before"], entry["after"]) == ("1243", "1234")
    assert entry["reason"] == "angka tertukar (Dinas X 5/4)"
    assert (entry["file"], entry["row"], entry["column"]) == ("lembar-0.xlsx", 5, 4)


def test_rows_are_dropped_and_added(tmp_path: Path) -> None:
    found = corrected(
        tmp_path,
        '- {where: {kode: "12.01"}, drop: true, expect: {jumlah: 1243}, why: dicatat dua kali}\n'
        '- {add: {kode: "12.03", bulan: 2024-01, jumlah: 5}, why: surat susulan, told: Dinas X}\n',
    )
    assert cells(found, "kode") == ["12.02", "12.02", "12.03"]
    assert cells(found, "jumlah") == ["7", "8", "5"]
    assert str(found.table.position(2)) == "corrections.yaml › baris 2"


@pytest.mark.parametrize(
    ("text", "error", "code"),
    [
        ('- {where: {kode: "12.01"}, field: jumlah, expect: 99, set: 1, why: uji}',
         Refused, "correction-stale"),
        ('- {where: {kode: "12.01"}, field: jumlah, expect: null, set: 1, why: uji}',
         Refused, "correction-stale"),
        ('- {where: {kode: "12.99"}, field: jumlah, expect: 1, set: 1, why: uji}',
         Refused, "correction-nowhere"),
        ('- {where: {kode: "12.02"}, field: jumlah, expect: 7, set: 1, why: uji}',
         Refused, "correction-many"),
        ("- {where: Z99, expect: 7, set: 1, why: uji}", Refused, "correction-nowhere"),
        ('- {where: {kode: "12.01"}, field: jumlah, set: 1, why: uji}',
         UsageProblem, "correction-incomplete"),
        ('- {where: {kode: "12.01"}, field: jumlah, expect: 1, set: 1}',
         UsageProblem, "descriptor-value"),
        ('- {where: {kode: "12.01"}, expect: 1, set: 1, why: uji}',
         UsageProblem, "correction-incomplete"),
        ('- {where: {kode: "12.01"}, field: jumlah, expect: 1, why: uji}',
         UsageProblem, "correction-incomplete"),
        ('- {where: {kode: "12.01"}, feld: jumlah, expect: 1, set: 2, why: uji}',
         UsageProblem, "descriptor-key"),
        ('- {where: {kod: "12.01"}, field: jumlah, expect: 1, set: 2, why: uji}',
         UsageProblem, "step-column"),
        ("kode: 1", UsageProblem, "yaml-broken"),
        ("- [", UsageProblem, "yaml-broken"),
    ],
)  # fmt: skip
def test_a_correction_that_does_not_hold_is_an_error(
    tmp_path: Path, text: str, error: type[Exception], code: str
) -> None:
    with pytest.raises(error) as caught:
        corrected(tmp_path, text)
    problem = caught.value
    assert isinstance(problem, PublishError) and problem.code == code
    assert code == "step-column" or "corrections.yaml" in problem.params["where"]


def test_the_file_narrows_the_place(tmp_path: Path) -> None:
    text = "- {where: D5, file: lembar-1.xlsx, expect: 8, set: 9, why: uji}\n"
    found = corrected(tmp_path, text, files=[0, 0, 1])
    assert cells(found, "jumlah") == ["1243", "7", "9"]
    with pytest.raises(Refused, match="menunjuk"):
        corrected(tmp_path, "- {where: D5, expect: 8, set: 9, why: uji}\n", files=[0, 0, 1])


EDITIONS: dict[str, list[str | None]] = {
    "kode": ["12.01", "12.02", "12.02", "12.03"],
    "bulan": ["2024-01", "2024-01", "2024-01", "2024-01"],
    "jumlah": ["1", "2", "3", "4"],
    "rilis": ["2024-03-01", "2024-03-01", "2024-02-01", "2024-02-01"],
}


@pytest.mark.parametrize(
    ("newer", "left"),
    [
        ("refuse", ["1", "2", "3", "4"]),
        ("replaces", ["1", "3", "4"]),
        ({"by": "file"}, ["1", "3", "4"]),
        ({"by": "rilis"}, ["1", "2", "4"]),
        ({"key": ["bulan"]}, ["3", "4"]),
    ],
)
def test_newer_rows_replace_older_ones(tmp_path: Path, newer: Any, left: list[str]) -> None:
    columns = (
        EDITIONS
        if newer == {"by": "rilis"}
        else {k: v for k, v in EDITIONS.items() if k != "rilis"}
    )
    found = cleaned(tmp_path, columns=columns, files=[0, 0, 1, 1], newer=newer)
    assert cells(found, "jumlah") == left
    assert codes(found) == ([] if newer == "refuse" else ["info rows-replaced"])
    if newer == "replaces":
        message = found.findings[0].message
        assert "lembar-0.xlsx" in message and "kode = 12.02" in message


def test_rows_of_one_file_do_not_replace_each_other(tmp_path: Path) -> None:
    columns = {"kode": ["a", "a"], "bulan": ["2024-01"] * 2, "jumlah": ["1", "2"]}
    found = cleaned(tmp_path, columns=columns, newer="replaces")
    assert cells(found, "jumlah") == ["1", "2"]


def test_wrong_rules_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem) as caught:
        cleaned(tmp_path, newer={"bye": "file"})
    assert caught.value.params["nearest"] == "by"


def test_frames_of_any_type_come_back_typed() -> None:
    from pipelines.clean import clean_frame

    raw = pd.DataFrame(
        {
            "n": [1.0, 2.5, None],
            "d": pd.to_datetime(["2024-01-05", None, "2024-02-01"]),
            "b": [True, False, True],
            "s": ["Rp 1.000", "-", "Rp 2.500"],
        }
    )
    types = {"n": "number", "d": "date", "b": "boolean", "s": "integer"}
    schema = {"fields": [{"name": name, "type": kind} for name, kind in types.items()]}
    found = clean_frame(raw, schema=schema)
    assert [str(kind) for kind in found.dtypes] == [
        "double[pyarrow]", "date32[day][pyarrow]", "bool[pyarrow]", "int64[pyarrow]"]  # fmt: skip
    assert found["s"].sum() == 3500
