"""Lexemes of the ``tsvector``s that a document has, and ``tsquery`` text that finds them.

Every indexed value is a lexeme ``field<US>value``; a field that has a value at all also gives
``field<RS>``. So one GIN index answers words, whole values, prefixes and existence in any field.
Whole values and existence are in column ``keys``, which is small and read fast; words of texts are
in column ``words``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

_UNIT, _RECORD = "\x1f", "\x1e"
#: Whole values above this length are cut and told apart by a digest.
MAX_VALUE = 200
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_UNCLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAX_POSITION = 16_383
_MAX_POSITIONS = 255


def storable(text: str) -> str:
    """Text without NUL and lone surrogates, which PostgreSQL has no place for."""
    return _UNSTORABLE.sub("", text)


def clean(text: str) -> str:
    """Text without what PostgreSQL or XML cannot hold (all control characters, and more)."""
    return _UNCLEAN.sub("", text)


def lexeme(field: str, value: str) -> str:
    """The lexeme of one word of a field."""
    return f"{clean(field)[:MAX_VALUE]}{_UNIT}{value}"


def whole(field: str, value: str) -> str:
    """The lexeme of a whole value."""
    value = clean(value)
    if len(value) > MAX_VALUE:
        digest = hashlib.sha256(value.encode()).hexdigest()
        value = f"{value[:MAX_VALUE]}{_RECORD}{digest}"
    return lexeme(field, value)


def presence(field: str) -> str:
    """The lexeme of a field that has any value."""
    return f"{clean(field)[:MAX_VALUE]}{_RECORD}"


def _quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def term(lexeme_: str, *, prefix: bool = False) -> str:
    """A ``tsquery`` for one lexeme, or for all that begin with it."""
    return _quote(lexeme_) + (":*" if prefix else "")


def joined(operator: str, queries: Iterable[str]) -> str:
    """Several ``tsquery`` texts under one operator (``&``, ``|``, ``<->`` …)."""
    found = list(queries)
    return found[0] if len(found) == 1 else "(" + f" {operator} ".join(found) + ")"


class Vector:
    """Collects lexemes with positions and writes them as ``tsvector`` text.

    Positions carry a label for the length of their field, which ``ts_rank`` turns into the
    usual preference for short fields: A up to 4 words, B up to 16, C up to 64, D above.

    :param budget: bytes to stay below; a ``tsvector`` holds 1 MiB
    """

    def __init__(self, budget: int = 900_000) -> None:
        self._left = budget
        self._reserve = 0
        self._entries: dict[str, list[str]] = {}
        #: something was left out for want of room
        self.cut = False

    def share(self, fields: int) -> None:
        """What comes next may take an equal part of the room left for so many fields."""
        self._reserve = self._left - self._left // fields

    def add(self, lexeme_: str, position: int = 1, words: int = 1) -> bool:
        """Adds a lexeme at a position of a field of ``words`` words; false if there is no room."""
        positions = self._entries.get(lexeme_)
        cost = 2 if positions is not None else len(lexeme_.encode()) + 12
        if cost > self._left - self._reserve:
            self.cut = True
            return False
        self._left -= cost
        label = "A" if words <= 4 else "B" if words <= 16 else "C" if words <= 64 else "D"
        if positions is None:
            positions = self._entries[lexeme_] = []
        if len(positions) < _MAX_POSITIONS:
            positions.append(f"{min(position, _MAX_POSITION)}{label}")
        return True

    def __str__(self) -> str:
        return " ".join(f"{_quote(k)}:{','.join(v)}" for k, v in self._entries.items())
