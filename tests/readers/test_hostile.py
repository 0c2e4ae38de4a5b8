"""Hostile and broken files: a clear error in both languages, bounded, and never a traceback."""

from __future__ import annotations

import gzip
import io
import os
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import openpyxl
import pytest
import xlsxwriter
from fixtures.writers import Sheet, write_ods, write_xls, write_xlsx

from pipelines import messages
from pipelines.errors import PublishError, Refused, UsageProblem
from pipelines.extract import extract, inspect
from pipelines.readers import archives, sandbox, source, workbook
from pipelines.readers.delimited import reader

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
TABLE = Sheet([["kode", "nama", "jumlah"], *[[f"12.{n:02d}", f"Nama {n}", n] for n in range(30)]])


def refused(path: Path, code: str) -> PublishError:
    with pytest.raises(PublishError) as caught:
        extract(path)
    error = caught.value
    assert error.code == code, str(error)
    assert error.exit_code in (1, 2, 3)
    for lang in messages.LANGS:
        messages.set_lang(lang)
        assert error.message
        assert error.next
        assert "{" not in str(error)
    messages.set_lang("id")
    with pytest.raises(PublishError):
        inspect(path)
    return error


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def workbook_parts() -> dict[str, bytes]:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("Data")
    for r, row in enumerate(TABLE.rows):
        page.write_row(r, 0, row)
    book.close()
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_missing_file(tmp_path: Path) -> None:
    assert isinstance(refused(tmp_path / "tidak-ada.xlsx", "file-missing"), UsageProblem)


def test_directory(tmp_path: Path) -> None:
    refused(tmp_path, "file-directory")


