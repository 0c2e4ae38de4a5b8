"""Tells a workbook that carries our findings in front from one as the office made it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from lxml import etree

from pipelines.model import SUMMARY_SHEET

#: No workbook part that lists the sheets is larger.
LARGEST = 4 << 20


def is_annotated(path: Path) -> bool:
    """Say whether the first sheet of an xlsx file is the one that annotated workbooks have."""
    try:
        with zipfile.ZipFile(path) as package, package.open("xl/workbook.xml") as part:
            data = part.read(LARGEST)
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
    try:
        book = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return False
    first = next(book.iter("{*}sheet"), None)
    return first is not None and first.get("name") == SUMMARY_SHEET
