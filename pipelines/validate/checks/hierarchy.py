"""Codes with levels must add up, within each period and whatever else parts the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pipelines.errors import UsageProblem
from pipelines.model import Finding
from pipelines.validate.checks.base import Check, Data, Field, shown

#: Types of fields that part a table into editions, the likeliest first.
PARTING = ("year", "yearmonth", "date", "string", "integer")

#: A code within its group: the group's values, then the code's levels.
Key = tuple[tuple[str, ...], tuple[str, ...]]


class HierarchyCheck(Check):
    """Codes with levels must add up level by level: `{hierarchy: kode, value: anggaran}`.

    A code's value must equal the sum of the codes right below it (`5.1` of `5.1.01`, `5.1.02` …;
    where a level is left out, of the nearest below). hierarchy: the code's field, or the list of
    fields that hold its levels. separator: between levels (default `.`). by: fields that part the
    table (a year): the other fields of the primary key when left out, so that no two periods are
    added together; `[]` for none. Spaces in codes and leading zeros of levels do not matter.
    Source of the code: Permendagri 90/2019.
    """

    code = "hierarchy-differs"
    main = "hierarchy"

    hierarchy: str | list[str]
    value: str
    separator: str = Field(".", min_length=1)
    by: list[str] | None = None
    tolerance: float = 0

    def find(self, data: Data) -> Iterator[Finding]:
        levels = [self.hierarchy] if isinstance(self.hierarchy, str) else self.hierarchy
        data.known(*levels)
        values = data.numbers(self.value)
        codes = self._codes(data, levels)
        by = self._groups(data, levels, codes)
        columns = [data.frame[name].fillna("").tolist() for name in by]
        where: dict[Key, int] = {}
        sums: dict[Key, float] = {}
        once: dict[Key, float] = {}
        for index, code in enumerate(codes):
            if not code or np.isnan(values[index]):
                continue
            key = (tuple(column[index] for column in columns), code)
            where.setdefault(key, index)
            sums[key] = sums.get(key, 0.0) + values[index]
            once[key] = once.get(key, 0.0) + (0.0 if data.repeats[index] else values[index])
        for key, children in _below(where).items():
            # A row that stands twice is told as such, and not as a difference of its sums too.
            if self._agrees(once, key, children) or self._agrees(sums, key, children):
                continue
            found = sum(sums[child] for child in children)
            group = ", ".join(f"{name} = {cell}" for name, cell in zip(by, key[0], strict=True))
            yield self.finding(
                data,
                where[key],
                self.value,
                variant="group" if group else "",
                rule=f"hierarchy: {', '.join(levels)}",
                parent=self.separator.join(
                    filter(None, (data.cell(where[key], name) for name in levels))
                ),
                group=group,
                count=len(children),
                reported=shown(sums[key]),
                computed=shown(found, 6),
                difference=shown(sums[key] - found, 6),
            )

    def _agrees(self, sums: dict[Key, float], key: Key, children: Sequence[Key]) -> bool:
        found = sum(sums[child] for child in children)
        return abs(sums[key] - found) <= self.tolerance + 1e-9 + 1e-12 * abs(found)

    def _codes(self, data: Data, levels: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the levels of each row's code; empty where it has none."""
        columns = [data.frame[name].fillna("").tolist() for name in levels]
        return [
            self._levels(self.separator.join(filter(None, cells)))
            for cells in zip(*columns, strict=True)
        ]

    def _levels(self, code: str) -> tuple[str, ...]:
        parts = "".join(code.split()).split(self.separator)
        return tuple(part.lstrip("0") or "0" for part in parts if part)

    def _groups(
        self, data: Data, levels: Sequence[str], codes: Sequence[tuple[str, ...]]
    ) -> list[str]:
        """Return the fields that part the table. Raises `UsageProblem` where they must be named."""
        if self.by is not None:
            data.known(*self.by)
            return self.by
        key = data.schema.primary_key
        filled = [code for code in codes if code]
        if not set(levels) <= set(key):
            # The key does not speak of the codes: they are one edition only if none stands twice.
            if len(set(filled)) < len(filled):
                raise self._unparted(data, levels)
            return []
        by = [name for name in key if name not in levels and name in data.kinds]
        groups = zip(*(data.frame[name].fillna("").tolist() for name in by), strict=True)
        parted = zip(groups, codes, strict=True) if by else (((), code) for code in codes)
        apart = {(group, code): 0 for group, code in parted if code}
        whole: dict[Key, int] = {((), code): 0 for code in filled}
        if not _below(apart) and _below(whole):
            raise self._unparted(data, levels)
        return by

    def _unparted(self, data: Data, levels: Sequence[str]) -> UsageProblem:
        named = {*levels, self.value}
        others = [f for f in data.schema.fields if f.name in data.kinds and f.name not in named]
        others = [f for f in others if f.type in PARTING]
        others.sort(key=lambda f: PARTING.index(f.type))
        rows = data.frame[data.frame[list(levels)].notna().any(axis=1)]
        apart = (
            f.name for f in others if not rows.duplicated([*levels, f.name]).any()
        )  # fmt: skip
        name = next(apart, others[0].name if others else "…")
        code = levels[0] if len(levels) == 1 else f"[{', '.join(levels)}]"
        line = f"{{hierarchy: {code}, value: {self.value}, by: [{name}]}}"
        return UsageProblem("check-groups", where=data.where, value=", ".join(levels), line=line)


def _below(codes: dict[Key, int]) -> dict[Key, list[Key]]:
    """Return each code that has codes right below it, with these."""
    below: dict[Key, list[Key]] = {}
    for group, code in codes:
        for length in range(len(code) - 1, 0, -1):
            if (group, code[:length]) in codes:
                below.setdefault((group, code[:length]), []).append((group, code))
                break
    return below
