"""Editions: rows of a newer file take the place of those of an older one, by the primary key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipelines.clean.steps.rows import ranked
from pipelines.clean.table.arrow_text import Ints
from pipelines.clean.table.working_table import WorkingTable
from pipelines.errors import UsageProblem
from pipelines.project.strict import StrictModel, parse


class Newer(StrictModel):
    """The rule. by: `file` (the file later in name order is newer) or a column whose greater value
    is newer (`tanggal_rilis`). key: the fields that identify a row, the primary key by default.
    """

    by: str = "file"
    key: list[str] | None = None


def read_rule(newer: str | Mapping[str, Any], where: str) -> Newer | None:
    """Return the rule that `newer:` states, None for `refuse`. Raises `UsageProblem`."""
    if newer == "refuse":
        return None
    return Newer() if isinstance(newer, str) else parse(Newer, dict(newer), f"{where} › newer")


def replace_older(table: WorkingTable, rule: Newer) -> None:
    """Leave out each row whose key stands in a newer file too, and report how many by file.

    Rows of one file never replace each other: the check of the key reports those.
    Raises `UsageProblem` when there is no key, or no such column.
    """
    table.step = "newer"
    key = rule.key or table.context.schema.primary_key
    if not key:
        raise UsageProblem("newer-key", where=table.context.where)
    frame = pd.DataFrame({name: table.frame()[table.require(name)] for name in key})
    source = table.lineage.source
    age = source.astype(float)
    if rule.by != "file":
        age = ranked(table.frame()[table.require(rule.by)]).to_numpy(dtype=float, na_value=-np.inf)
    groups = frame.groupby(key, sort=False, dropna=False).ngroup().to_numpy()
    # The newest row of each group; of equally new ones, the one whose file comes last by name.
    order = np.lexsort((source, age, groups))
    last = np.r_[groups[order][1:] != groups[order][:-1], True] if len(order) else order
    winner = np.zeros(int(groups.max(initial=-1)) + 1, dtype=np.int64)
    winner[groups[order][last]] = order[last]
    won_by = winner[groups] if len(groups) else groups
    gone = source != source[won_by]
    gone &= frame.notna().all(axis=1).to_numpy()
    if not gone.any():
        return
    for (old, new), rows in _pairs(source[gone], source[won_by][gone]):
        first = int(np.flatnonzero(gone)[rows[0]])
        shown = ", ".join(f"{name} = {frame[name].iloc[first]}" for name in key)
        table.report(
            "rows-replaced",
            "info",
            index=first,
            count=len(rows),
            old=table.sources[old].file,
            new=table.sources[new].file,
            key="–" if any(map(table.is_withheld, key)) else shown,
            rule=rule.by,
        )
    table.replaced_keys = table.lineage.key[gone]
    table.keep_rows(~gone)


def _pairs(old: Ints, new: Ints) -> Iterator[tuple[tuple[int, int], Ints]]:
    """Yield each (older source, newer source) with the places of its rows."""
    pairs = np.stack([old, new], axis=1)
    for one, other in np.unique(pairs, axis=0).tolist():
        yield (one, other), np.flatnonzero((old == one) & (new == other))
