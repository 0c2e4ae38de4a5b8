"""How far a sheet's cells reach, before a reader makes room for all of them.

The reader holds every cell between the first and the last: a lone cell in the last corner of a
sheet would take 400 GB, and the process would be ended by the system. So only what is written in
the one way of spreadsheet programs is taken at its word:

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
#: As much of a cell's tag as must be seen at once, and what may be read behind it.
_LONGEST = len('<c r="XFD1048576" s="999" t="inlineStr" />') + 8
_UNTOLD = 2 + 8
_PREFIXED = re.compile(rb":c[\s/>]")
_START = re.compile(rb"(?:\xef\xbb\xbf)?<(?:\?xml|worksheet)[ >]")
#: `_SIX` moves the seventh byte of a word to the front.
_ONE, _SIX = np.uint64(1), np.uint64(48)
_EACH, _HIGH = _word(b"\x01" * 8), _word(b"\x80" * 8)
_QUOTES = _word(b'"' * 8)


class Reach:
    """How many digits the rows, how many letters the columns of a worksheet's cells have, told
    piece by piece as it is unpacked.

    odd: something is not written as spreadsheet programs write it; cells may reach further.
    """

    digits = letters = 1
    odd = True
    _held = b""
    _begun = False

    @property
    def most(self) -> int:
        """Cells that the sheet spans at most."""
        columns = sum(26**place for place in range(1, self.letters + 1))
        return int((10**self.digits - 1) * columns)

    def look(self, piece: bytes) -> None:
        """Look at the next piece, and across the joint with the one before.

        Tags are found by numpy, which lets the unpacking go on meanwhile, as `re` does not.
        """
        held = self._held + piece
        if not self._begun:
            self._begun, self.odd = True, _START.match(held) is None
        if len(held) > _LONGEST:
            self._look(held, len(held) - _LONGEST)
        self._held = held[-_LONGEST:]

    def end(self) -> None:
        """Look at the rest."""
        self._look(self._held + b" " * _LONGEST, len(self._held))
        self._held = b""

    def _look(self, held: bytes, stop: int) -> None:
        """Read the cells that begin before `stop`."""
        self.odd = self.odd or (b":" in held and _PREFIXED.search(held) is not None)
        text = np.frombuffer(held, np.uint8)
        tags = text[:stop] == ord("<")
        tags &= text[1 : stop + 1] == ord("c")
        at = np.flatnonzero(tags)
        # The eight bytes from each place on, as one number.
        words: Words = np.ndarray((len(held) - 7,), "<u8", held, strides=(1,))
        begins = words[at]
        unlike = ~_like(begins, _BEGIN)
        if unlike.any():
            # `<cols>` and `<color>` are no cells.
            self.odd = self.odd or not _letter(text[at[unlike] + 2]).all()
            at, begins = at[~unlike], begins[~unlike]
        if len(at):
            length = self._measure(begins.view(np.uint8)[7::8], words[at + 8])
            self.odd = self.odd or not _ends(words, at + len(_BEGIN) + length)

    def _measure(self, second: Bytes, others: Words) -> Bytes:
        """Take in addresses: the second character of each, and the eight after it; return their
        lengths, `_UNTOLD` from there on.
        """
        length = whole = 2 + _before_quote(others)
        letters = 1
        two = _letter(second)
        if two.any():
            text = others.view(np.uint8).reshape(-1, 8)
            three = two & _letter(text[:, 0])
            letters, length = 2 + int(three.any()), whole - two - three
            self.odd = self.odd or bool(_letter(text[three, 1]).any())
        self.letters = max(self.letters, letters)
        self.digits = max(self.digits, int(length.max()) - 1)
        self.odd = self.odd or bool((whole == _UNTOLD).any())
        return whole


def _ends(words: Words, at: Places) -> bool:
    """Say whether after the quotes at some places each tag ends, with a style and a type at most.

    An address may be written twice in one tag, and readers take the one or the other.
    """
    at, rest = _left(words, at + 1)
    styled = _like(rest, b' s="')
    if styled.any():
        digits = _before_quote(rest >> np.uint64(32))
        if (digits[styled] > 3).any():
            return False
        at, rest = _left(words, at + np.where(styled, digits + np.uint8(5), np.uint8(0)))
    typed = _like(rest & ~_word(b"\0\0\0\0\xff"), b' t="\0"')
    left = ~_closes(np.where(typed, rest >> _SIX, rest))
    if not left.any():
        return True
    at = at[left] + np.where(typed[left], 6, 0)
    rest, following = words[at], words[at + 8]
    known = (
        _like(rest, b" />")
        | (_like(rest, b' t="str"') & _closes(following))
        | (_like(rest, b' t="inli') & _like(following, b'neStr"') & _closes(following >> _SIX))
    )
    return bool(known.all())


def _left(words: Words, at: Places) -> tuple[Places, Words]:
    """Return the places where no tag ends, and their words."""
    rest = words[at]
    left = ~_closes(rest)
    return at[left], rest[left]


def _like(words: Words, text: bytes) -> Flags:
    """Say which words begin with a text."""
    bits = _word(b"\xff" * len(text))
    found: Flags = (words & bits) == _word(text)
    return found


def _closes(words: Words) -> Flags:
    """Say which words begin with the end of a tag."""
    return _like(words, b">") | _like(words, b"/>")


def _before_quote(words: Words) -> Bytes:
    """Return how many bytes stand before the first quote of each word, 8 where there is none."""
    unlike = words ^ _QUOTES
    # The highest bit of the first byte that is zero, and perhaps of later ones.
    zero = (unlike - _EACH) & ~unlike & _HIGH
    before: Bytes = np.bitwise_count((zero - _ONE) & ~zero) // 8
    return before


def _letter(text: Bytes) -> Flags:
    found: Flags = (text | np.uint8(32)) - np.uint8(ord("a")) < 26
    return found
