"""The cleaning steps that turn period columns into rows, and the fields that they make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipelines.model import Extraction
from pipelines.scaffold.periods.columns import SEPARATOR, PeriodColumns
from pipelines.scaffold.periods.labels import unit_of
from pipelines.scaffold.periods.stated import ONE_YEAR

TO = {"bulan": "month", "triwulan": "quarter", "semester": "semester", "tahun": "year"}


@dataclass
class Unpivoting:
    """The steps in their order. names: the fields made of the labels. value: the field of the
    cells; empty where `measures` (label → field) stay columns.
    """

    steps: list[dict[str, Any]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    value: str = ""
    measures: dict[str, str] = field(default_factory=dict)


def unpivoting(
    found: Extraction,
    periods: PeriodColumns,
    labels: Sequence[str],
    keep: Sequence[str],
    value: str,
    measures: dict[str, str],
) -> Unpivoting:
    """Return the steps for the columns, of which `keep` stay; names that are taken get `_data`."""
    made = Unpivoting(value=value, measures=measures)
    own = {name: name if name not in keep else f"{name}_data" for name in periods.names}
    made.names = list(own.values())
    unpivot: dict[str, Any] = {"keep": list(keep), "names": list(made.names), "value": value}
    if periods.remove:
        unpivot["remove"] = "|".join(periods.remove)
    made.steps.append({"unpivot": unpivot})
    if "triwulan" in periods.bare:
        made.steps.append(_replace(own["triwulan"], "^([IVX1-4]+)$", r"Triwulan \1"))
    year = own.get("tahun", "")
    parts = _named_parts(labels, periods, ("bulan", "triwulan", "semester"))
    has_year = bool(parts) and all(re.search(r"\b(?:19|20)\d{2}|[-/'’ ]\d{2}\b", t) for t in parts)
    if parts and not has_year and not year:
        where = _stated_year(found)
        if where:
            year = next(n for n in ("tahun", "tahun_data") if n not in (*keep, value))
            taken = {"field": year, "pattern": ONE_YEAR}
            made.steps.append(
                {"from_source": taken if where == "title" else {**taken, "where": where}}
            )
    _write_periods(made, periods, own, year, has_year)
    if measures:
        index = [*keep, *made.names]
        detail = own[periods.details[0]]
        index.remove(detail)
        made.names.remove(detail)
        made.steps += [
            {"numbers": [value]},
            {"pivot": {"names": detail, "value": value, "index": index}},
        ]
        renamed = {label: name for label, name in measures.items() if label != name}
        made.steps += [{"rename": renamed}] if renamed else []
    return made


def _write_periods(
    made: Unpivoting, periods: PeriodColumns, own: dict[str, str], year: str, has_year: bool
) -> None:
    """Add the steps that write the periods in one form, and leave out parts that these contain."""
    spare = []
    if "tanggal" in periods.bare:
        spare = [own["bulan"]] if has_year or not year else [own["bulan"], year]
        parts = [own["tanggal"], *spare]
        made.steps.append({"join": {"fields": parts, "into": own["tanggal"]}})
        if has_year or year:
            # Forms print 31 columns for every month; the days that are none are empty.
            none = f"missing({made.value}) and missing({own['tanggal']})"
            made.steps += [
                {"missing": [made.value]},
                {"dates": [own["tanggal"]]},
                {"drop_rows": {"where": none, "why": "tanggal yang tidak ada di kalender"}},
            ]
    else:
        for kind in ("bulan", "triwulan", "semester"):
            if kind in own and (year or has_year):
                how: dict[str, Any] = {"fields": own[kind], "to": TO[kind]}
                if year:
                    how["year"] = year
                    spare = [year]
                made.steps.append({"periods": how})
    if "tahun" in own and not spare:
        made.steps.append({"periods": {"fields": own["tahun"], "to": "year"}})
    if spare:
        why = "sudah ada di dalam periode"
        made.steps.append({"drop": {"columns": spare, "why": why}})
    made.names = [name for name in made.names if name not in spare]


def _replace(name: str, pattern: str, to: str) -> dict[str, Any]:
    return {"replace": {"pattern": pattern, "to": to, "fields": name, "regex": True}}


def _parts_left(label: str, periods: PeriodColumns) -> str:
    for pattern in periods.remove:
        label = re.sub(pattern, "", label)
    return label


def detail_parts(labels: Sequence[str], periods: PeriodColumns) -> list[tuple[str, str]]:
    """Return, for each column, its part that is no period, and the other parts."""
    level = periods.names.index(periods.details[0])
    found = []
    for index in sorted(periods.indexes):
        parts = [part.strip() for part in _parts_left(labels[index], periods).split(SEPARATOR)]
        found.append((parts.pop(level), SEPARATOR.join(parts)))
    return found


def _named_parts(labels: Sequence[str], periods: PeriodColumns, names: Sequence[str]) -> list[str]:
    """Return the parts of the labels that the first of these fields is made of, if there is one."""
    level = next((n for n, name in enumerate(periods.names) if name in names), None)
    if level is None:
        return []
    return [
        _parts_left(labels[index], periods).split(SEPARATOR)[level] for index in periods.indexes
    ]


def stays_wide(labels: Sequence[str], periods: PeriodColumns) -> bool:
    """Say whether parts of one kind that are no periods stay columns: each with every period."""
    if len(periods.details) != 1:
        return False
    pairs = detail_parts(labels, periods)
    grid = len({part for part, _ in pairs}) * len({rest for _, rest in pairs})
    return len(set(pairs)) == len(pairs) == grid


def fits_rows(
    frame: pd.DataFrame, labels: Sequence[str], periods: PeriodColumns, keep: Sequence[int]
) -> bool:
    """Say whether the columns can become rows: measures that stay columns need rows that the
    `keep` columns identify, and others need one unit.
    """
    if not periods.details:
        return True
    if stays_wide(labels, periods):
        return not frame.iloc[:, list(keep)].duplicated().any()
    return len({unit_of(p) for i in periods.indexes for p in labels[i].split(SEPARATOR)}) < 2


def _stated_year(found: Extraction) -> str:
    """Where every sheet states one year and no other: `title`, `sheet`, or nowhere."""
    titles = {(source.file, source.sheet): "" for source in found.table.sources}
    for left in found.left_out:
        place = (left.position.file, left.position.sheet)
        if left.rule == "left-title" and place in titles:
            titles[place] += f"\n{left.text}"
    for where, texts in (("title", titles.values()), ("sheet", [s or "" for _, s in titles])):
        if texts and all(len(set(re.findall(ONE_YEAR, text))) == 1 for text in texts):
            return where
    return ""
