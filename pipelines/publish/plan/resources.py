"""The resources of a dataset on the portal, in the order that readers see them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from pipelines.project.naming import file_name, formats
from pipelines.publish.digests import Digest
from pipelines.publish.plan import descriptions, metadata
from pipelines.publish.plan.model import Plan

Json = dict[str, Any]
Key = tuple[str, str]

_MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "md": "text/markdown",
}


def media_of(name: str) -> str:
    """Return the media type of a file by its name."""
    return _MEDIA[name.rsplit(".", 1)[-1]]


def resources_for(
    plan: Plan, own: Mapping[Key, Json], digests: Mapping[Key, Digest], want: Json | None
) -> list[Json]:
    """Return our resources as CKAN should have them, each on top of what the portal has.

    own: the portal's, by (table, role). digests: of the finished files; with them (and `want`)
    the records of rows, checksum and metadata are set, which make the version published.
    """
    dataset = plan.dataset
    words = descriptions.resource_words(dataset)
    found: list[Json] = []
    for name, table in plan.tables.items():
        for kind in formats(dataset, name):
            role = "data" if kind == "csv" else kind
            resource = _resource(own, name, role, words)
            resource.setdefault("url", file_name(dataset, name, kind))
            if digests and role == "data":
                resource["publish_rows"] = str(table.target.num_rows)
                resource["publish_checksum"] = table.checksum
            found.append(resource)
    for role in ("changes", "changelog", "datapackage"):
        resource = _resource(own, "", role, words)
        if role == "changes":
            resource["url"] = f"{plan.site}/datastore/dump/{resource['id']}?bom=true"
        else:
            resource.setdefault("url", "CHANGELOG.md" if role == "changelog" else f"{role}.json")
        if role == "datapackage" and want is not None:
            resource["publish_metadata"] = metadata.digest(want)
        found.append(resource)
    for resource in found:
        key = (resource["publish_table"], resource["publish_role"])
        if key in digests:
            resource |= digests[key].fields()
    return found


def _resource(
    own: Mapping[Key, Json], table: str, role: str, words: Mapping[str, Mapping[str, str]]
) -> Json:
    base = dict(own.get((table, role)) or {"id": str(uuid.uuid4())})
    return {
        **base,
        **words[f"{table}/{role}"],
        "format": descriptions.FORMATS[role],
        "publish_table": table,
        "publish_role": role,
    }
