"""Views, files, metadata and the version's number, in one request."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.ckan import Transient
from pipelines.model import DataPackage, PackageFile
from pipelines.publish.apply.loaders import begin_settling, end_settling, settle
from pipelines.publish.apply.lock import Lock
from pipelines.publish.apply.package_urls import address
from pipelines.publish.apply.publication import Publication, read_package, revise, wanted
from pipelines.publish.apply.verification import holds, read_back
from pipelines.publish.digests import Digest, recorded
from pipelines.publish.history import changelog, releases
from pipelines.publish.plan import metadata
from pipelines.publish.plan.model import Json
from pipelines.publish.plan.resources import media_of, resources_for
from pipelines.publish.state import PortalState


def complete(
    run: Publication,
    state: PortalState,
    lock: Lock,
    building: Future[DataPackage],
    out: Path,
    facts: Mapping[str, Json],
    moment: Any,
) -> None:
    """Views, files, metadata and the version's number; then the files read back.

    building: the package that is being made in the folder `out`.
    """
    plan, portal = run.plan, run.portal
    if any(table.info is None or table.rebuild for table in plan.tables.values()):
        # The DataStore has noted on the resources that they have a table now.
        state = read_package(run, state)
    _views(run, state)
    lock.renew()
    run.tell("files")
    files = {_role(file): (file.path, Digest.of(file.path)) for file in building.result().files}
    files["", "changelog"] = _changelog(run, state, facts, moment, out)
    own = state.own()
    ids = {name: own[name, "data"]["id"] for name in plan.tables}
    want = wanted(run, ids, plan.version_to)
    resources = resources_for(plan, own, {key: digest for key, (_, digest) in files.items()}, want)
    _write_addresses(run, state, resources, files)
    sent = {
        resource["id"]: files[key]
        for resource in resources
        if (key := (resource["publish_table"], resource["publish_role"])) in files
        and _must_be_sent(run, state, own.get(key), *files[key], out)
    }
    changes = own["", "changes"]["id"]
    foreign = [r for r in (state.package or {}).get("resources", ()) if not r.get("publish_role")]
    update = {
        **metadata.as_ckan(want, state.package, run.dataset.spec.extras),
        "version": plan.version_to,
        "state": "active",
        "resources": [*resources, *foreign],
        # What nobody sees yet is made public in a request of its own, once its files have been read
        # back and no loader can change its tables any more.
        "private": _hidden(state),
    }
    begin_settling(run, changes)
    run.tell("metadata", 0, len(sent))
    package = revise(
        run,
        state,
        update,
        drop=["resources", "extras", "tags", "groups"],
        files={id_: (path.name, path, media_of(path.name)) for id_, (path, _) in sent.items()},
    )
    read_back(run, package["id"], sent, out)
    for name in plan.removed_tables:
        portal.drop_table(own[name, "data"]["id"])
    settle(run, lock)
    if package.get("private"):
        run.tell("public")
        # A loader may have noted something on the resources meanwhile: the version must match.
        public = replace(state, package=package)
        revise(run, public, {"private": False}, match={"version": plan.version_to})
    end_settling(run, changes, state)


def _hidden(state: PortalState) -> bool:
    """Say whether readers don't see the dataset now, or not yet as published."""
    package = state.package or {}
    return not state.version or bool(package.get("private")) or package.get("state") == "deleted"


def _write_addresses(
    run: Publication,
    state: PortalState,
    resources: list[Json],
    files: dict[tuple[str, str], tuple[Path, Digest]],
) -> None:
    """Give the files their addresses in `datapackage.json`, and it its hash."""
    path, _ = files["", "datapackage"]
    keys = {item["id"]: (item["publish_table"], item["publish_role"]) for item in resources}
    names = {id_: files[key][0].name for id_, key in keys.items() if key in files}
    address(path, (state.package or {})["id"], resources, names, run.plan.site)
    digest = Digest.of(path)
    files["", "datapackage"] = path, digest
    for item in resources:
        if item["publish_role"] == "datapackage":
            item |= digest.fields()


def _changelog(
    run: Publication, state: PortalState, facts: Mapping[str, Json], moment: Any, out: Path
) -> tuple[Path, Digest]:
    """Write the versions as people read them; return the file and its hash."""
    plan = run.plan
    told = [release for name in plan.tables for release in state.finished(name)]
    if plan.changed:
        told += [
            releases.Release(plan.version_to, moment.isoformat(), name, fact)
            for name, fact in facts.items()
        ]
    path = out / "CHANGELOG.md"
    text = changelog.changelog(run.dataset.spec.title.id, told)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path, Digest.of(path)


def _must_be_sent(
    run: Publication, state: PortalState, there: Json | None, path: Path, digest: Digest, out: Path
) -> bool:
    """Say whether a file is sent: not when the portal surely has these bytes.

    After a run that did not come to its end they are looked at: to send them again would give a
    slow loader its job anew.
    """
    if there is None or recorded(there) != digest.sha256 or there.get("url_type") != "upload":
        return True
    if state.unfinished or state.lock:
        return True
    package = str((state.package or {})["id"])
    return state.settling and not holds(run, package, there["id"], path.name, digest, out)


def _role(file: PackageFile) -> tuple[str, str]:
    roles = {"csv": "data", "json": "datapackage"}
    return file.table, roles.get(file.format, file.format)


def _views(run: Publication, state: PortalState) -> None:
    """Give each resource the view that suits it, unless it has one."""
    extensions = set(run.portal.site.get("extensions", ()))
    table_view = "datatables_view" if "datatables_view" in extensions else "recline_view"
    kinds = {"data": table_view, "changes": table_view, "changelog": "text_view",
             "datapackage": "text_view"}  # fmt: skip
    plan = run.plan
    for (table, role), resource in state.own().items():
        kind = kinds.get(role)
        known = bool(plan.version_from) and (not table or plan.state.infos.get(table) is not None)
        if kind is None or kind not in extensions or known:
            continue
        there = {view["view_type"] for view in run.portal.views(resource["id"])}
        if kind not in there:
            title = "Tabel" if kind == table_view else "Isi"
            view = {"resource_id": resource["id"], "view_type": kind, "title": title}
            try:
                run.portal.create_view(view)
            except Transient:
                if kind not in {v["view_type"] for v in run.portal.views(resource["id"])}:
                    raise
