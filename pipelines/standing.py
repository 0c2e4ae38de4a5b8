"""How datasets stand: what `status` says of each, of each office, and of the whole project.

Local facts (quality) and the portal's (versions, drift) meet here; whoever shows them needs
neither the stages nor the portal.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from babel.dates import format_date

from pipelines import catalogue
from pipelines.errors import PublishError
from pipelines.model import Finding

Freshness = Literal["fresh", "soon", "overdue", "never", "unscheduled", "unknown"]
#: From the worst to the best; an office is as fresh as its worst dataset.
FRESHNESS: tuple[Freshness, ...] = (
    "overdue", "never", "unknown", "soon", "unscheduled", "fresh",
)  # fmt: skip
#: What may be wrong with a dataset, the most urgent first: the order of next steps.
URGENCY = (
    "status-personal", "status-source", "status-errors", "status-unfinished", "status-edited",
    "status-overdue", "status-never", "status-unpublished", "status-unreadable", "status-hidden",
    "status-soon",
)  # fmt: skip
Level = Literal["bad", "warn", "note", "good"]
LEVELS: dict[str, Level] = {"error": "bad", "warning": "warn", "info": "note"}


@dataclass(frozen=True)
class Quality:
    """What the checks say of the sources as they lie on disk.

    personal: findings of personal data, a part of errors and warnings. cells, filled: over all
    fields of all tables. problem: why the sources could not be judged at all.
    """

    errors: int = 0
    warnings: int = 0
    personal: int = 0
    cells: int = 0
    filled: int = 0
    problem: str = ""

    @property
    def share(self) -> float | None:
        """The share of cells that hold something, None without cells."""
        return self.filled / self.cells if self.cells else None

    @property
    def percent(self) -> str:
        """The share in whole per cent, rounded down: 100 means that no cell is empty."""
        return "–" if not self.cells else f"{100 * self.filled // self.cells}%"

    def as_json(self) -> dict[str, Any]:
        """The shape of `status --json`."""
        return {
            "errors": self.errors,
            "warnings": self.warnings,
            "personal_data": self.personal,
            "cells": self.cells,
            "filled": self.filled,
            "completeness": None if self.share is None else round(self.share, 4),
            "problem": self.problem or None,
        }


@dataclass(frozen=True)
class Difference:
    """One thing that differs from the last release: its kind (`status-diff-KIND`), what, how."""

    kind: str
    name: str
    before: str = ""
    after: str = ""

    def words(self, lang: catalogue.Lang | None = None) -> str:
        """The difference in a few words."""
        return catalogue.text(
            f"status-diff-{self.kind}",
            lang=lang,
            name=self.name,
            before=self.before,
            after=self.after,
        )

    def as_json(self) -> dict[str, Any]:
        """The shape of `status --json`."""
        return {
            "kind": self.kind,
            "name": self.name,
            "before": self.before or None,
            "after": self.after or None,
        }


@dataclass(frozen=True)
class Release:
    """A published version and when it was finished."""

    version: str
    time: dt.datetime


@dataclass(frozen=True)
class Published:
    """What the portal holds of a dataset.

    covered_to: the last day that the published data speak of. opens: the day on which the next
    period is over; due: the day by which its data are expected; both None without a schedule.
    days: from today to `due`, negative when overdue. edited: what somebody changed on the portal
    since the release; unpublished: what the local dataset has and the portal has not.
    """

    freshness: Freshness = "unknown"
    version: str = ""
    releases: tuple[Release, ...] = ()
    covered_from: dt.date | None = None
    covered_to: dt.date | None = None
    opens: dt.date | None = None
    due: dt.date | None = None
    days: int | None = None
    edited: tuple[Difference, ...] = ()
    unpublished: tuple[Difference, ...] = ()
    unfinished: bool = False
    hidden: bool = False
    problem: str = ""
    url: str = ""

    @property
    def released(self) -> dt.datetime | None:
        """When the newest version was published."""
        return self.releases[-1].time if self.releases else None

    @property
    def moved(self) -> bool:
        """Whether newer data seem to lie in the sources already, to be published only."""
        return any(
            item.kind == "rows" or (item.kind, item.name) == ("metadata", "coverage.to")
            for item in self.unpublished
        )


@dataclass(frozen=True)
class Standing:
    """One dataset: how fresh it is, how good, and what is to be done.

    title, office: {id, en}. organization: CKAN's name of the office, empty when unknown.
    """

    name: str
    title: Mapping[str, str]
    organization: str
    office: Mapping[str, str]
    frequency: str
    contact: str
    quality: Quality
    published: Published

    @cached_property
    def concerns(self) -> tuple[Finding, ...]:
        """What is to be done, the most urgent first; empty when all is well."""
        return tuple(sorted(_concerns(self), key=lambda found: URGENCY.index(found.code)))

    @property
    def level(self) -> Level:
        """The gravest of the concerns; what is not known is no good news."""
        levels = {LEVELS[found.severity] for found in self.concerns}
        best: Level = "note" if self.published.freshness == "unknown" else "good"
        return next((level for level in LEVELS.values() if level in levels), best)

    def as_json(self) -> dict[str, Any]:
        """The shape of `status --json`."""
        there = self.published
        return {
            "name": self.name,
            "title": dict(self.title),
            "organization": self.organization or None,
            "frequency": self.frequency or None,
            "version": there.version or None,
            "published": _iso(there.released),
            "releases": [{"version": r.version, "time": _iso(r.time)} for r in there.releases],
            "covered_from": _iso(there.covered_from),
            "covered_to": _iso(there.covered_to),
            "due": _iso(there.due),
            "freshness": there.freshness,
            "days_overdue": -there.days if there.days is not None and there.days < 0 else 0,
            "quality": self.quality.as_json(),
            "drift": [item.as_json() for item in there.edited],
            "unpublished": [item.as_json() for item in there.unpublished],
            "url": there.url or None,
            "level": self.level,
            "concerns": [
                {"code": c.code, "message": c.message, "next": c.words("next")}
                for c in self.concerns
            ],
        }


def written(day: dt.date, lang: catalogue.Lang | None = None) -> str:
    """Write a day as each language does, the month in letters: no order of numbers to guess."""
    return format_date(day, "d MMM yyyy", locale=lang or catalogue.get_lang())


def both_days(day: dt.date) -> dict[str, str]:
    """Write a day in each language."""
    return {lang: written(day, lang) for lang in catalogue.LANGS}


def _iso(moment: dt.date | None) -> str | None:
    return moment.isoformat() if moment else None


def _concerns(standing: Standing) -> list[Finding]:
    """Say what is wrong with a dataset, in no order."""
    quality, there = standing.quality, standing.published
    found: list[Finding] = []

    def say(finding: Finding) -> None:
        params = {"name": standing.name, "contact": standing.contact, **finding.params}
        found.append(replace(finding, table=standing.name, params=params))

    if quality.problem:
        say(Finding("status-source", "error", params={"reason": quality.problem}))
    if quality.personal and quality.errors:
        say(Finding("status-personal", "error", params={"count": quality.personal}))
    elif quality.errors:
        say(Finding("status-errors", "error", params={"count": quality.errors}))
    if there.hidden:
        say(Finding("status-hidden", "info"))
    if there.problem:
        say(Finding("status-unreadable", "warning", params={"reason": there.problem}))
    if there.unfinished:
        say(Finding("status-unfinished", "warning"))
    if there.edited:
        say(Finding("status-edited", "warning", params={"what": _listed(there.edited)}))
    if there.unpublished:
        say(Finding("status-unpublished", "warning", params={"what": _listed(there.unpublished)}))
    if there.freshness == "never":
        say(Finding("status-never", "warning"))
    if there.freshness in ("overdue", "soon") and there.due and there.days is not None:
        params = {"days": abs(there.days), "due": both_days(there.due)}
        variant = "here" if there.moved else ""
        if there.freshness == "overdue":
            say(Finding("status-overdue", "error", variant=variant, params=params))
        else:
            say(Finding("status-soon", "info", variant=variant, params=params))
    return found


def _listed(items: Sequence[Difference], most: int = 6) -> dict[str, str]:
    """Name the first differences in both languages."""
    more = f" (+{len(items) - most})" if len(items) > most else ""
    return {
        lang: ", ".join(item.words(lang) for item in items[:most]) + more
        for lang in catalogue.LANGS
    }


@dataclass(frozen=True)
class Office:
    """A producing office and its datasets."""

    name: str
    title: Mapping[str, str]
    datasets: tuple[Standing, ...]

    @property
    def level(self) -> Level:
        """The gravest level of its datasets."""
        return worst(self.datasets)

    def as_json(self) -> dict[str, Any]:
        """The shape of `status --json`."""
        return {
            "organization": self.name or None,
            "title": dict(self.title),
            "level": self.level,
            **counts(self.datasets),
        }


def worst(datasets: Sequence[Standing]) -> Level:
    """Return the gravest level."""
    order: tuple[Level, ...] = ("bad", "warn", "note")
    levels = {one.level for one in datasets}
    return next((level for level in order if level in levels), "good")


def counts(datasets: Sequence[Standing]) -> dict[str, int]:
    """Count datasets: all of them, by freshness, and by what is to be done."""
    fresh = Counter(one.published.freshness for one in datasets)
    return {
        "datasets": len(datasets),
        **{kind: fresh[kind] for kind in FRESHNESS},
        "with_errors": sum(bool(d.quality.errors or d.quality.problem) for d in datasets),
        "edited": sum(bool(d.published.edited) for d in datasets),
        "unpublished": sum(bool(d.published.unpublished) for d in datasets),
    }


@dataclass(frozen=True)
class Overview:
    """How a project stands. problem: why the portal could not be asked."""

    project: str
    portal: str
    moment: dt.datetime
    datasets: tuple[Standing, ...]
    problem: PublishError | None = None
    requests: int = 0

    @cached_property
    def offices(self) -> tuple[Office, ...]:
        """The offices by the order of their titles, those without a known office last."""
        found: dict[str, list[Standing]] = {}
        for one in self.datasets:
            found.setdefault(one.organization, []).append(one)
        offices = [Office(name, mine[0].office, tuple(mine)) for name, mine in found.items()]
        return tuple(sorted(offices, key=lambda o: (not o.name, o.title["id"])))

    @cached_property
    def urgent(self) -> tuple[Finding, ...]:
        """The most urgent concern of each dataset that has any, the most urgent first."""
        firsts = [one.concerns[0] for one in self.datasets if one.concerns]
        return tuple(sorted(firsts, key=lambda found: URGENCY.index(found.code)))

    @property
    def upcoming(self) -> Standing | None:
        """The dataset whose next data are due first."""
        dated = [one for one in self.datasets if one.published.due]
        return min(dated, key=lambda one: one.published.due or dt.date.max, default=None)

    def next(self, lang: catalogue.Lang | None = None) -> str:
        """The reader's next move: what to do for the worst thing."""
        if self.problem is not None:
            return self.problem.next
        if self.urgent:
            first = self.urgent[0]
            same = sum(found.code == first.code for found in self.urgent) - 1
            more = catalogue.text("status-next-more", lang=lang, count=same) if same else ""
            words = f"{first.words('next', lang)} {more}".strip()
            return f"{first.table}: {words}"
        if self.upcoming is not None and self.upcoming.published.due:
            return catalogue.text(
                "status-next-none",
                lang=lang,
                name=self.upcoming.name,
                due=both_days(self.upcoming.published.due),
            )
        return catalogue.text("status-next-nothing", lang=lang)

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
