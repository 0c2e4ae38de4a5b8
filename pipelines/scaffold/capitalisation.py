"""Titles of sheets, all in capitals, written as a reader of a portal expects them."""

from __future__ import annotations

import re

_SMALL = frozenset(
    "dan di ke dari yang untuk pada dengan oleh dalam menurut per atau bagi serta antar of and the "
    "in by for to".split()
)
#: Abbreviations that have a vowel; those without one are told by that.
_SHORT = frozenset(
    "APBD APBN ASN BAPPEDA BKD BPBD BPKAD BPS DLH DPMPTSP PUPR "
    "BUMD BUMN DAK DAU IKM IMB IPM KB KIA KTP LRA NIB NIK NIP NPSN OPD PAD PAUD PDAM "
    "PDRB PAUDNI SD SDM SIUP SKM SKPD SLB SLTA SLTP SMA SMK SMP TA TK TKA TP UMKM UPT UPTD".split()
)


def title_case(text: str) -> str:
    """Return a text in one case (all capitals, all small) with capitals as in a title."""
    if not (text.isupper() or text.islower()):
        return text
    words = [_word(word, first=number == 0) for number, word in enumerate(text.split())]
    return " ".join(words)


def _word(word: str, *, first: bool) -> str:
    bare = re.sub(r"[^A-Za-z]", "", word)
    if not bare or bare.upper() in _SHORT or re.fullmatch(r"[IVX]+", bare):
        return word.upper()
    if word.isupper() and len(bare) > 1 and not re.search(r"[AEIOUY]", bare):
        return word
    if word.lower() in _SMALL and not first:
        return word.lower()
    return re.sub(r"[A-Za-z]+", lambda run: run.group().capitalize(), word)
