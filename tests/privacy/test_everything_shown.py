"""A list of people through the whole chain: nothing that is shown or written tells who they are."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import yaml
from rich.console import Console

from bench.labelled import account, nik, nip, phone
from pipelines import clean, extract, report
from pipelines.cli import main
from pipelines.errors import PublishError
from pipelines.scaffold import scaffold
from pipelines.workflow import Run

NAMES = ("Budi Santoso", "Siti Aminah", "Rotua Siregar")
OFFICIAL, SIGNED = "Alwi Hasibuan", "Alwi Mujahit Hasibuan"
LABELS = {
    "NIK": "nik", "Nama Pemohon": "nama", "Tanggal Lahir": "tanggal_lahir", "Desa": "desa",
    "Jenis Kelamin": "jk", "No HP": "hp", "Rekening": "rekening", "Jumlah": "jumlah",
    "Keterangan": "keterangan",
}  # fmt: skip
FIELDS = [
    {"name": "nik", "type": "string", "constraints": {"pattern": "[0-9]{15}", "unique": True}},
    {"name": "nama", "type": "string", "constraints": {"enum": ["A", "B"]}},
    {"name": "tanggal_lahir", "type": "date", "constraints": {"minimum": "1999-01-01"}},
    {"name": "desa", "type": "string"},
    {"name": "jk", "type": "string"},
    {"name": "hp", "type": "integer"},
    {"name": "rekening", "type": "number"},
    {"name": "jumlah", "type": "integer", "constraints": {"maximum": 4}},
    {"name": "keterangan", "type": "string", "constraints": {"maxLength": 5}},
]


def workbook(path: Path, r: random.Random) -> list[str]:
    """Write an office's list of people; return what nothing may show."""
    book = openpyxl.Workbook()
    sheet = book.active
    secrets = [phone(r), nip(r), phone(r)]
    sheet.append(["PEMERINTAH PROVINSI SUMATERA UTARA"])
    sheet.append([f"Daftar Pemohon 2024, kontak {secrets[0]}"])
    sheet.append([])
    sheet.append(list(LABELS))
    for index in range(40):
        person, number, bank = nik(r), phone(r), account(r)
        day = f"{r.randint(10, 28)}/0{r.randint(1, 9)}/19{r.randint(50, 97)}"
        name = r.choice(NAMES)
        note = f"a.n. {name} {person} telp {number}" if index % 3 == 0 else "baik"
        count = f"x{person}" if index % 9 == 0 else 5
        sheet.append(
            [person, name, day, f"Desa {index % 3}", r.choice("LP"), number, bank, count, note]
        )
        secrets += [person, number, bank, day, "-".join(reversed(day.split("/")))]
    sheet.append(["Jumlah", None, None, None, None, None, None, 200])
    sheet.append([])
    sheet.append([f"Catatan: hubungi {NAMES[1]} {secrets[2]}"])
    for line in ("Medan, 5 April 2024", "Kepala Dinas", f"dr. {OFFICIAL}", f"NIP. {secrets[1]}"):
        sheet.append([None, None, None, line])
    book.save(path)
    return secrets


@pytest.fixture
def project(tmp_path: Path) -> tuple[Path, list[str]]:
    """A project with one dataset of people and no allowance."""
    root = Path(__file__).parents[2]
    folder = tmp_path / "datasets" / "warga"
    (folder / "source").mkdir(parents=True)
    (tmp_path / "schemas").mkdir()
    for name in ("offices.yaml", "services.yaml"):
        text = (root / "datasets" / name).read_text(encoding="utf-8")
        (tmp_path / "datasets" / name).write_text(text, encoding="utf-8")
    secrets = workbook(folder / "source" / "warga.xlsx", random.Random(9))
    descriptor = {
        "name": "warga", "title": "Daftar warga", "description": "Daftar",
        "organization": "dinas-dukcapil", "groups": ["administrasi-kependudukan"],
        "contact": {"name": "Dinas"}, "frequency": "semesteran", "coverage": {"region": "12"},
        "tables": {"warga": {"schema": "warga", "source": "source/warga.xlsx", "columns": LABELS}},
    }  # fmt: skip
    (folder / "dataset.yaml").write_text(yaml.safe_dump(descriptor), encoding="utf-8")
    schema = {"name": "warga", "fields": FIELDS, "primaryKey": ["nik"]}
    (tmp_path / "schemas" / "warga.yaml").write_text(yaml.safe_dump(schema), encoding="utf-8")
    return tmp_path, secrets


