"""Rows on their way: the fewest transactions that the API takes, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.ckan import Portal
from pipelines.publish.apply.lock import Lock
from pipelines.publish.rows import RowDiff, records

#: Rows of one transaction. More is no faster, and a portal gives one request limited time.
BATCH = 10_000
#: Rows changed in one transaction: CKAN sends one statement for each.
UPDATE_BATCH = 5_000
#: Rows deleted in one transaction, named by their `_id`.
DELETE_BATCH = 20_000

Tell = Callable[[int], None]


def parts(rows: np.ndarray[Any, Any], size: int) -> Iterator[np.ndarray[Any, Any]]:
    """Cut row numbers into batches."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def send(
    portal: Portal,
    lock: Lock,
    resource: str,
    diff: RowDiff,
    ids: pa.Array | None,
    tell: Tell,
    *,
    fresh: bool,
) -> None:
    """Carry out a difference on a table: changed rows, then new ones, then those that go.

    So a reader never finds fewer rows than before and after. ids: the `_id` of each row of
    `diff.old`. fresh: nobody reads the table yet, so two batches may travel at a time; on a
    table with readers each waits for the one before.
    """
    done = 0
    for part in parts(np.arange(len(diff.changed_new)), UPDATE_BATCH):
        lock.renew()
        portal.update(resource, _updates(diff, part))
        done += len(part)
        tell(done)
    batches = list(parts(diff.added, BATCH))
    with ThreadPoolExecutor(2 if fresh else 1) as pool:
        for group in _groups(batches, 2 if fresh else 1):
            lock.renew()
            sent = [
                pool.submit(portal.insert, resource, records(diff.new, diff.names, part))
                for part in group
            ]
            for future in sent:
                future.result()
            done += sum(map(len, group))
            tell(done)
    for part in parts(diff.removed, DELETE_BATCH):
        lock.renew()
        if ids is None:
            raise ValueError("rows to remove without their ids")
        numbers = [int(number) for number in ids.take(pa.array(part)).to_pylist()]
        portal.delete(resource, {"_id": numbers})
        done += len(part)
        tell(done)


def _groups(batches: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(batches), size):
        yield batches[start : start + size]


def _updates(diff: RowDiff, part: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    """Return the changed rows: their key and the cells that differ."""
    rows = records(diff.new, diff.names, diff.changed_new[part])
    masks = {name: mask[part] for name, mask in diff.cells.items()}
    return [
        {
            **{name: row[name] for name in diff.key},
            **{name: row[name] for name, mask in masks.items() if mask[number]},
        }
        for number, row in enumerate(rows)
    ]
