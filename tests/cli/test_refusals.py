"""A faulty workbook, one per kind of fault, is refused before anything reaches the portal.

Each is the office's own file with one thing wrong; the refusal names the file and the cell, says
the next move, and ends with exit code 1. The portal is real and holds nothing afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ckan_api import Api
from cli.conftest import Call
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

ORIGINAL = "indeks-kepuasan-masyarakat"
NAME = "ikm-rusak"
FILE = "ikm-2024-semester-1.xlsx"
pytestmark = pytest.mark.portal

Spoil = Callable[[Worksheet], None]


def put(cell: str, value: object) -> Spoil:
    def spoil(sheet: Worksheet) -> None:
        sheet[cell] = value

    return spoil


def total_row(sheet: Worksheet) -> int:
    return next(row for row in range(9, 60) if sheet.cell(row, 1).value == "Jumlah")


def wrong_total(sheet: Worksheet) -> None:
    sheet.cell(total_row(sheet), 2).value += 1000


def twice(sheet: Worksheet) -> None:
    sheet["C12"] = sheet["C9"].value


def no_rows(sheet: Worksheet) -> None:
    sheet.delete_rows(9, total_row(sheet) - 9)


FAULTS: dict[str, tuple[Spoil, str, str | None]] = {
    "words for a number": (put("D9", "tiga koma dua"), "type-error", "D9"),
    "score beyond the scale": (put("E10", 7), "constraint-error", "E10"),
    "number left empty": (put("B11", None), "constraint-error", "B11"),
    "negative count": (put("B11", -12), "constraint-error", "B11"),
    "band that does not exist": (put("N9", "E"), "constraint-error", "N9"),
    "index that does not follow": (put("M9", 30), "ikm-differs", "M9"),
    "an error of Excel": (put("F9", "#N/A"), "constraint-error", "F9"),
    "a formula never computed": (put("M9", "=AVERAGE(D9:L9)*25"), "formula-uncached", "M9"),
    "the same unit twice": (twice, "primary-key", None),
    "a total that disagrees": (wrong_total, "total-differs", None),
    "an identity number": (put("C9", "Samsat Medan NIK 1271014708900003"), "", None),
    "a column renamed": (put("N6", "Keterangan lain"), "", None),
    "no data rows": (no_rows, "", None),
}


@pytest.fixture
def spoilt(project: Path) -> Path:
    """The project with the dataset under a name that no test publishes."""
    folder = (project / "datasets" / ORIGINAL).rename(project / "datasets" / NAME)
    descriptor = folder / "dataset.yaml"
    text = descriptor.read_text(encoding="utf-8")
    descriptor.write_text(text.replace(f"name: {ORIGINAL}", f"name: {NAME}"), encoding="utf-8")
    return project


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_workbook_never_reaches_the_portal(
    call: Call, spoilt: Path, api: Api, fault: str
) -> None:
    spoil, code, cell = FAULTS[fault]
    path = spoilt / "datasets" / NAME / "source" / FILE
    book = load_workbook(path)
    spoil(book["Rekap"])
    book.save(path)
    called = call("--project", spoilt, "publish", NAME, "--yes", "--json")
    assert called.code == 1, called.err
    (refused,) = called.json["refused"]
    assert refused["name"] == NAME
    assert refused["error"]["next"]
    if code:
        errors = refused["report"]["tables"][0]["errors"]
        found = [error for error in errors if error["type"] == code]
        assert found, errors
        assert cell is None or cell in {error["cell"] for error in found}
    assert "1271014708900003" not in called.out + called.err
    assert not api.package_search(q=f"name:{NAME}", include_private=True)["count"]


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "not a workbook": lambda data: b"\x00\x01\x02" * 500,
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_named(call: Call, spoilt: Path, fault: str) -> None:
    path = spoilt / "datasets" / NAME / "source" / FILE
    path.write_bytes(BROKEN[fault](path.read_bytes()))
    called = call("--project", spoilt, "validate", NAME)
    assert called.code == 1
    assert FILE in called.err
    assert "→" in called.err


def test_a_guess_that_nobody_checked_is_not_published(
    call: Call, project: Path, api: Api, tmp_path: Path
) -> None:
    """Whatever `--yes` says: `new` marks what it guessed, and the marks still stand."""
    source = tmp_path / "kunjungan.csv"
    rows = "".join(
        f"Puskesmas {name},{count}\n"
        for name, count in zip("ABCDE", range(10, 60, 10), strict=True)
    )
    source.write_text(f"puskesmas,kunjungan\n{rows}", encoding="utf-8")
    known = ("--office", "biro-organisasi", "--service", "kesehatan")
    made = call("--project", project, "new", "kunjungan-tebakan", "--from", source, *known)
    assert made.code == 0
    planned = call("--project", project, "plan", "kunjungan-tebakan", "--json")
    assert planned.code == 0, planned.err
    (plan,) = planned.json["datasets"]
    assert [guard["code"] for guard in plan["guards"]] == ["guess-unchecked"]
    called = call("--project", project, "publish", "kunjungan-tebakan", "--yes")
    assert called.code == 1
    assert "guess-unchecked" in called.err and "license" in called.err
    assert not api.package_search(q="name:kunjungan-tebakan", include_private=True)["count"]


def test_an_identifier_in_the_name_of_an_unread_file_is_masked(
    call: Call, project: Path, api: Api
) -> None:
    source = project / "datasets/kode-wilayah/source"
    (source / "NIK 1271014708900003 lama.xlsx").write_bytes(b"")
    planned = call("--project", project, "plan", "kode-wilayah")
    assert "source-unused" in planned.err or "lama.xlsx" in planned.err
    assert "1271014708900003" not in planned.out + planned.err
