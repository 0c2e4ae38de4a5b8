"""Commands that begin a dataset or its next edition: new, template."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines import messages
from pipelines.cli.app import App, Command, Option, app
from pipelines.cli.sources import layout_options, source_of
from pipelines.project.layout import Layout

if TYPE_CHECKING:
    from pipelines.scaffold import Answers


@click.command("new", cls=Command)
@click.argument("name", required=False)
@click.option("--from", "source", cls=Option, help="opt-from", required=True, metavar="FILE")
@click.option("--office", cls=Option, help="opt-office", default="", metavar="NAME")
@click.option(
    "--service", "services", cls=Option, help="opt-service", multiple=True, metavar="NAME"
)
@click.option("--license", cls=Option, help="opt-license", default="", metavar="NAME")
@click.option("--frequency", cls=Option, help="opt-frequency", default="", metavar="NAME")
@click.option("--period", cls=Option, help="opt-period", default="", metavar="PERIOD")
@click.option("--key", cls=Option, help="opt-key", default="", metavar="FIELDS")
@click.option("--decimal", cls=Option, help="opt-decimal", default="", metavar="SIGN")
@layout_options
def new_command(
    name: str | None,
    source: str,
    layout: Layout,
    allow_private: bool,
    key: str,
    **answers: Any,
) -> int:
    """Scaffold a dataset from a file, or one from each file of a folder."""
    from pipelines.scaffold import Answers, scaffold

    settings = app()
    given = Answers(key=tuple(part.strip() for part in key.split(",") if part.strip()), **answers)
    given.check(settings.project)
    if Path(source).is_dir():
        return _new_from_folder(settings, Path(source), given)
    if name is None:
        context = click.get_current_context()
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    if sys.stdin.isatty() and not settings.json and not settings.quiet:
        from pipelines.cli.questions import ask_in_terminal

        layout, given = ask_in_terminal(
            settings, name, source_of(source), layout, given, allow_private=allow_private
        )
    folder = scaffold(
        name,
        source_of(source),
        settings.project,
        layout=layout,
        answers=given,
        allow_private=allow_private,
    )
    if settings.json:
        settings.emit({"name": name, "folder": str(folder)})
    else:
        settings.console.print(f"{messages.text('label-written')}: {folder}", markup=False)
        settings.say(messages.text("label-new-next", "message", name=name))
    return 0


def _new_from_folder(settings: App, folder: Path, answers: Answers) -> int:
    """Scaffold a dataset from each file and print what is open in each: a list to work off."""
    from pipelines.scaffold.worklist import make_worklist

    shapes = []
    for work in make_worklist(folder, settings.project, answers):
        shapes.append(dataclasses.asdict(work))
        if settings.json:
            continue
        if work.edition_of:
            line = messages.text("worklist-edition", file=work.file, name=work.edition_of)
        else:
            line = f"{work.file} → {work.dataset or '–'}"
        settings.console.print(line, markup=False)
        for doubt in work.doubts:
            settings.console.print(f"    {doubt.message}  {doubt.code}", markup=False)
    if settings.json:
        settings.emit({"files": shapes})
    else:
        settings.say(messages.text("worklist-next"))
    return 0


@click.command("template", cls=Command)
@click.argument("dataset")
@click.option("--table", cls=Option, help="opt-table", metavar="T")
@click.option(
    "--out",
    cls=Option,
    help="opt-template-out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
)
def template_command(dataset: str, table: str | None, out: Path | None) -> int:
    """Write the workbook that offices fill in for the next edition."""
    from pipelines.scaffold.template import write_template

    settings = app()
    written = write_template(dataset, settings.project, table=table, path=out)
    if settings.json:
        settings.emit(written.as_json())
    else:
        settings.console.print(
            f"{messages.text('label-written')}: {written.path}", markup=False, soft_wrap=True
        )
        settings.say(messages.text("label-template-next", "message", name=dataset))
    return 0
