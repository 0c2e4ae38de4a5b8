"""The period stated in a sheet's titles, its name or its file's name, where no column holds one.

As a column it distinguishes this edition's rows from the next one's: without it each monthly recap
would replace the previous month, and each year's table the year before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.errors import UsageProblem
from pipelines.model import Extraction
from pipelines.scaffold.periods.labels import MONTH_WORDS, MONTHS

_YEAR = r"(?:19|20)[0-9]{2}"
_BEFORE_YEAR = r"[\s,./_-]*(?:tahun|thn|ta)?[\s,.:/_-]*"
#: What a text may say → the period that the step `periods` writes. RE2, which knows no look-around.
_FORMS = (
    ("semester", rf"(semester\s+(?:ii|i|[12]){_BEFORE_YEAR}{_YEAR})"),
    ("quarter", rf"((?:triwulan|tw)[\s.]*(?:iv|i{{1,3}}|[1-4]){_BEFORE_YEAR}{_YEAR})"),
    ("month", rf"\b({MONTHS}{_BEFORE_YEAR}{_YEAR})"),
    ("month", rf"\b((?:{MONTH_WORDS})[\s.'_-]*(?:{_YEAR}|[0-9]{{2}}))\b"),
    ("year", rf"(?:tahun(?:\s+anggaran)?|thn|ta)[\s.:_-]*({_YEAR})\b"),
    ("year", rf"(?:^|[\s,._(-])({_YEAR})(?:$|[\s,._)-])"),
)
_SHORT_FORM = _FORMS[3][1]
#: The only year of a text.
ONE_YEAR = rf"\b({_YEAR})\b"
#: Years in such words are no period of the data: laws, and spans of several periods.
_LAW = re.compile(rf"\b(?:nomor|no\.?)\s*\d+\s*(?:/\S+\s*)?tahun\s+{_YEAR}", re.I)
_SPAN = re.compile(
    rf"(?:{MONTHS}|{_YEAR})\s*(?:-|–|s\.?\s*/?\s*d\.?|sampai(?:\s+dengan)?|hingga|dan)\s*"
    rf"(?:tahun\s+)?(?:{MONTHS}|{_YEAR})\b",
    re.I,
)
#: A label of a column of periods; `Tanggal Survei` or `Tahun Berdiri` says nothing of the edition.
_PERIOD_LABEL = re.compile(
    r"(?:tahun|thn|bulan|tanggal|tgl|periode|triwulan|semester|minggu|year|month|date|period)"
    r"(?:\s*(?:/|-|ke|data|anggaran|laporan|pelaporan|tahun|bulan|year|month|period|\.))*",
    re.I,
)
_ANY_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)|\d[/-]\d\d$")
#: Granularity → name, type and title of the field that holds it.
_FIELDS = {"year": ("tahun", "year", "Tahun")}
_DEFAULT_FIELD = ("periode", "string", "Periode")


@dataclass(frozen=True)
class StatedPeriod:
    """A period outside the table: where it is stated (`title`, `sheet` or `file`), and the
    granularity (`to`) that the step `periods` writes. stated: the texts, one per source.
    """

    where: str
    pattern: str
    to: str
    stated: tuple[str, ...] = ()

    @property
    def years(self) -> list[str]:
        """The year that each source states."""
        found = [re.search(rf"{_YEAR}|[0-9]{{2}}$", text) for text in self.stated]
        return [f"20{year.group()}"[-4:] for year in found if year]

    @property
    def field(self) -> dict[str, str]:
        """The field that holds the period."""
        name, kind, title = _FIELDS.get(self.to, _DEFAULT_FIELD)
        return {"name": name, "type": kind, "title": title}

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The cleaning steps that write the column."""
        name = self.field["name"]
        taken = {"field": name, "pattern": self.pattern}
        if self.where != "title":
            taken["where"] = self.where
        return [{"from_source": taken}, {"periods": {"fields": name, "to": self.to}}]


def settle_period(found: Extraction, place: str = "") -> StatedPeriod | None:
    """Return the period that every sheet of the table states; None where a column holds one.

    place: where the steward says that it stands (`title`, `sheet`, `file`, `none`). Raises
    `UsageProblem` when nothing stands there, or when without it two places state different years.
    """
    if place == "none" or (not place and _column_of_periods(found)):
        return None
    stated = list(stated_periods(found))
    if place:
        chosen = next((one for one in stated if one.where == place), None)
        if chosen is None:
            raise UsageProblem("new-period-missing", where=found.table.sources[0].file, place=place)
        return chosen
    for one in stated[1:]:
        for first, other in zip(stated[0].years, one.years, strict=True):
            if first != other:
                raise UsageProblem(
                    "new-period-differs",
                    where=found.table.sources[0].file,
                    first=stated[0].where,
                    first_year=first,
                    other=one.where,
                    other_year=other,
                )
    return stated[0] if stated else None


def stated_periods(found: Extraction) -> Iterator[StatedPeriod]:
    """Yield what the titles, the sheets' names and the files' names state, in this order; a place
    that states two different periods, or a span of them, says nothing."""
    titles: dict[tuple[str, str | None], list[str]] = {
        (source.file, source.sheet): [] for source in found.table.sources
    }
    for left in found.left_out:
        place = (left.position.file, left.position.sheet)
        if left.rule in ("left-title", "left-unit") and place in titles:
            titles[place].append(left.text)
    places: Mapping[str, Sequence[list[str]]] = {
        "title": list(titles.values()),
        "sheet": [[sheet or ""] for _, sheet in titles],
        "file": [[re.sub(r"\.\w{2,4}$", "", file)] for file, _ in titles],
    }
    for where, texts in places.items():
        if not texts or any(_SPAN.search(text) for each in texts for text in each):
            continue
        for to, form in _FORMS:
            if form == _SHORT_FORM and where == "title":
                continue
            each = [_stated(form, own) for own in texts]
            if all(len(values) == 1 for values in each):
                stated = tuple(value for values in each for value in values)
                if to == "year" and all(len(_stated(ONE_YEAR, own)) == 1 for own in texts):
                    form = ONE_YEAR  # the next edition may word it otherwise
                yield StatedPeriod(where, form, to, stated)
                break


def _stated(form: str, texts: Sequence[str]) -> set[str]:
    read = texts if form == ONE_YEAR else [_LAW.sub(" ", text) for text in texts]
    found = (match.group(1) for text in read for match in re.finditer(form, text, re.I))
    return {" ".join(value.casefold().split()) for value in found}


def _column_of_periods(found: Extraction) -> bool:
    """A column is labelled as one of periods, and most of its cells have a year."""
    frame = found.table.frame
    for index, label in enumerate(frame.columns):
        if not _PERIOD_LABEL.fullmatch(str(label).strip()):
            continue
        cells = frame.iloc[:, index].dropna().head(200).tolist()
        if sum(bool(_ANY_YEAR.search(cell)) for cell in cells) * 2 > len(cells):
            return True
    return False
