"""The command line: commands, echo and exit codes; no logic.

Exit codes: 0 done, 1 data refused, 2 usage, 3 portal or environment.
"""

from __future__ import annotations

import gc
import importlib
import sys

import click

from pipelines import __version__, messages
from pipelines.cli.app import (
    Command,
    Option,
    default_lang,
    help_unless_command,
    requested_lang,
    unknown_command,
)
from pipelines.cli.failures import run
from pipelines.errors import UsageProblem

#: Command → module that holds it; a module is imported when its command runs.
COMMANDS = {
    "inspect": "sources",
    "extract": "sources",
    "new": "scaffolding",
    "add": "addition",
    "template": "scaffolding",
    "validate": "verdicts",
    "clean": "verdicts",
    "explain": "verdicts",
    "plan": "publication",
    "publish": "publication",
    "get": "versions",
    "rollback": "versions",
    "status": "status",
    "portal": "portal",
}

#: Python's garbage collector looks at everything that was imported over and over while a command
#: starts: a tenth of its time. A command is short; it collects after so many new objects.
GC_THRESHOLDS = (300_000, 20, 20)


class Publish(Command, click.Group):
    """The command group; imports a command's module only when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, import its module. Raises `UsageProblem`."""
        if cmd_name not in COMMANDS:
            portal = importlib.import_module("pipelines.cli.portal").portal_command
            if cmd_name in portal.commands:
                raise UsageProblem("usage-command", value=cmd_name, nearest=f"portal {cmd_name}")
            raise unknown_command(cmd_name, COMMANDS)
        module = importlib.import_module(f"pipelines.cli.{COMMANDS[cmd_name]}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command list without importing the commands."""
        with formatter.section(messages.text("label-commands")):
            formatter.write_dl([(name, messages.text(f"cmd-{name}")) for name in COMMANDS])


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        click.echo(__version__)
        ctx.exit()


main_group = Publish(
    name="publish",
    code="cmd-main",
    outermost=True,
    invoke_without_command=True,
    callback=help_unless_command,
    params=[
        Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            help="opt-version",
            callback=_version,
        ),
    ],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)


def main(args: list[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    gc.set_threshold(*GC_THRESHOLDS)
    given = sys.argv[1:] if args is None else args
    messages.set_lang(requested_lang(given) or default_lang())
    code = run(main_group, given)
    gc.freeze()  # nothing is left to be found by going through everything at the end
    sys.exit(code)
