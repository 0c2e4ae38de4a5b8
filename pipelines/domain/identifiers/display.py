"""Texts as they may be shown on a screen, in a draft, in a sample."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.domain.identifiers.column import find
from pipelines.domain.identifiers.kinds import words
from pipelines.domain.identifiers.masks import mask_text
from pipelines.domain.identifiers.names import mask_names

_BIRTH = re.compile(
    r"\b(?:tgl|tanggal|tempat|tg) ?(?:tgl|tanggal)? ?lahir\b|\bttl\b|\bbirth|\bdob\b"
)


def presentable(texts: Sequence[str], *, label: str = "") -> list[str]:
    """Return the texts with identifiers hidden and people's names down to their initials.

    texts: cells of one column, or lines around a table; what a kind is found in anywhere is
    hidden in all of them. label: the column's label; dates of birth are known by it.
    """
    if _BIRTH.search(words(label)):
        return [mask_text("date", text) for text in texts]
    hits = find(list(texts), label=label)
    spans: dict[int, list[tuple[int, int]]] = {}
    for hit in hits:
        spans.setdefault(hit.row, []).append((hit.start, hit.stop))
    shown = []
    for index, text in enumerate(texts):
        safe = mask_names(text, spans.get(index, ()))
        for kind in hits.kinds:
            safe = mask_text(kind, safe)
        shown.append(safe)
    return shown
