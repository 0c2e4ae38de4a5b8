"""The portal is a complete, unmodified CKAN."""

from __future__ import annotations

import io
import subprocess
import time

import pytest
import requests
from ckan_api import ActionError, Api

from pipelines import portal as embedded
from pipelines.portal import PortalInfo, config
from pipelines.portal.paths import portal_paths

pytestmark = pytest.mark.portal

FIELDS = [
    {"id": "kode", "type": "text", "info": {"label": "Kode", "label_en": "Code"}},
    {"id": "nama", "type": "text", "info": {"label": "Nama", "label_en": "Name"}},
    {"id": "jumlah", "type": "int4", "info": {"label": "Jumlah", "unit": "jiwa"}},
]
ROWS = [
    {"kode": "12.01", "nama": "Kabupaten Tapanuli Tengah", "jumlah": 365177},
    {"kode": "12.71", "nama": "Kota Medan", "jumlah": 2435252},
    {"kode": "12.76", "nama": "Kota Tebing Tinggi", "jumlah": 172838},
]


@pytest.fixture(scope="module")
def dataset(api: Api) -> dict[str, object]:
    """A dataset of an office, in a group, with a table."""
    api.organization_create(name="dinas-uji", title="Dinas Uji")
    api.group_create(name="layanan-uji", title="Layanan Uji")
    api.package_create(
        name="penduduk-uji",
        title="Penduduk Uji",
        notes="Jumlah penduduk kabupaten dan kota",
        owner_org="dinas-uji",
        groups=[{"name": "layanan-uji"}],
        tags=[{"name": "penduduk"}],
        license_id="cc-by",
    )
    table = api.datastore_create(
        resource={"package_id": "penduduk-uji", "name": "Penduduk", "format": "CSV"},
        fields=FIELDS,
        primary_key=["kode"],
        records=ROWS,
    )
    return {"name": "penduduk-uji", "table": table["resource_id"]}


def test_version_and_plugins(portal: PortalInfo) -> None:
    found = Api(portal.url).status_show()
    assert found["ckan_version"] == portal.version
    assert found["locale_default"] == "id"
    wanted = {"datastore", "datatables_view", "text_view", "image_view", "dcat", "pgsearch"}
    assert wanted <= set(found["extensions"])


def test_package_search_with_facets(portal: PortalInfo, dataset: dict[str, object]) -> None:
    found = Api(portal.url).package_search(
        q="penduduk",
        fq="organization:dinas-uji",
        **{"facet.field": ["organization", "groups", "tags"]},
    )
    assert [item["name"] for item in found["results"]] == ["penduduk-uji"]
    assert found["facets"]["organization"] == {"dinas-uji": 1}
    assert found["facets"]["groups"] == {"layanan-uji": 1}
    assert Api(portal.url).package_search(q="", fq="tags:penduduk")["count"] >= 1
    assert Api(portal.url).package_search(q="takada")["count"] == 0


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"filters": {"kode": "12.71"}}, ["12.71"]),
        ({"q": "kota"}, ["12.71", "12.76"]),
        ({"q": "tebing tinggi"}, ["12.76"]),
        ({"sort": "jumlah desc", "limit": 1}, ["12.71"]),
    ],
)
def test_datastore_search(
    portal: PortalInfo, dataset: dict[str, object], query: dict[str, object], codes: list[str]
) -> None:
    found = Api(portal.url).datastore_search(
        **({"resource_id": dataset["table"], "sort": "kode"} | query)
    )
    assert [row["kode"] for row in found["records"]] == codes
    assert isinstance(found["records"][0]["jumlah"], int)


def test_datastore_sql_reads_only(portal: PortalInfo, dataset: dict[str, object]) -> None:
    reader = Api(portal.url)
    table = dataset["table"]
    found = reader.datastore_search_sql(sql=f'SELECT sum(jumlah) AS total FROM "{table}"')
    assert int(found["records"][0]["total"]) == sum(int(str(row["jumlah"])) for row in ROWS)
    for sql in (
        f'DELETE FROM "{table}"',
        f'SELECT 1; DROP TABLE "{table}"',
        "SELECT * FROM pg_user",
    ):
        with pytest.raises(ActionError):
            reader.datastore_search_sql(sql=sql)


def test_rows_are_upserted_in_large_statements(api: Api, dataset: dict[str, object]) -> None:
    table = dataset["table"]
    rows = [{"kode": f"99.{n:04d}", "nama": "uji", "jumlah": n} for n in range(1500)]
    for method in ("insert", "upsert", "update"):
        api.datastore_upsert(resource_id=table, method=method, records=rows, force=True)
    found = api.datastore_search(resource_id=table, q="uji", limit=0)
    assert found["total"] == 1500
    api.datastore_delete(resource_id=table, filters={"nama": "uji"}, force=True)


def test_a_file_is_uploaded_and_served(api: Api, dataset: dict[str, object]) -> None:
    content = "kode,nama\n12.71,Kota Medan\n"
    made = api.call(
        "resource_create",
        files={"upload": ("data.csv", io.BytesIO(content.encode()))},
        package_id="penduduk-uji",
        name="Berkas",
        format="CSV",
    )
    assert requests.get(made["url"], timeout=30).text == content
    api.resource_delete(id=made["id"])


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/catalog.ttl", "text/turtle"),
        ("/catalog.jsonld", "application/ld+json"),
        ("/dataset/penduduk-uji.ttl", "text/turtle"),
    ],
)
def test_dcat(portal: PortalInfo, dataset: dict[str, object], path: str, kind: str) -> None:
    answer = requests.get(portal.url + path, timeout=60)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(kind)
    assert "Penduduk Uji" in answer.text


@pytest.mark.parametrize("action", ["package_create", "datastore_upsert", "user_list"])
def test_strangers_may_only_read(
    portal: PortalInfo, dataset: dict[str, object], action: str
) -> None:
    with pytest.raises(ActionError) as caught:
        Api(portal.url).call(action, name="x", resource_id=dataset["table"], records=ROWS)
    assert caught.value.status == 403


def test_background_jobs_are_done(api: Api) -> None:
    """A job that is put into the queue is taken out by the worker, which goes on living."""
    where = portal_paths()
    ckan = [str(where.python), str(where.env / "bin" / "ckan"), "-c", str(config.path(where))]
    before = embedded.status()["services"]["jobs"]
    done = subprocess.run(
        [*ckan, "jobs", "test"], env=config.environment(where), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    limit = time.monotonic() + 60
    while api.job_list():
        assert time.monotonic() < limit, "nobody took the job"
        time.sleep(0.1)
    after = embedded.status()["services"]["jobs"]
    assert after["running"] and (after["pid"], after["restarts"]) == (
        before["pid"],
        before["restarts"],
    )
