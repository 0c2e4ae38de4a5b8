"""The workbook: the sheets to fill in, the instructions, the hidden lists."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs

from pipelines import messages
from pipelines.model.templates import GUIDE_SHEET, LABELS_NAME, LISTS_SHEET, OWNER_NAME
from pipelines.project.dataset import Dataset
from pipelines.project.naming import EXCEL_ROWS
from pipelines.scaffold.template.cell_rules import cell_rule
from pipelines.scaffold.template.columns import TemplateColumn
from pipelines.scaffold.template.guide import write_guide
from pipelines.scaffold.template.heading import Heading
from pipelines.scaffold.template.table import TableTemplate

#: A fixed time of creation, so that the same project gives the same bytes.
_CREATED = dt.datetime(2000, 1, 1)
_NUMBER_FORMATS = {"integer": "0", "number": "General", "year": "0", "date": "yyyy-mm-dd"}
_NUMERIC = ("integer", "number", "year")
_BLUE, _PALE, _LINE = "#0b5394", "#cfe2f3", "#b7b7b7"
#: What may be done in the protected sheets.
_ALLOWED = {"format_columns": True, "format_rows": True, "insert_rows": True, "sort": True}


def write_workbook(path: Path, dataset: Dataset, tables: Sequence[TableTemplate]) -> None:
    """Write the template of one or more tables."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    author, title = dataset.office.title.id, dataset.spec.title.id
    book.set_properties({"title": title, "author": author, "created": _CREATED})
    sheets = [[book.add_worksheet(one.sheet) for one in table.headings] for table in tables]
    guide = book.add_worksheet(GUIDE_SHEET)
    guide.protect("", _ALLOWED)
    write_guide(book, guide, dataset, tables)
    ranges = _write_lists(book, [column for table in tables for column in table.columns])
    number = 0
    for table, own in zip(tables, sheets, strict=True):
        lists, ranges = ranges[: len(table.columns)], ranges[len(table.columns) :]
        for heading, sheet in zip(table.headings, own, strict=True):
            number += 1
            _write_heading(book, sheet, heading)
            _write_labels(book, sheet, table, heading)
            _write_cells(book, sheet, table, heading, lists)
            sheet.protect("", _ALLOWED)
            _define(book, dataset, table, heading, number)
    sheets[0][0].activate()
    book.close()


def _define(
    book: Any, dataset: Dataset, table: TableTemplate, heading: Heading, number: int
) -> None:
    """Define the names by which the sheet is recognised when it returns."""
    top = table.labels_at(heading)
    area = xl_range_abs(top, 0, top + table.depth - 1, max(0, len(table.columns) - 1))
    if ":" not in area:
        area = f"{area}:{area}"
    quoted = heading.sheet.replace("'", "''")
    fingerprint = dataset.schemas[table.name].fingerprint
    book.define_name(f"{LABELS_NAME}{number}", f"='{quoted}'!{area}")
    book.define_name(f"{OWNER_NAME}{number}", f'="{dataset.name}/{table.name} {fingerprint}"')


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


def _write_labels(book: Any, sheet: Any, table: TableTemplate, heading: Heading) -> None:
    """Write the label rows; labels that name a period are open to the office."""
    look = {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1}
    shut = book.add_format({**look, "bg_color": _BLUE, "font_color": "#ffffff"})
    open_ = book.add_format({**look, "bg_color": _PALE, "locked": False})
    first, columns = table.labels_at(heading), table.columns
    for top, left, bottom, right in label_areas([c.parts for c in columns], table.depth):
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
    book: Any, sheet: Any, table: TableTemplate, heading: Heading, lists: Sequence[str]
) -> None:
    """Open the cells below the labels: formats and rules of whole columns."""
    top, columns = table.labels_at(heading), table.columns
    first = top + table.depth
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
    sheet.repeat_rows(top, first - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


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
        if column.spread or (column.field is not None and column.field.type in _NUMERIC):
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
