"""One publication under way: what is carried along, and a change of the dataset in one request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines.ckan import Portal, Rejected, Transient
from pipelines.model import DataPackage
from pipelines.project.dataset import Dataset
from pipelines.publish.apply.progress import PublishProgress, Report
from pipelines.publish.apply.rejections import explained
from pipelines.publish.digests import recorded
from pipelines.publish.plan import descriptions, metadata
from pipelines.publish.plan.model import Json, Plan
from pipelines.publish.state import PortalState

#: How often a step is done again from what the portal then holds, after a failure in the middle.
TRIES = 5


Build = Callable[..., DataPackage]


@dataclass
class Publication:
    """One publication under way."""

    plan: Plan
    portal: Portal
    build: Build
    report: Report
    extra_requests: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def dataset(self) -> Dataset:
        """The dataset."""
        return self.plan.dataset

    def tell(self, step: str, done: int = 0, total: int = 0) -> None:
        """Report a step and how far it is."""
        self.report(PublishProgress(self.dataset.name, step, done, total))


def wanted(run: Publication, ids: Mapping[str, str], version: str) -> Json:
    """Return the metadata that the dataset should have. ids: table → id of its data resource."""
    plan = run.plan
    notes = descriptions.notes(run.dataset, site=plan.site, resources=ids, url=plan.url)
    want = metadata.wanted(run.dataset, notes=notes, url=plan.url)
    return metadata.add_citations(want, run.dataset, version=version, url=plan.url)


def revise(
    run: Publication,
    state: PortalState,
    update: Json,
    *,
    drop: list[str] | None = None,
    files: Mapping[str, tuple[str, Path, str]] | None = None,
    match: Json | None = None,
) -> Json:
    """Change the dataset in one request, provided nobody else did meanwhile.

    drop: lists that are replaced as a whole. files: resource id → name, path, media type.
    match: what the dataset must still say, by default when it was last modified.
    Raises `Refused` when the dataset has moved, `PortalProblem` when CKAN refuses the change.
    """
    package = state.package or {}
    seen = match or {"metadata_modified": package.get("metadata_modified")}
    for tries in range(TRIES):
        try:
            return run.portal.revise(
                {"id": package["id"], **seen},
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
            raise explained(error, run.dataset) from error
        except Transient:
            found = run.portal.dataset(package["id"])
            if found is not None and _arrived(found, update):
                return found
            if tries == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _arrived(found: Json, update: Json) -> bool:
    """Say whether the portal holds what an update said."""
    for key in ("version", "private", "title", "notes"):
        if key in update and found.get(key) != update[key]:
            return False
    there = {r["id"]: recorded(r) for r in found.get("resources", ())}
    return all(
        r["id"] in there and there[r["id"]] == recorded(r) for r in update.get("resources", ())
    )


def read_package(run: Publication, state: PortalState) -> PortalState:
    """Read the dataset again, with what the DataStore noted on its resources."""
    package = run.portal.dataset(run.dataset.name)
    return replace(state, package=package)
