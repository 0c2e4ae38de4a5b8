"""The sheet of instructions: how to fill in, and what each column means; Indonesian, then English.

The example stands here and not among the data, so that no example is taken for a row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines import messages
from pipelines.messages import Lang
from pipelines.project.dataset import Dataset
from pipelines.project.naming import table_title
from pipelines.scaffold.template.cell_rules import accepted
from pipelines.scaffold.template.columns import TemplateColumn
from pipelines.scaffold.template.table import TableTemplate

_HEADS = ("column", "meaning", "unit", "required-head", "accepted", "example")
_WIDTHS = (28, 60, 14, 12, 44, 28)


def write_guide(book: Any, sheet: Any, dataset: Dataset, tables: Sequence[TableTemplate]) -> None:
    """Write the instructions of a template."""
    border = {"text_wrap": True, "valign": "top", "border": 1}
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format(
            {"bold": True, "bg_color": "#0b5394", "font_color": "#ffffff", "text_wrap": True}
        ),
        "cell": book.add_format(border),
        "example": book.add_format({**border, "italic": True, "bg_color": "#eeeeee"}),
    }
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, width)
    row = 0
    for lang in messages.LANGS:
        for table in tables:
            row = _write_table(sheet, dataset, table, lang, formats, row)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_table(
    sheet: Any,
    dataset: Dataset,
    table: TableTemplate,
    lang: Lang,
    formats: Mapping[str, Any],
    row: int,
) -> int:
    """Write the instructions of one table from a row on; return the row after it and a gap."""
    title = table_title(dataset, table.name)
    name = title.en if lang == "en" else title.id
    sheet.write_string(row, 0, _text("template-guide", lang, title=name), formats["title"])
    for number, line in enumerate(_how(table, lang), start=1):
        sheet.write_string(row + number, 0, f"{number}. {line}")
        last = row + number
    row = last + 2
    for index, head in enumerate(_HEADS):
        sheet.write_string(row, index, _text(f"template-{head}", lang), formats["head"])
    for texts in _rows(table.columns, _sample(dataset, table.name), lang):
        row += 1
        for index, text in enumerate(texts):
            style = formats["example" if index == len(texts) - 1 else "cell"]
            sheet.write_string(row, index, text, style)
    return row + 3


def _how(table: TableTemplate, lang: Lang) -> Iterator[str]:
    first = table.headings[0]
    sheets = ", ".join(f"'{heading.sheet}'" for heading in table.headings)
    several = len(table.headings) > 1
    yield _text("template-how-fill-several" if several else "template-how-fill", lang, sheet=sheets)
    yield _text("template-how-rows", lang)
    yield _text("template-how-empty", lang)
    for value in first.stated:
        title = value.title_en if lang == "en" else value.title
        place = f"template-how-{value.where}"
        yield _text(place, lang, title=title, before=value.before or "–", sheet=first.sheet)
    if any(column.period for column in table.columns):
        yield _text("template-how-periods", lang)
    yield _text("template-how-labels", lang)
    yield _text("template-how-example", lang)


def _rows(
    columns: Sequence[TemplateColumn], example: dict[str, str], lang: Lang
) -> Iterator[tuple[str, ...]]:
    """Yield a row for each column, and one for all columns that become rows of a field."""
    spread: dict[str, list[str]] = {}
    for column in columns:
        if column.spread and column.field is not None:
            spread.setdefault(column.field.name, []).append(column.label)
    for column in columns:
        label = column.label
        if column.spread and column.field is not None:
            alike = spread[column.field.name]
            if label != alike[0]:
                continue
            label = f"{label} … {alike[-1]}" if len(alike) > 1 else label
        field = column.field
        if field is None:
            meaning = _text("template-unpublished", lang, why=column.why or "–")
            yield label, meaning, "", _text("template-optional", lang), accepted(column, lang), ""
            continue
        meaning = ": ".join(
            part for part in (field.text("title", lang), field.text("description", lang)) if part
        )
        need = _text("template-required" if column.required else "template-optional", lang)
        shown = str(field.descriptor.get("example") or "") or example.get(field.name, "")
        if column.choices and shown not in column.choices:
            shown = column.choices[0]
        yield label, meaning, field.unit, need, accepted(column, lang), shown


def _sample(dataset: Dataset, table: str) -> dict[str, str]:
    """Return the first row of the schema's valid sample, which holds no personal data."""
    name = dataset.spec.tables[table].schema_name
    path = dataset.project / "schemas" / "samples" / f"{name}.valid.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file), {})
    return {key: value or "" for key, value in row.items() if key}


def _text(code: str, lang: Lang, **params: object) -> str:
    return messages.text(code, lang=lang, **params)
