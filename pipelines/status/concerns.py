"""What is to be done about a dataset, how urgent it is, and the words for the next step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from babel.dates import format_date

from pipelines import messages
from pipelines.model import Finding
from pipelines.status.facts import Difference, PortalFacts, Quality

#: What may be wrong with a dataset, the most urgent first: the order of next steps.
URGENCY = (
    "status-personal", "status-source", "status-errors", "status-unfinished", "status-edited",
    "status-overdue", "status-never", "status-unpublished", "status-unreadable", "status-hidden",
    "status-soon",
)  # fmt: skip
Level = Literal["bad", "warn", "note", "good"]
#: A concern's severity → its level, the gravest first.
LEVELS: dict[str, Level] = {"error": "bad", "warning": "warn", "info": "note"}


def concerns(
    name: str, contact: str, quality: Quality, on_portal: PortalFacts
) -> tuple[Finding, ...]:
    """Say what is to be done about a dataset, the most urgent first; empty when all is well.

    name, contact: the dataset, and whom to ask; on_portal: what the portal holds.
    """
    found: list[Finding] = []

    def say(finding: Finding) -> None:
        params = {"name": name, "contact": contact, **finding.params}
        found.append(replace(finding, table=name, params=params))

    if quality.problem:
        say(Finding("status-source", "error", params={"reason": quality.problem}))
    if quality.personal and quality.errors:
        say(Finding("status-personal", "error", params={"count": quality.personal}))
    elif quality.errors:
        say(Finding("status-errors", "error", params={"count": quality.errors}))
    if on_portal.hidden:
        say(Finding("status-hidden", "info"))
    if on_portal.problem:
        say(Finding("status-unreadable", "warning", params={"reason": on_portal.problem}))
    if on_portal.unfinished:
        say(Finding("status-unfinished", "warning"))
    if on_portal.drift:
        say(Finding("status-edited", "warning", params={"what": _listed(on_portal.drift)}))
    if on_portal.unpublished:
        say(
            Finding(
                "status-unpublished", "warning", params={"what": _listed(on_portal.unpublished)}
            )
        )
    if on_portal.freshness == "never":
        say(Finding("status-never", "warning"))
    if on_portal.freshness in ("overdue", "soon") and on_portal.due and on_portal.days is not None:
        params = {"days": abs(on_portal.days), "due": day_texts(on_portal.due)}
        variant = "here" if on_portal.moved else ""
        if on_portal.freshness == "overdue":
            say(Finding("status-overdue", "error", variant=variant, params=params))
        else:
            say(Finding("status-soon", "info", variant=variant, params=params))
    return by_urgency(found)


def worst_level(levels: Iterable[Level], best: Level = "good") -> Level:
    """Return the gravest of the levels, `best` without any."""
    held = set(levels)
    return next((level for level in LEVELS.values() if level in held), best)


def _listed(items: Sequence[Difference], most: int = 6) -> dict[str, str]:
    """Name the first differences in both languages."""
    more = f" (+{len(items) - most})" if len(items) > most else ""
    return {
        lang: ", ".join(item.text(lang) for item in items[:most]) + more for lang in messages.LANGS
    }


def by_urgency(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Order concerns, the most urgent first."""
    return tuple(sorted(found, key=lambda concern: URGENCY.index(concern.code)))


def next_step(urgent: Sequence[Finding], lang: messages.Lang | None = None) -> str:
    """What to do for the first of the datasets' most urgent concerns, and how many share it."""
    first = urgent[0]
    same = sum(found.code == first.code for found in urgent) - 1
    more = messages.text("status-next-more", lang=lang, count=same) if same else ""
    words = f"{first.text('next', lang)} {more}".strip()
    return f"{first.table}: {words}"


def format_day(day: dt.date, lang: messages.Lang | None = None) -> str:
    """Write a day as each language does, the month in letters: no order of numbers to guess."""
    return format_date(day, "d MMM yyyy", locale=lang or messages.get_lang())


def day_texts(day: dt.date) -> dict[str, str]:
    """Write a day in each language."""
    return {lang: format_day(day, lang) for lang in messages.LANGS}
