"""Which cells the steps would read as numbers or dates: for those who infer types."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.clean.steps.date_formats import DateConventions, read_day
from pipelines.clean.steps.number_notation import are_numbers
from pipelines.clean.steps.text import tidy
from pipelines.clean.table.arrow_text import text


def numbers_among(texts: Sequence[str]) -> list[bool]:
    """Say of each cell whether the step `numbers` reads it, whatever its decimal sign."""
    found: list[bool] = are_numbers(tidy(text(list(texts)))).tolist()
    return found


def dates_among(texts: Sequence[str]) -> list[bool]:
    """Say of each cell whether the step `dates` reads it as a day."""
    how = DateConventions(True, 50)
    return [read_day(cell.strip(), how) is not None for cell in texts]
