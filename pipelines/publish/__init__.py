"""Publishing to CKAN: planned against the portal, applied as the difference, read back."""

from pipelines.publish.applying import Outcome, apply
from pipelines.publish.drift import published, unasked
from pipelines.publish.past import get, published_rows, rollback, versions
from pipelines.publish.plan import Plan, TablePlan, blocked
from pipelines.publish.planning import plan
from pipelines.publish.progress import Progress
from pipelines.publish.render import render_plan
from pipelines.publish.saved import SavedPlan, load, save

__all__ = [
    "Outcome",
    "Plan",
    "Progress",
    "SavedPlan",
    "TablePlan",
    "apply",
    "blocked",
    "get",
    "load",
    "plan",
    "published",
    "published_rows",
    "render_plan",
    "rollback",
    "save",
    "unasked",
    "versions",
]
