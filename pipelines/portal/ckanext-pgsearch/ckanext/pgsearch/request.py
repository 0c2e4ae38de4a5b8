"""Solr request parameters, read and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ckan.common import asbool
from ckan.lib.search.common import SearchQueryError

from .conditions import minimum
from .settings import Settings, weights

_NAME = re.compile(r"[\w.\-]+")
_MAX_ROWS = 10_000_000
DEFAULT_ROWS = 10


@dataclass(frozen=True)
class Order:
    """One key of ``sort``; ``field`` may be ``score``."""

    field: str
    descending: bool


@dataclass(frozen=True)
class Facet:
    """One field whose values are counted; a negative ``limit`` counts all."""

    field: str
    limit: int
    mincount: int


@dataclass(frozen=True)
class Request:
    """A search as this package understands it.

    :ivar fields: names to return, ``*`` wildcards allowed; empty for all stored fields
    """

    query: str
    filters: tuple[str, ...]
    settings: Settings
    filter_settings: Settings
    sort: tuple[Order, ...] = ()
    start: int = 0
    rows: int = DEFAULT_ROWS
    fields: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
    tie: float = 0.0
    raw: Mapping[str, object] = field(default_factory=dict)


def read(query: str | None, parameters: Mapping[str, Any]) -> Request:
    """A request from the arguments of ``search``.

    Parameters that only tune Solr's scoring (``bf``, ``boost``) or its output (``wt``) are
    without effect.

    :raises SearchQueryError: for values that Solr would refuse too
    """
    default_field = str(parameters.get("df") or "text")
    plain = Settings(default_field, str(parameters.get("q.op") or "OR").upper())
    settings = plain
    parser = parameters.get("defType") or "lucene"
    if parser in ("dismax", "edismax"):
        fields = weights(str(parameters.get("qf") or default_field))
        mm = parameters.get("mm")
        default_mm = "100%" if plain.operator == "AND" else "1"
        mm = str(default_mm if mm is None else mm)
        try:
            minimum(mm, 1)
        except ValueError as error:
            raise SearchQueryError('Invalid "mm" parameter') from error
        settings = Settings(default_field, plain.operator, fields, mm, True)
    elif parser != "lucene":
        raise SearchQueryError(f"The query parser {parser!r} is not supported")
    return Request(
        query=query or "*:*",
        filters=tuple(text for text in _listed(parameters.get("fq")) if text.strip()),
        settings=settings,
        filter_settings=plain,
        sort=_sort(str(parameters.get("sort") or "")),
        start=_count(parameters, "start", 0),
        rows=_count(parameters, "rows", DEFAULT_ROWS),
        fields=_fields(parameters.get("fl")),
        facets=tuple(_facets(parameters)),
        tie=_share(parameters, "tie", 0.0),
        raw=parameters,
    )


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    many = isinstance(value, Sequence) and not isinstance(value, str)
    return [str(v) for v in value] if many else [str(value)]


def _count(parameters: Mapping[str, Any], name: str, default: int) -> int:
    value = parameters.get(name)
    try:
        number = default if value in (None, "") else int(str(value))
    except ValueError as error:
        raise SearchQueryError(f'Invalid "{name}" parameter') from error
    if number < 0:
        raise SearchQueryError(f'Invalid "{name}" parameter')
    return min(number, _MAX_ROWS)


def _share(parameters: Mapping[str, Any], name: str, default: float) -> float:
    try:
        number = float(parameters.get(name) or default)
    except ValueError as error:
        raise SearchQueryError(f'Invalid "{name}" parameter') from error
    if not 0 <= number <= 1:
        raise SearchQueryError(f'Invalid "{name}" parameter')
    return number


def _sort(text: str) -> tuple[Order, ...]:
    orders = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, direction = part.partition(" ")
        if not _NAME.fullmatch(name) or direction.strip().lower() not in ("asc", "desc"):
            raise SearchQueryError('Invalid "sort" parameter')
        orders.append(Order(name, direction.strip().lower() == "desc"))
    return tuple(orders)


def _fields(value: Any) -> tuple[str, ...]:
    names = [name for text in _listed(value) for name in re.split(r"[\s,]+", text) if name]
    return () if "*" in names and "score" not in names else tuple(dict.fromkeys(names))


def _facets(parameters: Mapping[str, Any]) -> list[Facet]:
    if not asbool(parameters.get("facet") or False):
        return []
    facets = []
    for name in dict.fromkeys(_listed(parameters.get("facet.field"))):
        own = {
            key: parameters.get(f"f.{name}.facet.{key}", parameters.get(f"facet.{key}"))
            for key in ("limit", "mincount")
        }
        try:
            limit = int(100 if own["limit"] is None else own["limit"])
            mincount = int(own["mincount"] or 0)
        except ValueError as error:
            raise SearchQueryError(f"Invalid facet parameters for {name!r}") from error
        # values that only documents outside the result have are never listed: a reader who may
        # not see those documents shall not see their values
        facets.append(Facet(name, limit, max(1, mincount)))
    return facets
