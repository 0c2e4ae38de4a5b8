"""Write a text table as CSV the way code reads it: UTF-8, commas, LF, header first (RFC 4180).

Excel with Indonesian settings expects semicolons and decimal commas, and takes leading zeros
away: no CSV serves both. People get the XLSX beside it, in which every cell has its type.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import pandas as pd

_ROWS_AT_ONCE = 100_000
_COMMA, _QUOTE, _NOTHING = (pa.scalar(text, pa.large_string()) for text in (",", '"', ""))


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write n × m text cells under their labels; a missing cell is empty.

    A cell is quoted only where it must be, as Python's own `csv` does, and a lone empty cell is
    `""` so that it is not read as a blank row. The bytes depend on the cells alone.
    """
    with path.open("wb") as file:
        head = pa.table([pa.array([str(label)]) for label in frame.columns], _names(frame))
        file.write(_lines(head))
        for start in range(0, len(frame), _ROWS_AT_ONCE):
            part = frame.iloc[start : start + _ROWS_AT_ONCE]
            cells = [pa.array(part.iloc[:, i], pa.large_string()) for i in range(part.shape[1])]
            file.write(_lines(pa.table(cells, _names(frame))))


def _names(frame: pd.DataFrame) -> list[str]:
    return [str(index) for index in range(frame.shape[1])]


def _lines(cells: pa.Table) -> bytes:
    """Return the rows as CSV text, each ended by LF."""
    columns = []
    for column in cells.columns:
        text = pc.fill_null(pc.cast(column, pa.large_string()), _NOTHING)
        special = pc.match_substring_regex(text, '[",\r\n]')
        if len(cells.columns) == 1:
            special = pc.or_(special, pc.equal(text, ""))
        if pc.any(special).as_py():
            doubled = pc.replace_substring(text, '"', '""')
            quoted = pc.binary_join_element_wise(_QUOTE, doubled, _QUOTE, _NOTHING)
            text = pc.if_else(special, quoted, text)
        columns.append(text)
    if not columns or not cells.num_rows:
        return b""
    rows = pc.binary_join_element_wise(*columns, _COMMA) if len(columns) > 1 else columns[0]
    return ("\n".join(rows.to_pylist()) + "\n").encode("utf-8")
