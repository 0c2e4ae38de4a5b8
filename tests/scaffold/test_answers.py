"""`new` proposes what the source shows, takes what the steward says, and asks for the rest."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from fixtures.writers import Sheet, write_csv, write_xlsx

from pipelines.errors import Refused, UsageProblem
from pipelines.project.dataset import load_dataset
from pipelines.scaffold import Answers, scaffold
from pipelines.workflow.prepare import Run

REGIONS = ["Nias", "Toba", "Dairi", "Karo", "Langkat", "Asahan"]


def sheet(*titles: str, label: str = "Jumlah Guru", values: list[Any] | None = None) -> Sheet:
    """A sheet of six regencies with one number each below its titles."""
    numbers = values or [10, 20, 30, 40, 50, 61]
    rows = [list(row) for row in zip(REGIONS, numbers, strict=True)]
    return Sheet([*([title] for title in titles), [], ["Kabupaten/Kota", label], *rows])


def new(project: Path, source: Path, **answers: Any) -> Any:
    """Scaffold `uji` and return its descriptor."""
    scaffold("uji", source, project, answers=Answers(**answers))
    return load_dataset("uji", project).spec


@pytest.mark.parametrize(
    ("titles", "office", "services"),
    [
        (["BIRO ORGANISASI", "Nilai per Unit"], "biro-organisasi", ["layanan-publik"]),
        (["BIRO ORGANISASI PROVINSI SUMATERA UTARA"], "biro-organisasi", ["layanan-publik"]),
        (["Disdukcapil", "Akta"], "kantor-penghasil-data", ["layanan-publik"]),
        (["DINAS PENANAMAN MODAL", "Realisasi Investasi"], "kantor-penghasil-data",
         ["layanan-publik"]),
        (["Fasilitas Kesehatan"], "kantor-penghasil-data", ["kesehatan"]),
        (["Guru Pendidikan Kesehatan"], "kantor-penghasil-data", ["layanan-publik"]),
        ([], "kantor-penghasil-data", ["layanan-publik"]),
    ],
)  # fmt: skip
def test_an_office_or_service_that_nothing_names_is_not_proposed(
    titles: list[str], office: str, services: list[str], project: Path, tmp_path: Path
) -> None:
    write_xlsx([sheet(*titles)], tmp_path / "a.xlsx")
    spec = new(project, tmp_path / "a.xlsx")
    assert (spec.organization, spec.groups) == (office, services)


def test_answers_settle_their_keys(project: Path, tmp_path: Path) -> None:
    write_xlsx([sheet("Jumlah Guru")], tmp_path / "a.xlsx")
    spec = new(
        project, tmp_path / "a.xlsx", office="dinas-dukcapil", services=("pendidikan",),
        license="CC-BY-SA-4.0", frequency="bulanan", period="2024-03", key=("kabupaten_kota",),
    )  # fmt: skip
    assert (spec.organization, spec.groups, spec.license) == (
        "dinas-dukcapil", ["pendidikan"], "CC-BY-SA-4.0",
    )  # fmt: skip
    dataset = load_dataset("uji", project)
    assert dataset.unreviewed_keys() == ["contact", "coverage"]
    [table] = Run(project).prepare("uji").tables.values()
    assert set(table.frame["periode"]) == {"2024-03"}


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"office": "biro-organisas"}, "biro-organisasi"),
        ({"services": ("kesehatn",)}, "kesehatan"),
        ({"license": "CC-BY"}, "CC-BY-4.0"),
        ({"frequency": "tahunn"}, "tahunan"),
        ({"period": "kemarin"}, "--period title"),
        ({"period": "title"}, "--period 2024"),
        ({"key": ("kabupaten",)}, "kabupaten_kota"),
        ({"decimal": ";"}, "--decimal"),
    ],
)
def test_an_unknown_answer_is_refused_and_nothing_is_written(
    answers: dict[str, Any], said: str, project: Path, tmp_path: Path
) -> None:
    write_xlsx([sheet("Jumlah Guru")], tmp_path / "a.xlsx")
    with pytest.raises(UsageProblem, match=re.escape(said)):
        new(project, tmp_path / "a.xlsx", **answers)
    assert not (project / "datasets" / "uji").exists()


def test_a_title_that_contradicts_the_file_name_is_asked(project: Path, tmp_path: Path) -> None:
    source = tmp_path / "guru-2024.xlsx"
    write_xlsx([sheet("Jumlah Guru Tahun 2023")], source)
    with pytest.raises(UsageProblem, match=r"2023.*2024"):
        new(project, source)
    new(project, source, period="file")
    [table] = Run(project).prepare("uji").tables.values()
    assert set(table.frame["tahun"]) == {"2024"}


def test_sheets_that_differ_in_their_period_become_one_table(project: Path, tmp_path: Path) -> None:
    months = ["Jan 2024", "Feb 2024", "Mar 2024"]
    sheets = [sheet("Kunjungan", values=[n + i for i in range(6)]) for n in (10, 20, 30)]
    for one, name in zip(sheets, months, strict=True):
        one.name = name
    write_xlsx(sheets, tmp_path / "a.xlsx")
    spec = new(project, tmp_path / "a.xlsx")
    assert spec.tables["uji"].layout.sheet == ["* ????"]  # the next year's sheets fit, too
    prepared = Run(project).prepare("uji")
    assert prepared.report.valid, [f.message for t in prepared.report.tables for f in t.errors]
    [table] = prepared.tables.values()
    assert table.frame.groupby("periode")["jumlah_guru"].first().to_dict() == {
        "2024-01": "10", "2024-02": "20", "2024-03": "30",
    }  # fmt: skip


def test_the_decimal_sign_is_asked_and_answered(project: Path, tmp_path: Path) -> None:
    values = ["1.250", "2.100", "3.075", "1.400", "2.220", "9.110"]
    write_csv(sheet(label="Panjang (Km)", values=values), tmp_path / "a.csv")
    new(project, tmp_path / "a.csv")
    report = Run(project).prepare("uji").report
    [error] = report.tables[0].errors
    assert error.code == "number-ambiguous"
    shutil.rmtree(project / "datasets" / "uji")
    (project / "schemas" / "uji.yaml").unlink()
    new(project, tmp_path / "a.csv", decimal=",")
    [table] = Run(project).prepare("uji").tables.values()
    assert table.frame["panjang_km"].tolist()[:2] == ["1250", "2100"]


def test_a_file_without_a_table_leaves_nothing_behind(project: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("", encoding="utf-8")
    with pytest.raises(Refused):
        new(project, tmp_path / "a.csv")
    assert not (project / "datasets" / "uji").exists()
