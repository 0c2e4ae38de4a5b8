"""Commands that read files: inspect, extract."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from pipelines.cli.app import App, Command, Option, app
from pipelines.cli.failures import as_json, out_of_memory, show, show_finding
from pipelines.cli.progress import progress
from pipelines.errors import PortalProblem, PublishError, Refused, UsageProblem
from pipelines.project.layout import Layout
from pipelines.text import memory


def layout_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where the table stands; the command gets them as `layout`."""

    @wraps(function)
    def command(
        *args: Any, sheet: tuple[str, ...], table: int | None, header: str | None, **others: Any
    ) -> Any:
        return function(*args, layout=_layout(sheet, table, header), **others)

    for flag, code, metavar in (
        ("--sheet", "opt-sheet", "SHEET"),
        ("--table", "opt-table-number", "N"),
        ("--header", "opt-header", "ROWS"),
    ):
        kind = click.IntRange(1) if flag == "--table" else str
        command = click.option(
            flag, cls=Option, help=code, metavar=metavar, type=kind, multiple=flag == "--sheet"
        )(command)
    return click.option(
        "--allow-private", cls=Option, help="opt-allow-private", is_flag=True, default=False
    )(command)


def _layout(sheet: tuple[str, ...], table: int | None, header: str | None) -> Layout:
    named: list[str | int] = [int(one) if one.isdigit() else one for one in sheet]
    rows = None
    if header is not None:
        if not re.fullmatch(r"\d{1,7}(,\d{1,7})*", header):
            raise UsageProblem("header-option", value=header)
        rows = [int(row) for row in header.split(",") if int(row)]
    return Layout(
        sheet=named if len(named) > 1 else next(iter(named), None), table=table, header=rows
    )


def source_of(name: str) -> Path | str:
    return name if name.startswith(("http://", "https://")) else Path(name)


def _each(
    settings: App, files: tuple[str, ...], work: Callable[[str], dict[str, Any]]
) -> tuple[list[dict[str, Any]], int]:
    """Do the work for every file; a file that fails is reported and the others go on.

    The exit code is 3 when nothing but the network was in the way, else 1.
    """
    results, codes = [], []
    with progress(settings, "label-reading", len(files)) as step:
        for name in files:
            step(name)
            try:
                results.append({"file": name, **work(name)})
            except (PublishError, MemoryError, OSError, ImportError, RuntimeError) as problem:
                error = _known(problem)
                if not error.where:
                    error.where = name
                codes.append(show(error, App()))
                results.append({"file": name, "error": as_json(error)})
    if all(code == PortalProblem.exit_code for code in codes):
        return results, max(codes, default=0)
    return results, Refused.exit_code


def _known(problem: Exception) -> PublishError:
    """Return the error to report of one file. Raises what stops the command."""
    if isinstance(problem, PublishError):
        return problem
    if out_of_memory(problem):
        return PortalProblem("memory-full")
    raise problem


@click.command("inspect", cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@layout_options
def inspect_command(
    files: tuple[str, ...],
    layout: Layout,
    allow_private: bool,
) -> int:
    """Show what is in each file."""
    memory.require_start()
    from pipelines import extract

    settings = app()

    def work(name: str) -> dict[str, Any]:
        found = extract.inspect(source_of(name), layout, allow_private=allow_private)
        if not settings.json:
            extract.render(found, settings.console)
        return found.as_json()

    results, code = _each(settings, files, work)
    if settings.json:
        settings.emit({"files": results})
    return code


@click.command("extract", cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--out",
    cls=Option,
    help="opt-out",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
)
@layout_options
def extract_command(
    files: tuple[str, ...],
    out: Path,
    layout: Layout,
    allow_private: bool,
) -> int:
    """Write the raw table of each file as CSV."""
    memory.require_start()
    from pipelines import extract
    from pipelines.text.csv_writer import write_csv

    settings = app()
    out.mkdir(parents=True, exist_ok=True)

    def work(name: str) -> dict[str, Any]:
        found = extract.extract(source_of(name), layout, allow_private=allow_private)
        target = out / f"{Path(name.split('?')[0]).name}.csv"
        write_csv(found.table.frame, target)
        if not settings.json:
            settings.console.print(str(target), markup=False, soft_wrap=True)
            for finding in found.findings:
                if finding.severity == "error":
                    show_finding(finding)
        return {
            "out": str(target),
            "rows": len(found.table),
            "columns": [str(label) for label in found.table.frame.columns],
            "left_out": len(found.left_out),
            "findings": [finding.as_json() for finding in found.findings],
        }

    results, code = _each(settings, files, work)
    if settings.json:
        settings.emit({"files": results})
    return code
