"""Hashes of published files: ours, and the one that a portal's loaders compare.

CKAN's field `hash` belongs to the loaders (xloader, DataPusher): they write the file's MD5 there,
and leave a resource alone whose `hash` is the MD5 of its file. So it carries the MD5, and what
publishing itself trusts is a field of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIELD = "publish_sha256"
_OLD = "sha256:"


@dataclass(frozen=True)
class Digest:
    """A file's SHA-256, which proves its bytes, and its MD5, which loaders compare; both hex."""

    sha256: str
    md5: str

    @classmethod
    def of(cls, path: Path) -> Digest:
        """Read a file once for both."""
        sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                sha256.update(block)
                md5.update(block)
        return cls(sha256.hexdigest(), md5.hexdigest())

    def fields(self) -> dict[str, str]:
        """Return the fields of the file's resource."""
        return {FIELD: self.sha256, "hash": self.md5}


def recorded(resource: Mapping[str, Any]) -> str:
    """Return the SHA-256 recorded of a resource's file, empty without one.

    Releases of earlier versions of this program kept it in `hash`.
    """
    known = str(resource.get(FIELD) or "")
    if known:
        return known
    older = str(resource.get("hash") or "")
    return older.removeprefix(_OLD) if older.startswith(_OLD) else ""
