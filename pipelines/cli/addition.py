"""The command that takes a new edition in: add."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines import messages
from pipelines.cli.app import App, Command, Option, app
from pipelines.cli.failures import as_json, safe, show
from pipelines.cli.progress import progress
from pipelines.errors import PortalProblem, PublishError, UsageProblem

if TYPE_CHECKING:
    from pipelines.publish import Plan
    from pipelines.scaffold.addition import Addition
    from pipelines.scaffold.edition import EditionReader
    from pipelines.scaffold.edition_labels import RenamedColumn
    from pipelines.workflow import PublishRun

#: For so many seconds a portal that does not answer is tried; what it would change comes last.
PATIENCE = 5.0
#: A label as similar as this (0 to 100) is proposed as the answer.
PROPOSED = 60


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
    from pipelines.scaffold.addition import EditionRefused, open_edition, plan_addition, take_in

    settings, asking = app(), sys.stdin.isatty() and not yes
    with progress(settings, "label-reading", len(files)) as step:
        step(dataset)
        reader = open_edition(dataset, settings.project, files, table)
    mapping = _settled(reader, mapping, asking)
    addition = plan_addition(reader, mapping, replaces=replace)
    _show_files(settings, addition)
    if addition.corrects and not replace:
        _ask_whether_replaced(addition, asking)
        addition = plan_addition(reader, mapping, replaces=True)
    if addition.nothing:
        settings.say(messages.text("label-add-next", "message", name=dataset))
        return _emit(settings, addition, mapping, None)
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
    _show_written(settings, addition)
    plan = _plan(settings, release, prepared)
    if plan is None:
        settings.say(messages.text("label-add-next", "message", name=dataset))
    return _emit(settings, addition, mapping, plan)


def _settled(reader: EditionReader, given: Mapping[str, str], asking: bool) -> dict[str, str]:
    """Return which field takes each renamed label, asking one question after another.

    Raises `UsageProblem` with the flags to give where nobody can be asked, or nobody knows.
    """
    from pipelines.scaffold.addition import checked_mapping
    from pipelines.scaffold.edition_labels import likeliest

    mapping = checked_mapping(reader, given)
    while questions := reader.open_questions(mapping):
        file, question = questions[0]
        answer = _ask_label(file, question) if asking else None
        if answer is None:
            unsettled = {one.field: one for at, one in questions if at == file}.values()
            labels = likeliest(unsettled)
            raise UsageProblem(
                "add-renamed",
                where=file,
                columns="; ".join(f"{one.label} ({one.field})" for one in unsettled),
                evidence="; ".join(
                    f"{one.field} ← " + ", ".join(f"{x} ({s} %)" for x, s in one.proposals)
                    for one in unsettled
                ),
                flags=" ".join(
                    "--map " + shlex.quote(f"{labels.get(one.field, '…')}={one.field}")
                    for one in unsettled
                ),
            )
        mapping[answer] = question.field
    return mapping


def _ask_label(file: str, question: RenamedColumn) -> str | None:
    """Ask which label took the place of one that is gone; None when none did."""
    text = messages.text("label-add-renamed", file=file, label=question.label, field=question.field)
    click.echo(safe(text), err=True)
    for number, (label, score) in enumerate(question.proposals, start=1):
        shown = messages.text("label-add-proposal", number=number, label=label, score=score)
        click.echo(safe(f"  {shown}"), err=True)
    chosen = click.prompt(
        messages.text("label-add-which"),
        default=1 if question.proposals[0][1] >= PROPOSED else 0,
        type=click.IntRange(0, len(question.proposals)),
        err=True,
    )
    return question.proposals[chosen - 1][0] if chosen else None


def _ask_whether_replaced(addition: Addition, asking: bool) -> None:
    """Ask whether earlier files are replaced. Raises `UsageProblem` where they are not to be."""
    earlier = ", ".join(addition.corrects)
    if asking and click.confirm(
        safe(messages.text("label-add-replaces", files=earlier)), default=False, err=True
    ):
        return
    where = ", ".join(file.name for file in addition.files if file.overlaps)
    unread = next((file for file in addition.files if file.contradicts), None)
    if unread is not None:
        old, period = next(iter(unread.contradicts.items()))
        raise UsageProblem(
            "add-period-unread", where=where, stated=unread.stated, file=old, earlier=period
        )
    raise UsageProblem(
        "add-correction",
        where=where,
        count=sum(addition.corrects.values()),
        files=earlier,
    )


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


def _run(settings: App, release: PublishRun | None, step: Any) -> Any:
    from pipelines import workflow

    if release is None:
        return workflow.Run(settings.project, progress=step)
    release.run.progress = step
    return release.run


def _plan(settings: App, release: PublishRun | None, prepared: Any) -> Plan | None:
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


def _show_files(settings: App, addition: Addition) -> None:
    """Say what each file given is, on stderr."""
    for file in addition.files:
        if not file.taken:
            code = "label-add-copy" if file.action == "copy" else "label-add-same-rows"
            settings.say(safe(messages.text(code, file=file.name, of=file.of)))
            continue
        labels = file.labels
        assert labels is not None
        period = str(file.period) if file.period else file.stated or "–"
        text = messages.text(
            "label-add-file",
            file=file.name,
            rows=file.rows,
            period=period,
            exact=len(labels.exact),
            renamed=len(labels.renamed),
            missing=len(labels.missing),
            new=len(labels.new),
        )
        settings.say(safe(text))
        for old, count in file.overlaps.items():
            keys = messages.text("label-add-overlap", file=file.name, of=old, count=count)
            settings.say(safe(f"! {keys}"), style="yellow")
        for old, earlier in file.contradicts.items():
            text = messages.text("label-add-stated", stated=file.stated, of=old, earlier=earlier)
            settings.say(safe(f"! {text}"), style="yellow")


def _show_written(settings: App, addition: Addition) -> None:
    """Say what was written."""
    change, edit = addition.change, addition.edit
    lines = [messages.text("label-add-moved", old=o, new=n) for o, n in change.moved.items()]
    lines += [messages.text("label-add-added", path=target) for target in change.added]
    if edit:
        lines.append(messages.text("label-add-descriptor", where=addition.reader.dataset.where))
        lines += [f"    {line}" for line in edit.as_yaml().splitlines()]
    if any(file.taken and file.period is None for file in addition.files):
        settings.say(messages.text("label-add-no-period"))
    for line in lines:
        text = safe(line) if line.startswith(" ") else f"✓ {safe(line)}"
        settings.console.print(text, markup=False, soft_wrap=True)


def _show_refused(settings: App, refusal: Any) -> int:
    from pipelines import report

    if settings.json:
        shape = {"error": as_json(refusal), "report": refusal.prepared.report.as_json()}
        settings.emit(shape)
    else:
        report.print_report(
            refusal.prepared.report, settings.console, verbose=settings.verbosity > 0
        )
    return show(refusal, App())


def _emit(settings: App, addition: Addition, mapping: Mapping[str, str], plan: Plan | None) -> int:
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
