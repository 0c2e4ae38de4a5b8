"""History is data: every row that a version added, changed or removed, as rows of a table.

The lines of a version are written before the data is touched, so they are also the record from
which any earlier version is rebuilt: the newest table with the later versions undone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines import messages
from pipelines.ckan import Portal
from pipelines.errors import PortalProblem
from pipelines.project.schema import TableSchema, parse_schema
from pipelines.publish.history.numbering import parse
from pipelines.publish.rows import RowDiff

Json = dict[str, Any]

#: Columns of the `changes` table: name → PostgreSQL type. `id` is its key.
COLUMNS = {
    "id": "text", "version": "text", "time": "timestamp", "table": "text", "action": "text",
    "key": "text", "field": "text", "before": "text", "after": "text",
}  # fmt: skip


class DamagedHistory(PortalProblem):
    """A line of the `changes` table no longer holds what publishing wrote there."""


@dataclass(frozen=True)
class Release:
    """One published version of one table.

    facts: rows, checksum, schema, previous version, counts of rows added, changed, removed.
    """

    version: str
    time: str
    table: str
    facts: Mapping[str, Any]

    @property
    def schema(self) -> TableSchema:
        """The Table Schema the version was published with."""
        return parse_schema(
            self.facts["schema"],
            name=self.table,
            where=f"{self.table} {self.version}",
            strict=False,
        )

    @property
    def checksum(self) -> str:
        """The order-independent checksum of the version's table."""
        return str(self.facts["checksum"])


def columns() -> list[Json]:
    """Return the `changes` table's fields and dictionary, as `datastore_create` takes them."""
    found = []
    for name, kind in COLUMNS.items():
        label, notes = {}, {}
        for lang in messages.LANGS:
            label[lang] = messages.text(f"publish-changes-{name}", lang=lang)
            notes[lang] = messages.text(f"publish-changes-{name}", "explain", lang=lang)
        info = {
            "label": label["id"],
            "notes": notes["id"],
            **{f"label_{lang}": text for lang, text in label.items()},
            **{f"notes_{lang}": text for lang, text in notes.items()},
        }
        found.append({"id": name, "type": kind, "info": info})
    return found


def release_line(
    version: str, time: dt.datetime, table: str, facts: Mapping[str, Any], order: str
) -> Json:
    """Return the line that says a version of a table was published. order: that of its rows."""
    text = json.dumps(facts, ensure_ascii=False)
    return _line(version, time, table, 0, "release", before=order, after=text)


def _line(
    version: str, time: dt.datetime, table: str, number: int, action: str, **cells: str | None
) -> Json:
    """Return a line of the `changes` table; cells: its key, field, before and after."""
    return {
        "id": f"{version}/{table}/{number:07d}",
        "version": version,
        "time": time.replace(tzinfo=None, microsecond=0).isoformat(),
        "table": table,
        "action": action,
        "key": "",
        "field": "",
        "before": None,
        "after": None,
        **cells,
    }


def lines(diff: RowDiff, version: str, time: dt.datetime, table: str) -> list[Json]:
    """Return one line per row added or removed and per cell changed, numbered from 1."""
    found: list[Json] = []

    def add(action: str, **rest: Any) -> None:
        found.append(_line(version, time, table, len(found) + 1, action, **rest))

    for row in _rows(diff.old, diff.removed):
        add("removed", key=_key(row, diff.key), before=_json(row))
    if len(diff.changed_new):
        old, new = _rows(diff.old, diff.changed_old), _rows(diff.new, diff.changed_new)
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            for field, mask in diff.cells.items():
                if mask[number]:
                    add(
                        "changed",
                        key=_key(after, diff.key),
                        field=field,
                        before=before.get(field),
                        after=after.get(field),
                    )
    for row in _rows(diff.new, diff.added):
        add("added", key=_key(row, diff.key), after=_json(row))
    return found


def _rows(table: pa.Table, rows: np.ndarray[Any, Any]) -> list[Json]:
    return list(table.take(pa.array(rows)).to_pylist()) if len(rows) else []


def _key(row: Json, key: Sequence[str]) -> str:
    """Return a row's key as a reader looks for it: the value, or a JSON list of several."""
    values = [row.get(name) for name in key]
    if len(values) == 1:
        return values[0] or ""
    return json.dumps(values, ensure_ascii=False) if values else ""


