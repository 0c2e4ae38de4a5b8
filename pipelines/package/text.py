"""CSV as code reads it: UTF-8 without a mark, commas, LF, every value as the table holds it.

Excel with Indonesian settings expects semicolons and decimal commas, and takes leading zeros
away: no CSV serves both. People get the XLSX beside it, in which every cell has its type.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write n × m text cells under a header row (RFC 4180 but for LF); missing cells are empty."""
    frame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n", na_rep="")
