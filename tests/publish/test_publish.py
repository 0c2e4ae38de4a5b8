"""Publishing on the real portal: what is there afterwards is what was asked for, and no more."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import re
from pathlib import Path
from typing import Any

import frictionless
import pandas as pd
import pytest
import requests
from ckan_api import Api
from publish_toys import Toy, descriptor, frame, many, table
from rich.console import Console

from pipelines import ckan, package, publish
from pipelines.errors import Refused, UsageProblem
from pipelines.messages import set_lang
from pipelines.portal import PortalInfo
from pipelines.project import naming
from pipelines.publish.plan.guards import MOST_FIELDS

pytestmark = pytest.mark.portal


def package_of(api: Api, name: str) -> dict[str, Any]:
    found: dict[str, Any] = api.package_show(id=name)
    return found


def resource(api: Api, name: str, role: str, tab: str | None = None) -> dict[str, Any]:
    for item in package_of(api, name)["resources"]:
        if item.get("publish_role") == role and tab in (None, item["publish_table"]):
            return dict(item)
    raise AssertionError(role)


def rows_of(api: Api, rid: str, **query: Any) -> list[dict[str, Any]]:
    found = api.datastore_search(resource_id=rid, limit=32000, sort="_id", **query)["records"]
    for row in found:
        row.pop("_id")
    return list(found)


def changes(api: Api, name: str) -> list[tuple[Any, ...]]:
    found = rows_of(api, resource(api, name, "changes")["id"])
    return [
        (r["version"], r["action"], r["key"], r["field"], r["before"], r["after"])
        for r in found
        if r["action"] != "release"
    ]


def test_first_publication(go: Any, api: Api, name: str, portal: PortalInfo) -> None:
    out = go().as_json()
    assert out["action"] == "create" and out["version"] == {"from": None, "to": "1.0.0"}
    assert out["verified"] and out["rows"] == {"added": 5, "changed": 0, "removed": 0}
    anonymous = Api(portal.url)
    found = package_of(anonymous, name)
    assert found["version"] == "1.0.0" and not found["private"]
    assert found["organization"]["title"] == "Dinas Kependudukan dan Pencatatan Sipil"
    assert found["groups"][0]["title"] == "Administrasi Kependudukan"
    assert found["license_id"] == "cc-by" and found["maintainer_email"] == "data@contoh.example"
    extras = {item["key"]: item["value"] for item in found["extras"]}
    assert extras["frequency"] == "tahunan" and extras["title_en"] == "Population by Region"
    assert extras["region"] == "12" and extras["temporal_start"] == "2023"
    assert "1.0.0" in extras["citation"]
    assert extras["publisher_email"] == "dukcapil@contoh.example"
    assert extras["publisher_url"] == "https://dukcapil.contoh.example"
    assert [r["format"] for r in found["resources"]] == [
        "CSV", "XLSX", "Parquet", "CSV", "MD", "JSON",
    ]  # fmt: skip
    data = resource(anonymous, name, "data")
    answer = anonymous.datastore_search(resource_id=data["id"])
    kinds = {field["id"]: field["type"] for field in answer["fields"]}
    assert kinds == {
        "_id": "int", "kode": "text", "tahun": "int4", "jumlah": "int8", "kepadatan": "numeric",
        "dicatat": "date", "sementara": "bool", "diubah": "timestamp", "catatan": "text",
    }  # fmt: skip
    info = {field["id"]: field.get("info") for field in answer["fields"]}
    assert info["jumlah"]["unit"] == "jiwa"
    assert (info["kode"]["label_id"], info["kode"]["label_en"]) == ("Kode wilayah", "Region code")
    schema = api.datastore_info(id=data["id"])["fields"]
    indexed = {field["id"] for field in schema if field["schema"]["is_index"]}
    assert {"kode", "tahun"} <= indexed
    views = {v["view_type"] for v in api.resource_view_list(id=data["id"])}
    assert "datatables_view" in views
    assert requests.get(data["url"], timeout=30).text.startswith("kode,tahun,jumlah")
    assert changes(api, name) == []


def test_table_can_be_asked(go: Any, name: str, portal: PortalInfo) -> None:
    go()
    api = Api(portal.url)
    rid = resource(api, name, "data")["id"]
    assert len(rows_of(api, rid, filters={"kode": "12.71"})) == 2
    assert len(rows_of(api, rid, q="kutip")) == 1
    sql = f'SELECT sum(jumlah) AS n FROM "{rid}" WHERE sementara AND tahun = 2024'
    # CKAN 2.10 gives sums as text.
    assert [int(row["n"]) for row in api.datastore_search_sql(sql=sql)["records"]] == [2460000]
    found = api.package_search(q=name, **{"facet.field": ["groups", "organization"]})
    assert found["count"] == 1
    assert found["search_facets"]["groups"]["items"][0]["name"] == "kependudukan"


def test_an_office_is_known_by_its_other_names(
    go: Any, api: Api, name: str, portal: PortalInfo
) -> None:
    """Offices merge and are renamed; readers look for the name they know."""
    go()
    assert name in {d["name"] for d in api.package_search(q="Disdukcapil", rows=200)["results"]}
    office = api.organization_show(id="dinas-dukcapil")
    assert office["description"] == (
        "Mengurus administrasi kependudukan.\n\n"
        "Nama lain: Disdukcapil; Badan Catatan Sipil (2001-01-01–2016-12-31).\n\n"
        "Alamat: dukcapil@contoh.example · https://dukcapil.contoh.example"
    )
    extras = {item["key"]: item["value"] for item in office["extras"]}
    assert "Other names: Disdukcapil;" in extras["description_en"]
    about = f"{portal.url}/organization/about/dinas-dukcapil"
    page = requests.get(about, timeout=30).text
    assert "Nama lain: Disdukcapil" in page
    assert "description_en" not in page and "title_en" not in page
    service = requests.get(f"{portal.url}/group/about/kependudukan", timeout=30)
    assert service.ok and "title_en" not in service.text


def test_unchanged_costs_a_few_requests(go: Any, api: Api, name: str) -> None:
    go()
    before = package_of(api, name)
    out = go().as_json()
    assert out["action"] == "unchanged" and out["requests"] <= 4
    assert package_of(api, name) == before
    shuffled = go(frame().iloc[::-1]).as_json()
    assert shuffled["action"] == "unchanged"


def test_only_the_difference_travels(go: Any, api: Api, name: str) -> None:
    go()
    ids = {r["publish_role"]: r["id"] for r in package_of(api, name)["resources"]}
    rid = ids["data"]
    kept = {r["kode"]: r["_id"] for r in api.datastore_search(resource_id=rid)["records"]}
    rows = frame()
    rows.loc[0, "jumlah"] = "365178"
    rows.loc[0, "catatan"] = "diperbaiki sesudah sensus"
    rows = rows.drop(index=[2])
    rows.loc[9] = rows.loc[0]
    rows.loc[9, "kode"] = "12.99"
    out = go(rows, shrink=0.5).as_json()
    assert out["version"] == {"from": "1.0.0", "to": "1.1.0"}
    assert out["rows"] == {"added": 1, "changed": 1, "removed": 1}
    assert {r["publish_role"]: r["id"] for r in package_of(api, name)["resources"]} == ids
    now = {r["kode"]: r["_id"] for r in api.datastore_search(resource_id=rid)["records"]}
    assert now["12.01"] == kept["12.01"] and "12.10" not in now
    assert len(rows_of(api, rid, q="sensus")) == 2
    assert changes(api, name) == [
        ("1.1.0", "removed", '["12.10", "2023"]', "", json.dumps({
            "kode": "12.10", "tahun": "2023", "jumlah": "493899", "kepadatan": "230",
            "dicatat": "2024-01-07", "sementara": "true", "catatan": "=1+1"}), None),
        ("1.1.0", "changed", '["12.01", "2023"]', "jumlah", "365177", "365178"),
        ("1.1.0", "changed", '["12.01", "2023"]', "catatan", None, "diperbaiki sesudah sensus"),
        ("1.1.0", "added", '["12.99", "2023"]', "", None, json.dumps({
            "kode": "12.99", "tahun": "2023", "jumlah": "365178", "kepadatan": "166.40",
            "dicatat": "2024-01-05", "sementara": "false", "diubah": "2024-01-05T08:00:00",
            "catatan": "diperbaiki sesudah sensus"})),
    ]  # fmt: skip
    log = requests.get(resource(api, name, "changelog")["url"], timeout=30).content.decode()
    assert "## 1.1.0" in log and "1 baris bertambah; 1 baris berubah; 1 baris dihapus" in log
    assert go(rows).as_json()["action"] == "unchanged"


def test_versions_follow_the_recipe(go: Any, name: str) -> None:
    go()
    fixed = frame()
    fixed.loc[1, "jumlah"] = "1"
    assert go(fixed).plan.version_to == "1.0.1"
    assert go(fixed, toy=Toy(name, keywords=["lain"])).plan.version_to == "1.0.2"
    grown = pd.concat([fixed, fixed.head(1).assign(kode="12.98")])
    assert go(grown, toy=Toy(name, keywords=["lain"])).plan.version_to == "1.1.0"


def test_metadata_field_by_field(go: Any, api: Api, name: str) -> None:
    go()
    toy = Toy(name, title={"id": "Judul Baru", "en": "New Title"}, method=None)
    out = go(toy=toy).as_json()
    assert {m["field"] for m in out["metadata"]} == {
        "title", "extras.title_en", "extras.method", "extras.method_en",
    } | {"extras.citation", "extras.citation_en"} | {
        f"resources.penduduk/{role}" for role in ("data", "xlsx", "parquet")
    }  # fmt: skip
    found = package_of(api, name)
    assert found["title"] == "Judul Baru"
    assert "method" not in {item["key"] for item in found["extras"]}


def test_words_of_a_table_reach_its_resources(
    go: Any, api: Api, name: str, steward: ckan.Portal
) -> None:
    go()
    tables = Toy(name).spec.model_dump(by_alias=True)["tables"]
    tables["penduduk"] |= {
        "title": {"id": "Jumlah penduduk", "en": "Number of people"},
        "description": {"id": "Hasil <b>registrasi</b>.", "en": "From the register."},
    }
    toy = Toy(name, tables=tables)
    out = go(toy=toy).as_json()
    assert out["version"]["to"] == "1.0.1"
    (change,) = [m for m in out["metadata"] if m["field"] == "resources.penduduk/xlsx"]
    assert change["before"]["name_en"] == "Population by Region (XLSX)"
    assert change["after"]["name_en"] == "Number of people (XLSX)"
    data = resource(api, name, "data")
    assert (data["name"], data["name_en"]) == ("Jumlah penduduk (CSV)", "Number of people (CSV)")
    assert data["description"].startswith("Hasil &lt;b>registrasi&lt;/b>.\n\nTabel lengkap")
    assert data["description_en"].startswith("From the register.\n\nThe full table")
    assert go(toy=toy).as_json()["action"] == "unchanged"
    api.resource_patch(id=data["id"], name="Disunting di portal")
    out = go(toy=toy).as_json()
    assert out["drift"] == ["resources.penduduk/data"]
    assert out["metadata"][0]["before"] == {"name": "Disunting di portal"}
    assert resource(api, name, "data")["name"] == "Jumlah penduduk (CSV)"


def test_portal_s_own_additions_stay(go: Any, api: Api, name: str) -> None:
    go()
    found = package_of(api, name)
    extras = [*found["extras"], {"key": "nomor_agenda", "value": "17/2024"}]
    api.package_patch(id=name, extras=extras)
    api.resource_create(package_id=name, name="Surat edaran", url="https://contoh.example/surat")
    assert go().as_json()["action"] == "unchanged"
    go(frame().assign(catatan="x"))
    after = package_of(api, name)
    assert {"key": "nomor_agenda", "value": "17/2024"} in after["extras"]
    assert after["resources"][-1]["name"] == "Surat edaran"


def test_drift_is_shown_and_mended(go: Any, api: Api, name: str, steward: ckan.Portal) -> None:
    go()
    api.package_patch(id=name, title="Diubah orang")
    rid = resource(api, name, "data")["id"]
    edited = {"kode": "12.01", "tahun": 2023, "jumlah": 1}
    api.datastore_upsert(resource_id=rid, force=True, method="update", records=[edited])
    plan = publish.compute_plan(Toy(name), {"penduduk": table(frame())}, steward, deep=True)
    assert plan.drift == ["title", "penduduk: changed 1"] and plan.action == "update"
    out = publish.apply_plan(plan, steward, build=package.build)
    assert out.plan.version_to == "1.0.0" and changes(api, name) == []
    assert package_of(api, name)["title"] == "Penduduk per Wilayah"
    assert rows_of(api, rid)[0]["jumlah"] == 365177
    api.datastore_delete(resource_id=rid, force=True, filters={"kode": "12.02"})
    assert go().as_json()["drift"] == ["penduduk: removed 1"]
    assert len(rows_of(api, rid)) == 5


def test_drift_is_not_logged_as_ours(go: Any, api: Api, name: str) -> None:
    go()
    rid = resource(api, name, "data")["id"]
    edited = {"kode": "12.01", "tahun": 2023, "jumlah": 1}
    api.datastore_upsert(resource_id=rid, force=True, method="update", records=[edited])
    rows = frame()
    rows.loc[0, "jumlah"] = "2"
    out = go(rows)
    assert out.plan.version_to == "1.0.1" and out.plan.drift
    assert changes(api, name) == [
        ("1.0.1", "changed", '["12.01", "2023"]', "jumlah", "365177", "2")
    ]


def test_field_added_without_reloading(go: Any, api: Api, name: str) -> None:
    go()
    rid = resource(api, name, "data")["id"]
    ids = [r["_id"] for r in api.datastore_search(resource_id=rid)["records"]]
    schema = descriptor()
    schema["fields"].append({"name": "luas", "type": "number", "title": "Luas", "unit": "km²"})
    rows = frame().assign(luas=["1.5", "2", None, "3", "4"])
    out = go(rows, toy=Toy(name, schema=schema)).as_json()
    assert out["version"]["to"] == "2.0.0"
    assert out["fields"][0]["change"] == "added"
    found = api.datastore_search(resource_id=rid)
    assert sorted(r["_id"] for r in found["records"]) == sorted(ids)
    assert [r["luas"] for r in rows_of(api, rid, filters={"kode": "12.01"})] == [1.5]
    assert found["fields"][-1]["info"]["unit"] == "km²"


def test_breaking_fields_need_a_flag(go: Any, api: Api, name: str) -> None:
    go()
    rid = resource(api, name, "data")["id"]
    schema = descriptor()
    schema["fields"][3]["type"] = "string"
    schema["fields"] = [f for f in schema["fields"] if f["name"] != "catatan"]
    toy = Toy(name, schema=schema)
    rows = frame().drop(columns=["catatan"])
    with pytest.raises(Refused, match="--allow break") as refused:
        go(rows, toy=toy)
    assert refused.value.exit_code == 1
    out = go(rows, toy=toy, allow={"break"}).as_json()
    assert out["version"]["to"] == "2.0.0" and out["verified"]
    found = api.datastore_search(resource_id=rid)
    kinds = {field["id"]: field["type"] for field in found["fields"]}
    assert kinds["kepadatan"] == "text" and "catatan" not in kinds
    assert found["total"] == 5
    schema = api.datastore_info(id=rid)["fields"]
    assert any(field["schema"]["is_index"] for field in schema if field["id"] == "tahun")
    gone = [c for c in changes(api, name) if c[3] == "catatan"]
    assert len(gone) == 4 and all(c[5] is None for c in gone)


def test_changed_key(go: Any, api: Api, name: str) -> None:
    rows = frame().drop_duplicates("kode")
    go(rows)
    schema = descriptor() | {"primaryKey": ["kode"]}
    out = go(rows, toy=Toy(name, schema=schema), allow={"break"}).as_json()
    assert [f["change"] for f in out["fields"]] == ["key"] and out["version"]["to"] == "2.0.0"
    assert go(rows, toy=Toy(name, schema=schema)).as_json()["action"] == "unchanged"


def test_without_a_key_rows_are_known_by_content(go: Any, api: Api, name: str) -> None:
    schema = descriptor()
    del schema["primaryKey"]
    toy = Toy(name, schema=schema)
    twice = pd.concat([frame(), frame().head(2)])
    go(twice, toy=toy)
    rid = resource(api, name, "data")["id"]
    assert len(rows_of(api, rid)) == 7
    once = pd.concat([frame(), frame().head(1)])
    out = go(once, toy=toy, shrink=0.5).as_json()
    assert out["rows"] == {"added": 0, "changed": 0, "removed": 1}
    assert len(rows_of(api, rid)) == 6
    assert go(once, toy=toy).as_json()["action"] == "unchanged"


def test_dictionary_alone(go: Any, api: Api, name: str) -> None:
    go()
    schema = descriptor()
    schema["fields"][2]["title_en"] = "Inhabitants"
    rid = resource(api, name, "data")["id"]
    out = go(toy=Toy(name, schema=schema)).as_json()
    assert out["version"]["to"] == "1.0.1" and [f["change"] for f in out["fields"]] == [
        "dictionary"
    ]
    info = {f["id"]: f.get("info") for f in api.datastore_search(resource_id=rid)["fields"]}
    assert info["jumlah"]["label_en"] == "Inhabitants"
    schema["fields"][2].pop("unit")
    go(toy=Toy(name, schema=schema))
    info = {f["id"]: f.get("info") for f in api.datastore_search(resource_id=rid)["fields"]}
    assert "unit" not in info["jumlah"]


def test_words_of_a_descriptor_are_words_on_the_page(
    go: Any, api: Api, name: str, portal: PortalInfo
) -> None:
    hostile = "<script>alert(1)</script> umur < 5 ![g](https://x.example/p.png) [a](javascript:b)"
    toy = Toy(name, title=hostile, description=hostile, contact={"name": hostile})
    go(toy=toy)
    page = requests.get(f"{portal.url}/dataset/{name}", timeout=30).text
    assert "<script>alert" not in page
    assert "umur &lt; 5" in page
    assert not re.search(r"<img[^>]*x\.example", page)
    assert not re.search(r'href="?javascript', page)
    assert package_of(api, name)["notes"].count("umur < 5") == 2  # described once, and the contact
    cited = html.unescape(re.search(r'id="od-cite-text">(.*?)</p>', page, re.S)[1])
    for item in package_of(api, name)["extras"]:
        if item["key"] == "citation":
            assert cited.startswith(item["value"].removesuffix("."))


def test_the_package_can_be_read_from_its_address(go: Any, api: Api, name: str) -> None:
    for rows in (None, frame().head(4)):
        go(rows, allow={"shrink"})
        address = resource(api, name, "datapackage")["url"]
        found = frictionless.validate(address)
        assert found.valid, found.flatten(["type", "message"])
        assert found.stats["tasks"] == 1
        described = requests.get(address, timeout=30).json()
        (table,) = described["resources"]
        for file in (table, *table["alternates"]):
            content = requests.get(file["path"], timeout=30).content
            assert f"sha256:{hashlib.sha256(content).hexdigest()}" == file["hash"]


@pytest.mark.parametrize(
    ("count", "flag", "code"), [(0, "empty", "publish-empty"), (3, "shrink", "publish-shrink")]
)
def test_guards(go: Any, api: Api, name: str, count: int, flag: str, code: str) -> None:
    go()
    before = package_of(api, name)
    with pytest.raises(Refused, match=f"--allow {flag}") as refused:
        go(frame().head(count))
    assert refused.value.code == code
    assert package_of(api, name) == before
    assert go(frame().head(count), allow={"empty", "shrink"}).verified


def test_a_table_too_long_for_excel_is_refused_before_anything_is_sent(
    go: Any, steward: ckan.Portal, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "EXCEL_ROWS", 5)
    with pytest.raises(Refused) as refused:
        go()
    assert refused.value.code == "package-too-long"
    assert steward.dataset(name) is None


def test_a_table_too_wide_for_a_portal_is_refused_before_anything_is_sent(
    go: Any, steward: ckan.Portal, name: str
) -> None:
    fields = [{"name": f"k{n}", "type": "integer"} for n in range(MOST_FIELDS + 1)]
    rows = pd.DataFrame([["1"] * len(fields)], columns=[field["name"] for field in fields])
    toy = Toy(name, schema={"fields": fields, "primaryKey": ["k0"]})
    with pytest.raises(Refused, match="unpivot") as refused:
        go(rows, toy=toy, allow={"empty", "shrink", "break"})
    assert refused.value.code == "publish-wide"
    assert steward.dataset(name) is None


def test_empty_first_table_is_refused_before_anything_is_sent(
    go: Any, steward: ckan.Portal, name: str
) -> None:
    with pytest.raises(Refused, match="--allow empty"):
        go(frame().head(0))
    assert steward.dataset(name) is None


def test_repeated_key_is_refused(go: Any, steward: ckan.Portal, name: str) -> None:
    with pytest.raises(Refused) as refused:
        go(pd.concat([frame(), frame().head(1)]))
    assert refused.value.code == "publish-duplicate-key"
    assert steward.dataset(name) is None


@pytest.mark.parametrize(
    ("field", "value"), [("jumlah", "9223372036854775808"), ("catatan", "a\x00b")]
)
def test_what_no_column_holds_is_refused(
    go: Any, steward: ckan.Portal, name: str, field: str, value: str
) -> None:
    rows = frame()
    rows.loc[0, field] = value
    with pytest.raises(Refused, match=field) as refused:
        go(rows)
    assert refused.value.code == "publish-misfit"
    assert steward.dataset(name) is None


def test_several_tables(go: Any, api: Api, name: str) -> None:
    spec = Toy(name).spec.tables["penduduk"].model_dump(by_alias=True)
    spec["formats"] = ["csv"]
    both = Toy(name, tables={"kota": spec, "desa": spec})
    one = Toy(name, tables={"kota": spec})
    go({"kota": frame()}, toy=one)
    out = go({"kota": frame(), "desa": frame().head(2)}, toy=both).as_json()
    assert out["version"]["to"] == "1.1.0"
    rid = resource(api, name, "data", "desa")["id"]
    assert len(rows_of(api, rid)) == 2
    assert "datatables_view" in {v["view_type"] for v in api.resource_view_list(id=rid)}
    unchanged = go({"kota": frame(), "desa": frame().head(2)}, toy=both).as_json()
    assert unchanged["action"] == "unchanged" and unchanged["requests"] <= 4
    with pytest.raises(Refused, match="--allow break"):
        go({"kota": frame()}, toy=one)
    assert go({"kota": frame()}, toy=one, allow={"break"}).plan.version_to == "2.0.0"
    tables = {r["publish_table"] for r in package_of(api, name)["resources"]}
    assert tables == {"kota", ""}


def test_format_added_and_dropped(go: Any, api: Api, name: str) -> None:
    def toy(*formats: str) -> Toy:
        spec = Toy(name).spec.tables["penduduk"].model_dump(by_alias=True)
        return Toy(name, tables={"penduduk": spec | {"formats": list(formats)}})

    go(toy=toy("csv"))
    assert go(toy=toy("csv", "parquet")).plan.version_to == "1.0.1"
    assert resource(api, name, "parquet")["url"].endswith(f"{name}.parquet")
    assert go(toy=toy("csv", "parquet")).as_json()["action"] == "unchanged"
    go(toy=toy("csv"))
    roles = [r["publish_role"] for r in package_of(api, name)["resources"]]
    assert roles == ["data", "changes", "changelog", "datapackage"]


def test_any_version_can_be_had(go: Any, steward: ckan.Portal, name: str, tmp_path: Path) -> None:
    steps = [frame(), frame().head(4).assign(catatan="dua"), frame().assign(jumlah="3")]
    for rows in steps:
        go(rows, shrink=0.9)
    known = [release.version for release in publish.versions(steward, name)]
    assert known == ["1.0.0", "1.1.0", "1.2.0"]
    for version, rows in zip(known, steps, strict=True):
        (path,) = publish.get(steward, name, tmp_path / version, version=version)
        back = pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])
        pd.testing.assert_frame_equal(
            back.sort_values(["kode", "tahun"], ignore_index=True),
            rows.sort_values(["kode", "tahun"], ignore_index=True),
        )
    (book,) = publish.get(steward, name, tmp_path, kind="xlsx")
    assert book.read_bytes()[:2] == b"PK"
    with pytest.raises(UsageProblem, match=r"1\.0\.0, 1\.1\.0, 1\.2\.0"):
        publish.get(steward, name, tmp_path, version="9.9.9")
    with pytest.raises(UsageProblem, match="csv"):
        publish.get(steward, name, tmp_path, version="1.0.0", kind="xlsx")
    with pytest.raises(UsageProblem) as absent:
        publish.get(steward, "tidak-ada", tmp_path)
    assert absent.value.code == "publish-dataset-absent"


def test_rollback(go: Any, steward: ckan.Portal, api: Api, name: str, tmp_path: Path) -> None:
    go()
    schema = descriptor()
    schema["fields"] = [f for f in schema["fields"] if f["name"] != "catatan"]
    narrow = Toy(name, schema=schema)
    go(frame().drop(columns=["catatan"]).head(3), toy=narrow, allow={"break", "shrink"})
    plan = publish.rollback(narrow, steward, to="1.0.0")
    out = publish.apply_plan(plan, steward, build=package.build)
    assert out.plan.version_to == "3.0.0" and out.verified
    rid = resource(api, name, "data")["id"]
    assert {r["catatan"] for r in rows_of(api, rid)} >= {"=1+1", "dua\nbaris"}
    (path,) = publish.get(steward, name, tmp_path)
    with path.open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.reader(stream))) == 6
    for version, count in (("1.0.0", 5), ("2.0.0", 3)):
        (path,) = publish.get(steward, name, tmp_path, version=version)
        assert len(pd.read_csv(path)) == count


def test_saved_plan_is_exact(
    go: Any, steward: ckan.Portal, api: Api, name: str, tmp_path: Path
) -> None:
    go()
    rows = frame().assign(catatan="baru")

    def now(frame_: pd.DataFrame) -> publish.Plan:
        return publish.compute_plan(Toy(name), {"penduduk": table(frame_)}, steward)

    path = tmp_path / "plan.json"
    publish.save([now(rows)], path)
    (saved,) = publish.load(path)
    with pytest.raises(Refused) as moved:
        saved.check(now(rows.assign(catatan="lain")))
    assert moved.value.code == "publish-moved"
    plan = now(rows)
    saved.check(plan)
    api.package_patch(id=name, title="Diubah di portal")
    with pytest.raises(Refused):
        saved.check(now(rows))
    with pytest.raises(Refused) as late:
        publish.apply_plan(plan, steward, build=package.build, exact=True)
    assert late.value.code == "publish-moved"
    go()
    fresh = now(rows)
    publish.save([fresh], path)
    publish.load(path)[0].check(fresh)
    assert publish.apply_plan(fresh, steward, build=package.build, exact=True).verified
    path.write_text("{}")
    with pytest.raises(UsageProblem):
        publish.load(path)


def test_plan_is_shown_like_a_diff(go: Any, steward: ckan.Portal, name: str) -> None:
    go()
    rows = frame().drop(index=[1])
    rows.loc[0, "jumlah"] = "1"
    plan = publish.compute_plan(
        Toy(name, keywords=["baru"]), {"penduduk": table(rows)}, steward, shrink=0.9
    )
    for lang, words in (("id", "1 berubah"), ("en", "1 changed")):
        set_lang(lang)  # type: ignore[arg-type]
        out = io.StringIO()
        publish.render_plan(plan, Console(file=out, width=80, color_system=None))
        text = out.getvalue()
        assert f"{name}" in text and "1.0.0 → 1.1.0" in text and words in text
        assert "jumlah: 365177 → 1" in text and "- 12.02 | 2023" in text
        assert max(map(len, text.splitlines())) <= 80
    set_lang("id")


def test_values_come_back_as_sent(go: Any, api: Api, name: str) -> None:
    rows = frame().iloc[[0] * 6].reset_index(drop=True)
    rows["kode"] = [f"12.{n}" for n in range(6)]
    rows["catatan"] = ['"', "a\r\nb", "  spasi  ", "NULL", "\\N \\t %s :x", "😀 \u200b\t|"]
    rows["kepadatan"] = ["0.00", "1e3", "-0.5", "123456789.123456789", "1E-7", "NaN"]
    rows["jumlah"] = ["0", "-1", "9223372036854775807", "-9223372036854775808", "7", "10"]
    rows["diubah"] = ["2024-01-05T08:00:00Z", *["2024-01-05T08:00:00"] * 5]
    assert go(rows).verified
    assert go(rows).as_json()["action"] == "unchanged"
    found = {r["kode"]: r for r in rows_of(api, resource(api, name, "data")["id"])}
    assert [found[f"12.{n}"]["catatan"] for n in range(6)] == rows["catatan"].tolist()


def test_thousands_of_rows(go: Any, api: Api, name: str) -> None:
    rows = many(25_000)
    assert go(rows).verified
    changed = rows.copy()
    changed.loc[::100, "jumlah"] = "1"
    changed = changed.drop(index=range(7, 2000, 10))
    out = go(changed).as_json()
    assert out["rows"]["changed"] == 250 and out["rows"]["removed"] == 200
    assert out["verified"]
    rid = resource(api, name, "data")["id"]
    assert api.datastore_search(resource_id=rid, limit=0)["total"] == 24_800


def test_a_plan_shows_where_long_texts_part(go: Any, steward: ckan.Portal, name: str) -> None:
    go()
    words = "Banyaknya penduduk menurut wilayah dan tahun"
    described = Toy(name, description={"id": f"{words}, dihitung ulang.", "en": "x"})
    plan = publish.compute_plan(described, {"penduduk": table(frame())}, steward)
    out = io.StringIO()
    publish.render_plan(plan, Console(file=out, width=80, color_system=None))
    text = " ".join(out.getvalue().split())
    assert "wilayah dan tahun. *" in text
    assert "wilayah dan tahun, dihitung ulang." in text
    assert max(map(len, out.getvalue().splitlines())) <= 80


def test_readers_see_the_caveats_in_their_language(
    go: Any, api: Api, name: str, portal: PortalInfo
) -> None:
    toy = Toy(name)
    toy.caveats = {"id": "- Bobot sumber **0,11**.", "en": "- The source weighs 0.11."}
    go(toy=toy)
    page = requests.get(f"{portal.url}/dataset/{name}", timeout=30).text
    assert "Yang perlu diketahui pembaca" in page and "<strong>0,11</strong>" in page
    english = requests.get(f"{portal.url}/en/dataset/{name}", timeout=30).text
    assert "What a reader must know" in english and "The source weighs 0.11." in english
    assert "the figures are not official" in english and "History of changes" in english


def test_documented_calls_work(go: Any, api: Api, name: str) -> None:
    go()
    notes = package_of(api, name)["notes"]
    code = [line[4:] for line in notes.splitlines() if line.startswith("    ")]
    curl = next(line for line in code if line.startswith("curl "))
    address = curl.split('"')[1]
    assert len(requests.get(address, timeout=30).json()["result"]["records"]) == 5
    start = code.index("import requests")
    python = "\n".join(code[start : code.index("// JavaScript")]).strip()
    shown: list[Any] = []
    exec(python, {"print": shown.append})
    assert len(shown[0]) == 5
    address = next(line for line in code if "fetch(" in line).split('"')[1]
    assert requests.get(address, timeout=30).json()["success"]


def test_our_own_page_shows_the_calls_once(
    go: Any, api: Api, name: str, portal: PortalInfo
) -> None:
    """Other portals show those of the description; our theme has a place for them."""
    go()
    assert "import requests" in package_of(api, name)["notes"]
    page = requests.get(f"{portal.url}/dataset/{name}", timeout=30).text
    assert page.count("import requests") == 1
    assert "Using the API" not in page
    assert "data@contoh.example" in page


def test_dictionary_edited_on_the_portal_is_mended(go: Any, api: Api, name: str) -> None:
    go()
    rid = resource(api, name, "data")["id"]
    fields = [f for f in api.datastore_search(resource_id=rid)["fields"] if f["id"] != "_id"]
    fields[2]["info"]["label"] = "Salah"
    api.datastore_create(resource_id=rid, force=True, fields=fields)
    out = go().as_json()
    assert out["drift"] == ["penduduk.jumlah: dictionary"] and out["version"]["to"] == "1.0.0"
    info = {f["id"]: f.get("info") for f in api.datastore_search(resource_id=rid)["fields"]}
    assert info["jumlah"]["label"] == "Jumlah penduduk"
