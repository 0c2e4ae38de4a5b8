"""Commands over published versions: get, rollback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pipelines import messages, workflow
from pipelines.cli.app import Command, Option, app
from pipelines.cli.publication import allow_option, ask, carry_out, show_refused


@click.command("get", cls=Command)
@click.argument("dataset")
@click.option("--table", "tables", cls=Option, help="opt-table", multiple=True, metavar="T")
@click.option("--version", "version", cls=Option, help="opt-data-version", metavar="V", default="")
@click.option(
    "--format",
    "kind",
    cls=Option,
    help="opt-format",
    type=click.Choice(["csv", "xlsx", "parquet"]),
    default="csv",
)
@click.option(
    "--out",
    cls=Option,
    help="opt-out",
    metavar="DIR",
    default=".",
    type=click.Path(file_okay=False, path_type=Path),
)
def get_command(dataset: str, tables: tuple[str, ...], version: str, kind: str, out: Path) -> int:
    """Download a published table, any version."""
    from pipelines import publish

    settings = app()
    portal = workflow.find_portal(settings.portal)
    files = publish.get(portal, dataset, out, tables=tables, version=version, kind=kind)
    if settings.json:
        settings.emit({"files": [str(path) for path in files]})
    else:
        for path in files:
            settings.console.print(str(path), markup=False, soft_wrap=True)
    return 0


@click.command("rollback", cls=Command)
@click.argument("dataset")
@click.option("--to", cls=Option, help="opt-to", metavar="V", required=True)
@click.option("--yes", "-y", cls=Option, help="opt-yes", is_flag=True)
@allow_option
def rollback_command(dataset: str, to: str, yes: bool, allow: tuple[str, ...]) -> int:
    """Publish an older version again, as a new one."""
    from pipelines import publish

    settings = app()
    release = workflow.PublishRun.over(
        settings.project, workflow.find_portal(settings.portal), allow=allow
    )
    plans = release.rollback(dataset, to=to)
    refused = show_refused(settings, release)
    for plan in plans:
        if not settings.json:
            publish.render_plan(plan, settings.console)
        if plan.action == "unchanged":
            settings.say(messages.text("label-nothing-sent"))
        elif not plan.guards:
            told: dict[str, Any] = {"version": to, "new": plan.version_to, **plan.rows}
            ask(yes, messages.text("label-confirm-rollback", **told))
    # what was asked is done, or nothing is: the rows that go were counted against this portal
    shapes = carry_out(settings, release, plans, exact=True)
    if settings.json:
        settings.emit({"datasets": shapes, **({"refused": refused} if refused else {})})
    return 1 if refused else 0
