"""What the digits of an identity number must be, beyond their count. All functions vectorised.

Each takes (n, L) uint8 digits 0–9 and gives (n,) bool. NIK and KK have no check digit, so the
region and the date are the test: of random 16-digit numbers 0.2 % pass. NIP passes by chance
about once in 10⁸. NPWP has a Luhn digit: one in ten of random numbers passes, so where it matters
the column's share decides (`evidence`).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from pipelines.domain.identifiers.regions import DISTRICTS, regency_table

Digits = np.ndarray[Any, np.dtype[np.uint8]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]

#: Youngest and oldest age (years) at which a civil servant is appointed.
APPOINTMENT_AGES = (16, 62)
#: Nobody born later serves yet; without a bound a timestamp passes. To be raised about 2031.
LATEST_BIRTH = 2015


def number(digits: Digits, start: int, stop: int) -> Numbers:
    """Return the number that columns [start, stop) write, (n,)."""
    total = np.zeros(len(digits), dtype=np.int64)
    for column in range(start, stop):
        total = total * 10 + digits[:, column]
    return total


@cache
def _day_table() -> Mask:
    """(100, 100) bool: whether month m ever has a day d (29 February counts)."""
    table = np.zeros((100, 100), dtype=bool)
    for month in range(1, 13):
        table[month, 1 : 30 if month == 2 else 31 if month in (4, 6, 9, 11) else 32] = True
    return table


def real_date(year: Numbers, month: Numbers, day: Numbers) -> Mask:
    """Say which dates exist; years are full years."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    known = _day_table()[np.clip(month, 0, 99), np.clip(day, 0, 99)]
    return np.asarray(known & (leap | (month != 2) | (day != 29)))


def nik(digits: Digits, *, rounded: bool = False) -> Mask:
    """NIK or KK, 16 digits `PPRRSS DDMMYY XXXX`; the day of a woman's NIK is 40 more.

    The serial starts at 0001; with `rounded` 0000 passes too, since a spreadsheet that took the
    number for a quantity has zeroed its sixteenth digit. Source: Permendagri 108/2019, UU 24/2013.
    """
    region = regency_table()[number(digits, 0, 4)]
    district = number(digits, 4, 6)
    day = number(digits, 6, 8)
    day = np.where(day > 40, day - 40, day)
    # Two digits do not tell the century; 2000 is a leap year and 1900 is not, so read 20YY.
    dated = real_date(2000 + number(digits, 10, 12), number(digits, 8, 10), day)
    serial = number(digits, 12, 16) > 0
    # `1201 1202 1203 1204` is a list of region codes, each of the same province.
    province = number(digits, 0, 2)
    listed = (
        (province == district)
        & (province == number(digits, 8, 10))
        & (province == number(digits, 12, 14))
    )
    known = region & (district >= 1) & (district <= DISTRICTS)
    return np.asarray(known & dated & (serial | rounded) & ~listed)


def nip(digits: Digits) -> Mask:
    """NIP, 18 digits: birth date, appointment (YYYYMM), sex 1–2, serial from 001.

    A contract employee (PPPK) has 21, 22 … (kind 2, which contract) in the month's place.
    Source: Peraturan Kepala BKN 22/2007 and 43/2007; BKN's rule for PPPK.
    """
    born = number(digits, 0, 4)
    appointed = number(digits, 8, 12)
    month = number(digits, 12, 14)
    age = appointed - born
    return np.asarray(
        (born >= 1920)
        & real_date(born, number(digits, 4, 6), number(digits, 6, 8))
        & (appointed >= 1945)
        & (born <= LATEST_BIRTH)
        & (age >= APPOINTMENT_AGES[0])
        & (age <= APPOINTMENT_AGES[1])
        & (((month >= 1) & (month <= 12)) | ((month >= 21) & (month <= 29)))
        & ((digits[:, 14] == 1) | (digits[:, 14] == 2))
        & (number(digits, 15, 18) > 0)
    )


def luhn(digits: Digits) -> Mask:
    """Say which numbers end with their Luhn check digit."""
    doubled = digits.astype(np.int64)
    doubled[:, -2::-2] *= 2
    doubled = np.where(doubled > 9, doubled - 9, doubled)
    return np.asarray(doubled.sum(axis=1) % 10 == 0)


def npwp(digits: Digits) -> Mask:
    """NPWP, 15 digits, or 16 that begin with 0: Luhn over the first 8 + 1, a tax office, a branch.

    (The other 16-digit NPWP is a NIK.) Tax offices (KPP) are numbered from 001. Source:
    PMK 112/2022; `stdnum.id.npwp` tests the same check digit.
    """
    body = digits if digits.shape[1] == 15 else digits[:, 1:]
    lead = np.ones(len(digits), dtype=bool) if digits.shape[1] == 15 else digits[:, 0] == 0
    return lead & luhn(body[:, :9]) & (number(body, 0, 8) > 0) & (number(body, 9, 12) > 0)
