"""A whole column: suspects, candidates, evidence, hits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from pipelines.identifiers import evidence, recognise
from pipelines.identifiers.hits import CODES, NAMES, Hits
from pipelines.identifiers.kinds import sense
from pipelines.identifiers.masks import mask
from pipelines.identifiers.prefilter import chunks, suspects

if TYPE_CHECKING:
    import pandas as pd

#: Kinds whose number alone may be one or the other; the label or the column tells.
_ALIKE = {"nik", "kk"}


def find_in(values: object, label: str) -> Hits:
    """Find identifiers in a column of n texts (see `pipelines.identifiers.find`)."""
    meaning = sense(label)
    parts, rows = [], []
    for first, array in chunks(values):
        where = np.flatnonzero(array.is_valid()) if meaning.kind else suspects(array)
        if len(where):
            parts.append(array.take(pa.array(where)))
            rows.append(where + first)
    if not parts:
        return Hits.of([], [], [], [])
    encoded = pa.concat_arrays(parts).dictionary_encode()
    texts = encoded.dictionary
    which = encoded.indices.to_numpy(zero_copy_only=False)
    row = np.concatenate(rows)

    found = recognise.candidates(texts)
    keep = evidence.believed(found, meaning)
    text = [found.text[i] for i in np.flatnonzero(keep)]
    kind = _kinds(found, keep, meaning.kind)
    start = [found.start[i] for i in np.flatnonzero(keep)]
    stop = [found.stop[i] for i in np.flatnonzero(keep)]
    if meaning.kind:
        fits = recognise.labelled(texts, meaning.kind)
        fits[text] = False
        more = np.flatnonzero(fits)
        text += more.tolist()
        kind += [meaning.kind] * len(more)
        start += [0] * len(more)
        stop += [len(texts[i].as_py()) for i in more.tolist()]
    return _spread(text, kind, start, stop, which, row)


def _kinds(found: recognise.Candidates, keep: Any, announced: str) -> list[str]:
    """Name the kinds kept; NIK or KK by the words before, the label, else the column's dates."""
    kept = np.flatnonzero(keep).tolist()
    alike = [i for i in kept if found.kind[i] in _ALIKE and found.digits[i]]
    cards = announced == "kk" or (
        announced != "nik" and evidence.family_cards([found.digits[i] for i in alike])
    )
    names = []
    for index in kept:
        name = found.kind[index]
        told = found.told[index].kind
        if name in _ALIKE:
            name = told if told in _ALIKE else "kk" if cards else "nik"
        names.append(name)
    return names


def _spread(
    text: list[int], kind: list[str], start: list[int], stop: list[int], which: Any, row: Any
) -> Hits:
    """From hits in distinct texts to hits in rows."""
    if not text:
        return Hits.of([], [], [], [])
    of_text = np.asarray(text)
    order = np.argsort(of_text, kind="stable")
    of_text = of_text[order]
    first = np.searchsorted(of_text, which, side="left")
    count = np.searchsorted(of_text, which, side="right") - first
    rows = np.repeat(row, count)
    inner = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    hit = order[np.repeat(first, count) + inner]
    codes = np.array([CODES[name] for name in kind])
    return Hits.of(rows, codes[hit], np.asarray(start)[hit], np.asarray(stop)[hit])


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
