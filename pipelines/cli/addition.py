"""The command that takes a new edition in: add."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines import messages
from pipelines.cli.app import App, Command, Option, app
from pipelines.cli.failures import as_json, safe, show
from pipelines.cli.progress import progress
from pipelines.errors import PortalProblem, PublishError, UsageProblem

if TYPE_CHECKING:
    from pipelines.publish import Plan
    from pipelines.scaffold.addition.plan import Addition, EditionRefused
    from pipelines.workflow import Prepared, PublishRun, Run
    from pipelines.workflow.prepare import Progress

#: For so many seconds a portal that does not answer is tried; what it would change comes last.
PATIENCE = 5.0


def _mappings(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    mapping = {}
    for text in value:
        label, sign, field = text.rpartition("=")
        if not sign or not label.strip() or not field.strip():
            raise UsageProblem("add-map", value=text)
        mapping[" ".join(label.split())] = field.strip()
    return mapping


@click.command("add", cls=Command)
@click.argument("dataset")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--table", cls=Option, help="opt-table", metavar="TABLE")
@click.option(
    "--map",
    "mapping",
    cls=Option,
    help="opt-map",
    metavar="LABEL=FIELD",
    multiple=True,
    callback=_mappings,
)
@click.option("--replace", cls=Option, help="opt-replace", is_flag=True)
@click.option("--yes", "-y", cls=Option, help="opt-yes", is_flag=True)
def add_command(
    dataset: str,
    files: tuple[Path, ...],
    table: str | None,
    mapping: dict[str, str],
    replace: bool,
    yes: bool,
) -> int:
    """Take a new edition in, or leave everything as it was."""
    from pipelines.cli.addition_dialogue import (
        ask_whether_replaced,
        settle_labels,
        show_files,
        show_written,
    )
    from pipelines.scaffold.addition.plan import (
        EditionRefused,
        open_edition,
        plan_addition,
        take_in,
    )

    settings, asking = app(), sys.stdin.isatty() and not yes
    with progress(settings, "label-reading", len(files)) as step:
        step(dataset)
        reader = open_edition(dataset, settings.project, files, table)
    mapping = settle_labels(reader, mapping, asking)
    addition = plan_addition(reader, mapping, replaces=replace)
    show_files(settings, addition)
    if addition.corrects and not replace:
        ask_whether_replaced(addition, asking)
        addition = plan_addition(reader, mapping, replaces=True)
    if addition.nothing:
        settings.say(messages.text("label-add-next", "message", name=dataset))
        return _emit(settings, addition, None)
    if asking:
        click.confirm(messages.text("label-add-confirm", name=dataset), abort=True, err=True)
    release = _release(settings)
    with progress(settings, "label-reading") as step:
        try:
            prepared = take_in(addition, _run(settings, release, step))
        except EditionRefused as refusal:
            return _show_refused(settings, refusal)
        except PortalProblem as problem:  # a check that compares with what the portal holds
            if release is None or problem.code == "add-running":
                raise
            _say_no_plan(settings, problem)
            release = None
            prepared = take_in(addition, _run(settings, None, step))
    show_written(settings, addition)
    plan = _plan(settings, release, prepared)
    if plan is None:
        settings.say(messages.text("label-add-next", "message", name=dataset))
    return _emit(settings, addition, plan)


def _release(settings: App) -> PublishRun | None:
    """Return a run that knows the portal, None when no portal is named or running."""
    from pipelines import workflow

    try:
        portal = workflow.find_portal(settings.portal, patience=PATIENCE)
    except PortalProblem as problem:
        if problem.code != "portal-not-running":
            raise
        return None
    return workflow.PublishRun.over(settings.project, portal)


def _run(settings: App, release: PublishRun | None, step: Progress) -> Run:
    from pipelines import workflow

    if release is None:
        return workflow.Run(settings.project, progress=step)
    release.run.progress = step
    return release.run


def _plan(settings: App, release: PublishRun | None, prepared: Prepared) -> Plan | None:
    """Show what publishing would change; None when no portal says what it holds."""
    from pipelines import publish

    if release is None:
        return None
    try:
        plan = release.plan(prepared)
    except PublishError as problem:  # the edition is in all the same
        _say_no_plan(settings, problem)
        return None
    if not settings.json:
        publish.render_plan(plan, settings.console)
    if plan.action != "unchanged":
        settings.say(messages.text("label-plan-next", what=plan.name))
    return plan


def _say_no_plan(settings: App, problem: PublishError) -> None:
    settings.say(safe(messages.text("label-add-no-plan", reason=str(problem))), style="yellow")


def _show_refused(settings: App, refusal: EditionRefused) -> int:
    from pipelines import report

    if settings.json:
        shape = {"error": as_json(refusal), "report": refusal.prepared.report.as_json()}
        settings.emit(shape)
    else:
        report.print_report(
            refusal.prepared.report, settings.console, verbose=settings.verbosity > 0
        )
    return show(refusal, App())


def _emit(settings: App, addition: Addition, plan: Plan | None) -> int:
    """Write what was done as JSON, if wanted; return the exit code."""
    if settings.json:
        dataset, source = addition.reader.dataset, addition.source
        moved = addition.edit.coverage
        coverage = dataset.spec.coverage
        settings.emit(
            {
                "name": dataset.name,
                "files": [file.as_json() for file in addition.files],
                "mapped": dict(addition.edit.columns),
                "source": source[0] if len(source) == 1 else source,
                "coverage": {
                    "from": moved.get("from", _text(coverage.start)),
                    "to": moved.get("to", _text(coverage.end)),
                },
                "replaced": dict(addition.change.moved),
                "plan": None if plan is None else plan.as_json(),
            }
        )
    return 0


def _text(value: object) -> str | None:
    return None if value is None else str(value)
