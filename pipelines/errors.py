"""The exceptions of the project, each with a message code, an exit code and the next step.

Their texts come from the message catalogue, in the language in force when they are shown.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, ClassVar

from pipelines import messages


class PublishError(Exception):
    """Base of every error that the project raises on purpose.

    `code` is a catalogue code; `params` fill its message, `where` says the file, sheet or cell.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, code: str, *, where: str = "", **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.where = where
        self.params: dict[str, Any] = {"where": where, **params}

    @property
    def title(self) -> str:
        """A few words that name the error."""
        return messages.text(self.code, "title", **self.params)

    @property
    def message(self) -> str:
        """What is wrong, in detail."""
        return messages.text(self.code, "message", **self.params) or self.title

    @property
    def next(self) -> str:
        """What the reader should do next."""
        return messages.text(self.code, "next", **self.params)

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.message}" if self.where else self.message]
        if self.next:
            parts.append(self.next)
        return " ".join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.code, self.params))


def _rebuild(error_class: type[PublishError], code: str, params: dict[str, Any]) -> PublishError:
    rest = {name: value for name, value in params.items() if name != "where"}
    return error_class(code, where=str(params["where"]), **rest)


class Refused(PublishError):
    """The data, or a file of it, can't be accepted as it is (exit code 1)."""

    exit_code = 1


class UsageProblem(PublishError):
    """The command or the descriptor asks for something that isn't there (exit code 2)."""

    exit_code = 2


class PortalProblem(PublishError):
    """The portal, the network or this machine is in the way (exit code 3)."""

    exit_code = 3


def nearest(word: str, choices: Iterable[str]) -> str:
    """Return the choice most similar to `word`, else one containing it, else an empty string."""
    known, word = {choice.lower(): choice for choice in reversed(list(choices))}, word.lower()
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if not found and len(word) > 2:
        found = [choice for choice in reversed(known) if word in choice]
    return known[found[0]] if found else ""
