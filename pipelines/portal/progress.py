"""Progress of `up`, reported step by step."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from pipelines import messages


@dataclass(frozen=True)
class PortalProgress:
    """The current step: its message code and text, seconds since the start, parts done of total."""

    step: str
    text: str
    seconds: float
    done: int = 0
    total: int = 0


Listener = Callable[[PortalProgress], None]


class StepReport:
    """Passes steps on to a listener, with the time since the start."""

    def __init__(self, listener: Listener | None) -> None:
        self._listener = listener
        self._start = time.monotonic()
        self._last: tuple[str, dict[str, object]] = ("", {})
        self._done = 0

    @property
    def seconds(self) -> float:
        """Seconds since the work began."""
        return time.monotonic() - self._start

    def __call__(self, code: str, **params: object) -> None:
        """Report a step, once if it is repeated in a row."""
        if (code, params) == self._last:
            return
        self._last, self._done = (code, params), 0
        self._notify(0)

    def advance(self, total: int) -> None:
        """Report that one more of `total` parts of the current step is done."""
        self._done = min(self._done + 1, total)
        self._notify(total)

    def _notify(self, total: int) -> None:
        if self._listener:
            code, params = self._last
            text = messages.text(code, "title", lang=None, **params)
            self._listener(PortalProgress(code, text, self.seconds, self._done, total))
