"""What a source holds before anything is written: its table, a draft of its fields."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines import extract
from pipelines.model import Extraction
from pipelines.project.layout import Layout
from pipelines.scaffold.answers import Answers
from pipelines.scaffold.draft import SECTIONS, Draft
from pipelines.scaffold.fields import draft_fields
from pipelines.scaffold.periods.stated import stated_periods
from pipelines.text import memory

#: Drafting takes so many times the file's size in memory; below the size it is not looked at.
COPIES, CHECKED = 12, 1 << 26


@dataclass(frozen=True)
class Survey:
    """The table found, the layout that finds it again, and the draft of its fields."""

    found: Extraction
    layout: Layout
    draft: Draft


def survey_source(
    name: str,
    source: Path | str,
    layout: Layout,
    answers: Answers,
    *,
    allow_private: bool = False,
) -> Survey:
    """Find the table of a source and draft its fields.

    Sheets with the same table and a period of their own are read as one; rows that head groups
    become a column. Raises as `extract` does (`PortalProblem` also for a file that
    needs more memory than there is), and `UsageProblem` for a key that the table does not
    have or two contradicting periods.
    """
    if isinstance(source, Path) and source.is_file():
        size = source.stat().st_size
        if size > CHECKED:
            memory.require(COPIES * size, where=source.name, size=size, code="memory-short.dataset")
    found = extract.extract(source, layout, name=name, allow_private=allow_private)
    if (sheets := _similar_sheets(found)) is not None:
        wider = replace(layout, sheet=sheets)
        joined = extract.extract(source, wider, name=name, allow_private=allow_private)
        if _state_own_periods(joined):
            layout, found = wider, joined
            general = replace(layout, sheet=[_pattern([str(sheet) for sheet in sheets])])
            again = extract.extract(source, general, name=name, allow_private=allow_private)
            if [one.sheet for one in again.table.sources] == sheets:
                layout = replace(layout, sheet=general.sheet)
    if layout.sections is None and _in_sections(found):
        layout = replace(layout, sections=SECTIONS)
        found = extract.extract(source, layout, name=name, allow_private=allow_private)
    draft = draft_fields(found, answers)
    answers.check_key([item["name"] for item in draft.fields])
    if answers.decimal:
        draft.settle_decimal(answers.decimal)
    if layout.sections is not None:
        draft.fields.sort(key=lambda item: item["title"] != layout.sections)
    return Survey(found, layout, draft)


def _similar_sheets(found: Extraction) -> list[str | int] | None:
    """Return the sheets that hold the same kind of table as the one taken, with its own; None where
    there are none, or the layout says which sheets are meant."""
    unread = next((f for f in found.findings if f.code == "sheets-unread"), None)
    return json.loads(str(unread.params["all"])) if unread else None


def _pattern(sheets: Sequence[str]) -> str:
    """Return the pattern of sheet names that differ by their period, so that it fits those of the
    next edition, too: `Jan 2024`, `Feb 2024` → `* ????`."""
    parted = [re.split(r"([\s._-]+)", sheet) for sheet in sheets]
    if len({len(parts) for parts in parted}) > 1:
        return "*"
    alike = (parts[0] if len(set(parts)) == 1 else "*" for parts in zip(*parted, strict=True))
    return re.sub(r"\d", "?", "".join(alike))


def _state_own_periods(joined: Extraction) -> bool:
    """Return whether the sheets have the same labels and each states a period of its own."""
    if any(f.code in ("column-missing", "column-new") for f in joined.findings):
        return False
    return any(
        len(set(stated.stated)) == len(stated.stated) > 1 for stated in stated_periods(joined)
    )


def _in_sections(found: Extraction) -> bool:
    """Return whether the table has several section rows and every row is below one."""
    first: dict[tuple[str, str | None], int] = {}
    count = 0
    for left in found.left_out:
        if left.rule == "left-section" and left.position.row is not None:
            key = (left.position.file, left.position.sheet)
            first[key] = min(left.position.row, first.get(key, left.position.row))
            count += 1
    places = (found.table.position(index) for index in range(len(found.table)))
    return count > 1 and all(
        first.get((place.file, place.sheet), place.row or 0) < (place.row or 0) for place in places
    )
