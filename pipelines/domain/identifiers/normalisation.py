"""Text as the recognisers read it: one kind of digit, space and dash, nothing invisible."""

from __future__ import annotations

import unicodedata

#: Characters that show nothing: zero-width, direction marks, soft hyphen, variation selectors.
_SINGLE = (0x00AD, 0x034F, 0x061C, 0x115F, 0x180E, 0x3164, 0xFEFF)
_RANGES = ((0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2070), (0xFE00, 0xFE10))
_INVISIBLE = dict.fromkeys([*_SINGLE, *(point for ends in _RANGES for point in range(*ends))])
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D], "-")
_MARKS = dict.fromkeys([0x2018, 0x2019, 0x201B, 0x02BC, 0x0060, 0x00B4], "'")
_TABLE: dict[int, str | None] = {**_INVISIBLE, **_DASHES, **_MARKS}


def normalise(text: str) -> tuple[str, list[int] | None]:
    """Return the normalised text and, for each of its characters, the index of the original one.

    The map is None when every character kept its place (plain ASCII always does).
    """
    if text.isascii():
        return text, None
    normalised: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        for new in _normalise(character):
            normalised.append(new)
            origin.append(index)
    same = len(normalised) == len(text) and origin == list(range(len(text)))
    return "".join(normalised), None if same else origin


def _normalise(character: str) -> str:
    if character < "\x80":
        return character
    point = ord(character)
    if point in _TABLE:
        return _TABLE[point] or ""
    if character.isspace():
        return " "
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character.isalpha() and point < 0x2000:
        return character
    return unicodedata.normalize("NFKC", character)
