"""What a publication tells about itself while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelines import messages


@dataclass(frozen=True)
class PublishProgress:
    """A step of one dataset. done, total: its rows or files, 0 where nothing is counted."""

    dataset: str
    step: str
    done: int = 0
    total: int = 0

    @property
    def text(self) -> str:
        """The step in the language in force."""
        return messages.text(f"publish-step-{self.step}")


Report = Callable[[PublishProgress], None]


def silent(_: PublishProgress) -> None:
    """Tell nobody."""
