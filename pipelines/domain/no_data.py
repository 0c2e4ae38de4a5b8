"""Cells that say that there is no data: marks, and the words that offices write."""

from __future__ import annotations

import re

#: In any column (domain.md, "Numbers as text").
MARKS = ("-", "--", "–", "—", "…", "...", "n/a", "N/A", "#N/A", "")
#: More of them where a number, a date or a yes/no is expected.
TYPED_MARKS = (
    *MARKS,
    *("Rp -", "Rp. -", "Rp-", "Rp.-", "Rp -,-"),
    *".. NA na N.A. n.a. null NULL None nan NaN t.a.d tad TAD * x X ?".split(),
    "tidak ada data",
    "Tidak ada data",
)
_MARKS = frozenset(mark.casefold() for mark in TYPED_MARKS)
#: `tidak ada`, `nihil` and `kosong` are none of them: each may mean zero.
_PHRASE = re.compile(
    r"(?:data\s+|datanya\s+)?(?:masih\s+)?(?:belum|tidak|tdk|blm)\.?\s+"
    r"(?:tersedia|lapor|melapor|melaporkan|dilaporkan|masuk|diisi|terisi|tercatat|terdata|didata|"
    r"diketahui|dihitung|diolah|diterima)(?:\s+(?:data|datanya|laporan))?"
    r"|(?:data\s+|masih\s+)?(?:belum|blm)\.?\s+ada(?:\s+(?:data|datanya|laporan))?"
    r"|(?:data\s+)?tidak\s+(?:ada\s+(?:data|laporan|pengukuran)|terukur|diukur)|(?:masih\s+)?dalam\s+proses|menunggu\s+(?:data|laporan)"
    r"|not\s+available|not\s+reported|no\s+data",
    re.IGNORECASE,
)


def is_no_data_phrase(text: str) -> bool:
    """Say whether a cell says in words that there is no data: `belum lapor`, `data belum ada`."""
    return bool(_PHRASE.fullmatch(text.strip(" .!()*")))


def is_no_data(text: str) -> bool:
    """Say whether a cell where a number is expected says that there is none."""
    return text.strip().casefold() in _MARKS or is_no_data_phrase(text)


_CODED = re.compile(r"(?<![\d.,])(-?\d{3,5})\s*(?:=|:|adalah|artinya)\s*([^;,=]+)")


def codes_for_no_data(text: str) -> list[str]:
    """Return the numbers that a legend says stand for no data: `9999 = tidak ada data`."""
    return [code for code, said in _CODED.findall(text) if is_no_data_phrase(said)]
