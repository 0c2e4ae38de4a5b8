"""An older version screened again for personal data, before it is published once more.

It may be older than the screen, or have been replaced because it held what nobody may see.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pipelines.model import MaskedReport, Report, TableReport
from pipelines.privacy import mask_report, screen
from pipelines.publish import Plan
from pipelines.workflow.verdict import published_texts


def screen_again(plan: Plan) -> MaskedReport:
    """Return what the screen finds in the tables of a plan and in the texts around them."""
    dataset = plan.dataset
    texts = published_texts(dataset)
    reports = []
    for name, table in plan.sources.items():
        policy = _policy_for(dataset.spec.tables[name].personal_data, set(table.frame.columns))
        found = screen(table, dataset.schemas[name], policy, texts=texts, name=name)
        (source,) = table.sources
        rows, fields = table.frame.shape
        report = TableReport(name, source.file, rows, fields, 0.0, sources=table.sources)
        reports.append(report.with_findings(found))
    return mask_report(Report(dataset.name, tuple(reports)))


def _policy_for(policy: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    """Return today's policy for a table that may not have all of today's fields."""
    found = dict(policy)
    for key in ("small_counts", "combinations"):
        rule = found.get(key)
        if not isinstance(rule, Mapping) or not isinstance(rule.get("fields"), list):
            continue
        kept = [field for field in rule["fields"] if field in fields]
        rest = {name: value for name, value in rule.items() if name != "fields"}
        found[key] = {**rest, "fields": kept} if kept else rest
    return found
