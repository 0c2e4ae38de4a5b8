"""The report as one self-contained HTML page."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipelines import catalogue
from pipelines.model import Report
from pipelines.report.groups import counts, grouped


def html(report: Report, path: Path) -> None:
    """Write the report as a single HTML file that needs nothing else."""
    environment = Environment(
        loader=PackageLoader("pipelines.report"), autoescape=True, undefined=StrictUndefined
    )
    page = environment.get_template("report.html").render(
        report=report, t=catalogue.text, lang=catalogue.get_lang(), grouped=grouped, counts=counts
    )
    path.write_text(page, encoding="utf-8")
