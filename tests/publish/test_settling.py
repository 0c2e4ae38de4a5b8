"""A publication whose loader is still at work is unfinished, and the next run finishes it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from ckan_api import ActionError, Api
from publish_toys import Toy, frame, table
from rich.console import Console

from pipelines import ckan, package, publish
from pipelines.errors import PortalProblem
from pipelines.messages import set_lang
from pipelines.portal import PortalInfo
from pipelines.publish import PublishProgress
from pipelines.publish.apply import loaders
from pipelines.status import drift

pytestmark = pytest.mark.portal


class Loader:
    """The records of xloader's jobs on a portal that has it by name only."""

    def __init__(self, portal: PortalInfo, api: Api, name: str) -> None:
        self.portal = ckan.connect(portal.url, portal.api_token, patience=5)
        site = self.portal.site
        self.portal.__dict__["site"] = {**site, "extensions": [*site["extensions"], "xloader"]}
        self.api, self.name = api, name
        self.steps: list[str] = []

    def data(self) -> str:
        found = self.api.package_show(id=self.name)["resources"]
        return str(next(r["id"] for r in found if r["publish_role"] == "data"))

    def mark(self, state: str) -> None:
        """Record what a job for the CSV does now."""
        task = {
            "entity_id": self.data(), "entity_type": "resource", "task_type": "xloader",
            "key": "xloader", "value": "{}", "state": state,
            "last_updated": dt.datetime.now(dt.UTC).replace(tzinfo=None).isoformat(),
        }  # fmt: skip
        try:
            known = {k: task[k] for k in ("entity_id", "task_type", "key")}
            task["id"] = self.api.task_status_show(**known)["id"]
        except ActionError as error:
            assert error.status == 404
        self.api.task_status_update(**task)

    def plan(self, rows: pd.DataFrame) -> publish.Plan:
        return publish.compute_plan(Toy(self.name), {"penduduk": table(rows)}, self.portal)

    def publish(
        self, rows: pd.DataFrame, at: str = "", then: Callable[[], object] = lambda: None
    ) -> publish.Outcome:
        """Publish; when the step `at` begins, something happens."""
        self.steps.clear()

        def tell(now: PublishProgress) -> None:
            self.steps.append(now.step)
            if now.step == at and self.steps.count(at) == 1:
                then()

        return publish.apply_plan(self.plan(rows), self.portal, build=package.build, progress=tell)

    def stay_busy(self, rows: pd.DataFrame) -> None:
        """Publish while a job does not end."""
        with pytest.raises(PortalProblem) as problem:
            self.publish(rows, "loaders", lambda: self.mark("running"))
        assert problem.value.code == "publish-loader-busy"


@pytest.fixture
def loader(portal: PortalInfo, api: Api, name: str, monkeypatch: pytest.MonkeyPatch) -> Loader:
    monkeypatch.setattr(loaders, "PATIENCE", 0.2)
    monkeypatch.setattr(loaders, "_FIRST_WAIT", 0.1)
    return Loader(portal, api, name)


def stands(loader: Loader, reader: Api, rows: pd.DataFrame, version: str) -> None:
    """Everybody sees the version, no trace is left, and nothing is left to do."""
    found = reader.package_show(id=loader.name)
    assert (found["version"], found["private"]) == (version, False)
    held = reader.datastore_search(resource_id=loader.data(), limit=100)["records"]
    assert sorted(r["kode"] for r in held) == sorted(rows["kode"])
    changes = next(r["id"] for r in found["resources"] if r["publish_role"] == "changes")
    traces = {"action": ["settling", "publishing"]}
    assert reader.datastore_search(resource_id=changes, filters=traces)["records"] == []
    assert loader.publish(rows).plan.action == "unchanged"
    assert loader.steps == []


def test_a_new_dataset_stays_private_until_the_loader_is_done(
    loader: Loader, portal: PortalInfo, api: Api
) -> None:
    reader = Api(portal.url)
    loader.stay_busy(frame())
    for _ in range(2):
        assert api.package_show(id=loader.name)["private"]
        with pytest.raises(ActionError):
            reader.package_show(id=loader.name)
        assert loader.plan(frame()).action == "update"
        loader.stay_busy(frame())
        assert "public" not in loader.steps
    loader.mark("complete")
    out = loader.publish(frame())
    assert out.verified and out.plan.version_to == "1.0.0"
    assert loader.steps.index("loaders") < loader.steps.index("public")
    stands(loader, reader, frame(), "1.0.0")


