"""XLSX as people open it: typed cells, a frozen and filtered header, the meaning of every column.

Texts are written as texts, so a code keeps its zeros and a cell that begins with `=` is no formula.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter

from pipelines import messages
from pipelines.package.shared_strings import cut_text
from pipelines.package.sheet_rows import SheetColumn, fill, value_cells
from pipelines.project.dataset import Dataset
from pipelines.project.naming import LICENSES, citation, table_title
from pipelines.project.schema import SchemaField, TableSchema

if TYPE_CHECKING:
    import pandas as pd

#: Digits that a number of Excel keeps; longer ones stay text.
_DIGITS = 15
#: A number that is written into the file as it stands.
_PLAIN = r"^-?(0|[1-9][0-9]{0,7})(\.[0-9]{1,6})?$"
_STRING = pa.large_string()
#: A fixed time of creation, so that the same table gives the same bytes.
_CREATED = dt.datetime(2000, 1, 1)
#: Excel counts a 29 February 1900; its day numbers fit this epoch only from 1 March (61) on.
_EPOCH, _FIRST_DAY = dt.date(1899, 12, 30), dt.date(1900, 3, 1)

Cell = str | int | float | bool


def write_workbook(
    dataset: Dataset, name: str, frame: pd.DataFrame, path: Path, *, version: str, url: str
) -> None:
    """Write n × m text cells of table `name` as a workbook of three sheets."""
    schema = dataset.schemas[name]
    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    title = table_title(dataset, name)
    book.set_properties({"title": title.id, "author": dataset.office.title.id, "created": _CREATED})
    formats = {
        "head": book.add_format(
            {"bold": True, "bg_color": "#0b5394", "font_color": "#ffffff", "text_wrap": True,
             "valign": "top"}
        ),
        "bold": book.add_format({"bold": True, "valign": "top"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "text": book.add_format({"num_format": "@"}),
    }  # fmt: skip
    columns = _data(book, schema, frame, formats)
    _dictionary(book, schema, formats)
    _cite(book, dataset, name, formats, version=version, url=url)
    book.close()
    fill(path, columns)


def _data(
    book: Any, schema: TableSchema, frame: pd.DataFrame, formats: dict[str, Any]
) -> list[SheetColumn]:
    """Make the sheet with its header and one template row; return the columns' cells."""
    sheet = book.add_worksheet("Data")
    headers = [field.text("title") or field.name for field in schema.fields]
    if len(set(headers)) < len(headers):
        headers = schema.names
    columns = []
    sheet.freeze_panes(1, 0)
    if headers:
        sheet.autofilter(0, 0, max(1, len(frame)), len(headers) - 1)
    styles = []
    for index, (field, head) in enumerate(zip(schema.fields, headers, strict=True)):
        texts = pa.array(frame[field.name], _STRING)
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.combine_chunks()
        style = _style(book, field, texts, formats)
        longest = pc.max(pc.utf8_length(texts.slice(0, 500))).as_py() or 0
        sheet.set_column(index, index, min(60, max(10, longest + 2, len(head) * 0.7)), style)
        columns.append(_column(texts, field.type))
        styles.append(style)
    for index, head in enumerate(headers):
        sheet.write_string(0, index, head, formats["head"])
    for index, style in enumerate(styles):
        sheet.write_number(1, index, 0, style)
    return columns


def _column(texts: pa.Array, kind: str) -> SheetColumn:
    """Return n typed cells; each different value that is not plainly a number is converted once."""
    if kind not in _CELLS:
        return SheetColumn(texts.dictionary_encode(), None)
    plain = None
    if _CELLS[kind] is _number:
        sure = pc.fill_null(pc.match_substring_regex(texts, _PLAIN), False)
        plain = value_cells(pc.if_else(sure, texts, None))
        texts = pc.if_else(sure, None, texts)
        if texts.null_count == len(texts):
            return SheetColumn(None, plain)
    encoded = texts.dictionary_encode()
    found = [_cell(text, kind) for text in encoded.dictionary.to_pylist()]
    strings = pa.array([c if isinstance(c, str) else None for c in found], _STRING)
    numbers = pa.array([None if isinstance(c, str | bool) else repr(c) for c in found], _STRING)
    truths = pa.array([str(int(c)) if isinstance(c, bool) else None for c in found], _STRING)
    values = pc.coalesce(value_cells(numbers), value_cells(truths, "b")).take(encoded.indices)
    kept = strings.take(encoded.indices).dictionary_encode()
    return SheetColumn(
        kept if kept.null_count < len(kept) else None,
        values if plain is None else pc.coalesce(plain, values),
    )


