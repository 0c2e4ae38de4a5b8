"""What the portal holds now for one dataset: the only state there is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.ckan import Portal, TableInfo
from pipelines.publish.history.numbering import parse
from pipelines.publish.history.releases import COLUMNS, Release, release_of

Json = dict[str, Any]

#: The action of the row that a publisher at work leaves among the changes.
LOCK = "publishing"
#: The action of the row that stands there while the portal's loaders are not known to be done.
SETTLING = "settling"
#: What is read of the rows that tell the state: all but the order of rows, which can be long.
_TOLD = [name for name in COLUMNS if name != "before"]


@dataclass(frozen=True)
class PortalState:
    """A dataset on the portal: n resources, the DataStore table of each data resource.

    package: as `package_show` gives it, None when there is none. lock: the row of a publisher
    that is at work or died. releases: every version of every table, in order, a version that was
    begun and never finished included. settling: files were sent that the portal's loaders may
    still be at work on; nobody has seen yet that the tables stand.
    """

    package: Json | None
    infos: Mapping[str, TableInfo | None] = field(default_factory=dict)
    lock: Json | None = None
    changes_there: bool = False
    releases: tuple[Release, ...] = ()
    settling: bool = False

    @property
    def version(self) -> str:
        """The version that was published last, empty while the first one is not finished."""
        return str((self.package or {}).get("version") or "")

    @property
    def unfinished(self) -> list[Release]:
        """The releases of versions that a publisher began and did not finish."""
        return [r for r in self.releases if parse(r.version) > parse(self.version)]

    def finished(self, table: str) -> list[Release]:
        """The finished releases of a table, oldest first."""
        there = parse(self.version)
        return [r for r in self.releases if r.table == table and parse(r.version) <= there]

    @property
    def site(self) -> str:
        """The portal's own address, as the uploaded files' addresses show it; else empty."""
        for resource in (self.package or {}).get("resources", ()):
            address = str(resource.get("url") or "")
            head, mark, _ = address.partition("/dataset/")
            if mark and head.startswith("http"):
                return head
        return ""

    def resource(self, table: str, role: str) -> Json | None:
        """Return a resource of ours by its table (empty for the dataset's own) and role."""
        for resource in (self.package or {}).get("resources", ()):
            if (resource.get("publish_table", ""), resource.get("publish_role")) == (table, role):
                return dict(resource)
        return None

    @property
    def loaded_files(self) -> list[Json]:
        """Resources of ours that a loader gave a table: only rows and changes have one of ours."""
        return [
            resource
            for (_, role), resource in self.own().items()
            if role not in ("data", "changes") and resource.get("datastore_active")
        ]

    def own(self) -> dict[tuple[str, str], Json]:
        """Return our resources: (table, role) → resource."""
        return {
            (resource.get("publish_table", ""), resource["publish_role"]): resource
            for resource in (self.package or {}).get("resources", ())
            if resource.get("publish_role")
        }

    def recorded(self, table: str) -> tuple[int, str] | None:
        """Return rows and checksum that the last publication recorded for a table.

        Where somebody made the number of rows something else, that of the last release counts.
        """
        found = self.resource(table, "data")
        if not found or not found.get("publish_checksum"):
            return None
        rows = str(found.get("publish_rows"))
        if not (rows.isascii() and rows.isdigit() and len(rows) < 19):
            last = next(reversed(self.finished(table)), None)
            if last is None:
                return None
            rows = last.facts["rows"]
        return int(rows), str(found["publish_checksum"])

    @property
    def fingerprint(self) -> str:
        """A hash that changes whenever somebody publishes or edits the dataset."""
        package = self.package or {}
        seen = {
            "id": package.get("id"),
            "modified": package.get("metadata_modified"),
            "version": self.version,
            "tables": {
                name: [info.rows, info.last, {k: v["type"] for k, v in info.fields.items()}]
                for name, info in self.infos.items()
                if info is not None
            },
        }
        return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def read_state(portal: Portal, name: str) -> PortalState:
    """Read a dataset's state: one request, one per table, one for history and lock."""
    package = portal.dataset(name)
    if package is None:
        return PortalState(None)
    infos: dict[str, TableInfo | None] = {}
    lock: Json | None = None
    changes = settling = False
    releases: list[Release] = []
    for resource in package.get("resources", ()):
        role = resource.get("publish_role")
        if role == "data":
            infos[str(resource.get("publish_table") or "")] = portal.table(resource["id"])
        elif role == "changes" and resource.get("datastore_active"):
            changes = True
            told = {"action": [LOCK, SETTLING, "release"]}
            for row in portal.find(resource["id"], told, fields=_TOLD):
                if row["action"] == LOCK:
                    lock = row
                elif row["action"] == SETTLING:
                    settling = True
                else:
                    releases.append(release_of(row))
    releases.sort(key=lambda release: parse(release.version))
    return PortalState(package, infos, lock, changes, tuple(releases), settling)
