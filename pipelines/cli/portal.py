"""The `portal` commands: the embedded CKAN on this machine."""

from __future__ import annotations

import sys

import click

from pipelines import messages, portal
from pipelines.cli.app import (
    App,
    Command,
    Option,
    app,
    console,
    help_unless_command,
    unknown_command,
)
from pipelines.errors import UsageProblem


class PortalGroup(Command, click.Group):
    """A group whose words come from the catalogue, as a command's do."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command. Raises `UsageProblem`, the nearest one named."""
        if cmd_name not in self.commands:
            raise unknown_command(cmd_name, self.commands)
        return self.commands[cmd_name]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of the group's commands."""
        with formatter.section(messages.text("label-commands")):
            formatter.write_dl(
                [(name, command.get_short_help_str()) for name, command in self.commands.items()]
            )


@click.group("portal", cls=PortalGroup, invoke_without_command=True)
@click.pass_context
def portal_command(ctx: click.Context) -> None:
    """Run the embedded CKAN."""
    ctx.invoke(help_unless_command)


@portal_command.command("up", cls=Command, code="cmd-portal-up")
def up() -> int:
    """Start it, installing first if need be."""
    settings = app()
    info = _with_progress(settings)
    if settings.json:
        settings.emit(portal.status())
    else:
        settings.console.print(
            messages.text(
                "portal-is-up", "message", url=info.url, version=info.version,
                seconds=f"{info.seconds:.0f}",
            ),
            markup=False,
        )  # fmt: skip
    return 0


def _with_progress(settings: App) -> portal.PortalInfo:
    """Start the portal: a bar on a terminal, a line per step elsewhere."""
    if settings.quiet:
        return portal.up()
    if not sys.stderr.isatty():
        last = ""

        def line(step: portal.PortalProgress) -> None:
            nonlocal last
            if step.text != last:
                last = step.text
                settings.say(f"[{step.seconds:4.0f} s] {step.text}")

        return portal.up(line)
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<44}"), BarColumn(24), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def update(step: portal.PortalProgress) -> None:
            bar.update(
                task, description=step.text, total=step.total or None, completed=step.done or 0
            )

        return portal.up(update)


@portal_command.command("down", cls=Command, code="cmd-portal-down")
def down() -> int:
    """Stop it; its content stays."""
    settings = app()
    stopped = portal.down()
    if settings.json:
        settings.emit({"stopped": stopped})
    else:
        settings.console.print(messages.text("portal-is-down" if stopped else "portal-was-down"))
    return 0


@portal_command.command("status", cls=Command, code="cmd-portal-status")
def status() -> int:
    """Say where it is and how it does; exit code 3 when it is not running."""
    settings = app()
    found = portal.status()
    if settings.json:
        settings.emit(found)
    elif found.get("running"):
        settings.console.print(
            messages.text("portal-at", "message", **found), markup=False, soft_wrap=True
        )
    else:
        settings.console.print(messages.text("portal-not-running", "title"))
        settings.say(messages.text("portal-not-running", "next"))
    return 0 if found.get("running") else 3


@portal_command.command("reset", cls=Command, code="cmd-portal-reset")
@click.option("--yes", "-y", cls=Option, help="opt-yes", is_flag=True)
def reset(yes: bool) -> int:
    """Delete its content after asking."""
    settings = app()
    if not yes:
        if not sys.stdin.isatty():
            raise UsageProblem("usage-confirm")
        click.confirm(messages.text("label-confirm-reset"), abort=True, err=True)
    portal.reset()
    if settings.json:
        settings.emit({"reset": True})
    else:
        settings.console.print(messages.text("portal-is-reset"))
    return 0


@portal_command.command("logs", cls=Command, code="cmd-portal-logs")
@click.option("--follow", "-f", cls=Option, help="opt-follow", is_flag=True)
@click.option(
    "--lines", "-n", cls=Option, help="opt-lines", type=click.IntRange(1), default=50, metavar="N"
)
def logs(follow: bool, lines: int) -> int:
    """Print the last lines of its logs."""
    for line in portal.logs(follow=follow, lines=lines):
        click.echo(line)
    return 0
