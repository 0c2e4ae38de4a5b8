"""Lucene query text, read into luqum's tree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ckan.lib.search.common import SearchQueryError
from luqum.exceptions import ParseError
from luqum.thread import parse as luqum_parse
from luqum.tree import From, Item, Phrase, Prohibit, Range, To

#: Limits of a query: characters, and signs that end a token. Parsing takes about 50 µs a sign.
#: CKAN's own permission filters have four signs for each organization of a user.
MAX_LENGTH = 1_000_000
MAX_SIGNS = 20_000
_SIGN = re.compile(r"\s+|[\"():\[\]{}^~<>/]|[+-](?=[+-])")
_CACHED_LENGTH = 4_000
_OPERATORS = {"&&": "AND", "||": "OR"}
_WORDS = ("AND", "OR", "NOT", "TO")
_BEFORE = " \t\r\n(+-"
_LOCAL = re.compile(r"""\{!((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^}"'])*)\}""")
_PAIR = re.compile(r"""(?:([\w.]+)=)?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"']+)""")
_SPECIAL = re.compile(r"[\\:(){}\[\]^~!/<>]|&&|\|\|")


@dataclass
class LocalQuery:
    """A query with its ``{!…}`` head taken off."""

    body: str
    parser: str = ""
    arguments: dict[str, list[str]] = field(default_factory=dict)

    def argument(self, name: str, default: str) -> str:
        """The first value given for an argument."""
        return self.arguments.get(name, [default])[0]


def local_query(text: str, request: Mapping[str, object]) -> LocalQuery:
    """Splits off local parameters; ``$name`` values are looked up in the request.

    :raises SearchQueryError: when the head does not end or names a parameter that is not there
    """
    text = text.strip()
    if not text.startswith("{!"):
        return LocalQuery(text)
    match = _LOCAL.match(text)
    if match is None:
        raise SearchQueryError("Local parameters are not closed")
    result = LocalQuery(text[match.end() :])
    for name, raw in _PAIR.findall(match.group(1)):
        value = re.sub(r"\\(.)", r"\1", raw[1:-1]) if raw[0] in "\"'" else raw
        if raw.startswith("$"):
            if raw[1:] not in request:
                raise SearchQueryError(f"There is no parameter {raw[1:]!r}")
            value = str(request[raw[1:]])
        if name in ("", "type") and not result.parser:
            result.parser = value
        else:
            result.arguments.setdefault(name, []).append(value)
    result.body = result.argument("v", result.body)
    return result


def normalized(text: str) -> str:
    """Lucene's ``&&``, ``||`` and ``!`` as words, which is how luqum knows them."""
    out: list[str] = []
    at, quoted = 0, False
    while at < len(text):
        char = text[at]
        starts = at == 0 or text[at - 1] in _BEFORE
        pair = text[at : at + 2]
        if char == "\\":
            out.append(pair)
            at += 2
            continue
        if char == '"':
            quoted = not quoted
        elif not quoted and starts and pair in _OPERATORS and text[at + 2 : at + 3] in ' \t\n("+-!':
            out.append(f" {_OPERATORS[pair]} ")
            at += 2
            continue
        elif not quoted and starts and char == "!" and text[at + 1 : at + 2].strip():
            out.append("NOT ")
            at += 1
            continue
        out.append(char)
        at += 1
    return "".join(out)


def escaped(text: str) -> str:
    """Malformed text with only words, quotes, ``+``, ``-`` and wildcards left of the syntax."""
    if text.count('"') % 2:
        text = text.replace('"', " ")
    text = _SPECIAL.sub(lambda m: "".join("\\" + c for c in m.group()), text)
    return " ".join(w for w in text.split() if w.strip("+-") and w not in _WORDS)


def parse(text: str) -> Item:
    """The tree of a query, which nobody may change: the next query may get the same one.

    :raises SearchQueryError: when it is not of Lucene's syntax
    """
    if too_long(text):
        raise SearchQueryError("The query is too long")
    # most queries come again and again: those that CKAN itself writes
    return _parse_cached(text) if len(text) <= _CACHED_LENGTH else _parse(text)


def too_long(text: str) -> bool:
    """Whether a query goes beyond the limits."""
    return len(text) > MAX_LENGTH or sum(1 for _ in _SIGN.finditer(text)) > MAX_SIGNS


def _parse(text: str) -> Item:
    try:
        return luqum_parse(normalized(text))
    except (ParseError, ValueError, ArithmeticError) as error:
        raise SearchQueryError(f"Cannot parse the query: {error}") from error


_parse_cached = lru_cache(maxsize=512)(_parse)


def parse_words(text: str) -> Item | None:
    """The tree of what a person typed: as Lucene if it is, else as plain words; never an error.

    ``None`` when nothing searchable is left.
    """
    for attempt in (text, escaped(text), re.sub(r"[^\w*]+", " ", text)):
        if not attempt.strip():
            continue
        try:
            return parse(attempt)
        except SearchQueryError:
            if too_long(text):
                raise
    return None


def unescaped(value: str) -> str:
    """A term without its backslashes."""
    return re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)


def pieces(value: str) -> list[tuple[str, bool]]:
    """The characters of a term; true for ``*`` and ``?`` that are wildcards."""
    return [
        (m[1], False) if m.startswith("\\") and len(m) > 1 else (m, m in "*?")
        for m in re.findall(r"\\.|.", value, flags=re.DOTALL)
    ]


def bounds(node: Item) -> tuple[str | None, str | None, bool, bool]:
    """Low and high bound of a range (``None``: none), and whether each belongs to it."""
    if isinstance(node, Range):
        return _bound(node.low), _bound(node.high), node.include_low, node.include_high
    if isinstance(node, From):
        return _bound(node.a), None, node.include, True
    if isinstance(node, To):
        return None, _bound(node.a), True, node.include
    raise SearchQueryError(f"Cannot understand {node}")


def _bound(node: Item) -> str | None:
    if isinstance(node, Prohibit):
        return f"-{_bound(node.a)}"
    if isinstance(node, Phrase):
        return unescaped(node.value[1:-1])
    return None if node.value == "*" else unescaped(node.value)
