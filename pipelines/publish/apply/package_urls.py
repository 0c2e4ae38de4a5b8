"""`datapackage.json` as a portal offers it: each file by its address.

CKAN gives every file an address of its own, so that a name beside `datapackage.json` leads nowhere
there: CKAN would answer with `datapackage.json` itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipelines.publish.plan.model import Json


def address(
    path: Path, package: str, resources: Sequence[Json], names: Mapping[str, str], site: str
) -> None:
    """Write the files' addresses into a `datapackage.json`, in place.

    package: the dataset's id. names: resource id → file name. Files that are not among
    `resources` keep their names.
    """
    known = {
        names[item["id"]]: f"{site}/dataset/{package}/resource/{item['id']}/download/"
        f"{names[item['id']]}"
        for item in resources
        if item["id"] in names
    }
    described = json.loads(path.read_text(encoding="utf-8"))
    for resource in described["resources"]:
        for file in (resource, *resource.get("alternates", ())):
            file["path"] = known.get(file["path"], file["path"])
    text = json.dumps(described, ensure_ascii=False, indent=2) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
