"""Publishing to CKAN: planned against the portal, applied as the difference, read back."""

from pipelines.publish.apply.progress import PublishProgress
from pipelines.publish.apply.publisher import Outcome, apply_plan
from pipelines.publish.history.versions import get, published_rows, versions
from pipelines.publish.plan.compute import compute_plan
from pipelines.publish.plan.model import Plan, TablePlan, blocked
from pipelines.publish.plan.render import render_plan
from pipelines.publish.plan.rollback import rollback
from pipelines.publish.plan.saved import SavedPlan, load, save

__all__ = [
    "Outcome",
    "Plan",
    "PublishProgress",
    "SavedPlan",
    "TablePlan",
    "apply_plan",
    "blocked",
    "compute_plan",
    "get",
    "load",
    "published_rows",
    "render_plan",
    "rollback",
    "save",
    "versions",
]
