"""Frictionless's own verdict on single cells, asked once per distinct cell."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.text import arrow
from pipelines.validate.hashing import Hashes, hash_texts

#: verdicts remembered per field; beyond it the memory is cleared
REMEMBERED = 100_000
IMPORTING = threading.Lock()

Cell = Any  # a text, None, or what a workbook's cell holds


def frictionless() -> Any:
    """Import Frictionless when its word is first needed (a third of a second)."""
    with IMPORTING:
        importlib.import_module("frictionless.fields")
        return importlib.import_module("frictionless")


@dataclass(frozen=True, slots=True)
class CellVerdict:
    """What Frictionless's reader of a field says of a cell: the value, and its notes by name.

    `missing`: the cell counts as blank.
    """

    value: Any
    notes: Mapping[str, str] | None

    @property
    def missing(self) -> bool:
        return self.value is None and not (self.notes and "type" in self.notes)


class FieldJudge:
    """The reader of one field, with a memory of its verdicts by distinct cell."""

    def __init__(
        self, descriptor: Mapping[str, Any], schema: Mapping[str, Any], key: str = "none"
    ) -> None:
        self._descriptor = descriptor
        self._schema = schema
        self._reader: Any = None
        self._known: dict[tuple[type, Cell], CellVerdict] = {}
        self.kind = str(descriptor.get("type", "any"))
        self._key = key

    def __call__(self, cell: Cell) -> CellVerdict:
        """Return Frictionless's verdict on a cell."""
        name = (type(cell), cell)
        try:
            found = self._known.get(name)
        except TypeError:
            return self._ask(cell)
        if found is None:
            found = self._ask(cell)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[name] = found
        return found

    def _ask(self, cell: Cell) -> CellVerdict:
        if self._reader is None:
            self._reader = self._make().create_cell_reader()
        value, notes = self._reader(cell)
        return CellVerdict(value, notes)

    def keys_of(self, verdicts: Sequence[CellVerdict]) -> Hashes:
        """Hash n values as the proven texts of the field are hashed (`key` as in `proofs.Key`):
        equal values have equal hashes. No value is 0."""
        hashes = np.zeros(len(verdicts), np.uint64)
        places, texts = [], []
        for place, verdict in enumerate(verdicts):
            if verdict.value is None:
                continue
            text = _canonical(self.kind, verdict.value) if self._key == "text" else None
            if text is None:
                hashes[place] = (
                    _number(verdict.value) if self._key == "number" else _hash(verdict.value)
                )
            else:
                places.append(place)
                texts.append(text)
        if texts:
            hashes[places] = hash_texts(arrow.texts(texts))
        return hashes

    def _make(self) -> Any:
        """Make the field as Frictionless's header does: a copy that knows its schema."""
        api = frictionless()
        rest = {
            key: value for key, value in self._schema.items() if key in ("missingValues", "$schema")
        }
        schema = api.Schema.from_descriptor({**rest, "fields": [dict(self._descriptor)]})
        field = schema.fields[0].to_copy()
        field.schema = schema
        return field


def _number(value: Any) -> int:
    try:
        return int(np.float64(float(value) + 0.0).view(np.uint64))
    except (ValueError, OverflowError):
        return 0


def _hash(value: Any) -> int:
    try:
        return hash(value) & 0xFFFF_FFFF_FFFF_FFFF
    except TypeError:
        return 0


def _canonical(kind: str, value: Any) -> str | None:
    """Write a value as the proof's narrow form does, so that equal values are equal texts."""
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