def _json(row: Json) -> str:
    return json.dumps({k: v for k, v in row.items() if v is not None}, ensure_ascii=False)


def release_of(line: Mapping[str, Any]) -> Release:
    """Return the release that a line of the `changes` table records.

    Raises `DamagedHistory` when somebody edited the line so that it records none.
    """
    facts = _checked(line, "after")
    told = [line["version"], line["time"], line["table"], facts.get("checksum")]
    lists = [facts.get(name) or [] for name in ("log_key", "fields", "metadata")]
    counts = [
        facts.get("rows"),
        *(facts.get(name) or 0 for name in ("added", "changed", "removed")),
    ]
    if (
        not all(isinstance(text, str) for text in told)
        or not all(type(count) is int for count in counts)
        or not isinstance(facts.get("schema"), dict)
        or not all(isinstance(names, list) for names in lists)
        or not all(isinstance(name, str) for names in lists for name in names)
    ):
        raise _damaged(line)
    return Release(line["version"], line["time"], line["table"], facts)


def _checked(line: Mapping[str, Any], column: str) -> Json:
    """Return the row or the facts that a line holds. Raises `DamagedHistory` when it has none."""
    try:
        found = json.loads(line[column] or "")
    except (ValueError, RecursionError):
        raise _damaged(line) from None
    if not isinstance(found, dict):
        raise _damaged(line)
    return found


def _damaged(line: Mapping[str, Any]) -> DamagedHistory:
    return DamagedHistory("publish-line-spoilt", line=str(line["id"]))


def read_order(portal: Portal, changes: str, release: Release) -> str:
    """Return the recorded order of a release's rows, empty where none was recorded."""
    query = {"action": "release", "version": release.version, "table": release.table}
    found = portal.find(changes, query, fields=["before"], limit=1)
    return str(found[0]["before"] or "") if found else ""


def read_lines(portal: Portal, changes: str, table: str) -> list[Json]:
    """Return every change line of a table, in the order written."""
    found = portal.read(changes, list(COLUMNS), {"table": table})
    return [row for row in found.to_pylist() if row["action"] != "release"]


def undo(
    table: pa.Table, changes: Iterable[Json], before: TableSchema, key: Sequence[str]
) -> pa.Table:
    """Return the table as it was before `changes`, with the fields of schema `before`.

    table: canonical, with the fields after the changes. key: the fields that `changes` name.
    """
    names = list(dict.fromkeys([*table.column_names, *before.names]))
    rows = table.to_pylist()
    by_key: dict[str, list[Json]] = {}
    for row in rows:
        by_key.setdefault(_key(row, key) if key else _content(row, names), []).append(row)
    gone: list[Json] = []
    for line in changes:
        if line["action"] == "added":
            row = _checked(line, "after")
            held = by_key.get(_key(row, key) if key else _content(row, names))
            if held:
                gone.append(held.pop())
        elif line["action"] == "changed":
            for row in by_key.get(line["key"] or "", ()):
                row[line["field"]] = line["before"]
        elif line["action"] == "removed":
            rows.append(_checked(line, "before"))
    dropped = {id(row) for row in gone}
    kept = [row for row in rows if id(row) not in dropped]
    return pa.table(
        {
            name: pa.array([row.get(name) for row in kept], pa.large_string())
            for name in before.names
        }
    )


def _content(row: Json, names: Sequence[str]) -> str:
    return json.dumps([row.get(name) for name in names], ensure_ascii=False)


def rebuild(
    current: pa.Table, chain: Sequence[Release], changes: Sequence[Json], to: str
) -> pa.Table:
    """Undo the versions after `to`, newest first.

    chain: the table's releases in order, up to the one that `current` is.
    """
    by_version: dict[str, list[Json]] = {}
    for line in changes:
        by_version.setdefault(line["version"], []).append(line)
    table = current
    for later, earlier in zip(reversed(chain), reversed(chain[:-1]), strict=False):
        if parse(later.version) <= parse(to):
            break
        key = later.facts.get("log_key", [])
        table = undo(table, by_version.get(later.version, ()), earlier.schema, key)
    return table
