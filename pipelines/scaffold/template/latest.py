"""The latest source of a table: what the next edition is to look like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines import extract
from pipelines.errors import Refused
from pipelines.model import Extraction, Table
from pipelines.project.dataset import Dataset
from pipelines.workflow.tables import ProjectTables


@dataclass(frozen=True)
class LatestSource:
    """The extraction of the last source by name, and the clean rows that came from it.

    became: schema field → the 1-based sheet columns that its cells came from. decimals: number
    field → the decimals that each of its values has, where they all have as many.
    """

    extraction: Extraction
    became: dict[str, frozenset[int]]
    decimals: dict[str, int]


def read_latest(dataset: Dataset, table: str, tables: ProjectTables) -> LatestSource | None:
    """Read the latest source; None when the table has none yet.

    Raises `Refused` for a source that can't be read or cleaned.
    """
    try:
        sources = dataset.sources(table)
    except Refused as error:
        if error.code != "source-missing":
            raise
        return None
    extraction = extract.extract(
        sources[-1], dataset.spec.tables[table].layout, owner=f"{dataset.name}/{table}"
    )
    cleaned = tables.cleaned(dataset, table)[1].table
    own = [
        index
        for index, source in enumerate(cleaned.sources)
        if source.file == extraction.table.sources[0].file
    ]
    rows = np.isin(cleaned.source, own)
    numbers = [field.name for field in dataset.schemas[table].fields if field.type == "number"]
    return LatestSource(extraction, _became(cleaned, rows), _decimals(cleaned.take(rows), numbers))


def _became(cleaned: Table, rows: np.ndarray[Any, Any]) -> dict[str, frozenset[int]]:
    found = {}
    for name, column in zip(cleaned.frame.columns, cleaned.columns, strict=True):
        places = [column] if isinstance(column, int) else np.unique(column[rows]).tolist()
        found[str(name)] = frozenset(int(place) for place in places if place)
    return found


def _decimals(cleaned: Table, names: Iterable[str]) -> dict[str, int]:
    found = {}
    for name in names:
        counts = {len(str(text).partition(".")[2]) for text in cleaned.frame[name].dropna()}
        if len(counts) == 1:
            found[name] = counts.pop()
    return found
