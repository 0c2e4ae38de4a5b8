"""A new edition read and compared with a table's files, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipelines import extract
from pipelines.clean.table.columns import unique_labels
from pipelines.model import Cleaned, Extraction
from pipelines.project.dataset import DATA_FILES, Dataset
from pipelines.scaffold.coverage import CoveredPeriod, covered, period_field
from pipelines.scaffold.edition_labels import KnownLabels, LabelComparison, RenamedColumn
from pipelines.scaffold.folder_change import digest
from pipelines.scaffold.stated_period import stated_periods
from pipelines.workflow.tables import clean_together


@dataclass(frozen=True)
class ReadFile:
    """A file as it was read. name: the name in `source/` (or the address)."""

    name: str
    path: Path | None
    extraction: Extraction

    @property
    def labels(self) -> list[str]:
        """Its labels, repeated ones numbered."""
        return unique_labels(self.extraction.table.frame.columns)

    @property
    def stated(self) -> str:
        """The period in its titles, its sheet's or its own name; empty when none is stated."""
        found = next(stated_periods(self.extraction), None)
        return ", ".join(dict.fromkeys(found.stated)) if found else ""


@dataclass(frozen=True)
class EditionFile:
    """One of the files given. action: `added`; `present` (it lies in `source/` already, and is to
    be read or described); `copy` and `same-rows`, of the file `of`: nothing is to be done.

    overlaps: earlier file → number of its keys that this one has as well. stated: the period in
    the file's titles or names; contradicts: what earlier files with such keys state instead.
    """

    path: Path
    name: str
    action: str
    of: str = ""
    rows: int = 0
    stated: str = ""
    period: CoveredPeriod | None = None
    labels: LabelComparison | None = None
    overlaps: Mapping[str, int] = field(default_factory=dict)
    contradicts: Mapping[str, str] = field(default_factory=dict)

    @property
    def taken(self) -> bool:
        """Whether the file becomes part of the dataset."""
        return self.action in ("added", "present")

    def as_json(self) -> dict[str, Any]:
        """Return what is known of the file as other programs read it."""
        shape: dict[str, Any] = {"file": str(self.path), "name": self.name, "action": self.action}
        if not self.taken:
            return {**shape, "of": self.of}
        period = [self.period.first, self.period.last] if self.period else None
        labels = self.labels.as_json() if self.labels else {}
        return {
            **shape,
            "rows": self.rows,
            "period": period,
            "labels": labels,
            "overlaps": dict(self.overlaps),
        }


class EditionReader:
    """The files given and those that a table has, read once.

    Raises what `extract` raises for a file that can't be read.
    """

    def __init__(self, dataset: Dataset, table: str, files: Sequence[Path]) -> None:
        self.dataset, self.table = dataset, table
        self.spec, self.schema = dataset.spec.tables[table], dataset.schemas[table]
        self.folder = dataset.folder / "source"
        inside = {path.resolve() for path in files if path.resolve().parent == self._home()}
        self.present = [
            ReadFile(Path(one).name if isinstance(one, Path) else one,
                     one if isinstance(one, Path) else None,
                     extract.extract(one, self.spec.layout))
            for one in self._present_sources()
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
            self.arrived.append(ReadFile(path.name, path, extract.extract(path, self.spec.layout)))
            known[digest(path)] = path.name
        self.known = KnownLabels.of(
            [one.labels for one in self.present],
            self.spec.columns,
            self.schema,
            _texts(self.spec.clean),
        )

    def _home(self) -> Path:
        return self.folder.resolve()

    def _present_sources(self) -> list[Path | str]:
        return self.dataset.sources(self.table)

    def lies_inside(self, path: Path) -> bool:
        """Say whether a file given lies in `source/` already."""
        return path.resolve().parent == self._home()

    def beside(self) -> dict[str, Path]:
        """Return the data files of `source/` by name."""
        if not self.folder.is_dir():
            return {}
        return {
            path.name: path
            for path in sorted(self.folder.iterdir())
            if path.is_file() and path.suffix.lower() in DATA_FILES
        }

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
        period = period_field(self.schema, rows.new.frame)
        key = self.schema.primary_key
        found = list(self.copies)
        labels = self.compare_labels(mapping)
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
            overlaps |= dict.fromkeys(contradicted, file.rows)
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
        self, rows: _Rows, keys: np.ndarray[Any, Any], mine: np.ndarray[Any, Any]
    ) -> Iterator[tuple[str, int]]:
        for index, old in enumerate(self.present):
            common = len(np.intersect1d(keys[mine], keys[rows.of_old(index)]))
            if common:
                yield old.name, common

    def _cleaned(self, mapping: Mapping[str, str]) -> _Rows:
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
        owner = _owners([one.extraction for one in together], new)
        owner = np.where(owner < len(others), -1, owner - len(others))
        if len(others) == len(self.present):
            old, old_owner = new, _owners([one.extraction for one in together], new)
            old_owner = np.where(old_owner < len(others), old_owner, -1)
        else:
            old = self._clean(self.present, self.spec)
            old_owner = _owners([one.extraction for one in self.present], old)
        return _Rows(new.table, owner, old.table, old_owner)

    def _clean(self, files: Sequence[ReadFile], spec: Any) -> Cleaned:
        extractions = [one.extraction for one in files]
        return clean_together(self.dataset, self.table, extractions, spec)[1]


def _owners(extractions: Sequence[Extraction], cleaned: Cleaned) -> np.ndarray[Any, Any]:
    """Return for each clean row the index of the extraction that it comes from."""
    counts = [len(one.table.sources) for one in extractions]
    by_source = np.repeat(np.arange(len(extractions)), counts)
    owner: np.ndarray[Any, Any] = by_source[cleaned.table.source]
    return owner


class _Rows:
    """The clean rows of present and arrived files in one frame, with the file of each."""

    def __init__(self, new: Any, new_owner: Any, old: Any, old_owner: Any) -> None:
        self.new = new
        mine, others = new_owner >= 0, old_owner >= 0
        self.frame = pd.concat([old.frame[others], new.frame[mine]], ignore_index=True)
        none = np.full(len(self.frame), -1)
        self._old, self._new = none.copy(), none.copy()
        count = int(others.sum())
        self._old[:count] = old_owner[others]
        self._new[count:] = new_owner[mine]

    def of_old(self, index: int) -> np.ndarray[Any, Any]:
        """Mask the rows of a present file."""
        mask: np.ndarray[Any, Any] = self._old == index
        return mask

    def of_new(self, index: int) -> np.ndarray[Any, Any]:
        """Mask the rows of an arrived file."""
        mask: np.ndarray[Any, Any] = self._new == index
        return mask

    def codes(self, names: Sequence[str]) -> np.ndarray[Any, Any]:
        """Return a number for each row, equal for rows that are equal in these fields."""
        grouped = self.frame.groupby(list(names), sort=False, dropna=False)
        codes: np.ndarray[Any, Any] = grouped.ngroup().to_numpy()
        return codes


def _equal(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
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
