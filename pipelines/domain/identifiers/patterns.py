"""How identifiers are written: layouts of digits and separators, for `re` and RE2 alike.

One identifier uses one kind of separator, and only where its parts meet: `12 71 01 550190 0001`
is a NIK as people type it, `12-01-2024 12-02-2024` is two dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

Strength = Literal["sure", "structure", "weak"]


def _grouped(*parts: int, separators: str = " .-/") -> str:
    """Digits in parts of these sizes; between them always the same separator, or left out."""
    layouts = []
    for separator in separators:
        joint = re.escape(separator) + "?"
        layouts.append(joint.join(rf"\d{{{size}}}" for size in parts))
    return "|".join(layouts)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way to write a kind: the regular expression of its core, and the test its digits take.

    digits: how many there are, as a range. test: name of the test in `recognise`. strength:
    what a passing match is worth without its column's or its words' support.
    """

    kind: str
    core: str
    digits: tuple[int, int]
    test: str
    strength: Strength


@cache
def phone_plan() -> str:
    """RE2 pattern of Indonesian numbers in national form (no prefix), digits only.

    Mobile: the prefixes that operators hold, 9–12 digits; fixed lines: by area. Both come from
    `phonenumbers`, which follows the regulator, so the plan ages with that library.
    """
    import phonenumbers
    from phonenumbers.carrierdata import CARRIER_DATA

    held = "|".join(sorted(number[2:] for number in CARRIER_DATA if number.startswith("628")))
    plan: Any = phonenumbers.PhoneMetadata.metadata_for_region("ID")
    return rf"^(?:(?:{held})\d{{6,9}}|{plan.fixed_line.national_number_pattern})$"


_NIK = "|".join(
    (
        r"\d{16}",
        _grouped(2, 2, 2, 2, 2, 2, 4),
        r"\d{4}(?: \d{4}){3}|\d{4}(?:-\d{4}){3}|\d{4}(?:\.\d{4}){3}",
        r"\d(?: \d){15}|\d(?:-\d){15}|\d(?:\.\d){15}",
        r"\d(?:\.\d{3}){5}|\d(?:,\d{3}){5}",
    )
)
_NIP = "|".join(
    (
        r"\d{18}",
        _grouped(4, 2, 2, 4, 2, 1, 3),
        r"\d(?: \d){17}|\d(?:-\d){17}|\d(?:\.\d){17}",
        r"\d{3}(?:\.\d{3}){5}|\d{3}(?:,\d{3}){5}",
    )
)
_NPWP_DOTTED = (
    r"\d\d\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}|\d\d[. ]\d{3}[. ]\d{3}[. ]\d[.\- ]\d{3}[. ]\d{3}"
)
_NPWP_PLAIN = r"\d{15}|0\d{15}|\d{2} ?\d{3} ?\d{3} ?\d ?\d{3} ?\d{3}|0\d{3} \d{4} \d{4} \d{4}"
_REST = r"(?:[ .\-]{1,2}\d{2,8}|\d)*"
_PHONE = rf"(?:\+ ?62|\(\+62\)|0062)[ .\-]?(?:\(0?\d{{1,4}}\)|\d{{1,4}}){_REST}"
_PHONE_PARTED = r"(?:0|62[ .\-]?)8\d\d[ .\-]\d{3,4}[ .\-]\d{2,5}"
_PHONE_MOBILE = rf"(?:0|62[ .\-]?)8\d\d{_REST}"
_PHONE_AREA = r"\(0[2-79]\d{1,2}\) ?\d{3,4}[ .\-]?\d{2,5}|0[2-79]\d{1,2}- ?\d{3,4}[ .\-]?\d{2,5}"
_PHONE_BARE = r"0[2-79]\d{7,10}|8[1-35-9]\d{7,10}"

#: In the order in which they take their share of a text.
PATTERNS: tuple[Pattern, ...] = (
    Pattern("nip", _NIP, (18, 18), "nip", "sure"),
    Pattern("npwp", _NPWP_DOTTED, (15, 15), "npwp_dotted", "sure"),
    Pattern("account", r"\d{4}-\d\d-\d{6}-\d\d-\d", (15, 15), "any", "sure"),
    Pattern("nik", _NIK, (16, 16), "nik", "structure"),
    Pattern("npwp", _NPWP_PLAIN, (15, 16), "npwp", "weak"),
    Pattern("account", r"\d{3}-\d\d-\d{7}-\d", (13, 13), "any", "structure"),
    Pattern("phone", _PHONE, (8, 15), "phone", "sure"),
    Pattern("phone", _PHONE_PARTED, (10, 15), "phone", "sure"),
    Pattern("phone", _PHONE_MOBILE, (10, 15), "phone", "structure"),
    Pattern("phone", _PHONE_AREA, (8, 13), "phone", "structure"),
    Pattern("phone", _PHONE_BARE, (9, 13), "phone", "weak"),
)

EMAIL = r"[A-Za-z0-9][\w.+\-']{0,63}@(?:[A-Za-z0-9][A-Za-z0-9\-]{0,62}\.){1,6}[A-Za-z]{2,24}"

#: Police area codes (Perpol 7/2021, annex; the letters every plate begins with).
AREAS = (
    "A AA AB AD AE AG B BA BB BD BE BG BH BK BL BM BN BP D DA DB DC DD DE DG DH DK DL DM DN DP DR "
    "DS DT DW E EA EB ED F G H K KB KH KT KU L M N P PA PB PG PS PT PY R S T W Z"
).split()

#: A plate: area, 1–4 digits, 1–3 letters; in running text at least three digits and spaces.
PLATE_FORM = r"[A-Z]{1,2}[ \-]?[1-9]\d{0,3}[ \-]?[A-Z]{1,3}"
PLATE_IN_TEXT = r"[A-Z]{1,2} [1-9]\d{2,3} [A-Z]{2,3}"
#: What follows a number often and is no plate's ending, unless the whole column is of plates.
NOT_PLATE = (
    "KG CM MM HA KM RT RW WIB WIT THN BLN ORG JT RB UNIT TA SD PCS SET BH BTG DUS TON ML GR "
    "KW LT MW KVA KV II III IV VI VII XI XII BPS SMP SMA SMK MI MTS TK"
).split()


def plate_area(text: str) -> bool:
    """Say whether a plate-like text begins with a police area code."""
    return re.split(r"[^A-Z]", text, maxsplit=1)[0] in AREAS


def is_plate(text: str) -> bool:
    """Say whether `BK 1234 AB` has a police area in front and no unit or ordinal behind."""
    return plate_area(text) and re.split(r"[^A-Z]", text)[-1] not in NOT_PLATE
