"""How datasets stand: what `status` says of each, of each office, and of the whole project.

Local facts (quality) and the portal's (versions, drift) meet here; whoever shows them needs
neither the stages nor the portal.
"""

from pipelines.status.concerns import URGENCY, Level, written
from pipelines.status.facts import FRESHNESS, Difference, Freshness, Published, Quality, ReleaseDate
from pipelines.status.summary import DatasetStatus, OfficeStatus, ProjectStatus, counts

__all__ = [
    "FRESHNESS",
    "URGENCY",
    "DatasetStatus",
    "Difference",
    "Freshness",
    "Level",
    "OfficeStatus",
    "ProjectStatus",
    "Published",
    "Quality",
    "ReleaseDate",
    "counts",
    "written",
]
