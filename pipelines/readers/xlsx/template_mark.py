"""Recognises a workbook made by `publish template` by the names defined in it."""

from __future__ import annotations

import re

from pipelines.model.templates import LABELS_NAME, OWNER_NAME, TemplateMark
from pipelines.readers.xlsx.package import XlsxPackage, attributes, plain

_NAME = re.compile(rb"<(?:\w+:)?definedName\b([^<>]*)>([^<>]*)</")
_LABELS = re.compile(rf"{LABELS_NAME}(\d{{1,4}})")
_RANGE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$[A-Z]+\$(\d{1,7})(?::\$[A-Z]+\$(\d{1,7}))?")
_OWNER = re.compile(r'"([\w-]+/[\w.-]+) (\w*)"')
#: A table has no more label rows.
_MOST_ROWS = 20


def template_marks(package: XlsxPackage) -> dict[str, TemplateMark]:
    """Return what the workbook says of its sheets, by sheet; empty when it is no template.

    A sheet that was copied has names of its own, with the number of the sheet it was copied from.
    """
    names = [
        (attributes(tag).get("name", ""), plain(text.decode("utf-8", "replace")).strip())
        for tag, text in _NAME.findall(package.part("xl/workbook.xml"))
    ]
    texts = dict(names)
    known = {part.name for part in package.sheets}
    marks: dict[str, TemplateMark] = {}
    for name, place in names:
        labels, area = _LABELS.fullmatch(name), _RANGE.fullmatch(place)
        if labels is None or area is None:
            continue
        sheet = (area[1] or "").replace("''", "'") or area[2]
        first, last = int(area[3]), int(area[4] or area[3])
        if sheet in known and 1 <= first <= last < first + _MOST_ROWS:
            owner = _OWNER.fullmatch(texts.get(f"{OWNER_NAME}{labels[1]}", ""))
            rows = tuple(range(first, last + 1))
            marks[sheet] = TemplateMark(sheet, rows, *(owner.groups() if owner else ()))
    return marks
