"""The lines of a new version in the dataset's history, written before its rows are touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.ckan import Transient
from pipelines.publish.apply.loading import BATCH
from pipelines.publish.apply.lock import Lock
from pipelines.publish.apply.publication import TRIES, Publication
from pipelines.publish.history import releases
from pipelines.publish.history.row_order import order_of
from pipelines.publish.plan.model import Json, Plan, TablePlan
from pipelines.publish.state import PortalState, read_state


def facts_of(plan: Plan, table: TablePlan) -> Json:
    """Return what a version's release line says of a table: rows, checksum, counts, schema."""
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


def write_lines(
    run: Publication,
    state: PortalState,
    lock: Lock,
    changes: str,
    facts: Mapping[str, Json],
    moment: Any,
) -> None:
    """Write the new version's lines; take out those of a version that was never finished.

    facts: table → what its release line says. Whether a batch arrived can be unknown; then the
    history is read again and all is written from the start. Raises `PortalProblem`.
    """
    for tries in range(TRIES):
        fresh = tries == 0 and not state.unfinished
        there = state if fresh else read_state(run.portal, run.dataset.name)
        try:
            _write(run, there, lock, changes, facts, moment)
        except Transient:
            if tries == TRIES - 1:
                raise
        else:
            return


def _write(
    run: Publication,
    there: PortalState,
    lock: Lock,
    changes: str,
    facts: Mapping[str, Json],
    moment: Any,
) -> None:
    """Write the lines once.

    A release line of an unfinished version stays until the new one's is there, so that at every
    moment a look at the portal tells whether the table can be a mixture.
    """
    portal, version = run.portal, run.plan.version_to
    run.tell("history")
    stale = sorted({release.version for release in there.unfinished})
    if stale:
        portal.delete(changes, {"version": stale, "action": ["added", "changed", "removed"]})
    heads = [
        releases.release_line(version, moment, name, fact, order_of(run.plan.tables[name].target))
        for name, fact in facts.items()
    ]
    old = {f"{r.version}/{r.table}" for r in there.unfinished}
    known = [line for line in heads if f"{version}/{line['table']}" in old]
    new = [line for line in heads if f"{version}/{line['table']}" not in old]
    if known:
        portal.update(changes, known)
    body = [
        line
        for name, table in run.plan.tables.items()
        if table.log is not None
        for line in releases.lines(table.log, version, moment, name)
    ]
    todo = [*new, *body]
    for start in range(0, len(todo), BATCH):
        lock.renew()
        portal.insert(changes, todo[start : start + BATCH])
        run.tell("history", min(start + BATCH, len(todo)), len(todo))
    others = [release for release in stale if release != version]
    if others:
        portal.delete(changes, {"version": others})
