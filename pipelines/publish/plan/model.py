"""A plan: everything that publishing one dataset would change on the portal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa

from pipelines.ckan import TableInfo
from pipelines.errors import PublishError, Refused
from pipelines.model import Table
from pipelines.project.dataset import Dataset
from pipelines.project.schema import TableSchema
from pipelines.publish.plan.fields import FieldChange, columns
from pipelines.publish.plan.metadata import Change
from pipelines.publish.rows import RowDiff
from pipelines.publish.state import PortalState

Json = dict[str, Any]
Action = Literal["create", "update", "unchanged"]


@dataclass(frozen=True)
class TablePlan:
    """What must happen to one table of n target rows.

    log: from the published version to the new one; None for a table that is new or stays.
    actions: from what the DataStore holds to the new one; None when nothing must be sent.
    ids: the `_id` of each row of `actions.old`. fields: what differs from the published version.
    repairs: what differs from the DataStore's table now. rebuild: the table is made anew.
    lost: it was published and the DataStore has it no more.
    """

    name: str
    schema: TableSchema
    target: pa.Table
    checksum: str
    info: TableInfo | None
    fields: tuple[FieldChange, ...] = ()
    repairs: tuple[FieldChange, ...] = ()
    log: RowDiff | None = None
    actions: RowDiff | None = None
    ids: pa.Array | None = None
    rebuild: bool = False
    drift: Mapping[str, int] = field(default_factory=dict)
    lost: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """Rows added, changed, removed, against the published version."""
        if self.log is not None:
            return self.log.counts
        if self.lost:
            return {"added": 0, "changed": 0, "removed": 0}
        if self.info is None or (self.actions is not None and not self.drift):
            return {"added": self.target.num_rows, "changed": 0, "removed": 0}
        return {"added": 0, "changed": 0, "removed": 0}


@dataclass(frozen=True)
class FileChange:
    """A file that is sent, or a resource that goes."""

    name: str
    table: str
    role: str
    action: Literal["upload", "remove"]

    def as_json(self) -> Json:
        """The shape of `plan --json`."""
        return {"name": self.name, "table": self.table, "action": self.action}


@dataclass(frozen=True)
class Plan:
    """Everything that publishing one dataset would change, and what it was computed from.

    guards: what must be allowed by name first. drift: what somebody changed on the portal.
    """

    dataset: Dataset
    tables: Mapping[str, TablePlan]
    state: PortalState
    action: Action
    version_from: str
    version_to: str
    metadata: Sequence[Change]
    fields: Sequence[FieldChange]
    files: Sequence[FileChange]
    groups: Sequence[Change]
    views: Sequence[str]
    removed_tables: Sequence[str]
    guards: Sequence[Refused]
    drift: Sequence[str]
    want: Mapping[str, Any]
    portal_url: str
    site: str
    requests: int
    sources: Mapping[str, Table]
    rollback_to: str = ""

    @property
    def name(self) -> str:
        """The dataset's name."""
        return self.dataset.name

    @property
    def url(self) -> str:
        """The dataset's page."""
        return f"{self.site}/dataset/{self.name}"

    @property
    def changed(self) -> bool:
        """Whether the plan starts a new version."""
        return self.version_from != self.version_to

    @property
    def rows(self) -> dict[str, int]:
        """Rows added, changed and removed over all tables."""
        counts = [table.counts for table in self.tables.values()]
        return {key: sum(c[key] for c in counts) for key in ("added", "changed", "removed")}

    @property
    def target(self) -> str:
        """A hash of what the portal should hold afterwards: the source's side of the plan."""
        seen = {
            "want": self.want,
            "tables": {
                name: [table.checksum, columns(table.schema)] for name, table in self.tables.items()
            },
        }
        text = json.dumps(seen, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def as_json(self) -> Json:
        """The shape of `plan --json`."""
        return {
            "name": self.name,
            "action": self.action,
            "version": {"from": self.version_from or None, "to": self.version_to},
            "metadata": [change.as_json() for change in (*self.metadata, *self.groups)],
            "fields": [change.as_json() for change in self.fields],
            "rows": self.rows,
            "tables": {name: table.counts for name, table in self.tables.items()},
            "files": [change.as_json() for change in self.files],
            "views": list(self.views),
            "drift": list(self.drift),
            "guards": [{"code": g.code, "message": g.message, "next": g.next} for g in self.guards],
        }


def blocked(plan: Plan) -> PublishError | None:
    """Return the first guard that stands in the way."""
    return next(iter(plan.guards), None)
