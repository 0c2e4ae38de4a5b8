"""An overview made by hand: datasets in every state, with words that somebody else typed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pipelines.errors import PortalProblem
from pipelines.status import (
    DatasetStatus,
    Difference,
    PortalFacts,
    ProjectStatus,
    Quality,
    ReleaseDate,
)

NOW = dt.datetime(2025, 3, 10, 9, 30, tzinfo=dt.UTC)
HOSTILE = "<b onmouseover=alert(1)>\x1b[31mX\x07</b>\u202e"


def standing(name: str, title: str = "", office: int = 1, **more: Any) -> DatasetStatus:
    on_portal = more.pop("on_portal", PortalFacts("fresh"))
    quality = more.pop("quality", Quality(cells=200, filled=200))
    return DatasetStatus(
        name,
        {"id": title or f"Judul {name}", "en": title or f"Title {name}"},
        f"dinas-{office}",
        {"id": f"Dinas {office} Provinsi", "en": f"Office {office} of the Province"},
        "semesteran",
        "data@contoh.example",
        quality,
        on_portal,
    )


def published(freshness: Any, days: int | None = None, **more: Any) -> PortalFacts:
    due = None if days is None else NOW.date() + dt.timedelta(days=days)
    facts: dict[str, Any] = {
        "version": "1.2.0",
        "releases": (ReleaseDate("1.0.0", NOW.replace(year=2023)), ReleaseDate("1.2.0", NOW)),
        "covered_from": dt.date(2023, 1, 1),
        "covered_to": dt.date(2024, 6, 30),
        "url": "https://data.contoh.example/dataset/x",
    }
    return PortalFacts(freshness, due=due, days=days, **{**facts, **more})


def make(*, problem: PortalProblem | None = None) -> ProjectStatus:
    """Return an overview of two offices and nine datasets, one in each state or trouble."""
    diff = Difference("metadata", HOSTILE)
    datasets = (
        standing("segar", on_portal=published("fresh", 90)),
        standing("segera", on_portal=published("soon", 12)),
        standing("terlambat", on_portal=published("overdue", -38)),
        standing("belum", on_portal=PortalFacts("never", covered_to=dt.date(2024, 6, 30))),
        standing("sewaktu", on_portal=published("unscheduled")),
        standing("diubah", HOSTILE, 2, on_portal=published("fresh", 90, drift=(diff,))),
        standing("maju", office=2, on_portal=published("fresh", 90, unpublished=(diff,) * 9)),
        standing("salah", office=2, quality=Quality(3, 14, 2, 200, 199),
                 on_portal=published("fresh", 90)),
        standing("rusak", office=2, quality=Quality(problem=f"source/*: {HOSTILE}"),
                 on_portal=published("unknown", version=HOSTILE, url="javascript:alert(1)")),
    )  # fmt: skip
    return ProjectStatus("proyek", "https://data.contoh.example", NOW, datasets, problem)
