"""Which processes belong to a portal, and how to end them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

HOME_MARK = "PUBLISH_PORTAL_HOME"
SUPERVISOR = "pipelines.portal.supervisor"


@dataclass(frozen=True)
class ProcessMark:
    """A process and its start time, which together survive the reuse of process numbers."""

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> ProcessMark:
        """ProcessMark a running process. Raises `psutil.NoSuchProcess`."""
        return cls(pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """Return the process when it is the marked one and alive."""
        try:
            found = psutil.Process(self.pid)
            if abs(found.create_time() - self.created) > 0.05:
                return None
            return None if found.status() == psutil.STATUS_ZOMBIE else found
        except psutil.NoSuchProcess:
            return None


def listens(pid: int, port: int) -> bool:
    """Say whether a process or a child of it listens on a port; True where nobody may look."""
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


def belonging(home: Path, marks: Iterable[ProcessMark]) -> list[psutil.Process]:
    """Return the live processes of the portal at `home`, children included.

    Found by the marks that the supervisor wrote down, by PostgreSQL's own pid file, by the
    environment that every process is started with, and Redis, which overwrites its environment,
    by its working directory: whatever was lost or killed, no orphan stays unseen.
    """
    found = {mark.pid: process for mark in marks if (process := mark.process())}
    postmaster = postmaster_of(home / "postgres")
    if postmaster:
        found[postmaster.pid] = postmaster
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() != psutil.STATUS_ZOMBIE and _marked(process, home):
                found[process.pid] = process
    for process in list(found.values()):
        with contextlib.suppress(psutil.Error):
            found.update((child.pid, child) for child in process.children(recursive=True))
    found.pop(psutil.Process().pid, None)
    return list(found.values())


def _marked(process: psutil.Process, home: Path) -> bool:
    if process.name().startswith(("redis-server", "valkey-server")):
        return process.cwd() == str(home / "redis")
    return process.environ().get(HOME_MARK) == str(home)


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


def end(processes: list[psutil.Process], *, seconds: float = 10) -> None:
    """Ask processes to end, then make them."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=seconds)
