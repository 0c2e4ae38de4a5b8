"""How a query is to be read."""

from __future__ import annotations

from dataclasses import dataclass

from ckan.lib.search.common import SearchQueryError


@dataclass(frozen=True)
class Settings:
    """How a query is to be read.

    :ivar weights: fields searched by words without a field, with their weights (``qf``); when
        empty, ``default_field`` alone is searched
    :ivar mm: how many bare words must match, in Solr's notation; empty: by ``operator``
    """

    default_field: str = "text"
    operator: str = "OR"
    weights: tuple[tuple[str, float], ...] = ()
    mm: str = ""
    lenient: bool = False


def weights(text: str) -> tuple[tuple[str, float], ...]:
    """``name^4 text`` as pairs.

    :raises SearchQueryError: for a weight that is no number
    """
    pairs = []
    for part in text.split():
        name, _, weight = part.partition("^")
        try:
            pairs.append((name, finite(weight or 1)))
        except ValueError as error:
            raise SearchQueryError(f"Invalid weight in {part!r}") from error
    return tuple(pairs)


def finite(weight: str | float) -> float:
    """A weight as number.

    :raises ValueError: for infinity, for what is no number, and for sizes that make no sense
    """
    number = float(weight)
    if not abs(number) <= 1e9:
        raise ValueError(f"{weight} is no weight")
    return number
