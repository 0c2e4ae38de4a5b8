"""A new edition comes in whole, or nothing changes: file, `source:`, `columns:`, `coverage:`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from fixtures.writers import Sheet, write_xlsx
from scaffold.editions import UNITS, edition

from pipelines.errors import PortalProblem, PublishError, Refused, UsageProblem
from pipelines.project.dataset import load_dataset
from pipelines.project.descriptor import Coverage
from pipelines.scaffold import scaffold
from pipelines.scaffold.addition import folder_change
from pipelines.scaffold.addition.coverage import CoveredPeriod, moved_coverage
from pipelines.scaffold.addition.labels import RenamedColumn, likeliest
from pipelines.scaffold.addition.plan import (
    Addition,
    EditionRefused,
    checked_mapping,
    open_edition,
    plan_addition,
    take_in,
)
from pipelines.workflow import Run

ROOT = Path(__file__).parents[2]
NAME = "peserta-pelatihan"


@pytest.fixture
def project(project: Path, tmp_path: Path) -> Path:
    """A project with one dataset, made from the edition of 2024, and a folder for what arrives."""
    scaffold(NAME, edition(tmp_path / "a" / "pelatihan-2024.xlsx", "TAHUN 2024"), project)
    state_coverage(project, "2024", "2024")
    return project


def state_coverage(project: Path, start: str, end: str) -> None:
    """Write the period of the coverage, which `new` leaves to the data."""
    path = descriptor(project)
    text = path.read_text(encoding="utf-8")
    stated = text.replace("{region: '12'}", f"{{region: '12', from: '{start}', to: '{end}'}}")
    assert stated != text
    path.write_text(stated, encoding="utf-8")


@pytest.fixture
def arrived(tmp_path: Path) -> Path:
    return tmp_path / "kiriman"


def planned(
    project: Path, *files: Path, mapping: Mapping[str, str] | None = None, replaces: bool = False
) -> Addition:
    reader = open_edition(NAME, project, files)
    mapping = checked_mapping(reader, mapping or {})
    assert reader.open_questions(mapping) == []
    return plan_addition(reader, mapping, replaces=replaces)


def add(project: Path, *files: Path, **how: object) -> Addition:
    addition = planned(project, *files, **how)  # type: ignore[arg-type]
    take_in(addition, Run(project))
    return addition


def state(project: Path) -> dict[str, bytes]:
    """Every file of the project, byte for byte."""
    return {
        str(path.relative_to(project)): path.read_bytes()
        for path in sorted(project.rglob("*"))
        if path.is_file()
    }


def descriptor(project: Path) -> Path:
    return project / "datasets" / NAME / "dataset.yaml"


def refused(project: Path, *files: Path, **how: object) -> PublishError:
    """The error of an edition that changes nothing."""
    before = state(project)
    with pytest.raises(PublishError) as caught:
        add(project, *files, **how)
    assert state(project) == before
    return caught.value


def test_next_year_s_edition(project: Path, arrived: Path) -> None:
    before = descriptor(project).read_text(encoding="utf-8").splitlines()
    addition = add(project, edition(arrived / "pelatihan-2025.xlsx", "TAHUN 2025", plus=7))
    (file,) = addition.files
    assert (file.action, file.rows, str(file.period)) == ("added", len(UNITS), "2025")
    assert addition.source == ["source/pelatihan-*.xlsx"]
    after = descriptor(project).read_text(encoding="utf-8").splitlines()
    # nothing but the two values changed; comments and order stay
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [new.strip() for _, new in changed] == [
        "coverage: {region: '12', from: '2024', to: '2025'}",
        "source: source/pelatihan-*.xlsx",
    ]
    prepared = Run(project).prepare(NAME)
    assert prepared.report.valid
    frame = prepared.tables[NAME].frame
    assert sorted(frame["tahun"].unique()) == ["2024", "2025"]
    assert len(frame) == 2 * len(UNITS)
    assert not (project / "datasets" / NAME / folder_change.HOLD).exists()


def test_an_older_edition_moves_the_beginning(project: Path, arrived: Path) -> None:
    addition = add(project, edition(arrived / "pelatihan-2021.xlsx", "TAHUN 2021", plus=7))
    assert addition.edit.coverage == {"from": "2021"}


def test_two_editions_at_once(project: Path, arrived: Path) -> None:
    files = [edition(arrived / f"pelatihan-{y}.xlsx", f"TAHUN {y}", plus=y) for y in (2025, 2026)]
    assert add(project, *files).edit.coverage == {"to": "2026"}


def test_a_sheet_for_each_month(tmp_path: Path, project: Path, arrived: Path) -> None:
    shutil.rmtree(project / "datasets" / NAME)
    (project / "schemas" / f"{NAME}.yaml").unlink()
    first = edition(tmp_path / "b" / "Rekap Januari 2025.xlsx", "BULAN JANUARI 2025")
    scaffold(NAME, first, project)
    state_coverage(project, "2025-01", "2025-01")
    addition = add(project, edition(arrived / "Rekap Maret 2025.xlsx", "BULAN MARET 2025", plus=3))
    assert addition.source == ["source/Rekap *.xlsx"]
    assert addition.edit.coverage == {"to": "2025-03"}
    assert str(addition.files[0].period) == "2025-03"


def test_a_renamed_column_is_asked_about_with_its_likeness(project: Path, arrived: Path) -> None:
    file = edition(arrived / "pelatihan-2025.xlsx", "TAHUN 2025", label="Jml. Peserta", plus=7)
    reader = open_edition(NAME, project, [file])
    ((name, question),) = reader.open_questions({})
    assert (name, question.label, question.field) == (
        "pelatihan-2025.xlsx", "Jumlah Peserta", "jumlah_peserta",
    )  # fmt: skip
    ((nearest, score),) = question.proposals
    assert nearest == "Jml. Peserta"
    assert 60 < score < 100
    addition = add(project, file, mapping={"Jml. Peserta": "jumlah_peserta"})
    columns = load_dataset(NAME, project).spec.tables[NAME].columns
    assert columns["Jumlah Peserta"] == columns["Jml. Peserta"] == "jumlah_peserta"
    assert addition.files[0].labels is not None
    assert addition.files[0].labels.renamed == {"Jml. Peserta": "jumlah_peserta"}
    assert Run(project).prepare(NAME).report.valid


def test_a_label_with_other_punctuation_is_no_question(project: Path, arrived: Path) -> None:
    file = edition(
        arrived / "pelatihan-2025.xlsx", "TAHUN 2025", label="Jumlah-Peserta", number="No."
    )
    addition = add(project, file)
    assert {"No": "No", "No.": "No"}.items() <= addition.edit.columns.items()
    assert Run(project).prepare(NAME).tables[NAME].frame.columns.tolist() == [
        "tahun", "kecamatan", "jumlah_peserta",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mapping", "code", "names_it"),
    [
        ({"Jml Pesrta": "jumlah_peserta"}, "add-map-label", "Jml. Peserta"),
        ({"Jml. Peserta": "jumlah"}, "add-map-field", "jumlah_peserta"),
        ({"Kecamatan": "jumlah_peserta"}, "add-map-taken", "kecamatan"),
    ],
)
def test_a_wrong_mapping_names_the_nearest(
    mapping: dict[str, str], code: str, names_it: str, project: Path, arrived: Path
) -> None:
    file = edition(arrived / "pelatihan-2025.xlsx", "TAHUN 2025", label="Jml. Peserta")
    error = refused(project, file, mapping=mapping)
    assert (error.code, error.exit_code) == (code, UsageProblem.exit_code)
    assert names_it in str(error)


def test_a_copy_does_nothing(project: Path, arrived: Path) -> None:
    arrived.mkdir()
    copy = arrived / "nama lain.xlsx"
    shutil.copy(project / "datasets" / NAME / "source" / "pelatihan-2024.xlsx", copy)
    addition = planned(project, copy)
    assert addition.nothing
    assert [(f.action, f.of) for f in addition.files] == [("copy", "pelatihan-2024.xlsx")]


def test_the_same_rows_do_nothing(project: Path, arrived: Path) -> None:
    again = edition(arrived / "pelatihan-2024-baru.xlsx", "(DISIMPAN ULANG) TAHUN 2024")
    addition = planned(project, again)
    assert addition.nothing
    assert [(f.action, f.of) for f in addition.files] == [("same-rows", "pelatihan-2024.xlsx")]


def test_a_correction_replaces_the_file_and_loses_nothing(project: Path, arrived: Path) -> None:
    file = edition(arrived / "pelatihan-2024.xlsx", "TAHUN 2024", plus=5)
    folder = project / "datasets" / NAME
    old = (folder / "source" / "pelatihan-2024.xlsx").read_bytes()
    assert planned(project, file).corrects == {"pelatihan-2024.xlsx": len(UNITS)}
    addition = add(project, file, replaces=True)
    assert (folder / "source" / "pelatihan-2024.xlsx").read_bytes() == file.read_bytes()
    assert (folder / "replaced" / "pelatihan-2024.xlsx").read_bytes() == old
    assert not addition.edit
    # a second correction, under a name of its own: `source:` names that one alone
    second = edition(arrived / "revisi.xlsx", "TAHUN 2024", plus=6)
    assert add(project, second, replaces=True).source == ["source/revisi.xlsx"]
    assert (folder / "replaced" / "pelatihan-2024-2.xlsx").read_bytes() == file.read_bytes()


def test_a_refused_correction_is_put_back(project: Path, arrived: Path) -> None:
    wrong = edition(arrived / "pelatihan-2024.xlsx", "TAHUN 2024", plus=-5000)
    assert refused(project, wrong, replaces=True).code == "add-refused"


def test_what_the_pipeline_refuses_leaves_nothing_behind(project: Path, arrived: Path) -> None:
    wrong = edition(arrived / "pelatihan-2025.xlsx", "TAHUN 2025", plus=-5000)
    error = refused(project, wrong)
    assert isinstance(error, EditionRefused)
    assert not error.prepared.report.valid


def test_a_broken_file_leaves_nothing_behind(project: Path, arrived: Path) -> None:
    arrived.mkdir()
    (arrived / "pelatihan-2025.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    assert refused(project, arrived / "pelatihan-2025.xlsx").exit_code == Refused.exit_code
    assert refused(project, arrived / "no-such.xlsx").code == "file-missing"


def test_a_new_column_is_refused_before_anything_is_written(project: Path, arrived: Path) -> None:
    file = edition(arrived / "pelatihan-2025.xlsx", "TAHUN 2025", extra="Keterangan")
    assert refused(project, file).code == "columns-spare"


def test_a_title_without_a_period_is_refused(project: Path, arrived: Path) -> None:
    assert refused(project, edition(arrived / "pelatihan-baru.xlsx", "")).code == (
        "source-text-missing"
    )


def test_a_name_that_another_file_has(project: Path, arrived: Path) -> None:
    error = refused(project, edition(arrived / "Pelatihan-2024.xlsx", "TAHUN 2025", plus=7))
    assert (error.code, error.params["proposed"]) == (
        "add-name-taken", "pelatihan-2024-2025.xlsx",
    )  # fmt: skip
    hidden = edition(arrived / ".pelatihan-2025.xlsx", "TAHUN 2025", plus=7)
    assert refused(project, hidden).code == "add-name-taken"


def test_names_that_windows_gives(project: Path, arrived: Path) -> None:
    for year, name in ((2025, "data (1).xlsx"), (2026, "data [2].xlsx")):
        add(project, edition(arrived / name, f"TAHUN {year}", plus=year))
    spec = load_dataset(NAME, project).spec.tables[NAME]
    assert spec.source == [
        "source/pelatihan-2024.xlsx", "source/data (1).xlsx", "source/data [[]2].xlsx",
    ]  # fmt: skip
    assert len(load_dataset(NAME, project).sources(NAME)) == 3


def test_a_file_that_lies_in_source_already(project: Path) -> None:
    folder = project / "datasets" / NAME / "source"
    inside = edition(folder / "pelatihan-2025.xlsx", "TAHUN 2025", plus=7)
    addition = add(project, inside)
    assert [file.action for file in addition.files] == ["present"]
    assert addition.source == ["source/pelatihan-*.xlsx"]
    assert inside.exists()


def test_a_descriptor_that_cannot_be_edited_shows_the_lines(project: Path, arrived: Path) -> None:
    path = descriptor(project)
    text = path.read_text(encoding="utf-8")
    text = text.replace("source: source/pelatihan-2024.xlsx", "source: *nama")
    text = text.replace(
        f"name: {NAME}\n", f"name: {NAME}\nkeywords: [&nama source/pelatihan-2024.xlsx]\n"
    )
    path.write_text(text, encoding="utf-8")
    error = refused(project, edition(arrived / "pelatihan-2025.xlsx", "TAHUN 2025", plus=7))
    assert error.code == "add-by-hand"
    assert "source: source/pelatihan-*.xlsx" in str(error)


def test_windows_lines_and_byte_order_mark_stay(project: Path, arrived: Path) -> None:
    path = descriptor(project)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    count = path.read_bytes().count(b"\n")
    file = edition(arrived / "pelatihan-2025.xlsx", "TAHUN 2025", label="Peserta (orang)", plus=7)
    add(project, file, mapping={"Peserta (orang)": "jumlah_peserta"})
    after = path.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf")
    assert after.count(b"\n") == after.count(b"\r\n") == count


def test_months_across_take_the_year_of_their_own_sheet(
    tmp_path: Path, project: Path, arrived: Path
) -> None:
    def months(path: Path, year: int) -> Path:
        head = ["No", "Kecamatan", "Januari", "Februari", "Maret"]
        rows = [[n, unit, year + n, 2 * n, 3 * n] for n, unit in enumerate(UNITS, start=1)]
        path.parent.mkdir(exist_ok=True)
        title = [f"PENGUNJUNG PERPUSTAKAAN TAHUN {year}"]
        write_xlsx([Sheet([["DINAS PERPUSTAKAAN"], title, [], head, *rows])], path)
        return path

    scaffold("pengunjung", months(tmp_path / "c" / "pengunjung-2024.xlsx", 2024), project)
    assert Run(project).prepare("pengunjung").report.valid
    reader = open_edition("pengunjung", project, [months(arrived / "pengunjung-2025.xlsx", 2025)])
    addition = plan_addition(reader, {})
    assert addition.corrects == {}
    assert [file.labels.new for file in addition.files if file.labels] == [()]
    prepared = take_in(addition, Run(project))
    assert prepared.report.valid
    [table] = prepared.tables.values()
    assert table.frame["bulan"].max() == "2025-03"
    assert addition.edit.coverage == {}  # the descriptor leaves the period to the data


def test_a_period_that_is_fixed_is_told_from_a_correction(project: Path, arrived: Path) -> None:
    path = descriptor(project)
    text = path.read_text(encoding="utf-8")
    start, end = text.index("    - from_source:"), text.index("    - periods:")
    path.write_text(
        text[:start] + "    - derive: {field: tahun, expression: \"'2024'\"}\n" + text[end:],
        encoding="utf-8",
    )
    file = edition(arrived / "pelatihan-2025.xlsx", "TAHUN 2025", plus=7)
    (found,) = planned(project, file).files
    assert (found.stated, found.contradicts) == ("2025", {"pelatihan-2024.xlsx": "2024"})


@pytest.fixture
def two_tables(project: Path, tmp_path: Path) -> Path:
    """A second table in the dataset, which reads every workbook named `lain`."""
    path = descriptor(project)
    text = path.read_text(encoding="utf-8")
    table = text[text.index(f"  {NAME}:\n") : text.index("# Kunci lain")]
    table = table.replace(f"  {NAME}:\n", "  lain:\n").replace(
        "source/pelatihan-2024.xlsx", "source/lain-*.xlsx"
    )
    path.write_text(text.replace("# Kunci lain", f"{table}# Kunci lain"), encoding="utf-8")
    edition(path.parent / "source" / "lain-2024.xlsx", "TAHUN 2024", plus=1)
    return project


def test_one_of_several_tables(two_tables: Path, arrived: Path) -> None:
    file = edition(arrived / "pelatihan-2025.xlsx", "TAHUN 2025", plus=7)
    for table, code in ((None, "add-which-table"), ("lian", "add-table")):
        with pytest.raises(UsageProblem) as caught:
            open_edition(NAME, two_tables, [file], table)
        assert caught.value.code == code
    take_in(plan_addition(open_edition(NAME, two_tables, [file], NAME), {}), Run(two_tables))
    tables = load_dataset(NAME, two_tables).spec.tables
    assert (tables[NAME].source, tables["lain"].source) == (
        ["source/pelatihan-*.xlsx"], ["source/lain-*.xlsx"],
    )  # fmt: skip


def test_a_file_that_another_table_would_read(two_tables: Path, arrived: Path) -> None:
    file = edition(arrived / "lain-2025.xlsx", "TAHUN 2025", plus=7)
    with pytest.raises(UsageProblem) as caught:
        plan_addition(open_edition(NAME, two_tables, [file], NAME), {})
    assert caught.value.code == "add-other-table"


def test_labels_are_proposed_once_each() -> None:
    questions = [
        RenamedColumn("Jumlah L", "l", (("Jml L", 90), ("Jml P", 80))),
        RenamedColumn("Jumlah P", "p", (("Jml L", 85), ("Jml P", 84))),
        RenamedColumn("Total", "t", (("Jml L", 40),)),
    ]
    assert likeliest(questions) == {"l": "Jml L", "p": "Jml P"}


KILLED = """
import os, sys
from pathlib import Path
from pipelines.scaffold.addition import folder_change, plan as addition
project, file, where = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
if where == "copied":
    folder_change._replace = lambda *_: os._exit(9)
