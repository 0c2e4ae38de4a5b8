"""A worksheet part of which only the annotated rows are parsed.

Rows make up most of a workbook. They stay raw bytes; a row is parsed when one of its cells is
requested, and only parsed rows are serialized again. Everything around the rows (views, columns,
merged ranges, drawings) is parsed as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from pipelines.errors import Refused
from pipelines.report.ooxml import EditablePackage, Element, parser, q
from pipelines.report.styles import Styles, fill_text
from pipelines.text.addresses import cell_address, column_number

_REFERENCE = re.compile(r"^([A-Z]{1,3})([1-9][0-9]{0,6})$")
_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*?(/?)>")
_NUMBER = re.compile(rb"""\sr=["'](\d+)["']""")


class WorksheetPart:
    """A worksheet, its cells addressed by row and column (1-based); `write` saves it.

    Raises `Refused` for a part that is not a worksheet in UTF-8.
    """

    def __init__(self, package: EditablePackage, name: str, styles: Styles) -> None:
        self.package = package
        self.name = name
        self.styles = styles
        data = package.read(name)
        match = _DATA.search(data)
        if match is None or b"\x00" in data[:200]:
            raise Refused("report-not-workbook", where=package.path.name)
        self.prefix = match[1]
        if match[2]:
            head, self.body, tail = data[: match.start()], b"", data[match.end() :]
        else:
            end = data.rfind(b"</" + self.prefix + b"sheetData")
            head, self.body = data[: match.start()], data[match.end() : end]
            tail = data[data.find(b">", end) + 1 :]
        self.root = self._parsed(head + b"<" + self.prefix + b"sheetData/>" + tail)
        self.spans = self._rows()
        self.opened: dict[int, Element] = {}
        self.merged = list(self._merges())

    def _parsed(self, data: bytes) -> Element:
        try:
            return etree.fromstring(data, parser())
        except etree.XMLSyntaxError as error:
            raise Refused("report-not-workbook", where=self.package.path.name) from error

    def _rows(self) -> dict[int, tuple[int, int]]:
        """Return each row's byte range in the body: row number → [start, stop)."""
        starts = list(re.finditer(rb"<" + self.prefix + rb"row\b[^>]*>", self.body))
        found: dict[int, tuple[int, int]] = {}
        number = 0
        for at, start in enumerate(starts):
            stop = starts[at + 1].start() if at + 1 < len(starts) else len(self.body)
            given = _NUMBER.search(start[0])
            number = int(given[1]) if given else number + 1
            found[number] = (start.start(), stop)
        return found

    def _merges(self) -> Iterator[tuple[int, int, int, int]]:
        for merge in self.root.iterfind(f"{q('mergeCells')}/{q('mergeCell')}"):
            ends = [_REFERENCE.match(part) for part in merge.get("ref", "").split(":")]
            if len(ends) == 2 and ends[0] and ends[1]:
                yield (
                    int(ends[0][2]), column_number(ends[0][1]),
                    int(ends[1][2]), column_number(ends[1][1]),
                )  # fmt: skip

    def row(self, number: int) -> Element | None:
        """Return the parsed row, None if the sheet does not have it."""
        if number in self.opened:
            return self.opened[number]
        if number not in self.spans:
            return None
        start, stop = self.spans[number]
        spaces = " ".join(
            f'xmlns{":" + prefix if prefix else ""}="{uri}"'
            for prefix, uri in self.root.nsmap.items()
        )
        wrapped = f"<rows {spaces}>".encode() + self.body[start:stop] + b"</rows>"
        self.opened[number] = self._parsed(wrapped)[0]
        return self.opened[number]

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """Return the visible cell: of a merged range its top left one."""
        for top, left, bottom, right in self.merged:
            if top <= row <= bottom and left <= column <= right:
                return top, left
        return row, column

    def first_column(self, row: int) -> int:
        """Return the first non-empty column of a row, 1 if all are empty."""
        for column, cell in self._cells(row):
            if len(cell):
                return column
        return 1

    def _cells(self, number: int) -> Iterator[tuple[int, Element]]:
        column = 0
        row = self.row(number)
        for cell in row.iterchildren(q("c")) if row is not None else ():
            match = _REFERENCE.match(cell.get("r", ""))
            column = column_number(match[1]) if match else column + 1
            yield column, cell

    def cell(self, number: int, column: int) -> Element:
        """Return a cell, created if the sheet does not have it."""
        row = self.row(number)
        if row is None:
            row = self.opened[number] = etree.Element(q("row"), r=str(number))
        at = 0
        for existing, cell in self._cells(number):
            if existing == column:
                return cell
            if existing > column:
                break
            at = row.index(cell) + 1
        made = etree.Element(q("c"), r=cell_address(number, column))
        inherited = self._inherited(row, column)
        if inherited:
            made.set("s", str(inherited))
        row.insert(at, made)
        return made

    def _inherited(self, row: Element, column: int) -> int:
        """Return the style index of an empty cell: its row's, else its column's."""
        if row.get("customFormat") in ("1", "true"):
            return int(row.get("s", "0"))
        for item in self.root.iterfind(f"{q('cols')}/{q('col')}"):
            if int(item.get("min", "0")) <= column <= int(item.get("max", "0")):
                return int(item.get("style", "0"))
        return 0

    def colour(self, row: int, column: int, colour: str) -> str:
        """Fill a cell with a colour; return its previous fill as XML, empty for none."""
        cell = self.cell(row, column)
        style = int(cell.get("s", "0"))
        cell.set("s", str(self.styles.marked(style, colour)))
        return fill_text(self.styles.fill_of(style))

    def restore(self, fills: Mapping[str, str]) -> None:
        """Restore the recorded fill (or none) of every cell that has one of our colours."""
        ours = {i for i in range(len(self.styles.cells)) if self.styles.ours(i)}
        if not ours:
            return
        marked = re.compile(
            rb"<" + self.prefix + rb"c\b[^>]*?\bs=[\"'](?:"
            + b"|".join(str(i).encode() for i in sorted(ours)) + rb")[\"']"
        )  # fmt: skip
        for number, (start, stop) in self.spans.items():
            if not marked.search(self.body, start, stop):
                continue
            for column, cell in self._cells(number):
                style = int(cell.get("s", "0"))
                if style in ours:
                    had = fills.get(cell_address(number, column), "")
                    cell.set("s", str(self.styles.restored(style, had)))

    def write(self) -> None:
        """Serialize the sheet into the package, rows in order."""
        parts = []
        done = end = 0
        for number in sorted({*self.spans, *self.opened}):
            start, stop = self.spans.get(number, (end, end))
            if number in self.opened:
                row = etree.tostring(self.opened[number], with_tail=False)
                parts += [self.body[done:start], row]
                done = stop
            end = stop
        parts.append(self.body[done:])
        shell = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)
        tag = self.prefix + b"sheetData"
        empty = b"<" + tag + b"/>"
        head, found, tail = shell.partition(empty)
        if not found:
            raise Refused("report-not-workbook", where=self.package.path.name)
        self.package.raw[self.name] = b"".join(
            [head, b"<" + tag + b">", *parts, b"</" + tag + b">", tail]
        )
