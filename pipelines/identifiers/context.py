"""What the words before a number say it is."""

from __future__ import annotations

import re

from pipelines.identifiers.kinds import _LABELS, _OTHER, Sense, words

#: How far back (characters) and over how many words a name for the number is believed.
REACH = 48
WORDS = 4
#: The front part of a longer code: letters, then parts joined without spaces: `SPK-2025-`.
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_/#.][A-Za-z0-9]+)*[-_/#]$")


def before(text: str, start: int) -> Sense:
    """Return what the words right before position `start` of a text announce.

    The nearest announcement counts: `No. rek 123…, NIK 127…`.
    """
    lead = text[max(0, start - REACH) : start]
    cut = max(lead.rfind(";"), lead.rfind("\n"))
    told = words(lead[cut + 1 :])
    if not told:
        return Sense()
    best, kind, otherwise = -1, "", False
    for name, pattern in _LABELS.items():
        for match in pattern.finditer(told):
            if match.end() > best:
                best, kind, otherwise = match.end(), name, False
    for match in _OTHER.finditer(told):
        if match.end() >= best:
            best, kind, otherwise = match.end(), "", True
    gap = told[best:] if best >= 0 else ""
    if best < 0 or len(gap.split()) > WORDS or re.search(r"\d", gap):
        return Sense()
    return Sense(kind, otherwise)


def coded(text: str, start: int, stop: int) -> bool:
    """Say whether letters are joined to the number, so that it is part of a longer code."""
    if start and (text[start - 1].isalpha() or _CODE.search(text[max(0, start - REACH) : start])):
        return True
    return stop < len(text) and text[stop].isalpha()
