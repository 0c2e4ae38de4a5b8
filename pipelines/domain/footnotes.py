"""Marks that refer to a footnote: behind numbers, behind names, and before the note itself.

Offices mark provisional (`*`), revised (`r`) and estimated (`e`) figures, and number other notes.
"""

from __future__ import annotations

import re

_SUPERSCRIPTS = "\u2070\u00b9\u00b2\u00b3\u2074-\u2079"
_CLOSING = "\u207e)"
#: A mark behind a number, as a pattern of RE2 and of Python: `1.234 *)`, `12r)`, `7 ¹`, `5 1)`.
BEHIND_NUMBER = (
    rf"(?:\s*\*+\)?|\s*[a-z]\)|\s+[0-9]{{1,2}}\)|\s*[{_SUPERSCRIPTS}]+\)?"
    r"|\s?\((?:[a-z]|\*+)\)|\s?\[[a-z*]\]|\s?[rpe])$"
)
#: A mark behind a name, where a letter or a number of its own may be part of it: `Asahan r)`.
BEHIND_NAME = re.compile(rf"\s*(?:\*{{1,3}}\)?|\s[a-z]\)|\d\)|[{_SUPERSCRIPTS}]+[{_CLOSING}]?)$")
_NOTE = re.compile(
    rf"(?:\*{{1,3}}\)?|[a-z]\)|[{_SUPERSCRIPTS}]+[{_CLOSING}]?|\d\)|[rpe]\s*[=:])\s*\S", re.I
)


def explains_mark(line: str) -> bool:
    """Say whether a line says what a mark means: `*) Angka sementara`, `r = revised`."""
    return _NOTE.match(line) is not None
