"""Single cells read by Frictionless, each distinct cell of a field once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.text import arrow
from pipelines.validate.bulk.hashing import Hashes, hash_texts
from pipelines.validate.frictionless_api import CellReader, cell_reader

#: results cached per field; a full cache is emptied
CACHE_SIZE = 100_000

Cell = Any  # a text, None, or what a workbook's cell holds


@dataclass(frozen=True, slots=True)
class CellResult:
    """A cell as Frictionless's reader of a field returns it: the value, and the notes by name.

    `missing`: the cell counts as blank.
    """

    value: Any
    notes: Mapping[str, str] | None

    @property
    def missing(self) -> bool:
        return self.value is None and not (self.notes and "type" in self.notes)


class FieldReader:
    """Reads the cells of one field; results are cached by distinct cell."""

    def __init__(
        self, descriptor: Mapping[str, Any], schema: Mapping[str, Any], key: str = "none"
    ) -> None:
        self._descriptor = descriptor
        self._schema = schema
        self._reader: CellReader | None = None
        self._cache: dict[tuple[type, Cell], CellResult] = {}
        self.kind = str(descriptor.get("type", "any"))
        self._key = key

    def __call__(self, cell: Cell) -> CellResult:
        """Return what Frictionless makes of a cell."""
        key = (type(cell), cell)
        try:
            found = self._cache.get(key)
        except TypeError:
            return self._read(cell)
        if found is None:
            found = self._read(cell)
            if len(self._cache) >= CACHE_SIZE:
                self._cache.clear()
            self._cache[key] = found
        return found

    def _read(self, cell: Cell) -> CellResult:
        if self._reader is None:
            self._reader = cell_reader(self._descriptor, self._schema)
        value, notes = self._reader(cell)
        return CellResult(value, notes)

    def keys_of(self, results: Sequence[CellResult]) -> Hashes:
        """Hash n values as the proven texts of the field are hashed (`key` as in `proofs.Key`):
        equal values have equal hashes. No value is 0."""
        hashes = np.zeros(len(results), np.uint64)
        places, texts = [], []
        for place, result in enumerate(results):
            if result.value is None:
                continue
            text = _canonical_text(self.kind, result.value) if self._key == "text" else None
            if text is None:
                hashes[place] = (
                    _number_hash(result.value)
                    if self._key == "number"
                    else _python_hash(result.value)
                )
            else:
                places.append(place)
                texts.append(text)
        if texts:
            hashes[places] = hash_texts(arrow.texts(texts))
        return hashes


def _number_hash(value: Any) -> int:
    try:
        return int(np.float64(float(value) + 0.0).view(np.uint64))
    except (ValueError, OverflowError):
        return 0


def _python_hash(value: Any) -> int:
    try:
        return hash(value) & 0xFFFF_FFFF_FFFF_FFFF
    except TypeError:
        return 0


def _canonical_text(kind: str, value: Any) -> str | None:
    """Write a value in the one form the proof accepts, so that equal values are equal texts."""
    if kind in ("string", "any"):
        return value if isinstance(value, str) else None
    if kind == "integer":
        return str(value) if abs(value) < 10**18 else None
    if kind == "year":
        return f"{value:04d}"
    if kind == "yearmonth":
        return f"{value[0]:04d}-{value[1]:02d}"
    if kind in ("date", "time", "datetime") and getattr(value, "tzinfo", None) is None:
        return str(value.isoformat())
    return None
