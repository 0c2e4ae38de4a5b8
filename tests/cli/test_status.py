"""`status` on a real CKAN with the shipped datasets: told in words and JSON, nothing changed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from ckan_api import Api
from cli.conftest import ROOT, Call

from pipelines import portal as embedded
from pipelines.project.dataset import dataset_names, load_dataset

pytestmark = pytest.mark.portal
NAMES = tuple(dataset_names(ROOT))
#: The datasets that one test spoils, each in its own way.
SPOILT = ("indeks-kepuasan-masyarakat", "kode-wilayah", "layanan-administrasi-kependudukan")


def by_name(shape: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in shape["datasets"]}


def test_tells_every_dataset_in_few_requests(call: Call, published: Api) -> None:
    before = [published.package_show(id=name)["metadata_modified"] for name in NAMES]
    called = call("status", "--json")
    assert called.code == 0, called.err
    shape = called.json
    assert shape["portal"]["reached"] is True
    specs = [load_dataset(name, ROOT).spec for name in NAMES]
    assert shape["portal"]["requests"] == 2 * len(specs) + sum(len(spec.tables) for spec in specs)
    assert {office["organization"] for office in shape["offices"]} == {
        spec.organization for spec in specs
    }
    found = by_name(shape)
    assert tuple(found) == NAMES
    for one in found.values():
        assert (one["version"], one["drift"], one["unpublished"]) == ("1.0.0", [], [])
        assert one["quality"]["errors"] == one["quality"]["personal_data"] == 0
        assert one["quality"]["completeness"] > 0.99
        assert one["url"].startswith(shape["portal"]["url"])
    ikm = found["indeks-kepuasan-masyarakat"]
    assert (ikm["covered_to"], ikm["due"]) == ("2024-06-30", "2025-01-30")
    assert ikm["freshness"] == "overdue" and ikm["days_overdue"] > 300
    assert ikm["quality"]["warnings"] == 14
    assert shape["total"]["datasets"] == len(NAMES)
    assert [published.package_show(id=name)["metadata_modified"] for name in NAMES] == before


@pytest.mark.parametrize(("lang", "word"), [("id", "Langkah berikut:"), ("en", "Next step:")])
def test_table_fits_a_terminal(call: Call, published: Api, lang: str, word: str) -> None:
    called = call("status", "--lang", lang)
    lines = called.out.splitlines()
    assert (called.code, called.err) == (0, "")
    assert max(map(len, lines)) <= 80
    assert any(line.startswith(word) for line in lines)
    assert all(f"  {name}" in lines for name in NAMES)
    assert "\x1b" not in called.out


def test_one_dataset_and_a_page(call: Call, published: Api, tmp_path: Path) -> None:
    page = tmp_path / "deep" / "status.html"
    called = call("status", "kode-wilayah", "--html", page)
    assert called.code == 0
    assert "indeks-kepuasan-masyarakat" not in called.out
    assert str(page) in called.err.replace("\n", "")
    assert 'data-state="' in page.read_text(encoding="utf-8")


def test_needs_no_token_and_sees_what_is_not_published(
    call: Call, published: Api, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CKAN_URL", published.url)
    for name in set(NAMES) - set(SPOILT):
        shutil.rmtree(project / "datasets" / name)
    sheet = project / "datasets" / SPOILT[0] / "source" / "ikm-2024-semester-1.xlsx"
    sheet.unlink()
    descriptor = project / "datasets" / SPOILT[0] / "dataset.yaml"
    text = descriptor.read_text(encoding="utf-8").replace("[ikm, skm,", "[ikm, skm, survei,")
    descriptor.write_text(text, encoding="utf-8")
    new = project / "datasets" / "baru"
    (project / "datasets" / SPOILT[1]).rename(new)
    text = (new / "dataset.yaml").read_text(encoding="utf-8")
    (new / "dataset.yaml").write_text(text.replace(f"name: {SPOILT[1]}", "name: baru"), "utf-8")
    (project / "datasets" / SPOILT[2] / "dataset.yaml").write_text("name: [", "utf-8")
    called = call("--project", project, "status", "--json")
    assert called.code == 0, called.err
    found = by_name(called.json)
    assert found["baru"]["freshness"] == "never"
    ikm = found[SPOILT[0]]
    assert ikm["version"] == "1.0.0"
    codes = [concern["code"] for concern in ikm["concerns"]]
    assert codes == ["status-errors", "status-overdue", "status-unpublished"]
    assert [item["name"] for item in ikm["unpublished"]] == ["keywords"]
    broken = found[SPOILT[2]]
    assert broken["quality"]["problem"]
    assert broken["organization"] is None
    assert called.json["next"].startswith(f"{SPOILT[2]}: ")


def test_an_edit_is_seen_and_its_words_do_not_act(call: Call, published: Api) -> None:
    title = published.package_show(id="kode-wilayah")["title"]
    published.package_patch(id="kode-wilayah", title="\x1b[31m<script>alert(1)</script>")
    try:
        told = call("status", "kode-wilayah")
        planned = call("plan", "kode-wilayah")
    finally:
        published.package_patch(id="kode-wilayah", title=title)
    assert "changed on the portal: title" in told.out
    assert "publish plan kode-wilayah" in told.out
    assert "<script>" in planned.out
    assert planned.err.strip() == "Next step: publish publish kode-wilayah"
    assert "\x1b" not in told.out + planned.out
    assert "edited" not in call("status", "kode-wilayah").out


@pytest.mark.parametrize("shape", ["words", "json"])
def test_without_a_portal_the_local_part_is_told(
    call: Call, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    monkeypatch.setattr("pipelines.cli.status.PATIENCE", 0.1)
    monkeypatch.setenv("CKAN_URL", "http://127.0.0.1:9")
    called = call("status", "kode-wilayah", *(["--json"] if shape == "json" else []))
    assert called.code == 3
    assert "→" in called.err and "ckan-unreachable" in called.err
    if shape == "json":
        assert called.json["portal"]["problem"]["code"] == "ckan-unreachable"
        (one,) = called.json["datasets"]
        assert (one["freshness"], one["covered_to"]) == ("unknown", "2025-12-31")
        assert one["quality"]["completeness"] == 1
    else:
        assert "100% filled" in called.out
        assert "could not be reached" in called.out


@pytest.mark.filterwarnings("ignore:timeout=0 means no retries")
def test_a_portal_that_fails_is_not_asked_for_every_dataset(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.cli.status.PATIENCE", 0)
    monkeypatch.setenv("CKAN_URL", "http://127.0.0.1:9")
    called = call("status", "--json")
    assert called.code == 3
    assert called.json["portal"]["requests"] == 1
    assert {one["freshness"] for one in called.json["datasets"]} == {"unknown"}
    assert all(one["quality"]["cells"] for one in called.json["datasets"])


def test_without_any_portal(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "current", lambda: None)
    called = call("status", "kode-wilayah")
    assert called.code == 3
    assert "publish portal up" in called.out + called.err


@pytest.mark.parametrize(
    ("args", "names_it"),
    [
        (["status", "kode-wilyah"], "kode-wilayah"),
        (["status", "--html", "status.pdf"], ".html"),
        (["status", "--project", "docs"], "--project"),
    ],
)
def test_usage(call: Call, args: list[str], names_it: str) -> None:
    called = call(*args)
    assert (called.code, called.out) == (2, "")
    assert names_it in called.err
