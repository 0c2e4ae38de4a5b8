"""A whole column: suspects, candidates, evidence, hits."""

from __future__ import annotations

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


def find_in(values: object, label: str) -> Hits:
    """Find identifiers in a column of n texts (see `pipelines.domain.identifiers.find`)."""
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
    keep = evidence.believed(found, meaning)
    kept = np.flatnonzero(keep)
    text, start, stop = (found.array(name)[kept] for name in ("text", "start", "stop"))
    kind = _kinds(found, keep, meaning)[kept]
    if meaning.kind:
        fits = recognise.labelled(texts, meaning.kind)
        # A hashed column has some codes without a letter; a few look-alikes prove nothing.
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
    kind, told = found.array("kind"), found.array("told")
    kind[evidence.announced_instead(found, keep, meaning)] = kind_code(meaning)
    nik, card = CODES["nik"], CODES["kk"]
    alike = keep & (kind == nik)
    numbers = [found.digits[i] for i in np.flatnonzero(alike) if found.digits[i]]
    if meaning.kind == "kk" or (meaning.kind != "nik" and evidence.family_cards(numbers)):
        kind[alike & (told != nik)] = card
    kind[alike & (told == card)] = card
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


def redact_in(values: pd.Series[Any], hits: Hits) -> pd.Series[Any]:
    """Replace every hit in the column by its mask."""
    result = values.copy()
    places: dict[int, list[tuple[int, int, str]]] = {}
    for hit_row, code, start, stop in zip(
        hits.row.tolist(), hits.kind.tolist(), hits.start.tolist(), hits.stop.tolist(), strict=True
    ):
        places.setdefault(hit_row, []).append((start, stop, NAMES[code]))
    changed = {}
    for hit_row, spans in places.items():
        text = str(values.iloc[hit_row])
        for start, stop, name in reversed(spans):
            text = text[:start] + mask(name, text[start:stop]) + text[stop:]
        changed[hit_row] = text
    if changed:
        result.iloc[list(changed)] = list(changed.values())
    return result
