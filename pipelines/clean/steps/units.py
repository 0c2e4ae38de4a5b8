"""Quantities with units → numbers of one unit."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal, InvalidOperation

from pipelines import messages
from pipelines.clean.registry import Names, step
from pipelines.clean.steps.decimal_signs import read_column
from pipelines.clean.steps.number_notation import strip_notation
from pipelines.clean.table.arrow_text import distinct, map_distinct, text
from pipelines.clean.table.working_table import WorkingTable
from pipelines.errors import UsageProblem

#: Unit as written (no case, no points) → (what it measures, factor to its base unit).
UNITS: dict[str, tuple[str, str]] = {
    "mm": ("panjang", "0.001"), "cm": ("panjang", "0.01"), "m": ("panjang", "1"),
    "meter": ("panjang", "1"), "km": ("panjang", "1000"), "kilometer": ("panjang", "1000"),
    "m2": ("luas", "1"), "m²": ("luas", "1"), "are": ("luas", "100"), "ha": ("luas", "10000"),
    "hektar": ("luas", "10000"), "hektare": ("luas", "10000"), "km2": ("luas", "1000000"),
    "km²": ("luas", "1000000"),
    "g": ("berat", "0.001"), "gram": ("berat", "0.001"), "gr": ("berat", "0.001"),
    "kg": ("berat", "1"), "ons": ("berat", "0.1"), "kuintal": ("berat", "100"),
    "kw": ("berat", "100"), "kwintal": ("berat", "100"), "ton": ("berat", "1000"),
    "ml": ("isi", "0.001"), "l": ("isi", "1"), "lt": ("isi", "1"), "ltr": ("isi", "1"),
    "liter": ("isi", "1"), "m3": ("isi", "1000"), "m³": ("isi", "1000"),
    "detik": ("waktu", "1"), "menit": ("waktu", "60"), "mnt": ("waktu", "60"),
    "jam": ("waktu", "3600"), "hari": ("waktu", "86400"), "minggu": ("waktu", "604800"),
}  # fmt: skip
_QUANTITY = re.compile(r"^([+\-(]?[0-9][0-9.,\s]*\)?)\s*([^\W\d_]+[23²³]?)\.?$")


@step(parses=True)
def units(
    table: WorkingTable,
    *,
    fields: Names,
    to: str,
    factors: dict[str, float | int | str] | None = None,
    bare: str | None = None,
) -> None:
    """Bring quantities to one unit: `1,2 km` and `800 m` → `1200` and `800` metres.

    Known are lengths, areas, weights, volumes and times as offices write them. A cell without a
    unit is in `bare`, or in `to`. An unknown unit is an error, and the cell stays.

    Parameters:
        fields: the columns.
        to: the unit to write, `m` for example.
        factors: further units: written form → how many of `to` one of them is.
        bare: the unit of cells that name none.

    Example:

        - units: {fields: panjang, to: m}

        | panjang |
        |---|
        | 1,2 km |
        | 800 m |
        | 75 |

        | panjang |
        |---|
        | 1200 |
        | 800 |
        | 75 |
    """
    for name in table.resolve(fields):
        values = table[name]
        read = _Units(to, factors or {}, bare, table)
        bare_cells = map_distinct(values, lambda cell: read.split(cell)[0])  # noqa: B023
        numbers, good = read_column(table, name, strip_notation(bare_cells).values, None)
        pairs, index = distinct(values)
        factor = [read.factor(read.split(cell)[1]) if cell else None for cell in pairs]
        result: list[str | None] = []
        places, ok = index.tolist(), good.tolist()
        memory: dict[tuple[int, str], str] = {}
        for place, number, fine in zip(places, numbers.to_pylist(), ok, strict=True):
            if place < 0:
                result.append(None)
                continue
            size = factor[place]
            if size is None or not fine:
                result.append(pairs[place])
                continue
            result.append(memory.setdefault((place, number), _times(number, size)))
        for place, size in enumerate(factor):
            if size is None and pairs[place] is not None:
                table.report_cells("unit-unknown", "error", index == place, field=name,
                                   value=pairs[place], to=to)  # fmt: skip
        table.set_values(name, text(result), kind="number")


def _times(number: str, factor: Decimal) -> str:
    product = Decimal(number) * factor
    whole = product.to_integral_value()
    return format(whole if product == whole else product.normalize(), "f")


class _Units:
    """Splits quantities and knows the factors to one unit."""

    def __init__(
        self, to: str, factors: dict[str, float | int | str], bare: str | None, table: WorkingTable
    ) -> None:
        self.to, self.bare = to, bare
        self.own = {_key(unit): _size(size, table) for unit, size in factors.items()}
        self.own[_key(to)] = Decimal(1)
        if bare is not None and self.factor(bare) is None:
            raise UsageProblem("unit-pair", where=table.context.where, unit=bare, to=to)

    def split(self, cell: str) -> tuple[str, str]:
        """Return the number and the unit of a cell; no unit when there is none."""
        match = _QUANTITY.match(cell)
        return (match[1].strip(), match[2]) if match else (cell, "")

    def factor(self, unit: str) -> Decimal | None:
        """Return how many of the target one of this unit is; None when they don't compare."""
        unit = unit or self.bare or self.to
        if _key(unit) in self.own:
            return self.own[_key(unit)]
        mine, target = UNITS.get(_key(unit)), UNITS.get(_key(self.to))
        if mine is None or target is None or mine[0] != target[0]:
            return None
        return Decimal(mine[1]) / Decimal(target[1])


def _size(written: float | int | str, table: WorkingTable) -> Decimal:
    """Read a factor. Raises `UsageProblem`."""
    with suppress(InvalidOperation):
        size = Decimal(str(written))
        if size.is_finite():
            return size
    raise UsageProblem(
        "descriptor-value",
        where=f"{table.context.where} › {table.step}",
        key="factors",
        reason=messages.text("reason-number"),
    )


def _key(unit: str) -> str:
    return unit.casefold().strip(". ")
