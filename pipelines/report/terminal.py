"""The report in a terminal: grouped by rule, counted, worst first, fit for 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines import messages
from pipelines.model import Finding, MaskedReport, Report, Source, TableReport, require_masked
from pipelines.report import groups as g
from pipelines.report.number_format import count, counted, seconds
from pipelines.text.printable import say

EXAMPLES, EXAMPLES_VERBOSE = 3, 20
#: So many more cells are named that hold the same as an example.
SAME = 5
GROUPS = 12
STYLE = {"error": "red", "warning": "yellow"}
MARK = {"error": "✗", "warning": "!"}


def print_report(report: MaskedReport, console: Console, *, verbose: bool = False) -> None:
    """Print the report. `verbose` shows every group and more examples of each."""
    require_masked(report)
    for table in report.tables:
        _head(report, table, console)
        found = g.grouped(table)
        shown = found if verbose else found[:GROUPS]
        for group in shown:
            _group(group, table.sources, console, verbose)
        if len(shown) < len(found):
            rest = messages.text("report-other-groups", count=count(len(found) - len(shown)))
            console.print()
            _inside(console, rest, "dim", indent=2)
        _accounting(table, console, verbose)
        console.print()
    _next(report, console)


def _head(report: Report, table: TableReport, console: Console) -> None:
    errors, warnings = g.counts(table)
    verdict = messages.text("report-valid" if table.valid else "report-invalid")
    mark, style = ("✓", "green") if table.valid else ("✗", "red")
    title = Table.grid(expand=True)
    title.add_column(ratio=1, overflow="ellipsis", no_wrap=True)
    title.add_column(justify="right", no_wrap=True)
    title.add_row(
        Text(_name(report, table), style="bold"), Text(f"{mark} {verdict}", style=f"bold {style}")
    )
    console.print(title)
    facts = [
        f"{count(table.rows)} {messages.text('report-rows')} × "
        f"{count(table.fields)} {messages.text('report-columns')}",
        counted(errors, "report-error", "report-errors"),
        counted(warnings, "report-warning", "report-warnings"),
        f"{seconds(table.seconds)} {messages.text('report-seconds')}",
    ]
    source = _source(table)
    line = " · ".join([source, *facts])
    if source == _name(report, table):
        line = " · ".join(facts)
    elif len(line) > console.width:
        line = f"{source}\n{' · '.join(facts)}"
    console.print(Text(line, style="dim"))
    if table.stopped:
        say(console, Text(messages.text("report-stopped", count=count(errors)), "yellow"), 0)


def _name(report: Report, table: TableReport) -> str:
    """A plain file is called as it is; a dataset's table by the dataset too."""
    if table.read is None:
        return table.source
    return table.name if report.name == table.name else f"{report.name} › {table.name}"


def _source(table: TableReport) -> str:
    files = list(dict.fromkeys(source.file for source in table.sources)) or [table.source]
    if len(files) == 1:
        return files[0]
    return f"{files[0]} {messages.text('report-files', count=len(files) - 1)}"


def _place(finding: Finding, sources: Sequence[Source]) -> str:
    """Say the file and the sheet of a finding where the table comes from several of them."""
    position = finding.position
    if position is None or position.file in finding.message:
        return ""
    files = {source.file for source in sources}
    parts = [position.file] if len(files) > 1 else []
    if len({(source.file, source.sheet) for source in sources}) > len(files) and position.sheet:
        parts.append(position.sheet)
    return f"{' › '.join(parts)}: " if parts else ""


def _group(group: g.Group, sources: Sequence[Source], console: Console, verbose: bool) -> None:
    style = STYLE[group.severity]
    title = Text()
    title.append(f"{count(group.count):>6} {MARK[group.severity]} ", style=f"bold {style}")
    title.append(group.text("title"), style="bold")
    if group.field:
        title.append(f" · {messages.text('report-column')} {group.field}")
    if group.rule and group.rule != group.field:
        title.append(f" · {group.rule}", style="dim")
    title.append(f"  {group.code}", style="dim")
    console.print()
    say(console, title, 9)
    most = EXAMPLES_VERBOSE if verbose else EXAMPLES
    examples = group.examples(most)
    for finding, *same in examples:
        _inside(console, f"{_place(finding, sources)}{finding.message}")
        if same:
            _inside(console, _same(same), "dim")
    rest = group.count - sum(map(len, examples))
    if rest:
        _inside(console, messages.text("report-more", count=count(rest)), "dim")
    listed = {finding.value for finding, *same in examples if same}
    often = [(value, n) for value, n in group.frequent if value not in listed]
    if rest and often:
        values = ", ".join(f"'{value[:30]}' {count(n)}×" for value, n in often)
        _inside(console, f"{messages.text('report-frequent')}: {values}", "dim")
    if group.text("next"):
        say(console, Text.assemble(("       → ", style), group.text("next")), 9)


def _same(findings: Sequence[Finding]) -> str:
    """Say where else the same value stands."""
    cells = [f.position.cell for f in findings if f.position and f.position.cell]
    shown = ", ".join(cells[:SAME])
    if len(cells) > SAME:
        shown += f" {messages.text('report-more', count=count(len(cells) - SAME))}"
    return messages.text("report-same", cells=shown)


def _inside(console: Console, text: str, style: str = "", indent: int = 9) -> None:
    """Print a text all of whose lines are indented."""
    say(console, Text(" " * indent + text, style), indent)


def _accounting(table: TableReport, console: Console, verbose: bool) -> None:
    lines = []
    if table.left_out:
        rules = ", ".join(
            f"{g.rule_title(rule)} {count(number)}" for rule, number in g.left_out(table).items()
        )
        read = table.rows if table.read is None else table.read
        lines.append(
            f"{count(read)} {messages.text('report-data')}, "
            f"{count(len(table.left_out))} {messages.text('report-left-out')} ({rules})"
        )
        if read != table.rows:
            lines.append(messages.text("report-became", count=count(table.rows)))
    changed = g.changes(table)
    if changed:
        steps = ", ".join(f"{g.step_title(step)} {count(n)}" for step, n in changed.items())
        total = count(g.total_changes(changed))
        lines.append(f"{total} {messages.text('report-changed')} ({steps})")
    notes = table.notes if verbose else table.notes[:4]
    lines += [note.message for note in notes]
    if len(notes) < len(table.notes):
        lines.append(messages.text("report-more", count=count(len(table.notes) - len(notes))))
    if lines:
        console.print()
    for line in lines:
        say(console, Text(f"  · {line}", style="dim"), 4)


def _next(report: Report, console: Console) -> None:
    dataset = any(table.read is not None for table in report.tables)
    codes = {finding.code for table in report.tables for finding in table.errors}
    if codes and all(code.startswith("personal-") for code in codes):
        words = messages.text("report-next-personal", name=report.name)
    elif not report.valid:
        words = messages.text(
            "report-next-invalid" if dataset else "report-next-invalid-file", name=report.name
        )
    elif dataset:
        words = messages.text("report-next-valid", name=report.name)
    else:
        words = messages.text("report-next-valid-file")
    label = messages.text("label-next")
    say(console, Text.assemble((f"{label}: ", "bold"), words), 0)
