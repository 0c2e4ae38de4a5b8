"""How fresh the published datasets are, by the period that each promises.

The steps are those of the Humanitarian Data Exchange (hdx-data-freshness): fresh, due, overdue,
delinquent, judged by the days since the data last changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pipelines.ckan import Portal
from pipelines.dataset import Dataset

Status = Literal["fresh", "due", "overdue", "delinquent", "absent"]
#: Update period → days after which a dataset is due, overdue, delinquent.
LIMITS = {
    "harian": (1, 2, 3),
    "mingguan": (7, 14, 21),
    "bulanan": (30, 44, 53),
    "triwulanan": (90, 120, 150),
    "semesteran": (180, 210, 240),
    "tahunan": (365, 425, 455),
}


@dataclass(frozen=True)
class Freshness:
    """A dataset's age in days, against its period. days: None when it is not published."""

    name: str
    title: str
    organization: str
    frequency: str
    version: str
    updated: dt.datetime | None
    days: int | None
    status: Status
    url: str

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "name": self.name,
            "title": self.title,
            "organization": self.organization,
            "frequency": self.frequency,
            "version": self.version or None,
            "updated": self.updated.isoformat() if self.updated else None,
            "days": self.days,
            "status": self.status,
            "url": self.url,
        }


def judge(frequency: str, days: int) -> Status:
    """Return the status of data that are `days` old; without a period they are always fresh."""
    due, overdue, delinquent = LIMITS.get(frequency, (10**6, 10**6, 10**6))
    if days >= delinquent:
        return "delinquent"
    if days >= overdue:
        return "overdue"
    return "due" if days >= due else "fresh"


def status(
    portal: Portal, datasets: Sequence[Dataset], *, now: dt.datetime | None = None
) -> list[Freshness]:
    """Return the freshness of every dataset, in the order given; one request per hundred."""
    there: dict[str, dict[str, Any]] = {}
    for start in range(0, len(datasets), 100):
        part = datasets[start : start + 100]
        names = " OR ".join(f'"{dataset.name}"' for dataset in part)
        query = {"fq": f"name:({names})", "rows": 100, "include_private": True}
        for package in portal.search(query)["results"]:
            there[package["name"]] = package
    moment = now or portal.transport.now()
    return [_of(portal, dataset, there.get(dataset.name), moment) for dataset in datasets]


def _of(
    portal: Portal, dataset: Dataset, package: dict[str, Any] | None, now: dt.datetime
) -> Freshness:
    updated, days, status_, version = None, None, "absent", ""
    if package is not None and package.get("version"):
        version = str(package["version"])
        times = [
            dt.datetime.fromisoformat(str(r["last_modified"])).replace(tzinfo=dt.UTC)
            for r in package.get("resources", ())
            if r.get("publish_role") == "data" and r.get("last_modified")
        ]
        if times:
            updated = max(times)
            days = max(0, (now - updated).days)
            status_ = judge(dataset.spec.frequency, days)
    return Freshness(
        dataset.name,
        dataset.spec.title.id,
        dataset.spec.organization,
        dataset.spec.frequency,
        version,
        updated,
        days,
        status_,  # type: ignore[arg-type]
        f"{portal.url}/dataset/{dataset.name}",
    )
