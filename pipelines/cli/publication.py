"""Commands that change the portal: plan, publish."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines import messages, report, workflow
from pipelines.cli.app import App, Command, Option, app
from pipelines.cli.failures import as_json, show
from pipelines.cli.progress import progress
from pipelines.errors import PublishError, UsageProblem

if TYPE_CHECKING:
    from pipelines.publish import Outcome, Plan
    from pipelines.workflow import PublishRun

_datasets = click.argument("datasets", nargs=-1, metavar="[DATASET…]")
_all = click.option("--all", "everything", cls=Option, help="opt-all", is_flag=True)
allow_option = click.option(
    "--allow",
    cls=Option,
    help="opt-allow",
    multiple=True,
    type=click.Choice(["shrink", "break", "empty"]),
)
_private = click.option("--allow-private", cls=Option, help="opt-allow-private", is_flag=True)


def _release(settings: App, allow: tuple[str, ...], allow_private: bool, step: Any) -> PublishRun:
    return workflow.PublishRun.over(
        settings.project,
        workflow.find_portal(settings.portal),
        allow=allow,
        allow_private=allow_private,
        progress=step,
    )


def _planned(
    settings: App,
    datasets: tuple[str, ...],
    everything: bool,
    allow: tuple[str, ...],
    allow_private: bool,
) -> tuple[PublishRun, list[Plan]]:
    chosen = workflow.choose(datasets, settings.project, everything=everything)
    with progress(settings, "label-reading", len(chosen)) as step:
        release = _release(settings, allow, allow_private, step)
        return release, release.plans(chosen)


def show_refused(settings: App, release: PublishRun) -> list[dict[str, Any]]:
    """Print why datasets were refused; return it as JSON."""
    shapes = []
    for name, error, prepared in release.refused:
        if prepared is not None and not settings.json:
            report.print_report(prepared.report, settings.console, verbose=settings.verbosity > 0)
        show(error, App())
        shape = {"name": name, "error": as_json(error)}
        if prepared is not None:
            shape["report"] = prepared.report.as_json()
        shapes.append(shape)
    return shapes


def _warnings(settings: App, release: PublishRun) -> None:
    """Warn of what the steward left open: files that no plan takes, guesses not checked."""
    for name, finding in release.warnings:
        settings.say(f"! {name}: {finding.message} {finding.text('next')}", style="yellow")


@click.command("plan", cls=Command)
@_datasets
@_all
@click.option(
    "--save",
    cls=Option,
    help="opt-save",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
)
@allow_option
@_private
def plan_command(
    datasets: tuple[str, ...],
    everything: bool,
    save: Path | None,
    allow: tuple[str, ...],
    allow_private: bool,
) -> int:
    """Show what publishing would change."""
    from pipelines import publish

    settings = app()
    release, plans = _planned(settings, datasets, everything or not datasets, allow, allow_private)
    refused = show_refused(settings, release)
    if settings.json:
        shape: dict[str, Any] = {"datasets": [plan.as_json() for plan in plans]}
        settings.emit({**shape, **({"refused": refused} if refused else {})})
    else:
        for plan in plans:
            publish.render_plan(plan, settings.console)
        _warnings(settings, release)
    if save is not None:
        publish.save(plans, save)
        settings.say(f"{messages.text('label-written')}: {save}")
    if any(plan.action != "unchanged" for plan in plans) and not settings.json:
        what = " ".join(datasets) or "--all" if save is None else f"--plan {save}"
        settings.say(messages.text("label-plan-next", what=what))
    return 1 if refused else 0


@click.command("publish", cls=Command)
@_datasets
@_all
@click.option(
    "--plan",
    "saved",
    cls=Option,
    help="opt-plan",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
)
@click.option("--yes", "-y", cls=Option, help="opt-yes", is_flag=True)
@click.option("--dry-run", cls=Option, help="opt-dry-run", is_flag=True)
@allow_option
@_private
def publish_command(
    datasets: tuple[str, ...],
    everything: bool,
    saved: Path | None,
    yes: bool,
    dry_run: bool,
    allow: tuple[str, ...],
    allow_private: bool,
) -> int:
    """Validate, plan, ask, apply, verify."""
    from pipelines import publish

    settings = app()
    approved = publish.load(saved) if saved is not None else []
    datasets = (*datasets, *(one.name for one in approved))
    release, plans = _planned(settings, datasets, everything, allow, allow_private)
    refused = show_refused(settings, release)
    if approved and refused:
        return 1
    planned = {plan.name: plan for plan in plans}
    for one in approved:
        one.check(planned[one.name])
    if not settings.json:
        for plan in plans:
            publish.render_plan(plan, settings.console)
        _warnings(settings, release)
    if dry_run:
        shapes = [plan.as_json() for plan in plans]
        settings.say(messages.text("label-nothing-sent"))
    else:
        sent = [p for p in plans if p.action != "unchanged" or p.state.unfinished]
        if any(not plan.guards for plan in sent):
            ask(yes)
        shapes = carry_out(settings, release, plans, exact=bool(approved))
    if settings.json:
        settings.emit({"datasets": shapes, **({"refused": refused} if refused else {})})
    return 1 if refused else 0


def ask(yes: bool, question: str = "") -> None:
    """Ask before the portal is changed. Raises `UsageProblem` where nobody can be asked."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageProblem("usage-confirm")
    click.confirm(question or messages.text("label-confirm"), abort=True, err=True)


def carry_out(
    settings: App, release: PublishRun, plans: list[Plan], *, exact: bool = False
) -> list[dict[str, Any]]:
    """Apply the plans, print each outcome and return them as JSON.

    A dataset that fails is reported and the others go on; the last failure is raised at the end.
    """
    shapes: list[dict[str, Any]] = []
    failed: PublishError | None = None
    with progress(settings, "label-publishing", len(plans)) as step:
        for plan in plans:
            try:
                (outcome,) = release.apply(
                    [plan], lambda now: step(f"{now.dataset}: {now.text}"), exact=exact
                )
            except PublishError as error:
                if failed is not None:
                    show(failed, App())
                error.where = error.where or plan.name
                failed = error
            else:
                shapes.append(outcome.as_json())
                if not settings.json:
                    _show_outcome(settings, outcome)
    if failed is not None:
        raise failed
    return shapes


def _show_outcome(settings: App, outcome: Outcome) -> None:
    code = "published-unchanged" if outcome.plan.action == "unchanged" else "published"
    settings.console.print(
        "✓ "
        + messages.text(
            code,
            "message",
            name=outcome.plan.name,
            version=outcome.plan.version_to,
            requests=outcome.requests,
            seconds=f"{outcome.seconds:.1f}",
            url=outcome.url,
        ),
        markup=False,
        soft_wrap=True,
        style="green",
    )
    for warning in outcome.warnings:
        settings.say(f"! {warning}")