def test_a_new_version_is_not_unchanged_before_its_loader_is_done(
    loader: Loader, portal: PortalInfo, api: Api
) -> None:
    loader.publish(frame())
    rows = frame().assign(catatan="baru")
    loader.stay_busy(rows)
    plan = loader.plan(rows)
    assert (plan.action, plan.version_to, plan.changed) == ("update", "1.0.1", False)
    set_lang("en")
    out = io.StringIO()
    publish.render_plan(plan, Console(file=out, width=200, color_system=None))
    assert "the last publication is not finished" in out.getvalue()
    clean = {"penduduk": table(rows)}
    facts = drift.portal_facts(loader.portal, Toy(loader.name), clean, dt.datetime.now(dt.UTC))
    assert facts.unfinished
    loader.stay_busy(rows)
    # the job ends as such jobs do: with a table of the loader's own
    api.datastore_delete(resource_id=loader.data(), force=True)
    texts = [{"id": name, "type": "text"} for name in rows.columns]
    records = rows.head(2).astype(object).where(rows.head(2).notna(), None).to_dict("records")
    api.datastore_create(resource_id=loader.data(), force=True, fields=texts, records=records)
    loader.mark("complete")
    out = loader.publish(rows)
    assert out.verified and not out.plan.changed
    kinds = {f["id"]: f["type"] for f in api.datastore_info(id=loader.data())["fields"]}
    assert kinds["jumlah"] == "int8"
    stands(loader, Api(portal.url), rows, "1.0.1")


def test_a_job_that_takes_the_table_while_it_is_waited_for(
    loader: Loader, portal: PortalInfo, api: Api
) -> None:
    loader.stay_busy(frame())
    loader.mark("complete")

    def take() -> None:
        api.datastore_delete(resource_id=loader.data(), force=True, filters={"kode": "12.71"})

    assert loader.publish(frame(), "loaders", take).verified
    assert loader.steps.index("public") > loader.steps.index("rows")
    stands(loader, Api(portal.url), frame(), "1.0.0")


def test_other_data_than_those_that_were_not_finished(loader: Loader, portal: PortalInfo) -> None:
    loader.stay_busy(frame())
    loader.mark("complete")
    rows = frame().assign(catatan="baru")
    assert loader.publish(rows).plan.version_to == "1.0.1"
    stands(loader, Api(portal.url), rows, "1.0.1")


@pytest.mark.parametrize("change", [{"private": True}, {"state": "deleted"}])
def test_a_dataset_that_was_hidden_comes_back_when_the_loader_is_done(
    loader: Loader, portal: PortalInfo, api: Api, change: dict[str, Any]
) -> None:
    loader.publish(frame())
    api.package_patch(id=loader.name, **change)
    loader.stay_busy(frame())
    with pytest.raises(ActionError):
        Api(portal.url).package_show(id=loader.name)
    loader.mark("complete")
    assert loader.publish(frame()).verified
    stands(loader, Api(portal.url), frame(), "1.0.0")


class Died(Exception):
    """A run that ends in the middle."""


def test_files_that_were_not_read_back_are_looked_at(loader: Loader, portal: PortalInfo) -> None:
    """The run ended after the version was written; of one file only the half arrived."""
    loader.publish(frame())
    rows = frame().assign(catatan="baru")

    def die() -> None:
        raise Died

    with pytest.raises(Died):
        loader.publish(rows, "verify-files", die)
    rid = loader.data()
    (stored,) = portal.data_dir.rglob(f"{rid[:3]}/{rid[3:6]}/{rid[6:]}")
    whole = stored.read_bytes()
    stored.write_bytes(whole[: len(whole) // 2])
    assert loader.publish(rows).verified
    assert stored.read_bytes() == whole
    stands(loader, Api(portal.url), rows, "1.0.1")


def test_a_portal_that_lost_its_loader_meanwhile(
    loader: Loader, portal: PortalInfo, steward: ckan.Portal
) -> None:
    loader.stay_busy(frame())
    loader.portal = steward
    assert loader.publish(frame()).verified
    stands(loader, Api(portal.url), frame(), "1.0.0")