def test_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipa.csv")
    refused(tmp_path / "pipa.csv", "file-special")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"  \r\n\t\n", "file-blank"),
        (b"\xef\xbb\xbf\r\n", "file-blank"),
        (b"%PDF-1.7 ...", "file-kind"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "file-kind"),
        (b"\x00\x01\x02\x00\xff\x00\x07\x00\x00\x00\x00\x03" * 400, "file-binary"),
        (b"PK\x03\x04" + b"\0" * 30, "file-broken"),
        (OLE, "file-kind"),
        (OLE + "Workbook".encode("utf-16-le"), "file-broken"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "file-encrypted"),
        (b"\x1f\x8b\x08\x00\x00\x00", "file-truncated"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\xff\xff\xff\xff", "file-broken"),
        (b"<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>", "html-no-table"),
        (b"<?xml version='1.0'?><a/>", "file-kind"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "file-kind"),
    ],
)  # fmt: skip
def test_not_a_table(data: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "laporan.xlsx"
    path.write_bytes(data)
    refused(path, code)


def test_truncated_workbooks(tmp_path: Path) -> None:
    whole = tmp_path / "utuh.xlsx"
    for write, name in ((write_xlsx, "a.xlsx"), (write_xls, "a.xls"), (write_ods, "a.ods")):
        write([TABLE], whole)
        data = whole.read_bytes()
        for share in (0.2, 0.5, 0.9):
            path = tmp_path / name
            path.write_bytes(data[: int(len(data) * share)])
            try:
                extract(path)
            except Refused as error:
                assert error.code in ("file-broken", "file-kind", "table-missing"), error.code


def test_encrypted_zip(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": b"a,b\n1,2\n"})
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        data[at + place] |= 1
    path.write_bytes(bytes(data))
    refused(path, "file-encrypted")


def test_zip_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "RATIO_FROM", 1 << 20)
    path = zipped(tmp_path / "bom.zip", {"a.csv": b"0" * (8 << 20)})
    refused(path, "zip-bomb")
    squeezed = tmp_path / "bom.csv.gz"
    squeezed.write_bytes(gzip.compress(b"0" * (8 << 20)))
    refused(squeezed, "zip-bomb")


def test_workbook_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_UNPACKED", 4 << 20)
    parts = workbook_parts()
    parts["xl/media/bom.bin"] = b"\0" * (5 << 20)
    refused(zipped(tmp_path / "bom.xlsx", parts), "zip-bomb")


def test_member_larger_than_it_says(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": b"kode,nama\n" + b"1,2\n" * 4000})
    data = path.read_bytes()
    size = struct.pack("<I", 10 + 16000)
    path.write_bytes(data.replace(size, struct.pack("<I", 50)))
    refused(path, "file-broken")


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"])
def test_entity_expansion(part: str, tmp_path: Path) -> None:
    parts = workbook_parts()
    laughs = b'<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>'
    head, mark, rest = parts[part].partition(b"?>")
    parts[part] = head + mark + laughs + rest
    refused(zipped(tmp_path / "tawa.xlsx", parts), "xml-entity")


def test_billion_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "kode"  # type: ignore[index]
    book.active["XFD1048576"] = "x"  # type: ignore[index]
    book.save(tmp_path / "luas.xlsx")
    refused(tmp_path / "luas.xlsx", "range-too-large")


@pytest.mark.parametrize("piece", range(60, 100))
def test_far_row_amid_the_others(
    piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is seen wherever the unpacked pieces are cut."""
    monkeypatch.setattr(archives, "PIECE", piece)
    parts = workbook_parts()
    sheet = parts["xl/worksheets/sheet1.xml"]
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row><row r="3"'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'<row r="3"', far, 1)
    assert far in parts["xl/worksheets/sheet1.xml"]
    with pytest.raises(Refused) as caught:
        extract(zipped(tmp_path / "luas.xlsx", parts))
    assert caught.value.code == "range-too-large"


FAR, UNKNOWN = "range-too-large", "range-too-large.unknown"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b'<row spans="1:3" r="1048576"><c s="0" r="XFD1048576"><v>1</v></c></row>', UNKNOWN),
        (b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>", UNKNOWN),
        (b'<row\nr="1048576"><c\nr="XFD1048576"><v>1</v></c></row>', UNKNOWN),
        (
            b'<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            b'r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
            UNKNOWN,
        ),
        (b'<row r="1048576"><c r="XFD10&#52;8576"><v>1</v></c></row>', "file-broken"),
        (b'<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>', FAR),
        (b'<row r="9"><c r="XFD1048576"><v>1</v></c><c r="A9"><v>1</v></c></row>', FAR),
        (b'<row r="9"><c r="A900000"><v>1</v></c><c r="XFD9"><v>1</v></c></row>', FAR),
    ],
)
def test_far_cell_in_unusual_writing(row: bytes, code: str, tmp_path: Path) -> None:
    """The reader makes room for 17 billion cells, however they are written: the process must not
    be ended by it.
    """
    parts = workbook_parts()
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", row + b"</sheetData>", 1)
    assert row in parts[name]
    path = zipped(tmp_path / "luas.xlsx", parts)
    with pytest.raises(Refused) as caught:
        extract(path)
    assert caught.value.code == code


FAR_ROW = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
SHEET, LINKS, BOOK = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "xl/workbook.xml"


def hidden_far_cell(way: str) -> dict[str, bytes]:
    """Return the parts of a workbook whose far sheet one reader finds and another does not."""
    parts = workbook_parts()
    far = parts[SHEET].replace(b"</sheetData>", FAR_ROW, 1)
    link = re.search(rb"<Relationship [^>]*sheet1.xml[^>]*>", parts[LINKS]).group()  # type: ignore[union-attr]
    sheet = re.search(rb"<sheet [^>]*>", parts[BOOK]).group()  # type: ignore[union-attr]
    if way == "another case":
        del parts[SHEET]
        parts["xl/worksheets/Sheet1.XML"] = far
    elif way == "two cases":
        parts["xl/worksheets/Sheet1.xml"] = far
    elif way == "backslash":
        del parts[SHEET]
        parts[SHEET.replace("/", "\\")] = far
    elif way == "link in a comment":
        parts["xl/worksheets/far.xml"] = far
        parts[LINKS] = parts[LINKS].replace(
            link, link.replace(b"sheet1", b"far") + b"<!--" + link + b"-->"
        )
    elif way == "link twice":
        parts["xl/worksheets/far.xml"] = far
        parts[LINKS] = parts[LINKS].replace(link, link.replace(b"sheet1", b"far") + link)
    elif way == "two links of a sheet":
        parts["xl/worksheets/far.xml"] = far
        other = link.replace(b"sheet1", b"far").replace(b'Id="rId1"', b'Id="rId99"')
        parts[LINKS] = parts[LINKS].replace(link, link + other)
        both = sheet.replace(b'r:id="rId1"', b'x:id="rId1" r:id="rId99"')
        parts[BOOK] = parts[BOOK].replace(sheet, both)
    elif way == "address twice":
        parts[SHEET] = far.replace(b'<c r="XFD1048576">', b'<c r="A9" r="XFD1048576">')
    elif way == "texts without end":
        count = b'count="4000000000" uniqueCount="4000000000"'
        parts["xl/sharedStrings.xml"] = re.sub(
            rb'count="\d+" uniqueCount="\d+"', count, parts["xl/sharedStrings.xml"]
        )
    return parts


@pytest.mark.parametrize(
    "way",
    [
        "another case",
        "two cases",
        "backslash",
        "link in a comment",
        "link twice",
        "two links of a sheet",
        "address twice",
        "texts without end",
    ],
)
def test_what_readers_may_take_differently_is_tried_out(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def follow(data: bytes, name: str, cells: int) -> None:
        tried.append(name)
        sandbox.trial_read(data, name, cells)

    monkeypatch.setattr(workbook, "trial_read", follow)
    path = zipped(tmp_path / "luas.xlsx", hidden_far_cell(way))
    if way == "link twice":
        # Both readers take the last one, which is harmless: it must only not be taken for granted.
        assert len(extract(path).table) > 0
    else:
        refused(path, UNKNOWN)
    assert tried


def test_second_directory_of_an_archive_is_tried_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers of archives take one of two directories, and not all the same one."""
    tried: list[str] = []
    monkeypatch.setattr(workbook, "trial_read", lambda data, name, cells: tried.append(name))
    path = zipped(tmp_path / "dua.xlsx", workbook_parts())
    path.write_bytes(
        zipped(tmp_path / "luas.xlsx", hidden_far_cell("two cases")).read_bytes()
        + path.read_bytes()
    )
    assert len(extract(path).table) > 0
    assert tried


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="1048576"><c r="XFD1048576"> <v>1</v></c></row>',
        b'<row r="1048576"><c r="XFD1048576"><!-- --><v>1</v></c></row>',
        b'<row r="1048576"><c r="XFD1048576" x="/>"><v>1</v></c></row>',
    ],
)
def test_far_cell_that_looks_empty(row: bytes, tmp_path: Path) -> None:
    parts = workbook_parts()
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", row + b"</sheetData>", 1)
    refused(zipped(tmp_path / "luas.xlsx", parts), FAR)


def test_far_cells_without_a_value_are_no_matter(tmp_path: Path) -> None:
    """A format on whole rows leaves empty cells up to the last column."""
    row = b'<row r="1048576" s="1"><c r="A1048576" s="1"/><c r="XFD1048576" s="1" /></row>'
    parts = workbook_parts()
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", row + b"</sheetData>", 1)
    assert len(extract(zipped(tmp_path / "format.xlsx", parts)).table) > 0


def test_usual_workbooks_are_not_read_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(data: bytes, name: str, cells: int) -> None:
        raise AssertionError(name)

    monkeypatch.setattr(workbook, "trial_read", fail)
    plain = openpyxl.Workbook()
    for row in (["kode", "nama"], ["12.01", "Tapanuli Tengah"], ["12.02", "Tapanuli Utara"]):
        plain.active.append(row)  # type: ignore[union-attr]
    plain.save(tmp_path / "openpyxl.xlsx")
    write_xlsx([TABLE], tmp_path / "xlsxwriter.xlsx")
    for path in sorted(tmp_path.iterdir()):
        assert len(extract(path).table) > 0, path.name


@pytest.mark.parametrize(
    "wide",
    [
        b"<table:table-row table:number-rows-repeated='1000000'><table:table-cell "
        b"office:value-type='float' office:value='1' table:number-columns-repeated='16000'>"
        b"<text:p>1</text:p></table:table-cell></table:table-row>",
        b'<table:table-row table:number-rows-repeated="500000"><table:table-cell '
        b'office:value-type="float" office:value="1" table:number-columns-repeated="50">'
        b"<text:p>1</text:p></table:table-cell></table:table-row>" * 9,
    ],
    ids=["single quotes", "many together"],
)
def test_billion_cells_ods_in_unusual_writing(wide: bytes, tmp_path: Path) -> None:
    write_ods([TABLE], tmp_path / "luas.ods")
    with zipfile.ZipFile(tmp_path / "luas.ods") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["content.xml"] = parts["content.xml"].replace(b"</table:table>", wide + b"</table:table>")
    refused(zipped(tmp_path / "luas.ods", parts), FAR)


def test_billion_cells_ods(tmp_path: Path) -> None:
    write_ods([TABLE], tmp_path / "luas.ods")
    with zipfile.ZipFile(tmp_path / "luas.ods") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    wide = (
        b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
        b'office:value-type="float" office:value="1" table:number-columns-repeated="1000">'
        b"<text:p>1</text:p></table:table-cell></table:table-row></table:table>"
    )
    parts["content.xml"] = parts["content.xml"].replace(b"</table:table>", wide)
    refused(zipped(tmp_path / "luas.ods", parts), "range-too-large")


STYLES = "xl/styles.xml"


@pytest.mark.parametrize(
    ("part", "before", "endless", "code"),
    [
        (STYLES, b"</fonts>", b"<font>" * 400_000, ""),
        (STYLES, b"</cellXfs>", b"<xf " * 400_000, "file-broken"),
        (STYLES, b"</cellXfs>", b"<xf " + b"a" * 400_000 + b" />", "file-broken"),
        (STYLES, b"</cellXfs>", b'<xf numFmtId="14"/>' * 100_001, "file-broken"),
        (SHEET, b"</worksheet>", b"<!--" + b'<c r="A1" t="e" ' * 400_000 + b"-->", ""),
        (SHEET, b"</worksheet>", b'<!--<c r="A1"' + b' t="e"' * 400_000 + b"-->", ""),
    ],
    ids=["fonts", "formats", "name", "many formats", "cells", "cell"],
)
def test_tags_that_never_end(
    part: str, before: bytes, endless: bytes, code: str, tmp_path: Path
) -> None:
    """Not to be read to the end once for each of their beginnings."""
    parts = workbook_parts()
    assert parts[part].count(before) == 1
    parts[part] = parts[part].replace(before, endless + before)
    path = zipped(tmp_path / "tak-berakhir.xlsx", parts)
    if code:
        refused(path, code)
    else:
        assert len(extract(path).table) == 30


def test_tags_that_never_end_in_a_web_page(tmp_path: Path) -> None:
    path = tmp_path / "halaman.xls"
    table = "<table><tr><td>kode<td>nama</tr><tr><td>1<td>a</tr><tr><td>2<td>b</tr></table>"
    path.write_text(table + "<a " * 100_000, encoding="utf-8")
    assert len(extract(path).table) == 2


def test_a_web_page_that_the_parser_gives_up(tmp_path: Path) -> None:
    path = tmp_path / "halaman.xls"
    path.write_text("<table><tr><td>kode<td>nama</tr></table><![entah]>", encoding="utf-8")
    refused(path, "file-broken")


@pytest.mark.parametrize("code", ["0." + "0" * 1_000_000, "0" * 1_000_000, '"a"' * 200_000 + "00"])
def test_format_that_makes_a_long_text_of_every_number(code: str, tmp_path: Path) -> None:
    parts = workbook_parts()
    form = f'<numFmts count="1"><numFmt numFmtId="170" formatCode={quoteattr(code)}/></numFmts>'
    parts[STYLES] = parts[STYLES].replace(b"<fonts", form.encode() + b"<fonts", 1)
    parts[STYLES] = parts[STYLES].replace(b"</cellXfs>", b'<xf numFmtId="170"/></cellXfs>')
    parts[SHEET] = re.sub(rb'<c r="(C\d+)"><v>', rb'<c r="\1" s="1"><v>', parts[SHEET])
    assert b's="1"' in parts[SHEET]
    table = extract(zipped(tmp_path / "bentuk.xlsx", parts)).table
    assert table.frame["jumlah"].tolist() == [str(n) for n in range(30)]


def test_one_part_cannot_stand_for_many_sheets(tmp_path: Path) -> None:
    parts = workbook_parts()
    more = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(9, 99))
    parts[BOOK] = parts[BOOK].replace(b"</sheets>", more.encode() + b"</sheets>")
    refused(zipped(tmp_path / "sama.xlsx", parts), "file-broken")


