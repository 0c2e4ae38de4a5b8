"""The parts of an xlsx file: its worksheets, and the formats of its cells.

Parts are scanned with regular expressions, never parsed into a tree: no entity is ever expanded.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from pipelines.errors import Refused
from pipelines.readers.archives import PIECE, read_member
from pipelines.readers.number_formats import (
    BUILT_IN,
    Renderer,
    Rounder,
    fixed_decimals,
    is_date,
    renderer,
    rounder,
    shows_day_alone,
)
from pipelines.readers.xlsx.canonical_xml import without_prefix

# `[^<>]`, and no name begun in its middle: a tag that never ends is read to its end once, not once
# for each of its characters.
_ATTRIBUTE = re.compile(rb'(?<![\w:])([\w:]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^<>]*?)/?>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^<>]*?)/?>")
_XF = re.compile(rb"<(?:\w+:)?xf\b([^<>]*?)/?>")
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b([^<>]*?)/?>")
_FONT = re.compile(rb"<(?:\w+:)?font(?=[\s/>])")
_BOLD = re.compile(rb"<(?:\w+:)?b(?:\s+val\s*=\s*[\"'](?:1|true)[\"'])?\s*/>")
_ENTITY = re.compile(r"&(amp|lt|gt|quot|apos|#x[0-9a-fA-F]{1,6}|#[0-9]{1,7});")
#: Excel knows 64,000 formats of cells.
MOST_STYLES = 100_000
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


@dataclass(frozen=True)
class CellFormats:
    """The cell formats of a workbook: index → renderer; which show dates, days alone,
    bold; `fixed`: decimals always and at most shown; which round."""

    renderers: Mapping[int, Renderer] = field(default_factory=dict)
    dates: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    bold: frozenset[int] = frozenset()
    fixed: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    rounders: Mapping[int, Rounder] = field(default_factory=dict)
    epoch: int = 1900


@dataclass(frozen=True)
class Part:
    """A worksheet: its name, the part that holds it, and whether it is hidden."""

    name: str
    path: str
    hidden: bool


class XlsxPackage:
    """An xlsx file's parts, read when asked for."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = set(archive.namelist())

    def part(self, name: str, look: Callable[[bytes], None] | None = None) -> bytes:
        """Return a part's bytes, empty when it is missing. Raises `Refused` on entities.

        look: is shown the bytes piece by piece while they are unpacked.
        """
        name = name.lstrip("/")
        if name not in self.names:
            return b""
        data = read_member(self.archive, name, "", look)
        if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:65536]:
            raise Refused("xml-entity")
        return without_prefix(data)

    @cached_property
    def sheets(self) -> list[Part]:
        """The worksheets in workbook order."""
        targets = {}
        for found in _RELATION.finditer(self.part("xl/_rels/workbook.xml.rels")):
            known = attributes(found.group(1))
            target = known.get("Target", "")
            targets[known.get("Id", "")] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )
        result = []
        for found in _SHEET.finditer(self.part("xl/workbook.xml")):
            known = attributes(found.group(1))
            link = next((value for key, value in known.items() if key.endswith(":id")), "")
            part = targets.get(link, "")
            if "chartsheet" not in part and "dialogsheet" not in part:
                hidden = known.get("state", "visible") != "visible"
                result.append(Part(known.get("name", ""), part, hidden))
        parts = [sheet.path for sheet in result if sheet.path]
        if len(set(parts)) < len(parts):  # a small part could stand for thousands of sheets
            raise Refused("file-broken", reason="one part for several sheets")
        return result

    @property
    def size_of_texts(self) -> int:
        """Bytes of the table of shared texts, unpacked."""
        name = "xl/sharedStrings.xml"
        return self.archive.getinfo(name).file_size if name in self.names else 0

    @cached_property
    def longest_text(self) -> int:
        """Bytes of the longest shared text, markup apart."""
        return longest_text(self.part("xl/sharedStrings.xml"))

    @cached_property
    def styles(self) -> CellFormats:
        """The workbook's cell formats."""
        data = self.part("xl/styles.xml")
        epoch = (
            1904
            if re.search(rb'date1904\s*=\s*"(?:1|true)"', self.part("xl/workbook.xml"))
            else 1900
        )
        codes = dict(BUILT_IN)
        for found in _FORMAT.finditer(data):
            known = attributes(found.group(1))
            if known.get("numFmtId", "").isdigit():
                codes[int(known["numFmtId"])] = known.get("formatCode", "")
        fonts = data.partition(b"<fonts")[2].partition(b"</fonts>")[0]
        bold_fonts = {
            index for index, font in enumerate(_FONT.split(fonts)[1:]) if _BOLD.search(font)
        }
        listed = data.partition(b"<cellXfs")[2].partition(b"</cellXfs>")[0]
        renderers: dict[int, Renderer] = {}
        dates, days, bold = set(), set(), set()
        fixed: dict[int, tuple[int, int]] = {}
        rounders: dict[int, Rounder] = {}
        for index, found in enumerate(_XF.finditer(listed)):
            if index >= MOST_STYLES:
                raise Refused("file-broken", reason=f"> {MOST_STYLES} formats")
            known = attributes(found.group(1))
            code = codes.get(int(known.get("numFmtId") or 0), "General")
            show = renderer(code)
            if show is not None:
                renderers[index] = show
            places = fixed_decimals(code)
            if places:
                fixed[index] = places
            rounds = rounder(code)
            if rounds is not None:
                rounders[index] = rounds
            if show is not None and is_date(code):
                dates.add(index)
                if shows_day_alone(code):
                    days.add(index)
            if int(known.get("fontId") or 0) in bold_fonts:
                bold.add(index)
        return CellFormats(
            renderers, frozenset(dates), frozenset(days), frozenset(bold), fixed, rounders, epoch
        )


def longest_text(data: bytes) -> int:
    """Return the most bytes between two tags."""
    longest = last = 0
    for begin in range(0, len(data), PIECE):
        piece = np.frombuffer(data, np.uint8, min(PIECE, len(data) - begin), begin)
        at = np.flatnonzero(piece == ord("<"))
        if len(at):
            longest = max(longest, begin + int(at[0]) - last, int(np.diff(at).max(initial=0)))
            last = begin + int(at[-1])
    return max(longest, len(data) - last)


def attributes(text: bytes) -> dict[str, str]:
    """Return the attributes of a tag, of whose bytes `text` is what follows its name."""
    return {
        name.decode("ascii", "replace"): plain((double or single).decode("utf-8", "replace"))
        for name, double, single in _ATTRIBUTE.findall(text)
    }


def plain(text: str) -> str:
    """Put characters in the place of XML's entities (its own five and numbers)."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    name = found.group(1)
    if not name.startswith("#"):
        return _ENTITIES[name]
    code = int(name[2:], 16) if name[1] == "x" else int(name[1:])
    return chr(code) if code <= sys.maxunicode else found.group()
