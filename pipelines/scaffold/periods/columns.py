"""Periods side by side as columns: recognised, so that a new dataset unpivots them into rows.

The next edition adds or renames such columns and so breaks programs that read them; rows do not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.clean.steps.totals_beside import is_total
from pipelines.scaffold.periods import labels as forms
from pipelines.scaffold.periods.labels import PERIODS

__all__ = ["PERIODS", "PeriodColumns", "find_period_columns"]
SEPARATOR = " / "


@dataclass(frozen=True)
class PeriodColumns:
    """Indexes of the columns that hold periods, and the field for each part of their labels.

    remove: what stands in all labels alike, as regular expressions: a band over them, a unit.
    measure: what such a band says the cells are, empty where it only names the kind of period.
    unit: the unit that all labels give. bare: fields whose labels give a part of a year or month by
    its number alone (`I`, `17`). totals: indexes of the columns that hold totals or means of them.
    """

    indexes: frozenset[int]
    names: tuple[str, ...]
    remove: tuple[str, ...] = ()
    measure: str = ""
    unit: str = ""
    bare: frozenset[str] = frozenset()
    totals: frozenset[int] = frozenset()

    @property
    def period(self) -> str:
        """The finest period: tanggal, bulan, triwulan, semester or tahun; else the first field."""
        finest = ("tanggal", "bulan", "triwulan", "semester", "tahun")
        return next((kind for kind in finest if kind in self.names), self.names[0])

    @property
    def details(self) -> list[str]:
        """The fields of parts of which nothing is known: other measures, or groups of one."""
        return [name for name in self.names if name.startswith("rincian")]


def find_period_columns(labels: Sequence[str], context: str = "") -> PeriodColumns | None:
    """Return the columns through whose labels a period runs; None for fewer than two.

    Their labels must have the same number of parts (separated by ` / `); totals are left aside.
    context: the table's titles, which tell quarters from ranks where a label is a bare `I`.
    """
    plain = [i for i, label in enumerate(labels) if not any(map(is_total, _parts(label)))]
    return _find(labels, plain, context) or _find(labels, range(len(labels)), context)


def _parts(label: str) -> list[str]:
    return [part.strip() for part in label.split(SEPARATOR)]


def _find(labels: Sequence[str], among: Iterable[int], context: str) -> PeriodColumns | None:
    by_depth: dict[int, list[int]] = defaultdict(list)
    for index in among:
        by_depth[len(_parts(labels[index]))].append(index)
    best: list[int] = []
    for depth, indexes in by_depth.items():
        for level in range(depth):
            for name in forms.RUNNING:
                hits = _hits([_parts(labels[i])[level] for i in indexes], name)
                if name == "triwulan" and level:
                    hits = [
                        hit or _is_bare_quarter(_parts(labels[i]), level)
                        for i, hit in zip(indexes, hits, strict=True)
                    ]
                if sum(hits) > max(1, len(best)):
                    best = [i for i, hit in zip(indexes, hits, strict=True) if hit]
    return _described([_parts(labels[i]) for i in best], best, context) if best else None


def _is_bare_quarter(parts: Sequence[str], level: int) -> bool:
    """Say whether a part counts the quarters below a band that says so: `Triwulan / I`."""
    word = forms.QUARTER_WORD.fullmatch(parts[level - 1])
    return word is not None and forms.BARE_QUARTER.fullmatch(parts[level]) is not None


def _hits(texts: Sequence[str], name: str) -> list[bool]:
    form = dict(forms.PARTS)[name]
    return [form.fullmatch(forms.without_unit(text)) is not None for text in texts]


def _described(
    parts: Sequence[list[str]], indexes: Sequence[int], context: str
) -> PeriodColumns | None:
    """Name the parts of the labels; None where no period runs through them after all."""
    kept: list[list[str]] = []
    remove: list[str] = []
    bands: list[str] = []
    for number, level in enumerate([list(level) for level in zip(*parts, strict=True)]):
        band = len(set(level)) == 1 and len(parts[0]) > 1
        if band and not any(_hits(level[:1], name)[0] for name in forms.RUNNING):
            # What stands over all the columns tells none of them apart.
            text = _escaped(level[0])
            remove.append(f"^{text}{SEPARATOR}" if number == 0 else f"{SEPARATOR}{text}")
            bands.append(level[0])
        else:
            kept.append(level)
    units = {forms.unit_of(part) for level in kept for part in level if forms.unit_of(part)}
    names: list[str] = []
    bare: set[str] = set()
    for level in kept:
        name, is_bare = _field(level, names, kept, " ".join((context, *bands)))
        names.append(name)
        bare |= {name} if is_bare else set()
    measures = [band for band in bands if not forms.BAND.fullmatch(band)]
    unit = ""
    if units and not any(name.startswith("rincian") for name in names):
        if len(units) > 1:
            return None
        unit = units.pop()
        remove.append(rf"\s*[(\[]\s*{_escaped(unit)}\s*[)\]]")
    if not set(names) & set(forms.RUNNING):
        return None
    periods = [level for name, level in zip(names, kept, strict=True) if name in forms.RUNNING]
    if "kelompok_umur" in names and len(set(zip(*periods, strict=True))) < 2:
        return None
    if any(_counts_days(level) for level in periods):
        return None
    measure = measures[0] if measures else ""
    return PeriodColumns(
        frozenset(indexes), tuple(names), tuple(remove), measure, unit, frozenset(bare)
    )


def _escaped(text: str) -> str:
    return re.sub(r"([.^$*+?()\[\]{}|\\])", r"\\\1", text)


def _counts_days(level: Sequence[str]) -> bool:
    """Say whether `Jan-01`, `Jan-02` … may name days of one month rather than years."""
    found = [re.fullmatch(r"([a-z]+)\.?[-\s/'](\d{2})", text.strip(), re.I) for text in level]
    pairs = {(hit.group(1).lower(), int(hit.group(2))) for hit in found if hit}
    one_month = len({month for month, _ in pairs}) == 1 and len(pairs) > 1
    return one_month or any(number < 10 for _, number in pairs)


def _field(
    level: Sequence[str], taken: Sequence[str], levels: Sequence[Sequence[str]], context: str
) -> tuple[str, bool]:
    """Return the field of one part of the labels, and whether it is a number alone."""
    for name, _ in forms.PARTS:
        if name not in taken and all(_hits(level, name)):
            return name, False
    others = [other for other in levels if other is not level]
    under_year = any(all(_hits(other, "tahun")) for other in others)
    word = forms.QUARTER_WORD.search(context)
    counts = word or (under_year and "III" in {text.upper() for text in level})
    ranks = forms.RANK_WORD.search(context) or "triwulan" in taken
    if counts and not ranks and all(forms.BARE_QUARTER.fullmatch(text) for text in level):
        return "triwulan", True
    under_month = any(all(_hits(other, "bulan")) for other in others)
    if under_month and all(forms.BARE_DAY.fullmatch(t) for t in level) and "tanggal" not in taken:
        return "tanggal", True
    name = "rincian"
    while name in taken:
        name = f"rincian_{int(name.partition('_')[2] or 1) + 1}"
    return name, False
