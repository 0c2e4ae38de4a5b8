"""What `inspect` shows a steward: the table found, its columns, what is left out, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines import messages
from pipelines.extract.content.runs import runs
from pipelines.extract.inspection import Inspection, SheetView, TableView
from pipelines.model import Finding

MOST_COLUMNS = 40
MOST_PROBLEMS = 8
MOST_RANGES = 4
EXAMPLES = 30


def render(inspection: Inspection, console: Console) -> None:
    """Print an inspection, readable at 80 columns, in the language in force."""
    facts = [inspection.kind]
    for key in ("encoding", "delimiter", "template"):
        if inspection.detail.get(key):
            facts.append(f"{key} {_visible(str(inspection.detail[key]))}")
    heading = Text(inspection.file, style="bold")
    heading.append(f"  {', '.join(facts)}", style="dim")
    console.print(heading)
    for sheet in inspection.sheets:
        _sheet(sheet, console)
    others = sum(len(sheet.tables) for sheet in inspection.sheets) - 1
    if others > 0:
        console.print()
        console.print(Text(messages.text("inspect-others", "message"), style="dim"))
    if inspection.best is None:
        console.print(Text(messages.text("inspect-none"), style="yellow"))
    console.print()


def _visible(text: str) -> str:
    return {"\t": "TAB", " ": "SPASI"}.get(text, text)


def _sheet(sheet: SheetView, console: Console) -> None:
    size = messages.text("inspect-size", "message", rows=sheet.rows, columns=sheet.width)
    line = Text("\n")
    name = sheet.name or messages.text("inspect-text")
    if sheet.name:
        line.append(f"{messages.text('inspect-sheet')} ")
    line.append(name, style="bold cyan")
    if sheet.hidden:
        line.append(f" ({messages.text('inspect-hidden')})", style="yellow")
    line.append(f"  {size}", style="dim")
    if not sheet.tables:
        line.append(f"  {messages.text('inspect-none')}", style="dim")
    console.print(line)
    if not sheet.tables:
        _attention(sheet.findings, console)
    for table in sheet.tables:
        _headline(table, console)
        if table.best:
            _body(table, sheet, console)


def _headline(table: TableView, console: Console) -> None:
    text = messages.text(
        "inspect-table",
        "message",
        number=table.number,
        range=table.range,
        rows=table.rows,
        columns=len(table.columns),
    )
    line = Text(f"  {text}")
    if table.best:
        line.append(f"  {messages.text('inspect-best', 'message')}", style="green")
        console.print(line)
        return
    labels = ", ".join(column.label for column in table.columns if column.label)
    line.append(f": {labels}" if labels else "", style="dim")
    console.print(line, overflow="ellipsis", no_wrap=True)


def _body(table: TableView, sheet: SheetView, console: Console) -> None:
    for title in table.titles[:4]:
        line = Text(title, style="italic", overflow="ellipsis", no_wrap=True)
        console.print(Padding(line, (0, 0, 0, 4)))
    grid = Table(box=None, padding=(0, 1), pad_edge=False, header_style="dim")
    grid.add_column(messages.text("inspect-letter"), no_wrap=True)
    grid.add_column(messages.text("inspect-label"), max_width=30, overflow="fold")
    grid.add_column(messages.text("inspect-kind"), no_wrap=True)
    grid.add_column(messages.text("inspect-filled"), justify="right", no_wrap=True)
    grid.add_column(messages.text("inspect-examples"), overflow="ellipsis", no_wrap=True)
    for column in table.columns[:MOST_COLUMNS]:
        label = Text(column.label or "–")
        if column.unit:
            label.append(f" {column.unit}", style="dim")
        grid.add_row(
            column.letter,
            label,
            messages.text(f"kind-{column.kind}"),
            str(column.filled),
            Text(_examples(column.examples), style="dim"),
        )
    console.print(Padding(grid, (0, 0, 0, 4)))
    if len(table.columns) > MOST_COLUMNS:
        more = len(table.columns) - MOST_COLUMNS
        console.print(f"    {messages.text('inspect-more', 'message', count=more)}")
    if table.left:
        parts = ", ".join(
            f"{messages.text(rule)} ({_rows(rows)})" for rule, rows in table.left.items()
        )
        _line("inspect-left", parts, console)
    for number, text in enumerate(_evidence(table)):
        _line("inspect-why" if not number else "", text, console)
    _attention([*sheet.findings, *table.findings], console)
    _line("inspect-layout", _layout(table), console)


def _rows(rows: Sequence[int]) -> str:
    """Write row numbers as people do: `1–3, 7`; of many, the first ones and their count."""
    parts = [str(a) if a == b else f"{a}–{b}" for a, b in runs(rows)]
    if len(parts) <= MOST_RANGES:
        return ", ".join(parts)
    more = messages.text("inspect-rows", "message", count=len(rows))
    return f"{', '.join(parts[: MOST_RANGES - 1])}, …: {more}"


def _evidence(table: TableView) -> Iterator[str]:
    """Say why; of many reasons of one kind the first two are enough."""
    for code, same in groupby(table.evidence, key=lambda item: item[0]):
        texts = [messages.text(code, "message", **params) for _, params in same]
        yield from texts[:2]
        if len(texts) > 2:
            yield messages.text("inspect-more", "message", count=len(texts) - 2)


_LONG_DIGITS = re.compile(r"\d(?:[\s.-]?\d){11,}")


def _examples(examples: tuple[str, ...]) -> str:
    """Join a few short examples; long digit sequences may identify a person and are masked."""
    shown = [_LONG_DIGITS.sub(lambda found: found.group()[:4] + "…", text) for text in examples]
    line = ", ".join(text if len(text) <= 24 else f"{text[:23]}…" for text in shown)
    return line if len(line) <= EXAMPLES else f"{line[: EXAMPLES - 1]}…"


def _layout(table: TableView) -> str:
    parts = []
    for key, value in table.layout.items():
        shown = str(value) if not isinstance(value, str) else f'"{value}"'
        parts.append(f"{key}: {shown}")
    return f"{{{', '.join(parts)}}}"


def _line(code: str, text: str, console: Console, style: str = "") -> None:
    row = Table.grid(padding=(0, 1))
    row.add_column(width=14, no_wrap=True, style="bold")
    row.add_column(overflow="fold")
    row.add_row(messages.text(code) if code else "", Text(text, style=style))
    console.print(Padding(row, (0, 0, 0, 4)))


def _attention(findings: Sequence[Finding], console: Console) -> None:
    """Print what to look at, errors first, each error with its next step."""
    ordered = sorted(findings, key=lambda finding: finding.severity != "error")
    code = "inspect-problems"
    for finding in ordered[:MOST_PROBLEMS]:
        error = finding.severity == "error"
        text = f"{finding.message} → {finding.text('next')}" if error else finding.message
        _line(code, text, console, style="red" if error else "yellow")
        code = ""
    rest = len(ordered) - MOST_PROBLEMS
    if rest > 0:
        _line("", messages.text("inspect-more", "message", count=rest), console, style="yellow")
