"""Which rows of the cleaned table each total row put aside should sum."""

from __future__ import annotations

import numpy as np

from pipelines.clean.table.working_table import WorkingTable
from pipelines.model import Total


def trace_totals(
    totals: tuple[Total, ...], side: WorkingTable, table: WorkingTable
) -> tuple[Total, ...]:
    """Return the totals as the cleaned tables stand: `index` into the cleaned totals' rows, the
    rows [start, stop) of the cleaned table that each should sum.

    A total whose rows no longer stand together (they were sorted apart), or some of which a newer
    file replaced, is left out.
    """
    found = []
    by_row = {total.index: total for total in totals}
    span, key = table.lineage.span, table.lineage.key
    ordered = bool((np.diff(key) > 0).all())
    for index in range(len(side)):
        total = by_row.get(int(side.lineage.origin[index]))
        if total is None:
            continue
        base = int(side.lineage.part[index]) * span
        if (
            (table.replaced_keys >= base + total.start) & (table.replaced_keys < base + total.stop)
        ).any():
            continue
        if ordered:
            start, stop = np.searchsorted(key, [base + total.start, base + total.stop]).tolist()
        else:
            rows = np.flatnonzero((key >= base + total.start) & (key < base + total.stop))
            if len(rows) and rows[-1] - rows[0] + 1 != len(rows):
                continue
            start, stop = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)
        found.append(Total(index, total.label, total.kind, int(start), int(stop)))
    return tuple(found)
