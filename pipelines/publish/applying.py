"""Carry out a plan so that it can die at any moment and be finished by running again.

The order makes that true: the lines of the new version are written before its rows are touched;
files, metadata and the version's number change together in one request once the rows were read
back and found right; a new dataset becomes public in the last request of all.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pipelines.ckan import Denied, Portal, Rejected, Transient
from pipelines.dataset import Dataset
from pipelines.edition import formats
from pipelines.errors import PortalProblem, PublishError, Refused
from pipelines.model import Table
from pipelines.publish import history, metadata, planning
from pipelines.publish.base import read_csv
from pipelines.publish.fields import columns, indexes
from pipelines.publish.loading import BATCH, send
from pipelines.publish.lock import Lock, acquire
from pipelines.publish.planning import SHRINK, Plan, TablePlan, compute
from pipelines.publish.progress import Progress, Report, silent
from pipelines.publish.resources import desired, media_of
from pipelines.publish.rows import compare
from pipelines.publish.state import State, read_state
from pipelines.publish.values import canonical, checksum

Json = dict[str, Any]
T = TypeVar("T")
#: How often a step is done again from what the portal then holds, after a failure in the middle.
_TRIES = 5


class BuiltFile(Protocol):
    """A finished file, as the package stage makes it."""

    @property
    def path(self) -> Path:
        """Where it lies."""

    @property
    def table(self) -> str:
        """Its table, empty for `datapackage.json`."""

    @property
    def format(self) -> str:
        """csv, xlsx, parquet or json."""

    @property
    def sha256(self) -> str:
        """Its hash."""


class Built(Protocol):
    """A finished package."""

    @property
    def files(self) -> tuple[Any, ...]:
        """Its files."""


Build = Callable[..., Built]


@dataclass(frozen=True)
class Outcome:
    """What publishing one dataset came to."""

    plan: Plan
    requests: int
    seconds: float
    verified: bool
    url: str
    warnings: tuple[str, ...] = ()

    def as_json(self) -> Json:
        """The shape of `publish --json`."""
        return {
            **self.plan.as_json(),
            "requests": self.requests,
            "seconds": round(self.seconds, 3),
            "verified": self.verified,
            "url": self.url,
            "warnings": list(self.warnings),
        }


@dataclass
class _Run:
    """One publication under way."""

    plan: Plan
    portal: Portal
    build: Build
    report: Report
    extra_requests: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def dataset(self) -> Dataset:
        return self.plan.dataset

    def tell(self, step: str, done: int = 0, total: int = 0) -> None:
        self.report(Progress(self.dataset.name, step, done, total))


def apply(
    plan: Plan,
    portal: Portal,
    *,
    build: Build,
    allow: Collection[str] = (),
    shrink: float = SHRINK,
    exact: bool = False,
    progress: Report = silent,
) -> Outcome:
    """Carry out a plan, read everything back, and only then say that it is published.

    build: the package stage's `build`. allow: guards that are lifted. exact: refuse when the
    portal has moved since the plan, instead of planning anew.
    Raises `Refused` (guards, moved), `PortalProblem` (portal, network, another publisher at work).
    """
    began, sent = time.monotonic(), portal.requests
    run = _Run(plan, portal, build, progress)
    if plan.action != "unchanged" or plan.state.unfinished or plan.state.lock:
        _guard(plan)
        run.tell("check")
        portal.preflight(plan.dataset.spec.organization, plan.dataset.spec.groups)
        _groups(run)
        _publish(run, allow=allow, shrink=shrink, exact=exact)
    return Outcome(
        run.plan,
        plan.requests + portal.requests - sent + run.extra_requests,
        time.monotonic() - began,
        True,
        run.plan.url,
        tuple(run.warnings),
    )


def _guard(plan: Plan) -> None:
    problem = planning.blocked(plan)
    if problem is not None:
        raise problem


def _groups(run: _Run) -> None:
    """Make or correct the organization and the groups."""
    for change in run.plan.groups:
        kind, _, name = change.field.partition(":")
        item = run.dataset.office if kind == "organization" else run.dataset.services[name]
        try:
            run.portal.save_group(kind, metadata.group_data(name, item), new=change.before is None)
        except Denied:
            if change.before is None:
                raise
            # Correcting the words of somebody else's group is not what publishing stands or
            # falls with, but it is said.
            run.warnings.append(change.field)
        except Rejected as error:
            raise _explained(error, run.dataset) from error


def _publish(run: _Run, *, allow: Collection[str], shrink: float, exact: bool) -> None:
    portal, name = run.portal, run.dataset.name
    created = run.plan.state.package is None
    if created:
        run.tell("create")
        _create(run)
    package = run.plan.state.package if not created else None
    state = run.plan.state
    if package is None or not state.changes_there:
        state = read_state(portal, name)
    changes = state.resource("", "changes")
    if changes is None:
        _add_resources(run, state)
        state = read_state(portal, name)
        changes = state.resource("", "changes")
    if changes is None:
        raise PortalProblem("publish-moved-portal", where=name)
    if not state.changes_there:
        portal.create_table(
            changes["id"], history.columns(), primary_key=["id"], indexes=["version", "key"]
        )
    lock = acquire(portal, changes["id"], name)
    try:
        state = read_state(portal, name)
        if created or state.fingerprint != run.plan.state.fingerprint:
            if exact and not created:
                raise Refused("publish-moved", where=name)
            run.plan = compute(
                run.dataset,
                run.plan.sources,
                {table: item.target for table, item in run.plan.tables.items()},
                portal,
                state,
                allow=allow,
                shrink=shrink,
                rollback_to=run.plan.rollback_to,
            )
            _guard(run.plan)
        _carry_out(run, state, lock, changes["id"])
    except BaseException:
        # The error that ends the publication is the one to show; a lock that cannot be given
        # back now is recognised as dead later.
        with contextlib.suppress(PortalProblem):
            lock.release()
        raise
    lock.release()


def _create(run: _Run) -> None:
    """Create the private dataset with its resources, in one request."""
    resources = desired(run.plan, {}, {}, None)
    ids = {r["publish_table"]: r["id"] for r in resources if r["publish_role"] == "data"}
    want = _want(run, ids, run.plan.version_to)
    data = {
        **metadata.as_ckan(want, None, run.dataset.spec.extras),
        "name": run.dataset.name,
        "private": True,
        "resources": resources,
    }
    try:
        run.portal.create_dataset(data)
    except Rejected as error:
        if "name" in error.fields and run.portal.dataset(run.dataset.name) is not None:
            return
        raise _explained(error, run.dataset) from error
    except Transient:
        if run.portal.dataset(run.dataset.name) is None:
            raise


def _add_resources(run: _Run, state: State) -> None:
    """Give a dataset that was not made here (or lost some) the resources of ours."""
    package = state.package or {}
    resources = desired(run.plan, state.own(), {}, None)
    foreign = [r for r in package.get("resources", ()) if not r.get("publish_role")]
    _revise(run, state, {"resources": [*resources, *foreign]}, drop=["resources"])


def _want(run: _Run, ids: Mapping[str, str], version: str) -> Json:
    plan = run.plan
    notes = metadata.notes(run.dataset, site=plan.site, resources=ids, url=plan.url)
    want = metadata.wanted(run.dataset, notes=notes, url=plan.url)
    return metadata.add_citations(want, run.dataset, version=version, url=plan.url)


def _explained(error: Rejected, dataset: Dataset) -> PublishError:
    """Put CKAN's own field errors beside the descriptor's keys."""
    if "match" in error.fields:
        return Refused("publish-moved", where=dataset.name)
    told = [
        f"{key} ({metadata.DESCRIPTOR_KEYS.get(key.split('.')[0], key)}): {reason}"
        for key, reason in _reasons(error.fields)
    ]
    return PortalProblem(
        "publish-rejected", where=dataset.where, reasons="; ".join(told) or str(error.fields)
    )


def _reasons(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    for key, value in fields.items():
        if key.startswith("__"):
            continue
        if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            for item in value:
                if isinstance(item, Mapping):
                    found += [(f"{key}.{k}", reason) for k, reason in _reasons(item)]
        elif isinstance(value, list):
            found.append((key, ", ".join(map(str, value))))
        elif isinstance(value, Mapping):
            found += [(f"{key}.{k}", reason) for k, reason in _reasons(value)]
        else:
            found.append((key, str(value)))
    return found


def _carry_out(run: _Run, state: State, lock: Lock, changes: str) -> None:
    plan = run.plan
    moment = run.portal.transport.now()
    facts = {name: _facts(plan, table) for name, table in plan.tables.items()}
    if plan.changed:
        _again(lambda: _write_lines(run, state, lock, changes, facts, moment))
    for name, table in plan.tables.items():
        _fill(run, state, lock, name, table)
    if plan.action != "unchanged" or state.unfinished:
        _finish(run, state, lock, changes, facts, moment)
    if not plan.changed and state.unfinished:
        # A version that was begun is given up: the table is the published one again.
        stale = sorted({release.version for release in state.unfinished})
        run.portal.delete(changes, {"version": stale})
    _check_public(run)


def _again(step: Callable[[], T]) -> T:
    """Do a step that may be repeated from its start, after failures that may pass."""
    for tries in range(_TRIES):
        try:
            return step()
        except Transient:
            if tries == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _facts(plan: Plan, table: TablePlan) -> Json:
    counts = table.counts if plan.version_from else {"added": 0, "changed": 0, "removed": 0}
    return {
        "previous": plan.version_from,
        "rows": table.target.num_rows,
        "checksum": table.checksum,
        "log_key": list(table.log.key) if table.log else [],
        **counts,
        "fields": [f"{c.field} ({c.change})" for c in table.fields if c.change != "dictionary"],
        "metadata": sorted(
            {c.field for c in plan.metadata if c.field not in plan.drift}
            | ({"dictionary"} if any(c.change == "dictionary" for c in table.fields) else set())
        ),
        **({"rollback_to": plan.rollback_to} if plan.rollback_to else {}),
        "schema": dict(table.schema.descriptor),
    }


def _write_lines(
    run: _Run, state: State, lock: Lock, changes: str, facts: Mapping[str, Json], moment: Any
) -> None:
    """Write the new version's lines; take out those of a version that was never finished.

    A release line of an unfinished version stays until the new one's is there, so that at every
    moment a look at the portal tells whether the table can be a mixture.
    """
    portal, version = run.portal, run.plan.version_to
    run.tell("history")
    there = read_state(portal, run.dataset.name) if state.unfinished else state
    stale = sorted({release.version for release in there.unfinished})
    if stale:
        portal.delete(changes, {"version": stale, "action": ["added", "changed", "removed"]})
    heads = [history.release_line(version, moment, name, fact) for name, fact in facts.items()]
    old = {f"{r.version}/{r.table}" for r in there.unfinished}
    known = [line for line in heads if f"{version}/{line['table']}" in old]
    new = [line for line in heads if f"{version}/{line['table']}" not in old]
    if known:
        portal.update(changes, known)
    body = [
        line
        for name, table in run.plan.tables.items()
        if table.log is not None
        for line in history.lines(table.log, version, moment, name)
    ]
    todo = [*new, *body]
    for start in range(0, len(todo), BATCH):
        lock.renew()
        try:
            portal.insert(changes, todo[start : start + BATCH])
        except Transient as error:
            # Whether the lines arrived is unknown: read again and start over.
            state_now = read_state(portal, run.dataset.name)
            object.__setattr__(state, "releases", state_now.releases)
            raise error
        run.tell("history", min(start + BATCH, len(todo)), len(todo))
    others = [version_ for version_ in stale if version_ != version]
    if others:
        portal.delete(changes, {"version": others})


def _fill(run: _Run, state: State, lock: Lock, name: str, table: TablePlan) -> None:
    """Bring one DataStore table to its fields, keys and rows, and read it back."""
    portal = run.portal
    resource = state.resource(name, "data")
    if resource is None:
        _add_resources(run, state)
        state = read_state(portal, run.dataset.name)
        resource = state.resource(name, "data")
    if resource is None:
        raise PortalProblem("publish-moved-portal", where=run.dataset.name)
    rid = resource["id"]
    if table.rebuild:
        _secure(run, state, name)
        portal.drop_table(rid)
    if table.info is None or table.rebuild or table.repairs:
        run.tell("fields")
        portal.create_table(
            rid,
            columns(table.schema, table.info),
            primary_key=table.schema.primary_key,
            indexes=indexes(table.schema),
            delete_fields=table.info is not None and not table.rebuild,
        )
    if table.actions is None:
        return
    fresh = bool((state.package or {}).get("private")) and not state.version
    diff, ids = table.actions, table.ids
    if table.rebuild:
        empty = canonical(table.target.slice(0, 0), table.schema)
        diff, ids = compare(empty, table.target, table.schema.names, ()), None
    total = sum(diff.counts.values())
    for tries in range(_TRIES):
        try:
            if not diff.empty:
                run.tell("rows", 0, total)
                send(
                    portal,
                    lock,
                    rid,
                    diff,
                    ids,
                    lambda done, total=total: run.tell("rows", done, total),  # type: ignore[misc]
                    fresh=fresh,
                )
            run.tell("verify-rows")
        except (Transient, Rejected):
            # Nobody knows what of it arrived: the next try starts from what is there.
            if tries == _TRIES - 1:
                raise
        raw = portal.read(rid, table.schema.names)
        now = canonical(raw, table.schema)
        if now.num_rows == table.target.num_rows and checksum(now) == table.checksum:
            return
        diff = compare(now, table.target, table.schema.names, table.schema.primary_key)
        ids = raw.column("_id")
        total = sum(diff.counts.values())
    raise PortalProblem("publish-rows-differ", where=run.plan.url, table=name)


def _secure(run: _Run, state: State, name: str) -> None:
    """See that the published rows are safe in the portal's CSV before their table is dropped.

    Raises `PortalProblem` when the file does not hold the recorded rows.
    """
    last = next(reversed(state.finished(name)), None)
    if last is None:
        return
    held = read_csv(run.portal, state, name, last.schema)
    if held is None or checksum(held) != last.checksum:
        raise PortalProblem(
            "publish-base-lost", where=run.plan.url, table=name, version=last.version
        )


def _finish(
    run: _Run, state: State, lock: Lock, changes: str, facts: Mapping[str, Json], moment: Any
) -> None:
    """Views, files, metadata and the version's number; then the files read back."""
    plan, portal = run.plan, run.portal
    if any(table.info is None or table.rebuild for table in plan.tables.values()):
        # The DataStore has noted on the resources that they have a table now.
        state = read_package(run, state)
    _views(run, state)
    lock.renew()
    with tempfile.TemporaryDirectory(prefix="publish-") as folder:
        run.tell("files")
        out = Path(folder)
        tables: Mapping[str, Table] = plan.sources
        built = run.build(run.dataset, tables, out, version=plan.version_to, url=plan.url)
        files = {_role(file): file for file in built.files}
        new = [
            history.Release(plan.version_to, moment.isoformat(), name, fact)
            for name, fact in facts.items()
        ]
        past = [r for name in plan.tables for r in state.finished(name)]
        log = out / "CHANGELOG.md"
        text = history.changelog(run.dataset.spec.title.id, [*past, *new] if plan.changed else past)
        log.write_text(text, encoding="utf-8", newline="\n")
        hashes = {key: f"sha256:{file.sha256}" for key, file in files.items()}
        hashes["", "changelog"] = f"sha256:{_hash(log)}"
        paths = {key: file.path for key, file in files.items()} | {("", "changelog"): log}
        own = state.own()
        ids = {name: own[name, "data"]["id"] for name in plan.tables}
        want = _want(run, ids, plan.version_to)
        resources = desired(plan, own, hashes, want)
        send_files = {
            resource["id"]: (paths[key].name, paths[key], media_of(paths[key].name))
            for resource in resources
            if (key := (resource["publish_table"], resource["publish_role"])) in paths
            and (
                own.get(key, {}).get("hash") != hashes[key]
                or own[key].get("url_type") != "upload"
                or state.unfinished
                or state.lock
            )
        }
        foreign = [
            r for r in (state.package or {}).get("resources", ()) if not r.get("publish_role")
        ]
        update = {
            **metadata.as_ckan(want, state.package, run.dataset.spec.extras),
            "version": plan.version_to,
            "state": "active",
            "resources": [*resources, *foreign],
        }
        if not state.version:
            # Public in one request of its own, once these files have been read back.
            update["private"] = True
        elif not plan.changed or state.version:
            update["private"] = False
        run.tell("metadata", 0, len(send_files))
        package = _revise(
            run,
            state,
            update,
            drop=["resources", "extras", "tags", "groups"],
            files=send_files,
        )
        run.tell("verify-files", 0, len(send_files))
        for number, (resource, (name, path, _)) in enumerate(send_files.items(), start=1):
            fetched = out / "fetched"
            portal.download(package["id"], resource, name, fetched)
            if _hash(fetched) != _hash(path):
                raise PortalProblem("publish-file-differs", where=plan.url, name=name)
            run.tell("verify-files", number, len(send_files))
    for name in plan.removed_tables:
        portal.drop_table(own[name, "data"]["id"])
    if package.get("private"):
        run.tell("public")
        state = State(package, state.infos, state.lock, state.changes_there, state.releases)
        _revise(run, state, {"private": False})


