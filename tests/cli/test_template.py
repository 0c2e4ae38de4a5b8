"""`template`: what it writes, and what it refuses to."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import Call
from openpyxl import load_workbook


def test_it_writes_the_workbook_and_says_which(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "baru" / "ikm.xlsx"
    called = call("template", "indeks-kepuasan-masyarakat", "--out", out)
    assert (called.code, str(out) in called.out.replace("\n", "")) == (0, True)
    assert "publish add" in called.err
    assert load_workbook(out).sheetnames == ["Rekap", "Petunjuk", "Daftar"]
    assert call("inspect", out).out.count("Table 1") == 1


def test_json(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    found = call("template", "kode-wilayah", "--out", out, "--json").json
    assert (found["file"], found["table"]) == (str(out), "kode-wilayah")
    assert found["columns"][1] == {
        "label": "Kode Wilayah / Kemendagri",
        "field": "kode_wilayah",
        "required": True,
        "choices": 33,
    }


def test_tables_of_the_same_files_come_in_one_workbook(call: Call, tmp_path: Path) -> None:
    args = ("template", "realisasi-apbd", "--table", "bagi-hasil", "--out", tmp_path / "a.xlsx")
    found = call(*args, "--json").json
    assert found["table"] == "bagi-hasil"
    assert [one["table"] for one in found["also"]] == ["apbd"]


def test_refusals_are_usage_problems(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    out.write_bytes(b"x")
    for args, words in (
        (["kode-wilayah", "--out", out], "exists"),
        (["kode-wilyah"], "kode-wilayah"),
        (["kode-wilayah", "--table", "kode"], "kode-wilayah"),
        (["kode-wilayah", "--out", tmp_path / "a.csv"], ".xlsx"),
        ([], "DATASET"),
    ):
        called = call("template", *args)
        assert (called.code, words in called.err) == (2, True), called.err
    assert out.read_bytes() == b"x"
