"""Masks: what may be shown of an identifier. Never enough to find the person again."""

from __future__ import annotations

import re

#: Mail domains whose name says nothing about the person: public providers and government.
_PUBLIC = re.compile(
    r"(?:gmail|yahoo|ymail|hotmail|outlook|live|icloud|rocketmail|proton)\.(?:com|co\.id|me)"
    r"|[a-z.\-]{1,40}\.go\.id",
    re.IGNORECASE,
)


def mask(kind: str, value: str) -> str:
    """Return `value` with everything but a hint of its kind and length hidden.

    Numbers keep two leading digits (the province of a NIK, `08` of a telephone), an e-mail
    address its first letter and a public provider's or government's domain, a plate its area
    letters, a name its initials. No other digit appears, however the number was written.
    """
    text = value.strip()
    if kind == "email":
        return _email(text)
    if kind in ("name", "address", "text"):
        return re.sub(r"[^\W\d_]+|\d+", _initial, text)[:40]
    if kind == "plate":
        area = re.match(r"[A-Za-z]{1,2}", text)
        return (area.group() if area else "") + " **** **"
    if kind in ("account", "other", "date"):
        return "*" * min(max(len(text), 4), 24)
    digits = [character for character in text if character.isdecimal()]
    if len(digits) < 6:
        return "*" * max(len(text), 4)
    return "".join(digits[:2]) + "*" * (len(digits) - 2)


def _initial(match: re.Match[str]) -> str:
    word = match.group()
    return "*" * len(word) if word[0].isdecimal() else word[0] + "***"


def _email(text: str) -> str:
    local, _, domain = text.rpartition("@")
    shown = domain if _PUBLIC.fullmatch(domain) else "***"
    return f"{local[:1]}***@{shown}"


_NUMBERS = re.compile(r"[+(]?\d(?:[^\w\n]{0,3}\d){4,}")
_ADDRESSES = re.compile(r"[^\s@<>()\[\]]+@[^\s@<>()\[\]]+")
_PLATES = re.compile(r"\b[A-Z]{1,2}[ \-]?\d{1,4}[ \-]?[A-Z]{1,3}\b")


def mask_text(kind: str, text: str) -> str:
    """Return a text of a column known to hold this kind, with all that could be one hidden.

    Where `mask` is for an identifier, this is for any cell of such a column, also one that is
    damaged or stands in a sentence: no number of five digits or more remains in it.
    """
    if kind == "email":
        return _ADDRESSES.sub(lambda match: mask("email", match.group()), text)
    if kind == "plate":
        return _PLATES.sub(lambda match: mask("plate", match.group()), text)
    if kind in ("name", "address", "text", "date"):
        return mask("text" if kind == "date" else kind, text)
    return _NUMBERS.sub(lambda match: mask(kind, match.group()), text)
