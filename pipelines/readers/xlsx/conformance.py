"""Whether the outer parts of an xlsx file are written as spreadsheet programs write them.

Then all readers find the same sheets in it and allocate no more than its cells need. Any other
file is not refused but tried out first, in a process of its own.
"""

from __future__ import annotations

import re
import zipfile

_TAG = rb'(?:\s+[\w:]+="[^"<>]*")+\s*'
_DECLARED = rb"(?:\xef\xbb\xbf)?(?:<\?xml[^<>]*\?>\s*)?"
_RELATIONS = re.compile(
    _DECLARED
    + rb"<Relationships\b[^<>]*>\s*(?:<Relationship"
    + _TAG
    + rb"/>\s*)*</Relationships>\s*"
)
_RELATION = re.compile(rb"<Relationship(" + _TAG + rb")/>")
_SHEETS = re.compile(rb"<sheets>\s*(?:<sheet" + _TAG + rb"/>\s*)+</sheets>")
_SHEET = re.compile(rb"<sheet(" + _TAG + rb")/>")
_ANY_SHEET = re.compile(rb"<(?:[^<>\s/]+:)?sheet[\s/>]")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_PLACE = re.compile(rb"(?:/xl/)?((?:work|chart|dialog)sheets/\w+\.xml)")
_TEXTS = re.compile(_DECLARED + rb"<sst\b([^<>]*)>")
_WORKBOOK, _LINKS, _STRINGS = (
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/sharedStrings.xml",
)
#: End of central directory record and its size without a comment; the zip64 locator before it.
_END, _END_SIZE, _LOCATOR, _LOCATOR_SIZE = b"PK\x05\x06", 22, b"PK\x06\x07", 20


def is_conventional(data: bytes, archive: zipfile.ZipFile) -> bool:
    """Say whether readers cannot disagree about the parts and the sheets of an xlsx file.

    data: the bytes that `archive` reads.
    """
    names = archive.namelist()
    folded = {name.replace("\\", "/").lower() for name in names}
    if not _has_one_directory(data, archive) or len(folded) != len(names):
        return False
    if _WORKBOOK not in names or _LINKS not in names:
        return False
    targets = _targets(archive.read(_LINKS))
    return all(
        targets.get(link) in names for link in _links(archive.read(_WORKBOOK)) or [b""]
    ) and _holds_texts(archive)


def _has_one_directory(data: bytes, archive: zipfile.ZipFile) -> bool:
    """Say whether the file begins with its first part and ends with the one directory of them.

    Readers look for the directory from the end on.
    """
    end = data[-_END_SIZE:]
    return (
        data.startswith(b"PK\x03\x04")
        and end.startswith(_END)
        and end.endswith(b"\0\0")
        and int.from_bytes(end[16:20], "little") == archive.start_dir
        and data[-_END_SIZE - _LOCATOR_SIZE :][: len(_LOCATOR)] != _LOCATOR
    )


def _links(workbook: bytes) -> list[bytes]:
    """Return the relation of each sheet, nothing when they are written in another way."""
    listed = _SHEETS.findall(workbook)
    if b"<!" in workbook or len(listed) != 1:
        return []
    sheets = [_attributes(tag) for tag in _SHEET.findall(listed[0])]
    if len({sheet.get(b"name") for sheet in sheets}) != len(_ANY_SHEET.findall(workbook)):
        return []
    return [sheet.get(b"id", b"") for sheet in sheets]


def _targets(links: bytes) -> dict[bytes, str]:
    """Return the part that each relation of the workbook names, if it is a sheet."""
    if not _RELATIONS.fullmatch(links):
        return {}
    relations = [_attributes(tag) for tag in _RELATION.findall(links)]
    if len({relation.get(b"Id") for relation in relations}) != len(relations):
        return {}
    places = (
        (relation[b"Id"], _PLACE.fullmatch(relation.get(b"Target", b"")))
        for relation in relations
        if b"Id" in relation
    )
    return {link: f"xl/{place.group(1).decode()}" for link, place in places if place}


def _holds_texts(archive: zipfile.ZipFile) -> bool:
    """Say whether the table of texts claims no more of them than it has room for."""
    if _STRINGS not in archive.namelist():
        return True
    with archive.open(_STRINGS) as part:
        begin = _TEXTS.match(part.read(4096))
    most = archive.getinfo(_STRINGS).file_size
    return begin is not None and all(
        int(count) <= most for count in re.findall(rb'"(\d+)"', begin.group(1))
    )


def _attributes(tag: bytes) -> dict[bytes, bytes]:
    """Return a tag's attributes by their names without prefix, none when one stands twice."""
    pairs = [(name.rpartition(b":")[2], text) for name, text in _ATTRIBUTE.findall(tag)]
    return dict(pairs) if len(dict(pairs)) == len(pairs) else {}
