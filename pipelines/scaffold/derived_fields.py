"""Fields and units that no column of the sheet holds: the period, region codes, a stated scale."""

from __future__ import annotations

from pipelines import messages
from pipelines.domain.footnotes import BEHIND_NAME
from pipelines.domain.quantities import quantity, stated_scale
from pipelines.domain.reference import ROW_NUMBER, is_regency
from pipelines.model import Extraction
from pipelines.scaffold.answers import Answers
from pipelines.scaffold.draft import Draft, number_repeated
from pipelines.scaffold.field_inference import (
    is_percentage,
)
from pipelines.scaffold.periods.stated import settle_period

#: The field of region codes, and names of regions that show that a column holds them.
REGION_CODE, MIN_REGIONS = "kode_wilayah", 3


def add_stated_scale(draft: Draft, found: Extraction) -> None:
    """Give fields of money the unit that the titles state for all of them: `ribu rupiah`."""
    rules = ("left-title", "left-unit")
    scales = {stated_scale(left.text) for left in found.left_out if left.rule in rules} - {""}
    if len(scales) != 1:
        return
    for item in draft.fields:
        numeric = item["type"] in ("integer", "number") and "unit" not in item
        if numeric and quantity(item["title"]) in ("money", "") and not is_percentage(item):
            item["unit"] = f"{next(iter(scales))} rupiah"


def add_region_codes(draft: Draft, found: Extraction) -> None:
    """Add the ministry's codes beside a column of regencies and cities, where none has codes."""
    if any(item["name"].startswith("kode") for item in draft.fields):
        return
    labels = {name: label for label, name in draft.columns.items()}
    frame = found.table.frame
    columns = number_repeated([str(label) for label in frame.columns])
    for place, item in enumerate(draft.fields):
        if item["type"] != "string" or item["name"] not in labels:
            continue
        texts = frame.iloc[:, columns.index(labels[item["name"]])].dropna().tolist()
        if len(set(texts)) >= MIN_REGIONS and all(map(is_regency, texts)):
            for extra in (BEHIND_NAME, ROW_NUMBER):
                if any(extra.search(text.strip()) for text in texts):
                    gone = {"pattern": extra.pattern, "to": "", "regex": True}
                    draft.steps.append({"replace": {**gone, "fields": item["name"]}})
            step = {"regions": {"fields": REGION_CODE, "source": item["name"]}}
            draft.steps.append(step)
            code = {"name": REGION_CODE, "type": "string", "title": "Kode Wilayah"}
            draft.fields.insert(place, code)
            draft.decisions.append(
                messages.text("infer-regions", "message", lang="id", label=item["title"])
            )
            return


def add_period(draft: Draft, found: Extraction, answers: Answers) -> None:
    """Add the field of the period that the steward gives or the source states."""
    if answers.period_steps:
        steps, field_ = answers.period_steps, answers.period_field
    else:
        stated = settle_period(found, answers.period)
        if stated is None:
            return
        steps, field_ = stated.steps, stated.field
    name = field_["name"]
    if name in {item["name"] for item in draft.fields}:
        return
    draft.steps += steps
    draft.fields.insert(0, dict(field_))
    draft.period = name
    draft.decisions.append(messages.text("infer-moment", "message", lang="id", field=name))
