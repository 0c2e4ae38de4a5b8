"""Every command: help in both languages, exit codes, JSON on stdout alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cli.conftest import ROOT, Call

from pipelines.cli import COMMANDS
from pipelines.project.dataset import dataset_names

DATASETS = dataset_names(ROOT)


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("command", ["", *COMMANDS, "portal up", "portal reset"])
def test_help_in_both_languages(call: Call, command: str, lang: str) -> None:
    called = call(*command.split(), "--help", "--lang", lang)
    assert called.code == 0
    words = {"id": ("Pemakaian:", "tampilkan bantuan ini"), "en": ("Usage:", "show this help")}
    assert all(word in called.out for word in words[lang])
    assert max(map(len, called.out.splitlines())) <= 80
    english = {"OPTIONS", "FILE", "FILE…", "NAME", "COMMAND", "[required]"}
    assert lang == "en" or not english & set(called.out.replace("[", " [").split())


@pytest.mark.parametrize("args", [[], ["portal"], ["--lang", "en"]])
def test_a_group_alone_shows_its_help(call: Call, args: list[str]) -> None:
    called = call(*args)
    assert (called.code, called.out) == (2, "")
    assert called.err.startswith("Usage: publish")
    assert "\n  up " in called.err or "\n  status " in called.err


def test_without_its_packages_it_says_what_to_do() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "publish.py", "status"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 3
    assert "make demo" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("args", "names_it"),
    [
        (["validat"], "validate"),
        (["validate", "--shema", "x"], "--schema"),
        (["extract", "a.xlsx"], "--out"),
        (["validate", "kode-wilyah"], "kode-wilayah"),
        (["validate", "setup.cfg"], "--schema"),
        (["validate", "--limit", "-1"], "--limit"),
        (["validate", "--report", "a.pdf"], ".html"),
        (["explain", "type-eror"], "type-error"),
        (["plan", "--project", "/no/such"], "--project"),
        (["portal", "upp"], "closest: up"),
        (["reset"], "portal reset"),
        (["zzz"], "rollback, status, portal"),
        (["validate", "--report"], "'--report' needs a value"),
        (["validate", "no-such.csv"], "no-such.csv: this file does not exist"),
        (["validate", "kode"], "kode-wilayah"),
        (["get", "x", "--format", "pdf"], "choose one of csv, xlsx, parquet"),
        (["rollback", "x", "1.0.0", "--to", "1"], "1.0.0"),
        (["validate", "--limit", "many"], "a whole number, 0 at least"),
        (["validate", "--schema", "docs"], "a folder and not a file"),
    ],
)
def test_usage_is_told_and_exits_2(call: Call, args: list[str], names_it: str) -> None:
    called = call(*args)
    assert called.code == 2
    assert called.out == ""
    assert names_it in called.err
    assert "→" in called.err


def test_an_error_under_json_is_json(call: Call) -> None:
    called = call("--json", "explain", "no-such-code")
    assert called.code == 2
    assert called.json["error"]["code"] == "explain-unknown"


@pytest.mark.parametrize("name", DATASETS)
def test_every_dataset_validates(call: Call, name: str) -> None:
    called = call("validate", name, "--json")
    assert called.code == 0, called.out
    shape = called.json
    assert shape["valid"] is True
    assert all(table["rows"] > 30 and table["errors"] == [] for table in shape["tables"])
    assert set(shape["tables"][0]) == {
        "name", "source", "rows", "fields", "seconds", "errors", "warnings",
    }  # fmt: skip


SCHEMAS = sorted((ROOT / "schemas").glob("*.yaml"))


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
def test_every_schema_takes_its_valid_sample_and_refuses_the_other(
    call: Call, schema: Path
) -> None:
    samples = schema.parent / "samples"
    good = call("validate", samples / f"{schema.stem}.valid.csv", "--schema", schema, "--json")
    bad = call("validate", samples / f"{schema.stem}.invalid.csv", "--schema", schema, "--json")
    assert (good.code, good.json["valid"]) == (0, True)
    assert (bad.code, bad.json["valid"]) == (1, False)
    faulty = {error["field"] for error in bad.json["tables"][0]["errors"]}
    fields = {field["name"] for field in yaml.safe_load(schema.read_text())["fields"]}
    assert len(faulty & fields) >= 3


def test_reports_are_written(call: Call, tmp_path: Path) -> None:
    paths = [tmp_path / "deep" / f"r.{ending}" for ending in ("html", "xlsx", "json")]
    args = [part for path in paths for part in ("--report", path)]
    called = call("validate", "indeks-kepuasan-masyarakat", *args)
    assert called.code == 0
    assert all(path.stat().st_size > 500 for path in paths)


def test_clean_writes_tables_and_audit(call: Call, tmp_path: Path) -> None:
    called = call("clean", "kode-wilayah", "--out", tmp_path, "--json")
    assert called.code == 0
    written = [Path(item["path"]) for item in called.json["files"]]
    assert all(path.is_file() for path in written)
    table = next(path for path in written if path.name == "kode-wilayah.csv")
    assert "12.10,Kabupaten Labuhanbatu,kabupaten,1207" in table.read_text()


def test_extract_goes_on_when_a_file_fails(call: Call, tmp_path: Path) -> None:
    good = ROOT / "datasets/kode-wilayah/source/kode-wilayah-2025.xlsx"
    called = call("extract", tmp_path / "none.xlsx", good, "--out", tmp_path / "out")
    assert called.code == 1
    assert "none.xlsx" in called.err.replace("\n", "")
    lines = (tmp_path / "out" / "kode-wilayah-2025.xlsx.csv").read_text().splitlines()
    assert lines[0].split(",")[1] == "Kode Wilayah / Kemendagri"
    assert len(lines) == 34


def test_explain_lists_and_explains(call: Call) -> None:
    listed = call("explain", "--json").json["codes"]
    assert {"type-error", "veto", "portal-not-running"} <= set(listed)
    assert "integer" in call("explain", "type-error").out


#: Libraries that take longer to load than a small file takes to read.
HEAVY = (
    "pandas frictionless pydantic openpyxl fastexcel polars duckdb xlrd lxml charset_normalizer "
    "requests urllib3 ssl ckanapi keyring jinja2 babel"
).split()
WORKBOOK = "datasets/kode-wilayah/source/kode-wilayah-2025.xlsx"
SAMPLE = "schemas/samples/ikm.valid.csv"


@pytest.mark.parametrize(
    ("args", "spared"),
    [
        (["--help"], [*HEAVY, "numpy", "pyarrow", "python_calamine"]),
        (["portal", "--help"], ["pandas", "frictionless", "ckanapi", "duckdb", "pyarrow"]),
        (["explain", "type-error"], [*HEAVY, "numpy", "pyarrow", "python_calamine"]),
        (["inspect", WORKBOOK], HEAVY),
        (["inspect", SAMPLE], HEAVY),
        (["validate", SAMPLE, "--schema", "schemas/ikm.yaml"], ["pandas", "openpyxl", "requests"]),
    ],
    ids=lambda value: " ".join(value[:2]),
)
def test_a_command_loads_only_what_it_needs(args: list[str], spared: list[str]) -> None:
    code = (
        "import sys\n"
        "from pipelines.cli import main\n"
        "try:\n    main(sys.argv[2:])\n"
        "except SystemExit as left:\n    assert left.code == 0, left.code\n"
        "loaded = set(sys.argv[1].split()) & sys.modules.keys()\n"
        "assert not loaded, sorted(loaded)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, " ".join(spared), *args],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
