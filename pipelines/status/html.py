"""The status as one self-contained page in both languages: a board to hang up.

Each dataset has a line of time: the period that its data cover, its releases, and the day by
which the next data are due. All lines share one scale, so that what is late stands out. As the
report, the page asks the network for nothing and works without scripts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.dates import format_datetime

from pipelines import messages
from pipelines.model import Finding
from pipelines.report.html import ATTRIBUTES, Words, assets, environment, words
from pipelines.report.report_files import replace_text
from pipelines.status import (
    FRESHNESS,
    DatasetStatus,
    OfficeStatus,
    PortalFacts,
    ProjectStatus,
    counts,
    format_day,
)
from pipelines.status.concerns import LEVELS
from pipelines.status.terminal import MARK, STATE, state
from pipelines.text.printable import in_both, visible

#: Tasks listed at the top; the years that the lines of time reach back and ahead at most.
TASKS, BACK, AHEAD = 8, 6, 3
#: Releases drawn on one line, the newest ones.
RELEASES = 60


def write_page(overview: ProjectStatus, path: Path) -> list[Path]:
    """Write the page in one step; return what was written."""
    return [replace_text(path, render(overview))]


def render(overview: ProjectStatus) -> str:
    """Return the page."""
    scale = Scale.of(overview)
    tally = counts(overview.datasets)
    problem = overview.problem
    return environment("pipelines.status").get_template("status.html").render(
        project=visible(overview.project),
        portal=visible(overview.portal),
        link=_link(overview.portal),
        moment=words(
            lambda lang: format_datetime(overview.moment, "d MMM yyyy HH:mm", locale=lang)
        ),
        lang=messages.get_lang(),
        problem=None if problem is None else in_both(words(lambda _: problem.message)),
        tally=tally,
        states=[(kind, _label(STATE[kind])) for kind in FRESHNESS if tally[kind]],
        fixed={"all": _label("status-page-all"), "search": _label(ATTRIBUTES["search"])},
        tasks=[_concern(found) for found in overview.urgent[:TASKS]],
        more=max(0, len(overview.urgent) - TASKS),
        offices=[_office(office, number, scale) for number, office in enumerate(overview.offices)],
        years=scale.years,
        today=scale.at(scale.today),
        **assets("status", "pipelines.status"),
    )  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """One scale of time for all lines: days from `start` to `end` as shares in per cent."""

    start: dt.date
    end: dt.date
    today: dt.date

    @classmethod
    def of(cls, overview: ProjectStatus) -> Scale:
        """Return a scale on which every dataset's days lie, within reason."""
        today = overview.moment.date()
        earliest, latest = [today - dt.timedelta(days=365)], [today + dt.timedelta(days=45)]
        for one in overview.datasets:
            on_portal = one.on_portal
            ends = [day for day in (on_portal.due, on_portal.covered_to) if day]
            earliest += [*ends, *(release.time.date() for release in on_portal.releases)]
            if on_portal.covered_from:
                earliest.append(on_portal.covered_from)
            latest += [day + dt.timedelta(days=30) for day in ends]
        back = today - dt.timedelta(days=365 * BACK)
        ahead = today + dt.timedelta(days=365 * AHEAD)
        return cls(max(min(earliest), back), min(max(latest), ahead), today)

    def at(self, day: dt.date) -> float:
        """Return where a day lies, in per cent, days beyond either end at the end."""
        share = (day - self.start).days / max(1, (self.end - self.start).days)
        return round(100 * min(1.0, max(0.0, share)), 2)

    @property
    def years(self) -> list[tuple[int, float]]:
        """The beginnings of years on the scale."""
        years = range(self.start.year + 1, self.end.year + 1)
        return [(year, self.at(dt.date(year, 1, 1))) for year in years]


def _label(code: str) -> Words:
    """Return a label of the catalogue in each language."""
    return words(lambda lang: messages.text(code, lang=lang))


def _link(url: str) -> str:
    """Return an address that a page may link to, else nothing."""
    return url if url.startswith(("http://", "https://")) else ""


def _concern(found: Finding) -> dict[str, Any]:
    return {
        "name": found.table,
        "level": LEVELS[found.severity],
        "title": _label(found.code),
        "message": in_both(words(lambda lang: found.text("message", lang))),
        "next": in_both(words(lambda lang: found.text("next", lang))),
    }


def _office(office: OfficeStatus, number: int, scale: Scale) -> dict[str, Any]:
    title = office.title if office.name else _label("status-office-unknown")
    tally = counts(office.datasets)
    return {
        "id": f"o{number}",
        "title": in_both(title),
        "level": office.level,
        "mark": MARK[office.level][0],
        "count": len(office.datasets),
        "tally": [(kind, tally[kind], _label(STATE[kind])) for kind in FRESHNESS if tally[kind]],
        "datasets": [
            _dataset(one, f"d{number}-{place}", scale) for place, one in enumerate(office.datasets)
        ],
    }


def _dataset(status: DatasetStatus, ident: str, scale: Scale) -> dict[str, Any]:
    on_portal, quality = status.on_portal, status.quality
    return {
        "id": ident,
        "name": status.name,
        "title": in_both(status.title),
        "level": status.level,
        "mark": MARK[status.level][0],
        "freshness": on_portal.freshness,
        "state": words(lambda lang: state(on_portal, lang)),
        "version": visible(on_portal.version, 20),
        "released": _day(on_portal.released.date() if on_portal.released else None),
        "covers": _period(on_portal),
        "due": _day(on_portal.due),
        "frequency": _label(f"status-frequency-{status.frequency}") if status.frequency else None,
        "link": _link(on_portal.url) if on_portal.version else "",
        "quality": quality,
        "unreadable": visible(quality.problem),
        "share": None if quality.share is None else round(100 * quality.share, 1),
        "edited": [in_both(words(item.text)) for item in on_portal.drift],
        "unpublished": [in_both(words(item.text)) for item in on_portal.unpublished],
        "concerns": [_concern(found) for found in status.concerns],
        "line": _line(on_portal, scale),
    }


def _day(day: dt.date | None) -> Words | None:
    return None if day is None else words(lambda lang: format_day(day, lang))


def _period(on_portal: PortalFacts) -> Words | None:
    start, end = on_portal.covered_from, on_portal.covered_to
    if end is None:
        return None
    if start is None:
        return _day(end)
    return words(lambda lang: f"{format_day(start, lang)} – {format_day(end, lang)}")


def _line(on_portal: PortalFacts, scale: Scale) -> dict[str, Any]:
    """Return what is drawn of a dataset: places and widths in per cent of the line."""

    def span(start: dt.date, end: dt.date) -> tuple[float, float]:
        left = scale.at(start)
        return left, round(max(0.6, scale.at(end) - left), 2)

    start, end = on_portal.covered_from, on_portal.covered_to
    late = on_portal.due and on_portal.freshness == "overdue"
    return {
        "cover": span(start or end, end) if end else None,
        "solid": bool(on_portal.version),
        "releases": [
            (scale.at(release.time.date()), visible(release.version, 20), _day(release.time.date()))
            for release in on_portal.releases[-RELEASES:]
        ],
        "due": scale.at(on_portal.due) if on_portal.due else None,
        "late": span(on_portal.due, scale.today) if late and on_portal.due else None,
    }
