"""The clean rows of a table's files and of a new edition, told apart by file and by key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipelines.model import Cleaned, Extraction

#: One number for each row.
Indices = np.ndarray[Any, Any]


def owners(extractions: Sequence[Extraction], cleaned: Cleaned) -> Indices:
    """Return for each clean row the index of the extraction that it comes from."""
    counts = [len(one.table.sources) for one in extractions]
    by_source = np.repeat(np.arange(len(extractions)), counts)
    owner: Indices = by_source[cleaned.table.source]
    return owner


class EditionRows:
    """The clean rows of present and arrived files in one frame, with the file of each."""

    def __init__(self, new: Cleaned, new_owner: Indices, old: Cleaned, old_owner: Indices) -> None:
        self.new = new
        mine, others = new_owner >= 0, old_owner >= 0
        frames = [old.table.frame[others], new.table.frame[mine]]
        self.frame = pd.concat(frames, ignore_index=True)
        none = np.full(len(self.frame), -1)
        self._old, self._new = none.copy(), none.copy()
        count = int(others.sum())
        self._old[:count] = old_owner[others]
        self._new[count:] = new_owner[mine]

    def of_old(self, index: int) -> Indices:
        """Mask the rows of a present file."""
        mask: Indices = self._old == index
        return mask

    def of_new(self, index: int) -> Indices:
        """Mask the rows of an arrived file."""
        mask: Indices = self._new == index
        return mask

    def codes(self, names: Sequence[str]) -> Indices:
        """Return a number for each row, equal for rows that are equal in these fields."""
        grouped = self.frame.groupby(list(names), sort=False, dropna=False)
        codes: Indices = grouped.ngroup().to_numpy()
        return codes
