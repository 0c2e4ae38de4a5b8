"""Where identifiers stand in a column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.domain.identifiers.kinds import KINDS

NAMES: tuple[str, ...] = tuple(KINDS)
CODES = {name: code for code, name in enumerate(NAMES)}


@dataclass(frozen=True, slots=True)
class Hit:
    """One identifier: its kind, the 0-based row, and [start, stop) in the cell's characters."""

    kind: str
    row: int
    start: int
    stop: int


@dataclass(frozen=True)
class Hits:
    """h hits, by row and then by place in the cell. Holds places, never the text itself.

    row: (h,) int64. kind: (h,) int8 index into `NAMES`. start, stop: (h,) int32 characters.
    """

    row: np.ndarray[Any, Any]
    kind: np.ndarray[Any, Any]
    start: np.ndarray[Any, Any]
    stop: np.ndarray[Any, Any]

    @classmethod
    def of(cls, row: Any, kind: Any, start: Any, stop: Any) -> Hits:
        """Make hits of four sequences of equal length, in any order."""
        rows = np.asarray(row, dtype=np.int64)
        starts = np.asarray(start, dtype=np.int32)
        order = np.lexsort((starts, rows))
        return cls(
            rows[order],
            np.asarray(kind, dtype=np.int8)[order],
            starts[order],
            np.asarray(stop, dtype=np.int32)[order],
        )

    def __len__(self) -> int:
        return len(self.row)

    def __iter__(self) -> Iterator[Hit]:
        for row, kind, start, stop in zip(self.row, self.kind, self.start, self.stop, strict=True):
            yield Hit(NAMES[kind], int(row), int(start), int(stop))

    def only(self, *kinds: str) -> Hits:
        """Return the hits of these kinds."""
        keep = np.isin(self.kind, [CODES[kind] for kind in kinds])
        return Hits(self.row[keep], self.kind[keep], self.start[keep], self.stop[keep])

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds found, in the catalogue's order."""
        return tuple(NAMES[code] for code in np.unique(self.kind))

    def rows(self) -> np.ndarray[Any, Any]:
        """Return the distinct 0-based rows with a hit, sorted."""
        return np.unique(self.row)
