"""What stands around a number in a cell: currency, units, footnote marks, brackets, scale words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clean.table.arrow_text import Mask, Strings, map_distinct, matches, replaced, scatter
from pipelines.domain.footnotes import BEHIND_NUMBER

#: Powers of ten by the word that a sheet writes for them.
SCALES = {"ribu": 3, "ribuan": 3, "rb": 3, "juta": 6, "jutaan": 6, "jt": 6, "miliar": 9,
          "milyar": 9, "triliun": 12, "thousand": 3, "million": 6, "billion": 9,
          "trillion": 12}  # fmt: skip
Sign = Literal[",", "."]
_ODD = r"[^0-9.,\-]|^-?$|.-"
_NOTE = rf"(?:{BEHIND_NUMBER}|\)$)"
_SCALE_WORDS = "|".join(sorted(SCALES, key=len, reverse=True))


def grammar(decimal: Sign) -> str:
    """Return the pattern of a number written with this decimal sign."""
    group, point = (r"\.", ",") if decimal == "," else (",", r"\.")
    return rf"^[+-]?(?:[0-9]+|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+)(?:{point}[0-9]+)?$"


@dataclass(frozen=True)
class BareNumbers:
    """Cells without currency, notes and brackets; `footnoted`, `percent`: cells that had
    a footnote mark or a percent sign.
    """

    values: Strings
    footnoted: Mask
    percent: Mask


def strip_notation(values: Strings, unit: str = "") -> BareNumbers:
    """Take off `Rp`, `%`, `(…)`, `,-`, footnote marks and the unit; blanks between digit groups
    go too. `(123)` becomes `-123`. Only cells with something to take off are touched.
    """
    n = len(values)
    footnoted, percent = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    odd = matches(values, _ODD)
    if not odd.any():
        return BareNumbers(values, footnoted, percent)
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
        footnoted[odd] = has_note
    has_percent = matches(rest, r"[0-9]\s*(?:%|(?i:persen|percent))$")
    if has_percent.any():
        rest = scatter(
            rest,
            has_percent,
            replaced(rest.filter(pa.array(has_percent)), r"\s*(?:%|(?i:persen|percent))$", ""),
        )
        percent[odd] = has_percent
    if unit:
        rest = replaced(rest, rf"([0-9])\s*(?i:{_quoted(unit)})\.?$", r"\1")
    spaced = matches(rest, r"^[+-]?[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?$")
    if spaced.any():
        rest = scatter(rest, spaced, pc.replace_substring(rest.filter(pa.array(spaced)), " ", ""))
    return BareNumbers(scatter(values, odd, rest), footnoted, percent)


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


def scale_words(values: Strings, *, money: bool = False) -> tuple[Strings, np.ndarray[Any, Any]]:
    """Take `juta`, `miliar` … off the cells; return the power of ten of each.

    `M` stands for miliar in a column of money or beside another such word; elsewhere it may be
    metres.
    """
    powers = np.zeros(len(values), dtype=np.int64)
    words = rf"(?i:{_SCALE_WORDS})"
    found = matches(values, rf"[0-9]\s*{words}(?i:\s+rupiah)?\.?$")
    if money or found.any():
        words = rf"(?:{words}|M)"
        found = matches(values, rf"[0-9]\s*{words}(?i:\s+rupiah)?\.?$")
    if not found.any():
        return values, powers
    cells = values.filter(pa.array(found))
    written = pc.struct_field(
        pc.extract_regex(cells, rf"[0-9]\s*(?P<w>{words})(?i:\s+rupiah)?\.?$"), "w"
    )
    powers[found] = [SCALES["miliar" if w == "M" else w.casefold()] for w in written.to_pylist()]
    bare = replaced(cells, rf"\s*{words}(?i:\s+rupiah)?\.?$", "")
    return scatter(values, found, bare), powers


def are_numbers(values: Strings) -> Mask:
    """Say which cells are numbers, however an office writes them."""
    core = scale_words(strip_notation(values).values, money=True)[0]
    found: Mask = matches(core, grammar(",")) | matches(core, grammar("."))
    return found
