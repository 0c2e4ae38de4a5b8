"""Recognisers of Indonesian identifiers: find them in text and columns, mask them.

    hits = find(column, label="no_hp")        # Arrow array, pandas Series or one string
    hits.kinds, hits.rows(), list(hits)       # places only, never the identifiers themselves
    redact(column, hits)                      # the column with each hit masked in its text
    mask("nik", "1271015508900001")           # '12**************'
    conceal("nik", cell)                      # any cell of a column known to hold NIK

Kinds: `nik`, `kk`, `nip`, `npwp`, `phone`, `email`, `account` (bank), `plate`, `other` (student,
insurance, passport … numbers, known by their label alone).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.domain.identifiers.hits import NAMES, Hit, Hits
from pipelines.domain.identifiers.kinds import KINDS, IdentifierKind, Sense, sense
from pipelines.domain.identifiers.masks import conceal, mask

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "KINDS",
    "NAMES",
    "Hit",
    "Hits",
    "IdentifierKind",
    "Sense",
    "conceal",
    "find",
    "mask",
    "possible",
    "presentable",
    "redact",
    "sense",
]


def find(values: object, *, label: str = "", kinds: Collection[str] | None = None) -> Hits:
    """Find identifiers in one string or in a column of n texts.

    values: `str`, pandas Series, Arrow array or chunked array of text (missing allowed). label:
    the column's name and titles, which count as evidence. kinds: only these.
    The verdict on a cell may rest on its whole column: pass the column, not cells one by one.
    """
    from pipelines.domain.identifiers.column import find_in

    hits = find_in([values] if isinstance(values, str) else values, label)
    return hits if kinds is None else hits.only(*kinds)


def possible(values: object, *, label: str = "") -> bool:
    """Say whether a column could hold identifiers at all: much cheaper than to find them.

    values, label: as for `find`, but no single string.
    """
    from pipelines.domain.identifiers.prefilter import chunks, suspects

    return bool(sense(label).kind) or any(len(suspects(part)) for _, part in chunks(values))


def presentable(texts: Sequence[str], *, label: str = "") -> list[str]:
    """Return texts as they may be shown: identifiers hidden, people's names as initials.

    texts: cells of one column under `label`, or lines around a table.
    """
    from pipelines.domain.identifiers.showing import presentable as shown

    return shown(texts, label)


def redact(values: pd.Series[Any], hits: Hits) -> pd.Series[Any]:
    """Return the text column with every hit replaced by its mask, all other text kept.

    values: the (n,) column in which `hits` were found, dtype `str`.
    """
    from pipelines.domain.identifiers.column import redact_in

    return redact_in(values, hits)