def read_package(run: _Run, state: State) -> State:
    """Read the dataset again, with what the DataStore noted on its resources."""
    package = run.portal.dataset(run.dataset.name)
    return State(package, state.infos, state.lock, state.changes_there, state.releases)


def _role(file: BuiltFile) -> tuple[str, str]:
    roles = {"csv": "data", "json": "datapackage"}
    return file.table, roles.get(file.format, file.format)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _revise(
    run: _Run,
    state: State,
    update: Json,
    *,
    drop: list[str] | None = None,
    files: Mapping[str, tuple[str, Path, str]] | None = None,
) -> Json:
    """Change the dataset in one request, provided nobody else did meanwhile."""
    package = state.package or {}
    seen = package.get("metadata_modified")
    for tries in range(_TRIES):
        try:
            return run.portal.revise(
                {"id": package["id"], "metadata_modified": seen},
                update,
                drop=drop or (),
                files=files,
            )
        except Rejected as error:
            if tries and "match" in error.fields:
                # The try before this one may have arrived although its answer did not.
                found = run.portal.dataset(package["id"])
                if found is not None and _arrived(found, update):
                    return found
            raise _explained(error, run.dataset) from error
        except Transient:
            found = run.portal.dataset(package["id"])
            if found is not None and _arrived(found, update):
                return found
            if tries == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _arrived(found: Json, update: Json) -> bool:
    """Say whether the portal holds what an update said."""
    for key in ("version", "private", "title", "notes"):
        if key in update and found.get(key) != update[key]:
            return False
    there = {r["id"]: r.get("hash") for r in found.get("resources", ())}
    return all(there.get(r["id"]) == r.get("hash") for r in update.get("resources", ()))


def _views(run: _Run, state: State) -> None:
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


def _check_public(run: _Run) -> None:
    """See the dataset as a reader without an account does."""
    run.tell("verify-public")
    reader = run.portal.anonymous()
    try:
        package = reader.dataset(run.dataset.name)
        if package is None or package.get("version") != run.plan.version_to:
            raise PortalProblem("publish-not-public", where=run.plan.url)
        for resource in package.get("resources", ()):
            name = resource.get("publish_table")
            if resource.get("publish_role") != "data" or name not in run.plan.tables:
                continue
            info = reader.table(resource["id"])
            rows = run.plan.tables[name].target.num_rows
            if info is None or info.rows != rows:
                raise PortalProblem("publish-not-public", where=run.plan.url)
            missing = [
                k for k in formats(run.dataset, name) if k == "csv" and not resource.get("url")
            ]
            if missing:
                raise PortalProblem("publish-not-public", where=run.plan.url)
    except Denied as error:
        raise PortalProblem("publish-not-public", where=run.plan.url) from error
    finally:
        run.extra_requests += reader.requests


def new_id() -> str:
    """Return an id for a new resource."""
    return str(uuid.uuid4())
