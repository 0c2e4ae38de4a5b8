"""Which columns of a large sheet have one style: proven by counting cells, not by reading each."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

import pyarrow as pa

from pipelines.readers.xlsx.edge_rows import Rows, last_rows
from pipelines.readers.xlsx.package import CellFormats
from pipelines.text.addresses import column_letters

#: Up to so many styles are counted one by one.
FEW = 4


def uses(raw: bytes, styles: CellFormats) -> dict[int, int]:
    """Count the cells of each style that changes what is shown."""
    if len(styles.renderers) <= FEW:
        return {style: raw.count(b' s="%d"' % style) for style in styles.renderers}
    found = Counter(re.findall(rb' s="(\d+)"', raw))
    return {style: found[b"%d" % style] for style in styles.renderers}


def one_style(
    raw: bytes,
    head: Rows,
    batch: pa.RecordBatch,
    used: Mapping[int, int],
    start: tuple[int, int],
    labels: int,
) -> dict[int, int]:
    """Return column → its one style, for columns where the count of styled cells proves it.

    used: how many cells of the sheet have each style that changes what is shown.
    """
    tail = last_rows(raw, start)
    seen: dict[int, set[int]] = defaultdict(set)
    above: dict[int, int] = defaultdict(int)
    for row, cells in [*head.items(), *tail.items()]:
        for column, style, _, _ in cells.values():
            if row >= labels:
                seen[column].add(style)
            else:
                above[style] += 1
    single = {column: next(iter(found)) for column, found in seen.items() if len(found) == 1}
    wanted: dict[int, int] = defaultdict(int)
    for column, style in single.items():
        if column < batch.num_columns:
            wanted[style] += batch.num_rows - batch.column(column).null_count
    proven = {style: count - above[style] == wanted[style] for style, count in used.items()}
    unproven = {style for style, good in proven.items() if not good}
    if unproven:
        return {
            column: style
            for column, style in single.items()
            if proven.get(style) and not _touched(raw, column, start, unproven)
        }
    return dict(single)


def _touched(raw: bytes, column: int, start: tuple[int, int], styles: set[int]) -> bool:
    letters = column_letters(column + start[1]).encode()
    marks = b"|".join(b"%d" % style for style in sorted(styles))
    return re.search(rb'<c r="' + letters + rb'\d+" s="(?:' + marks + rb')"', raw) is not None
