"""The questions of `new`, asked in a terminal."""

from __future__ import annotations

import re
from pathlib import Path

import click

from pipelines import messages
from pipelines.cli.app import App
from pipelines.errors import UsageProblem
from pipelines.project.layout import Layout
from pipelines.scaffold.answers import Answers
from pipelines.scaffold.questions import Question, ask_all

#: More choices than this are not listed; a wrong answer names the nearest.
MAX_LISTED = 12


def ask_in_terminal(
    settings: App,
    name: str,
    source: Path | str,
    layout: Layout,
    answers: Answers,
    *,
    allow_private: bool = False,
) -> tuple[Layout, Answers]:
    """Ask for what the source leaves open; Enter takes the default, or leaves it open."""
    settings.say(messages.text("ask-intro"))

    def ask(question: Question) -> str:
        while True:
            said = _prompt(settings, question)
            problem = _problem(question, said, settings.project)
            if problem is None:
                return said
            settings.say(problem.message, "yellow")

    return ask_all(
        name, source, settings.project, layout, answers, ask, allow_private=allow_private
    )


def _prompt(settings: App, question: Question) -> str:
    settings.say("")
    if question.evidence:
        settings.say(messages.text("ask-evidence", evidence=question.evidence))
    if 0 < len(question.choices) <= MAX_LISTED:
        settings.say(messages.text("ask-choices", names=", ".join(question.choices)))
    said: str = click.prompt(
        messages.text(f"ask-{question.key}"),
        default=question.default,
        show_default=bool(question.default),
        err=True,
    )
    return said.strip()


def _problem(question: Question, said: str, project: Path) -> UsageProblem | None:
    """Return what is wrong with an answer."""
    if not said:
        return None
    if question.key == "header":
        fits = re.fullmatch(r"\d{1,7}(,\d{1,7})*", said)
        return None if fits else UsageProblem("header-option", value=said)
    value = tuple(part.strip() for part in said.split(",")) if question.key == "services" else said
    try:
        Answers(**{question.key: value}).check(project)  # type: ignore[arg-type]
    except UsageProblem as problem:
        return problem
    return None
