"""Web pages and XML that programs save as `.xls`: tables of HTML, and SpreadsheetML 2003."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from xml.parsers import expat

from pipelines.errors import Refused
from pipelines.readers.cell_text import number
from pipelines.readers.delimited.encoding import decode
from pipelines.readers.grid import Grid, Merge, from_rows

#: A span beyond these is a slip or an attack; no printed table has it.
WIDEST, TALLEST = 1000, 65536
MOST_CELLS = 5_000_000
#: No sheet has more rows.
MOST_ROWS = 1_048_576


class _MarkupSheet:
    """Collects cells at free places, as a browser lays a table out."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cells: dict[tuple[int, int], str] = {}
        self.taken: set[tuple[int, int]] = set()
        self.merges: list[Merge] = []
        self.row = -1
        self.column = 0

    def next_row(self, row: int | None = None) -> None:
        self.row = self.row + 1 if row is None else row
        self.column = 0

    def add(self, text: str, across: int, down: int) -> None:
        self.row = max(self.row, 0)
        while (self.row, self.column) in self.taken:
            self.column += 1
        if text:
            self.cells[self.row, self.column] = text
        across, down = max(1, min(across, WIDEST)), max(1, min(down, TALLEST))
        if len(self.taken) + across * down > MOST_CELLS:
            raise Refused("range-too-large", rows=self.row + down, columns=self.column + across)
        if across > 1 or down > 1:
            self.taken |= {
                (self.row + r, self.column + c) for r in range(down) for c in range(across)
            }
            self.merges.append(
                Merge(self.row, self.column, self.row + down - 1, self.column + across - 1)
            )
        self.column += across

    def grid(self) -> Grid:
        widths: dict[int, int] = {}
        for row, column in self.cells:
            widths[row] = max(widths.get(row, 0), column + 1)
        if self.row >= MOST_ROWS or sum(widths.values()) > MOST_CELLS:
            raise Refused("range-too-large", rows=self.row + 1, columns=max(widths.values()))
        rows: list[list[str | None]] = [[] for _ in range(self.row + 1)]
        for (row, column), text in sorted(self.cells.items()):
            line = rows[row]
            line += [None] * (column - len(line))
            line.append(text)
        return from_rows(rows, sheet=self.name, merges=self.merges)


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[_MarkupSheet] = []
        self.depth = 0
        self.text: list[str] | None = None
        self.spans = (1, 1)
        self.skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.skip += 1
        elif tag == "table":
            self._close()
            self.depth += 1
            if self.depth == 1:
                self.sheets.append(_MarkupSheet(f"table {len(self.sheets) + 1}"))
        elif tag == "tr" and self.sheets:
            self._close()
            self.sheets[-1].next_row()
        elif tag in ("td", "th") and self.sheets:
            self._close()
            known = dict(attrs)
            self.spans = (_span(known.get("colspan")), _span(known.get("rowspan")))
            self.text = []
        elif tag in ("br", "p", "div") and self.text:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.skip = max(0, self.skip - 1)
        elif tag in ("td", "th", "tr", "table"):
            self._close()
            if tag == "table":
                self.depth = max(0, self.depth - 1)

    def handle_data(self, data: str) -> None:
        if self.text is not None and not self.skip:
            self.text.append(data)

    def _close(self) -> None:
        if self.text is not None and self.sheets:
            text = "\n".join(
                " ".join(line.split()) for line in "".join(self.text).split("\n")
            ).strip()
            self.sheets[-1].add(text, *self.spans)
        self.text = None


def _span(text: str | None) -> int:
    return int(text) if text and text.strip().isdecimal() and len(text) < 9 else 1


def read_html(data: bytes, *, name: str) -> list[Grid]:
    """Return the tables of a web page. Raises `Refused`: it has none, or is broken."""
    parser = _Html()
    text = decode(data).text
    try:
        parser.feed(text[: text.rfind(">") + 1])  # else each `<` looks for its end to the end
        parser.close()
    except AssertionError as error:  # `<![x`: the parser knows a few words here and no others
        raise Refused("file-broken", where=name, reason=str(error)) from error
    grids = [sheet.grid() for sheet in parser.sheets if sheet.cells]
    if not grids:
        raise Refused("html-no-table", where=name)
    return grids


class _Spreadsheet:
    """SpreadsheetML 2003: Workbook / Worksheet / Table / Row / Cell / Data."""

    def __init__(self) -> None:
        self.sheets: list[_MarkupSheet] = []
        self.text: list[str] | None = None
        self.value = ""
        self.type = ""
        self.spans = (1, 1)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        known = {key.rpartition("|")[2]: value for key, value in attributes.items()}
        tag = tag.rpartition("|")[2]
        if tag == "Worksheet":
            self.sheets.append(_MarkupSheet(known.get("Name", f"sheet {len(self.sheets) + 1}")))
        elif tag == "Row" and self.sheets:
            self.sheets[-1].next_row(_index(known))
        elif tag == "Cell" and self.sheets:
            column = _index(known)
            self.sheets[-1].column = self.sheets[-1].column if column is None else column
            self.spans = (
                _span(known.get("MergeAcross", "0")) + 1,
                _span(known.get("MergeDown", "0")) + 1,
            )
            if "MergeAcross" not in known:
                self.spans = (1, self.spans[1])
            if "MergeDown" not in known:
                self.spans = (self.spans[0], 1)
            self.value, self.type = "", ""
        elif tag == "Data":
            self.text, self.type = [], known.get("Type", "String")

    def end(self, tag: str) -> None:
        tag = tag.rpartition("|")[2]
        if tag == "Data" and self.text is not None:
            self.value = "".join(self.text)
            self.text = None
        elif tag == "Cell" and self.sheets:
            self.sheets[-1].add(_typed(self.value, self.type), *self.spans)

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)


def _index(attributes: Mapping[str, str]) -> int | None:
    """Return the 0-based place that a row or a cell is given, None when it just follows."""
    text = attributes.get("Index", "")
    return max(0, int(text) - 1) if text.isdecimal() and len(text) < 9 else None


def _typed(text: str, kind: str) -> str:
    if kind == "Boolean":
        return "true" if text.strip() in ("1", "true") else "false"
    if kind == "DateTime":
        return text.removesuffix(".000").removesuffix("T00:00:00")
    if kind == "Error":
        return ""
    if kind == "Number":
        return number(float(text))
    return text


def read_spreadsheetml(data: bytes, *, name: str) -> list[Grid]:
    """Return the sheets of a SpreadsheetML 2003 file. Raises `Refused`: broken, or entities."""
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:65536]:
        raise Refused("xml-entity", where=name)
    book = _Spreadsheet()
    parser = expat.ParserCreate(namespace_separator="|")
    parser.StartElementHandler = book.start
    parser.EndElementHandler = book.end
    parser.CharacterDataHandler = book.data
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise Refused("file-broken", where=name, reason=" ".join(str(error).split())) from error
    return [sheet.grid() for sheet in book.sheets if sheet.cells]
