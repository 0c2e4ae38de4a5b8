"""One DataStore table: its fields, keys and rows, sent and read back."""

from __future__ import annotations

from pipelines.ckan import Rejected, Transient
from pipelines.errors import PortalProblem
from pipelines.publish.apply.dataset import add_resources
from pipelines.publish.apply.loading import send
from pipelines.publish.apply.lock import Lock
from pipelines.publish.apply.publication import TRIES, Publication
from pipelines.publish.history.published_rows import read_csv
from pipelines.publish.plan.fields import columns, indexes
from pipelines.publish.plan.model import TablePlan
from pipelines.publish.rows import compare
from pipelines.publish.state import PortalState, read_state
from pipelines.publish.values import canonical, checksum


def write_table(
    run: Publication, state: PortalState, lock: Lock, name: str, table: TablePlan
) -> None:
    """Bring one DataStore table to its fields, keys and rows, and read it back."""
    portal = run.portal
    resource = state.resource(name, "data")
    if resource is None:
        add_resources(run, state)
        state = read_state(portal, run.dataset.name)
        resource = state.resource(name, "data")
    if resource is None:
        raise PortalProblem("publish-moved-portal", where=run.dataset.name)
    rid = resource["id"]
    if table.rebuild:
        _check_csv_copy(run, state, name)
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
    for tries in range(TRIES):
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
            if tries == TRIES - 1:
                raise
        raw = portal.read(rid, table.schema.names)
        now = canonical(raw, table.schema)
        if now.num_rows == table.target.num_rows and checksum(now) == table.checksum:
            return
        diff = compare(now, table.target, table.schema.names, table.schema.primary_key)
        ids = raw.column("_id")
        total = sum(diff.counts.values())
    raise PortalProblem("publish-rows-differ", where=run.plan.url, table=name)


def _check_csv_copy(run: Publication, state: PortalState, name: str) -> None:
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