def steps(project: Path, *written: object) -> None:
    """Give the dataset cleaning steps."""
    path = project / "datasets" / "warga" / "dataset.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["tables"]["warga"]["clean"] = list(written)
    path.write_text(yaml.safe_dump(data), encoding="utf-8")


def told(text: str, secrets: list[str]) -> Iterator[str]:
    """What a text gives away: numbers by nine digits in a row, days and names by themselves."""
    for secret in secrets:
        number = re.sub(r"\D", "", secret)
        pieces = {secret, *(number[i : i + 9] for i in range(len(number) - 8))}
        yield from (piece for piece in pieces if piece in text)
    yield from (name for name in (*NAMES, OFFICIAL) if name in text)


def shown(project: Path, folder: Path) -> str:
    """Everything that the report and the audit of the dataset show and write."""
    prepared = Run(project).prepare("warga")
    whole = prepared.report
    assert not whole.valid
    screen = io.StringIO()
    for verbose in (False, True):
        report.print_report(whole, Console(file=screen, width=200), verbose=verbose)
    texts = [screen.getvalue(), str(whole.as_json()), repr(whole.tables[0].errors)]
    for write, name in ((report.write_html, "r.html"), (report.write_json, "r.json")):
        texts += [p.read_text(encoding="utf-8") for p in write(whole, folder / name)]
    for cleaned in prepared.cleaned.values():
        texts.append(cleaned.audit.to_csv())
        texts += [
            path.read_text(encoding="utf-8")
            for path in clean.write_audit(cleaned.audit, folder, "warga")
            if path.suffix == ".csv"
        ]
    return "\n".join(texts)


@pytest.mark.parametrize(
    "written",
    [
        [],
        [{"drop_rows": "jk == 'L'"}],
        [{"map": {"field": "nama", "fix": {"X": ["Y"]}}}],
        [{"generalise": {"fields": "tanggal_lahir", "to": "year"}}],
    ],
)
def test_nothing_shown_tells_who(
    project: tuple[Path, list[str]], tmp_path: Path, written: list[object]
) -> None:
    root, secrets = project
    steps(root, *written)
    assert sorted(set(told(shown(root, tmp_path), secrets))) == []


def test_inspecting_and_scaffolding_tell_nothing(project: tuple[Path, list[str]]) -> None:
    root, secrets = project
    source = root / "datasets" / "warga" / "source" / "warga.xlsx"
    found = extract.inspect(source)
    screen = io.StringIO()
    extract.render(found, Console(file=screen, width=200))
    folder = scaffold("baru", source, root)
    written = [folder / "dataset.yaml", folder / "NOTES.md", root / "schemas" / "baru.yaml"]
    written += (root / "schemas" / "samples").iterdir()
    texts = [screen.getvalue(), str(found.as_json()), *(p.read_text("utf-8") for p in written)]
    assert sorted(set(told("\n".join(texts), secrets))) == []


def test_errors_do_not_quote_cells(project: tuple[Path, list[str]], tmp_path: Path) -> None:
    root, secrets = project
    path = root / "datasets" / "warga" / "dataset.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["tables"]["warga"]["corrections"] = "corrections.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    number = secrets[3]
    wrong = [{"where": {"nik": number}, "field": "hp", "expect": "0", "to": "1", "why": "salah",
              "told": "dinas"}]  # fmt: skip
    (path.parent / "corrections.yaml").write_text(yaml.safe_dump(wrong), encoding="utf-8")
    try:
        text = shown(root, tmp_path)
    except PublishError as error:
        text = f"{error} {error.title} {error.message} {error.next}"
    assert not [found for found in told(text, secrets) if found != number]


def test_a_header_that_is_a_row_of_data_is_not_quoted(
    project: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    root, secrets = project
    path = root / "datasets" / "warga" / "dataset.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["tables"]["warga"]["layout"] = {"header": [9]}
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["--project", str(root), "validate", "warga"])
    captured = capsys.readouterr()
    said = list(told(captured.out + captured.err, secrets))
    assert [text for text in said if sum(c.isdigit() for c in text) >= 9] == []
