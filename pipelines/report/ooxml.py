"""An xlsx file as a package of parts, edited in place.

Only the parts that are annotated are parsed and rewritten; every other part (charts, images,
macros, drop-down lists) stays byte for byte as the office made it. openpyxl's load and save loses
formulas' cached results, text boxes, sparklines and the extended conditional formats of Excel 2010.
Standard: ECMA-376 part 1 (SpreadsheetML) and part 2 (packaging).
"""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path
from typing import cast

from lxml import etree

from pipelines.errors import Refused

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
#: Uncompressed bytes: what one part may have, and all together.
MAX_PART, MAX_TOTAL, MAX_ENTRIES = 150_000_000, 400_000_000, 20_000

Element = etree._Element


class TooLarge(Exception):
    """The workbook exceeds the size limits of annotation."""


def q(tag: str, namespace: str = MAIN) -> str:
    """Return a tag with its namespace as lxml writes it."""
    return f"{{{namespace}}}{tag}"


def default_map(namespace: str) -> dict[str, str]:
    """Return an `nsmap` with this default namespace (lxml's type stubs do not allow None)."""
    return cast("dict[str, str]", {None: namespace})


def parser(recover: bool = False) -> etree.XMLParser:
    """Return a parser that resolves no entities and makes no network requests."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=recover, huge_tree=False
    )


class EditablePackage:
    """The parts of an xlsx or xlsm file; parsed ones are written back on `save`.

    Raises `TooLarge` above the limits and `Refused` for a file that is no such workbook.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise Refused("report-not-workbook", where=path.name) from error
        entries = self.zip.infolist()
        if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_TOTAL:
            raise TooLarge(path.name)
        self.names = {e.filename: e for e in entries}
        self.parsed: dict[str, Element] = {}
        self.raw: dict[str, bytes] = {}
        self.removed: set[str] = set()
        self.types = self.part("[Content_Types].xml")
        self.workbook = self._workbook_name()
        self.book = self.part(self.workbook)
        if etree.QName(self.book).namespace != MAIN:
            raise Refused("report-not-workbook", where=path.name)

    def __enter__(self) -> EditablePackage:
        return self

    def __exit__(self, *_: object) -> None:
        self.zip.close()

    def _workbook_name(self) -> str:
        for rel in self.rels(""):
            if rel.get("Type", "").endswith("/officeDocument"):
                return _resolve("", rel.get("Target", ""))
        raise Refused("report-not-workbook", where=self.path.name)

    def has(self, name: str) -> bool:
        """Return whether the package has this part."""
        return name not in self.removed and (
            name in self.parsed or name in self.raw or name in self.names
        )

    def read(self, name: str) -> bytes:
        """Return a part's bytes as they are in the file, or as last set."""
        if name in self.raw:
            return self.raw[name]
        entry = self.names.get(name)
        if entry is None:
            raise Refused("report-not-workbook", where=self.path.name)
        if entry.file_size > MAX_PART:
            raise TooLarge(name)
        with self.zip.open(entry) as stream:
            # One byte more than the limit detects a part whose declared size is false.
            data = stream.read(MAX_PART + 1)
        if len(data) > MAX_PART:
            raise TooLarge(name)
        return data

    def part(self, name: str, *, recover: bool = False) -> Element:
        """Return a part parsed; changes to it are saved."""
        if name not in self.parsed:
            try:
                root = etree.fromstring(self.read(name), parser(recover))
            except etree.XMLSyntaxError as error:
                raise Refused("report-not-workbook", where=self.path.name) from error
            self.parsed[name] = root
        return self.parsed[name]

    def add(self, name: str, root: Element, content_type: str) -> None:
        """Add a part of this content type, or replace it."""
        self.removed.discard(name)
        self.parsed[name] = root
        uri = "/" + name
        if not any(item.get("PartName") == uri for item in self.types):
            etree.SubElement(
                self.types, q("Override", TYPES), PartName=uri, ContentType=content_type
            )

    def default_type(self, extension: str, content_type: str) -> None:
        """Declare the content type of an extension unless it is declared."""
        tag = q("Default", TYPES)
        if not any(item.get("Extension") == extension for item in self.types.iter(tag)):
            item = etree.Element(tag, Extension=extension, ContentType=content_type)
            self.types.insert(0, item)

    def remove(self, name: str) -> None:
        """Remove a part, with its relationships and content type."""
        for gone in (name, rels_name(name)):
            self.removed.add(gone)
            self.parsed.pop(gone, None)
        for item in list(self.types):
            if item.get("PartName") == "/" + name:
                self.types.remove(item)

    def rels(self, owner: str) -> Element:
        """Return the relationships of a part (the package's for the empty name)."""
        name = rels_name(owner)
        if not self.has(name):
            self.removed.discard(name)
            self.parsed[name] = etree.Element(
                q("Relationships", PACKAGE_REL), nsmap=default_map(PACKAGE_REL)
            )
        return self.part(name)

    def relate(self, owner: str, kind: str, target: str) -> str:
        """Relate a part to another; return the relationship's id."""
        rels = self.rels(owner)
        taken = {rel.get("Id") for rel in rels}
        number = next(i for i in range(1, 100_000) if f"rId{i}" not in taken)
        etree.SubElement(
            rels, q("Relationship", PACKAGE_REL),
            Id=f"rId{number}", Type=f"{REL}/{kind}", Target="/" + target,
        )  # fmt: skip
        return f"rId{number}"

    def related(self, owner: str, kind: str) -> str | None:
        """Return the part that `owner` relates to by this kind, if any."""
        for rel in self.rels(owner):
            if rel.get("Type", "").endswith("/" + kind) and rel.get("TargetMode") != "External":
                return _resolve(owner, rel.get("Target", ""))
        return None

    def target(self, owner: str, ident: str) -> str | None:
        """Return the part behind a relationship id."""
        for rel in self.rels(owner):
            if rel.get("Id") == ident:
                return _resolve(owner, rel.get("Target", ""))
        return None

    def free(self, pattern: str) -> str:
        """Return the first part name of a pattern (`xl/comments{}.xml`) that is not taken."""
        for number in range(1, 100_000):
            name = pattern.format(number)
            if name not in self.names and name not in self.parsed:
                return name
        raise TooLarge(pattern)

    def sheets(self) -> dict[str, str]:
        """Return the worksheets in order: sheet name → part name."""
        found = {}
        listing = self.book.find(q("sheets"))
        for sheet in listing if listing is not None else ():
            part = self.target(self.workbook, sheet.get(q("id", REL), ""))
            if part and self.has(part) and "worksheets/" in part:
                found[sheet.get("name", "")] = part
        return found

    def save(self, path: Path) -> None:
        """Write the package; parts that were not parsed are copied as they are."""
        partial = path.with_name(path.name + ".part")
        try:
            self._write(partial)
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise

    def _write(self, path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            names = [*self.names, *(n for n in (*self.raw, *self.parsed) if n not in self.names)]
            for name in dict.fromkeys(names):
                if name in self.removed:
                    continue
                # A fixed date: the same report always gives the same bytes.
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                if name in self.parsed:
                    data = etree.tostring(
                        self.parsed[name], xml_declaration=True, encoding="UTF-8", standalone=True
                    )
                else:
                    data = self.read(name) if name in self.raw else self.zip.read(name)
                out.writestr(info, data)


def rels_name(owner: str) -> str:
    """Return the name of the part that holds another part's relationships."""
    folder, base = posixpath.split(owner)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def _resolve(owner: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(owner), target))
