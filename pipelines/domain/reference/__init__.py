"""Facts that cleaning looks up, as data: region codes, month names, kinds of administration."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from pipelines.domain.footnotes import BEHIND_NAME


@dataclass(frozen=True)
class Region:
    """A regency or city: `kode` of the Ministry of Home Affairs (`12.01`), `kode_bps` of the
    statistics office (`1204`), official name, `kabupaten` or `kota`, other spellings met.
    """

    kode: str
    nama: str
    jenis: str
    kode_bps: str
    alias: tuple[str, ...]


@cache
def regions() -> tuple[Region, ...]:
    """Return the 33 regencies and cities of Sumatera Utara.

    Codes: Kepmendagri 300.2.2-2430/2025 and BPS's regional master file.
    """
    text = resources.files(__package__).joinpath("regions.csv").read_text(encoding="utf-8")
    return tuple(
        Region(
            row["kode"],
            row["nama"],
            row["jenis"],
            row["kode_bps"],
            tuple(alias for alias in row["alias"].split("|") if alias),
        )
        for row in csv.DictReader(text.splitlines())
    )


#: What may stand before a region's name, or instead of its kind.
_KINDS = re.compile(r"^(?:kabupaten|kab|kota|provinsi|propinsi|prov)(?=[^a-z])\.?\s*")
#: What counts the rows before a name: `1. Nias`. RE2, which knows no look-ahead, reads it, too.
ROW_NUMBER = re.compile(r"^\d{1,2}[.)]\s+")
_PROVINCE = frozenset({"sumaterautara", "sumatrautara", "sumut", "northsumatra"})


def _name_key(text: str) -> str:
    """Return a region's name without its kind, a footnote mark, blanks and capitals."""
    plain = BEHIND_NAME.sub("", text.strip().casefold())
    return re.sub(r"[^a-z]", "", _KINDS.sub("", plain))


@cache
def _regency_keys() -> frozenset[str]:
    return frozenset(
        _name_key(name) for region in regions() for name in (region.nama, *region.alias)
    )


def is_regency(text: str) -> bool:
    """Say whether a text is the name of one of the province's regencies and cities."""
    return _name_key(text) in _regency_keys()


def is_province(text: str) -> bool:
    """Say whether a text is the province's name."""
    return _name_key(text) in _PROVINCE


@cache
def calendar() -> dict[str, Any]:
    """Return `months`, `weekdays`, `parts` (quarter, semester …): written form → number."""
    text = resources.files(__package__).joinpath("calendar.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return {
        kind: {
            str(word).casefold(): int(number)
            for number, words in table.items()
            for word in words.split()
        }
        for kind, table in found.items()
    }
