"""Zip and gzip: what is inside, within limits."""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from pipelines.errors import Refused

#: All that a file may unfold to, in bytes.
MOST_UNPACKED = 2 << 30
#: Real tables shrink 5 to 100 times; a bomb a thousand times and more.
MOST_RATIO, RATIO_FROM = 300, 200 << 20
MOST_MEMBERS = 2000
#: Bytes unpacked at a time where somebody looks on.
PIECE = 1 << 18
#: What readers of zip archives and of their members raise for broken ones.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    ArithmeticError,
    NotImplementedError,
    RuntimeError,
    struct.error,
)


def open_zip(data: bytes, name: str) -> zipfile.ZipFile:
    """Open a zip archive after checking its size, ratio and encryption. Raises `Refused`."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refused("file-broken", where=name, reason=" ".join(str(error).split())) from error
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED or len(members) > 50 * MOST_MEMBERS:
        raise Refused("zip-bomb", where=name, size=unpacked >> 20, limit=MOST_UNPACKED >> 20)
    if unpacked > RATIO_FROM and unpacked > MOST_RATIO * max(1, len(data)):
        raise Refused("zip-bomb", where=name, size=unpacked >> 20, limit=MOST_UNPACKED >> 20)
    if any(member.flag_bits & 1 for member in members):
        raise Refused("file-encrypted", where=name)
    return archive


def read_member(
    archive: zipfile.ZipFile,
    member: str,
    name: str,
    look: Callable[[bytes], None] | None = None,
) -> bytes:
    """Return a member's bytes. Raises `Refused` when it is broken or larger than it says.

    look: is shown the pieces in order, each while the next one is being unpacked.
    """
    try:
        return archive.read(member) if look is None else _looked_at(archive, member, look)
    except BROKEN as error:
        reason = f"{member}: {' '.join(str(error).split())[:160]}"
        raise Refused("file-broken", where=name, reason=reason) from error


def _looked_at(archive: zipfile.ZipFile, member: str, look: Callable[[bytes], None]) -> bytes:
    unpacked = io.BytesIO()
    with archive.open(member) as stream, ThreadPoolExecutor(1) as pool:
        following: Future[bytes] = pool.submit(stream.read, PIECE)
        while piece := following.result():
            following = pool.submit(stream.read, PIECE)
            unpacked.write(piece)
            look(piece)
    return unpacked.getvalue()


def tables_in(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """Yield the members that may hold a table, by name order."""
    count = 0
    for member in sorted(archive.infolist(), key=lambda info: info.filename):
        parts = member.filename.replace("\\", "/").split("/")
        if member.is_dir() or not member.file_size or "__MACOSX" in parts:
            continue
        if parts[-1].startswith((".", "~$")):
            continue
        count += 1
        if count > MOST_MEMBERS:
            return
        yield member


def unpack(data: bytes, name: str) -> bytes:
    """Unfold gzip, bzip2 or xz, never beyond `MOST_UNPACKED` bytes."""
    if data.startswith(b"\x1f\x8b"):
        return _gunzip(data, name)
    reader: bz2.BZ2Decompressor | lzma.LZMADecompressor
    reader = bz2.BZ2Decompressor() if data.startswith(b"BZh") else lzma.LZMADecompressor()
    try:
        out = reader.decompress(data, MOST_UNPACKED + 1)
    except (OSError, lzma.LZMAError, EOFError) as error:
        raise Refused("file-broken", where=name, reason=str(error)) from error
    _bounded(len(out), len(data), name)
    if not reader.eof:
        raise Refused("file-truncated", where=name)
    return out


def _gunzip(data: bytes, name: str) -> bytes:
    out = bytearray()
    rest = data
    while rest.startswith(b"\x1f\x8b"):
        reader = zlib.decompressobj(wbits=31)
        while True:
            try:
                out += reader.decompress(rest, 16 << 20)
            except zlib.error as error:
                raise Refused("file-broken", where=name, reason=str(error)) from error
            _bounded(len(out), len(data), name)
            rest = reader.unconsumed_tail
            if reader.eof or not rest:
                break
        if not reader.eof:
            raise Refused("file-truncated", where=name)
        rest = reader.unused_data
    return bytes(out)


def _bounded(size: int, packed: int, name: str) -> None:
    if size > MOST_UNPACKED or (size > RATIO_FROM and size > MOST_RATIO * packed):
        raise Refused("zip-bomb", where=name, size=size >> 20, limit=MOST_UNPACKED >> 20)
