"""Reports of one verdict in four forms: terminal, HTML page, annotated workbook, JSON.

All are made from `pipelines.model.Report`, in the language in force; the HTML page carries both.
Each form imports what it is made with when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.model import Report
from pipelines.report.files import json
from pipelines.report.groups import Group, grouped

if TYPE_CHECKING:
    from rich.console import Console

    from pipelines.standing import Overview

__all__ = [
    "Group", "explain", "grouped", "html", "json", "list_codes", "masked", "standings",
    "standings_html", "terminal", "workbook",
]  # fmt: skip


def terminal(report: Report, console: Console, *, verbose: bool = False) -> None:
    """Print the report. `verbose` shows every group and more examples of each."""
    from pipelines.report.screen import terminal as write

    write(report, console, verbose=verbose)


def explain(code: str, console: Console) -> None:
    """Print what a code means. Raises `KeyError` for a code that the catalogue does not have."""
    from pipelines.report.codes import explain as write

    write(code, console)


def list_codes(codes: Sequence[str], console: Console) -> None:
    """Print the codes with their titles."""
    from pipelines.report.codes import list_codes as write

    write(codes, console)


def masked(report: Report) -> Report:
    """Return the report with identifiers masked in values, parameters and quoted rows."""
    # Arrow, which `explain` does without
    from pipelines.report.masking import masked as mask

    return mask(report)


def html(report: Report, path: Path) -> list[Path]:
    """Write the report as one self-contained HTML page; return what was written."""
    from pipelines.report.page import html as write

    return write(report, path)


def workbook(report: Report, path: Path) -> list[Path]:
    """Write the office's workbook with its faulty cells marked; return what was written."""
    from pipelines.report.annotate import workbook as write

    return write(report, path)


def standings(overview: Overview, console: Console, *, verbose: bool = False) -> None:
    """Print how the datasets stand, by office. `verbose` adds addresses and every next step."""
    from pipelines.report.roster import standings as write

    write(overview, console, verbose=verbose)


def standings_html(overview: Overview, path: Path) -> list[Path]:
    """Write how the datasets stand as one self-contained page; return what was written."""
    from pipelines.report.board import html as write

    return write(overview, path)
