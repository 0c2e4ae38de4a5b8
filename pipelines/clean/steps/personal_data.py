"""Remedies for personal data: mask, hash, generalise (and `drop`, `suppress`).

What a column held before a remedy is shown nowhere afterwards: not in the audit, not in a finding.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Annotated, Literal

from pydantic import Field

from pipelines.clean.registry import Names, step
from pipelines.clean.steps.period_formats import read_period
from pipelines.clean.table.arrow_text import distinct, from_distinct, map_distinct, series, strings
from pipelines.clean.table.working_table import WorkingTable
from pipelines.domain import identifiers
from pipelines.errors import UsageProblem


@step()
def mask(
    table: WorkingTable, *, fields: Names, kind: str | None = None, within: bool = False
) -> None:
    """Hide all but a hint of each cell: `12**************` for a NIK, `B*** S***` for a name.

    Parameters:
        fields: the columns.
        kind: what the cells are (`nik`, `phone`, `email`, `name` …); by default judged from
            the column's name.
        within: hide only the identifiers found inside the text, and keep the rest of it.

    Example:

        - mask: {fields: pemohon, kind: name}

        | pemohon |
        |---|
        | Budi Santoso |

        | pemohon |
        |---|
        | B*** S*** |
    """
    for name in table.resolve(fields):
        values = table[name]
        if within:
            cells = series(values)
            hits = identifiers.find(cells, label=name)
            new = strings(identifiers.redact(cells, hits))
        else:
            chosen = kind or identifiers.sense(name).kind or "text"
            new = map_distinct(values, lambda cell, k=chosen: identifiers.mask(k, cell))  # type: ignore[misc]
        table.set_values(name, new, remedy=True)


@step()
def hash_(table: WorkingTable, *, fields: Names, length: int = 16) -> None:
    """Replace each cell by a code that is the same for the same cell and tells nothing else.

    Needs a secret (`PUBLISH_SECRET`): without it anybody could try all numbers and compare. Keep
    the secret, or the codes of the next edition will differ.

    Parameters:
        fields: the columns.
        length: hexadecimal digits of the code, 12 to 64.

    Example (with the secret `rahasia`):

        - hash: nik

        | nik |
        |---|
        | (16 angka) |

        | nik |
        |---|
        | 75fd12c23a3e7341 |
    """
    secret = table.context.secret
    if not secret:
        raise UsageProblem("hash-secret", where=table.context.where)
    if not 12 <= length <= 64:
        raise UsageProblem("hash-length", where=table.context.where, value=length)

    def code(cell: str) -> str:
        return hmac.new(secret, cell.encode(), hashlib.sha256).hexdigest()[:length]

    for name in table.resolve(fields):
        table.set_values(name, map_distinct(table[name], code), remedy=True, kind="string")


_REGION = re.compile(r"^\d{2}(?:\.\d{2}){1,2}(?:\.\d{4})?$|^\d{2}$")
Level = Literal["year", "month", "decade", "province", "regency", "district", "band"]


@step(parses=True)
def generalise(
    table: WorkingTable,
    *,
    fields: Names,
    to: Level | None = None,
    width: Annotated[int, Field(ge=1)] = 10,
) -> None:
    """Make cells coarser: a date its year, a village its regency, an age its decade.

    A cell that can't be read is emptied, never left as it was.

    Parameters:
        fields: the columns.
        to: `year`, `month` or `decade` of a date, `province`, `regency` or `district` of a
            region code, `band` of a number (`20–29`); by default the next coarser thing that the
            column's cells can be: a date's year, the level above of a region code, a number's band.
        width: how many whole numbers a band takes.

    Example:

        - generalise: {fields: tanggal_lahir, to: year}

        | tanggal_lahir |
        |---|
        | 1990-08-17 |
        | 5 Mei 1988 |

        | tanggal_lahir |
        |---|
        | 1990 |
        | 1988 |
    """
    for name in table.resolve(fields):
        cells, index = distinct(table[name])
        level = to or _level([cell for cell in cells if cell])
        if level is None:
            raise UsageProblem("generalise-unclear", where=table.context.where, field=name)
        new = [None if cell is None else generalised(cell, level, width) for cell in cells]
        lost = sum(int((index == i).sum()) for i, cell in enumerate(new) if cell is None)
        if lost:
            table.report("generalise-lost", "warning", field=name, count=lost)
        cells_after = from_distinct(new, index) if cells else table[name]
        table.set_values(name, cells_after, remedy=True, kind="string")


def _level(cells: list[str]) -> Level | None:
    """Return the next coarser level that fits nine of ten cells."""

    def most(test: object) -> bool:
        return sum(bool(test(cell)) for cell in cells) >= 0.9 * max(len(cells), 1)  # type: ignore[operator]

    if most(lambda cell: "." in cell and _REGION.match(cell)):
        depth = max((cell.count(".") for cell in cells if _REGION.match(cell)), default=0)
        return "province" if depth <= 1 else "regency"
    if most(lambda cell: generalised(cell, "year", 1) and not re.fullmatch(r"\d{1,4}", cell)):
        return "year"
    if most(lambda cell: re.fullmatch(r"\d{1,3}(?:\.\d+)?", cell)):
        return "band"
    return None


def generalised(cell: str, to: Level, width: int = 10) -> str | None:
    """Return the cell at a coarser level, None when it is not a date, code or number."""
    if to in ("province", "regency", "district"):
        depth = {"province": 1, "regency": 2, "district": 3}[to]
        parts = cell.split(".")
        return ".".join(parts[:depth]) if _REGION.match(cell) and len(parts) >= depth else None
    if to == "band":
        if not re.fullmatch(r"-?\d+(?:\.\d+)?", cell):
            return None
        start = int(float(cell) // width) * width
        return f"{start}–{start + width - 1}"
    period = read_period(cell)
    if period is None:
        return None
    if to == "decade":
        return f"{period.year // 10 * 10}-an"
    if to == "month":
        return f"{period.year:04d}-{period.part:02d}" if period.kind in ("day", "month") else None
    return f"{period.year:04d}"
