"""The published version's own rows, even when the DataStore no longer holds exactly them.

After a publisher died half way, or somebody edited rows on the portal, the table is a mixture.
The version's CSV is still on the portal, since files are replaced only when a version is
finished; should the portal itself have died in that moment, the lines of the unfinished version
say what to take back. Whatever is found must have the recorded checksum.
"""

from __future__ import annotations

import csv as text
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from pipelines.ckan import Missing, Portal
from pipelines.errors import PortalProblem
from pipelines.project.schema import TableSchema
from pipelines.publish.history import releases
from pipelines.publish.state import PortalState
from pipelines.publish.values import canonical, checksum


def find_base(
    portal: Portal,
    state: PortalState,
    table: str,
    last: releases.Release,
    current: pa.Table | None,
) -> pa.Table:
    """Return the table of release `last` (canonical, n × its fields).

    current: what the DataStore holds, if anything. Raises `PortalProblem` when nothing on the
    portal gives the recorded checksum.
    """
    for candidate in _candidates(portal, state, table, last, current):
        if checksum(candidate) == last.checksum:
            return candidate
    raise PortalProblem("publish-base-lost", where=state.site, table=table, version=last.version)


def _candidates(
    portal: Portal,
    state: PortalState,
    table: str,
    last: releases.Release,
    current: pa.Table | None,
) -> Iterator[pa.Table]:
    if current is not None:
        yield current
    file = read_csv(portal, state, table, last.schema)
    if file is not None:
        yield file
    unfinished = [release for release in state.unfinished if release.table == table]
    changes = state.resource("", "changes")
    if not unfinished or changes is None:
        return
    written = releases.read_lines(portal, changes["id"], table)
    for release in unfinished:
        mine = [line for line in written if line["version"] == release.version]
        key = release.facts.get("log_key", [])
        after = read_csv(portal, state, table, release.schema)
        for start in (after, current):
            if start is not None:
                yield canonical(releases.undo(start, mine, last.schema, key), last.schema)


def read_csv(
    portal: Portal, state: PortalState, table: str, schema: TableSchema
) -> pa.Table | None:
    """Return a table's published CSV as canonical text, None when there is no such file, or no
    table in it."""
    resource = state.resource(table, "data")
    if resource is None or state.package is None or not resource.get("url"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        name = str(resource["url"]).rsplit("/", 1)[-1]
        try:
            portal.download(state.package["id"], resource["id"], name, path)
        except Missing:
            return None
        try:
            return parse_csv(path, schema)
        except (pa.ArrowInvalid, UnicodeDecodeError):
            return None  # somebody put another file in its place


def parse_csv(path: Path, schema: TableSchema) -> pa.Table:
    """Read a CSV of ours: every cell text, empty cells missing."""
    with path.open(encoding="utf-8") as stream:
        header = stream.readline().rstrip("\n")
    names = next(iter(text.reader([header])), [])
    found = csv.read_csv(
        path,
        csv.ReadOptions(block_size=1 << 26),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    return canonical(found, schema)
