"""Publishing on portals as they are run: with loaders and other people's plugins switched on.

`PUBLISH_TEST_ADDONS` names the add-ons of the portal; `make test-portals` runs a matrix of them.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ckan_api import ActionError, Api
from publish_toys import Toy, frame, table

from pipelines import ckan, package, publish
from pipelines import portal as embedded
from pipelines.portal.addons import VARIABLE
from pipelines.status import drift

pytestmark = pytest.mark.portal
ADDONS = os.environ.get("PUBLISH_TEST_ADDONS", "xloader activity")
LOADERS = ("xloader", "datapusher")
BUSY = ("submitting", "pending", "running", "running_but_viewable")


@pytest.fixture(scope="module")
def loaded(portal_dir: Path) -> Iterator[embedded.PortalInfo]:
    """A portal of this module's own with the add-ons."""
    folder = portal_dir / "addons"
    folder.mkdir(mode=0o711)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PUBLISH_PORTAL_DIR", str(folder))
        patch.setenv(VARIABLE, ADDONS)
        try:
            yield embedded.up()
        finally:
            embedded.reset()


@pytest.fixture
def there(loaded: embedded.PortalInfo) -> Api:
    return Api(loaded.url, loaded.api_token)


@pytest.fixture
def portal_with_addons(loaded: embedded.PortalInfo) -> ckan.Portal:
    return ckan.connect(loaded.url, loaded.api_token, patience=20)


def resources(api: Api, name: str) -> dict[str, Any]:
    """Role → resource."""
    return {r["publish_role"]: r for r in api.package_show(id=name)["resources"]}


def wait_until_idle(api: Api, name: str, seconds: float = 120) -> None:
    """Wait until no job is queued and no loader is at work; fail when that does not come."""
    ends = time.monotonic() + seconds
    while True:
        busy = [job["title"] for job in api.job_list()]
        for resource in api.package_show(id=name)["resources"]:
            for loader in LOADERS:
                try:
                    task = api.task_status_show(
                        entity_id=resource["id"], task_type=loader, key=loader
                    )
                except ActionError as error:
                    assert error.status == 404
                else:
                    busy += [loader] * (task["state"] in BUSY)
        if not busy:
            return
        assert time.monotonic() < ends, busy
        time.sleep(0.3)


def as_published(api: Api, name: str, rows: pd.DataFrame) -> None:
    """Check that the typed table stands with its dictionary and rows, and nothing else does."""
    own = resources(api, name)
    info = api.datastore_info(id=own["data"]["id"])
    fields = {f["id"]: f for f in info["fields"] if f["id"] != "_id"}
    assert {k: f["type"] for k, f in fields.items()} == {
        "kode": "text", "tahun": "int4", "jumlah": "int8", "kepadatan": "numeric",
        "dicatat": "date", "sementara": "bool", "diubah": "timestamp", "catatan": "text",
    }  # fmt: skip
    assert all(field["info"]["label"] for field in fields.values())
    found = api.datastore_search(resource_id=own["data"]["id"], limit=100, sort="kode")
    assert sorted(r["kode"] for r in found["records"]) == sorted(rows["kode"])
    for role in ("xlsx", "changelog", "datapackage"):
        assert not own[role].get("datastore_active")
        with pytest.raises(ActionError):
            api.datastore_info(id=own[role]["id"])


def test_what_is_published_stays(
    portal_with_addons: ckan.Portal, there: Api, name: str, tmp_path: Path
) -> None:
    """First publication, unchanged, update, rollback: each stands once the portal is idle."""
    portal, toy = portal_with_addons, Toy(name)

    def go(rows: pd.DataFrame, version: str) -> None:
        plan = publish.compute_plan(toy, {"penduduk": table(rows)}, portal)
        assert publish.apply_plan(plan, portal, build=package.build).verified
        assert there.package_show(id=name)["version"] == version
        wait_until_idle(there, name)
        as_published(there, name, rows)
        again = publish.compute_plan(toy, {"penduduk": table(rows)}, portal, deep=True)
        assert (again.action, list(again.drift)) == ("unchanged", [])

    first = frame()
    go(first, "1.0.0")
    later = pd.concat([first, first.head(1).assign(kode="12.99")], ignore_index=True)
    go(later, "1.1.0")
    plan = publish.rollback(toy, portal, to="1.0.0")
    assert publish.apply_plan(plan, portal, build=package.build).verified
    wait_until_idle(there, name)
    as_published(there, name, first)
    (path,) = publish.get(portal, name, tmp_path)
    assert len(pd.read_csv(path)) == len(first)


@pytest.mark.skipif("xloader" not in ADDONS.split(), reason="the portal has no xloader")
def test_a_table_that_a_loader_took_is_reported_and_restored(
    portal_with_addons: ckan.Portal, there: Api, name: str
) -> None:
    portal, toy, rows = portal_with_addons, Toy(name), frame()
    plan = publish.compute_plan(toy, {"penduduk": table(rows)}, portal)
    publish.apply_plan(plan, portal, build=package.build)
    for role in ("data", "xlsx"):
        there.xloader_submit(resource_id=resources(there, name)[role]["id"], ignore_hash=True)
    wait_until_idle(there, name)
    plan = publish.compute_plan(toy, {"penduduk": table(rows)}, portal)
    assert plan.action == "update" and plan.version_to == "1.0.0"
    assert any("penduduk" in line for line in plan.drift) and len(plan.drift) >= 2
    assert plan.as_json()["rows"] == {"added": 0, "changed": 0, "removed": 0}
    facts = drift.portal_facts(portal, toy, {"penduduk": table(rows)}, dt.datetime.now(dt.UTC))
    assert "loaded" in {item.kind for item in facts.drift}
    assert publish.apply_plan(plan, portal, build=package.build).verified
    wait_until_idle(there, name)
    as_published(there, name, rows)
    assert publish.compute_plan(toy, {"penduduk": table(rows)}, portal).action == "unchanged"
