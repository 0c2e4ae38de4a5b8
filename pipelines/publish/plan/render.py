"""A plan as a good diff: counts first, then what changes, with a few rows as examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from rich.markup import escape
from rich.text import Text

from pipelines import messages
from pipelines.publish.plan.model import Plan, TablePlan
from pipelines.publish.rows import RowDiff
from pipelines.text.printable import say, visible

if TYPE_CHECKING:
    from rich.console import Console

EXAMPLES = 3
#: Characters shown of a value, and of those that come before a difference.
SHORT, LEAD = 58, 20
_SIGNS = {"added": ("+", "green"), "changed": ("~", "yellow"), "removed": ("-", "red")}


def render_plan(plan: Plan, console: Console) -> None:
    """Print a plan for people, in the language in force."""
    action = messages.text(f"publish-plan-{plan.action}")
    versions = plan.version_to
    if plan.version_from and plan.changed:
        versions = f"{plan.version_from} → {plan.version_to}"
    color = {"create": "green", "update": "yellow", "unchanged": "dim"}[plan.action]
    console.print(f"[bold]{escape(plan.name)}[/]  [{color}]{escape(action)}[/]  {versions}")
    if plan.action == "unchanged":
        return
    counts = plan.rows
    if any(counts.values()):
        parts = [
            f"[{color}]{sign}{_number(counts[kind])}[/] {messages.text(f'publish-plan-{kind}')}"
            for kind, (sign, color) in _SIGNS.items()
            if counts[kind]
        ]
        console.print("  " + messages.text("publish-plan-rows") + ": " + ", ".join(parts))
    for line in _lines(plan):
        say(console, line, 4 + len(line.plain) - len(line.plain.lstrip()))


def _number(count: int) -> str:
    shown = f"{count:,}"
    return shown.replace(",", ".") if messages.get_lang() == "id" else shown


def _lines(plan: Plan) -> Iterator[Text]:
    for change in (*plan.groups, *plan.metadata):
        yield _change(change.field, change.before, change.after)
    for field in plan.fields:
        label = messages.text(f"publish-plan-field-{field.change}")
        yield _change(visible(f"{field.table}.{field.field} ({label})"), field.before, field.after)
    for table in plan.tables.values():
        yield from _examples(table)
    for file in plan.files:
        sign, color = ("↑", "green") if file.action == "upload" else ("-", "red")
        yield Text(f"  {sign} {visible(file.name)}", style=color)
    if plan.drift:
        title = messages.text("publish-plan-drift")
        yield Text(f"  ! {title}: {visible('; '.join(plan.drift))}", style="magenta")
    if plan.state.settling:
        yield Text(f"  ! {messages.text('publish-plan-settling')}", style="magenta")
    for guard in plan.guards:
        yield Text(f"  ✗ {guard.message} {guard.next}", style="bold red")


def _change(field: str, before: Any, after: Any) -> Text:
    sign, color = _SIGNS["changed"]
    if before is None:
        sign, color = _SIGNS["added"]
    elif after is None:
        sign, color = _SIGNS["removed"]
    text = Text(f"  {sign} {field}: ", style=color)
    shown = [_short(value) for value in (before, after) if value is not None]
    if len(shown) == 2 and shown[0] == shown[1]:
        shown = _where_they_part(before, after)
    text.append(" → ".join(shown), style="default")
    return text


def _where_they_part(before: Any, after: Any) -> list[str]:
    """Return two values that begin alike from a little before they differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [key for key in after if before.get(key) != after[key]]
        before, after = ({key: one.get(key) for key in keys} for one in (before, after))
    texts = [" ".join(_text(value).split()) for value in (before, after)]
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*texts, strict=False)))
    start = max(0, alike - LEAD)
    return [visible(("…" if start else "") + text[start:], SHORT) for text in texts]


def _text(value: Any) -> str:
    if isinstance(value, dict) and len(value) == 1:
        (value,) = value.values()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _short(value: Any) -> str:
    if isinstance(value, dict) and value.get("title"):
        value = value["title"]  # an office or a service: its name says enough
    return visible(_text(value), SHORT)


def _examples(table: TablePlan) -> Iterator[Text]:
    diff = table.log
    if diff is None:
        return
    for number in range(min(EXAMPLES, len(diff.changed_new))):
        row = _row(diff.new, int(diff.changed_new[number]))
        old = _row(diff.old, int(diff.changed_old[number]))
        cells = [
            f"{name}: {old.get(name) or '–'} → {row.get(name) or '–'}"
            for name, mask in diff.cells.items()
            if mask[number]
        ]
        yield Text(
            f"    ~ {visible(_name(diff, row))}  {visible('; '.join(cells))}", style="yellow"
        )
    for kind, rows, source in (
        ("added", diff.added, diff.new),
        ("removed", diff.removed, diff.old),
    ):
        sign, color = _SIGNS[kind]
        for index in rows[:EXAMPLES]:
            row = _row(source, int(index))
            cells = [str(value) for value in row.values() if value is not None]
            yield Text(f"    {sign} {_short(' | '.join(cells))}", style=color)
    rest = sum(max(0, n - EXAMPLES) for n in diff.counts.values())
    if rest:
        yield Text(f"    … {messages.text('publish-plan-more', count=rest)}", style="dim")


def _row(table: pa.Table, index: int) -> dict[str, Any]:
    found: dict[str, Any] = table.slice(index, 1).to_pylist()[0]
    return found


def _name(diff: RowDiff, row: dict[str, Any]) -> str:
    return " | ".join(str(row.get(name)) for name in diff.key)
