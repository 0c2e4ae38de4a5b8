"""Text: blanks and Unicode, missing marks, replacing, the letter case of names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal

import numpy as np
import pyarrow.compute as pc

from pipelines.clean.registry import Names, step
from pipelines.clean.steps.patterns import checked
from pipelines.clean.table.arrow_text import (
    Strings,
    flags,
    map_distinct,
    matches,
    replaced,
    scatter,
    text,
)
from pipelines.clean.table.working_table import WorkingTable
from pipelines.domain.no_data import (
    MARKS,
    TYPED_MARKS,
    codes_for_no_data,
    is_no_data_phrase,
)

_FULLWIDTH = {ord("０") + digit: str(digit) for digit in range(10)}
_INVISIBLE = r"[\x{200B}\x{200C}\x{200D}\x{2060}\x{FEFF}\x{00AD}]"
_BLANKS = r"[\s\x{00A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{0085}]+"


def tidy(values: Strings, lines: bool = False) -> Strings:
    """Return the cells in Unicode NFC, without invisible characters, blanks folded and trimmed;
    an empty cell is missing. `lines` keeps line breaks within a cell.
    """
    plain = flags(pc.string_is_ascii(values)) | ~flags(pc.is_valid(values))
    if not plain.all():
        odd = values.filter(~plain)
        odd = replaced(pc.utf8_normalize(odd, "NFC"), _INVISIBLE, "")
        odd = map_digits(odd)
        odd = replaced(odd, _BLANKS if not lines else r"[\x{00A0}\x{2007}\x{202F}\x{3000}]", " ")
        values = scatter(values, ~plain, odd)
    inner = matches(values, r"[\t\r\v\f ]{2}|[\t\r\v\f]" if lines else r"\s\s|[\t\r\n\v\f]")
    if inner.any():
        pattern = r"[\t\r\v\f ]+" if lines else r"\s+"
        values = scatter(values, inner, replaced(values.filter(inner), pattern, " "))
    values = pc.ascii_trim_whitespace(values)
    empty = flags(pc.equal(pc.binary_length(values), 0))
    return pc.if_else(empty, None, values) if empty.any() else values


def map_digits(values: Strings) -> Strings:
    """Return the cells with full-width digits as plain ones."""
    if not matches(values, r"[０-９]").any():
        return values
    return map_distinct(values, lambda cell: cell.translate(_FULLWIDTH))


@step()
def trim(table: WorkingTable, *, fields: Names | None = None, lines: bool = False) -> None:
    """Fold blanks, trim, and write every character in its one Unicode form (NFC).

    No-break and invisible blanks become plain ones or go; full-width digits become digits; a cell
    of blanks alone is missing. Runs by default on every column.

    Parameters:
        fields: the columns, all by default.
        lines: keep line breaks within a cell.

    Example:

        - trim: [nama]

        | nama |
        |---|
        | `  Kabupaten   Nias ` |

        | nama |
        |---|
        | Kabupaten Nias |
    """
    for name in table.resolve(fields):
        table.set_values(name, tidy(table[name], lines))


@step()
def missing(
    table: WorkingTable, *, fields: Names | None = None, marks: Names | None = None
) -> None:
    """Empty the cells that only say "no data".

    By default `-`, `–`, `—`, `…`, `n/a`; in number, date and yes/no columns also `..`, `NA`,
    `null`, `tad`, `x`, and words that say so, such as `belum lapor` or `data belum ada`, which are
    reported. `nihil`, `kosong` and `tidak ada` are none: each may mean zero. Runs by default on
    every column.

    Parameters:
        fields: the columns, all by default.
        marks: the marks to take instead.

    Example:

        - missing: [jumlah]

        | nama | jumlah |
        |---|---|
        | Nias | n/a |
        | Dairi | 12 |

        | nama | jumlah |
        |---|---|
        | Nias |  |
        | Dairi | 12 |
    """
    for name in table.resolve(fields):
        chosen = marks
        if chosen is None:
            field = table.context.field(name)
            typed = field is not None and field.type not in ("string", "any")
            chosen = list(TYPED_MARKS if typed else MARKS)
            chosen += _no_data_phrases(table, name) if typed else []
        table.set_values(name, without_marks(table[name], chosen))


def _no_data_phrases(table: WorkingTable, name: str) -> list[str]:
    """Return the cells of a typed column that say that there is no data, in words or by a number
    that the sheet's notes explain (`9999 = tidak ada data`); report them."""
    values = table[name]
    worded = matches(values, r"^[^0-9]*[A-Za-z]{4}")
    distinct = pc.unique(values.filter(worded)).to_pylist() if worded.any() else []
    words = [cell for cell in distinct if cell and is_no_data_phrase(cell)]
    notes = (left.text for left in table.context.left_out if left.rule != "left-blank")
    codes = [code for note in notes for code in codes_for_no_data(note)]
    words += [code for code in dict.fromkeys(codes) if matches(values, f"^{code}$").any()]
    if words:
        said = flags(pc.is_in(values, value_set=text(words)))
        first = int(np.flatnonzero(said)[0])
        table.report("number-no-data", "warning", field=name, index=first,
                     value=values[first].as_py(), count=int(said.sum()))  # fmt: skip
    return words


