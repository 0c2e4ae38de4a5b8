"""The report as one self-contained HTML page, in both languages.

The page asks the network for nothing (its content security policy forbids it), works without
scripts, and every text of the data is escaped.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from pipelines import messages
from pipelines.model import Finding, MaskedReport, TableReport, require_masked
from pipelines.report import groups as g
from pipelines.report.fault_map import map_faults
from pipelines.report.number_format import count, seconds
from pipelines.report.report_files import replace_text
from pipelines.text.printable import still

Words = Mapping[str, str]
#: Findings of a group shown at once; the rest is folded away.
SHOWN = 8
#: Groups that stand open, and findings of a group that the page lists at most.
OPEN, MAX_LISTED = 2, 2000
MAX_VALUE = 200
#: Words that stand in attributes, where the page can't hold both languages.
ATTRIBUTES = {
    "columns": "page-all-columns", "levels": "page-all-levels", "none": "page-no-column",
    "errors": "report-errors", "warnings": "report-warnings", "search": "page-search",
}  # fmt: skip


def write_html(report: MaskedReport, path: Path) -> list[Path]:
    """Write the report as a single HTML file that needs nothing else; return what was written."""
    return [replace_text(path, render(report))]


def render(report: MaskedReport) -> str:
    """Return the page."""
    require_masked(report)
    tables = [_table(table, number) for number, table in enumerate(report.tables, start=1)]
    page = (
        environment()
        .get_template("report.html")
        .render(
            report=report,
            title=g.title(report),
            lang=messages.get_lang(),
            words={
                name: words(lambda lang, code=code: messages.text(code, lang=lang))  # type: ignore[misc]
                for name, code in ATTRIBUTES.items()
            },
            tables=tables,
            errors=sum(t["errors"] for t in tables),
            warnings=sum(t["warnings"] for t in tables),
            listed=sum(len(group["findings"]) for t in tables for group in t["groups"]),
            columns=list(dict.fromkeys(one.field for t in tables for one in t["fault_map"].series)),
            **assets("report"),
        )
    )
    return still(page)


def environment(package: str = "pipelines.report") -> Environment:
    """Return the templates of a package, which extend `base.html` of this one; autoescaped."""
    found = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("pipelines.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["both"] = both
    found.filters["commands"] = commands
    found.globals["t"] = label
    return found


def assets(name: str, package: str = "pipelines.report") -> dict[str, Any]:
    """Return a page's style, script, and the script's digest for the content security policy."""
    folder = resources.files(package) / "templates"
    script = (folder / f"{name}.js").read_text(encoding="utf-8")
    return {
        "style": Markup((folder / f"{name}.css").read_text(encoding="utf-8")),  # noqa: S704
        "script": Markup(script),  # noqa: S704
        "digest": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    }


def words(make: Callable[[messages.Lang], str]) -> Words:
    """Make a text in each language."""
    return {lang: make(lang) for lang in messages.LANGS}


def label(code: str, **params: object) -> Markup:
    """Return a label of the catalogue in both languages; a number is written as each does."""

    def one(lang: messages.Lang) -> str:
        shown: dict[str, Any] = {
            k: count(v, lang) if isinstance(v, int) else v for k, v in params.items()
        }
        return messages.text(code, lang=lang, **shown)

    return both(words(one))


def both(text: Words | int) -> Markup:
    """Return a text in both languages, the page showing one; a number written as each does."""
    found = words(lambda lang: count(text, lang)) if isinstance(text, int) else text
    if found["id"] == found["en"]:
        return escape(found["id"])
    return Markup('<span lang="id">{}</span><span lang="en">{}</span>').format(
        found["id"], found["en"]
    )


def commands(text: Words) -> Markup:
    """Return a text in both languages, what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(both(text))))  # noqa: S704


def _table(table: TableReport, number: int) -> dict[str, Any]:
    """Return what the template shows of a table."""
    errors, warnings = g.counts(table)
    found = g.grouped(table)
    files = list(dict.fromkeys(source.file for source in table.sources)) or [table.source]
    changes = g.changes(table)
    sheets = len({(source.file, source.sheet) for source in table.sources}) > len(files)
    return {
        "id": f"t{number}",
        "name": table.name,
        "files": files,
        "rows": table.rows,
        "read": table.rows if table.read is None else table.read,
        "fields": table.fields,
        "errors": errors,
        "warnings": warnings,
        "valid": table.valid,
        "stopped": table.stopped,
        "seconds": words(lambda lang: seconds(table.seconds, lang)),
        "fault_map": map_faults(table),
        "groups": [_group(x, i < OPEN, len(files) > 1, sheets) for i, x in enumerate(found)],
        "left": [
            (
                words(lambda lang, rule=rule: g.rule_title(rule, lang)),  # type: ignore[misc]
                number,
                [row for row in table.left_out if row.rule == rule],
            )
            for rule, number in g.left_out(table).items()
        ],
        "left_count": len(table.left_out),
        "changed": g.total_changes(changes),
        "steps": [
            (words(lambda lang, step=step: g.step_title(step, lang)), number)  # type: ignore[misc]
            for step, number in changes.items()
        ],
        "notes": [words(lambda lang, n=note: n.text("message", lang)) for note in table.notes],  # type: ignore[misc]
    }  # fmt: skip


def _group(group: g.Group, opened: bool, many: bool, sheets: bool) -> dict[str, Any]:
    findings = [_finding(f, many, sheets) for f in group.findings[:MAX_LISTED]]
    return {
        "open": opened,
        "count": group.count,
        "severity": group.severity,
        "title": words(lambda lang: group.text("title", lang)),
        "field": group.field,
        "rule": group.rule if group.rule != group.field else "",
        "code": group.code,
        "explain": words(lambda lang: group.text("explain", lang)),
        "fix": words(lambda lang: group.text("next", lang)),
        "example": words(lambda lang: messages.text(group.key, "example", lang=lang)),
        "frequent": [(value[:MAX_VALUE], number) for value, number in group.frequent],
        "findings": findings,
        "head": findings[:SHOWN],
        "rest": findings[SHOWN:],
        "unlisted": group.count - len(findings),
    }


def _finding(finding: Finding, many: bool, sheets: bool) -> dict[str, Any]:
    place = finding.position
    cell = (place.cell if place else None) or ""
    row = finding.row if finding.row is not None else (place.row if place else None)
    return {
        "cell": cell,
        "row": None if cell else row,
        "file": place.file if place and many else "",
        "sheet": place.sheet or "" if place and sheets else "",
        "field": finding.field or "",
        "value": finding.value[:MAX_VALUE] if finding.value is not None else None,
        "message": words(lambda lang: short(finding, lang)),
    }


def short(finding: Finding, lang: messages.Lang) -> str:
    """Return the message without the place it begins with, which stands beside it."""
    text = finding.text("message", lang)
    cell = finding.position.cell if finding.position else None
    place = cell or f"{messages.text('label-row', lang=lang)} {finding.row}"
    cut = re.sub(rf"^(\w+ )?{re.escape(place)}: ", "", text, count=1, flags=re.IGNORECASE)
    return cut[:1].upper() + cut[1:]
