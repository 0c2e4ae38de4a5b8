"""Each table of a project read and cleaned at most once, for its own checks and for others'."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import clean, extract
from pipelines.errors import UsageProblem
from pipelines.model import Cleaned, Extraction
from pipelines.project.dataset import Dataset, load_dataset
from pipelines.project.descriptor import TableSpec
from pipelines.text import memory
from pipelines.workflow.templates import template_findings

if TYPE_CHECKING:
    import pandas as pd


#: Files of a dataset are read into memory together: so many times their size is needed. Below the
#: size it is not looked at.
COPIES, CHECKED = 7, 1 << 26


def clean_together(
    dataset: Dataset, table: str, extractions: Sequence[Extraction], spec: TableSpec
) -> tuple[Extraction, Cleaned]:
    """Join what was read from a table's files and clean it. Raises `Refused`, `UsageProblem`."""
    notes = [note for one in extractions for note in template_findings(dataset, table, one)]
    extraction = extract.join(extractions, columns=spec.columns, name=table)
    if notes:
        extraction = replace(extraction, findings=(*extraction.findings, *notes))
    cleaned = clean.clean(
        extraction,
        spec,
        dataset.schemas[table],
        folder=dataset.folder,
        name=table,
        secret=os.environ.get("PUBLISH_SECRET"),
    )
    return extraction, cleaned


@dataclass
class ProjectTables:
    """The extracted and cleaned tables of one project, kept for the length of a call."""

    project: Path
    allow_private: bool = False
    _cache: dict[tuple[str, str], tuple[Extraction, Cleaned]] = field(default_factory=dict)
    _referring: list[str] = field(default_factory=list)

    def cleaned(self, dataset: Dataset, table: str) -> tuple[Extraction, Cleaned]:
        """Return what reading and cleaning a table gave.

        Raises `Refused` for a source that can't be read or cleaned, `PortalProblem` for one that
        needs more memory than there is.
        """
        key = (dataset.name, table)
        if key not in self._cache:
            spec = dataset.spec.tables[table]
            sources = dataset.sources(table)
            size = sum(one.stat().st_size for one in sources if isinstance(one, Path))
            if size > CHECKED:
                memory.require(
                    COPIES * size, where=dataset.where, size=size, code="memory-short.dataset"
                )
            extractions = [
                extract.extract(
                    source,
                    spec.layout,
                    owner=f"{dataset.name}/{table}",
                    allow_private=self.allow_private,
                )
                for source in sources
            ]
            self._cache[key] = clean_together(dataset, table, extractions, spec)
        return self._cache[key]

    def reference(self, target: str) -> pd.DataFrame:
        """Return the clean table that a check refers to as `dataset` or `dataset/table`.

        Raises `UsageProblem` for a table that there is not, and for references in a circle.
        """
        name, _, table = target.partition("/")
        if name in self._referring:
            raise UsageProblem("reference-circle", value=" → ".join([*self._referring, name]))
        dataset = load_dataset(name, self.project)
        table = table or next(iter(dataset.spec.tables))
        if table not in dataset.spec.tables:
            raise UsageProblem("reference-table", where=dataset.where, value=table)
        self._referring.append(name)
        try:
            return self.cleaned(dataset, table)[1].table.frame
        finally:
            self._referring.remove(name)
