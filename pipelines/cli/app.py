"""What every command shares: the global options, where output goes, and how errors end.

Machine output goes to stdout alone; everything for people goes to stderr when `--json` is on.
Global options are taken before or after the command's name.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines import messages
from pipelines.cli import streams
from pipelines.cli.click_texts import argument_words, localized
from pipelines.errors import UsageProblem, nearest
from pipelines.text import json_writer

if TYPE_CHECKING:
    from rich.console import Console


@dataclass
class App:
    """The settings of one call, filled by the global options."""

    project: Path = field(default_factory=Path.cwd)
    json: bool = False
    verbosity: int = 0
    portal: str | None = None

    @property
    def quiet(self) -> bool:
        """Nothing but results and errors is wanted."""
        return self.verbosity < 0

    @property
    def console(self) -> Console:
        """Where people read: stdout, or stderr beside machine output."""
        return console(stderr=self.json)

    def say(self, text: str, style: str | None = None) -> None:
        """Print something for people on stderr, unless quiet."""
        if not self.quiet:
            from pipelines.text.printable import unbroken

            printed = unbroken(text)
            console(stderr=True).print(printed, style=style, highlight=False, markup=False)

    def emit(self, value: Mapping[str, Any]) -> None:
        """Write one JSON document on stdout."""
        streams.as_utf8()
        try:
            sys.stdout.write(json_writer.dump(value) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:  # the work's exit code stands
            streams.discard(sys.stdout)


def console(*, stderr: bool = False) -> Console:
    """Make a console: colour and width from the terminal, 80 columns where there is none."""
    from pipelines.cli.console import SafeConsole

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 80
    return SafeConsole(stderr=stderr, width=width, soft_wrap=False, highlight=False)


def app() -> App:
    """Return the settings of the call under way."""
    found = click.get_current_context().find_root().obj
    assert isinstance(found, App)
    return found


def default_lang() -> messages.Lang:
    """Return the language of the locale; `id` where the locale names none."""
    for name in ("PUBLISH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower()
        if value and value.split(".")[0] not in ("c", "posix"):
            return "id" if value.startswith(("id", "in_")) else "en"
    return "id"


def requested_lang(args: Sequence[str]) -> messages.Lang | None:
    """Return the language that `--lang` asks for wherever it stands, so that help has it too."""
    for before, value in zip(("", *args), (*args, ""), strict=True):
        lang = value.removeprefix("--lang=") if value.startswith("--lang=") else value
        if (before == "--lang" or lang != value) and lang in messages.LANGS:
            return lang
    return None


class Option(click.Option):
    """An option whose help is a catalogue code, read when help is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option's line of help in the language in force."""
        code = self.help
        if code and code.startswith("opt-"):
            self.help = messages.text(code)
        try:
            found = super().get_help_record(ctx)
        finally:
            self.help = code
        return found and (localized(found[0]), found[1])

    def get_help_extra(self, ctx: click.Context) -> Any:
        """Say that an option is required; ranges are shown when a value is out of one."""
        return {"required": messages.text("label-required")} if self.required else {}


class Command(click.Command):
    """A command whose words come from the catalogue: title, explanation and examples.

    It takes the global options, shown in the help of the outermost command only.
    """

    def __init__(self, *args: Any, code: str = "", outermost: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code = code or f"cmd-{self.name}"
        self.outermost = outermost
        self.params += global_options(hidden=not outermost)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the few words of the command list."""
        return messages.text(self.code)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line of usage."""
        pieces = localized(" ".join(self.collect_usage_pieces(ctx)))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{messages.text('label-usage')}: ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        formatter.write_paragraph()
        with formatter.indentation():
            words = messages.text(self.code, "explain") or messages.text(self.code)
            formatter.write_text(words)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the arguments and the options, each with what it is."""
        params = self.get_params(ctx)
        arguments = [
            (localized(param.make_metavar(ctx)), argument_words(str(self.name), str(param.name)))
            for param in params
            if isinstance(param, click.Argument)
        ]
        if arguments:
            with formatter.section(messages.text("label-arguments")):
                formatter.write_dl(arguments)
        records = [p.get_help_record(ctx) for p in params if isinstance(p, click.Option)]
        with formatter.section(messages.text("label-options")):
            formatter.write_dl([record for record in records if record])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, and where the global options are explained."""
        examples = messages.text(self.code, "example")
        if examples:
            with formatter.section(messages.text("label-examples")):
                for line in examples.splitlines():
                    formatter.write(f"  {line}\n")
        if not self.outermost:
            formatter.write_paragraph()
            formatter.write_text(messages.text("label-global"))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the help option, with its own line in the language in force."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = messages.text("opt-help")
        return found


@click.pass_context
def help_unless_command(ctx: click.Context) -> None:
    """Show a group's help where no command is named (exit code 2)."""
    if ctx.invoked_subcommand is None:
        raise click.exceptions.NoArgsIsHelpError(ctx)


def unknown_command(value: str, known: Iterable[str]) -> UsageProblem:
    """Return the problem of a command that there is not, the nearest one named."""
    names = list(known)
    near = nearest(value, names)
    if not near:
        return UsageProblem("usage-command.none", value=value, known=", ".join(names))
    return UsageProblem("usage-command", value=value, nearest=near)


def global_options(*, hidden: bool) -> list[click.Parameter]:
    """Return the global options; they store into the App and pass nothing to the command."""

    def stored(name: str) -> Any:
        def store(ctx: click.Context, param: click.Parameter, value: Any) -> None:
            target = ctx.find_root().ensure_object(App)
            if value is None or (value is False) or value == 0:
                return
            if name == "lang":
                messages.set_lang(value)
            elif name == "quiet":
                target.verbosity = -1
            elif name == "verbose":
                target.verbosity = value
            else:
                setattr(target, name, value)

        return store

    def option(name: str, *flags: str, **more: Any) -> click.Parameter:
        return Option(
            flags,
            callback=stored(name),
            expose_value=False,
            hidden=hidden,
            help=f"opt-{name}",
            is_eager=name == "lang",
            **more,
        )

    return [
        option(
            "project", "--project", type=click.Path(file_okay=False, exists=True, path_type=Path)
        ),
        option("lang", "--lang", type=click.Choice(messages.LANGS)),
        option("json", "--json", is_flag=True),
        option("quiet", "-q", "--quiet", is_flag=True),
        option("verbose", "-v", "--verbose", count=True),
        option("portal", "--portal", metavar="URL"),
    ]
