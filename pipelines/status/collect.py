"""The status of the whole project: every dataset judged, and compared with the portal.

Whatever fails, the rest is reported: a dataset that can't be read still has its state on the
portal, and without a portal the local facts remain.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from pipelines.ckan import Portal
from pipelines.domain.identifiers import presentable
from pipelines.errors import PortalProblem, PublishError
from pipelines.project.dataset import Dataset, load_dataset
from pipelines.report.groups import counts
from pipelines.status import DatasetStatus, PortalFacts, ProjectStatus, Quality, drift
from pipelines.workflow import Prepared, Run

#: Codes of the screen that say something about a permission, not about data.
_PERMISSIONS = ("personal-allowed", "personal-allow-unused")


def collect_status(
    run: Run,
    names: Sequence[str],
    portal: Portal | PortalProblem,
    *,
    now: dt.datetime | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> ProjectStatus:
    """Judge every dataset and read its state on the portal; changes nothing anywhere.

    portal: the portal, or why there is none. After a call that it does not answer, none follows.
    """
    reader = _PortalReader(portal, now)
    statuses = []
    for name in names:
        progress(name)
        statuses.append(_dataset_status(run, name, reader))
    return ProjectStatus(
        run.project.resolve().name,
        reader.portal.url if reader.portal else "",
        now or dt.datetime.now().astimezone(),
        tuple(statuses),
        reader.problem,
        reader.portal.requests if reader.portal else 0,
    )


class _PortalReader:
    """The portal, until it fails to answer; the problem that ended it."""

    def __init__(self, portal: Portal | PortalProblem, now: dt.datetime | None) -> None:
        self.portal = portal if isinstance(portal, Portal) else None
        self.problem = portal if isinstance(portal, PortalProblem) else None
        self.now = now

    def read(self, dataset: Dataset, prepared: Prepared | None) -> PortalFacts:
        """Return what the portal holds of a dataset; nothing is known without a portal."""
        dataset = prepared.dataset if prepared is not None else dataset
        if self.portal is None or self.problem is not None:
            return drift.without_portal(dataset)
        tables = prepared.tables if prepared is not None and _publishable(prepared) else None
        moment = self.now or self.portal.transport.now()
        try:
            return drift.portal_facts(self.portal, dataset, tables, moment)
        except PortalProblem as error:
            self.problem = error
            return drift.without_portal(dataset)


def _publishable(prepared: Prepared) -> bool:
    """Say whether the tables are what would be published; a stale coverage changes none."""
    return all(
        found.code == "coverage-outside"
        for table in prepared.report.tables
        for found in table.errors
    ) and not any(table.more for table in prepared.report.tables)


def _dataset_status(run: Run, name: str, reader: _PortalReader) -> DatasetStatus:
    """Judge one dataset and read its state on the portal."""
    try:
        dataset = load_dataset(name, run.project)
        office, _, _ = dataset.office, dataset.services, dataset.schemas  # read now: may be refused
    except PublishError as error:
        words = {"id": name, "en": name}
        return DatasetStatus(name, words, "", words, "", "", _unreadable(error), PortalFacts())
    prepared: Prepared | None = None
    try:
        prepared = run.prepare(name)
        quality = _quality(prepared)
    except PublishError as error:
        quality = _unreadable(error)
    spec = dataset.spec
    return DatasetStatus(
        name,
        spec.title.model_dump(),
        spec.organization,
        office.title.model_dump(),
        spec.frequency,
        spec.contact.email or spec.contact.phone or spec.contact.name,
        quality,
        reader.read(dataset, prepared),
    )


def _unreadable(error: PublishError) -> Quality:
    where = f"{error.where}: " if error.where else ""
    return Quality(problem=" ".join(presentable([f"{where}{error.message}"])))


def _quality(prepared: Prepared) -> Quality:
    """Sum up the verdict over a dataset's tables."""
    errors = warnings = personal = cells = filled = 0
    for verdict in prepared.report.tables:
        more = counts(verdict)
        errors, warnings = errors + more[0], warnings + more[1]
        personal += sum(
            found.code.startswith("personal-") and found.code not in _PERMISSIONS
            for found in (*verdict.errors, *verdict.warnings)
        )
    for name, table in prepared.tables.items():
        fields = [f for f in prepared.dataset.schemas[name].names if f in table.frame.columns]
        frame = table.frame[fields]
        cells += frame.size
        filled += int(frame.notna().to_numpy().sum())
    return Quality(errors, warnings, personal, cells, filled)
