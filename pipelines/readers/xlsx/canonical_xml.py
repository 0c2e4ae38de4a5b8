"""Parts of an xlsx file rewritten to the XML that Excel itself writes.

Facts about single cells are found by regular expressions that match Excel's form. Apache POI puts
a cell's type before or after its style, Microsoft's Open XML SDK a prefix before each tag: without
this their number formats would be missed silently, and a region code would lose its zeros.
"""

from __future__ import annotations

import re

_PREFIX = re.compile(rb"<(\w+):(?:worksheet|workbook|styleSheet|sst)[\s>]")
_ATTRIBUTES = rb"((?:\s+[\w:]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*+)\s*+(/?)>"
_CELL = re.compile(
    rb'<c(?! r="[A-Z]{1,3}\d{1,7}"(?: s="\d{1,6}")?(?: t="\w{1,9}")? ?/?>)' + _ATTRIBUTES
)
_ROW = re.compile(rb'<row(?! r=")' + _ATTRIBUTES)
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
#: The root element is looked for in so many bytes.
HEAD = 4096


def without_prefix(data: bytes) -> bytes:
    """Return a part without the namespace prefix of its tags."""
    found = _PREFIX.search(data, 0, HEAD)
    if found is None:
        return data
    prefix = found.group(1) + b":"
    return data.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")


def with_canonical_cells(sheet: bytes) -> bytes:
    """Return a worksheet whose cells and rows have the address first, then style and type."""
    return _ROW.sub(_row, _CELL.sub(_cell, sheet))


def _cell(found: re.Match[bytes]) -> bytes:
    return b"<c" + _written(found.group(1), (b"r", b"s", b"t")) + found.group(2) + b">"


def _row(found: re.Match[bytes]) -> bytes:
    return b"<row" + _written(found.group(1), (b"r", b"hidden")) + found.group(2) + b">"


def _written(attributes: bytes, names: tuple[bytes, ...]) -> bytes:
    known = {name: double or single for name, double, single in _ATTRIBUTE.findall(attributes)}
    return b"".join(b' %s="%s"' % (name, known[name]) for name in names if name in known)
