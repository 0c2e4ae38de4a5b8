"""What `up` tells while it works."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from pipelines import messages


@dataclass(frozen=True)
class PortalProgress:
    """One thing that is being done: its code, its words, and how far it is."""

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
        """StepReport a step once, however often it is said in a row."""
        if (code, params) == self._last:
            return
        self._last, self._done = (code, params), 0
        self._tell(0)

    def advance(self, total: int) -> None:
        """StepReport that one more of `total` parts of the current step is done."""
        self._done = min(self._done + 1, total)
        self._tell(total)

    def _tell(self, total: int) -> None:
        if self._listener:
            code, params = self._last
            text = messages.text(code, "title", lang=None, **params)
            self._listener(PortalProgress(code, text, self.seconds, self._done, total))
