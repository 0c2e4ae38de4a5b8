"""What killed test runs left behind: portals without a supervisor, and their folders.

A portal ends when its test run ends, even when that was killed: its supervisor watches for it.
Only a supervisor killed together with the run (all Python processes at once, say) can't; then
PostgreSQL and Redis stay. The next run ends them.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from pipelines.portal import processes

PREFIX = "publish-portal-test-"
#: The file that says which process a folder belongs to.
OWNER = "owner.json"


def folder(root: Path | None = None) -> Path:
    """Make a folder for this run's portals that says whose it is."""
    made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
    made.chmod(0o711)
    (made / OWNER).write_text(json.dumps(vars(processes.ProcessIdentity.of(os.getpid()))))
    return made


def sweep(root: Path) -> list[Path]:
    """End and delete what belongs to runs that no longer live; return their folders."""
    swept = []
    for found in sorted(root.glob(f"{PREFIX}*")):
        try:
            owner = processes.ProcessIdentity(**json.loads((found / OWNER).read_text()))
        except (OSError, ValueError, TypeError):
            continue  # another user's, or just being made
        if owner.process() is not None:
            continue
        for home in (*found.glob("ckan-*"), *found.glob("*/ckan-*")):
            processes.terminate(processes.portal_processes(home, []))
        shutil.rmtree(found, ignore_errors=True)
        swept.append(found)
    return swept
