"""A report is masked before anything can show it, whoever calls."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from privacy.toys import people
from rich.console import Console

import pipelines
from pipelines import report, workflow
from pipelines.model import Finding, LeftOut, MaskedReport, Position, Report, Source, TableReport
from pipelines.privacy import mask_report

NIK = "1271015508900001"
PARAMS = {
    "rule": "jumlah > 10", "test": "jumlah > 10", "values": f"nik = {NIK}", "because": "",
}  # fmt: skip
#: A field whose every value is reported, quoted.
REJECTED = {"name": "nik", "type": "string", "constraints": {"pattern": "X"}}
Show = Callable[[Report, Path], Any]


def table(**more: object) -> TableReport:
    return TableReport("t", "a.xlsx", 3, 2, 0.1, **more)  # type: ignore[arg-type]


def only(found: Report) -> TableReport:
    return found.tables[0]


def test_values_and_parameters_are_masked() -> None:
    errors = (
        Finding("row-rule", field="nik", value=NIK, params={"values": f"nik = {NIK}", "more": 2}),
        Finding("row-rule", field="nik", value=NIK[:-2]),
        Finding("row-rule", field="no_hp", value="0812 3456 7890"),
        Finding("row-rule", field="jumlah", value="12", params={"rule": "jumlah > 100"}),
    )
    found = only(mask_report(Report("r", (table(errors=errors),))))
    assert [f.value for f in found.errors][3] == "12"
    assert found.errors[3] is errors[3]
    text = repr(found)
    assert NIK not in text and NIK[:-2] not in text and "3456" not in text
    assert found.errors[0].value == "12**************"
    assert found.errors[0].params["more"] == 2


def test_signatures_are_not_quoted_and_notes_are_masked() -> None:
    place = Position("a.xlsx", "Data", 9)
    rows = (
        LeftOut(place, "left-signature", "Drs. Budi Santoso, NIP. 197001011990031001"),
        LeftOut(place, "left-note", "Hubungi 0812 3456 7890"),
        LeftOut(place, "left-title", "JUMLAH PENDUDUK 2024"),
    )
    note = Finding("totals-agree", "info", params={"count": 2, "text": f"NIK {NIK}"})
    found = only(mask_report(Report("r", (table(left_out=rows, notes=(note,)),))))
    assert found.left_out[0].text == ""
    assert "3456" not in found.left_out[1].text
    assert found.left_out[2].text == "JUMLAH PENDUDUK 2024"
    assert NIK not in repr(found.notes)


def test_nothing_to_mask_changes_nothing() -> None:
    empty = Report("r", (table(),))
    assert mask_report(empty).tables == empty.tables


@pytest.mark.parametrize(
    "show",
    [
        lambda found, folder: report.print_report(found, Console(file=io.StringIO())),
        lambda found, folder: report.write_html(found, folder / "r.html"),
        lambda found, folder: report.write_workbook(found, folder / "r.xlsx"),
        lambda found, folder: report.write_json(found, folder / "r.json"),
        lambda found, folder: found.as_json(),
        lambda found, folder: MaskedReport.combined("all", [found]),
    ],
    ids=["terminal", "html", "workbook", "json", "as_json", "combined"],
)
def test_an_unmasked_report_cannot_be_shown(show: Show, tmp_path: Path) -> None:
    errors = (Finding("row-rule", field="nik", value=NIK, params=PARAMS),)
    raw = Report("r", (table(errors=errors, sources=(Source("a.xlsx", "Data"),)),))
    with pytest.raises(TypeError, match="unmasked"):
        show(raw, tmp_path)
    assert not list(tmp_path.iterdir())
    show(mask_report(raw), tmp_path)


def test_only_the_mask_makes_masked_reports() -> None:
    package = Path(pipelines.__file__).parent
    makers = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"(?<!class )\bMaskedReport\(", path.read_text(encoding="utf-8"))
    }
    assert makers == {"privacy/masking.py"}


def test_files_are_validated_into_a_masked_report(tmp_path: Path) -> None:
    schema = tmp_path / "orang.yaml"
    schema.write_text(yaml.safe_dump({"name": "orang", "fields": [REJECTED]}), encoding="utf-8")
    numbers = people()["nik"]
    source = tmp_path / "orang.csv"
    source.write_text("\n".join(["nik", *numbers]) + "\n", encoding="utf-8")
    for auto_layout in (False, True):
        found = workflow.validate_files([str(source)], schema, auto_layout=auto_layout)
        assert not found.valid
        assert not [nik for nik in numbers if nik in f"{found!r} {found.as_json()}"]


def test_what_is_prepared_is_masked(tmp_path: Path) -> None:
    columns = people()
    project(tmp_path, columns)
    found = workflow.Run(tmp_path).prepare("orang").report
    assert isinstance(found, MaskedReport)
    codes = {error.code for error in found.tables[0].errors}
    assert {"constraint-error", "personal-identifier"} <= codes
    for name in ("nik", "nama", "tanggal_lahir", "no_hp"):
        assert not [value for value in columns[name] if value in repr(found)], name


def project(folder: Path, columns: dict[str, list[str]]) -> None:
    """Make a project with one dataset of people whose schema rejects every NIK."""
    root = Path(__file__).parents[2]
    dataset = folder / "datasets" / "orang"
    (dataset / "source").mkdir(parents=True)
    (folder / "schemas").mkdir()
    for name in ("offices.yaml", "services.yaml"):
        shutil.copy(root / "datasets" / name, folder / "datasets" / name)
    pd.DataFrame(columns).to_csv(dataset / "source" / "orang.csv", index=False)
    descriptor = {
        "name": "orang", "title": "Daftar", "description": "Daftar",
        "organization": "dinas-dukcapil", "groups": ["administrasi-kependudukan"],
        "contact": {"name": "Dinas"}, "frequency": "semesteran", "coverage": {"region": "12"},
        "tables": {"orang": {"schema": "orang", "source": "source/orang.csv"}},
    }  # fmt: skip
    (dataset / "dataset.yaml").write_text(yaml.safe_dump(descriptor), encoding="utf-8")
    fields = [REJECTED, *({"name": name, "type": "string"} for name in columns if name != "nik")]
    schema = yaml.safe_dump({"name": "orang", "fields": fields})
    (folder / "schemas" / "orang.yaml").write_text(schema, encoding="utf-8")
