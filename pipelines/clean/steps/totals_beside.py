"""Totals and means in columns beside their parts: compared row by row, then left out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from pipelines.clean.registry import Names, step
from pipelines.clean.table.working_table import WorkingTable
from pipelines.domain.no_data import is_no_data

SEPARATOR = " / "
_TOTAL = re.compile(
    r"(?:jumlah|jml\.?|total|rata\s*-?\s*rata|rerata|average|mean)(?:\s*/?\s*total)?"
    r"|l\s*\+\s*p|lk\s*\+\s*pr",
    re.I,
)
_MEAN = re.compile(r"rata\s*-?\s*rata|rerata|average|mean", re.I)
_UNIT = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_NUMBER = re.compile(r"[-+]?\d[\d.,\s]*")

#: Place of a column → whether it holds a mean, and the places of its parts.
Totals = Mapping[int, tuple[bool, Sequence[int]]]


def is_total(part: str) -> bool:
    """Say whether a part of a label names a total or a mean, its unit aside."""
    return _TOTAL.fullmatch(_UNIT.sub("", part).strip()) is not None


def total_parts(labels: Sequence[str], spread: Iterable[int]) -> dict[int, tuple[bool, list[int]]]:
    """Return each total or mean among the columns that is made of others.

    spread: places of the columns that may be parts or totals. `Jumlah` is made of all of them,
    `2023 / Jumlah` of those below 2023, `Jumlah / L` of the L.
    """
    parts = {place: [part.strip() for part in labels[place].split(SEPARATOR)] for place in spread}
    totals = {place for place, own in parts.items() if any(map(is_total, own))}
    found = {}
    for place in sorted(totals):
        own = parts[place]
        mine = [
            other
            for other, its in parts.items()
            if other not in totals
            and (
                len(own) == 1
                or (
                    len(own) == len(its)
                    and all(is_total(a) or a == b for a, b in zip(own, its, strict=True))
                )
            )
        ]
        if len(mine) > 1:
            found[place] = (any(_MEAN.match(part) for part in own), mine)
    return found


def compare_totals(rows: Sequence[Sequence[str | None]], totals: Totals) -> list[bool | None]:
    """Say of each row whether its totals agree with their parts; None where it has no numbers.

    Which of `.` and `,` is the decimal sign is what makes most rows agree.
    """
    cells = [
        [text if isinstance(text, str) and not is_no_data(text) else None for text in row]
        for row in rows
    ]
    readings = [[_agrees(row, totals, sign) for row in cells] for sign in ",."]
    return max(readings, key=lambda told: (told.count(True), -told.count(False)))


@step("keep")
def drop_totals(table: WorkingTable, *, keep: Names) -> None:
    """Leave out columns of totals and means once they agree with the columns beside them in every
    row: `Jumlah` behind twelve months, `2023 / Jumlah` behind its quarters.

    A row in which one does not agree is an error. Stands before `unpivot`, for which a total would
    be one period more.

    Parameters:
        keep: the columns that are neither totals nor parts of one, as in `unpivot`.

    Example:

        - drop_totals: [nama]

        | nama | Jan | Feb | Jumlah |
        |---|---|---|---|
        | Nias | 10 | 12 | 22 |
        | Dairi | 7 | 5 | 12 |

        | nama | Jan | Feb |
        |---|---|---|
        | Nias | 10 | 12 |
        | Dairi | 7 | 5 |
    """
    stay = set(table.resolve(keep))
    names = table.names
    totals = total_parts(names, (place for place, name in enumerate(names) if name not in stay))
    if not totals:
        return
    if table.main:
        columns = [table[name].to_pylist() for name in names]
        told = compare_totals(list(zip(*columns, strict=True)), totals)
        labels = ", ".join(names[place] for place in totals)
        for index, agrees in enumerate(told):
            if agrees is False:
                table.report("total-beside-differs", "error", index=index, labels=labels)
    for name in [names[place] for place in totals]:
        table.drop_column(name)


def _agrees(row: Sequence[str | None], totals: Totals, sign: str) -> bool | None:
    said = None
    for index, (mean, parts) in totals.items():
        texts = [row[part] for part in parts]
        if row[index] is None and not any(texts):
            continue
        own = _number(row[index], sign)
        numbers = [_number(text, sign) for text in texts if text is not None]
        if own is None or not numbers or None in numbers:
            return False
        known = [number for number in numbers if number is not None]
        sums = {math.fsum(known)} if not mean else {
            math.fsum(known) / len(known), math.fsum(known) / len(texts)
        }  # fmt: skip
        digits = max(_decimals(text, sign) for text in (row[index], *texts) if text is not None)
        # Decimals may be rounded, each by half of its last digit; whole numbers add up exactly.
        rounded = 0.5 * 10.0**-digits * (len(known) + 1) if digits or mean else 0.0
        if mean and not digits:
            rounded = 0.5
        limit = min(rounded, 0.5) + 1e-9 * abs(own)
        if all(abs(one - own) > limit for one in sums):
            return False
        said = True
    return said


def _number(text: str | None, sign: str) -> float | None:
    """Return the number that a cell writes with this decimal sign, without a mark behind it."""
    bare = re.sub(r"(?<=\d)\s*(?:\*+\)?|[a-z]\)|%)$", "", (text or "").strip())
    bare = re.sub(r"^rp\.?\s*", "", bare, flags=re.I)
    if not _NUMBER.fullmatch(bare):
        return None
    group = "." if sign == "," else ","
    plain = re.sub(r"\s", "", bare)
    if group in plain and not re.fullmatch(
        rf"[-+]?\d{{1,3}}(?:\{group}\d{{3}})+(?:\{sign}\d+)?", plain
    ):
        return float(plain.replace(",", ".")) if len(re.findall(r"[.,]", plain)) == 1 else None
    if plain.count(sign) > 1:
        return None
    return float(plain.replace(group, "").replace(sign, "."))


def _decimals(text: str, sign: str) -> int:
    found = re.search(r"[.,](\d+)\D*$", text)
    if not found or (len(found.group(1)) == 3 and sign not in text):
        return 0
    return min(len(found.group(1)), 9)
