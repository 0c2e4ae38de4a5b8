"""Click's own words in the language in force: placeholders of values, and what is wrong."""

from __future__ import annotations

import re
from typing import Any

import click

from pipelines import messages
from pipelines.errors import UsageProblem


def localized(text: str) -> str:
    """Return a usage line or an option with the names of its values translated: FILE → BERKAS."""

    def name(found: re.Match[str]) -> str:
        code = f"metavar-{found[0].lower()}"
        return messages.text(code) if messages.known(code) else found[0]

    return re.sub(r"\b[A-Z]{3,}\b", name, text)


def argument_words(command: str, argument: str) -> str:
    """Return what an argument is: the command's own words, or those for all commands."""
    own = f"arg-{argument}-{command}"
    return messages.text(own if messages.known(own) else f"arg-{argument}")


def translated(error: click.UsageError) -> UsageProblem:
    """Turn click's English into the catalogue's words."""
    command = error.ctx.command_path if error.ctx else "publish"
    extra = re.fullmatch(r"Got unexpected extra arguments? \((.*)\)", error.message)
    match error:
        case click.NoSuchOption():
            near = ", ".join(error.possibilities or []) or "–"
            return _problem("usage-option", command, value=error.option_name, nearest=near)
        case click.BadOptionUsage():
            return _problem("usage-no-value", command, value=error.option_name)
        case click.MissingParameter():
            return _problem("usage-missing", command, value=_name(error.param))
        case click.BadParameter():
            reason = _reason(error)
            return _problem("usage-value", command, value=_name(error.param), reason=reason)
    if extra:
        return _problem("usage-extra", command, value=extra[1])
    return _problem("usage", command, reason=error.format_message())


def _problem(code: str, command: str, **params: Any) -> UsageProblem:
    return UsageProblem(code, command=command, **params)


def _reason(error: click.BadParameter) -> str:
    """Return what a value should be, in the language in force."""
    kind = error.param.type if error.param else None
    match kind:
        case click.Choice():
            known = ", ".join(str(choice) for choice in kind.choices)
            return messages.text("usage-one-of", known=known)
        case click.IntRange():
            return messages.text("usage-number", least=kind.min)
        case click.Path(file_okay=False):
            return messages.text("usage-no-folder")
        case click.Path():
            return messages.text("usage-no-file")
    return error.message


def _name(param: click.Parameter | None) -> str:
    if isinstance(param, click.Option):
        return param.opts[0]
    if param is None:
        return ""
    return localized(param.make_metavar(click.get_current_context(silent=True)))  # type: ignore[arg-type]
