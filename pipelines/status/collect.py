"""How the whole project stands: every dataset judged, and compared with the portal.

What is known here is told whatever fails: a dataset that can't be read still has its place on
the portal, and without a portal the local facts are still told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from pipelines.ckan import Portal
from pipelines.domain.identifiers import presentable
from pipelines.errors import PortalProblem, PublishError
from pipelines.project.dataset import Dataset, load_dataset
from pipelines.report.groups import counts
from pipelines.status import DatasetStatus, ProjectStatus, Published, Quality, drift
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
    """Judge every dataset and ask the portal for it; changes nothing anywhere.

    portal: or why there is none. The first call that the portal does not answer is the last one.
    """
    asked = _PortalReader(portal, now)
    standings = []
    for name in names:
        progress(name)
        standings.append(_dataset_status(run, name, asked))
    return ProjectStatus(
        run.project.resolve().name,
        asked.portal.url if asked.portal else "",
        now or dt.datetime.now().astimezone(),
        tuple(standings),
        asked.problem,
        asked.portal.requests if asked.portal else 0,
    )


class _PortalReader:
    """The portal, until it fails to answer; the problem that ended it."""

    def __init__(self, portal: Portal | PortalProblem, now: dt.datetime | None) -> None:
        self.portal = portal if isinstance(portal, Portal) else None
        self.problem = portal if isinstance(portal, PortalProblem) else None
        self.now = now

    def published(self, dataset: Dataset, prepared: Prepared | None) -> Published:
        """Return what the portal holds of a dataset; nothing is known without a portal."""
        if self.portal is None or self.problem is not None:
            return drift.not_asked(dataset)
        tables = prepared.tables if prepared is not None and prepared.report.valid else None
        moment = self.now or self.portal.transport.now()
        try:
            return drift.portal_facts(self.portal, dataset, tables, moment)
        except PortalProblem as error:
            self.problem = error
            return drift.not_asked(dataset)


def _dataset_status(run: Run, name: str, asked: _PortalReader) -> DatasetStatus:
    """Judge one dataset and ask the portal for it."""
    try:
        dataset = load_dataset(name, run.project)
        office, _, _ = dataset.office, dataset.services, dataset.schemas  # all that is compared
    except PublishError as error:
        words = {"id": name, "en": name}
        return DatasetStatus(name, words, "", words, "", "", _broken(error), Published())
    prepared: Prepared | None = None
    try:
        prepared = run.prepare(name)
        quality = _quality(prepared)
    except PublishError as error:
        quality = _broken(error)
    spec = dataset.spec
    return DatasetStatus(
        name,
        spec.title.model_dump(),
        spec.organization,
        office.title.model_dump(),
        spec.frequency,
        spec.contact.email or spec.contact.phone or spec.contact.name,
        quality,
        asked.published(dataset, prepared),
    )


def _broken(error: PublishError) -> Quality:
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
