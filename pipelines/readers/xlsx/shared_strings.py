"""The shared strings of a workbook as openpyxl reads them, cut out in bulk where they are plain."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

import pyarrow.compute as pc
from openpyxl.cell.text import Text
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from pipelines.readers.xlsx.bulk_cells import NotPlainXml
from pipelines.text import arrow

#: uncompressed bytes beyond which the file is not read this way
LARGEST = 1 << 29
DECLARED = re.compile(rb'\s*<\?xml[^>]*encoding=["\']([^"\']+)')
#: the entities every XML has; the ampersand's own comes last
ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
STRANGE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)")
BETWEEN = b"</t></si><si><t>"
#: stands between two strings; XML can't hold it
CUT = b"\x01"


def read_strings(package: Any, archive: zipfile.ZipFile) -> Any:
    """Read the shared strings: (k,) texts. Raises `NotPlainXml` when they are too many."""
    part = package.find(SHARED_STRINGS)
    if part is None:
        return arrow.texts([])
    name = part.PartName[1:]
    if archive.getinfo(name).file_size > LARGEST:
        raise NotPlainXml
    data = archive.read(name)
    plain = _plain(data)
    return _parsed(data) if plain is None else plain


def _plain(data: bytes) -> Any:
    """Cut out the texts of a table of plain strings; None when any is not plain."""
    if b"\r" in data or CUT in data or STRANGE.search(data) or not is_utf8(data):
        return None
    # the first item of all: a first one in pieces (`<si><r>`) must not be passed over
    start, end = data.find(b"<si"), data.rfind(b"</si>")
    if (
        not data.startswith(b"<si><t", max(start, 0))
        or data[end + 5 :].strip() != b"</sst>"
        or b"<!" in data[:start]
    ):
        return None
    body = data[start:end]
    for form in (b'<t xml:space="preserve">', b"<t/>"):
        if form in body:
            body = body.replace(form, b"<t></t>" if form == b"<t/>" else b"<t>")
    texts = body.removeprefix(b"<si><t>").replace(BETWEEN, CUT)
    if not texts.endswith(b"</t>") or b"<" in texts[:-4]:
        return None
    strings = pc.split_pattern(arrow.texts([texts[:-4].decode()]), CUT.decode())[0].values
    if b"&" in texts:
        for entity, char in ENTITIES.items():
            strings = pc.replace_substring(strings, entity, char)
    return pc.replace_substring(strings, "x005F_", "") if b"x005F_" in texts else strings


def _parsed(data: bytes) -> Any:
    strings = []
    tag = f"{{{SHEET_MAIN_NS}}}si"
    for _, node in ElementTree.iterparse(io.BytesIO(data)):  # noqa: S314 - as openpyxl does
        if node.tag == tag:
            text: Any = Text.from_tree(node)  # type: ignore[arg-type]
            strings.append(text.content.replace("x005F_", ""))
            node.clear()
    return arrow.texts(strings)


def is_utf8(data: bytes) -> bool:
    """Say whether XML declares no other encoding than UTF-8, and is that."""
    declared = DECLARED.match(data)
    if declared and declared[1].lower() != b"utf-8":
        return False
    try:
        return data.isascii() or bool(data.decode())
    except UnicodeDecodeError:
        return False
