"""The status in a terminal: a table by office, 80 columns wide, ending with the next step."""

from __future__ import annotations

from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from pipelines import messages
from pipelines.model import Finding
from pipelines.report.number_format import count
from pipelines.status import (
    FRESHNESS,
    DatasetStatus,
    Freshness,
    Level,
    OfficeStatus,
    PortalFacts,
    ProjectStatus,
    Quality,
    counts,
    format_day,
)
from pipelines.text.printable import say, visible

#: Mark, dataset, published, covers to, next due, quality; one space between.
WIDTHS = (1, 26, 11, 11, 12, 14)
MARK: dict[Level, tuple[str, str]] = {
    "bad": ("✗", "red"), "warn": ("!", "yellow"), "note": ("·", "cyan"), "good": ("✓", "green"),
}  # fmt: skip
COLOUR: dict[Freshness, str] = {
    "fresh": "green", "soon": "cyan", "overdue": "red", "never": "yellow",
    "unscheduled": "dim", "unknown": "dim",
}  # fmt: skip
#: A state → its words, where one dataset has it.
STATE: dict[Freshness, str] = {
    "fresh": "status-fresh", "soon": "status-due-soon", "overdue": "status-late",
    "never": "status-absent", "unscheduled": "status-unscheduled", "unknown": "status-unknown",
}  # fmt: skip
#: Concerns that the columns of the table do not say already.
BELOW_ROW = ("status-source", "status-unfinished", "status-edited", "status-unpublished",
        "status-unreadable", "status-hidden")  # fmt: skip


def print_status(overview: ProjectStatus, console: Console, *, verbose: bool = False) -> None:
    """Print how the datasets stand, by office, and what to do next.

    `verbose` adds each dataset's address and the next step for each thing that is not well.
    """
    labels = ("dataset", "published", "covers", "due", "quality")
    head = [Text(messages.text(f"status-{label}"), style="bold") for label in labels]
    console.print(_grid(Text(), *head))
    for office in overview.offices:
        _office(office, console, verbose)
    console.print()
    _summary(messages.text("status-total"), overview.datasets, console)
    if overview.portal:
        address = messages.text("status-at", url=visible(overview.portal))
        console.print(Text(address, style="dim"), soft_wrap=True)
    if overview.problem is not None:
        say(console, Text(f"! {messages.text('status-no-portal')}", style="yellow"), 2)
    label = messages.text("label-next")
    say(console, Text.assemble((f"{label}: ", "bold"), visible(overview.next())), 0)


def _office(office: OfficeStatus, console: Console, verbose: bool) -> None:
    title = office.title[messages.get_lang()]
    if not office.name:
        title = messages.text("status-office-unknown")
    console.print()
    _summary(visible(title), office.datasets, console)
    for status in office.datasets:
        _dataset(status, console, verbose)


def _summary(title: str, datasets: tuple[DatasetStatus, ...], console: Console) -> None:
    """Print a title and the counts of its datasets, the latter below where both don't fit."""
    tally = counts(datasets)
    one = "status-dataset-one" if len(datasets) == 1 else "status-datasets"
    parts = [Text(f"{count(len(datasets))} {messages.text(one)}")]
    for kind in FRESHNESS:
        if tally[kind]:
            words = f"{count(tally[kind])} {messages.text(STATE[kind])}"
            parts.append(Text(words, style=COLOUR[kind]))
    for key, style in (("with-errors", "red"), ("edited", "yellow"), ("unpublished", "yellow")):
        number = tally[key.replace("-", "_")]
        code = "status-with-errors" if key == "with-errors" else f"status-{key}-count"
        if number:
            parts.append(Text(f"{count(number)} {messages.text(code)}", style=style))
    line = Text.assemble((title, "bold"), "  ", Text(" · ").join(parts))
    if line.cell_len <= console.width:
        console.print(line)
    else:
        say(console, Text(title, style="bold"), 0)
        say(console, Text("  ") + Text(" · ").join(parts), 2)


def _dataset(status: DatasetStatus, console: Console, verbose: bool) -> None:
    mark, style = MARK[status.level]
    on_portal = status.on_portal
    title = Text(visible(status.title[messages.get_lang()], 120))
    if on_portal.url:
        title.stylize(Style(link=on_portal.url))
    console.print(
        _grid(
            Text(mark, style=f"bold {style}"),
            title,
            _published(on_portal),
            Text(format_day(on_portal.covered_to) if on_portal.covered_to else "–"),
            _due(on_portal),
            _quality(status.quality),
        )
    )
    if status.title[messages.get_lang()] != status.name:
        console.print(Text(f"  {status.name}", style="dim"), soft_wrap=True)
    if verbose and on_portal.url:
        console.print(Text(f"  {visible(on_portal.url)}", style="dim"), soft_wrap=True)
    for concern in status.concerns:
        if concern.code in BELOW_ROW or verbose:
            _concern(concern, console, verbose)


def _concern(concern: Finding, console: Console, verbose: bool) -> None:
    style = {"error": "red", "warning": "yellow"}.get(concern.severity, "cyan")
    say(console, Text(f"  ! {visible(concern.message)}", style=style), 4)
    if verbose:
        say(console, Text(f"    → {visible(concern.text('next'))}"), 6)


def _published(on_portal: PortalFacts) -> Text:
    if not on_portal.version:
        return Text("–", style="dim")
    lines = [visible(on_portal.version, WIDTHS[2])]
    if on_portal.released:
        lines.append(format_day(on_portal.released.date()))
    return Text("\n".join(lines))


def _due(on_portal: PortalFacts) -> Text:
    words = state(on_portal)
    if on_portal.due is None:
        return Text(words, style=COLOUR[on_portal.freshness])
    return Text.assemble(format_day(on_portal.due), "\n", (words, COLOUR[on_portal.freshness]))


def state(on_portal: PortalFacts, lang: messages.Lang | None = None) -> str:
    """Return the freshness in words: `overdue by 12 days`."""
    if on_portal.freshness == "overdue" and on_portal.days is not None:
        code = "status-late-one" if on_portal.days == -1 else "status-late"
        return messages.text(code, "message", lang=lang, days=count(-on_portal.days, lang))
    return messages.text(STATE[on_portal.freshness], lang=lang)


def _quality(quality: Quality) -> Text:
    if quality.problem:
        return Text(messages.text("status-unread"), style="red")
    found = Text.assemble(
        (f"{count(quality.errors)} ✗", "red" if quality.errors else "green"),
        "  ",
        (f"{count(quality.warnings)} !", "yellow" if quality.warnings else ""),
    )
    lines = [found, Text(messages.text("status-filled", percent=quality.percent))]
    if quality.personal:
        words = messages.text("status-personal-count", count=count(quality.personal))
        lines.append(Text(words, style="red"))
    return Text("\n").join(lines)


def _grid(*cells: Text) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0), pad_edge=False)
    for width in WIDTHS:
        grid.add_column(width=width, overflow="fold")
    grid.add_row(*cells)
    return grid
