"""A whole column: suspects, candidates, evidence, hits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.domain.identifiers import evidence, recognise
from pipelines.domain.identifiers.candidates import Candidates, kind_code
from pipelines.domain.identifiers.evidence import Mask
from pipelines.domain.identifiers.hits import CODES, NAMES, Hits
from pipelines.domain.identifiers.kinds import Sense, sense
from pipelines.domain.identifiers.masks import mask
from pipelines.domain.identifiers.prefilter import chunks, suspects
from pipelines.text import arrow

if TYPE_CHECKING:
    import pandas as pd

#: Least share of the distinct cells that fit their label for the label to be believed of them.
LABELLED = 0.02


def find(values: object, *, label: str = "", kinds: Collection[str] | None = None) -> Hits:
    """Find identifiers in one string or in a column of n texts.

    values: `str`, list, pandas Series, Arrow array or chunked array of text (missing allowed).
    label: the column's name and titles, which count as evidence. kinds: only these.
    The verdict on a cell may rest on its whole column: pass the column, not cells one by one.
    """
    hits = _find([values] if isinstance(values, str) else values, label)
    return hits if kinds is None else hits.only(*kinds)


def _find(values: object, label: str) -> Hits:
    meaning = sense(label)
    parts, rows = [], []
    for first, array in chunks(values):
        where = np.flatnonzero(~arrow.is_null(array)) if meaning.kind else suspects(array)
        if len(where):
            parts.append(array.take(arrow.integers(where)))
            rows.append(where + first)
    if not parts:
        return Hits.of([], [], [], [])
    encoded = pa.concat_arrays(parts).dictionary_encode()
    texts = encoded.dictionary
    which = arrow.int_values(encoded.indices)
    row = np.concatenate(rows)

    found = recognise.candidates(texts)
    keep = evidence.accepted(found, meaning)
    kept = np.flatnonzero(keep)
    text, start, stop = (found.array(name)[kept] for name in ("text", "start", "stop"))
    kind = _kinds(found, keep, meaning)[kept]
    if meaning.kind:
        fits = recognise.labelled(texts, meaning.kind)
        # A hashed column has some codes without a letter; a few look-nik_likes prove nothing.
        if fits.mean() < LABELLED:
            fits[:] = False
        fits[text] = False
        more = np.flatnonzero(fits)
        sizes = arrow.int_values(pc.utf8_length(texts.take(arrow.integers(more))))
        text, start = np.concatenate((text, more)), np.concatenate((start, 0 * more))
        stop = np.concatenate((stop, sizes))
        kind = np.concatenate((kind, np.full(len(more), CODES[meaning.kind])))
    return _spread(text, kind, start, stop, which, row)


def _kinds(found: Candidates, keep: Mask, meaning: Sense) -> Any:
    """Return (c,) kind codes; NIK or KK by the words before, the label, else the dates inside."""
    kind, announced = found.array("kind"), found.array("announced")
    kind[evidence.announced_instead(found, keep, meaning)] = kind_code(meaning)
    nik, card = CODES["nik"], CODES["kk"]
    nik_like = keep & (kind == nik)
    numbers = [found.digits[i] for i in np.flatnonzero(nik_like) if found.digits[i]]
    if meaning.kind == "kk" or (meaning.kind != "nik" and evidence.family_cards(numbers)):
        kind[nik_like & (announced != nik)] = card
    kind[nik_like & (announced == card)] = card
    return kind


def _spread(text: Any, kind: Any, start: Any, stop: Any, which: Any, row: Any) -> Hits:
    """From hits in distinct texts to hits in rows."""
    if not len(text):
        return Hits.of([], [], [], [])
    order = np.argsort(text, kind="stable")
    of_text = text[order]
    first = np.searchsorted(of_text, which, side="left")
    count = np.searchsorted(of_text, which, side="right") - first
    rows = np.repeat(row, count)
    inner = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    hit = order[np.repeat(first, count) + inner]
    return Hits.of(rows, kind[hit], start[hit], stop[hit])


def redact(values: pd.Series[Any], hits: Hits) -> pd.Series[Any]:
    """Return the text column with every hit replaced by its mask, all other text kept.

    values: the (n,) column in which `hits` were found, dtype `str`.
    """
    result = values.copy()
    rows = hits.rows()
    if len(rows):
        changed = _redacted(dict(zip(rows.tolist(), values.iloc[rows].tolist(), strict=True)), hits)
        result.iloc[list(changed)] = list(changed.values())
    return result


def redact_texts(texts: Sequence[str | None], hits: Hits) -> list[str | None]:
    """Return the texts with every hit replaced by its mask; as `redact`, without pandas."""
    changed = _redacted({row: texts[row] for row in hits.rows().tolist()}, hits)
    return [changed.get(row, text) for row, text in enumerate(texts)]


def _redacted(texts: Mapping[int, str | None], hits: Hits) -> dict[int, str]:
    """Return row → its text masked. texts: every row with a hit."""
    result = {row: str(text) for row, text in texts.items()}
    # from the end of each text, so that the places before a mask stay right
    columns = (hits.row, hits.kind, hits.start, hits.stop)
    for row, kind, start, stop in zip(*(c[::-1].tolist() for c in columns), strict=True):
        text = result[row]
        result[row] = text[:start] + mask(NAMES[kind], text[start:stop]) + text[stop:]
    return result
