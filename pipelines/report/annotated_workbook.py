"""The source workbook with faulty cells coloured and commented, and a summary sheet in front.

An xlsx or xlsm source is copied part by part and annotated (`ooxml`); any other source (CSV, xls,
ods) becomes a new workbook with the same cells at the same addresses.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pipelines import messages
from pipelines.errors import Refused, UsageProblem
from pipelines.model import (
    SUMMARY_SHEET,
    Finding,
    MaskedReport,
    Report,
    Source,
    TableReport,
    require_masked,
)
from pipelines.report.cell_marks import AUTHOR, MAX_COMMENTS, CellMark, mark, unmark
from pipelines.report.groups import title
from pipelines.report.number_format import count
from pipelines.report.ooxml import EditablePackage, TooLarge
from pipelines.report.plain_workbook import write_blank, write_plain
from pipelines.report.previous_summary import remove_summary
from pipelines.report.styles import Styles
from pipelines.report.summary_sheet import Entry, Summary
from pipelines.report.worksheet_part import WorksheetPart
from pipelines.text.addresses import cell_address

#: Findings listed on the summary sheet; the others are only coloured and counted.
MAX_LISTED = 5000


def write_workbook(report: MaskedReport, path: Path) -> list[Path]:
    """Write the annotated workbook; return the files written.

    One source file: `path` itself. Several with findings: one file each, named after the source
    (`temuan-ikm-2023.xlsx`). A source that is too large to copy, or is no local file, gives
    only the summary sheet, with a notice. Raises `UsageProblem` if a source file would be
    overwritten.
    """
    require_masked(report)
    chosen = _sources(report)
    written = []
    for source, tables in chosen:
        target = path
        if len(chosen) > 1:
            target = path.with_name(f"{path.stem}-{Path(source.file).stem}{path.suffix}")
            number = 2
            while target in written:
                target = target.with_name(f"{target.stem}-{number}{path.suffix}")
                number += 1
        _write(title(report), source, tables, target)
        written.append(target)
    return written


def _sources(report: Report) -> list[tuple[Source, list[TableReport]]]:
    """Return each source file that has findings, with the part of the report that concerns it."""
    files: dict[str, Source] = {}
    for table in report.tables:
        for source in table.sources or (Source(table.source),):
            if files.get(source.file, source).path is None or source.file not in files:
                files[source.file] = source
    found = []
    for file, source in files.items():
        tables = [_narrowed(t, file, len(files) == 1) for t in report.tables if _from(t, file)]
        if len(files) == 1 or any(t.errors or t.warnings for t in tables):
            found.append((source, tables))
    if not found and files:
        source = next(iter(files.values()))
        found.append((source, [t for t in report.tables if _from(t, source.file)]))
    return found


#: Findings for the data steward; the office that receives the workbook can't act on them.
_STEWARD_CODES = {"source-unused", "guess-unchecked"}


def _from(table: TableReport, file: str) -> bool:
    return any(source.file == file for source in table.sources) or table.source == file


def _narrowed(table: TableReport, file: str, alone: bool) -> TableReport:
    """Keep the findings of one file; those without a position are listed for every file."""

    def here(findings: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(
            f
            for f in findings
            if f.code not in _STEWARD_CODES
            and (alone or f.position is None or f.position.file == file)
        )

    more = table.more if alone else {}
    return replace(table, errors=here(table.errors), warnings=here(table.warnings), more=more)


def _write(name: str, source: Source, tables: list[TableReport], target: Path) -> None:
    if source.path is not None and target.resolve() == source.path.resolve():
        raise UsageProblem("report-over-source", where=str(target))
    summary = Summary(name, source.file, tables)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base.xlsx"
        try:
            if source.path is None or not source.path.exists():
                raise TooLarge(source.file)
            if _is_workbook(source.path):
                base = source.path
            else:
                write_plain(source.path, base)
            with EditablePackage(base) as package:
                _annotate(package, summary, target)
                return
        except (TooLarge, Refused):
            base = Path(folder) / "blank.xlsx"
        write_blank(base)
        summary = Summary(name, source.file, tables)
        summary.notices.append(messages.text("workbook-not-copied", file=source.file))
        with EditablePackage(base) as package:
            _list_only(package, summary, target)


def _is_workbook(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as package:
        return "xl/workbook.xml" in package.namelist()


def _annotate(package: EditablePackage, summary: Summary, target: Path) -> None:
    styles = Styles(package)
    previous = remove_summary(package)
    sheets = {name: part for name, part in package.sheets().items() if name != SUMMARY_SHEET}
    for name, part in sheets.items():
        if previous is not None or _marked_before(package, part):
            sheet = WorksheetPart(package, part, styles)
            unmark(sheet, (previous or {}).get(name, {}))
            sheet.write()
    first = next(iter(sheets), None)
    marks: dict[str, dict[tuple[int, int], list[Finding]]] = {}
    opened: dict[str, WorksheetPart] = {}
    for finding in (f for t in summary.tables for f in (*t.errors, *t.warnings)):
        place = finding.position
        name = (place.sheet or first or "") if place else ""
        if place is None or place.row is None or name not in sheets:
            summary.entries.append(Entry(finding))
            continue
        if name not in opened:
            opened[name] = WorksheetPart(package, sheets[name], styles)
        sheet = opened[name]
        row, column = place.row, place.column or sheet.first_column(place.row)
        row, column = sheet.anchor(row, column)
        marks.setdefault(name, {}).setdefault((row, column), []).append(finding)
        summary.entries.append(Entry(finding, name, cell_address(row, column)))
    order = list(sheets)
    summary.entries.sort(key=lambda e: (e.cell is not None, _order(e, order)))
    _cut(summary)
    for name, cells in marks.items():
        before = mark(opened[name], cells, _mark)
        opened[name].write()
        summary.memory += [(name, cell, fill) for cell, fill in before.items()]
        if len(cells) > MAX_COMMENTS:
            summary.notices.append(
                messages.text("workbook-comments", sheet=name, count=count(MAX_COMMENTS))
            )
    _deselect(package, sheets)
    if _drop_macros(package):
        summary.notices.append(messages.text("workbook-macros"))
    summary.put(package, styles)
    package.save(target)


def _cut(summary: Summary) -> None:
    """Cut the list to `MAX_LISTED` entries, with a notice."""
    if len(summary.entries) > MAX_LISTED:
        summary.notices.append(
            messages.text(
                "workbook-listed", count=count(MAX_LISTED), all=count(len(summary.entries))
            )
        )
        del summary.entries[MAX_LISTED:]


def _order(entry: Entry, sheets: list[str]) -> tuple[int, int, int]:
    """Return the sort key of an entry: sheet, row and column."""
    place = entry.finding.position
    if entry.sheet is None or place is None:
        return (0, 0, 0)
    return (sheets.index(entry.sheet), place.row or 0, place.column or 0)


def _list_only(package: EditablePackage, summary: Summary, target: Path) -> None:
    """Write a workbook with only the summary sheet."""
    summary.entries += [Entry(f) for t in summary.tables for f in (*t.errors, *t.warnings)]
    _cut(summary)
    _deselect(package, package.sheets())
    summary.put(package, Styles(package))
    package.save(target)


def _mark(finding: Finding) -> CellMark:
    fix = messages.choose(finding.params.get("fix")) or finding.text("next")
    label = messages.text("report-fix")
    return CellMark(
        finding.text("title"),
        f"{finding.message}\n{label}: {fix}" if fix else finding.message,
    )


def _marked_before(package: EditablePackage, sheet: str) -> bool:
    """Return whether a sheet has our comments, although the summary sheet was deleted."""
    comments = package.related(sheet, "comments")
    return bool(comments and package.has(comments) and AUTHOR.encode() in package.read(comments))


def _deselect(package: EditablePackage, sheets: dict[str, str]) -> None:
    """Deselect all sheets but the summary: Excel edits selected sheets together."""
    for part in sheets.values():
        if part in package.parsed:
            for view in package.parsed[part].iter("{*}sheetView"):
                view.attrib.pop("tabSelected", "")
        else:
            data = package.read(part)
            head, rest = data[:20_000], data[20_000:]
            if b'tabSelected="1"' in head:
                package.raw[part] = head.replace(b' tabSelected="1"', b"") + rest


def _drop_macros(package: EditablePackage) -> bool:
    """Remove macros, which an .xlsx must not contain; return whether there were any."""
    macro = package.related(package.workbook, "vbaProject")
    for item in package.types:
        if item.get("PartName") == "/" + package.workbook:
            item.set("ContentType", _MAIN_TYPE)
    if macro is None:
        return False
    rels = package.rels(package.workbook)
    for rel in list(rels):
        if rel.get("Type", "").endswith("/vbaProject"):
            rels.remove(rel)
    package.remove(macro)
    return True


_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
