"""The plan: what publishing would change on the portal, computed against what it holds now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from pipelines import messages
from pipelines.ckan import Portal
from pipelines.errors import Refused
from pipelines.model import Table
from pipelines.project.dataset import Dataset
from pipelines.project.naming import check_length
from pipelines.publish.history import numbering
from pipelines.publish.plan import descriptions, metadata
from pipelines.publish.plan.fields import FieldChange
from pipelines.publish.plan.files import all_files, file_changes
from pipelines.publish.plan.guards import SHRINK, guards
from pipelines.publish.plan.metadata import Change
from pipelines.publish.plan.model import Action, FileChange, Json, Plan, TablePlan
from pipelines.publish.plan.tables import table_plan
from pipelines.publish.rows import unique
from pipelines.publish.state import PortalState, read_state
from pipelines.publish.values import local_table, misfits


@dataclass(frozen=True)
class PlanOptions:
    """What a plan may do and how closely it looks; see `compute_plan`."""

    allow: frozenset[str] = frozenset()
    shrink: float = SHRINK
    deep: bool = False
    rollback_to: str = ""


def compute_plan(
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
        check_length(dataset, name, len(table))
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
    options = PlanOptions(frozenset(allow), shrink, deep, rollback_to)
    plan = compute(dataset, tables, ready, portal, state, options)
    return replace(plan, requests=portal.requests - sent)


def compute(
    dataset: Dataset,
    sources: Mapping[str, Table],
    ready: Mapping[str, pa.Table],
    portal: Portal,
    state: PortalState,
    options: PlanOptions,
) -> Plan:
    """Compute the plan against a state that was read; ready: table name → canonical rows."""
    done: dict[str, TablePlan] = {}
    for name, target in ready.items():
        done[name] = table_plan(
            dataset.schemas[name], name, target, state, portal, deep=options.deep
        )
    site = state.site or str(portal.site.get("site_url") or portal.url).rstrip("/")
    url = f"{site}/dataset/{dataset.name}"
    ids = {name: resource["id"] for name in ready if (resource := state.resource(name, "data"))}
    want = metadata.wanted(
        dataset,
        notes=descriptions.notes(dataset, site=site, resources=ids, url=url) if ids else "",
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
    new_files, dead_files = file_changes(dataset, state, done)
    step = _step(state, done, field_changes, gone, edits, drift, new_files)
    version_to = numbering.bump(state.version, step)
    groups = _groups(dataset, state, portal)
    if step and state.version:
        new_files = all_files(dataset, done, state)
    hidden = state.package is not None and bool(state.package.get("private"))
    if hidden and state.version:
        edits = [*edits, Change("private", True, False)]
    if state.package is not None and state.package.get("state") == "deleted":
        edits = [*edits, Change("state", "deleted", "active")]
    action: Action = "unchanged"
    if not state.version:
        action = "create"
        new_files = all_files(dataset, done, state)
    elif step or edits or drift or groups or dead_files or state.settling:
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
            for guard in guards(
                dataset, state, done, gone, options.shrink, asked=bool(options.rollback_to)
            )
            if guard.params["flag"] not in options.allow
        ],
        drift=drift,
        want=want,
        portal_url=portal.url,
        site=site,
        requests=0,
        sources=sources,
        rollback_to=options.rollback_to,
    )


def _drift(
    state: PortalState, want: Json, edits: Sequence[Change], done: Mapping[str, TablePlan]
) -> list[str]:
    """Name what was changed on the portal by somebody else since the last publication."""
    if not state.version:
        return []
    found = []
    recorded = (state.resource("", "datapackage") or {}).get("publish_metadata")
    if edits and recorded == metadata.digest(want):
        found += [change.field for change in edits]
    found += [
        messages.text("publish-drift-loaded", name=str(resource.get("name")))
        for resource in state.loaded_files
    ]
    for name, table in done.items():
        if table.lost and not state.unfinished and not state.lock:
            found.append(messages.text("publish-drift-lost", name=name))
        elif table.drift:
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
    state: PortalState,
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
    new_table = any(
        table.info is None and table.log is None and not table.lost for table in done.values()
    )
    if new_table or any(len(log.added) or len(log.removed) for log in logs):
        return "minor"
    if logs or fields or new_files:
        return "patch"
    if any(change.field not in drift for change in edits):
        return "patch"
    return ""


def _groups(dataset: Dataset, state: PortalState, portal: Portal) -> list[Change]:
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
        data = descriptions.group_data(name, item)
        before = {key: have.get(key) or "" for key in ("title", "description")} if have else None
        after = {key: data[key] for key in ("title", "description")}
        if before != after:
            changes.append(Change(f"{kind}:{name}", before, after))
    return changes
