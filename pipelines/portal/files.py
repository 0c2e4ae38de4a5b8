"""Small private files, replaced atomically."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from pipelines.portal.service_user import ServiceUser


def write_private(path: Path, text: str, user: ServiceUser | None = None) -> None:
    """Replace `path` in one step, mode 0600, owned by `user` if given."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if user:
            user.own(part)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in `path`, or an empty one when there is none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Replace `path` by a JSON object, mode 0600."""
    write_private(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")
