"""Finding and terminating the processes of a portal."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

HOME_VARIABLE = "PUBLISH_PORTAL_HOME"
SUPERVISOR = "pipelines.portal.supervisor"


@dataclass(frozen=True)
class ProcessIdentity:
    """A process id with its start time, which together stay unique when ids are reused.

    psutil compares processes the same way, but a `psutil.Process` cannot be stored in a file.
    """

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> ProcessIdentity:
        """Identify a running process. Raises `psutil.NoSuchProcess`."""
        return cls(pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """Return the process if it is still the same one and alive."""
        try:
            found = psutil.Process(self.pid)
            if abs(found.create_time() - self.created) > 0.05:
                return None
            return None if found.status() == psutil.STATUS_ZOMBIE else found
        except psutil.NoSuchProcess:
            return None


def listens(pid: int, port: int) -> bool:
    """Say whether a process or a child of it listens on a port; True where access is denied."""
    try:
        process = psutil.Process(pid)
        return any(
            link.status == psutil.CONN_LISTEN and link.laddr.port == port
            for one in (process, *process.children(recursive=True))
            for link in one.net_connections("tcp")
        )
    except psutil.AccessDenied:
        return True
    except psutil.NoSuchProcess:
        return False


def portal_processes(home: Path, identities: Iterable[ProcessIdentity]) -> list[psutil.Process]:
    """Return the live processes of the portal at `home`, children included.

    Found by the identities in the state file, by PostgreSQL's own pid file, by the environment
    variable that every process is started with, and Redis, which overwrites its environment, by
    its working directory: so orphans are found whatever file was lost or process killed.
    """
    found = {known.pid: process for known in identities if (process := known.process())}
    postmaster = postmaster_of(home / "postgres")
    if postmaster:
        found[postmaster.pid] = postmaster
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() != psutil.STATUS_ZOMBIE and _belongs_to(process, home):
                found[process.pid] = process
    for process in list(found.values()):
        with contextlib.suppress(psutil.Error):
            found.update((child.pid, child) for child in process.children(recursive=True))
    found.pop(psutil.Process().pid, None)
    return list(found.values())


def _belongs_to(process: psutil.Process, home: Path) -> bool:
    if process.name().startswith(("redis-server", "valkey-server")):
        return process.cwd() == str(home / "redis")
    return process.environ().get(HOME_VARIABLE) == str(home)


def supervisors(found: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Return those of a portal's processes that supervise the others."""
    chosen = []
    for process in found:
        with contextlib.suppress(psutil.Error):
            if SUPERVISOR in process.cmdline():
                chosen.append(process)
    return chosen


def postmaster_of(pgdata: Path) -> psutil.Process | None:
    """Return the PostgreSQL server that runs on this data directory, if one does."""
    try:
        pid = int((pgdata / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        ours = str(pgdata) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
        return process if ours else None
    except (OSError, ValueError, psutil.Error):
        return None


def terminate(processes: list[psutil.Process], *, seconds: float = 10) -> None:
    """Terminate processes; kill those still alive after `seconds`."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=seconds)
