"""What the words before a number say it is."""

from __future__ import annotations

import re

from pipelines.domain.identifiers.kinds import ANY_LABEL, NOTHING, Sense, words

#: How far back (characters) and over how many words a name for the number is believed.
REACH = 48
WORDS = 4
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_ANNOUNCEMENT = re.compile(ANY_LABEL)
#: The front part of a longer code: letters, then parts joined without spaces: `SPK-2025-`.
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_/#.][A-Za-z0-9]+)*[-_/#]$")


def preceding(text: str, start: int) -> Sense:
    """Return what the words right before position `start` of a text announce.

    The nearest announcement counts: `No. rek 123…, NIK 127…`.
    """
    lead = text[max(0, start - REACH) : start]
    cut = max(lead.rfind(";"), lead.rfind("\n"))
    lead = words(lead[cut + 1 :])
    if not lead:
        return NOTHING
    last = None
    for match in _ANNOUNCEMENT.finditer(lead):
        last = match
    if last is None:
        return NOTHING
    gap = lead[last.end() :]
    if gap.count(" ") > WORDS or any(character.isdigit() for character in gap):
        return NOTHING
    kind = last.lastgroup or ""
    return Sense(otherwise=True) if kind == "otherwise" else Sense(kind)


def in_hash(text: str, start: int, stop: int) -> bool:
    """Say whether the number is part of a hash: a long unbroken run of hexadecimal digits."""
    while start and text[start - 1].isalnum():
        start -= 1
    while stop < len(text) and text[stop].isalnum():
        stop += 1
    run = text[start:stop]
    return len(run) >= 20 and not run.isdecimal() and _HEX.fullmatch(run) is not None


def in_code(text: str, start: int, stop: int) -> bool:
    """Say whether letters are joined to the number, so that it is part of a longer code."""
    if start and (text[start - 1].isalpha() or _CODE.search(text[max(0, start - REACH) : start])):
        return True
    return stop < len(text) and text[stop].isalpha()
