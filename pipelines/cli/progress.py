"""Progress on long work: a bar on stderr where there is a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipelines import messages
from pipelines.cli.app import App, console


@contextmanager
def progress(
    settings: App, label: str, total: int | None = None
) -> Iterator[Callable[[str], None]]:
    """Show a bar while the block runs; the value given is called with what begins now."""
    if settings.quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(messages.text(label), total=total)
        begun = 0

        def step(text: str) -> None:
            nonlocal begun
            bar.update(task, description=f"{messages.text(label)} {text}"[:60], completed=begun)
            begun += 1

        yield step
