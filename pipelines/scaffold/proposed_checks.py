"""Checks that the first edition passes and the next ones should: proposed by `new`.

A rule is proposed only where it holds in every row, and in enough of them to be no accident.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from pipelines import validate
from pipelines.model import Cleaned
from pipelines.project.schema import TableSchema
from pipelines.scaffold.draft import Draft
from pipelines.scaffold.field_inference import is_percentage

#: Rows in which a rule must hold, all of them, with figures other than zero.
MIN_ROWS = 4
#: Fields that a total has at most beside it.
MAX_PARTS = 12
_TOTAL = re.compile(r"(?:^|_)(?:jumlah|total|jml|seluruhnya)(?:_|$)")
_ACCOUNT = re.compile(r"\d(?:\.\d{1,4})*")

Numbers = dict[str, list[Decimal | None]]


def propose_checks(
    cleaned: Cleaned, draft: Draft, schema: TableSchema, *, totals: bool
) -> list[dict[str, Any] | str]:
    """Return the checks that the first edition passes, as a descriptor writes them.

    totals: whether reading the sheet showed that every total row put aside sums its rows.
    """
    frame = cleaned.table.frame
    numbers = {
        item["name"]: [_number(text) for text in frame[item["name"]]]
        for item in draft.fields
        if item["type"] in ("integer", "number") and item["name"] not in draft.undecided
    }
    found: list[dict[str, Any] | str] = [*_sums(numbers), *_shares(numbers, draft)]
    found += _hierarchies(frame, numbers, draft)
    found = [
        check
        for check in found
        if validate.validate_table(cleaned.table, schema, checks=[check]).valid
    ]
    reconciled = totals_check(cleaned, numbers) if totals else None
    return [*found, reconciled] if reconciled else found


def _number(text: object) -> Decimal | None:
    fits = isinstance(text, str) and re.fullmatch(r"-?\d+(?:\.\d+)?", text)
    return Decimal(str(text)) if fits else None


def _sums(numbers: Numbers) -> Iterator[dict[str, Any] | str]:
    """`jumlah == laki_laki + perempuan`: a field called a total, and those right beside it."""
    names = list(numbers)
    for place, name in enumerate(names):
        if not _TOTAL.search(name):
            continue
        before, after = names[:place][::-1], names[place + 1 :]
        for side in (before, after):
            parts = _summed(numbers, name, side)
            if parts:
                ordered = [part for part in names if part in parts]
                yield _sum_check(numbers, name, ordered)
                break


def _summed(numbers: Numbers, name: str, side: Sequence[str]) -> list[str]:
    """Return the fields, from the nearest on, whose sum the field is in every row."""
    for size in range(2, min(MAX_PARTS, len(side)) + 1):
        parts = list(side[:size])
        rows = [
            (total, values)
            for total, *values in zip(numbers[name], *(numbers[p] for p in parts), strict=True)
            if total is not None and None not in values
        ]
        telling = sum(sum(value != 0 for value in values) > 1 for _, values in rows)
        if telling >= MIN_ROWS and all(_agree(total, values) for total, values in rows):
            return parts
    return []


def _agree(total: Decimal, values: Sequence[Any]) -> bool:
    return bool(abs(sum(values, Decimal(0)) - total) <= _rounding([total, *values]))


def _rounding(values: Sequence[Decimal]) -> Decimal:
    """Half of the last decimal of each value: 0 where all are whole."""
    places = max(-int(value.as_tuple().exponent) for value in values)
    return Decimal(len(values)).scaleb(-places) / 2 if places > 0 else Decimal(0)


def _sum_check(numbers: Numbers, name: str, parts: list[str]) -> dict[str, Any] | str:
    formula = " + ".join(parts)
    values = [v for part in (name, *parts) for v in numbers[part] if v is not None]
    places = max(-int(value.as_tuple().exponent) for value in values)
    if places <= 0:
        return f"{name} == {formula}"
    tolerance = float(Decimal(len(parts) + 1).scaleb(-places) / 2)
    return {"recompute": name, "from": formula, "tolerance": tolerance}


def _shares(numbers: Numbers, draft: Draft) -> Iterator[str]:
    """Neighbouring percentages that make 100 in every row."""
    shares = {item["name"]: is_percentage(item) for item in draft.fields}
    run: list[str] = []
    for name in [*numbers, ""]:
        if name and shares[name]:
            run.append(name)
            continue
        if len(run) > 1:
            rows = [r for r in zip(*(numbers[n] for n in run), strict=True) if None not in r]
            near = [abs(sum(row, Decimal(0)) - 100) <= Decimal("0.5") for row in rows]
            if len(near) >= MIN_ROWS and all(near):
                yield f"abs({' + '.join(run)} - 100) <= 0.5"
        run = []


def _hierarchies(frame: pd.DataFrame, numbers: Numbers, draft: Draft) -> Iterator[dict[str, Any]]:
    """Account codes whose parents are the sums of their children, in every period."""
    for item in draft.fields:
        code = item["name"]
        codes = frame[code].tolist() if item["type"] == "string" else []
        if not codes or not all(isinstance(c, str) and _ACCOUNT.fullmatch(c) for c in codes):
            continue
        others = [name for name in draft.key if name != code]
        groups = (
            list(frame[others].itertuples(index=False, name=None)) if others else [()] * len(codes)
        )
        for name, values in numbers.items():
            if _adds_up(list(zip(groups, codes, strict=True)), values):
                yield {"hierarchy": code, "value": name}


def _adds_up(places: list[tuple[tuple[Any, ...], str]], values: list[Decimal | None]) -> bool:
    """Whether every code with children has their sum, and at least two codes have children."""
    known = dict(zip(places, values, strict=True))
    children: dict[tuple[tuple[Any, ...], str], list[Decimal]] = {}
    for (group, code), value in known.items():
        parent = (group, code.rpartition(".")[0])
        if parent in known:
            children.setdefault(parent, []).append(value or Decimal(0))
    sums = [
        (known[parent], parts) for parent, parts in children.items() if known[parent] is not None
    ]
    return len(sums) > 1 and all(own is not None and _agree(own, parts) for own, parts in sums)


def totals_check(cleaned: Cleaned, numbers: Numbers) -> dict[str, Any] | None:
    """Return the check of the total rows put aside; without fields whose totals are no sums but
    lie among the values, as the percentage of a whole does.
    """
    aside = cleaned.totals_table
    if aside is None or not cleaned.totals:
        return None
    summed = [
        name
        for name, values in numbers.items()
        if name in aside.frame
        and _is_summed(cleaned, values, [_number(text) for text in aside.frame[name]])
    ]
    if not summed:
        return None
    whole = len(summed) == len(numbers)
    return {"totals": True} if whole else {"totals": True, "fields": summed}


def _is_summed(
    cleaned: Cleaned, values: list[Decimal | None], totals: list[Decimal | None]
) -> bool:
    among = []
    for total in cleaned.totals:
        parts = [value for value in values[total.start : total.stop] if value is not None]
        said = totals[total.index]
        if len(parts) < 2 or said is None:
            continue
        if _agree(said, parts):
            return True
        among.append(min(parts) <= said <= max(parts))
    return not (among and all(among))
