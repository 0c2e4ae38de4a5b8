"""Bytes to text: the encoding by evidence over the whole file, not its first kilobyte."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from pipelines.errors import Refused, UsageProblem

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Bytes that cp1252 leaves undefined and latin-1 keeps as control characters.
UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
#: Encodings of other scripts that are believed when the evidence is long enough.
SCRIPTS = frozenset(
    "cp1250 cp1251 cp1253 cp1255 cp1256 koi8_r koi8_u iso8859_5 iso8859_7 shift_jis cp932 "
    "euc_jp gb18030 gbk gb2312 big5 euc_kr cp949 mac_cyrillic".split()
)
ENOUGH = 40
SAMPLE = 1 << 16


@dataclass(frozen=True)
class Decoded:
    """Text, the encoding it was read by, and the 0-based lines that needed another one."""

    text: str
    encoding: str
    mixed: tuple[int, ...] = ()


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """Decode the bytes of a text file.

    An encoding asked for is taken as it is. Raises `UsageProblem` when it is unknown or does not
    fit, `Refused` when the bytes are no text at all.
    """
    if encoding:
        return _asked(data, encoding)
    for mark, name in MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data.decode(name), name)
            except UnicodeDecodeError:
                return Decoded(data.decode(name, errors="replace"), name)
    wide = _wide(data)
    if wide:
        return Decoded(data.decode(wide, errors="replace"), wide)
    if data.count(b"\0", 0, SAMPLE) > 8:
        raise Refused("file-binary")
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data)


def _asked(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        raise UsageProblem("encoding-misfit", value=encoding, place=error.start) from error
    except (LookupError, ValueError) as error:
        raise UsageProblem("encoding-unknown", value=encoding) from error


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark shows as a NUL in every other byte."""
    sample = data[:4096]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.6 * half and even < 0.2 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.2 * half:
        return "utf-16-be"
    return None


def _not_utf8(data: bytes) -> Decoded:
    lines = re.split(rb"(?<=\n)|(?<=\r)(?!\n)", data)
    wrong: list[int] = []
    proven = 0
    for number, line in enumerate(lines):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            proven += 1
        except UnicodeDecodeError:
            wrong.append(number)
    evidence = b"".join(lines[number] for number in wrong[:2000])[:SAMPLE]
    name = _legacy(evidence)
    if proven and proven >= len(wrong):
        bad = set(wrong)
        text = "".join(
            line.decode(name, errors="replace") if number in bad else line.decode("utf-8")
            for number, line in enumerate(lines)
        )
        return Decoded(text, "utf-8", tuple(wrong))
    return Decoded(data.decode(name, errors="replace"), name)


def _legacy(evidence: bytes) -> str:
    """Return the single- or double-byte encoding that the lines which are no UTF-8 are in."""
    western = "latin-1" if UNDEFINED.search(evidence) else "cp1252"
    high = sum(byte > 127 for byte in evidence)
    if high < ENOUGH or high * 8 < len(evidence):
        return western
    from charset_normalizer import from_bytes  # slow to load, rarely needed

    best = from_bytes(evidence).best()
    if best is not None and best.encoding in SCRIPTS and best.chaos < 0.1:
        return str(best.encoding)
    return western
