"""What a portal's own loaders do after an upload, waited for and put right.

A loader (ckanext-xloader, DataPusher) takes uploaded CSV files and workbooks into the DataStore by
a background job, with types that it guesses. `hash` keeps the usual ones away from our tables
(see `pipelines.publish.digests`); where a portal is set to load all the same, its jobs are waited
for, our tables are made right again, and tables that it made of other files go. Until that is
done a row among the changes says so, and the publication is unfinished, whoever goes on with it.
"""

from __future__ import annotations

import datetime as dt
import time

from pipelines.ckan import Missing, Portal, Rejected, Transient, duplicate
from pipelines.errors import PortalProblem
from pipelines.publish.apply.lock import Lock
from pipelines.publish.apply.publication import TRIES, Publication
from pipelines.publish.apply.table_rows import write_table
from pipelines.publish.plan.tables import table_plan
from pipelines.publish.state import SETTLING, Json, PortalState, read_state

#: A portal's extension → the type and the key of its jobs' `task_status`.
LOADERS = {
    "xloader": "xloader",
    "datapusher": "datapusher",
    "datapusher_plus": "datapusher_plus",
}
BUSY = ("submitting", "pending", "running", "running_but_viewable")
#: Seconds for which jobs are waited for: portals load large files in minutes.
PATIENCE = 300.0
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 5.0
#: Seconds after which the loaders themselves take a job for lost.
_STALE = 3600


def loaders_of(portal: Portal) -> list[str]:
    """Return the loaders that a portal has, by the names of their extensions."""
    return [name for name in LOADERS if name in set(portal.site.get("extensions", ()))]


def begin_settling(run: Publication, changes: str) -> None:
    """Note that the loaders must be waited for, before files are sent that they may take.

    Nothing is noted on a portal without a loader. changes: id of the table of changes.
    """
    if not loaders_of(run.portal):
        return
    row = {"id": SETTLING, "version": "", "table": "", "action": SETTLING, "key": ""}
    for tries in range(TRIES):
        try:
            run.portal.insert(changes, [row])
        except Rejected as error:
            if not duplicate(error):
                raise
            return  # an earlier run's, or the try before this one arrived after all
        except Transient:
            if tries == TRIES - 1:
                raise
        else:
            return


def end_settling(run: Publication, changes: str, state: PortalState) -> None:
    """Take the note away again; the portal may have lost its loaders since it was made."""
    if state.settling or loaders_of(run.portal):
        run.portal.delete(changes, {"id": SETTLING})


def settle(run: Publication, lock: Lock) -> None:
    """Wait until the portal's loaders are done, and see that our tables stand.

    Nothing is asked of a portal without a loader. Raises `PortalProblem` when a job is not done
    in time, or when a loader takes our tables away again and again.
    """
    names = loaders_of(run.portal)
    if not names:
        return
    for _ in range(TRIES):
        run.tell("loaders")
        _wait(run, names, lock)
        state = read_state(run.portal, run.dataset.name)
        if not _repair(run, state, lock):
            return
    raise PortalProblem("publish-loader-again", where=run.plan.url, loader=", ".join(names))


def _repair(run: Publication, state: PortalState, lock: Lock) -> bool:
    """Put right what a loader changed; return whether anything was."""
    repaired = False
    for name, planned in run.plan.tables.items():
        again = table_plan(planned.schema, name, planned.target, state, run.portal, deep=True)
        if again.info is None or again.actions is not None or again.repairs:
            write_table(run, state, lock, name, again)
            repaired = True
    for resource in state.loaded_files:
        run.portal.drop_table(resource["id"])
        repaired = True
    return repaired


def _wait(run: Publication, names: list[str], lock: Lock) -> None:
    """Return when no job of a loader is under way for a resource of the dataset."""
    ends = time.monotonic() + PATIENCE
    pause = _FIRST_WAIT
    package = run.portal.dataset(run.dataset.name) or {}
    open_jobs = [
        (resource["id"], name) for resource in package.get("resources", ()) for name in names
    ]
    while True:
        open_jobs = [job for job in open_jobs if _busy(run.portal, *job)]
        if not open_jobs:
            return
        if time.monotonic() > ends:
            raise PortalProblem(
                "publish-loader-busy",
                where=run.plan.url,
                loader=", ".join(sorted({name for _, name in open_jobs})),
                count=len(open_jobs),
                seconds=int(PATIENCE),
            )
        lock.renew()
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_WAIT)


def _busy(portal: Portal, resource: str, name: str) -> bool:
    """Say whether a loader still has a job for a resource."""
    try:
        task: Json = portal.transport.call(
            "task_status_show",
            {"entity_id": resource, "task_type": LOADERS[name], "key": LOADERS[name]},
        )
    except Missing:
        return False
    if task.get("state") not in BUSY:
        return False
    try:
        updated = dt.datetime.fromisoformat(str(task.get("last_updated"))[:19])
    except ValueError:
        return True
    age = portal.transport.now().replace(tzinfo=None) - updated
    return age < dt.timedelta(seconds=_STALE)
