"""How datasets stand: what `status` says of each, of each office, and of the whole project.

Local facts (quality) and the portal's (versions, drift) meet here; whoever shows them needs
neither the stages nor the portal.
"""

from pipelines.standing.concerns import URGENCY, Level, written
from pipelines.standing.facts import (
    FRESHNESS,
    Difference,
    Freshness,
    Published,
    Quality,
    Release,
)
from pipelines.standing.overview import Office, Overview, Standing, counts

__all__ = [
    "FRESHNESS", "URGENCY", "Difference", "Freshness", "Level", "Office", "Overview", "Published",
    "Quality", "Release", "Standing", "counts", "written",
]  # fmt: skip
