"""Cell styles of a workbook: coloured variants of the existing ones, and the summary's own."""

from __future__ import annotations

import copy

from lxml import etree

from pipelines.report.ooxml import MAIN, EditablePackage, Element, parser, q

#: Fill colours (ARGB) of annotated cells; a cell with one of them was annotated by us.
ERROR, WARNING = "FFFFC9C4", "FFFFE7A8"
MARKS = {"error": ERROR, "warning": WARNING}


class Styles:
    """The `styles.xml` of a package; methods return the index of the item added or found."""

    def __init__(self, package: EditablePackage) -> None:
        name = package.related(package.workbook, "styles")
        if name is None:
            name = "xl/styles.xml"
            package.add(name, _empty(), f"{_CONTENT}.styles+xml")
            package.relate(package.workbook, "styles", name)
        self.root = package.part(name)
        self.cells = self._list("cellXfs")
        self._known: dict[object, int] = {}

    def _list(self, tag: str) -> Element:
        found = self.root.find(q(tag))
        if found is None:
            found = etree.SubElement(self.root, q(tag))
        return found

    def _add(self, tag: str, item: Element) -> int:
        key = (tag, etree.tostring(item))
        if key not in self._known:
            listing = self._list(tag)
            listing.append(item)
            listing.set("count", str(len(listing)))
            self._known[key] = len(listing) - 1
        return self._known[key]

    def solid(self, colour: str) -> int:
        """Return a plain fill of this colour (ARGB)."""
        fill = etree.Element(q("fill"))
        pattern = etree.SubElement(fill, q("patternFill"), patternType="solid")
        etree.SubElement(pattern, q("fgColor"), rgb=colour)
        etree.SubElement(pattern, q("bgColor"), indexed="64")
        return self._add("fills", fill)

    def font(self, *, size: float = 11, bold: bool = False, colour: str = "FF1F2933",
             underline: bool = False) -> int:  # fmt: skip
        """Return a font."""
        font = etree.Element(q("font"))
        if bold:
            etree.SubElement(font, q("b"))
        if underline:
            etree.SubElement(font, q("u"))
        etree.SubElement(font, q("sz"), val=f"{size:g}")
        etree.SubElement(font, q("color"), rgb=colour)
        etree.SubElement(font, q("name"), val="Calibri")
        etree.SubElement(font, q("family"), val="2")
        return self._add("fonts", font)

    def border(self, colour: str) -> int:
        """Return a thin bottom border."""
        border = etree.Element(q("border"))
        for side in ("left", "right", "top", "bottom", "diagonal"):
            line = etree.SubElement(border, q(side))
            if side == "bottom":
                line.set("style", "thin")
                etree.SubElement(line, q("color"), rgb=colour)
        return self._add("borders", border)

    def cell(self, *, font: int, fill: int = 0, border: int = 0, wrap: bool = False,
             center: bool = False) -> int:  # fmt: skip
        """Return a cell style of the summary: text, top-aligned, never read as a formula."""
        xf = etree.Element(
            q("xf"), numFmtId="49", fontId=str(font), fillId=str(fill), borderId=str(border),
            xfId="0", quotePrefix="1", applyNumberFormat="1", applyFont="1", applyFill="1",
            applyBorder="1", applyAlignment="1",
        )  # fmt: skip
        align = etree.SubElement(xf, q("alignment"), vertical="center" if center else "top")
        if wrap:
            align.set("wrapText", "1")
        return self._add("cellXfs", xf)

    def marked(self, style: int, colour: str) -> int:
        """Return the style with this fill colour, otherwise unchanged."""
        return self.filled(style, self.solid(colour))

    def filled(self, style: int, fill: int) -> int:
        """Return the style with this fill, otherwise unchanged."""
        key = ("filled", style, fill)
        if key not in self._known:
            xf = copy.deepcopy(self.cells[style]) if style < len(self.cells) else _plain()
            xf.set("fillId", str(fill))
            xf.set("applyFill", "1")
            self.cells.append(xf)
            self.cells.set("count", str(len(self.cells)))
            self._known[key] = len(self.cells) - 1
        return self._known[key]

    def fill_of(self, style: int) -> Element | None:
        """Return the fill of a cell style, None if it has none."""
        if not 0 <= style < len(self.cells):
            return None
        number = int(self.cells[style].get("fillId", "0"))
        fills = self._list("fills")
        return fills[number] if 1 < number < len(fills) else None

    def ours(self, style: int) -> bool:
        """Return whether a cell style has one of our colours."""
        fill = self.fill_of(style)
        colour = fill.find(f".//{q('fgColor')}") if fill is not None else None
        return colour is not None and colour.get("rgb", "").upper() in (ERROR, WARNING)

    def restored(self, style: int, fill: str) -> int:
        """Return the style with a fill serialized by `fill_text`; without fill if empty."""
        number = 0
        if fill:
            item = etree.fromstring(fill, parser())
            if item.tag == q("fill"):
                number = self._add("fills", item)
        return self.filled(style, number)


def fill_text(fill: Element | None) -> str:
    """Serialize a fill, for `restored`."""
    return "" if fill is None else etree.tostring(fill, encoding="unicode").strip()


_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _plain() -> Element:
    return etree.Element(q("xf"), numFmtId="0", fontId="0", fillId="0", borderId="0", xfId="0")


def _empty() -> Element:
    """Return a minimal style sheet."""
    xf = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"'
    return etree.fromstring(
        f'<styleSheet xmlns="{MAIN}">'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        f'<cellStyleXfs count="1">{xf}/></cellStyleXfs>'
        f'<cellXfs count="1">{xf} xfId="0"/></cellXfs></styleSheet>'
    )
