"""Budget codes (Permendagri 90/2019) and quantities with units."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal, InvalidOperation

import pyarrow as pa
import pyarrow.compute as pc

from pipelines import messages
from pipelines.clean.kernels import distinct, map_distinct, text
from pipelines.clean.numbers import undress
from pipelines.clean.registry import Names, step
from pipelines.clean.separators import read_column
from pipelines.clean.work import Work
from pipelines.errors import UsageProblem

#: Digits of each level: akun, kelompok, jenis, objek, rincian objek, sub rincian objek.
WIDTHS = (1, 1, 2, 2, 2, 4)
_CODE = re.compile(r"^\d{1,2}(?:\.\d{1,4}){0,5}$")


@step()
def budget_codes(work: Work, *, fields: Names, pad: bool | None = None) -> None:
    """Write budget codes in one form: `4 . 1 . 1 . 01` → `4.1.01.01`.

    Blanks and stray points go. Levels that lost their zeros get them back (1, 1, 2, 2, 2, 4 digits,
    Permendagri 90/2019) when other codes of the column show that form; older forms are left.

    Parameters:
        fields: the columns.
        pad: put zeros back or not, instead of looking for evidence.

    Example:

        - budget_codes: [kode]

        | kode |
        |---|
        | 5 . 1 . 01 . 01 |
        | 5.1.2. |

        | kode |
        |---|
        | 5.1.01.01 |
        | 5.1.02 |
    """
    for name in work.chosen(fields):
        cells, index = distinct(work[name])
        plain = [None if cell is None else _tidied(cell) for cell in cells]
        codes = [code for code in plain if code and _CODE.match(code)]
        padded = pad if pad is not None else any(_long(code) for code in codes)
        new = [
            code if code is None or not _CODE.match(code) or not padded else pad_code(code)
            for code in plain
        ]
        fixed = sum(1 for a, b in zip(plain, new, strict=True) if a != b)
        if fixed and pad is None:
            at = next(i for i, (a, b) in enumerate(zip(plain, new, strict=True)) if a != b)
            row = int((index == at).argmax())
            work.note("budget-zeros", "info", field=name, index=row, value=cells[at],
                      result=new[at], count=fixed)  # fmt: skip
        if cells:
            work.put(name, pc.take(text(new), pa.array(index, mask=index < 0)))


def _tidied(cell: str) -> str:
    code = re.sub(r"\s*[.,\-/]\s*|\s+", ".", cell.strip()).strip(".")
    return code if _CODE.match(code) else cell


def _long(code: str) -> bool:
    parts = code.split(".")
    return len(parts) > 2 and len(parts[2]) == 2


def pad_code(code: str) -> str:
    """Put the zeros back that a level lost."""
    parts = code.split(".")
    return ".".join(p.zfill(width) for p, width in zip(parts, WIDTHS, strict=False))


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
    work: Work,
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
    for name in work.chosen(fields):
        values = work[name]
        read = _Units(to, factors or {}, bare, work)
        bare_cells = map_distinct(values, lambda cell: read.split(cell)[0])  # noqa: B023
        numbers, good = read_column(work, name, undress(bare_cells).values, None)
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
                rows = index == place
                work.note("unit-unknown", "error", field=name, index=int(rows.argmax()),
                          value=pairs[place], count=int(rows.sum()), to=to)  # fmt: skip
        work.put(name, text(result), kind="number")


def _times(number: str, factor: Decimal) -> str:
    product = Decimal(number) * factor
    whole = product.to_integral_value()
    return format(whole if product == whole else product.normalize(), "f")


class _Units:
    """Splits quantities and knows the factors to one unit."""

    def __init__(
        self, to: str, factors: dict[str, float | int | str], bare: str | None, work: Work
    ) -> None:
        self.to, self.bare = to, bare
        self.own = {_key(unit): _size(size, work) for unit, size in factors.items()}
        self.own[_key(to)] = Decimal(1)
        if bare is not None and self.factor(bare) is None:
            raise UsageProblem("unit-pair", where=work.context.where, unit=bare, to=to)

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


def _size(written: float | int | str, work: Work) -> Decimal:
    """Read a factor. Raises `UsageProblem`."""
    with suppress(InvalidOperation):
        size = Decimal(str(written))
        if size.is_finite():
            return size
    raise UsageProblem(
        "descriptor-value",
        where=f"{work.context.where} › {work.step}",
        key="factors",
        reason=messages.text("reason-number"),
    )


def _key(unit: str) -> str:
    return unit.casefold().strip(". ")
