"""Text fields most of whose cells are numbers: published as text, nobody can add them up."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipelines.clean.steps.number_notation import are_numbers
from pipelines.clean.table.working_table import WorkingTable
from pipelines.domain.quantities import is_code_label

#: Cells of a column that are looked at, numbers that it must have, and their least share.
SAMPLE, LEAST, SHARE = 2000, 4, 0.6


def report_text_of_numbers(table: WorkingTable) -> None:
    """Warn of text fields most of whose cells, but not all, are numbers; the first other cell is
    shown. Codes, whose cells are all of digits, and fields with a list of values are no such.
    """
    for field in table.context.schema.fields:
        if field.type != "string" or field.name not in table or "enum" in field.constraints:
            continue
        label = table.columns[field.name].label
        if any(map(is_code_label, (label, field.name.replace("_", " "), field.text("title")))):
            continue
        values = table[field.name].slice(0, SAMPLE)
        filled = len(values) - values.null_count
        numbers = are_numbers(values)
        count = int(numbers.sum())
        if count < LEAST or not SHARE * filled <= count < filled:
            continue
        others = ~numbers & np.asarray(values.is_valid())
        first = int(np.flatnonzero(others)[0])
        table.report(
            "text-of-numbers", "warning", field=field.name, index=first,
            value=values.filter(pa.array(others))[0].as_py(), count=count, others=filled - count,
        )  # fmt: skip
