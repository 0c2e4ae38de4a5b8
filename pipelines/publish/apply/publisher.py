"""Carry out a plan so that it can die at any moment and be finished by running again.

The order makes that true: the lines of the new version are written before its rows are touched;
files, metadata and the version's number change together in one request once the rows were read
back and found right; a new dataset becomes public at the very end, when the portal's loaders are
done.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pipelines.ckan import Missing, Portal, Rejected
from pipelines.errors import PortalProblem, Refused
from pipelines.publish.apply.completion import complete
from pipelines.publish.apply.dataset import create, ensure_history, save_groups
from pipelines.publish.apply.history_rows import facts_of, write_lines
from pipelines.publish.apply.lock import Lock, acquire
from pipelines.publish.apply.progress import Report, silent
from pipelines.publish.apply.publication import TRIES, Build, Publication
from pipelines.publish.apply.table_rows import write_table
from pipelines.publish.apply.verification import check_public
from pipelines.publish.plan.compute import PlanOptions, compute
from pipelines.publish.plan.guards import SHRINK
from pipelines.publish.plan.model import Json, Plan, blocked
from pipelines.publish.state import PortalState, read_state

#: The wait before a beginning is tried again; doubled each time.
_WAIT_SECONDS = 0.3


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


def apply_plan(
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
    run = Publication(plan, portal, build, progress)
    if plan.action != "unchanged" or plan.state.unfinished or plan.state.lock:
        _guard(plan)
        run.tell("check")
        portal.preflight(plan.dataset.spec.organization, plan.dataset.spec.groups)
        save_groups(run)
        options = PlanOptions(frozenset(allow), shrink, rollback_to=plan.rollback_to)
        _publish(run, options, exact=exact)
    return Outcome(
        run.plan,
        plan.requests + portal.requests - sent + run.extra_requests,
        time.monotonic() - began,
        True,
        run.plan.url,
        tuple(run.warnings),
    )


def _guard(plan: Plan) -> None:
    problem = blocked(plan)
    if problem is not None:
        raise problem


def _publish(run: Publication, options: PlanOptions, *, exact: bool) -> None:
    portal = run.portal
    created = run.plan.state.package is None
    made = False
    if created:
        run.tell("create")
        made = create(run)
    lock, state = _begin(run, made=made)
    try:
        if created or state.fingerprint != run.plan.state.fingerprint:
            if exact and not created:
                raise Refused("publish-moved", where=run.dataset.name)
            run.plan = compute(
                run.dataset,
                run.plan.sources,
                {table: item.target for table, item in run.plan.tables.items()},
                portal,
                state,
                options,
            )
            _guard(run.plan)
        _apply_changes(run, state, lock, state.own()["", "changes"]["id"])
    except BaseException:
        # The error that ends the publication is the one to show; a lock that cannot be given
        # back now is recognised as dead later.
        with contextlib.suppress(PortalProblem):
            lock.release()
        raise
    lock.release()


def _begin(run: Publication, *, made: bool) -> tuple[Lock, PortalState]:
    """Take the lock and read what the portal holds under it.

    Begun again when the dataset changes under the hands: two that create it at the same moment.
    """
    portal, name = run.portal, run.dataset.name
    for tries in range(TRIES):
        try:
            state = run.plan.state
            if tries or not state.changes_there:
                state = ensure_history(run, created=made)
            lock = acquire(portal, state.own()["", "changes"]["id"], name)
            try:
                return lock, read_state(portal, name)
            except BaseException:
                with contextlib.suppress(PortalProblem):
                    lock.release()
                raise
        except (Missing, Rejected):
            if tries == TRIES - 1:
                raise
            time.sleep(_WAIT_SECONDS * 2**tries)
    raise AssertionError("unreachable")


def _apply_changes(run: Publication, state: PortalState, lock: Lock, changes: str) -> None:
    plan = run.plan
    moment = run.portal.transport.now()
    facts = {name: facts_of(plan, table) for name, table in plan.tables.items()}
    finishes = plan.action != "unchanged" or bool(state.unfinished)
    with tempfile.TemporaryDirectory(prefix="publish-") as folder, ThreadPoolExecutor(1) as pool:
        out = Path(folder)
        if finishes:
            # The files are made while the rows travel.
            building = pool.submit(
                run.build, run.dataset, plan.sources, out, version=plan.version_to, url=plan.url
            )
        if plan.changed:
            write_lines(run, state, lock, changes, facts, moment)
        for name, table in plan.tables.items():
            write_table(run, state, lock, name, table)
        if finishes:
            complete(run, state, lock, building, out, facts, moment)
    if not plan.changed and state.unfinished:
        # A version that was begun is given up: the table is the published one again.
        stale = sorted({release.version for release in state.unfinished})
        run.portal.delete(changes, {"version": stale})
    check_public(run)