def _style(book: Any, field: SchemaField, texts: pa.Array, formats: dict[str, Any]) -> Any:
    if field.type in formats:
        return formats[field.type]
    if field.type == "number":
        parts = pc.replace_substring_regex(texts, r"^[^.]*\.?|[eE].*$", "")
        decimals = pc.max(pc.utf8_length(parts)).as_py() or 0
        return book.add_format(
            {"num_format": "#,##0" + ("." + "0" * min(decimals, 9) if decimals else "")}
        )
    if field.type == "integer":
        return book.add_format({"num_format": "#,##0"})
    if field.type in ("year", "boolean"):
        return None
    return formats["text"]


def _number(text: str) -> Cell:
    if len(text.lstrip("-").replace(".", "").strip("0")) > _DIGITS:
        return text
    value = float(text)
    return value if math.isfinite(value) else text


def _date(text: str) -> Cell:
    day = dt.date.fromisoformat(text)
    return (day - _EPOCH).days if day >= _FIRST_DAY else text


def _datetime(text: str) -> Cell:
    moment = dt.datetime.fromisoformat(text.removesuffix("Z"))
    if moment.tzinfo is not None or moment.date() < _FIRST_DAY:
        return text
    return (moment - dt.datetime.combine(_EPOCH, dt.time())).total_seconds() / 86400


_CELLS: dict[str, Callable[[str], Cell]] = {
    "integer": _number,
    "year": _number,
    "number": _number,
    "date": _date,
    "datetime": _datetime,
    "boolean": lambda text: {"true": True, "false": False}.get(text, text),
}


def _cell(text: str, kind: str) -> Cell:
    """Return the typed value of a cell; what Excel cannot hold exactly stays text."""
    convert = _CELLS.get(kind)
    if convert is None:
        return text
    try:
        return convert(text)
    except ValueError:
        return text


def _words(key: str) -> str:
    return " / ".join(messages.text(key, lang=lang) for lang in messages.LANGS)


def _dictionary(book: Any, schema: TableSchema, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet(messages.text("package-dictionary", lang="id"))
    headers = ("column", "label", "label-en", "type", "unit", "meaning", "meaning-en", "rules")
    for index, (head, width) in enumerate(
        zip(headers, (22, 28, 28, 12, 12, 50, 50, 30), strict=True)
    ):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, _words(f"package-{head}"), formats["head"])
    sheet.freeze_panes(1, 1)
    for number, field in enumerate(schema.fields, start=1):
        texts = (
            field.name,
            field.text("title"),
            field.text("title", "en"),
            field.type,
            field.unit,
            field.text("description"),
            field.text("description", "en"),
            _rules(field, schema),
        )
        for index, text in enumerate(texts):
            sheet.write_string(number, index, text, formats["wrap"])


def _rules(field: SchemaField, schema: TableSchema) -> str:
    rules = [f"{key}: {value}" for key, value in field.constraints.items() if value is not False]
    if field.name in schema.primary_key:
        rules.insert(0, "primaryKey")
    return "; ".join(rules)


def _plain(markdown: str) -> str:
    """Return Markdown without its marks: a cell shows them as they are written."""
    lines = re.sub(r"\n(?=\s*[-*\n])", "\0", markdown).replace("\n", " ").replace("\0", "\n")
    text = re.sub(r"\*\*|`", "", re.sub(r" {2,}", " ", lines))
    return cut_text(re.sub(r"^[-*] ", "• ", text, flags=re.MULTILINE))


def _cite(
    book: Any, dataset: Dataset, name: str, formats: dict[str, Any], *, version: str, url: str
) -> None:
    sheet = book.add_worksheet(messages.text("package-cite", lang="id"))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)
    spec = dataset.spec
    licence, address = LICENSES.get(spec.license, (spec.license, ""))
    lines = [
        ("package-cite", citation(dataset, version=version, url=url, lang="id")),
        ("package-cite-en", citation(dataset, version=version, url=url, lang="en")),
        ("package-title", table_title(dataset, name).id),
        ("package-version", version),
        ("package-producer", dataset.office.title.id),
        ("package-contact", " · ".join(filter(None, (spec.contact.name, spec.contact.email)))),
        ("package-license", f"{licence} {address}".strip()),
        ("package-url", url),
        ("package-caveats", _plain(dataset.caveats["id"])),
        ("package-caveats-en", _plain(dataset.caveats["en"])),
        ("package-csv-note", messages.text("package-csv-note", "message", lang="id")),
    ]
    if spec.illustrative:
        lines.append(
            ("package-illustrative", messages.text("package-illustrative", "message", lang="id"))
        )
    for number, (key, text) in enumerate((k, t) for k, t in lines if t):
        sheet.write_string(number, 0, messages.text(key, lang="id"), formats["bold"])
        sheet.write_string(number, 1, text, formats["wrap"])
