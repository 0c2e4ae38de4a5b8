"""Words that came from elsewhere, made fit to be shown: nothing in them moves the cursor.

A portal's titles and names are whatever somebody typed there: escape sequences would paint a
terminal, and characters that turn the direction of writing would turn the rest of a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipelines import messages

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

MOST = 300
#: Characters that control a terminal or turn the direction of writing.
_ACTING = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
#: Unicode's classes of characters that are not seen but do something.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def printable(text: str) -> str:
    """Return a text with every character that acts instead of showing replaced by `�`.

    Line feeds and tabs stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        "�" if character not in "\n\t" and unicodedata.category(character) in _UNSEEN else character
        for character in text
    )


def still(page: str) -> str:
    """Return a page on which no text acts or turns the writing beside it, joined letters kept."""
    return _ACTING.sub("�", page)


def visible(text: str, most: int = MOST) -> str:
    """Return a text on one line, printable, cut at `most` characters."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= most else line[: most - 1] + "…"


def in_both(words: Mapping[str, str]) -> dict[str, str]:
    """Make a text visible in each language."""
    return {lang: visible(words[lang]) for lang in messages.LANGS}


#: Stands for a space at which a line may not break; no font and no portal means it.
GLUE = "\ue000"
_VERBS = "inspect|extract|new|validate|clean|plan|publish|get|rollback|status|portal|explain"
_COMMAND = re.compile(rf"`[^`\n]{{1,70}}`|\bpublish (?:{_VERBS})(?: \S+){{0,3}}$")


def unbroken(text: str) -> str:
    """Return a text whose commands hold together, so that they can be copied from one line."""
    return _COMMAND.sub(lambda found: found.group().replace(" ", GLUE), text.replace(GLUE, "�"))


def say(console: Console, text: Text, indent: int) -> None:
    """Print a text whose further lines begin under `indent`, without spaces at their ends."""
    text.plain = unbroken(text.plain)
    before, rest = text[:indent], text[indent:]
    for line in rest.wrap(console, max(console.width - indent, 20)):
        line.rstrip()
        line.plain = line.plain.replace(GLUE, " ")
        console.print(before + line, soft_wrap=True)
        before = before.blank_copy(" " * indent)