def test_a_long_text_in_many_cells_is_tried_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    monkeypatch.setattr(workbook, "trial_read", lambda data, name, cells: tried.append(name))
    monkeypatch.setattr(workbook, "MOST_MEMORY", 1 << 20)
    texts = workbook_parts()["xl/sharedStrings.xml"]
    for length in (10, 100_000):
        parts = workbook_parts()
        parts["xl/sharedStrings.xml"] = texts.replace(b">nama<", b">" + b"x" * length + b"<")
        assert len(extract(zipped(tmp_path / f"{length}.xlsx", parts)).table) == 30
        assert bool(tried) == (length > 10)


def repeated(rows: int, columns: int, count: int = 1) -> bytes:
    """Rows of an ods file that stand for many cells."""
    return (
        b'<table:table-row table:number-rows-repeated="%d"><table:table-cell '
        b'office:value-type="float" office:value="1" table:number-columns-repeated="%d">'
        b"<text:p>1</text:p></table:table-cell></table:table-row>" % (rows, columns)
    ) * count


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (repeated(1, 1000, 6000), FAR),
        (repeated(7, 1).replace(b"7", b"9" * 5000, 1), FAR),
        (repeated(5, 5), ""),
        # The end of each row is looked for up to the file's own end, once for each begin.
        (b"<table:table-row>" * 200_000, "file-broken"),
        (b"<table:table-row><table:table-cell " * 50_000, "file-broken"),
    ],
    ids=["many", "long number", "few", "rows never closed", "cells never closed"],
)
def test_repeated_cells_ods(rows: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "ulang.ods"
    write_ods([TABLE], path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["content.xml"] = parts["content.xml"].replace(b"</table:table>", rows + b"</table:table>")
    zipped(path, parts)
    if code:
        refused(path, code)
    else:
        assert len(extract(path).table) == 35


SPREADSHEETML = """<?xml version="1.0"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table>
<Row><Cell><Data ss:Type="String">kode</Data></Cell></Row>{rows}</Table></Worksheet></Workbook>"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lebar.csv", "a" + "," * 100_000 + "\n" + "x,y\n" * 1_000),
        ("serong.html", f"<table><tr>{'<td>a' * 20_000}</tr>{'<tr><td>a</tr>' * 20_000}</table>"),
        (
            "bawah.xls",
            SPREADSHEETML.format(
                rows='<Row ss:Index="90000000"><Cell><Data ss:Type="Number">1</Data></Cell></Row>'
            ),
        ),
        (
            "kanan.xls",
            SPREADSHEETML.format(
                rows='<Row><Cell ss:Index="90000000"><Data ss:Type="Number">1</Data></Cell></Row>'
            ),
        ),
    ],
)
def test_few_cells_far_apart(name: str, text: str, tmp_path: Path) -> None:
    """Short rows are padded: one long line among short ones must not take all memory."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    refused(tmp_path / name, FAR)


def test_endless_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LONGEST_LINE", 1 << 16)
    monkeypatch.setattr(reader, "LONGEST_LINE", 1 << 16)
    path = tmp_path / "panjang.csv"
    path.write_bytes(b"a," * (1 << 17))
    refused(path, "line-too-long")
    path.write_bytes(b"a,b\n1,2\n" + b"a," * (1 << 17))
    refused(path, "line-too-long")


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_BYTES", 1 << 10)
    monkeypatch.setattr(source, "LONGEST_LINE", 1 << 9)
    path = tmp_path / "besar.csv"
    path.write_bytes(b"a,b\n" * 1000)
    refused(path, "file-too-large")


def test_archive_in_archive(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "dalam.zip", {"a.csv": b"a,b\n1,2\n"}).read_bytes()
    refused(zipped(tmp_path / "luar.zip", {"dalam.zip": inner}), "archive-nested")


def test_workbook_of_empty_sheets(tmp_path: Path) -> None:
    write_xlsx([Sheet([])], tmp_path / "kosong.xlsx")
    with pytest.raises(Refused) as caught:
        extract(tmp_path / "kosong.xlsx")
    assert caught.value.code == "table-missing"
    assert inspect(tmp_path / "kosong.xlsx").best is None


def test_noise_never_breaks(tmp_path: Path) -> None:
    """Bytes of a good file, damaged anywhere, give a table or a clear refusal."""
    makers: list[tuple[Callable[[list[Sheet], Path], None], str]] = [
        (write_xlsx, "xlsx"), (write_xls, "xls"), (write_ods, "ods"),
    ]  # fmt: skip
    for write, kind in makers:
        whole = tmp_path / f"utuh.{kind}"
        write([TABLE], whole)
        data = whole.read_bytes()
        for step in range(40):
            broken = bytearray(data)
            at = (step * 7919) % len(data)
            broken[at : at + 3] = b"\xff\x00<"
            path = tmp_path / f"rusak.{kind}"
            path.write_bytes(bytes(broken))
            try:
                extract(path)
            except PublishError as error:
                assert str(error)
