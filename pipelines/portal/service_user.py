"""The operating system user that the services run as: PostgreSQL refuses to run as root.

An ordinary user runs everything as itself. Root drops its privileges: to `nobody` where that user
can reach the data directory, the environment and the interpreter, otherwise into a user namespace
that maps root to an unprivileged id.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.errors import PortalProblem

NOBODY = "nobody"
_NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534")


@dataclass(frozen=True)
class ServiceUser:
    """How to start a service without root: a command prefix, or another user id."""

    kind: str
    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def popen(self) -> dict[str, object]:
        """Return the arguments of `subprocess.Popen` that change the user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, *paths: Path) -> None:
        """Change the owner of files or folders to this user."""
        if self.uid is not None and self.gid is not None:
            for path in paths:
                os.chown(path, self.uid, self.gid)

    @property
    def home_mode(self) -> int:
        """Mode of the data directory: private, or traversable for the other user."""
        return 0o711 if self.uid is not None else 0o700


def choose(paths: Sequence[Path]) -> ServiceUser:
    """Return a user that can reach all of `paths`.

    Raises `PortalProblem` when root cannot drop its privileges.
    """
    if os.geteuid() != 0:
        return ServiceUser("self")
    closed = [path for path in paths if not reachable(path)]
    if not closed:
        entry = pwd.getpwnam(NOBODY)
        return ServiceUser("nobody", uid=entry.pw_uid, gid=entry.pw_gid)
    if namespaces_work():
        return ServiceUser("namespace", prefix=_NAMESPACE)
    raise PortalProblem("portal-root", path=closed[0])


def reachable(path: Path) -> bool:
    """Return whether every existing folder above `path` is traversable by all users."""
    return all(
        parent.stat().st_mode & stat.S_IXOTH
        for parent in path.absolute().parents
        if parent.exists()
    )


@cache
def namespaces_work() -> bool:
    """Say whether this kernel and container allow user namespaces."""
    if shutil.which(_NAMESPACE[0]) is None:
        return False
    done = subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False)
    return done.returncode == 0
