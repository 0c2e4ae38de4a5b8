"""Numbers as offices write them: `1.234.567`, `76,61`, `Rp 4.953.154,00`, `(123)`, `12,5%`, `17*`.

Which of `.` and `,` is the decimal sign is decided once per column, from every cell of it, and the
decision is reported wherever it mattered. Cells come out as Table Schema writes numbers:
`1234567`, `76.61`; decimals are kept as the sheet shows them. What is not a number stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clean.kernels import Mask, Strings, flags, matches, replaced, scatter
from pipelines.clean.registry import Names, step
from pipelines.clean.work import Work

Sign = Literal[",", "."]

#: Powers of ten by the word that a sheet writes for them.
SCALES = {"ribu": 3, "ribuan": 3, "juta": 6, "jutaan": 6, "miliar": 9, "milyar": 9, "triliun": 12,
          "thousand": 3, "million": 6, "billion": 9, "trillion": 12}  # fmt: skip
_PLAIN = r"^-?(?:0|[1-9][0-9]*)$"
_CANONICAL = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$"
_ODD = r"[^0-9.,\-]|^-?$|.-"
_NOTE = r"(?:\s*\*+\)?|\s*[a-z]\)|\s+[0-9]{1,2}\)|\)|[⁰¹²³⁴-⁹]+\)?)$"
_SCALE_WORDS = "|".join(sorted(SCALES, key=len, reverse=True))


@dataclass(frozen=True)
class Evidence:
    """What a column says about its separators, in cells.

    comma, dot: cells that can only be read with that decimal sign. unsure: cells such as `1.234`
    that can be read both ways, by their one separator. example: one of them.
    """

    comma: int
    dot: int
    unsure_dot: int
    unsure_comma: int
    example: str

    @property
    def unsure(self) -> int:
        """Cells that can be read both ways."""
        return self.unsure_dot + self.unsure_comma


@dataclass(frozen=True)
class Undressed:
    """Cells without currency, notes and brackets; `noted`, `percent`: where those stood."""

    values: Strings
    noted: Mask
    percent: Mask


def grammar(decimal: Sign) -> str:
    """Return the pattern of a number written with this decimal sign."""
    group, point = (r"\.", ",") if decimal == "," else (",", r"\.")
    return rf"^[+-]?(?:[0-9]+|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+)(?:{point}[0-9]+)?$"


_UNSURE = r"^[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}$"


def evidence(values: Strings) -> Evidence:
    """Weigh a column's cells; missing cells and those without a separator say nothing."""
    marked = values.filter(pc.match_substring_regex(values, "[.,]"))
    unsure = matches(marked, _UNSURE)
    clear = marked.filter(pa.array(~unsure))
    comma, dot = matches(clear, grammar(",")), matches(clear, grammar("."))
    kept = marked.filter(pa.array(unsure))
    with_dot = int(flags(pc.match_substring(kept, ".")).sum())
    return Evidence(
        int((comma & ~dot).sum()),
        int((dot & ~comma).sum()),
        with_dot,
        len(kept) - with_dot,
        kept[0].as_py() if len(kept) else "",
    )


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
    rest = replaced(rest, r"^(?i:rp|idr)\b\.?\s*", "")
    rest = replaced(rest, r"^-\s*(?i:rp|idr)\b\.?\s*", "-")
    bracket = matches(rest, r"^\(\s*[^()]*[0-9][^()]*\)[*%]?$")
    if bracket.any():
        inner = replaced(rest.filter(pa.array(bracket)), r"^\(\s*([^()]*?)\s*\)([*%]?)$", r"-\1\2")
        inner = replaced(inner, r"^-\s*(?i:rp|idr)\b\.?\s*", "-")
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
    return "".join(c if c.isalnum() or c == " " else "\\" + c for c in unit)


def written(values: Strings, decimal: Sign) -> tuple[Strings, Mask]:
    """Return undressed cells as Table Schema writes numbers, and which of them are numbers.

    A cell that only the other sign can explain is read with that one.
    """
    other: Sign = "." if decimal == "," else ","
    good = matches(values, grammar(decimal))
    new = _canonical(values, decimal)
    if not good.all():
        rescued = ~good & matches(values, grammar(other))
        if rescued.any():
            new = scatter(new, rescued, _canonical(values.filter(pa.array(rescued)), other))
            good = good | rescued
    return new, good


