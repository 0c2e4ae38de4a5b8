"""What must happen to one table: from the published version, and from what the DataStore holds."""

from __future__ import annotations

import contextlib

import pyarrow as pa

from pipelines.ckan import Missing, Portal
from pipelines.project.schema import TableSchema
from pipelines.publish.history.published_rows import find_base
from pipelines.publish.history.releases import Release
from pipelines.publish.plan.fields import FieldChange, compare_fields, released_table
from pipelines.publish.plan.model import TablePlan
from pipelines.publish.rows import RowDiff, compare
from pipelines.publish.state import PortalState
from pipelines.publish.values import canonical, checksum


def table_plan(
    schema: TableSchema,
    name: str,
    target: pa.Table,
    state: PortalState,
    portal: Portal,
    *,
    deep: bool = False,
) -> TablePlan:
    """Compare n target rows with the portal. deep: read the table even where the counts agree."""
    digest = checksum(target)
    if not (deep or state.lock or state.unfinished or state.settling):
        quick = _unchanged(schema, name, target, digest, state)
        if quick is not None:
            return quick
    return _table(schema, name, target, digest, state, portal)


def _unchanged(
    schema: TableSchema, name: str, target: pa.Table, digest: str, state: PortalState
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
    released = released_table(last.schema, int(last.facts["rows"]))
    return tuple(compare_fields(name, schema, released, last.schema.primary_key))


def _table(
    schema: TableSchema,
    name: str,
    target: pa.Table,
    digest: str,
    state: PortalState,
    portal: Portal,
) -> TablePlan:
    info = state.infos.get(name)
    resource = state.resource(name, "data")
    last = next(reversed(state.finished(name)), None)
    raw = None
    if info is not None and resource is not None:
        # A table can go after its look: a request of a publisher that died is still carried out.
        with contextlib.suppress(Missing):
            raw = portal.read(resource["id"], list(info.fields))
    if raw is None or info is None:
        current = canonical(pa.table({}), schema)
        actions = compare(current, target, schema.names, ())
        log = None
        if last is not None and resource is not None:
            base = find_base(portal, state, name, last, None)
            log = _log(base, target, last.schema, schema)
        news = _news(name, schema, last)
        if log is not None and log.empty:
            log = None
        lost = last is not None
        return TablePlan(
            name, schema, target, digest, None, news, (), log, actions, pa.array([]), lost=lost
        )
    key = last.schema.primary_key if last else None
    changes = compare_fields(name, schema, info, key)
    rebuild = any(change.change in ("type", "key") for change in changes)
    now = canonical(raw, schema)
    actions = compare(now, target, schema.names, schema.primary_key)
    log, drifted = None, {}
    if last is not None:
        same = _alike(last.schema, schema)
        before = now if same else canonical(raw, last.schema)
        recorded = state.recorded(name)
        base = before
        if recorded is not None and checksum(before) != recorded[1]:
            base = find_base(portal, state, name, last, before)
            if not state.unfinished and not state.lock:
                drifted = compare(base, before, last.schema.names, last.schema.primary_key).counts
        log = actions if same and base is now else _log(base, target, last.schema, schema)
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


def _alike(old: TableSchema, new: TableSchema) -> bool:
    """Say whether two schemas make the same table of the same rows, told apart by the same key."""
    kinds = [[(field.name, field.type) for field in schema.fields] for schema in (old, new)]
    return kinds[0] == kinds[1] and old.primary_key == new.primary_key


def _log(base: pa.Table, target: pa.Table, old: TableSchema, new: TableSchema) -> RowDiff:
    names = list(dict.fromkeys([*old.names, *new.names]))
    key = new.primary_key if all(name in old.names for name in new.primary_key) else []
    return compare(base, target, names, key)
