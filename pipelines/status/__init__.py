"""The status of each dataset, each office and the whole project: quality, freshness, drift.

Takes a project and a portal (`collect`), gives a `ProjectStatus`: values only, so that its terminal
and HTML forms need neither the stages nor the portal. Changes nothing anywhere.
"""

from pipelines.status.concerns import URGENCY, Level, format_day
from pipelines.status.facts import (
    FRESHNESS,
    Difference,
    Freshness,
    PortalFacts,
    Quality,
    ReleaseDate,
)
from pipelines.status.summary import DatasetStatus, OfficeStatus, ProjectStatus, counts

__all__ = [
    "FRESHNESS",
    "URGENCY",
    "DatasetStatus",
    "Difference",
    "Freshness",
    "Level",
    "OfficeStatus",
    "PortalFacts",
    "ProjectStatus",
    "Quality",
    "ReleaseDate",
    "counts",
    "format_day",
]
