"""The plan: what publishing would change on the portal, computed against what it holds now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa

from pipelines.ckan import Portal, TableInfo
from pipelines.dataset import Dataset
from pipelines.edition import file_name, formats
from pipelines.errors import PublishError, Refused
from pipelines.model import Table
from pipelines.publish import metadata, numbering
from pipelines.publish.base import find_base
from pipelines.publish.fields import FieldChange, as_released, columns, compare_fields
from pipelines.publish.history import Release
from pipelines.publish.metadata import Change
from pipelines.publish.rows import RowDiff, compare, unique
from pipelines.publish.state import State, read_state
from pipelines.publish.values import canonical, checksum, local_table, misfits
from pipelines.schema import TableSchema

Json = dict[str, Any]
Action = Literal["create", "update", "unchanged"]
#: A table may lose this share of its rows without a flag.
SHRINK = 0.1


@dataclass(frozen=True)
class TablePlan:
    """What must happen to one table of n target rows.

    log: from the published version to the new one; None for a table that is new or stays.
    actions: from what the DataStore holds to the new one; None when nothing must be sent.
    ids: the `_id` of each row of `actions.old`. fields: what differs from the published version.
    repairs: what differs from the DataStore's table now. rebuild: the table is made anew.
    """

    name: str
    schema: TableSchema
    target: pa.Table
    checksum: str
    info: TableInfo | None
    fields: tuple[FieldChange, ...] = ()
    repairs: tuple[FieldChange, ...] = ()
    log: RowDiff | None = None
    actions: RowDiff | None = None
    ids: pa.Array | None = None
    rebuild: bool = False
    drift: Mapping[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """Rows added, changed, removed, against the published version."""
        if self.log is not None:
            return self.log.counts
        if self.info is None or (self.actions is not None and not self.drift):
            return {"added": self.target.num_rows, "changed": 0, "removed": 0}
        return {"added": 0, "changed": 0, "removed": 0}


@dataclass(frozen=True)
class FileChange:
    """A file that is sent, or a resource that goes."""

    name: str
    table: str
    role: str
    action: Literal["upload", "remove"]

    def as_json(self) -> Json:
        """The shape of `plan --json`."""
        return {"name": self.name, "table": self.table, "action": self.action}


@dataclass(frozen=True)
class Plan:
    """Everything that publishing one dataset would change, and what it was computed from.

    guards: what must be allowed by name first. drift: what somebody changed on the portal.
    """

    dataset: Dataset
    tables: Mapping[str, TablePlan]
    state: State
    action: Action
    version_from: str
    version_to: str
    metadata: Sequence[Change]
    fields: Sequence[FieldChange]
    files: Sequence[FileChange]
    groups: Sequence[Change]
    views: Sequence[str]
    removed_tables: Sequence[str]
    guards: Sequence[Refused]
    drift: Sequence[str]
    want: Mapping[str, Any]
    portal_url: str
    site: str
    requests: int
    sources: Mapping[str, Table]
    rollback_to: str = ""

    @property
    def name(self) -> str:
        """The dataset's name."""
        return self.dataset.name

    @property
    def url(self) -> str:
        """The dataset's page."""
        return f"{self.site}/dataset/{self.name}"

    @property
    def changed(self) -> bool:
        """Whether the plan starts a new version."""
        return self.version_from != self.version_to

    @property
    def rows(self) -> dict[str, int]:
        """Rows added, changed and removed over all tables."""
        counts = [table.counts for table in self.tables.values()]
        return {key: sum(c[key] for c in counts) for key in ("added", "changed", "removed")}

    @property
    def target(self) -> str:
        """A hash of what the portal should hold afterwards: the source's side of the plan."""
        seen = {
            "want": self.want,
            "tables": {
                name: [table.checksum, columns(table.schema)] for name, table in self.tables.items()
            },
        }
        text = json.dumps(seen, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def as_json(self) -> Json:
        """The shape of `plan --json`."""
        return {
            "name": self.name,
            "action": self.action,
            "version": {"from": self.version_from or None, "to": self.version_to},
            "metadata": [change.as_json() for change in (*self.metadata, *self.groups)],
            "fields": [change.as_json() for change in self.fields],
            "rows": self.rows,
            "tables": {name: table.counts for name, table in self.tables.items()},
            "files": [change.as_json() for change in self.files],
            "views": list(self.views),
            "drift": list(self.drift),
            "guards": [{"code": g.code, "message": g.message, "next": g.next} for g in self.guards],
        }


def plan(
    dataset: Dataset,
    tables: Mapping[str, Table],
    portal: Portal,
    *,
    allow: Collection[str] = (),
    shrink: float = SHRINK,
    deep: bool = False,
    rollback_to: str = "",
) -> Plan:
    """Compare a dataset's tables and metadata with the portal; changes nothing.

    tables: table name → text frame with the schema's fields. allow: guards that are lifted
    (`shrink`, `break`, `empty`). shrink: the share of rows that may go. deep: read every table
    back, so that edited rows are found even where the counts agree.
    Raises `Refused` when a primary key names several rows or a value fits no column,
    `PortalProblem` for the portal.
    """
    sent = portal.requests
    ready = {}
    for name, table in tables.items():
        schema = dataset.schemas[name]
        ready[name] = target = local_table(table.frame, schema)
        for column, value in misfits(target, schema):
            raise Refused(
                "publish-misfit", where=dataset.where, table=name, field=column, value=value[:40]
            )
        if schema.primary_key and not unique(target, schema.primary_key):
            raise Refused(
                "publish-duplicate-key",
                where=dataset.where,
                table=name,
                key=", ".join(schema.primary_key),
            )
    state = read_state(portal, dataset.name)
    return compute(
        dataset,
        tables,
        ready,
        portal,
        state,
        allow=allow,
        shrink=shrink,
        deep=deep,
        sent=sent,
        rollback_to=rollback_to,
    )


def compute(
    dataset: Dataset,
    sources: Mapping[str, Table],
    ready: Mapping[str, pa.Table],
    portal: Portal,
    state: State,
    *,
    allow: Collection[str] = (),
    shrink: float = SHRINK,
    deep: bool = False,
    sent: int = 0,
    rollback_to: str = "",
) -> Plan:
    """Compute the plan against a state that was read."""
    done: dict[str, TablePlan] = {}
    for name, target in ready.items():
        digest = checksum(target)
        quick = (
            None
            if deep or state.lock or state.unfinished
            else _unchanged(dataset.schemas[name], name, target, digest, state)
        )
        if quick is not None:
            done[name] = quick
            continue
        done[name] = _table(dataset.schemas[name], name, target, digest, state, portal)
    site = state.site or str(portal.site.get("site_url") or portal.url).rstrip("/")
    url = f"{site}/dataset/{dataset.name}"
    ids = {name: resource["id"] for name in ready if (resource := state.resource(name, "data"))}
    want = metadata.wanted(
        dataset,
        notes=metadata.notes(dataset, site=site, resources=ids, url=url) if ids else "",
        url=url,
    )
    if state.version:
        want = metadata.add_citations(want, dataset, version=state.version, url=url)
    edits: list[Change] = []
    if state.package is not None:
        have = metadata.current(state.package)
        if ids and state.version:
            edits = metadata.compare_metadata(have, want, dataset.spec.extras)
    drift = _drift(state, want, edits, done)
    gone = [name for name in state.infos if name not in ready]
    field_changes = [change for table in done.values() for change in table.fields]
    new_files, dead_files = _files(dataset, state, done)
    step = _step(state, done, field_changes, gone, edits, drift, new_files)
    version_to = numbering.bump(state.version, step)
    groups = _groups(dataset, state, portal)
    if step and state.version:
        new_files = _all_files(dataset, done, state)
    hidden = state.package is not None and bool(state.package.get("private"))
    if hidden and state.version:
        edits = [*edits, Change("private", True, False)]
    if state.package is not None and state.package.get("state") == "deleted":
        edits = [*edits, Change("state", "deleted", "active")]
    action: Action = "unchanged"
    if not state.version:
        action = "create"
        new_files = _all_files(dataset, done, state)
    elif step or edits or drift or groups or dead_files:
        action = "update"
    return Plan(
        dataset=dataset,
        tables=done,
        state=state,
        action=action,
        version_from=state.version,
        version_to=version_to,
        metadata=edits,
        fields=field_changes,
        files=[*new_files, *dead_files],
        groups=groups,
        views=[name for name in ready if state.infos.get(name) is None],
        removed_tables=gone,
        guards=[
            guard
            for guard in _guards(dataset, state, done, gone, shrink)
            if guard.params["flag"] not in allow
        ],
        drift=drift,
        want=want,
        portal_url=portal.url,
        site=site,
        requests=portal.requests - sent,
        sources=sources,
        rollback_to=rollback_to,
    )


def _unchanged(
    schema: TableSchema, name: str, target: pa.Table, digest: str, state: State
) -> TablePlan | None:
    """Return a plan that does nothing, when the portal's records say that nothing differs."""
    info, recorded = state.infos.get(name), state.recorded(name)
    if info is None or recorded is None:
        return None
    if recorded != (target.num_rows, digest) or info.rows != target.num_rows:
        return None
    last = next(reversed(state.finished(name)), None)
    if last is None:
        return None
    news = _news(name, schema, last)
    repairs = tuple(compare_fields(name, schema, info, None))
    if any(change.change != "dictionary" for change in (*news, *repairs)):
        return None
    return TablePlan(name, schema, target, digest, info, news, repairs)


def _news(name: str, schema: TableSchema, last: Release | None) -> tuple[FieldChange, ...]:
    """Return how the fields differ from those of the published version."""
    if last is None:
        return ()
    released = as_released(last.schema, int(last.facts["rows"]))
    return tuple(compare_fields(name, schema, released, last.schema.primary_key))


def _table(
    schema: TableSchema,
    name: str,
    target: pa.Table,
    digest: str,
    state: State,
    portal: Portal,
) -> TablePlan:
    info = state.infos.get(name)
    resource = state.resource(name, "data")
    last = next(reversed(state.finished(name)), None)
    if info is None or resource is None:
        current = canonical(pa.table({}), schema)
        actions = compare(current, target, schema.names, ())
        log = None
        if last is not None and resource is not None:
            base = find_base(portal, state, name, last, None)
            log = _log(base, target, last.schema, schema)
        news = _news(name, schema, last)
        return TablePlan(name, schema, target, digest, info, news, (), log, actions, pa.array([]))
    raw = portal.read(resource["id"], list(info.fields))
    key = last.schema.primary_key if last else None
    changes = compare_fields(name, schema, info, key)
    rebuild = any(change.change in ("type", "key") for change in changes)
    now = canonical(raw, schema)
    actions = compare(now, target, schema.names, schema.primary_key)
    log, drifted = None, {}
    if last is not None:
        before = canonical(raw, last.schema)
        recorded = state.recorded(name)
        base = before
        if recorded is not None and checksum(before) != recorded[1]:
            base = find_base(portal, state, name, last, before)
            if not state.unfinished and not state.lock:
                drifted = compare(base, before, last.schema.names, last.schema.primary_key).counts
        log = _log(base, target, last.schema, schema)
    return TablePlan(
        name,
        schema,
        target,
        digest,
        info,
        _news(name, schema, last),
        tuple(changes),
        None if log is None or log.empty else log,
        None if actions.empty and not rebuild else actions,
        raw.column("_id"),
        rebuild,
        drifted if any(drifted.values()) else {},
    )


def _log(base: pa.Table, target: pa.Table, old: TableSchema, new: TableSchema) -> RowDiff:
    names = list(dict.fromkeys([*old.names, *new.names]))
    key = new.primary_key if all(name in old.names for name in new.primary_key) else []
    return compare(base, target, names, key)


def _drift(
    state: State, want: Json, edits: Sequence[Change], done: Mapping[str, TablePlan]
) -> list[str]:
    """Name what was changed on the portal by somebody else since the last publication."""
    if not state.version:
        return []
    found = []
    recorded = (state.resource("", "datapackage") or {}).get("publish_metadata")
    if edits and recorded == metadata.digest(want):
        found += [change.field for change in edits]
    for name, table in done.items():
        if table.drift:
            found.append(f"{name}: " + ", ".join(f"{k} {v}" for k, v in table.drift.items() if v))
        elif table.actions is not None and table.log is None and not table.repairs:
            found.append(f"{name}: rows")
        known = {(change.field, change.change) for change in table.fields}
        if not (state.unfinished or state.lock):
            found += [
                f"{name}.{change.field}: {change.change}"
                for change in table.repairs
                if (change.field, change.change) not in known
            ]
    return found


def _step(
    state: State,
    done: Mapping[str, TablePlan],
    fields: Sequence[FieldChange],
    gone: Sequence[str],
    edits: Sequence[Change],
    drift: Sequence[str],
    new_files: Sequence[FileChange],
) -> numbering.Step:
    if gone or any(change.change != "dictionary" for change in fields):
        return "major"
    logs = [table.log for table in done.values() if table.log is not None]
    new_table = any(table.info is None and table.log is None for table in done.values())
    if new_table or any(len(log.added) or len(log.removed) for log in logs):
        return "minor"
    if logs or fields or new_files:
        return "patch"
    if any(change.field not in drift for change in edits):
        return "patch"
    return ""


def _files(
    dataset: Dataset, state: State, done: Mapping[str, TablePlan]
) -> tuple[list[FileChange], list[FileChange]]:
    """Return the files that the portal lacks, and the resources of ours that go."""
    wanted = {
        (name, "data" if kind == "csv" else kind): file_name(dataset, name, kind)
        for name in done
        for kind in formats(dataset, name)
    }
    own = state.own()
    new = [
        FileChange(file, table, role, "upload")
        for (table, role), file in wanted.items()
        if (table, role) not in own and state.version
    ]
    dead = [
        FileChange(str(resource.get("name")), table, role, "remove")
        for (table, role), resource in own.items()
        if table and (table, role) not in wanted
    ]
    return new, dead


def _all_files(dataset: Dataset, done: Mapping[str, TablePlan], state: State) -> list[FileChange]:
    """Return the files of a new version: a CSV only where its rows or fields differ."""
    files = []
    for name, table in done.items():
        touched = (
            table.log is not None
            or table.info is None
            or not state.version
            or any(change.change != "dictionary" for change in table.fields)
        )
        for kind in formats(dataset, name):
            if kind == "xlsx" or touched or (state.resource(name, kind) is None and kind != "csv"):
                role = "data" if kind == "csv" else kind
                files.append(FileChange(file_name(dataset, name, kind), name, role, "upload"))
    files.append(FileChange("CHANGELOG.md", "", "changelog", "upload"))
    files.append(FileChange("datapackage.json", "", "datapackage", "upload"))
    return files


def _groups(dataset: Dataset, state: State, portal: Portal) -> list[Change]:
    """Return what differs in the organization's and the groups' words; None before = is new."""
    changes = []
    package = state.package or {}
    organization = package.get("organization") or {}
    if organization.get("name") != dataset.spec.organization:
        organization = portal.organization(dataset.spec.organization) or {}
    there = {group["name"]: group for group in package.get("groups", ())}
    items: list[tuple[str, str, Any, Mapping[str, Any]]] = [
        ("organization", dataset.spec.organization, dataset.office, organization)
    ]
    for name, service in dataset.services.items():
        items.append(("group", name, service, there.get(name) or portal.group(name) or {}))
    for kind, name, item, have in items:
        data = metadata.group_data(name, item)
        before = {key: have.get(key) or "" for key in ("title", "description")} if have else None
        after = {key: data[key] for key in ("title", "description")}
        if before != after:
            changes.append(Change(f"{kind}:{name}", before, after))
    return changes


def _guards(
    dataset: Dataset,
    state: State,
    done: Mapping[str, TablePlan],
    gone: Sequence[str],
    shrink: float,
) -> list[Refused]:
    found: list[Refused] = []

    def refuse(code: str, flag: str, **params: object) -> None:
        found.append(Refused(code, where=dataset.where, flag=flag, **params))

    for name, table in done.items():
        if table.target.num_rows == 0:
            refuse("publish-empty", "empty", table=name)
        recorded = state.recorded(name)
        if table.log is not None and recorded is not None:
            before, after = recorded[0], table.target.num_rows
            if after and before and (before - after) / before > shrink:
                share = f"{(before - after) / before:.0%}"
                refuse(
                    "publish-shrink",
                    "shrink",
                    table=name,
                    before=before,
                    after=after,
                    share=share,
                    limit=f"{shrink:.0%}",
                )
        broken = [change.field for change in table.fields if change.breaking]
        if broken and state.version:
            refuse("publish-break", "break", table=name, fields=", ".join(broken))
    for name in gone:
        refuse("publish-break", "break", table=name, fields=name)
    return found


def blocked(plan: Plan) -> PublishError | None:
    """Return the first guard that stands in the way."""
    return next(iter(plan.guards), None)
