"""The terminal: whatever is printed there, only the program's own words act on it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from pipelines.cli.streams import discard
from pipelines.text.printable import GLUE, printable


class SafeConsole(Console):
    """A console on which names of files, cells and titles can't move the cursor or paint.

    Styles are added after this, so the program's own colours stay.
    """

    def on_broken_pipe(self) -> None:
        """Go on: who reads has gone (`| head`), but the work and its exit code stand."""
        discard(self.file)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield the segments of a renderable, their text printable."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                text = printable(segment.text.replace(GLUE, " "))
                yield Segment(text, segment.style)
