"""Several files become one table, aligned by label; each row knows its file and row."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from pipelines.model import Extraction, Finding, Position, Table


def join(
    extractions: Sequence[Extraction],
    *,
    columns: Mapping[str, str] | None = None,
    name: str = "",
) -> Extraction:
    """Join extractions into one table.

    Columns are aligned by label (white space and case folded; repeated labels by order), or by
    the field that `columns` maps them to. The first file's labels and order lead; a label met
    later is added at the end. A column missing from one file, or new in one, is a finding.
    Raises `ValueError` without any extraction.
    """
    if not extractions:
        raise ValueError("nothing to join")
    if len(extractions) == 1:
        only = extractions[0]
        return replace(only, table=replace(only.table, name=name)) if name else only
    mapping = {folded_label(label): field for label, field in (columns or {}).items()}
    keyed = [_keys(list(item.table.frame.columns), mapping) for item in extractions]
    order: dict[tuple[str, int], str] = {}
    for item, keys in zip(extractions, keyed, strict=True):
        for key, label in zip(keys, item.table.frame.columns, strict=True):
            order.setdefault(key, label)
    findings = [finding for item in extractions for finding in item.findings]
    findings += _differences(extractions, keyed, order)
    table = _stack([item.table for item in extractions], keyed, order, name)
    aside = [
        (item.totals_table, keys)
        for item, keys in zip(extractions, keyed, strict=True)
        if item.totals_table is not None
    ]
    totals_table = (
        _stack([t for t, _ in aside], [k for _, k in aside], order, name) if aside else None
    )
    return Extraction(
        table=table,
        left_out=tuple(left for item in extractions for left in item.left_out),
        totals=tuple(_totals(extractions)),
        totals_table=totals_table,
        findings=tuple(findings),
        layout=extractions[0].layout,
        evidence={
            "rows": _accounts(extractions),
            "why": [why for item in extractions for why in item.evidence.get("why", [])],
            "units": {
                k: v for item in extractions for k, v in item.evidence.get("units", {}).items()
            },
            "files": [dict(item.evidence) for item in extractions],
        },
    )


def _accounts(extractions: Sequence[Extraction]) -> dict[str, Any]:
    """Sum the files' accounts of their rows."""
    counted: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for item in extractions:
        rows = item.evidence.get("rows", {})
        counted.update({key: rows.get(key, 0) for key in ("sheet", "header", "data")})
        left.update(rows.get("left", {}))
    return {**counted, "left": dict(sorted(left.items()))}


def folded_label(label: str) -> str:
    """Return a label as files are aligned by: white space and case folded."""
    return " ".join(str(label).split()).casefold()


def _keys(labels: Sequence[str], mapping: Mapping[str, str]) -> list[tuple[str, int]]:
    seen: Counter[str] = Counter()
    keys = []
    for label in labels:
        key = mapping.get(folded_label(label), folded_label(label))
        keys.append((key, seen[key]))
        seen[key] += 1
    return keys


def _differences(
    extractions: Sequence[Extraction],
    keyed: Sequence[list[tuple[str, int]]],
    order: Mapping[tuple[str, int], str],
) -> list[Finding]:
    holders = Counter(key for keys in keyed for key in keys)
    findings = []
    first = set(keyed[0])
    alone = len({item.table.sources[0].file for item in extractions}) == len(extractions)
    missing: list[dict[str, str]] = []
    new: list[list[str]] = []
    for keys in keyed:
        absent = [key for key in order if key not in keys and holders[key] * 2 >= len(extractions)]
        odd = [key for key in keys if holders[key] * 2 < len(extractions) or key not in first]
        missing.append({order[key]: key[0] for key in absent})
        new.append([order[key] for key in odd if holders[key] < len(extractions)])
    renamed = [_pairs(labels, gone) for labels, gone in zip(new, missing, strict=True)]
    # A new label is missing from the other files as a matter of course.
    told = {label for pairs in renamed for label in pairs}
    for index, item in enumerate(extractions):
        place = Position(item.table.sources[0].file, item.table.sources[0].sheet)
        for label, old in renamed[index].items():
            entry = json.dumps(label, ensure_ascii=False)
            field = re.sub(r"\W+", "_", missing[index].pop(old)).strip("_")
            line = f"columns: {{{entry}: {field}}}"
            findings.append(_about("column-renamed", label, place, alone, old=old, line=line))
        gone = [label for label in missing[index] if label not in told]
        findings += [_about("column-missing", label, place, alone) for label in gone]
        fresh = [label for label in new[index] if label not in renamed[index]]
        findings += [_about("column-new", label, place, alone) for label in fresh]
    return findings


def _pairs(new: Sequence[str], missing: Mapping[str, str]) -> dict[str, str]:
    """Return the new labels of a file that are much like one it lacks, with that one."""
    left = list(missing)
    pairs = {}
    for label in new:
        known = [folded_label(old) for old in left]
        near = difflib.get_close_matches(folded_label(label), known, n=1)
        if near:
            pairs[label] = next(old for old in left if folded_label(old) == near[0])
            left.remove(pairs[label])
    return pairs


def _about(code: str, label: str, place: Position, alone: bool, **more: str) -> Finding:
    """alone: each file gives one sheet, so that the file's name says which is meant."""
    where = place.file if alone or not place.sheet else f"{place.file} › {place.sheet}"
    params = {"label": label, "file": where, **more}
    variant = "joined" if more else ""
    return Finding(code, "warning", value=label, position=place, variant=variant, params=params)


def _stack(
    tables: Sequence[Table],
    keyed: Sequence[list[tuple[str, int]]],
    order: Mapping[tuple[str, int], str],
    name: str,
) -> Table:
    parts: list[pd.DataFrame] = []
    places: list[list[np.ndarray[Any, Any]]] = [[] for _ in order]
    offset = 0
    sources: list[Any] = []
    source_parts = []
    for table, keys in zip(tables, keyed, strict=True):
        where = {key: index for index, key in enumerate(keys)}
        rows = len(table)
        data = {}
        for number, key in enumerate(order):
            index = where.get(key)
            if index is None:
                data[number] = pd.Series([pd.NA] * rows, dtype="str")
                places[number].append(np.zeros(rows, dtype=np.int64))
            else:
                data[number] = table.frame.iloc[:, index].reset_index(drop=True)
                column = table.columns[index]
                places[number].append(
                    np.full(rows, column, dtype=np.int64) if isinstance(column, int) else column
                )
        parts.append(pd.DataFrame(data, index=range(rows), columns=range(len(order))))
        source_parts.append(table.source + offset)
        sources += table.sources
        offset += len(table.sources)
    frame = pd.concat(parts, ignore_index=True)
    frame.columns = pd.Index(list(order.values()), dtype="object")
    return Table(
        name=name or tables[0].name,
        frame=frame,
        sources=tuple(sources),
        source=np.concatenate(source_parts),
        row=np.concatenate([table.row for table in tables]),
        columns=tuple(_one_place(parts) for parts in places),
    )


def _one_place(parts: list[np.ndarray[Any, Any]]) -> int | np.ndarray[Any, Any]:
    whole = np.concatenate(parts)
    if len(whole) and (whole == whole[0]).all():
        return int(whole[0])
    return whole


def _totals(extractions: Sequence[Extraction]) -> list[Any]:
    found = []
    rows = aside = 0
    for item in extractions:
        for total in item.totals:
            found.append(
                replace(
                    total,
                    index=total.index + aside,
                    start=total.start + rows,
                    stop=total.stop + rows,
                )
            )
        rows += len(item.table)
        aside += len(item.totals_table) if item.totals_table is not None else 0
    return found
