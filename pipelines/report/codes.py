"""`explain CODE`: a finding or error code in plain words, with an example and the fix."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines import messages
from pipelines.domain.expression import FUNCTIONS
from pipelines.report.groups import blank

#: Part of an entry → the label above it.
PARTS = (("explain", ""), ("message", "explain-message"), ("example", "explain-example"),
         ("next", "report-fix"))  # fmt: skip


def explain(code: str, console: Console) -> None:
    """Print what a code means. Raises `KeyError` for a code that the catalogue does not have."""
    console.print(explained(code))


def explained(code: str) -> RenderableType:
    """Return the explanation, 80 columns or less."""
    parts: list[RenderableType] = [
        Text.assemble((messages.text(code), "bold"), "  ", (code, "dim")),
        Text(),
    ]
    for part, label in PARTS:
        text = messages.template(code, part)
        text = text if part == "example" else blank(text)
        if not text:
            continue
        if label:
            parts.append(Text(messages.text(label), style="bold"))
        parts += [Padding(Text(text), (0, 2), expand=False), Text()]
    variants = [key for key in messages.codes() if key.startswith(f"{code}.")]
    if variants:
        parts.append(Text(messages.text("explain-variants"), style="bold"))
        parts.append(_codes(variants))
    if code.startswith("expression-"):
        parts += [Text(messages.text("explain-functions"), style="bold"), _functions()]
    return Group(*parts)


def list_codes(codes: Sequence[str], console: Console) -> None:
    """Print the codes with their titles."""
    console.print(Text(messages.text("explain-list")))
    console.print()
    console.print(_codes([code for code in codes if "." not in code]))


def _functions() -> RenderableType:
    """The functions that expressions may call."""
    table = Table.grid(padding=(0, 2))
    for function in FUNCTIONS.values():
        says = function.says[messages.get_lang()]
        table.add_row(Text(f"  {function.signature}", style="cyan", no_wrap=True), Text(says))
    return table


def _codes(codes: Sequence[str]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for code in codes:
        table.add_row(Text(f"  {code}", style="cyan"), Text(messages.text(code)))
    return table
