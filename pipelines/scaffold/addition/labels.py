"""The labels of a new edition against those of the files that a table has: exact, renamed, new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from pipelines.clean.labels import fields_of_labels, label_key
from pipelines.extract.concatenation import folded_label
from pipelines.project.schema import TableSchema
from pipelines.scaffold.periods.columns import PERIODS

#: A label for which no field stands, such as the row number's, is taken for renamed only when the
#: new one is as similar as this (0 to 100); a field's label that is gone is always asked about.
ALIKE = 60
#: So many of the labels that may be meant are proposed.
MAX_PROPOSALS = 5


@dataclass(frozen=True)
class RenamedColumn:
    """A label of earlier editions that is gone, the field it stood for, and the labels that may
    have taken its place, each with its similarity (0 to 100), the nearest first.
    """

    label: str
    field: str
    proposals: tuple[tuple[str, int], ...]


def likeliest(questions: Iterable[RenamedColumn]) -> dict[str, str]:
    """Return field → the label that most likely took its place, each label for one field only.

    A field for which none is left is not in it.
    """
    ranked = sorted(
        ((score, one.field, label) for one in questions for label, score in one.proposals),
        key=lambda item: -item[0],
    )
    chosen: dict[str, str] = {}
    for _, target, label in ranked:
        if target not in chosen and label not in chosen.values():
            chosen[target] = label
    return chosen


@dataclass(frozen=True)
class LabelComparison:
    """The labels of one file: `exact` as before; `renamed` to a field that another label had;
    `missing` of earlier editions; `new` ones; those `open`, about which somebody must decide.
    """

    exact: tuple[str, ...]
    renamed: Mapping[str, str]
    missing: tuple[str, ...]
    new: tuple[str, ...]
    open: tuple[RenamedColumn, ...]

    def as_json(self) -> dict[str, object]:
        """Return the comparison as other programs read it."""
        return {
            "exact": list(self.exact),
            "renamed": dict(self.renamed),
            "missing": list(self.missing),
            "new": list(self.new),
        }


@dataclass
class KnownLabels:
    """What a table's files are labelled with. targets: label → the field that takes it, or the
    label itself where only a cleaning step names it.
    """

    columns: Mapping[str, str]
    schema: TableSchema
    labels: list[str] = field(default_factory=list)
    targets: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        files: Iterable[Sequence[str]],
        columns: Mapping[str, str],
        schema: TableSchema,
        named: Iterable[str],
    ) -> KnownLabels:
        """files: the labels of each file. named: every text that the cleaning steps mention."""
        known = cls(columns, schema)
        for labels in files:
            known.labels += [label for label in labels if label not in known.labels]
            known.targets |= fields_of_labels(labels, columns, schema)[0]
        mentioned = set(named)
        for label in known.labels:
            if label in mentioned:
                known.targets.setdefault(label, label)
        return known

    def targets_of(self, labels: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
        """Return label → target for the labels of a new file."""
        found, _ = fields_of_labels(labels, {**self.columns, **mapping}, self.schema)
        by_key = {label_key(label): target for label, target in self.targets.items()}
        for label in labels:
            same = by_key.get(label_key(label))
            if label not in found and same is not None and same not in found.values():
                found[label] = same
        return found

    def compare(self, labels: Sequence[str], mapping: Mapping[str, str]) -> LabelComparison:
        """Compare the labels of one new file. mapping: label → field, as somebody decided."""
        own = self.targets_of(labels, mapping)
        keys = {label_key(label) for label in self.labels}
        taken = set(own.values())
        fresh = [label for label in labels if label not in own and label_key(label) not in keys]
        gone = {
            target: label for label, target in self.targets.items() if target not in taken
        }  # of several labels for one field, that of the latest file
        candidates = [label for label in fresh if not _is_period(label)]
        asked = (self._renamed(label, target, candidates) for target, label in gone.items())
        return LabelComparison(
            exact=tuple(label for label in labels if label_key(label) in keys),
            renamed={x: own[x] for x in own if label_key(x) not in keys},
            missing=tuple(gone.values()),
            new=tuple(fresh),
            open=tuple(one for one in asked if one is not None),
        )

    def _renamed(self, label: str, target: str, candidates: Sequence[str]) -> RenamedColumn | None:
        words = {label, target, *self._titles(target)}
        scores: dict[str, float] = {}
        for word in words:
            for near, score, _ in process.extract(
                word, candidates, scorer=fuzz.WRatio, processor=folded_label, limit=None
            ):
                scores[near] = max(score, scores.get(near, 0.0))
        ranked = sorted(scores.items(), key=lambda item: -item[1])[:MAX_PROPOSALS]
        proposals = tuple((near, round(score)) for near, score in ranked)
        known_field = target in self.schema.names or target in self.columns.values()
        if not proposals or (not known_field and proposals[0][1] < ALIKE):
            return None
        return RenamedColumn(label, target, proposals)

    def _titles(self, target: str) -> set[str]:
        if target not in self.schema.names:
            return set()
        field_ = self.schema.field(target)
        return {text for lang in ("id", "en") if (text := field_.text("title", lang))}

    def entries(self, labels: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
        """Return what `columns:` must hold besides, so that the file's columns are laid under those
        of earlier files: label → field, the earlier label included where it is not there yet.
        """
        written = {folded_label(label): target for label, target in self.columns.items()}

        def place(label: str) -> str:
            return written.get(folded_label(label), folded_label(label))

        entries: dict[str, str] = {}
        for label, target in self.targets_of(labels, mapping).items():
            earlier = [known for known, its in self.targets.items() if its == target]
            if label not in mapping and all(place(known) == place(label) for known in earlier):
                continue
            for each in (*earlier, label):
                if folded_label(each) not in written and each not in entries:
                    entries[each] = target
        return entries


def _is_period(label: str) -> bool:
    """A month or year of its own in a table that is unpivoted: each edition has others."""
    first = label.split(" / ")[0].strip()
    return any(form.fullmatch(first) for _, form in PERIODS)
