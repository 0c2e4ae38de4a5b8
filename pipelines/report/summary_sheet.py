"""The summary sheet of an annotated workbook: counts, fixes, and a link to each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from pipelines import messages
from pipelines.model import SUMMARY_SHEET, Finding, TableReport
from pipelines.report import groups as g
from pipelines.report.cell_marks import clean_text
from pipelines.report.number_format import count, counted
from pipelines.report.ooxml import MAIN, REL, EditablePackage, Element, default_map, q
from pipelines.report.previous_summary import shift
from pipelines.report.styles import MARKS, Styles
from pipelines.text.addresses import cell_address

WIDTHS = (7, 12, 17, 19, 22, 62, 50)
#: First of the hidden columns, which record the previous fill of each coloured cell.
MEMORY = len(WIDTHS) + 1
MAX_TEXT = 1000
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


@dataclass(frozen=True)
class Entry:
    """A row of the list: a finding and its annotated cell (None: no cell in this file)."""

    finding: Finding
    sheet: str | None = None
    cell: str | None = None


@dataclass
class Summary:
    """The content of the summary sheet for one source file.

    memory: (sheet, cell, previous fill) of coloured cells. notices: what was left undone.
    """

    name: str
    file: str
    tables: Sequence[TableReport]
    entries: list[Entry] = field(default_factory=list)
    memory: list[tuple[str, str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def put(self, package: EditablePackage, styles: Styles) -> None:
        """Insert the sheet before all others and make it the active one."""
        part = package.free("xl/worksheets/sheet{}.xml")
        package.add(part, _Writer(self, styles).sheet(), _TYPE)
        ident = package.relate(package.workbook, "worksheet", part)
        sheets = package.book.find(q("sheets"))
        assert sheets is not None
        number = max((int(s.get("sheetId", "0")) for s in sheets), default=0) + 1
        sheet = etree.Element(q("sheet"), name=SUMMARY_SHEET, sheetId=str(number))
        sheet.set(q("id", REL), ident)
        sheets.insert(0, sheet)
        shift(package, +1)
        for view in package.book.iter(q("workbookView")):
            view.set("activeTab", "0")
            view.set("firstSheet", "0")


class _Writer:
    """Lays the summary out, row by row."""

    def __init__(self, summary: Summary, styles: Styles) -> None:
        self.summary = summary
        ink, quiet, line = "FF1F2933", "FF52606D", "FFD9DEE4"
        border = styles.border(line)
        plain = styles.font(size=10, colour=ink)
        bold = styles.font(size=10, bold=True, colour=ink)
        link = styles.font(size=10, colour="FF0B5394", underline=True)
        white = styles.font(size=10, bold=True, colour="FFFFFFFF")
        head = styles.solid("FF1F4E5F")
        self.title = styles.cell(font=styles.font(size=18, bold=True, colour="FF1F4E5F"))
        self.section = styles.cell(font=styles.font(size=13, bold=True, colour="FF1F4E5F"))
        self.quiet = styles.cell(font=styles.font(size=10, colour=quiet))
        self.advice = styles.cell(font=plain, fill=styles.solid("FFEAF3F5"), wrap=True, center=True)
        self.head = styles.cell(font=white, fill=head, wrap=True, center=True)
        self.plain = styles.cell(font=plain, border=border, wrap=True)
        self.bold = styles.cell(font=bold, border=border, wrap=True)
        self.link = styles.cell(font=link, border=border, wrap=True)
        self.marked = {
            severity: styles.cell(font=bold, border=border, fill=styles.solid(colour), wrap=True)
            for severity, colour in MARKS.items()
        }
        self.rows: list[Element] = []
        self.links: list[tuple[str, str]] = []
        self.merged: list[str] = []

    def sheet(self) -> Element:
        """Return the worksheet part."""
        first, last = self._fill()
        root = etree.Element(q("worksheet"), nsmap={**default_map(MAIN), "r": REL})
        properties = etree.SubElement(root, q("sheetPr"))
        etree.SubElement(properties, q("tabColor"), rgb="FF1F4E5F")
        etree.SubElement(properties, q("pageSetUpPr"), fitToPage="1")
        views = etree.SubElement(root, q("sheetViews"))
        etree.SubElement(views, q("sheetView"), showGridLines="0", tabSelected="1",
                         workbookViewId="0")  # fmt: skip
        etree.SubElement(root, q("sheetFormatPr"), defaultRowHeight="15")
        columns = etree.SubElement(root, q("cols"))
        for number, width in enumerate((*WIDTHS, 2, 2, 2), start=1):
            column = etree.SubElement(
                columns, q("col"), min=str(number), max=str(number), width=str(width),
                customWidth="1",
            )  # fmt: skip
            if number >= MEMORY:
                column.set("hidden", "1")
        data = etree.SubElement(root, q("sheetData"))
        data.extend(self.rows)
        if last > first:
            etree.SubElement(root, q("autoFilter"), ref=f"A{first}:G{last}")
        merges = etree.SubElement(root, q("mergeCells"), count=str(len(self.merged)))
        for reference in self.merged:
            etree.SubElement(merges, q("mergeCell"), ref=reference)
        if self.links:
            links = etree.SubElement(root, q("hyperlinks"))
            for reference, location in self.links:
                etree.SubElement(links, q("hyperlink"), ref=reference, location=location)
        etree.SubElement(root, q("pageMargins"), left="0.4", right="0.4", top="0.5", bottom="0.5",
                         header="0.3", footer="0.3")  # fmt: skip
        etree.SubElement(root, q("pageSetup"), paperSize="9", orientation="landscape",
                         fitToHeight="0")  # fmt: skip
        return root

    def _fill(self) -> tuple[int, int]:
        """Write every row; return the first and last row of the list."""
        summary = self.summary
        errors, warnings = (sum(pair) for pair in zip(*map(g.counts, summary.tables), strict=True))
        rows = sum(table.rows for table in summary.tables)
        self._row([(self.title, messages.text("workbook-title"))], height=30)
        facts = (
            *dict.fromkeys((summary.name, summary.file)),
            f"{count(rows)} {messages.text('report-rows')}",
            counted(errors, "report-error", "report-errors"),
            counted(warnings, "report-warning", "report-warnings"),
        )  # fmt: skip
        self._row([(self.quiet, " · ".join(facts))])
        self._row([])
        advice = "workbook-advice" if summary.entries else "workbook-clean"
        self._wide(self.advice, messages.text(advice), height=50)
        if any(table.stopped for table in summary.tables):
            stopped = messages.text("report-stopped", count=count(errors))
            self._wide(self.advice, stopped, height=34)
        for notice in summary.notices:
            self._wide(self.advice, notice, height=34)
        self._row([])
        if not summary.entries:
            return 0, 0
        self._row([(self.section, messages.text("workbook-kinds"))], height=22)
        self._head("count", "severity", "table", "column", "code", "problem", "fix")
        for table in summary.tables:
            for group in g.grouped(table):
                self._group(table, group)
        self._row([])
        self._row([(self.section, messages.text("workbook-list"))], height=22)
        first = self._head("number", "cell", "sheet", "column", "value", "problem", "fix")
        memory = iter(summary.memory)
        for number, entry in enumerate(summary.entries, start=1):
            self._entry(number, entry, next(memory, None))
        last = len(self.rows)
        for remembered in memory:
            self._row([], remembered)
        return first, last

    def _head(self, *labels: str) -> int:
        self._row([(self.head, messages.text(f"workbook-{name}")) for name in labels], height=20)
        return len(self.rows)

    def _group(self, table: TableReport, group: g.Group) -> None:
        problem = f"{group.text('title')}. {group.text('explain')}"
        self._row([
            (self.marked[group.severity], count(group.count)),
            (self.plain, messages.text(f"report-{group.severity}")),
            (self.plain, table.name),
            (self.bold, group.field or "–"),
            (self.plain, group.code),
            (self.plain, problem),
            (self.plain, group.text("next")),
        ])  # fmt: skip

    def _entry(self, number: int, entry: Entry, memory: tuple[str, str, str] | None) -> None:
        finding = entry.finding
        severity = "error" if finding.severity == "error" else "warning"
        mark = "✗" if severity == "error" else "!"
        fix = messages.choose(finding.params.get("fix")) or finding.text("next")
        place = entry.cell or (finding.position.cell if finding.position else None) or "–"
        sheet = entry.sheet or (finding.position.sheet if finding.position else None) or ""
        row = self._row([
            (self.marked[severity], f"{mark} {number}"),
            (self.link if entry.cell else self.plain, place),
            (self.plain, sheet),
            (self.plain, finding.field or "–"),
            (self.plain, finding.value or ""),
            (self.plain, finding.message),
            (self.plain, str(fix)),
        ], memory)  # fmt: skip
        if entry.cell and entry.sheet:
            quoted = entry.sheet.replace("'", "''")
            self.links.append((f"B{row}", f"'{quoted}'!{entry.cell}"))

    def _wide(self, style: int, text: str, height: int) -> None:
        number = self._row([(style, text)] + [(style, "")] * (len(WIDTHS) - 1), height=height)
        self.merged.append(f"A{number}:G{number}")

    def _row(
        self,
        cells: Sequence[tuple[int, str]],
        memory: tuple[str, str, str] | None = None,
        height: int | None = None,
    ) -> int:
        number = len(self.rows) + 1
        row = etree.Element(q("row"), r=str(number))
        if height is None and len(cells) > 1:
            # Not every program fits rows to wrapped text, so the height is explicit.
            lines = max(_lines(text, WIDTHS[i]) for i, (_, text) in enumerate(cells))
            height = 5 + 13 * lines
        if height:
            row.set("ht", str(height))
            row.set("customHeight", "1")
        for column, (style, text) in enumerate(cells):
            row.append(_cell(cell_address(number, column + 1), style, text))
        for offset, text in enumerate(memory or ()):
            row.append(_cell(cell_address(number, MEMORY + offset), self.quiet, text))
        self.rows.append(row)
        return number


def _lines(text: str, width: int) -> int:
    """Return the number of lines of a text in a column of this width (in characters)."""
    return sum(1 + int(len(part) / (width * 1.12)) for part in text[:MAX_TEXT].split("\n"))


def _cell(reference: str, style: int, text: str) -> Element:
    """Return a text cell; inline text is never read as a formula."""
    cell = etree.Element(q("c"), r=reference, s=str(style))
    if text:
        cell.set("t", "inlineStr")
        inline = etree.SubElement(cell, q("is"))
        content = etree.SubElement(inline, q("t"))
        content.text = clean_text(text if text.startswith("<") else text[:MAX_TEXT])
        content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return cell