def without_marks(values: Strings, marks: Iterable[str]) -> Strings:
    """Return the cells with those that equal a mark made missing."""
    found = flags(pc.is_in(values, value_set=text(list(marks))))
    return pc.if_else(found, None, values) if found.any() else values


@step("pattern")
def replace(
    table: WorkingTable,
    *,
    pattern: str,
    to: str = "",
    fields: Names | None = None,
    regex: bool = False,
) -> None:
    """Replace a piece of text wherever it stands.

    Parameters:
        pattern: the text to look for.
        to: what to write instead, nothing by default.
        fields: the columns, all by default.
        regex: read `pattern` as a regular expression (RE2); `\\1` in `to` is its first group.

    Example:

        - replace: {pattern: "Kec. ", fields: kecamatan}

        | kecamatan |
        |---|
        | Kec. Medan Kota |

        | kecamatan |
        |---|
        | Medan Kota |
    """
    if regex:
        pattern = checked(pattern, table, to)
    for name in table.resolve(fields):
        values = table[name]
        new = replaced(values, pattern, to) if regex else pc.replace_substring(values, pattern, to)
        table.set_values(name, new)


#: Abbreviations of Indonesian administration that stay in capitals, whatever a name's case.
ABBREVIATIONS = frozenset(
    (
        "APBD APBN ASN BAPPEDA BKD BKKBN BKPSDM BLK BLUD BNN BNPB BPBD BPJS BPKAD BPKP BPN BPS "
        "BUMD BUMN CV DAK DAU DPA DPD DPMPTSP DPR DPRA DPRD DPRK IKM IPM KB KK KPH KPU KTP LAKIP "
        "LKPD LKPJ LPPD LPSE MPR NIB NIK NIP NPWP OJK OPD OSS PAD PAUD PBB PDAM PDRB PKK PKL PLN "
        "PMI PNBP PNS POLRI PPID PPPK PT PTSP PUPR RI RKA RKPD RPH RPJMD RSIA RSJ RSJD RSU RSUD "
        "RSUP RT RTH RTRW RW SAKIP SD SDIT SDM SDN SIM SIMRS SIPD SKM SKPD SLB SMA SMAN SMK SMKN "
        "SMP SMPN SP SPBE SPM STNK TK TKA TNI TPA TPI TPP TPS TPST TPU UKM UMKM UPT UPTD UU WNA "
        "WNI "
    ).split()
)
_SMALL = frozenset("dan di ke dari yang untuk pada dengan atau bin binti".split())
_ROMAN = re.compile(r"^(?=[IVX])(X{0,3})(IX|IV|V?I{0,3})$")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def title_case(value: str, keep: frozenset[str] = ABBREVIATIONS) -> str:
    """Return a name in title case: abbreviations and Roman numerals in capitals, `dan`, `di` …
    small, Indonesian compounds such as `Ma'arif` with one capital.
    """
    all_capitals = value.isupper()

    def word(match: re.Match[str]) -> str:
        found = match.group()
        upper = found.upper()
        if upper in keep or _ROMAN.match(upper):
            return upper
        if (
            not all_capitals
            and not found.islower()
            and not found.isupper()
            and found[1:] != found[1:].lower()
        ):
            return found
        if found.lower() in _SMALL and match.start() > 0:
            return found.lower()
        return found[0].upper() + found[1:].lower()

    return _WORD.sub(word, value)


@step()
def letter_case(
    table: WorkingTable,
    *,
    fields: Names,
    to: Literal["title", "upper", "lower", "sentence"] = "title",
    keep: Names | None = None,
) -> None:
    """Write names in one letter case; abbreviations such as RSUD, DPRD, UPT stay capitals.

    Parameters:
        fields: the columns.
        to: `title`, `upper`, `lower` or `sentence`.
        keep: more abbreviations to keep in capitals.

    Example:

        - letter_case: [unit]

        | unit |
        |---|
        | RSUD DR. PIRNGADI KOTA MEDAN |
        | dinas pendidikan dan kebudayaan |

        | unit |
        |---|
        | RSUD Dr. Pirngadi Kota Medan |
        | Dinas Pendidikan dan Kebudayaan |
    """
    kept = ABBREVIATIONS | {word.upper() for word in keep or ()}

    def sentence(value: str) -> str:
        words = value.split(" ")
        plain = [w.upper() if w.upper().strip(".,()") in kept else w.lower() for w in words]
        first = plain[0]
        return " ".join([first[:1].upper() + first[1:], *plain[1:]])

    functions: dict[str, Callable[[str], str]] = {
        "title": lambda value: title_case(value, kept),
        "upper": str.upper,
        "lower": str.lower,
        "sentence": sentence,
    }
    for name in table.resolve(fields):
        table.set_values(name, map_distinct(table[name], functions[to]))
