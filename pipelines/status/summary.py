"""One dataset, one office, the whole project: facts and concerns together."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipelines import messages
from pipelines.errors import PublishError
from pipelines.model import Finding
from pipelines.status.concerns import (
    LEVELS,
    Level,
    by_urgency,
    concerns,
    day_texts,
    next_step,
    worst_level,
)
from pipelines.status.facts import FRESHNESS, PortalFacts, Quality


@dataclass(frozen=True)
class DatasetStatus:
    """One dataset: how fresh and how good it is, and what is to be done.

    title, office: {id, en}. organization: CKAN's name of the office, empty when unknown.
    """

    name: str
    title: Mapping[str, str]
    organization: str
    office: Mapping[str, str]
    frequency: str
    contact: str
    quality: Quality
    on_portal: PortalFacts

    @cached_property
    def concerns(self) -> tuple[Finding, ...]:
        """What is to be done, the most urgent first; empty when all is well."""
        return concerns(self.name, self.contact, self.quality, self.on_portal)

    @property
    def level(self) -> Level:
        """The gravest of the concerns; what is not known is no good news."""
        best: Level = "note" if self.on_portal.freshness == "unknown" else "good"
        return worst_level((LEVELS[found.severity] for found in self.concerns), best)

    def as_json(self) -> dict[str, Any]:
        """The shape of `status --json`."""
        on_portal = self.on_portal
        return {
            "name": self.name,
            "title": dict(self.title),
            "organization": self.organization or None,
            "frequency": self.frequency or None,
            "version": on_portal.version or None,
            "published": _iso(on_portal.released),
            "releases": [{"version": r.version, "time": _iso(r.time)} for r in on_portal.releases],
            "covered_from": _iso(on_portal.covered_from),
            "covered_to": _iso(on_portal.covered_to),
            "due": _iso(on_portal.due),
            "freshness": on_portal.freshness,
            "days_overdue": -on_portal.days
            if on_portal.days is not None and on_portal.days < 0
            else 0,
            "quality": self.quality.as_json(),
            "drift": [item.as_json() for item in on_portal.drift],
            "unpublished": [item.as_json() for item in on_portal.unpublished],
            "url": on_portal.url or None,
            "level": self.level,
            "concerns": [
                {"code": c.code, "message": c.message, "next": c.text("next")}
                for c in self.concerns
            ],
        }


def _iso(moment: dt.date | None) -> str | None:
    return moment.isoformat() if moment else None


@dataclass(frozen=True)
class OfficeStatus:
    """A producing office and its datasets."""

    name: str
    title: Mapping[str, str]
    datasets: tuple[DatasetStatus, ...]

    @property
    def level(self) -> Level:
        """The gravest level of its datasets."""
        return worst_level(one.level for one in self.datasets)

    def as_json(self) -> dict[str, Any]:
        """The shape of `status --json`."""
        return {
            "organization": self.name or None,
            "title": dict(self.title),
            "level": self.level,
            **counts(self.datasets),
        }


def counts(datasets: Sequence[DatasetStatus]) -> dict[str, int]:
    """Count datasets: all of them, by freshness, and by what is to be done."""
    fresh = Counter(one.on_portal.freshness for one in datasets)
    return {
        "datasets": len(datasets),
        **{kind: fresh[kind] for kind in FRESHNESS},
        "with_errors": sum(bool(d.quality.errors or d.quality.problem) for d in datasets),
        "edited": sum(bool(d.on_portal.drift) for d in datasets),
        "unpublished": sum(bool(d.on_portal.unpublished) for d in datasets),
    }


@dataclass(frozen=True)
class ProjectStatus:
    """The status of a project. problem: why the portal could not be read."""

    project: str
    portal: str
    moment: dt.datetime
    datasets: tuple[DatasetStatus, ...]
    problem: PublishError | None = None
    requests: int = 0

    @cached_property
    def offices(self) -> tuple[OfficeStatus, ...]:
        """The offices by the order of their titles, those without a known office last."""
        found: dict[str, list[DatasetStatus]] = {}
        for one in self.datasets:
            found.setdefault(one.organization, []).append(one)
        offices = [OfficeStatus(name, mine[0].office, tuple(mine)) for name, mine in found.items()]
        return tuple(sorted(offices, key=lambda o: (not o.name, o.title["id"])))

    @cached_property
    def urgent(self) -> tuple[Finding, ...]:
        """The most urgent concern of each dataset that has any, the most urgent first."""
        return by_urgency(one.concerns[0] for one in self.datasets if one.concerns)

    @property
    def upcoming(self) -> DatasetStatus | None:
        """The dataset whose next data are due first."""
        dated = [one for one in self.datasets if one.on_portal.due]
        return min(dated, key=lambda one: one.on_portal.due or dt.date.max, default=None)

    def next(self, lang: messages.Lang | None = None) -> str:
        """The reader's next move: what to do for the worst thing."""
        if self.problem is not None:
            return self.problem.next
        if self.urgent:
            return next_step(self.urgent, lang)
        if self.upcoming is not None and self.upcoming.on_portal.due:
            return messages.text(
                "status-next-none",
                lang=lang,
                name=self.upcoming.name,
                due=day_texts(self.upcoming.on_portal.due),
            )
        return messages.text("status-next-nothing", lang=lang)

    def as_json(self) -> dict[str, Any]:
        """The shape of `status --json`."""
        problem = self.problem
        return {
            "portal": {
                "url": self.portal or None,
                "reached": problem is None,
                "requests": self.requests,
                "problem": None
                if problem is None
                else {"code": problem.code, "message": problem.message, "next": problem.next},
            },
            "moment": self.moment.isoformat(timespec="seconds"),
            "total": counts(self.datasets),
            "offices": [office.as_json() for office in self.offices],
            "datasets": [one.as_json() for one in self.datasets],
            "next": self.next(),
        }
