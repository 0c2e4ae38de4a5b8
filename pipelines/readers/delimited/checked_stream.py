"""A byte stream of delimited text for Arrow's reader that checks each block as it is read.

Plain text is UTF-8 without NUL, without overlong lines, and with quotes only at the ends of cells.
Checking while reading takes one pass over the file, and Arrow gets no byte that was not checked.
"""

from __future__ import annotations

import codecs
from typing import BinaryIO

import numpy as np

#: A line longer than this is no record of a table (memory stays bounded).
LONGEST_LINE = 16 << 20


class NotPlainText(ValueError):
    """The text is not plain, and must be read record by record."""


class NotUtf8(NotPlainText):
    """The bytes are text of another encoding, or no text."""


class CheckedStream:
    """A binary file whose `read` returns checked bytes only. Raises `NotPlainText`.

    file: positioned where the text begins, after a byte order mark. quote: one ASCII character, or
    the empty string where quotes mean nothing; separator: one ASCII character.
    """

    def __init__(self, file: BinaryIO, separator: str, quote: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._mark, self._quote = separator.encode(), quote.encode()
        self._line = b""
        self._open = 0

    closed = False

    def close(self) -> None:
        """Do nothing: whoever opened the file closes it."""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, empty at the end."""
        block = self._file.read(size)
        self._check(block)
        return block

    def _check(self, block: bytes) -> None:
        if b"\0" in block:
            raise NotPlainText
        if not block.isascii() or self._decoder.getstate()[0]:
            try:
                self._decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                raise NotUtf8 from error
        self._check_lines(block)
        if self._quote:
            self._check_quotes(block)

    def _check_lines(self, block: bytes) -> None:
        last = block.rfind(b"\n")
        if self._open + (block.find(b"\n") if last >= 0 else len(block)) > LONGEST_LINE:
            raise NotPlainText
        self._open = len(block) - last - 1 if last >= 0 else self._open + len(block)

    def _check_quotes(self, block: bytes) -> None:
        """Check whole lines; the last, unfinished one waits for the next block."""
        cut = block.rfind(b"\n") + 1 if block else 0
        if not block or cut:
            if self._quote in block[:cut] or self._quote in self._line:
                whole = self._line + block[:cut]
                if not quotes_regular(whole, self._mark, self._quote):
                    raise NotPlainText
            self._line = block[cut:]
        else:
            self._line += block


def quotes_regular(lines: bytes, mark: bytes, quote: bytes) -> bool:
    """Every quote opens at a cell's start or closes at its end, in turn, within one line."""
    array = np.frombuffer(lines, dtype=np.uint8)
    places = np.flatnonzero(array == ord(quote))
    if len(places) % 2:
        return False
    opens, closes = places[0::2], places[1::2]
    before = np.where(opens > 0, array[opens - 1], 10)
    after = array[np.minimum(closes + 1, len(array) - 1)]
    after = np.where(closes + 1 < len(array), after, 10)
    starts = (before == ord(mark)) | (before == 10)
    stops = (after == ord(mark)) | (after == 10) | (after == 13)
    if not (starts.all() and stops.all()):
        return False
    breaks = np.flatnonzero(array == 10)
    return bool((np.searchsorted(breaks, opens) == np.searchsorted(breaks, closes)).all())
