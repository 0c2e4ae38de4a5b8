"""Python regular expressions and strptime formats, rewritten for RE2 so that a match is a proof.

The rewritten expression never matches a text that the original refuses: character categories
(`\\d`, `\\w`, `\\s`), which mean all of Unicode in Python, are narrowed to their ASCII part. What
can't be rewritten that way (look-around, back references, case folding) gives None.
"""

from __future__ import annotations

import re
from typing import Any

from pipelines.validate.regex_tree import CATEGORIES, has_flags, ops, parse

#: RE2 refuses larger counts
MOST_REPEATS = 1000

YEAR, MONTH, DAY = "[0-9]{4}", "(?:0[1-9]|1[0-2])", "(?:0[1-9]|1[0-9]|2[0-8])"
HOUR, SIXTY = "(?:[01][0-9]|2[0-3])", "[0-5][0-9]"
#: strptime directives of fixed width: what the proof takes, and the width
DIRECTIVES = {
    "Y": ("(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])", 4),
    "m": (MONTH, 2),
    "d": (DAY, 2),
    "H": (HOUR, 2),
    "M": (SIXTY, 2),
    "S": (SIXTY, 2),
}


class CannotRewrite(Exception):
    """The expression has a part that RE2 has no safe equal for."""


def for_re2(pattern: str) -> str | None:
    """Rewrite `pattern`, matched at the start as `re.match` does, for an RE2 search; or None."""
    try:
        tree = parse(pattern)
        if has_flags(tree):
            return None
        return f"^(?:{_sequence(tree)})"
    except (CannotRewrite, re.error, OverflowError, RecursionError):
        return None


def _sequence(tree: Any) -> str:
    return "".join(_item(op, value) for op, value in tree)


def _item(op: Any, value: Any) -> str:
    if op is ops.LITERAL:
        return _char(value)
    if op is ops.NOT_LITERAL:
        return f"[^{_char(value)}]"
    if op is ops.ANY:
        return "[^\\n]"
    if op is ops.IN:
        return _set(value)
    if op is ops.AT and value is ops.AT_BEGINNING:
        return "^"
    if op is ops.AT and value is ops.AT_END:
        return "$"
    if op is ops.BRANCH:
        return "(?:" + "|".join(_sequence(branch) for branch in value[1]) + ")"
    if op is ops.SUBPATTERN:
        _, added, removed, inner = value
        if added or removed:
            raise CannotRewrite
        return f"(?:{_sequence(inner)})"
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        least, most, inner = value
        text = "" if most is ops.MAXREPEAT else str(int(most))
        if least > MOST_REPEATS or (text and int(text) > MOST_REPEATS):
            raise CannotRewrite
        return f"(?:{_sequence(inner)}){{{int(least)},{text}}}"
    raise CannotRewrite


def _set(items: list[tuple[Any, Any]]) -> str:
    negated = items[0][0] is ops.NEGATE
    parts = []
    for op, value in items[1:] if negated else items:
        if op is ops.LITERAL:
            parts.append(_char(value))
        elif op is ops.RANGE:
            parts.append(f"{_char(value[0])}-{_char(value[1])}")
        elif op is ops.CATEGORY and not negated:
            parts.append(_ascii_part(value))
        else:
            raise CannotRewrite
    return f"[{'^' if negated else ''}{''.join(parts)}]"


def _ascii_part(category: Any) -> str:
    if category not in CATEGORIES:
        raise CannotRewrite
    member = re.compile(CATEGORIES[category])
    return "".join(_char(code) for code in range(1, 128) if member.match(chr(code)))


def _char(code: int) -> str:
    if not code or 0xD800 <= code <= 0xDFFF:
        raise CannotRewrite
    return f"\\x{{{code:x}}}"


class DateFormat:
    """A strptime format of fixed-width numeric parts and literal text.

    `proof` is an RE2 expression: a text that it matches is one that strptime takes. `slices` says
    where each part stands, so that texts can be compared in time order.
    """

    def __init__(self, proof: str, slices: dict[str, tuple[int, int]]) -> None:
        self.proof = proof
        self.slices = slices


def date_format(pattern: str) -> DateFormat | None:
    """Read a strptime format, or return None when it has parts other than Y m d H M S."""
    pieces: list[str] = []
    slices: dict[str, tuple[int, int]] = {}
    place = 0
    index = 0
    while index < len(pattern):
        char = pattern[index]
        if char == "%":
            letter = pattern[index + 1 : index + 2]
            if letter not in DIRECTIVES or letter in slices:
                return None
            width = DIRECTIVES[letter][1]
            slices[letter] = (place, place + width)
            pieces.append(f"%{letter}")
            place += width
            index += 2
        elif char in "-/.,:_T" or (char.isascii() and char.isalpha()):
            # strptime reads blanks as any run of white space and folds the case of letters
            pieces.append(re.escape(char))
            place += 1
            index += 1
        else:
            return None
    if "Y" not in slices and "d" in slices:
        return None
    return DateFormat("^(?:" + "|".join(_alternatives(pieces, slices)) + ")$", slices)


def _alternatives(pieces: list[str], slices: dict[str, tuple[int, int]]) -> list[str]:
    """Spell out the month lengths: days to 28 in any month, 29 and 30, 31; no 29 February."""
    choices = [{"m": MONTH, "d": DAY}]
    if "m" in slices and "d" in slices:
        choices.append({"m": "(?:0[13-9]|1[0-2])", "d": "(?:29|30)"})
        choices.append({"m": "(?:0[13578]|1[02])", "d": "31"})
    found = []
    for choice in choices:
        taken = [
            choice.get(piece[1], DIRECTIVES[piece[1]][0]) if piece[0] == "%" else piece
            for piece in pieces
        ]
        found.append("".join(taken))
    return found
