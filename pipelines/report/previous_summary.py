"""The summary sheet of a previous report, removed from a workbook that is annotated again."""

from __future__ import annotations

from pipelines.model import SUMMARY_SHEET
from pipelines.report.ooxml import REL, EditablePackage, Element, q


def remove_summary(package: EditablePackage) -> dict[str, dict[str, str]] | None:
    """Remove a previous summary sheet; return the fills it recorded: sheet → cell → fill XML.

    None if the workbook has no such sheet.
    """
    part = package.sheets().get(SUMMARY_SHEET)
    if part is None:
        return None
    memory: dict[str, dict[str, str]] = {}
    strings = _shared(package)
    for row in package.part(part).iter(q("row")):
        texts = [_text(cell, strings) for cell in list(row)[-3:]]
        if len(texts) == 3 and texts[2].startswith("<") and "fill" in texts[2][:60]:
            memory.setdefault(texts[0], {})[texts[1]] = texts[2]
    sheets = package.book.find(q("sheets"))
    rels = package.rels(package.workbook)
    assert sheets is not None
    for sheet in list(sheets):
        if sheet.get("name") == SUMMARY_SHEET:
            ident = sheet.get(q("id", REL))
            at = sheets.index(sheet)
            sheets.remove(sheet)
            for rel in list(rels):
                if rel.get("Id") == ident:
                    rels.remove(rel)
            shift(package, -1, at)
    package.remove(part)
    return memory


def _shared(package: EditablePackage) -> list[str]:
    name = package.related(package.workbook, "sharedStrings")
    if not name or not package.has(name):
        return []
    return ["".join(t.text or "" for t in item.iter(q("t"))) for item in package.part(name)]


def _text(cell: Element, strings: list[str]) -> str:
    if cell.get("t") == "s":
        number = int(cell.findtext(q("v")) or -1)
        return strings[number] if 0 <= number < len(strings) else ""
    return "".join(t.text or "" for t in cell.iter(q("t")))


def shift(package: EditablePackage, by: int, at: int = 0) -> None:
    """Adjust the sheet index of sheet-local defined names after a sheet was added or removed.

    by: +1 or -1. at: index of the sheet; names local to a removed sheet are removed.
    """
    for name in list(package.book.iter(q("definedName"))):
        place = name.get("localSheetId")
        if place is None:
            continue
        if by < 0 and int(place) == at:
            parent = name.getparent()
            if parent is not None:
                parent.remove(name)
        elif int(place) >= at:
            name.set("localSheetId", str(int(place) + by))
