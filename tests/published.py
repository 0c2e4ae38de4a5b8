"""What a reader and a program find of a dataset, in a form in which two runs can be compared."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import requests
from ckan_api import Api


def snapshot(api: Api, name: str) -> dict[str, Any]:
    """Everything of a dataset that must not depend on how often its publisher died.

    Left out are ids, times and what carries the dataset's own name; file hashes are checked
    against the files as they are downloaded.
    """
    package = api.package_show(id=name)
    roles: dict[str, Any] = {}
    for resource in package["resources"]:
        role = f"{resource.get('publish_table')}/{resource.get('publish_role')}"
        assert role not in roles, f"twice: {role}"
        found: dict[str, Any] = {
            key: resource.get(key)
            for key in ("format", "publish_rows", "publish_checksum", "datastore_active")
        }
        if resource.get("url_type") == "upload":
            content = requests.get(resource["url"], timeout=60).content
            digest = hashlib.sha256(content).hexdigest()
            assert resource["publish_sha256"] == digest, f"{role}: not the file's SHA-256"
            assert resource["hash"] == hashlib.md5(content, usedforsecurity=False).hexdigest()
            if role.endswith("/data"):
                found["hash"] = digest
        if resource.get("datastore_active"):
            answer = api.datastore_search(resource_id=resource["id"], limit=32000)
            found["total"] = answer["total"]
            found["fields"] = [
                (f["id"], f["type"], f.get("info")) for f in answer["fields"] if f["id"] != "_id"
            ]
            found["rows"] = sorted(_row(r, role) for r in answer["records"])
            found["views"] = sorted(
                v["view_type"] for v in api.resource_view_list(id=resource["id"])
            )
        roles[role] = found
    keys = ("title", "license_id", "maintainer", "maintainer_email", "author", "version",
            "private", "state")  # fmt: skip
    return {
        "metadata": {key: package[key] for key in keys},
        "tags": sorted(tag["name"] for tag in package["tags"]),
        "groups": sorted(group["name"] for group in package["groups"]),
        "organization": package["organization"]["name"],
        "extras": {item["key"]: item["value"].replace(name, "NAME") for item in package["extras"]},
        "resources": roles,
    }


def _row(row: dict[str, Any], role: str) -> str:
    found = {key: value for key, value in row.items() if key not in ("_id", "time")}
    assert found.get("id") != "publishing", "the lock is still there"
    if role.endswith("/changes") and found.get("action") == "release":
        facts = json.loads(found["after"])
        found["after"] = {key: facts[key] for key in facts if key != "schema"}
    return json.dumps(found, sort_keys=True)
