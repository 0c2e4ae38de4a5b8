"""Recognises a workbook made by `publish template` by the names defined in it."""

from __future__ import annotations

import re

from pipelines.model.templates import LABELS_NAME, TEMPLATE_NAME, TemplateMark
from pipelines.readers.xlsx.package import XlsxPackage, attributes, plain

_NAME = re.compile(rb"<(?:\w+:)?definedName\b([^<>]*)>([^<>]*)</")
_RANGE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$[A-Z]+\$(\d{1,7})(?::\$[A-Z]+\$(\d{1,7}))?")
_OWNER = re.compile(r'"([\w-]+)/([\w.-]+) (\w*)"')
#: A table has no more label rows.
_MOST_ROWS = 20


def template_mark(package: XlsxPackage) -> TemplateMark | None:
    """Return what the workbook says of itself; None when it is no template, or the label rows or
    their sheet are gone."""
    names = {
        attributes(found.group(1)).get("name", ""): plain(found.group(2).decode("utf-8", "replace"))
        for found in _NAME.finditer(package.part("xl/workbook.xml"))
    }
    place = _RANGE.fullmatch(names.get(LABELS_NAME, "").strip())
    if place is None:
        return None
    sheet = (place[1] or "").replace("''", "'") or place[2]
    first, last = int(place[3]), int(place[4] or place[3])
    known = {part.name for part in package.sheets}
    if sheet not in known or not 1 <= first <= last < first + _MOST_ROWS:
        return None
    owner = _OWNER.fullmatch(names.get(TEMPLATE_NAME, "").strip())
    return TemplateMark(sheet, tuple(range(first, last + 1)), *(owner.groups() if owner else ()))
