"""Commands that judge: validate, clean, explain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines import messages, report, workflow
from pipelines.cli.app import App, Command, Option, app
from pipelines.cli.failures import show
from pipelines.cli.progress import progress
from pipelines.errors import PublishError, UsageProblem, nearest
from pipelines.model import MaskedReport
from pipelines.text import memory

if TYPE_CHECKING:
    from pipelines.workflow import Prepared

REPORTS = (".html", ".xlsx", ".json")


def _report_paths(
    ctx: click.Context, param: click.Parameter, value: tuple[Path, ...]
) -> tuple[Path, ...]:
    for path in value:
        if path.suffix.lower() not in REPORTS:
            raise UsageProblem("usage-report", value=path.name)
    return value


@click.command("validate", cls=Command)
@click.argument("targets", nargs=-1, metavar="[DATASET… | FILE…]")
@click.option(
    "--schema",
    cls=Option,
    help="opt-schema",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
)
@click.option(
    "--report",
    "reports",
    cls=Option,
    help="opt-report",
    metavar="FILE",
    multiple=True,
    callback=_report_paths,
    type=click.Path(dir_okay=False, path_type=Path),
)
@click.option("--layout", cls=Option, help="opt-layout", type=click.Choice(["plain", "auto"]))
@click.option(
    "--limit", cls=Option, help="opt-limit", type=click.IntRange(min=0), default=1000, metavar="N"
)
@click.option("--fail-fast", cls=Option, help="opt-fail-fast", is_flag=True)
def validate_command(
    targets: tuple[str, ...],
    schema: Path | None,
    reports: tuple[Path, ...],
    layout: str | None,
    limit: int,
    fail_fast: bool,
) -> int:
    """Judge datasets, or plain files against a schema; exit code 1 when anything is wrong."""
    settings = app()
    memory.require_start()
    if schema is not None:
        if not targets:
            raise UsageProblem("usage-missing", value="FILE", command="publish validate")
        found = workflow.validate_files(
            targets, schema, auto_layout=layout == "auto", limit=limit, fail_fast=fail_fast
        )
        return _show(settings, [found], reports)
    prepared, faults = _datasets(settings, targets, limit, fail_fast)
    code = _show(settings, [one.report for one in prepared], reports)
    unlisted = [show(problem, App()) for one in prepared if (problem := one.unlisted)]
    return max([code, *(show(fault, App()) for fault in faults)]) or max(unlisted, default=0)


def _datasets(
    settings: App, targets: tuple[str, ...], limit: int, fail_fast: bool
) -> tuple[list[Prepared], Sequence[PublishError]]:
    for target in targets:
        if Path(target).is_file():
            raise UsageProblem("usage-schema", where=target)
        if Path(target).suffix:  # no dataset is called so: a file that is not there
            raise UsageProblem("file-missing", where=target)
    chosen = workflow.choose(targets, settings.project, everything=True)
    with progress(settings, "label-reading", len(chosen)) as step:
        run = workflow.Run(settings.project, limit=limit, fail_fast=fail_fast, progress=step)
        return run.prepare_all(chosen)


def _show(settings: App, found: list[MaskedReport], reports: tuple[Path, ...]) -> int:
    """Write the report files, then print each report; return the exit code."""
    whole = (
        found[0]
        if len(found) == 1
        else MaskedReport.combined(settings.project.resolve().name, found)
    )
    for path in reports:
        path.parent.mkdir(parents=True, exist_ok=True)
        write = {
            ".html": report.write_html,
            ".xlsx": report.write_workbook,
            ".json": report.write_json,
        }
        for written in write[path.suffix.lower()](whole, path):
            settings.say(f"{messages.text('label-written')}: {written}")
    if settings.json:
        settings.emit(whole.as_json())
    else:
        for one in found:
            report.print_report(one, settings.console, verbose=settings.verbosity > 0)
    return 0 if whole.valid else 1


@click.command("clean", cls=Command)
@click.argument("datasets", nargs=-1, metavar="[DATASET…]")
@click.option(
    "--out",
    cls=Option,
    help="opt-out",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
)
def clean_command(datasets: tuple[str, ...], out: Path) -> int:
    """Write clean tables and audits."""
    from pipelines import clean
    from pipelines.text.csv_writer import write_csv

    settings = app()
    chosen = workflow.choose(datasets, settings.project, everything=True)
    written: list[dict[str, Any]] = []
    with progress(settings, "label-reading", len(chosen)) as step:
        run = workflow.Run(settings.project, progress=step)
        for name in chosen:
            prepared = run.prepare(name)
            for table, cleaned in prepared.cleaned.items():
                paths = (
                    out / name / f"{table}.csv",
                    *clean.write_audit(cleaned.audit, out / name, table),
                )
                write_csv(cleaned.table.frame, paths[0])
                written += [{"dataset": name, "table": table, "path": str(p)} for p in paths]
    if settings.json:
        settings.emit({"files": written})
    else:
        for item in written:
            settings.console.print(item["path"], markup=False)
    return 0


@click.command("explain", cls=Command)
@click.argument("code", required=False)
def explain_command(code: str | None) -> int:
    """Explain one code, or list them all."""
    settings = app()
    explained = [
        known
        for known in messages.codes()
        if messages.template(known, "explain") and "cmd-" not in known
    ]
    if code is None:
        if settings.json:
            settings.emit({"codes": {c: messages.text(c) for c in explained}})
        else:
            report.list_codes(explained, settings.console)
        return 0
    if code not in explained:
        near = nearest(code, explained) or "–"
        raise UsageProblem("explain-unknown", value=code, nearest=near)
    if settings.json:
        settings.emit({"code": code, **{p: messages.template(code, p) for p in messages.PARTS}})
    else:
        report.explain(code, settings.console)
    return 0
