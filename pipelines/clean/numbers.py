"""Numbers as offices write them: `1.234.567`, `76,61`, `Rp 4.953.154,00`, `(123)`, `12,5%`, `17*`.

Which of `.` and `,` is the decimal sign is decided once per column, from every cell of it, and the
decision is reported wherever it mattered. Cells come out as Table Schema writes numbers:
`1234567`, `76.61`; decimals are kept as the sheet shows them. What is not a number stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clean.context import Ints
from pipelines.clean.kernels import Mask, Strings, map_distinct, matches, replaced, scatter
from pipelines.clean.registry import Names, step
from pipelines.clean.separators import Sign, read_column
from pipelines.clean.work import Work

#: Powers of ten by the word that a sheet writes for them.
SCALES = {"ribu": 3, "ribuan": 3, "juta": 6, "jutaan": 6, "miliar": 9, "milyar": 9, "triliun": 12,
          "thousand": 3, "million": 6, "billion": 9, "trillion": 12}  # fmt: skip
_PLAIN = r"^-?(?:0|[1-9][0-9]*)$"
_ODD = r"[^0-9.,\-]|^-?$|.-"
_NOTE = r"(?:\s*\*+\)?|\s*[a-z]\)|\s+[0-9]{1,2}\)|\)|[⁰¹²³⁴-⁹]+\)?)$"
_SCALE_WORDS = "|".join(sorted(SCALES, key=len, reverse=True))


@dataclass(frozen=True)
class Undressed:
    """Cells without currency, notes and brackets; `noted`, `percent`: where those stood."""

    values: Strings
    noted: Mask
    percent: Mask


def undress(values: Strings, unit: str = "") -> Undressed:
    """Take off `Rp`, `%`, `(…)`, `,-`, footnote marks and the unit; blanks between digit groups
    go too. `(123)` becomes `-123`. Only cells with something to take off are touched.
    """
    n = len(values)
    noted, percent = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    odd = matches(values, _ODD)
    if not odd.any():
        return Undressed(values, noted, percent)
    rest = values.filter(pa.array(odd))
    rest = replaced(rest, r"[−–—‒]\s*([0-9])", r"-\1")
    rest = replaced(rest, r"^(?i:rp|idr)\.?\s*([0-9(\-])", r"\1")
    rest = replaced(rest, r"^-\s*(?i:rp|idr)\.?\s*([0-9])", r"-\1")
    bracket = matches(rest, r"^\(\s*[^()]*[0-9][^()]*\)[*%]?$")
    if bracket.any():
        inner = replaced(rest.filter(pa.array(bracket)), r"^\(\s*([^()]*?)\s*\)([*%]?)$", r"-\1\2")
        inner = replaced(inner, r"^-\s*(?i:rp|idr)\.?\s*([0-9])", r"-\1")
        rest = scatter(rest, bracket, inner)
    rest = replaced(rest, r"([0-9])[.,]?-$", r"\1") if matches(rest, r"[0-9][.,]-$").any() else rest
    if matches(rest, r"^[0-9][0-9.,]*-$").any():
        rest = replaced(rest, r"^([0-9][0-9.,]*)-$", r"-\1")
    has_note = matches(rest, r"[0-9%]" + _NOTE)
    if has_note.any():
        rest = scatter(rest, has_note, replaced(rest.filter(pa.array(has_note)), _NOTE, ""))
        noted[odd] = has_note
    cent = matches(rest, r"[0-9]\s*(?:%|(?i:persen|percent))$")
    if cent.any():
        rest = scatter(
            rest, cent, replaced(rest.filter(pa.array(cent)), r"\s*(?:%|(?i:persen|percent))$", "")
        )
        percent[odd] = cent
    if unit:
        rest = replaced(rest, rf"([0-9])\s*(?i:{_quoted(unit)})\.?$", r"\1")
    spaced = matches(rest, r"^[+-]?[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?$")
    if spaced.any():
        rest = scatter(rest, spaced, pc.replace_substring(rest.filter(pa.array(spaced)), " ", ""))
    return Undressed(scatter(values, odd, rest), noted, percent)


def _quoted(unit: str) -> str:
    return "".join(c if c.isalnum() or c == " " or not c.isascii() else "\\" + c for c in unit)


def scaled(values: Strings, power: int) -> Strings:
    """Return numbers (canonical text) × 10^power, exactly, by moving the point."""
    if not power:
        return values

    def shift(cell: str) -> str:
        moved = Decimal(cell).scaleb(power)
        return format(
            moved.to_integral_value() if moved == moved.to_integral_value() else moved, "f"
        )

    return map_distinct(values, shift)


def scale_words(values: Strings) -> tuple[Strings, np.ndarray[Any, Any]]:
    """Take `juta`, `miliar` … off the cells; return the power of ten of each."""
    powers = np.zeros(len(values), dtype=np.int64)
    pattern = rf"[0-9]\s*(?i:{_SCALE_WORDS})(?i:\s+rupiah)?$"
    found = matches(values, pattern)
    if not found.any():
        return values, powers
    cells = values.filter(pa.array(found))
    words = pc.struct_field(
        pc.extract_regex(pc.utf8_lower(cells), rf"(?P<w>{_SCALE_WORDS})(?:\s+rupiah)?$"), "w"
    )
    powers[found] = [SCALES[word] for word in words.to_pylist()]
    bare = replaced(cells, rf"\s*(?i:{_SCALE_WORDS})(?i:\s+rupiah)?$", "")
    return scatter(values, found, bare), powers


_SAID = re.compile(
    r"\b(?:dalam|in)\s+(?P<a>ribu|juta|miliar|milyar|triliun|thousand|million|billion)(?:an|s)?\b"
    r"|\b(?P<b>ribu|juta|miliar|milyar|triliun)(?:an)?\s+(?:rupiah|rp)\b"
    r"|\b(?:rupiah|rp\.?|idr)\s*\(?(?P<c>ribu|juta|miliar|milyar|triliun)(?:an)?\b",
    re.IGNORECASE,
)
_MONEY = frozenset({"rupiah", "rp", "rp.", "idr"})


def stated_scale(work: Work, name: str) -> int | Ints:
    """Return the power of ten that the sheet states for a column of money ("dalam juta rupiah"):
    from its label, else (n,) by source file from the titles and notes. 0 where nothing is said.

    Where the field's unit is not plain rupiah the numbers are left, and a warning says so.
    """
    field = work.context.field(name)
    unit = field.unit.strip().casefold() if field else ""
    found = _SAID.search(work.columns[name].label)
    if found:
        place = {"id": "judul kolom", "en": "the column's label"}
        return _judged(work, name, unit, found, place)
    if unit not in _MONEY or not work.context.left_out:
        return 0
    powers = np.zeros(len(work.sources), dtype=np.int64)
    place = {"id": "keterangan tabel", "en": "the table's text"}
    for number, source in enumerate(work.sources):
        said = (
            _SAID.search(left.text)
            for left in work.context.left_out
            if left.rule in ("left-title", "left-note", "left-unit")
            and (left.position.file, left.position.sheet) == (source.file, source.sheet)
        )
        match = next((found for found in said if found), None)
        if match is not None:
            powers[number] = _judged(work, name, unit, match, place)
    scales: Ints = powers[work.lineage.source]
    return scales if powers.any() else 0


def _judged(work: Work, name: str, unit: str, said: re.Match[str], place: dict[str, str]) -> int:
    word = next(group for group in said.groups() if group).casefold()
    if any(scale in unit for scale in SCALES):
        return 0
    if unit not in _MONEY:
        work.note("number-scale", "warning", field=name, variant="unclear", text=said.group(),
                  unit=unit or "–")  # fmt: skip
        return 0
    work.note("number-scale", "warning", field=name, text=said.group(), where_found=place,
              factor=f"{10 ** SCALES[word]:,}".replace(",", "."))  # fmt: skip
    return SCALES[word]


@step(parses=True)
def numbers(
    work: Work,
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
    for name in work.chosen(fields):
        read_numbers(work, name, decimal, scale, percent, unit)


def read_numbers(
    work: Work,
    name: str,
    decimal: Sign | None = None,
    scale: str | None = None,
    percent: str = "keep",
    unit: str | None = None,
) -> None:
    """Read one column's numbers, as `numbers` says."""
    values = work[name]
    field = work.context.field(name)
    integer = field is not None and field.type == "integer"
    said = stated_scale(work, name) if scale is None else SCALES.get(scale, 0)
    unscaled = isinstance(said, int) and not said
    if unscaled and matches(values, _PLAIN).sum() + values.null_count == len(values):
        work.read_as(name, "integer")
        return
    bare = undress(values, unit if unit is not None else field.unit if field else "")
    core, powers = scale_words(bare.values)
    new, good = read_column(work, name, core, decimal, integer)
    powers = np.where(powers == 0, said, powers)
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
    noted = bare.noted & good
    if noted.any():
        first = int(np.flatnonzero(noted)[0])
        work.note("number-notes", "info", field=name, index=first, value=values[first].as_py(),
                  count=int(noted.sum()))  # fmt: skip
    result = new if good.all() else pc.if_else(pa.array(good), new, values)
    work.put(name, result, kind="integer" if integer else "number")
