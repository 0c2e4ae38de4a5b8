"""`publish add`: what it asks, says and writes; never a question where nobody can answer."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click
import pytest
from ckan_api import Api
from cli.conftest import ROOT, Call
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from pipelines import portal as embedded

NAME = "indeks-kepuasan-masyarakat"
SOURCE = ROOT / "datasets" / NAME / "source"


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    """The half-year after the shipped ones, the scores of one unit changed."""
    return _edition(tmp_path / "kiriman" / "ikm-2024-semester-2.xlsx")


def _edition(path: Path, words: str = "SEMESTER II TAHUN 2024", unit: str = "") -> Path:
    book = load_workbook(SOURCE / "ikm-2024-semester-1.xlsx")
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = cell.value.replace("SEMESTER I TAHUN 2024", words)
                    if unit and cell.value == "Unit Pelayanan":
                        cell.value = unit
    path.parent.mkdir(exist_ok=True)
    book.save(path)
    return path


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A terminal on which these answers are typed."""
    answers: list[str] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click.termui, "visible_prompt_func", lambda _: answers.pop(0))
    return answers


def files(project: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in project.rglob("*") if p.is_file()}


def test_json_says_what_was_done(
    call: Call, project: Path, edition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLISH_PORTAL_DIR", str(tmp_path / "no portal here"))
    before = (project / "datasets" / NAME / "dataset.yaml").read_text(encoding="utf-8")
    done = call("add", NAME, edition, "--project", project, "--json")
    assert done.code == 0, done.err
    assert {k: done.json[k] for k in ("name", "mapped", "source", "coverage", "plan")} == {
        "name": NAME,
        "mapped": {},
        "source": "source/ikm-*.xlsx",
        "coverage": {"from": "2023-01-01", "to": "2024-12-31"},
        "plan": None,
    }
    (file,) = done.json["files"]
    assert (file["action"], file["rows"], file["period"]) == ("added", 14, ["2024-S2", "2024-S2"])
    assert file["labels"]["missing"] == file["labels"]["new"] == []
    assert f"publish plan {NAME}" in done.err
    after = (project / "datasets" / NAME / "dataset.yaml").read_text(encoding="utf-8")
    assert after == before.replace("2024-06-30", "2024-12-31")
    again = call("add", NAME, edition, "--project", project, "--json")
    assert (again.code, again.json["files"][0]["action"]) == (0, "copy")


def test_a_renamed_column_in_a_script(call: Call, project: Path, tmp_path: Path) -> None:
    file = _edition(tmp_path / "k" / "ikm-2024-semester-2.xlsx", unit="Nama Unit Layanan")
    before = files(project)
    refused = call("add", NAME, file, "--project", project)
    assert (refused.code, refused.out) == (2, "")
    flag = "--map 'Nama Unit Layanan=unit_pelayanan'"
    assert flag in refused.err
    assert files(project) == before
    assert call("add", NAME, file, "--project", project, "--yes").code == 2
    done = call("add", NAME, file, "--project", project, "--map", flag[7:-1])
    assert done.code == 0, done.err
    assert "Nama Unit Layanan: unit_pelayanan" in done.out


def test_a_renamed_column_on_a_terminal(
    call: Call, project: Path, tmp_path: Path, terminal: list[str]
) -> None:
    file = _edition(tmp_path / "k" / "ikm-2024-semester-2.xlsx", unit="Nama Unit Layanan")
    before = files(project)
    terminal += ["0"]
    assert call("add", NAME, file, "--project", project).code == 2
    terminal += ["1", "n"]
    assert call("add", NAME, file, "--project", project).code == 3
    assert files(project) == before
    terminal += ["", "y"]  # the nearest label is what the return key takes
    done = call("add", NAME, file, "--project", project, "--json")
    assert done.code == 0, done.err
    assert "1. Nama Unit Layanan (77 % similar)" in done.err
    assert done.json["mapped"] == {"Nama Unit Layanan": "unit_pelayanan"}
    assert terminal == []


def _first_score(book: Workbook) -> Cell:
    cells = (cell for row in book["Rekap"].iter_rows() for cell in row)
    return next(cell for cell in cells if cell.number_format == "0.00")  # type: ignore[return-value]


def _corrected(path: Path) -> Path:
    """The shipped edition with one score mended, saved under its own name."""
    path.parent.mkdir()
    shutil.copy(SOURCE / "ikm-2024-semester-1.xlsx", path)
    book = load_workbook(path)
    cell = _first_score(book)
    assert isinstance(cell.value, float)
    cell.value = round(cell.value - 0.01, 2)
    book.save(path)
    return path


def test_a_correction(call: Call, project: Path, tmp_path: Path, terminal: list[str]) -> None:
    file = _corrected(tmp_path / "k" / "ikm-2024-semester-1.xlsx")
    before = files(project)
    refused = call("add", NAME, file, "--project", project, "--yes")
    assert refused.code == 2
    assert "14 keys are in ikm-2024-semester-1.xlsx already" in " ".join(refused.err.split())
    assert "--replace" in refused.err
    terminal += ["n"]
    assert call("add", NAME, file, "--project", project).code == 2
    assert files(project) == before
    done = call("add", NAME, file, "--project", project, "--replace", "--yes")
    assert done.code == 0, done.err
    assert "replaced/ikm-2024-semester-1.xlsx" in done.out
    assert (project / "datasets" / NAME / "source" / file.name).read_bytes() == file.read_bytes()


def test_a_refused_edition_shows_its_errors(call: Call, project: Path, tmp_path: Path) -> None:
    file = _edition(tmp_path / "k" / "ikm-2024-semester-2.xlsx")
    book = load_workbook(file)
    _first_score(book).value = 400
    book.save(file)
    before = files(project)
    refused = call("add", NAME, file, "--project", project)
    assert refused.code == 1
    assert "ikm-2024-semester-2.xlsx" in refused.out
    assert "put back" in refused.err
    shown = call("add", NAME, file, "--project", project, "--json")
    assert shown.json["error"]["code"] == "add-refused"
    assert shown.json["report"]["valid"] is False
    assert files(project) == before


def test_a_portal_that_does_not_answer_is_told(
    call: Call, project: Path, edition: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CKAN_URL", "http://127.0.0.1:9")
    done = call("add", NAME, edition, "--project", project, "--json")
    assert (done.code, done.json["plan"]) == (0, None)
    assert "No plan could be made" in done.err
    assert f"publish plan {NAME}" in done.err


def test_a_fixed_period_is_told_from_a_correction(call: Call, project: Path, edition: Path) -> None:
    path = project / "datasets" / NAME / "dataset.yaml"
    text = path.read_text(encoding="utf-8")
    old = 'from_source: {field: periode, pattern: "SEMESTER I{1,2} TAHUN [0-9]{4}"}'
    assert old in text
    for name in ("1", "2"):
        (path.parent / "source" / f"ikm-2023-semester-{name}.xlsx").unlink()
    fixed = "derive: {field: periode, expression: \"'2024-S1'\"}"
    path.write_text(text.replace(old, fixed), encoding="utf-8")
    before = files(project)
    refused = call("add", NAME, edition, "--project", project)
    assert refused.code == 2
    assert "add-period-unread" in refused.err
    assert "semester ii tahun 2024" in " ".join(refused.err.split())
    assert files(project) == before


@pytest.mark.parametrize(
    ("args", "names_it"),
    [
        ([NAME], "'FILE…' must be given"),
        (["indeks", "a.xlsx"], NAME),
        ([NAME, "no-such.xlsx"], "no-such.xlsx: this file does not exist"),
        ([NAME, "setup.cfg", "--table", "ikn"], "closest: ikm"),
        ([NAME, "setup.cfg", "--map", "Unit"], "LABEL=FIELD"),
    ],
)
def test_usage(call: Call, args: list[str], names_it: str) -> None:
    called = call("add", *args)
    assert (called.code, called.out) == (2, "")
    assert names_it in " ".join(called.err.split())


@pytest.mark.portal
def test_with_a_portal_the_plan_is_shown(
    call: Call, project: Path, edition: Path, portal: embedded.PortalInfo, published: Api
) -> None:
    done = call("add", NAME, edition, "--project", project, "--json")
    assert done.code == 0, done.err
    plan = done.json["plan"]
    assert (plan["action"], plan["rows"]["added"]) == ("update", 14)
    assert plan["version"] == {"from": "1.0.0", "to": "1.1.0"}
