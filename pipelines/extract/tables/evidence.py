"""Why a table was read as it was, and how good it looks beside others."""

from __future__ import annotations

import math

from pipelines.extract.tables.found_table import FoundTable
from pipelines.text.addresses import column_letters


def evidence(found: FoundTable) -> list[tuple[str, dict[str, object]]]:
    """Say why the table was read so, as (catalogue code, params)."""
    grid, header = found.grid, found.header
    why = list(header.why)
    if header.rows:
        rows = ", ".join(str(grid.first_row + row) for row in header.rows)
        named = sum(1 for label in found.labels if label)
        why.insert(0, ("why-labels", {"rows": rows, "named": named, "columns": len(found.columns)}))
    merged = sum(1 for m in grid.merges if any(m.top <= row <= m.bottom for row in header.rows))
    if merged:
        why.append(("why-merged", {"count": merged}))
    for total in found.body.totals:
        if total.sums:
            row = grid.first_row + total.row
            why.append(("why-sums", {"row": row, "label": total.label, "columns": total.sums}))
    for column in found.once:
        label = found.labels[found.columns.index(column)]
        why.append(("why-once", {"label": label or column_letters(grid.sheet_column(column))}))
    for column in found.group_sums:
        label = found.labels[found.columns.index(column)]
        why.append(("why-group-sums", {"label": label}))
    return why


def score(found: FoundTable) -> float:
    """Weigh a table: filled cells count most, then labels and typed columns."""
    rows, width = len(found.data), len(found.columns)
    if not width:
        return 0.0
    typed = sum(1 for j in found.columns if found.shape.columns[j].typed)
    named = sum(1 for label in found.labels if label) / width if found.header.rows else 0.0
    size = math.log1p(rows * width)
    shape = 0.4 if width == 1 else 0.8 if width == 2 else 1.0
    return size * shape * (0.6 + 0.4 * named) * (0.7 + 0.3 * min(1.0, 2 * typed / width))
