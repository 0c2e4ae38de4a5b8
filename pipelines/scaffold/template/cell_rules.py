"""What may be typed into a column: as a rule of the spreadsheet program, and in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pipelines import messages
from pipelines.messages import Lang
from pipelines.scaffold.template.columns import TemplateColumn

#: Field type → the program's word for it.
_VALIDATED = {"integer": "integer", "number": "decimal", "year": "integer", "date": "date"}
#: Years that a cell of a year may hold where the schema says nothing.
_YEARS = (1900, 2100)
#: The most characters of a message's title and text in Excel.
_TITLE, _TEXT = 32, 255
#: Choices that are named one by one in words.
_NAMED = 6


def cell_rule(column: TemplateColumn, source: str) -> dict[str, Any]:
    """Return the column's data validation as xlsxwriter takes it; source: the range of its
    choices. Wrong values are stopped with a text in Indonesian."""
    rule: dict[str, Any] = {"validate": "any", "ignore_blank": True}
    kind = column.field.type if column.field is not None else ""
    if column.choices:
        rule |= {"validate": "list", "source": source}
    elif not column.altered and kind in _VALIDATED:
        rule |= {"validate": _VALIDATED[kind], **_criteria(kind, *_bounds(column))}
    elif (lengths := _lengths(column)) is not None:
        low, high = lengths
        rule |= {"validate": "length", "criteria": "between", "minimum": low, "maximum": high}
    words = accepted(column, "id")
    if rule["validate"] != "any":
        rule["error_title"] = _text("template-error")[:_TITLE]
        rule["error_message"] = _text("template-error-text", accepted=words)[:_TEXT]
    if column.field is not None:
        parts = [column.field.text("title"), column.field.unit, words, _text(_need(column))]
        rule["input_title"] = column.label[:_TITLE]
        rule["input_message"] = "\n".join(part for part in parts if part)[:_TEXT]
    return rule


def accepted(column: TemplateColumn, lang: Lang) -> str:
    """Say in words what may be written."""
    if column.choices:
        if len(column.choices) > _NAMED:
            return _text("template-list", lang, count=len(column.choices))
        return _text("template-choice", lang, choices=", ".join(column.choices))
    if column.field is None or column.altered:
        return ""
    kind = column.field.type
    low, high = _bounds(column)
    limits = [
        _text(code, lang, value=value)
        for code, value in (("template-minimum", low), ("template-maximum", high))
        if value is not None and kind != "year"
    ]
    if kind == "string":
        longest = column.field.constraints.get("maxLength")
        if longest is not None:
            limits.append(_text("template-longest", lang, value=longest))
    return ", ".join([_text(f"template-type-{kind}", lang), *limits])


def _need(column: TemplateColumn) -> str:
    return "template-required" if column.required else "template-optional"


def _criteria(kind: str, low: Any, high: Any) -> dict[str, Any]:
    if kind == "year":
        low, high = low if low is not None else _YEARS[0], high if high is not None else _YEARS[1]
    elif low is None and high is None:
        low = dt.date(1900, 1, 1) if kind == "date" else -1e15
    if low is not None and high is not None:
        return {"criteria": "between", "minimum": low, "maximum": high}
    if low is not None:
        return {"criteria": ">=", "value": low}
    return {"criteria": "<=", "value": high}


def _bounds(column: TemplateColumn) -> tuple[Any, Any]:
    """Return the least and the greatest value as the program compares them; None without one."""
    assert column.field is not None
    found = []
    for key in ("minimum", "maximum"):
        value = column.field.constraints.get(key)
        if column.field.type == "date" and isinstance(value, str):
            value = dt.date.fromisoformat(value)
        elif isinstance(value, str):
            value = float(value) if column.field.type == "number" else int(value)
        found.append(value if column.field.type in _VALIDATED else None)
    return found[0], found[1]


def _lengths(column: TemplateColumn) -> tuple[int, int] | None:
    if column.field is None or column.field.type != "string" or column.altered:
        return None
    least, most = (column.field.constraints.get(key) for key in ("minLength", "maxLength"))
    if least is None and most is None:
        return None
    return int(least or 0), int(most if most is not None else 32_767)


def _text(code: str, lang: Lang = "id", **params: object) -> str:
    return messages.text(code, lang=lang, **params)
