"""What `add` asks, and what it says of the files and of what it wrote."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

import click

from pipelines import messages
from pipelines.cli.app import App
from pipelines.cli.failures import safe
from pipelines.errors import UsageProblem
from pipelines.scaffold.addition.labels import RenamedColumn, likeliest
from pipelines.scaffold.addition.plan import Addition, checked_mapping
from pipelines.scaffold.addition.reader import EditionReader

#: A label as similar as this (0 to 100) is proposed as the answer.
PROPOSED = 60


def settle_labels(reader: EditionReader, given: Mapping[str, str], asking: bool) -> dict[str, str]:
    """Return which field takes each renamed label, asking one question after another.

    Raises `UsageProblem` with the flags to give where nobody can be asked, or nobody knows.
    """
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


def ask_whether_replaced(addition: Addition, asking: bool) -> None:
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


def show_files(settings: App, addition: Addition) -> None:
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
        for old, (count, whole) in file.overlaps.items():
            keys = messages.text(
                "label-add-overlap", file=file.name, of=old, count=count, whole=whole
            )
            settings.say(safe(f"! {keys}"), style="yellow")
        for old, earlier in file.contradicts.items():
            text = messages.text("label-add-stated", stated=file.stated, of=old, earlier=earlier)
            settings.say(safe(f"! {text}"), style="yellow")


def show_written(settings: App, addition: Addition) -> None:
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
