"""The workbook: the sheet to fill in, the instructions, the hidden lists."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs

from pipelines import messages
from pipelines.model.templates import (
    GUIDE_SHEET,
    LABELS_NAME,
    LISTS_SHEET,
    TEMPLATE_NAME,
    TemplateMark,
)
from pipelines.project.dataset import Dataset
from pipelines.project.naming import EXCEL_ROWS, table_title
from pipelines.scaffold.template.cell_rules import cell_rule
from pipelines.scaffold.template.columns import TemplateColumn
from pipelines.scaffold.template.guide import write_guide
from pipelines.scaffold.template.heading import Heading

#: A fixed time of creation, so that the same project gives the same bytes.
_CREATED = dt.datetime(2000, 1, 1)
_NUMBER_FORMATS = {"integer": "0", "number": "General", "year": "0", "date": "yyyy-mm-dd"}
_NUMERIC = ("integer", "number", "year")
_BLUE, _PALE, _LINE = "#0b5394", "#cfe2f3", "#b7b7b7"
#: What may be done in the protected sheets.
_ALLOWED = {"format_columns": True, "format_rows": True, "insert_rows": True, "sort": True}


def write_workbook(
    path: Path,
    dataset: Dataset,
    table: str,
    heading: Heading,
    columns: Sequence[TemplateColumn],
    mark: TemplateMark,
) -> None:
    """Write the template of a table."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    title = table_title(dataset, table)
    book.set_properties({"title": title.id, "author": dataset.office.title.id, "created": _CREATED})
    sheet = book.add_worksheet(heading.sheet)
    guide = book.add_worksheet(GUIDE_SHEET)
    _write_heading(book, sheet, heading)
    _write_labels(book, sheet, columns, mark)
    _write_cells(book, sheet, columns, mark, _write_lists(book, columns))
    write_guide(book, guide, dataset, table, heading, columns)
    for one in (sheet, guide):
        one.protect("", _ALLOWED)
    first, last = mark.header[0] - 1, mark.header[-1] - 1
    quoted = heading.sheet.replace("'", "''")
    labels = xl_range_abs(first, 0, last, max(0, len(columns) - 1))
    book.define_name(LABELS_NAME, f"='{quoted}'!{labels}")
    book.define_name(TEMPLATE_NAME, f'="{mark.text}"')
    book.close()


def _write_heading(book: Any, sheet: Any, heading: Heading) -> None:
    bold = book.add_format({"bold": True, "font_size": 14})
    plain = book.add_format({"bold": True})
    fill = book.add_format({"locked": False, "bg_color": "#fff2cc", "border": 1, "num_format": "@"})
    for row, line in enumerate(heading.lines):
        if isinstance(line, str):
            sheet.write_string(row, 0, line, plain if row else bold)
            continue
        sheet.write_string(row, 0, f"{line.title}:", plain)
        sheet.write_blank(row, 1, None, fill)
        text = messages.text("template-title-cell", lang="id", before=line.before or "–")
        prompt = {"input_title": line.title[:32], "input_message": text[:255]}
        sheet.data_validation(row, 1, row, 1, {"validate": "any", **prompt})


def _write_labels(
    book: Any, sheet: Any, columns: Sequence[TemplateColumn], mark: TemplateMark
) -> None:
    """Write the label rows; labels that name a period are open to the office."""
    look = {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1}
    shut = book.add_format({**look, "bg_color": _BLUE, "font_color": "#ffffff"})
    open_ = book.add_format({**look, "bg_color": _PALE, "locked": False})
    first = mark.header[0] - 1
    for top, left, bottom, right in label_areas([c.parts for c in columns], len(mark.header)):
        text = columns[left].parts[top]
        style = open_ if columns[left].period else shut
        if (top, left) == (bottom, right):
            sheet.write_string(first + top, left, text, style)
        else:
            sheet.merge_range(first + top, left, first + bottom, right, text, style)