elif where == "recorded":
    folder_change.FolderChange._apply = lambda *_: os._exit(9)
class Killed:
    prepare = staticmethod(lambda name: os._exit(9))
reader = addition.open_edition("peserta-pelatihan", project, [file])
addition.take_in(addition.plan_addition(reader, {}), Killed())
"""


@pytest.mark.parametrize("where", ["recorded", "copied", "written"])
def test_a_killed_run_is_finished_by_running_again(
    where: str, project: Path, arrived: Path
) -> None:
    before = state(project)
    file = edition(arrived / "pelatihan-2025.xlsx", "TAHUN 2025", plus=7)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(project), str(file), where], cwd=ROOT, check=False
    )
    assert done.returncode == 9
    assert state(project) != before
    addition = add(project, file)
    assert [one.action for one in addition.files] == ["added"]
    assert not (project / "datasets" / NAME / folder_change.HOLD).exists()
    assert addition.edit.coverage == {"to": "2025"}
    # and a killed run is undone where the next call refuses
    assert folder_change.undo_interrupted(project / "datasets" / NAME) is False


def test_interrupted_from_the_keyboard_everything_is_put_back(
    project: Path, arrived: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(project)
    addition = planned(project, edition(arrived / "pelatihan-2025.xlsx", "TAHUN 2025", plus=7))
    run = Run(project)

    def stop(name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "prepare", stop)
    with pytest.raises(KeyboardInterrupt):
        take_in(addition, run)
    assert state(project) == before


def test_one_at_a_time(project: Path, arrived: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = edition(arrived / "pelatihan-2025.xlsx", "TAHUN 2025", plus=7)
    change = planned(project, file).change
    folder = project / "datasets" / NAME
    with change.applied(folder):
        other = os.getpid() + 1
        monkeypatch.setattr(os, "getpid", lambda: other)  # as another process sees it
        with pytest.raises(PortalProblem) as caught:
            open_edition(NAME, project, [file])
        assert caught.value.code == "add-running"


@pytest.mark.parametrize(
    ("coverage", "edition", "moved"),
    [
        ({"from": "2023", "to": "2024"}, ("2025", "2025"), {"to": "2025"}),
        ({"from": 2023, "to": 2024}, ("2022", "2023"), {"from": "2022"}),
        ({"from": "2023-01", "to": "2024-06"}, ("2024-S2", "2024-S2"), {"to": "2024-12"}),
        ({"from": "2023-01-01", "to": "2024-06-30"}, ("2024-Q3", "2024-Q3"), {"to": "2024-09-30"}),
        ({"from": 2023, "to": 2024}, ("2025-01", "2025-03"), {"to": "2025-03"}),
        ({"from": "2023-01", "to": "2024-06"}, ("2025", "2025"), {"to": "2025-12"}),
        ({"from": "2023", "to": "2024"}, ("2023-05", "2024-02"), {}),
        ({}, ("2025", "2025"), {}),
    ],
)
def test_coverage_moves_in_its_own_form(
    coverage: dict[str, object], edition: tuple[str, str], moved: dict[str, str]
) -> None:
    before = Coverage.model_validate({"region": "12", **coverage})
    assert moved_coverage(before, [CoveredPeriod(*edition, "periode")]) == moved
