"""How far a sheet's cells extend, checked before a reader allocates room for all of them.

Readers allocate every cell between the first and the last: one stray cell in the last corner of a
sheet would take 400 GB and get the process killed. So an extent is only trusted when the cells are
written exactly as spreadsheet programs write them:

    <c r="B12" s="3" t="s">
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Words = np.ndarray[Any, np.dtype[np.uint64]]
Places = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


def _word(text: bytes) -> np.uint64:
    """Return up to eight bytes as the number that they are read as."""
    return np.uint64(int.from_bytes(text, "little"))


_BEGIN = b'<c r="'
#: How much of a cell's tag must be in view at once, and the word that may be read beyond it.
_LONGEST = len('<c r="XFD1048576" s="999" t="inlineStr" />') + 8
_NO_QUOTE = 2 + 8
_PREFIXED = re.compile(rb":c[\s/>]")
_START = re.compile(rb"(?:\xef\xbb\xbf)?<(?:\?xml|worksheet)[ >]")
#: `_SIX` moves the seventh byte of a word to the front.
_ONE, _SIX = np.uint64(1), np.uint64(48)
_EACH, _HIGH = _word(b"\x01" * 8), _word(b"\x80" * 8)
_QUOTES = _word(b'"' * 8)


class ExtentScanner:
    """Finds the longest row number and column name of a worksheet, fed with it piece by piece.

    digits, letters: those of the longest row number and of the longest column name. irregular:
    something is not written as spreadsheet programs write it, so cells may lie further out.
    """

    digits = letters = 1
    irregular = True
    _pending = b""
    _begun = False

    @property
    def most_cells(self) -> int:
        """An upper bound of the cells that the sheet spans."""
        columns = sum(26**place for place in range(1, self.letters + 1))
        return int((10**self.digits - 1) * columns)

    def feed(self, piece: bytes) -> None:
        """Scan the next piece, and across its joint with the one before.

        numpy finds the tags because it releases the interpreter lock, so that another thread can go
        on unpacking; `re` does not.
        """
        data = self._pending + piece
        if not self._begun:
            self._begun, self.irregular = True, _START.match(data) is None
        if len(data) > _LONGEST:
            self._scan(data, len(data) - _LONGEST)
        self._pending = data[-_LONGEST:]

    def close(self) -> None:
        """Scan the rest."""
        self._scan(self._pending + b" " * _LONGEST, len(self._pending))
        self._pending = b""

    def _scan(self, data: bytes, stop: int) -> None:
        """Scan the cells that begin before `stop`."""
        self.irregular = self.irregular or (b":" in data and _PREFIXED.search(data) is not None)
        text = np.frombuffer(data, np.uint8)
        tags = text[:stop] == ord("<")
        tags &= text[1 : stop + 1] == ord("c")
        at = np.flatnonzero(tags)
        # The eight bytes from each place on, as one number.
        words: Words = np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))
        begins = words[at]
        unlike = ~_starts_with(begins, _BEGIN)
        if unlike.any():
            # `<cols>` and `<color>` are no cells.
            self.irregular = self.irregular or not _is_letter(text[at[unlike] + 2]).all()
            at, begins = at[~unlike], begins[~unlike]
        if len(at):
            length = self._measure(begins.view(np.uint8)[7::8], words[at + 8])
            self.irregular = self.irregular or not _all_end(words, at + len(_BEGIN) + length)

    def _measure(self, second: Bytes, others: Words) -> Bytes:
        """Take in addresses: the second character of each, and the eight after it; return their
        lengths, `_NO_QUOTE` from there on.
        """
        length = whole = 2 + _before_quote(others)
        letters = 1
        two = _is_letter(second)
        if two.any():
            text = others.view(np.uint8).reshape(-1, 8)
            three = two & _is_letter(text[:, 0])
            letters, length = 2 + int(three.any()), whole - two - three
            self.irregular = self.irregular or bool(_is_letter(text[three, 1]).any())
        self.letters = max(self.letters, letters)
        self.digits = max(self.digits, int(length.max()) - 1)
        self.irregular = self.irregular or bool((whole == _NO_QUOTE).any())
        return whole


def _all_end(words: Words, at: Places) -> bool:
    """Say whether after the quotes at some places each tag ends, with a style and a type at most.

    An address may be written twice in one tag, and readers take the one or the other.
    """
    at, rest = _unfinished(words, at + 1)
    styled = _starts_with(rest, b' s="')
    if styled.any():
        digits = _before_quote(rest >> np.uint64(32))
        if (digits[styled] > 3).any():
            return False
        at, rest = _unfinished(words, at + np.where(styled, digits + np.uint8(5), np.uint8(0)))
    typed = _starts_with(rest & ~_word(b"\0\0\0\0\xff"), b' t="\0"')
    left = ~_closes(np.where(typed, rest >> _SIX, rest))
    if not left.any():
        return True
    at = at[left] + np.where(typed[left], 6, 0)
    rest, following = words[at], words[at + 8]
    known = (
        _starts_with(rest, b" />")
        | (_starts_with(rest, b' t="str"') & _closes(following))
        | (
            _starts_with(rest, b' t="inli')
            & _starts_with(following, b'neStr"')
            & _closes(following >> _SIX)
        )
    )
    return bool(known.all())


def _unfinished(words: Words, at: Places) -> tuple[Places, Words]:
    """Return the places where no tag ends, and their words."""
    rest = words[at]
    left = ~_closes(rest)
    return at[left], rest[left]


def _starts_with(words: Words, text: bytes) -> Flags:
    """Say which words begin with a text."""
    bits = _word(b"\xff" * len(text))
    found: Flags = (words & bits) == _word(text)
    return found


def _closes(words: Words) -> Flags:
    """Say which words begin with the end of a tag."""
    return _starts_with(words, b">") | _starts_with(words, b"/>")


def _before_quote(words: Words) -> Bytes:
    """Return how many bytes stand before the first quote of each word, 8 where there is none."""
    unlike = words ^ _QUOTES
    # The highest bit of the first byte that is zero, and perhaps of later ones.
    zero = (unlike - _EACH) & ~unlike & _HIGH
    before: Bytes = np.bitwise_count((zero - _ONE) & ~zero) // 8
    return before


def _is_letter(text: Bytes) -> Flags:
    found: Flags = (text | np.uint8(32)) - np.uint8(ord("a")) < 26
    return found
