"""What the labelled set is made of: identifiers as people write them, and things like them.

Everything is invented by a seeded generator.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Make = Callable[[random.Random], str]

REGENCIES = [*range(1, 26), *range(71, 79)]
PROVINCES = {32: 18, 33: 29, 35: 29, 14: 10, 11: 18, 13: 12, 31: 1}
SILENT = ("kolom_3", "keterangan", "data", "isian", "kode", "uraian", "catatan", "nomor")


def nik(r: random.Random, *, card: bool = False) -> str:
    """A NIK (or KK) of somebody, four in five of North Sumatra."""
    if r.random() < 0.8:
        region = f"12{r.choice(REGENCIES):02d}"
    else:
        province = r.choice(list(PROVINCES))
        region = f"{province}{r.randint(1, PROVINCES[province]):02d}"
    day = r.randint(1, 28) + (0 if card else r.choice((0, 40)))
    year = r.randint(5, 25) if card else r.choice([*range(45, 100), *range(0, 20)])
    return (
        f"{region}{r.randint(1, 24):02d}{day:02d}{r.randint(1, 12):02d}{year:02d}"
        f"{r.randint(1, 40):04d}"
    )


def nip(r: random.Random) -> str:
    """A NIP of a civil servant, one in ten on contract."""
    born = r.randint(1964, 1998)
    joined = min(born + r.randint(20, 35), 2024)
    month = r.randint(21, 22) if joined >= 2021 and r.random() < 0.5 else r.randint(1, 12)
    return (
        f"{born}{r.randint(1, 12):02d}{r.randint(1, 28):02d}{joined}{month:02d}"
        f"{r.randint(1, 2)}{r.randint(1, 30):03d}"
    )


def luhn_digit(digits: str) -> int:
    """The Luhn check digit for these digits."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def npwp(r: random.Random) -> str:
    """A 15-digit NPWP."""
    body = f"{r.choice((1, 2, 4, 6, 7, 8, 24, 48, 67, 88)):02d}{r.randint(1, 999_999):06d}"
    return f"{body}{luhn_digit(body)}{r.randint(1, 999):03d}{r.choice((0, 0, 0, 1)):03d}"


def mobile(r: random.Random) -> str:
    """A mobile number, national form without the 0."""
    prefix = r.choice(
        "811 812 813 821 822 823 851 852 853 814 815 817 818 819 859 877 878 895".split()
    )
    return prefix + "".join(r.choice("0123456789") for _ in range(r.randint(7, 8)))


def phone(r: random.Random) -> str:
    """A telephone number as people write one."""
    n = mobile(r)
    a, b, c = n[:3], n[3:7], n[7:]
    local = f"{r.randint(200, 899)}{r.randint(1000, 9999)}"
    return r.choice(
        (
            f"0{n}", f"0{n}", f"0{a}-{b}-{c}", f"0{a} {b} {c}", f"+62{n}", f"+62 {a} {b} {c}",
            f"+62 {a}-{b}-{c}", f"0062{n}", f"(+62) {a} {b} {c}", f"62{n}", f"0{a}.{b}.{c}",
            f"(061) {local}", f"061-{local}", f"(0622) {local[:5]}", f"0633-{local[:6]}",
        )
    )  # fmt: skip


def email(r: random.Random) -> str:
    """An e-mail address."""
    first, last = r.choice(GIVEN).lower(), r.choice(CLANS).lower()
    user = r.choice((f"{first}.{last}", f"{first}{r.randint(1, 99)}", f"{first[0]}_{last}"))
    return user + "@" + r.choice(("gmail.com", "yahoo.co.id", "contoh.id", "kantor.sumut.web.id"))


def account(r: random.Random) -> str:
    """A bank account number as the banks write theirs."""
    n = "".join(r.choice("0123456789") for _ in range(16))
    return r.choice(
        (
            f"{n[:4]}-{n[4:6]}-{n[6:12]}-{n[12:14]}-{n[14]}", n[:10], n[:13], n[:15],
            f"{n[:3]}-{n[3:5]}-{n[5:12]}-{n[12]}", f"{n[:3]}.{n[3:5]}.{n[5:7]}.{n[7:13]}-{n[13]}",
        )
    )  # fmt: skip


