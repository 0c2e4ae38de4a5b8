"""The main job on a real CKAN: the shipped workbooks become typed, documented, queryable data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from ckan_api import Api
from cli.conftest import ROOT, Call
from openpyxl import load_workbook

from pipelines import portal as embedded
from pipelines.project.dataset import dataset_names

pytestmark = pytest.mark.portal
NAMES = dataset_names(ROOT)


def table(api: Api, name: str) -> dict[str, Any]:
    """Return the DataStore resource of a dataset with one table."""
    package = api.package_show(id=name)
    (found,) = [
        r for r in package["resources"] if r["datastore_active"] and r["publish_role"] == "data"
    ]
    return dict(found)


def test_again_changes_nothing_in_few_requests(call: Call, published: Api) -> None:
    before = {r["id"]: r["last_modified"] for n in NAMES for r in resources(published, n)}
    again = call("publish", "--all", "--yes", "--json")
    assert again.code == 0, again.err
    assert [(d["action"], d["verified"]) for d in again.json["datasets"]] == [
        ("unchanged", True)
    ] * len(NAMES)
    assert all(d["requests"] <= 4 for d in again.json["datasets"])
    assert {r["id"]: r["last_modified"] for n in NAMES for r in resources(published, n)} == before


def resources(api: Api, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.package_show(id=name)["resources"]
    return found


def test_codes_kept_their_zero_and_are_text(published: Api) -> None:
    found = published.datastore_search(
        resource_id=table(published, "kode-wilayah")["id"], filters={"kode_bps": "1207"}
    )
    (row,) = found["records"]
    assert row["kode_wilayah"] == "12.10"
    assert row["nama_wilayah"] == "Kabupaten Labuhanbatu"
    types = {field["id"]: field["type"] for field in found["fields"]}
    assert types["kode_wilayah"] == "text"


def test_numbers_are_numbers_in_sql(published: Api) -> None:
    resource = table(published, "layanan-administrasi-kependudukan")["id"]
    sql = (
        f'SELECT layanan, sum(jumlah) AS n, count(*) AS rows FROM "{resource}" '
        "WHERE bulan >= '2024-01' GROUP BY layanan ORDER BY n DESC"
    )
    rows = published.datastore_search_sql(sql=sql)["records"]
    assert [row["layanan"] for row in rows] == ["KTP-el", "Kartu Keluarga", "Akta Kelahiran"]
    assert all(int(row["rows"]) == 33 * 6 and int(row["n"]) > 33 * 6 * 11 for row in rows)


def test_full_text_finds_a_unit(published: Api) -> None:
    found = published.datastore_search(
        resource_id=table(published, "indeks-kepuasan-masyarakat")["id"], q="Samsat Pematangsiantar"
    )
    assert found["total"] == 3
    assert {row["unit_pelayanan"] for row in found["records"]} == {"Samsat Pematangsiantar"}
    assert all(25 <= float(row["ikm"]) <= 100 for row in found["records"])


def test_the_dictionary_speaks_both_languages(published: Api) -> None:
    found = published.datastore_info(id=table(published, "layanan-administrasi-kependudukan")["id"])
    info = {field["id"]: field["info"] for field in found["fields"]}["jumlah"]
    assert info["label"] == info["label_id"] == "Jumlah dokumen"
    assert info["label_en"] == "Documents issued"
    assert info["unit"] == "dokumen"
    assert info["notes_id"] and info["notes_en"]


def test_search_with_facets_by_service_and_office(published: Api) -> None:
    found = published.package_search(q="kabupaten", **{"facet.field": ["groups", "organization"]})
    services = found["search_facets"]["groups"]["items"]
    assert {"kewilayahan", "administrasi-kependudukan"} <= {item["name"] for item in services}
    offices = found["search_facets"]["organization"]["items"]
    assert all(item["display_name"] != item["name"] for item in offices)


def test_metadata_is_whole(published: Api) -> None:
    package = published.package_show(id="indeks-kepuasan-masyarakat")
    extras = {item["key"]: item["value"] for item in package["extras"]}
    assert package["private"] is False
    assert package["license_title"] == "Creative Commons Attribution"
    assert package["version"] == "1.0.0"
    assert extras["title_en"] == "Public Satisfaction Index by Service Unit"
    assert package["organization"]["name"] == "biro-organisasi"
    assert [group["name"] for group in package["groups"]] == ["administrasi-pelayanan"]
    assert package["maintainer_email"] == "organisasi@contoh.example"
    formats = {resource["format"].upper() for resource in package["resources"]}
    assert {"CSV", "XLSX", "PARQUET", "JSON"} <= formats


def test_a_visitor_reads_it_all(published: Api, portal: embedded.PortalInfo) -> None:
    visitor = Api(portal.url)
    for name in NAMES:
        for resource in resources(visitor, name):
            assert requests.get(resource["url"], timeout=60).status_code == 200
    resource = table(visitor, "kode-wilayah")
    assert visitor.datastore_search(resource_id=resource["id"], limit=0)["total"] == 33


def test_an_old_version_can_be_had(call: Call, published: Api, tmp_path: Path) -> None:
    called = call("get", "kode-wilayah", "--version", "1.0.0", "--out", tmp_path, "--json")
    assert called.code == 0, called.err
    (path,) = called.json["files"]
    assert "12.10,Kabupaten Labuhanbatu,kabupaten,1207" in Path(path).read_text()


def test_a_leap_against_the_published_version_is_seen(
    call: Call, published: Api, project: Path
) -> None:
    name = "layanan-administrasi-kependudukan"
    descriptor = project / "datasets" / name / "dataset.yaml"
    text = descriptor.read_text(encoding="utf-8")
    text = text.replace("    - totals: true\n", "    - change: true\n      fields: {jumlah: 50%}\n")
    descriptor.write_text(text, encoding="utf-8")
    path = project / "datasets" / name / "source" / "dokumen-2023-2024.xlsx"
    book = load_workbook(path)
    book["Layanan"]["P9"] = 999_999
    book.save(path)
    called = call("--project", project, "plan", name, "--json")
    assert called.code == 1
    (refused,) = called.json["refused"]
    errors = refused["report"]["tables"][0]["errors"]
    assert [(error["type"], error["cell"]) for error in errors] == [("change-too-large", "P9")]
