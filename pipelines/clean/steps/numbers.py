"""Numbers as offices write them: `1.234.567`, `76,61`, `Rp 4.953.154,00`, `(123)`, `12,5%`, `17*`.

Which of `.` and `,` is the decimal sign is decided once per column, from every cell of it, and the
decision is reported wherever it mattered. Cells come out as Table Schema writes numbers:
`1234567`, `76.61`; decimals are kept as the sheet shows them. What is not a number stays as it is.
"""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clean.registry import Names, step
from pipelines.clean.steps.decimal_evidence import column_quantity
from pipelines.clean.steps.decimal_signs import read_column
from pipelines.clean.steps.number_notation import (
    SCALES,
    Sign,
    scale_words,
    scaled,
    strip_notation,
)
from pipelines.clean.table.arrow_text import Ints, matches, replaced, scatter
from pipelines.clean.table.working_table import WorkingTable
from pipelines.domain.quantities import STATED_SCALE

_PLAIN = r"^-?(?:0|[1-9][0-9]*)$"
_MONEY = frozenset({"rupiah", "rp", "rp.", "idr"})


def stated_scale(table: WorkingTable, name: str) -> int | Ints:
    """Return the power of ten that the sheet states for a column of money ("dalam juta rupiah"):
    from its label, else (n,) by source file from the titles and notes. 0 where nothing is said.

    Where the field's unit is not plain rupiah the numbers are left, and a warning says so.
    """
    field = table.context.field(name)
    unit = field.unit.strip().casefold() if field else ""
    found = STATED_SCALE.search(table.columns[name].label)
    if found:
        place = {"id": "judul kolom", "en": "the column's label"}
        return _scale_of(table, name, unit, found, place)
    if unit not in _MONEY or not table.context.left_out:
        return 0
    powers = np.zeros(len(table.sources), dtype=np.int64)
    place = {"id": "keterangan tabel", "en": "the table's text"}
    for number, source in enumerate(table.sources):
        stated = (
            STATED_SCALE.search(left.text)
            for left in table.context.left_out
            if left.rule in ("left-title", "left-note", "left-unit")
            and (left.position.file, left.position.sheet) == (source.file, source.sheet)
        )
        match = next((found for found in stated if found), None)
        if match is not None:
            powers[number] = _scale_of(table, name, unit, match, place)
    scales: Ints = powers[table.lineage.source]
    return scales if powers.any() else 0


def _scale_of(
    table: WorkingTable, name: str, unit: str, stated: re.Match[str], place: dict[str, str]
) -> int:
    word = next(group for group in stated.groups() if group).casefold()
    if SCALES.keys() & set(unit.split()):
        return 0
    if unit not in _MONEY:
        table.report("number-scale", "warning", field=name, variant="unclear", text=stated.group(),
                  unit=unit or "–")  # fmt: skip
        return 0
    table.report("number-scale", "warning", field=name, text=stated.group(), where_found=place,
              factor=f"{10 ** SCALES[word]:,}".replace(",", "."))  # fmt: skip
    return SCALES[word]


@step(parses=True)
def numbers(
    table: WorkingTable,
    *,
    fields: Names,
    decimal: Literal[",", "."] | None = None,
    scale: Literal["satu", "ribu", "juta", "miliar", "triliun"] | None = None,
    percent: Literal["keep", "fraction"] = "keep",
    unit: str | None = None,
) -> None:
    """Read numbers as offices write them and write them as Table Schema does.

    Takes `Rp`, `%`, `(123)` for −123, `5.000,-`, footnote marks (`2023*`, `12)`), `1,2 juta`, the
    field's unit. The decimal sign is decided per column from all its cells and reported where it
    mattered; a column that contradicts itself is an error until `decimal` settles it. Runs by
    default on every number and whole-number field.

    Parameters:
        fields: the columns.
        decimal: the decimal sign, `,` or `.`, instead of looking for evidence.
        scale: what one stands for (`juta` for a table "dalam juta rupiah"); cells are multiplied.
            By default where the field's unit is rupiah and the label or title says so; `satu`
            turns that off.
        percent: `keep` writes 12,5% as 12.5, `fraction` as 0.125.
        unit: a unit that may stand behind a number, the field's own by default.

    Example:

        - numbers: {fields: [jumlah, belanja]}

        | jumlah | belanja |
        |---|---|
        | 1.234 | Rp 4.953.154,00 |
        | 12* | (1.500,50) |

        | jumlah | belanja |
        |---|---|
        | 1234 | 4953154.00 |
        | 12 | -1500.50 |
    """
    for name in table.resolve(fields):
        read_numbers(table, name, decimal, scale, percent, unit)


def read_numbers(
    table: WorkingTable,
    name: str,
    decimal: Sign | None = None,
    scale: str | None = None,
    percent: str = "keep",
    unit: str | None = None,
) -> None:
    """Read one column's numbers, as `numbers` says."""
    values = table[name]
    field = table.context.field(name)
    integer = field is not None and field.type == "integer"
    stated = stated_scale(table, name) if scale is None else SCALES.get(scale, 0)
    unscaled = isinstance(stated, int) and not stated
    if unscaled and matches(values, _PLAIN).sum() + values.null_count == len(values):
        table.set_kind(name, "integer")
        return
    bare = strip_notation(values, unit if unit is not None else field.unit if field else "")
    money = column_quantity(table, name) == "money"
    core, powers = scale_words(bare.values, money=money)
    new, good = read_column(table, name, core, decimal, integer)
    powers = np.where(powers == 0, stated, powers)
    if percent == "fraction":
        powers = powers - 2 * bare.percent
    for power in np.unique(powers[good]).tolist():
        if power:
            some = good & (powers == power)
            new = scatter(new, some, scaled(new.filter(pa.array(some)), power))
    if integer:
        whole = good & matches(new, r"^-?[0-9]+\.0+$")
        if whole.any():
            new = scatter(new, whole, replaced(new.filter(pa.array(whole)), r"\.0+$", ""))
    footnoted = bare.footnoted & good
    if footnoted.any():
        first = int(np.flatnonzero(footnoted)[0])
        table.report("number-notes", "info", field=name, index=first, value=values[first].as_py(),
                  count=int(footnoted.sum()))  # fmt: skip
    result = new if good.all() else pc.if_else(pa.array(good), new, values)
    table.set_values(name, result, kind="integer" if integer else "number")