def label_areas(
    labels: Sequence[tuple[str, ...]], depth: int
) -> Iterator[tuple[int, int, int, int]]:
    """Yield (top, left, bottom, right) of each cell of the label rows, 0-based and inclusive.

    A label of fewer parts than rows reaches down; one part over several labels reaches right.
    """
    for left, parts in enumerate(labels):
        for top in range(len(parts) - 1):
            group = parts[: top + 1]

            def within(index: int, group: tuple[str, ...] = group) -> bool:
                return labels[index][: len(group)] == group and len(labels[index]) > len(group)

            if left and within(left - 1):
                continue
            right = left
            while right + 1 < len(labels) and within(right + 1):
                right += 1
            yield top, left, top, right
        yield len(parts) - 1, left, depth - 1, left


def _write_cells(
    book: Any,
    sheet: Any,
    columns: Sequence[TemplateColumn],
    mark: TemplateMark,
    lists: Sequence[str],
) -> None:
    """Open the cells below the labels: formats and rules of whole columns."""
    first = mark.header[-1]
    locked = book.add_format({"locked": True})
    for row in range(first):
        sheet.set_row(row, None, locked)
    for index, (column, source) in enumerate(zip(columns, lists, strict=True)):
        look = {"locked": False, "border": 1, "border_color": _LINE}
        style = book.add_format({**look, "num_format": _number_format(column)})
        longest = max((len(part) for part in column.parts), default=0)
        texts = [len(text) for text in (*column.texts[:200], *column.choices)]
        sheet.set_column(
            index, index, min(40, max(8, longest * 0.7 + 2, max(texts, default=0) + 2)), style
        )
        rule = cell_rule(column, source)
        if rule["validate"] != "any" or "input_message" in rule:
            sheet.data_validation(first, index, EXCEL_ROWS - 1, index, rule)
    sheet.freeze_panes(first, _frozen(columns))
    sheet.repeat_rows(mark.header[0] - 1, first - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.activate()


def _number_format(column: TemplateColumn) -> str:
    """Return how cells show what is typed: codes keep their zeros, numbers as many decimals as in
    the latest edition."""
    if column.field is None:
        return "General"
    kind = "" if column.altered else column.field.type
    if kind == "number" and column.decimals:
        return "0." + "0" * column.decimals
    return _NUMBER_FORMATS.get(kind, "@")


def _frozen(columns: Sequence[TemplateColumn]) -> int:
    """Return how many columns at the left stay in view: those up to the first number, at most 3."""
    for index, column in enumerate(columns[:3]):
        if column.period or (column.field is not None and column.field.type in _NUMERIC):
            return index
    return min(3, len(columns) - 1) if columns else 0


def _is_numeric(column: TemplateColumn) -> bool:
    """Return whether the choices are numbers to the program: a code is not."""
    if column.field is not None:
        return column.field.type in _NUMERIC
    return all(re.fullmatch("0|[1-9][0-9]*", text) for text in column.choices)


def _write_lists(book: Any, columns: Sequence[TemplateColumn]) -> list[str]:
    """Write the choices on a hidden sheet; return the range of each column, empty without any."""
    ranges = [""] * len(columns)
    written: dict[tuple[str, ...], str] = {}
    sheet = None
    for index, column in enumerate(columns):
        if not column.choices:
            continue
        if column.choices not in written:
            if sheet is None:
                sheet = book.add_worksheet(LISTS_SHEET)
                sheet.hide()
            place = len(written)
            sheet.write_string(0, place, column.label)
            for row, text in enumerate(column.choices, start=1):
                if _is_numeric(column):
                    sheet.write_number(row, place, float(text))
                else:
                    sheet.write_string(row, place, text)
            area = xl_range_abs(1, place, len(column.choices), place)
            written[column.choices] = f"={LISTS_SHEET}!{area}"
        ranges[index] = written[column.choices]
    return ranges
