"""Lines whose quotes are all regular, cut by the letter of RFC 4180."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence


def records(
    lines: Sequence[str], mark: str, quote: str, escape: str = "", space: bool = False
) -> tuple[list[list[str]], list[int]] | None:
    """Cut lines (ends kept) by the letter of RFC 4180; return the records and the 0-based numbers
    of those of several lines. None unless every quote is regular."""
    if len(mark) != 1 or not quote:
        return None
    csv.field_size_limit(1 << 27)
    rows: list[list[str]] = []
    folded: list[int] = []
    line = 0
    try:
        reader = csv.reader(
            lines,
            delimiter=mark,
            quotechar=quote,
            escapechar=escape or None,
            doublequote=not escape,
            skipinitialspace=space,
            strict=True,
        )
        for row in reader:
            if reader.line_num - line > 1:
                if whole_records(lines[line : reader.line_num], mark, quote, len(row)):
                    return None
                folded.append(len(rows))
            line = reader.line_num
            rows.append(row)
    except csv.Error:
        return None
    return rows, folded


def whole_records(lines: Sequence[str], mark: str, quote: str, width: int) -> bool:
    """Say whether lines of a cell with line breaks would be records by themselves, so that two
    stray quotes are likelier than such a cell."""
    if width < 2 or mark == " " or sum(line.count(quote) for line in lines) != 2:
        return False
    whole = [line for line in lines if line.count(mark) + 1 == width]
    return len(whole) > 1 and (width > 2 or all(line[0].isdigit() for line in whole))


def escape_of(lines: Sequence[str], mark: str, quote: str) -> str:
    """Return the backslash where quotes in cells are written with it, else the empty string."""
    text = "\n".join(lines)
    escaped = len(re.findall(r"(?<!\\)\\" + re.escape(quote), text)) if quote else 0
    within = rf"(?<=[^{re.escape(mark[-1] + quote)}\\\n]){quote}{quote}"
    return "\\" if escaped > len(re.findall(within, text)) else ""
