"""Periods side by side as columns: recognised, so that a new dataset unpivots them into rows.

The next edition adds or renames such columns and so breaks programs that read them; rows do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MONTHS = (
    r"(?:januari|februari|pebruari|maret|april|mei|juni|juli|agustus|september|"
    r"oktober|november|nopember|desember)"
)
_MONTH = re.compile(rf"(?:bulan\s+)?{MONTHS}\.?(?:\s+(?:19|20)\d{{2}})?", re.I)
_DAY = re.compile(
    rf"\d{{1,2}}\s+{MONTHS}\s+(?:19|20)\d{{2}}|(?:19|20)\d{{2}}-\d{{2}}-\d{{2}}|"
    r"\d{1,2}[-/]\d{1,2}[-/](?:19|20)\d{2}",
    re.I,
)
#: Field → what the first part of a label must look like to become it.
PERIODS = (
    ("tanggal", _DAY),
    ("bulan", _MONTH),
    ("tahun", re.compile(r"(?:tahun\s+)?(?:19|20)\d{2}\*?", re.I)),
    ("triwulan", re.compile(r"(?:triwulan|tw)\s+(?:iv|i{1,3}|[1-4])(?:\s+(?:19|20)\d{2})?", re.I)),
    ("semester", re.compile(r"semester\s+(?:i{1,2}|[12])(?:\s+(?:19|20)\d{2})?", re.I)),
)
#: The same for the further parts of a label; anything else becomes `rincian`.
PARTS = (
    ("jenis_kelamin", re.compile(r"l|p|laki\s*-?\s*laki|perempuan|jumlah|total|l\s*\+\s*p", re.I)),
    ("minggu", re.compile(r"minggu\s+(?:ke\s*-?\s*)?(?:iv|v|i{1,3}|[1-5])", re.I)),
    *PERIODS,
)


@dataclass(frozen=True)
class PeriodColumns:
    """Indexes of the columns that hold periods, and the field for each part of their labels."""

    indexes: frozenset[int]
    names: tuple[str, ...]

    @property
    def period(self) -> str:
        """The field of the first part: tanggal, bulan, tahun, triwulan or semester."""
        return self.names[0]


def find_period_columns(labels: Sequence[str]) -> PeriodColumns | None:
    """Return the columns whose labels begin with a period of one kind; None for fewer than two.

    Their labels must have the same number of parts (separated by ` / `).
    """
    parts = [label.split(" / ") for label in labels]
    for name, form in PERIODS:
        indexes = [index for index, part in enumerate(parts) if form.fullmatch(part[0].strip())]
        depths = {len(parts[index]) for index in indexes}
        if len(indexes) < 2 or len(depths) != 1:
            continue
        names = [name]
        for level in range(1, depths.pop()):
            names.append(_part_field([parts[index][level] for index in indexes], names))
        return PeriodColumns(frozenset(indexes), tuple(names))
    return None


def _part_field(texts: Sequence[str], taken: Sequence[str]) -> str:
    for name, form in PARTS:
        if name not in taken and all(form.fullmatch(text.strip()) for text in texts):
            return name
    name = "rincian"
    while name in taken:
        name = f"rincian_{int(name.partition('_')[2] or 1) + 1}"
    return name
