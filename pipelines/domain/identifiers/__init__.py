"""Recognisers of Indonesian identifiers: find them in text and columns, mask them.

    hits = find(column, label="no_hp")        # Arrow array, pandas Series or one string
    hits.kinds, hits.rows(), list(hits)       # places only, never the identifiers themselves
    redact(column, hits)                      # the column with each hit masked in its text
    mask("nik", "1271015508900001")           # '12**************'
    mask_text("nik", cell)                      # any cell of a column known to hold NIK

Kinds: `nik`, `kk`, `nip`, `npwp`, `phone`, `email`, `account` (bank), `plate`, `other` (student,
insurance, passport … numbers, known by their label alone).
"""

from typing import TYPE_CHECKING

import lazy_loader

from pipelines.domain.identifiers.kinds import KINDS, IdentifierKind, Sense, sense
from pipelines.domain.identifiers.masks import mask, mask_text

if TYPE_CHECKING:
    from pipelines.domain.identifiers.column import find, redact, redact_texts
    from pipelines.domain.identifiers.display import presentable
    from pipelines.domain.identifiers.hits import NAMES, Hit, Hits
    from pipelines.domain.identifiers.prefilter import possible
else:
    # A label or a mask needs neither numpy nor Arrow: 0.15 s less to import.
    __getattr__, __dir__, _ = lazy_loader.attach(
        __name__,
        submod_attrs={
            "column": ["find", "redact", "redact_texts"],
            "hits": ["NAMES", "Hit", "Hits"],
            "prefilter": ["possible"],
            "display": ["presentable"],
        },
    )

__all__ = [
    "KINDS",
    "NAMES",
    "Hit",
    "Hits",
    "IdentifierKind",
    "Sense",
    "find",
    "mask",
    "mask_text",
    "possible",
    "presentable",
    "redact",
    "redact_texts",
    "sense",
]
