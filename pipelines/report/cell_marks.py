"""Annotations on a sheet: coloured cells with comments, and their removal later."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from pipelines.model import Finding
from pipelines.report.ooxml import MAIN, REL, Element, default_map, q
from pipelines.report.styles import MARKS
from pipelines.report.worksheet_part import WorksheetPart
from pipelines.text.addresses import cell_address

AUTHOR = "publish-open-data"
SEPARATOR = "\n———\n"
#: Comments per sheet; further cells are coloured and listed, not commented.
MAX_COMMENTS = 2000
_VML = "urn:schemas-microsoft-com:vml"
_EXCEL = "urn:schemas-microsoft-com:office:excel"
_OFFICE = "urn:schemas-microsoft-com:office:office"
#: First block of 1,024 shape ids that is used here, far above those that Excel assigns.
CLUSTER = 77
#: What follows `legacyDrawing` in a worksheet (ECMA-376 part 1, CT_Worksheet).
_AFTER = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class CellMark:
    """The comment of a cell: title and text."""

    title: str
    text: str


def clean_text(text: str) -> str:
    """Remove the characters that XML 1.0 forbids."""
    return _ILLEGAL.sub("", text)


def mark(
    sheet: WorksheetPart,
    cells: Mapping[tuple[int, int], list[Finding]],
    describe: Callable[[Finding], CellMark],
) -> dict[str, str]:
    """Colour and comment cells ((row, column) → findings); return previous fills by address."""
    before = {}
    texts: dict[tuple[int, int], list[CellMark]] = {}
    for (row, column), findings in sorted(cells.items()):
        worst = "error" if any(f.severity == "error" for f in findings) else "warning"
        had = sheet.colour(row, column, MARKS[worst])
        if had:
            before[cell_address(row, column)] = had
        if len(texts) < MAX_COMMENTS:
            texts[row, column] = [describe(finding) for finding in findings]
    Comments(sheet).add(texts)
    return before


def unmark(sheet: WorksheetPart, fills: Mapping[str, str]) -> None:
    """Remove our colours and comments; fills: cell address → fill XML recorded by `mark`."""
    sheet.restore(fills)
    Comments(sheet).remove()


class Comments:
    """The comments of a sheet: the comments part, and the VML drawing of their boxes."""

    def __init__(self, sheet: WorksheetPart) -> None:
        self.sheet = sheet
        self.package = sheet.package
        self.name = self.package.related(sheet.name, "comments")
        legacy = sheet.root.find(q("legacyDrawing"))
        self.drawing = (
            self.package.target(sheet.name, legacy.get(q("id", REL), ""))
            if legacy is not None
            else None
        )

    def add(self, texts: Mapping[tuple[int, int], list[CellMark]]) -> None:
        """Add comments, below an existing one where the cell has one."""
        if not texts:
            return
        root, drawing = self._open()
        author = self._author(root)
        listing = root.find(q("commentList"))
        assert listing is not None
        known = {item.get("ref"): item for item in listing}
        boxes = 0
        for (row, column), marks in texts.items():
            reference = cell_address(row, column)
            if reference in known:
                text = known[reference].find(q("text"))
                if text is None:
                    text = etree.SubElement(known[reference], q("text"))
                _run(text, SEPARATOR)
            else:
                item = etree.SubElement(
                    listing, q("comment"), ref=reference, authorId=str(author), shapeId="0"
                )
                text = etree.SubElement(item, q("text"))
                boxes += 1
                drawing.append(_box(boxes, row, column, marks))
            for number, mark in enumerate(marks):
                _run(text, ("\n\n" if number else "") + mark.title + "\n", bold=True)
                _run(text, mark.text)
        _number(drawing, boxes)

    def remove(self) -> None:
        """Remove our comments."""
        if not self.name or not self.package.has(self.name):
            return
        root = self.package.part(self.name)
        listing = root.find(q("commentList"))
        authors = root.find(q("authors"))
        if listing is None or authors is None:
            return
        ours = {str(i) for i, author in enumerate(authors) if author.text == AUTHOR}
        gone = set()
        for item in list(listing):
            if item.get("authorId") in ours:
                gone.add(item.get("ref"))
                listing.remove(item)
                continue
            runs = item.find(q("text"))
            for at, run in enumerate(runs if runs is not None else ()):
                if "".join(map(str, run.itertext())) == SEPARATOR:
                    for extra in list(runs)[at:]:  # type: ignore[arg-type]
                        runs.remove(extra)  # type: ignore[union-attr]
                    break
        if gone and self.drawing and self.package.has(self.drawing):
            drawing = self.package.part(self.drawing, recover=True)
            for shape in list(drawing):
                row = shape.findtext(f".//{q('Row', _EXCEL)}")
                column = shape.findtext(f".//{q('Column', _EXCEL)}")
                if row and column and cell_address(int(row) + 1, int(column) + 1) in gone:
                    drawing.remove(shape)

    def _author(self, root: Element) -> int:
        authors = root.find(q("authors"))
        assert authors is not None
        for number, author in enumerate(authors):
            if author.text == AUTHOR:
                return number
        etree.SubElement(authors, q("author")).text = AUTHOR
        return len(authors) - 1

    def _open(self) -> tuple[Element, Element]:
        """Return the comments part and the VML drawing, created if missing."""
        package, sheet = self.package, self.sheet
        if not self.name or not package.has(self.name):
            self.name = package.free("xl/comments{}.xml")
            root = etree.Element(q("comments"), nsmap=default_map(MAIN))
            etree.SubElement(root, q("authors"))
            etree.SubElement(root, q("commentList"))
            package.add(
                self.name, root,
                "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml",
            )  # fmt: skip
            package.relate(sheet.name, "comments", self.name)
        if not self.drawing or not package.has(self.drawing):
            self.drawing = package.free("xl/drawings/vmlDrawing{}.vml")
            package.parsed[self.drawing] = etree.fromstring(_DRAWING)
            package.default_type("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
            ident = package.relate(sheet.name, "vmlDrawing", self.drawing)
            legacy = etree.Element(q("legacyDrawing"))
            legacy.set(q("id", REL), ident)
            following = [c for c in sheet.root if etree.QName(c).localname in _AFTER]
            if following:
                following[0].addprevious(legacy)
            else:
                sheet.root.append(legacy)
        return package.part(self.name), package.part(self.drawing, recover=True)


def _run(text: Element, words: str, bold: bool = False) -> None:
    """Append a rich text run, after converting a plain comment to rich text."""
    plain = text.find(q("t"))
    if plain is not None and len(text) == 1:
        text.remove(plain)
        _run(text, plain.text or "")
    run = etree.SubElement(text, q("r"))
    properties = etree.SubElement(run, q("rPr"))
    if bold:
        etree.SubElement(properties, q("b"))
    etree.SubElement(properties, q("sz"), val="9")
    etree.SubElement(properties, q("color"), indexed="81")
    etree.SubElement(properties, q("rFont"), val="Tahoma")
    etree.SubElement(properties, q("family"), val="2")
    content = etree.SubElement(run, q("t"))
    content.text = clean_text(words)
    content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _number(drawing: Element, boxes: int) -> None:
    """Declare the blocks of 1,024 shape ids that the boxes use."""
    blocks = [str(CLUSTER + i) for i in range(boxes // 1024 + 1)]
    for ids in drawing.iter(q("idmap", _OFFICE)):
        have = [part for part in ids.get("data", "").split(",") if part]
        ids.set("data", ",".join(dict.fromkeys([*have, *blocks])))
        return


def _box(number: int, row: int, column: int, marks: list[CellMark]) -> Element:
    """Return the box of a comment, sized to its text, to the right of its cell (1-based)."""
    letters = sum(len(mark.title) + len(mark.text) + 50 for mark in marks)
    height = min(24, 3 + letters // 42)
    anchor = f"{column}, 12, {max(row - 2, 0)}, 6, {column + 4}, 20, {row + height - 2}, 6"
    return etree.fromstring(
        f'<v:shape xmlns:v="{_VML}" xmlns:o="{_OFFICE}" xmlns:x="{_EXCEL}" '
        f'id="_x0000_s{CLUSTER * 1024 + number}" type="#_x0000_t202" '
        'style="position:absolute;margin-left:80pt;margin-top:2pt;width:240pt;height:90pt;'
        'z-index:1;visibility:hidden" fillcolor="#fffdf5" o:insetmode="auto">'
        '<v:fill color2="#fffdf5"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    )


_DRAWING = (
    f'<xml xmlns:v="{_VML}" xmlns:o="{_OFFICE}" xmlns:x="{_EXCEL}">'
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout>'
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
