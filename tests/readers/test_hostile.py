"""Hostile and broken files: a clear error in both languages, bounded, and never a traceback."""

from __future__ import annotations

import gzip
import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from fixtures.writers import Sheet, write_ods, write_xls, write_xlsx

from pipelines import catalogue
from pipelines.errors import PublishError, Refused, UsageProblem
from pipelines.extract import extract, inspect
from pipelines.readers import archives, source, text

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
TABLE = Sheet([["kode", "nama", "jumlah"], *[[f"12.{n:02d}", f"Nama {n}", n] for n in range(30)]])


def refused(path: Path, code: str) -> PublishError:
    with pytest.raises(PublishError) as caught:
        extract(path)
    error = caught.value
    assert error.code == code, str(error)
    assert error.exit_code in (1, 2, 3)
    for lang in catalogue.LANGS:
        catalogue.set_lang(lang)
        assert error.message
        assert error.next
        assert "{" not in str(error)
    catalogue.set_lang("id")
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


def test_endless_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LONGEST_LINE", 1 << 16)
    monkeypatch.setattr(text, "LONGEST_LINE", 1 << 16)
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
