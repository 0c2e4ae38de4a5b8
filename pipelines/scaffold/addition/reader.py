"""A new edition read and compared with a table's files, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from pipelines import extract
from pipelines.model import Cleaned
from pipelines.project.dataset import Dataset
from pipelines.project.descriptor import TableSpec
from pipelines.scaffold.addition.coverage import covered, period_field
from pipelines.scaffold.addition.files import EditionFile, ReadFile
from pipelines.scaffold.addition.folder_change import digest
from pipelines.scaffold.addition.labels import KnownLabels, LabelComparison, RenamedColumn
from pipelines.scaffold.addition.rows import EditionRows, Indices, owners
from pipelines.workflow.tables import clean_together


class EditionReader:
    """The files given and those that a table has, read once.

    Raises what `extract` raises for a file that can't be read.
    """

    def __init__(self, dataset: Dataset, table: str, files: Sequence[Path]) -> None:
        self.dataset, self.table = dataset, table
        self.spec, self.schema = dataset.spec.tables[table], dataset.schemas[table]
        self.owner = f"{dataset.name}/{table}"
        inside = {path.resolve() for path in files if self.lies_inside(path)}
        self.present = [
            ReadFile(Path(one).name if isinstance(one, Path) else one,
                     one if isinstance(one, Path) else None,
                     extract.extract(one, self.spec.layout, owner=self.owner))
            for one in dataset.sources(table)
            if not isinstance(one, Path) or one.resolve() not in inside
        ]  # fmt: skip
        self.copies: list[EditionFile] = []
        self.arrived: list[ReadFile] = []
        known = {digest(one.path): one.name for one in self.present if one.path}
        for path in files:
            copy_of = known.get(digest(path)) if path.is_file() else None
            if copy_of is not None:
                self.copies.append(EditionFile(path, path.name, "copy", copy_of))
                continue
            found = extract.extract(path, self.spec.layout, owner=self.owner)
            self.arrived.append(ReadFile(path.name, path, found))
            known[digest(path)] = path.name
        self.known = KnownLabels.of(
            [one.labels for one in self.present],
            self.spec.columns,
            self.schema,
            _texts(self.spec.clean),
        )

    def lies_inside(self, path: Path) -> bool:
        """Say whether a file given lies in `source/` already."""
        return path.resolve().parent == (self.dataset.folder / "source").resolve()

    def compare_labels(self, mapping: Mapping[str, str]) -> list[LabelComparison]:
        """Compare each arrived file's labels with those known."""
        return [self.known.compare(one.labels, mapping) for one in self.arrived]

    def open_questions(self, mapping: Mapping[str, str]) -> list[tuple[str, RenamedColumn]]:
        """Return file name and column for each label that somebody must decide about."""
        compared = self.compare_labels(mapping)
        return [
            (one.name, question)
            for one, labels in zip(self.arrived, compared, strict=True)
            for question in labels.open
        ]

    def entries(self, mapping: Mapping[str, str]) -> dict[str, str]:
        """Return the entries that `columns:` needs besides those that it has."""
        found: dict[str, str] = {}
        for one in self.arrived:
            own = {x: mapping[x] for x in one.labels if x in mapping}
            found |= self.known.entries(one.labels, own)
        return found

    def compare(self, mapping: Mapping[str, str]) -> list[EditionFile]:
        """Clean the arrived files with the present ones and say what each of them is.

        Raises `Refused` or `UsageProblem` where the rows can't be cleaned.
        """
        if not self.arrived:
            return self.copies
        rows = self._cleaned(mapping)
        period = period_field(rows.new.table, self.schema)
        key = self.schema.primary_key
        found = list(self.copies)
        # each edition brings its own months, which become rows: they are no new columns
        labels = [
            replace(one, new=tuple(x for x in one.new if x not in rows.new.spent))
            for one in self.compare_labels(mapping)
        ]
        whole = rows.codes(self.schema.names)
        keys = rows.codes(key) if key and self.spec.newer == "refuse" else None
        for number, one in enumerate(self.arrived):
            assert one.path is not None
            mine = rows.of_new(number)
            action = "present" if self.lies_inside(one.path) else "added"
            file = EditionFile(one.path, one.name, action, rows=int(mine.sum()))
            same = [
                old.name
                for index, old in enumerate(self.present)
                if _equal(whole[mine], whole[rows.of_old(index)])
            ]
            contradicted = self._contradicted(one.stated, same) if period else {}
            if same and not contradicted:
                found.append(replace(file, action="same-rows", of=same[0]))
                continue
            overlaps = {} if keys is None else dict(self._overlaps(rows, keys, mine))
            overlaps |= dict.fromkeys(contradicted, (file.rows, file.rows))
            found.append(
                replace(
                    file,
                    stated=one.stated,
                    period=covered(rows.frame[mine][period], period) if period else None,
                    labels=labels[number],
                    overlaps=overlaps,
                    contradicts=self._contradicted(one.stated, overlaps) if period else {},
                )
            )
        return found

    def _contradicted(self, stated: str, overlaps: Iterable[str]) -> dict[str, str]:
        """Return what earlier files with the same keys state, where it is another period: a step
        that gives both the same one does not read it.
        """
        names = set(overlaps)
        return {
            old.name: old.stated
            for old in self.present
            if old.name in names and stated and old.stated and old.stated != stated
        }

    def _overlaps(
        self, rows: EditionRows, keys: Indices, mine: Indices
    ) -> Iterator[tuple[str, tuple[int, int]]]:
        for index, old in enumerate(self.present):
            theirs = np.unique(keys[rows.of_old(index)])
            common = len(np.intersect1d(keys[mine], theirs))
            if common:
                yield old.name, (common, len(theirs))

    def _cleaned(self, mapping: Mapping[str, str]) -> EditionRows:
        """Clean together what the pipeline will clean together.

        A file that arrives under the name of a present one stands in its place, and the present
        files are cleaned apart: titles are told by the name of the file.
        """
        columns = {**self.spec.columns, **self.entries(mapping)}
        spec = self.spec.model_copy(update={"columns": columns})
        names = {one.name for one in self.arrived}
        others = [one for one in self.present if one.name not in names]
        together = [*others, *self.arrived]
        new = self._clean(together, spec)
        owner = owners([one.extraction for one in together], new)
        owner = np.where(owner < len(others), -1, owner - len(others))
        if len(others) == len(self.present):
            old, old_owner = new, owners([one.extraction for one in together], new)
            old_owner = np.where(old_owner < len(others), old_owner, -1)
        else:
            old = self._clean(self.present, self.spec)
            old_owner = owners([one.extraction for one in self.present], old)
        return EditionRows(new, owner, old, old_owner)

    def _clean(self, files: Sequence[ReadFile], spec: TableSpec) -> Cleaned:
        extractions = [one.extraction for one in files]
        return clean_together(self.dataset, self.table, extractions, spec)[1]


def _equal(one: Indices, other: Indices) -> bool:
    return len(one) > 0 and np.array_equal(np.sort(one), np.sort(other))


def _texts(value: object) -> Iterator[str]:
    """Yield every text in the parsed steps."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts([*value.values(), *value.keys()])
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