def _canonical(values: Strings, decimal: Sign) -> Strings:
    if decimal == ",":
        values = pc.replace_substring(values, ".", "")
        values = pc.replace_substring(values, ",", ".")
    else:
        values = pc.replace_substring(values, ",", "")
    bare = matches(values, r"^\+|^-?0[0-9]")
    if bare.any():
        fixed = replaced(values.filter(pa.array(bare)), r"^\+?(-?)0*([0-9])", r"\1\2")
        values = scatter(values, bare, fixed)
    return values


def scaled(values: Strings, power: int) -> Strings:
    """Return numbers (canonical text) × 10^power, exactly, by moving the point."""
    if not power:
        return values
    from decimal import Decimal

    from pipelines.clean.kernels import map_distinct

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


def decide(work: Work, name: str, found: Evidence, integer: bool) -> Sign | None:
    """Choose a column's decimal sign and say so where it mattered.

    Cells that read one way only outvote the rest; without any, `1.234` in a whole-number field is
    1234, and elsewhere it is read the Indonesian way, with a warning. None: the column contradicts
    itself, and the cells that could be read both ways are left and reported as errors.
    """
    params: dict[str, Any] = {
        "example": found.example,
        "count": found.unsure,
        "comma": found.comma,
        "dot": found.dot,
    }
    if not found.unsure:
        return "," if found.comma >= found.dot else "."
    if found.comma and found.dot:
        strong, weak = max(found.comma, found.dot), min(found.comma, found.dot)
        chosen: Sign = "," if found.comma > found.dot else "."
        if strong < 10 * weak:
            work.note("number-contradiction", "error", field=name, **params)
            return None
        work.note("number-format", "warning", field=name, variant="mixed", decimal=chosen, **params)
        return chosen
    if found.comma or found.dot:
        chosen = "," if found.comma else "."
        work.note("number-format", "info", field=name, variant="evidence", decimal=chosen, **params)
        return chosen
    if found.unsure_dot and found.unsure_comma:
        work.note("number-contradiction", "error", field=name, **params)
        return None
    group = "." if found.unsure_dot else ","
    chosen = "," if group == "." else "."
    if integer:
        work.note("number-format", "info", field=name, variant="integer", decimal=chosen, **params)
        return chosen
    work.note("number-format", "warning", field=name, variant="assumed", decimal=",", **params)
    return ","


@step(parses=True)
def numbers(
    work: Work,
    *,
    fields: Names,
    decimal: Literal[",", "."] | None = None,
    scale: Literal["ribu", "juta", "miliar", "triliun"] | None = None,
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
        read_numbers(work, name, decimal, SCALES[scale] if scale else 0, percent, unit)


def read_numbers(
    work: Work,
    name: str,
    decimal: Sign | None,
    power: int = 0,
    percent: str = "keep",
    unit: str | None = None,
) -> None:
    """Read one column's numbers, as `numbers` says."""
    values = work[name]
    field = work.context.field(name)
    integer = field is not None and field.type == "integer"
    if not power and matches(values, _PLAIN).sum() + values.null_count == len(values):
        work.mark_parsed([name])
        return
    bare = undress(values, unit if unit is not None else field.unit if field else "")
    core, powers = scale_words(bare.values)
    sign = decimal
    left = None
    if sign is None:
        found = evidence(core)
        sign = decide(work, name, found, integer)
        if sign is None:
            left = matches(core, _UNSURE)
            sign = ","
    new, good = written(core, sign)
    if left is not None:
        good &= ~left
    if bare.percent.any() and percent == "fraction":
        powers = powers - 2 * bare.percent
    if power or powers.any():
        for each in np.unique(powers[good] + power).tolist():
            some = good & (powers + power == each)
            new = scatter(new, some, scaled(new.filter(pa.array(some)), each))
    if integer:
        whole = good & matches(new, r"^-?[0-9]+\.0+$")
        if whole.any():
            new = scatter(new, whole, replaced(new.filter(pa.array(whole)), r"\.0+$", ""))
    result = new if good.all() else pc.if_else(pa.array(good), new, values)
    noted = bare.noted & good
    if noted.any():
        first = int(np.flatnonzero(noted)[0])
        work.note("number-notes", "info", field=name, index=first, value=values[first].as_py(),
                  count=int(noted.sum()))  # fmt: skip
    work.put(name, result, parsed=True)
