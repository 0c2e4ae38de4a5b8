"""The command that shows the state of the whole project: status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines import messages, workflow
from pipelines.cli.app import App, Command, Option, app
from pipelines.cli.failures import show
from pipelines.cli.progress import progress
from pipelines.errors import PortalProblem, UsageProblem

if TYPE_CHECKING:
    from pipelines.ckan import Portal

#: Seconds for which a portal that does not answer is tried again: nothing is lost by giving up.
PATIENCE = 8.0


def _page(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    if value is not None and value.suffix.lower() not in (".html", ".htm"):
        raise UsageProblem("usage-page", value=value.name)
    return value


@click.command("status", cls=Command)
@click.argument("datasets", nargs=-1, metavar="[DATASET…]")
@click.option(
    "--html",
    "page",
    cls=Option,
    help="opt-html",
    metavar="FILE",
    callback=_page,
    type=click.Path(dir_okay=False, path_type=Path),
)
def status_command(datasets: tuple[str, ...], page: Path | None) -> int:
    """Show the status of every dataset; exit code 3 when the portal could not be read."""
    from pipelines.status.collect import collect_status
    from pipelines.status.html import write_page
    from pipelines.status.terminal import print_status

    settings = app()
    chosen = workflow.choose(datasets, settings.project, everything=True)
    portal: Portal | PortalProblem
    try:
        portal = workflow.find_portal(settings.portal, patience=PATIENCE)
    except PortalProblem as problem:
        portal = problem
    with progress(settings, "label-reading", len(chosen)) as step:
        found = collect_status(workflow.Run(settings.project), chosen, portal, progress=step)
    if page is not None:
        page.parent.mkdir(parents=True, exist_ok=True)
        for written in write_page(found, page):
            settings.say(f"{messages.text('label-written')}: {written}")
    if settings.json:
        settings.emit(found.as_json())
    else:
        print_status(found, settings.console, verbose=settings.verbosity > 0)
    if found.problem is None:
        return 0
    return show(found.problem, App())
