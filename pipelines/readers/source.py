"""Opens whatever arrived, by its content and not by its name, and gives its sheets."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines.errors import Refused, UsageProblem
from pipelines.readers.archives import open_zip, read_member, tables_in, unpack
from pipelines.readers.delimited.arrow_reader import read_fast
from pipelines.readers.delimited.checked_stream import LONGEST_LINE
from pipelines.readers.delimited.reader import FAST, MOST_IRREGULAR, read_text
from pipelines.readers.grid import Grid
from pipelines.readers.workbook import read_workbook

#: No source file is larger, but for regular text, of which only a part is in memory.
MOST_BYTES = 2 << 30
WORKBOOKS = ("xlsx", "xlsb", "xls", "ods")
#: How much of a file tells its kind.
SNIFFED = 8192
PACKED = ("gz", "bz2", "xz")

#: First bytes of files that hold no table.
OTHERS = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"), (b"Rar!", "RAR"), (b"PAR1", "Parquet"),
    (b"SQLite format 3", "SQLite"), (b"{\\rtf", "RTF"), (b"\x7fELF", "program"),
    (b"MZ\x90", "program"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"),
)  # fmt: skip


@dataclass
class OpenedSource:
    """A source: what people are shown, where it lies (None: downloaded), and its sheets.

    kind: `xlsx`, `xls`, `ods`, `xlsb`, `text`, `html`, `xml`, `zip` … parts: for a zip the member
    of each grid, in order.
    """

    name: str
    path: Path | None
    kind: str
    grids: list[Grid] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Options:
    """How a file is to be read; irregular: the quick way through text was tried already."""

    encoding: str | None = None
    delimiter: str | None = None
    irregular: bool = False
    shown: bool = False


def open_source(
    source: Path | str,
    *,
    allow_private: bool = False,
    encoding: str | None = None,
    delimiter: str | None = None,
    shown: bool = False,
    progress: Callable[[str], None] | None = None,
) -> OpenedSource:
    """Read a file or URL of any known kind; shown: numbers as rounded by their format.

    Raises `UsageProblem` (missing), `Refused` (a folder, empty, broken, protected, hostile, no
    table in it) or `PortalProblem` (network, memory).
    """
    options = _Options(encoding, delimiter, shown=shown)
    if isinstance(source, str) and "://" in source[:16]:
        from pipelines.readers.remote import download

        data, name = download(source, allow_private=allow_private, progress=progress)
        path = None
    else:
        path = Path(source)
        name = path.name
        if _is_large_text(path):
            grid = read_fast(path, encoding=encoding, delimiter=delimiter)
            if grid is not None:
                return OpenedSource(name, path, "text", [grid])
            options = replace(options, irregular=True)
            if path.stat().st_size > MOST_IRREGULAR:
                _check_first_line(path)
                raise Refused("text-irregular", where=name, limit=MOST_IRREGULAR >> 20)
        data = _bytes_of(path)
    if not data:
        raise Refused("file-empty", where=name)
    try:
        kind, grids, parts = _read(data, name, options, depth=0)
    except Refused as error:
        if not error.where:
            raise Refused(error.code, **{**error.params, "where": name}) from error
        raise
    return OpenedSource(name, path, kind, grids, parts)


def _is_large_text(path: Path) -> bool:
    """Say whether a file may be read as text straight from the disk; False on any trouble."""
    try:
        if not path.is_file() or path.stat().st_size <= FAST:
            return False
        with path.open("rb") as file:
            return kind_of(file.read(SNIFFED)) == "text"
    except (OSError, ValueError):
        return False


def _bytes_of(path: Path) -> bytes:
    where = str(path)
    try:
        if path.is_dir():
            raise Refused("file-directory", where=where)
        if not path.exists():
            raise UsageProblem("file-missing", where=where)
        if not path.is_file():
            raise Refused("file-special", where=where)
        size = path.stat().st_size
        if size > LONGEST_LINE:
            _check_first_line(path)
        if size > MOST_BYTES:
            raise Refused("file-too-large", where=path.name, limit=MOST_BYTES >> 20)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise Refused("file-unreadable", where=where, reason=str(error)[:200]) from error


def _check_first_line(path: Path) -> None:
    """Refuse text without a line break before it is read into memory."""
    with path.open("rb") as file:
        head = file.read(LONGEST_LINE)
    if kind_of(head) == "text" and b"\n" not in head and b"\r" not in head:
        raise Refused("line-too-long", where=path.name, limit=LONGEST_LINE >> 20)


def kind_of(data: bytes) -> str:
    """Name the kind of a file by its first bytes; `zip` needs a look inside."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if data.startswith(b"\x1f\x8b"):
        return "gz"
    if data.startswith(b"BZh") and data[4:10] == b"1AY&SY":
        return "bz2"
    if data.startswith(b"\xfd7zXZ\0"):
        return "xz"
    for mark, name in OTHERS:
        if data.startswith(mark):
            return name
    if data.startswith((b"\x09\x08", b"\x09\x04\x06\0", b"\x09\x02\x06\0", b"\x09\0\x04\0")):
        return "old-xls"
    head = data[:SNIFFED].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith(b"<"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in head and b"<html" not in head:
            return "xml"
        if (
            re.match(
                rb"<(?:!doctype html|html|table|head|body|meta|style|div|"
                rb"\?xml[^>]*>\s*<(?:!doctype )?html)",
                head,
            )
            or b"<table" in head
        ):
            return "html"
        if head.startswith(b"<?xml"):
            return "XML"
    if head.startswith(b"mime-version:") or b"content-type: multipart/related" in head:
        return "MHTML"
    return "text"


def _read(
    data: bytes, name: str, options: _Options, depth: int
) -> tuple[str, list[Grid], list[str]]:
    kind = kind_of(data)
    if kind == "zip":
        return _zip(data, name, options, depth)
    if kind == "ole":
        return "xls", read_workbook(data, name=name, kind=_ole(data, name), shown=options.shown), []
    if kind in PACKED:
        if depth:
            raise Refused("archive-nested", where=name)
        inner, grids, parts = _read(unpack(data, name), Path(name).stem, options, depth + 1)
        return inner, grids, parts
    if kind in ("html", "xml"):
        # a parser of its own, loaded for the few files that need it
        from pipelines.readers import markup

        read = markup.read_html if kind == "html" else markup.read_spreadsheetml
        return kind, read(data, name=name), []
    if kind != "text":
        raise Refused("file-kind", where=name, kind=kind)
    if len(data) < LONGEST_LINE and not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused("file-blank", where=name)
    grid = read_text(
        data,
        name=name,
        encoding=options.encoding,
        delimiter=options.delimiter,
        irregular=options.irregular,
    )
    return "text", [grid], []


def _ole(data: bytes, name: str) -> str:
    directory = data
    if "EncryptedPackage".encode("utf-16-le") in directory:
        raise Refused("file-encrypted", where=name)
    if not any(stream.encode("utf-16-le") in directory for stream in ("Workbook", "Book")):
        raise Refused("file-kind", where=name, kind="OLE")
    return "xls"


def _zip(
    data: bytes, name: str, options: _Options, depth: int
) -> tuple[str, list[Grid], list[str]]:
    archive = open_zip(data, name)
    kind = _package_kind(archive, name)
    if kind in WORKBOOKS:
        if "xl/sharedStrings.xml" in archive.namelist():
            read_member(archive, "xl/sharedStrings.xml", name)
        return kind, read_workbook(data, name=name, kind=kind, shown=options.shown), []
    if kind:
        raise Refused("file-kind", where=name, kind=kind)
    if depth:
        raise Refused("archive-nested", where=name)
    grids: list[Grid] = []
    parts: list[str] = []
    refused: Refused | None = None
    members = list(tables_in(archive))
    if not members:
        raise Refused("file-empty", where=name)
    for member in members:
        try:
            content = read_member(archive, member.filename, name)
            _, found, _ = _read(content, member.filename, options, depth + 1)
        except Refused as error:
            refused = refused or error
            continue
        for grid in found:
            label = member.filename
            grid.sheet = f"{label} › {grid.sheet}" if grid.sheet else label
            grids.append(grid)
            parts.append(member.filename)
    if not grids and refused is not None:
        raise refused
    return "zip", grids, parts


def _package_kind(archive: zipfile.ZipFile, name: str) -> str:
    """Name the kind of document a zip is; the empty string for a plain archive."""
    names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names or any(n.startswith("xl/worksheets/") for n in names):
        return "xlsx"
    if "word/document.xml" in names:
        return "Word"
    if "ppt/presentation.xml" in names:
        return "PowerPoint"
    if "mimetype" in names and "content.xml" in names:
        manifest = "META-INF/manifest.xml"
        if manifest in names and b"encryption-data" in read_member(archive, manifest, name):
            raise Refused("file-encrypted", where=name)
        kind = read_member(archive, "mimetype", name).decode("ascii", "replace")
        return "ods" if "spreadsheet" in kind else "OpenDocument"
    return ""
