"""Personal identifiers masked in the entries of the audit and in findings."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clean.table.arrow_text import Strings, flags, matches, scatter, series, strings
from pipelines.domain import identifiers

#: Numbers and amounts in groups of three, days, and words without a digit: no identifiers.
_PLAIN = (
    r"^\s*\(?-?(?:(?i:rp)\.?\s*)?[1-9][0-9]{0,2}(?:[.,][0-9]{3})*(?:[.,][0-9]{1,2})?\)?\s*%?\s*$"
    r"|^\s*[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{2,4}\s*$|^[^0-9@]*$"
)
#: What reading a cell gives, too short or too plain for an identifier.
_READ = r"^-?[0-9]{1,9}(?:\.[0-9]+)?$|^[0-9]{4}(?:-[0-9]{2}){0,2}$|^[^0-9@]*$"


def identifier_columns(frame: pd.DataFrame, allowed: Collection[str]) -> set[str]:
    """Return the columns that hold an identifier, whatever their type: a NIK read as a number.

    Unless the label announces one, cells that are plainly a number, a day or words are not asked.
    """
    found = set()
    for name in frame.columns:
        label = str(name)
        values = strings(frame[name])
        if not identifiers.sense(label).kind:
            values = values.filter(pa.array(~matches(values, _READ)))
        if label not in allowed and len(identifiers.find(values, label=label)):
            found.add(label)
    return found


def mask_identifiers(text: str) -> str:
    """Return a text for a message, the identifiers in it masked."""
    hits = identifiers.find(text)
    return str(identifiers.redact(pd.Series([text], dtype="str"), hits).iloc[0]) if hits else text


def identifier_masker(allowed: Collection[str]) -> Callable[[Strings, str | None], Strings]:
    """Return a function (text, field) → the text with identifiers masked.

    allowed: the fields that the dataset's policy lets be published as they are.
    """

    def mask(values: Strings, field: str | None) -> Strings:
        if field in allowed:
            return values
        label = field or ""
        suspect = ~matches(values, _PLAIN) & flags(pc.is_valid(values))
        if not suspect.any():
            return values
        cells = values if suspect.all() else values.filter(pa.array(suspect))
        hits = identifiers.find(cells, label=label)
        if not len(hits):
            return values
        return scatter(values, suspect, strings(identifiers.redact(series(cells), hits)))

    return mask
