"""The period stated in a sheet's titles or name, where no column holds one.

As a column it distinguishes this edition's rows from the next one's: without it each monthly recap
would replace the previous month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pipelines.model import Extraction
from pipelines.scaffold.period_columns import MONTHS

PERIOD_FIELD = "periode"
_YEAR = r"(?:\s+tahun)?\s+[0-9]{4}"
#: What a title may say → the period that the step `periods` writes.
_FORMS = (
    ("semester", rf"semester\s+(?:ii|i|[12]){_YEAR}"),
    ("quarter", rf"(?:triwulan|tw)\s+(?:iv|i{{1,3}}|[1-4]){_YEAR}"),
    ("month", rf"{MONTHS}\s+[0-9]{{4}}"),
)
_PERIOD_LABELS = re.compile(
    r"tahun|thn|bulan|tanggal|tgl|periode|triwulan|semester|minggu|hari|waktu|year|month|date", re.I
)


@dataclass(frozen=True)
class StatedPeriod:
    """A period outside the table: where it is stated (`title` or `sheet`), and the
    granularity (`to`) that the step `periods` writes.
    """

    where: str
    pattern: str
    to: str

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The cleaning steps that write the column."""
        taken = {"field": PERIOD_FIELD, "pattern": self.pattern}
        if self.where != "title":
            taken["where"] = self.where
        return [{"from_source": taken}, {"periods": {"fields": PERIOD_FIELD, "to": self.to}}]


def find_stated_period(found: Extraction) -> StatedPeriod | None:
    """Return the period that every sheet of the table states; None where a column holds one."""
    if any(_PERIOD_LABELS.search(str(label)) for label in found.table.frame.columns):
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
                return StatedPeriod(where, form, to)
    return None
