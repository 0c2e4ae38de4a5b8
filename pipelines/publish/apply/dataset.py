"""Groups, the private dataset and its resources: what must be there before rows can travel."""

from __future__ import annotations

import datetime as dt
import time

from pipelines.ckan import Denied, Portal, Rejected, Transient
from pipelines.errors import PortalProblem, Refused
from pipelines.publish.apply.publication import TRIES, Publication, revise
from pipelines.publish.apply.rejections import explained
from pipelines.publish.history import releases
from pipelines.publish.plan import descriptions, metadata
from pipelines.publish.plan.resources import resources_for
from pipelines.publish.state import PortalState, read_state

#: So long the maker of a dataset may take from its creation to its history, and how often to look.
_CREATOR_SECONDS = 15
_POLL_SECONDS = 0.3


def save_groups(run: Publication) -> None:
    """Make or correct the organization and the groups."""
    for change in run.plan.groups:
        kind, _, name = change.field.partition(":")
        item = run.dataset.office if kind == "organization" else run.dataset.services[name]
        try:
            run.portal.save_group(
                kind, descriptions.group_data(name, item), new=change.before is None
            )
        except (Denied, Rejected) as error:
            look = run.portal.organization if kind == "organization" else run.portal.group
            if change.before is None and look(name) is not None:
                continue  # somebody else made it a moment ago
            if isinstance(error, Rejected):
                raise explained(error, run.dataset) from error
            if change.before is None:
                raise
            # Correcting the words of somebody else's group is not what publishing stands or
            # falls with, but it is said.
            run.warnings.append(change.field)


def create(run: Publication) -> bool:
    """Create the private dataset, without resources.

    Returns whether this publisher surely made it: only that one gives it its history, so that
    two that start together don't make two. The resources come in a second request, which CKAN
    carries out one at a time: of two creations at the same moment the later one can take the
    place of the earlier one's resources, and leave a dataset that nobody can change any more.
    """
    want = metadata.wanted(run.dataset, notes="", url=run.plan.url)
    data = {
        **metadata.as_ckan(want, None, run.dataset.spec.extras),
        "name": run.dataset.name,
        "private": True,
    }
    try:
        run.portal.create_dataset(data)
    except Rejected as error:
        if "name" in error.fields and run.portal.dataset(run.dataset.name) is not None:
            return False
        raise explained(error, run.dataset) from error
    except Transient:
        if run.portal.dataset(run.dataset.name) is None:
            raise
        return False
    return True


def ensure_history(run: Publication, *, created: bool) -> PortalState:
    """Return the dataset's state once it has its resources and the `changes` table.

    A dataset that somebody else made a moment ago is waited for: its maker is about to do this.
    Raises `PortalProblem` when the dataset is gone or loses its resources meanwhile.
    """
    portal, name = run.portal, run.dataset.name
    for tries in range(TRIES):
        state = read_state(portal, name) if created else _wait_for_creator(portal, name)
        changes = state.resource("", "changes")
        if changes is not None:
            break
        try:
            add_resources(run, state)
        except Refused:
            # The other one that made it was quicker: look again.
            if tries == TRIES - 1:
                raise
    else:
        raise PortalProblem("publish-moved-portal", where=name)
    if not state.changes_there:
        portal.create_table(
            changes["id"], releases.columns(), primary_key=["id"], indexes=["version", "key"]
        )
    return state


def _wait_for_creator(portal: Portal, name: str) -> PortalState:
    """Return the state once a young dataset has its history, or its maker must have died."""
    ends = time.monotonic() + _CREATOR_SECONDS
    while True:
        state = read_state(portal, name)
        made = str((state.package or {}).get("metadata_created") or "")[:19]
        now = portal.transport.now().replace(tzinfo=None)
        old = bool(made) and now - dt.datetime.fromisoformat(made) > dt.timedelta(
            seconds=_CREATOR_SECONDS
        )
        if state.changes_there or old or time.monotonic() > ends:
            return state
        time.sleep(_POLL_SECONDS)


def add_resources(run: Publication, state: PortalState) -> None:
    """Give a dataset that was not made here (or lost some) the resources of ours."""
    package = state.package or {}
    resources = resources_for(run.plan, state.own(), {}, None)
    foreign = [r for r in package.get("resources", ()) if not r.get("publish_role")]
    revise(run, state, {"resources": [*resources, *foreign]}, drop=["resources"])
