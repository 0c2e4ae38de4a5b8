"""Conditions on a document: ``tsquery`` text where the index can answer, SQL where it cannot.

Values never enter SQL text: they travel as named parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import lexemes

#: Columns with the whole values and with the words of a document.
KEYS, WORDS = "keys", "words"


class Params:
    """Named parameters of one statement."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def add(self, value: Any) -> str:
        """Keeps a value and gives the placeholder that stands for it."""
        name = f"p{len(self.values)}"
        self.values[name] = lexemes.storable(value) if isinstance(value, str) else value
        return f"%({name})s"


@dataclass(frozen=True)
class Condition:
    """Either ``ts``, a ``tsquery`` on ``column``, or ``sql``, a boolean expression over ``d``."""

    ts: str = ""
    sql: str = ""
    column: str = KEYS

    def to_sql(self, params: Params) -> str:
        """The boolean expression of the condition."""
        return f"d.{self.column} @@ {params.add(self.ts)}::tsquery" if self.ts else self.sql


ALL = Condition(sql="TRUE")
NONE = Condition(sql="FALSE")


@dataclass(frozen=True)
class Rank:
    """What a matching part of a query adds to the score: the best of its weighted ``tsquery``s."""

    options: tuple[tuple[float, Condition], ...]


@dataclass(frozen=True)
class Clause:
    """A compiled part of a query."""

    condition: Condition
    ranks: tuple[Rank, ...] = field(default=())


def _merged(
    operator: str, sql_operator: str, parts: Sequence[Condition], params: Params
) -> Condition:
    texts: dict[str, list[str]] = {}
    for part in parts:
        if part.ts:
            texts.setdefault(part.column, []).append(part.ts)
    merged = [Condition(lexemes.joined(operator, ts), "", name) for name, ts in texts.items()]
    sql = [part.sql for part in parts if part.sql]
    if len(merged) == 1 and not sql:
        return merged[0]
    sql = [*(part.to_sql(params) for part in merged), *sql]
    return Condition(sql=sql[0] if len(sql) == 1 else "(" + f" {sql_operator} ".join(sql) + ")")


def all_of(parts: Iterable[Condition], params: Params) -> Condition:
    """True where every part is; of no parts, everywhere."""
    found = [part for part in parts if part != ALL]
    if NONE in found:
        return NONE
    return _merged("&", "AND", found, params) if found else ALL


def any_of(parts: Iterable[Condition], params: Params) -> Condition:
    """True where some part is; of no parts, nowhere."""
    found = [part for part in parts if part != NONE]
    if ALL in found:
        return ALL
    return _merged("|", "OR", found, params) if found else NONE


def none_of(part: Condition) -> Condition:
    """True where the part is not."""
    if part in (ALL, NONE):
        return NONE if part == ALL else ALL
    if part.ts:
        return Condition(f"!{part.ts}", "", part.column)
    return Condition(sql=f"(NOT {part.sql})")


def at_least(count: int, parts: Sequence[Condition], params: Params) -> Condition:
    """True where ``count`` of the parts are."""
    if count <= 1:
        return any_of(parts, params)
    if count >= len(parts):
        return all_of(parts, params) if count == len(parts) else NONE
    total = " + ".join(f"({part.to_sql(params)})::int" for part in parts)
    # the first half lets the index find candidates, the second counts
    some = any_of(parts, params)
    return Condition(sql=f"({some.to_sql(params)} AND {total} >= {int(count)})")


def minimum(spec: str, clauses: int) -> int:
    """How many of ``clauses`` optional clauses must match, by Solr's ``mm`` notation.

    :raises ValueError: for text that is not of that notation
    """
    spec = spec.strip()
    result = clauses
    if "<" in spec:
        for part in spec.replace(" <", "<").replace("< ", "<").split():
            bound, _, rule = part.partition("<")
            if clauses <= int(bound):
                return result
            result = minimum(rule, clauses)
        return result
    if spec.endswith("%"):
        share = clauses * float(spec[:-1]) / 100
        result = clauses + int(share) if share < 0 else int(share)
    elif spec:
        number = int(spec)
        result = clauses + number if number < 0 else number
    return max(0, min(clauses, result))
