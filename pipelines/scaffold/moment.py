"""The period that a sheet's titles (or its name) state and no column does.

As a column it tells this edition's rows from the next one's: without it a monthly recap could only
replace the month before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pipelines.model import Extraction
from pipelines.scaffold.spread import MONTHS

FIELD = "periode"
_YEAR = r"(?:\s+tahun)?\s+[0-9]{4}"
#: What a title may say → the period that the step `periods` writes.
_FORMS = (
    ("semester", rf"semester\s+(?:ii|i|[12]){_YEAR}"),
    ("quarter", rf"(?:triwulan|tw)\s+(?:iv|i{{1,3}}|[1-4]){_YEAR}"),
    ("month", rf"{MONTHS}\s+[0-9]{{4}}"),
)
_TIMES = re.compile(
    r"tahun|thn|bulan|tanggal|tgl|periode|triwulan|semester|minggu|hari|waktu|year|month|date", re.I
)


@dataclass(frozen=True)
class Moment:
    """A period outside the table: where it stands, and what `periods` makes of it."""

    where: str
    pattern: str
    to: str

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The cleaning steps that write the column."""
        taken = {"field": FIELD, "pattern": self.pattern}
        if self.where != "title":
            taken["where"] = self.where
        return [{"from_source": taken}, {"periods": {"fields": FIELD, "to": self.to}}]


def find_moment(found: Extraction) -> Moment | None:
    """Return the period that every sheet of the table states; None where a column tells one."""
    if any(_TIMES.search(str(label)) for label in found.table.frame.columns):
        return None
    titles = {(source.file, source.sheet): "" for source in found.table.sources}
    for left in found.left_out:
        place = (left.position.file, left.position.sheet)
        if left.rule == "left-title" and place in titles:
            titles[place] += f"\n{left.text}"
    names = [sheet or "" for _, sheet in titles]
    for where, texts in (("title", list(titles.values())), ("sheet", names)):
        for to, form in _FORMS:
            if texts and all(re.search(form, text, re.I) for text in texts):
                return Moment(where, form, to)
    return None