def plate(r: random.Random) -> str:
    """A licence plate."""
    tail = "".join(r.choice("ABCDEFGHJKLNPQRSTUVWXYZ") for _ in range(2))
    return f"{r.choice(('BK', 'BB', 'BK', 'B', 'BM', 'BL', 'D'))} {r.randint(1000, 9999)} {tail}"


GIVEN = "Budi Siti Rotua Ahmad Dewi Togar Maria Fitri Agus Hendra Yusuf Lestari Sri Rizky".split()
CLANS = "Siregar Simanjuntak Lubis Nasution Harahap Ginting Tarigan Sinaga Purba Santoso".split()


def disguised(r: random.Random, number: str) -> str:
    """The same number as sheets and people bring it: quoted, spaced, grouped, in other digits."""
    form = r.randrange(9)
    if form == 0:
        return "'" + number
    if form == 1:
        return " ".join(number)
    if form == 2:
        return f"  {number} "
    if form == 3:
        return number + ".0"
    if form == 4:
        return "".join(chr(0xFF10 + int(d)) for d in number)
    if form == 5:
        place = r.randint(2, 12)
        return number[:place] + r.choice("\u200b\u2060\ufeff") + number[place:]
    if form == 6 and len(number) == 16:
        return r.choice(" .-").join(
            (number[:2], number[2:4], number[4:6], number[6:12], number[12:])
        )
    if form == 7 and len(number) == 16:
        return r.choice(" .-").join(number[i : i + 4] for i in range(0, 16, 4))
    if form == 8 and len(number) == 18:
        return f"{number[:8]} {number[8:14]} {number[14]} {number[15:]}"
    return number


def dotted(number: str) -> str:
    """An NPWP as it is printed."""
    n = number
    return f"{n[:2]}.{n[2:5]}.{n[5:8]}.{n[8]}-{n[9:12]}.{n[12:]}"


def digits(count: int, first: str = "") -> Make:
    """Random digits."""
    return lambda r: first + "".join(r.choice("0123456789") for _ in range(count - len(first)))


def shape(*templates: str) -> Make:
    """One of these texts: `#` is any digit, `{01..30}` a number of that range, zeros kept."""

    def fill(r: random.Random, match: re.Match[str]) -> str:
        if match.group() == "#":
            return r.choice("0123456789")
        low, high = match.group(1), match.group(2)
        return str(r.randint(int(low), int(high))).zfill(len(low) if low[0] == "0" else 0)

    return lambda r: re.sub(
        r"#|\{(\d+)\.\.(\d+)\}", lambda match: fill(r, match), r.choice(templates)
    )


DAY = "{01..28}-{01..12}-{2018..2025}"
STAMP = "20{18..25}{01..12}{01..28}{00..23}{00..59}{00..59}"


#: A 16-digit budget number without its dots; many begin as NIK of Bali and its neighbours do.
BUDGET = "5{1..3}{01..06}{01..04}{01..12}{01..12}{01..30}{0001..0060}"


def near_nik(r: random.Random) -> str:
    """Sixteen digits that miss being a NIK by one part: region, district, day, month or serial."""
    n = nik(r)
    return r.choice(
        (
            f"{r.choice((10, 20, 22, 29, 37, 40, 55, 66, 77, 88, 97, 98, 99))}{n[2:]}",
            f"12{r.choice((26, 30, 40, 55, 69, 79, 88, 99))}{n[4:]}", f"{n[:4]}00{n[6:]}",
            f"{n[:6]}{r.choice((0, 32, 35, 40, 72, 80, 99)):02d}{n[8:]}",
            f"{n[:8]}{r.choice((0, 13, 20, 45, 99)):02d}{n[10:]}", f"{n[:12]}0000",
        )
    )  # fmt: skip
