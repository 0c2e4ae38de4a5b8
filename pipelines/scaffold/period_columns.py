"""Periods side by side as columns: recognised, so that a new dataset unpivots them into rows.

The next edition adds or renames such columns and so breaks programs that read them; rows do not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.scaffold import period_labels as labelled

MONTHS, PERIODS, PARTS = labelled.MONTHS, labelled.PERIODS, labelled.PARTS
SEPARATOR = " / "


@dataclass(frozen=True)
class PeriodColumns:
    """Indexes of the columns that hold periods, and the field for each part of their labels.

    totals: indexes of the columns beside them, or among them, that hold totals or means of them.
    remove: what stands in every label alike (regular expressions): a band over them, a unit.
    measure: what such a band says the cells are, empty where it names a period only. unit: the unit
    in every label. bare: the fields whose labels name a part of a year by its number alone.
    """

    indexes: frozenset[int]
    names: tuple[str, ...]
    totals: frozenset[int] = frozenset()
    remove: tuple[str, ...] = ()
    measure: str = ""
    unit: str = ""
    bare: frozenset[str] = frozenset()

    @property
    def period(self) -> str:
        """The finest period of the labels: tanggal, bulan, triwulan, semester or tahun; else the
        field of the first part.
        """
        kinds = (kind for kind, _ in PERIODS)
        return next((kind for kind in kinds if kind in self.names), self.names[0])

    @property
    def details(self) -> list[str]:
        """The fields of parts of which nothing is known: other measures, or groups of one."""
        return [name for name in self.names if name.startswith("rincian")]


def is_total(label: str) -> bool:
    """Say whether a part of a label says that the column holds a total or a mean of others."""
    return any(labelled.TOTAL.fullmatch(part) for part in _parts(label))


def find_period_columns(labels: Sequence[str], context: str = "") -> PeriodColumns | None:
    """Return the columns in whose labels a period runs; None for fewer than two.

    Their labels must have the same number of parts (separated by ` / `). context: the table's
    titles, which say what a bare `I` or `II` counts.
    """
    plain = [index for index, label in enumerate(labels) if not is_total(label)]
    for among in (plain, range(len(labels))):
        if found := _find(labels, among, context):
            return found
    return None


def _parts(label: str) -> list[str]:
    return [part.strip() for part in label.split(SEPARATOR)]


def _find(labels: Sequence[str], among: Sequence[int], context: str) -> PeriodColumns | None:
    by_depth: dict[int, list[int]] = defaultdict(list)
    for index in among:
        by_depth[len(_parts(labels[index]))].append(index)
    best: list[int] = []
    for depth, indexes in by_depth.items():
        for level in range(depth):
            for _, form in (*PERIODS, ("kelompok_umur", labelled.AGES)):
                hits = [i for i in indexes if _fits(form, _parts(labels[i])[level])]
                if len(hits) > max(1, len(best)):
                    best = hits
    return _described(labels, best, context) if len(best) > 1 else None


def _fits(form: re.Pattern[str], part: str) -> bool:
    return form.fullmatch(labelled.without_unit(part)) is not None


def _described(
    labels: Sequence[str], indexes: Sequence[int], context: str
) -> PeriodColumns | None:
    """Name the parts of the labels; None where what they say is no period after all."""
    levels = list(zip(*(_parts(labels[index]) for index in indexes), strict=True))
    units = {labelled.unit_of(part) for level in levels for part in level} - {""}
    unit = units.pop() if len(units) == 1 and _everywhere(levels) else ""
    kept, remove, measure = [], [], ""
    for number, level in enumerate(levels):
        # A band over all of the columns tells none of them apart.
        if len(set(level)) == 1 and len(levels) > 1 and not _period_kind(level):
            band = re.escape(level[0]).replace("\\ ", " ").replace("/", "/")
            remove.append(f"^{band}{SEPARATOR}" if number == 0 else f"{SEPARATOR}{band}")
            measure = measure or ("" if labelled.BAND.fullmatch(level[0]) else level[0])
        else:
            kept.append(level)
    if not kept or (units and not unit and not measure):
        return None
    if unit and not measure:
        kept = [[labelled.without_unit(part) for part in level] for level in kept]
        remove.append(rf"\s*[(\[]{re.escape(unit)}[)\]]")
    hints = " ".join((context, *remove))
    names: list[str] = []
    bare: set[str] = set()
    for level in kept:
        name, alone = _field(level, names, hints)
        names.append(name)
        bare |= {name} if alone else set()
    if not any(name in labelled.RUNNING for name in names) or _is_ambiguous(names, kept):
        return None
    totals = _totals(labels, frozenset(indexes), len(levels))
    return PeriodColumns(
        frozenset(indexes), tuple(names), totals, tuple(remove), measure, unit, frozenset(bare)
    )
