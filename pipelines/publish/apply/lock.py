"""One publisher at a time per dataset, on whatever machine: a row in the portal's own table.

The `changes` table has a key, so only one publisher can add the row `publishing`. A publisher
that died leaves its row; the next one on the same machine sees that the process is gone, one on
another machine waits until the row's time has grown old.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import platform
import uuid
from dataclasses import dataclass
from typing import Any

import psutil

from pipelines.ckan import Portal, Rejected, Transient, duplicate
from pipelines.errors import PortalProblem
from pipelines.publish.state import LOCK

Json = dict[str, Any]

#: After this long without a sign of life a publisher of another machine counts as dead.
LEASE = dt.timedelta(minutes=10)
_RENEW = dt.timedelta(seconds=30)
#: A process's start is known through the clock, which may be set meanwhile.
_CLOCK_SECONDS = 2
#: The locks that this process holds; a row of its own that is not among them is left over.
_HELD: set[str] = set()


def _started(pid: int) -> float | None:
    """Return when a process was started, in seconds since 1970; None when it does not run."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None


def _machine() -> str:
    """Return what identifies this machine without telling its name."""
    return hashlib.sha256(f"{platform.node()} {uuid.getnode()}".encode()).hexdigest()[:16]


def holder() -> str:
    """Return the name under which this process holds locks: machine, process, its start."""
    pid = os.getpid()
    return f"{_machine()}:{pid}:{_started(pid) or 0:.0f}:{os.urandom(4).hex()}"


def _dead(row: Json, now: dt.datetime) -> bool:
    """Say whether the publisher that holds `row` is certainly gone, or silent for too long."""
    machine, pid, start, *_ = [*str(row["key"]).split(":"), "", "", ""]
    if machine == _machine() and pid.isdecimal() and start.isdecimal():
        now_there = _started(int(pid))
        if now_there is None or abs(now_there - int(start)) > _CLOCK_SECONDS:
            return True
        return int(pid) == os.getpid() and row["key"] not in _HELD
    try:
        last_sign = dt.datetime.fromisoformat(str(row["time"])[:19])
    except ValueError:
        return True  # somebody edited the row: no publisher writes such a time
    return now.replace(tzinfo=None) - last_sign > LEASE


@dataclass
class Lock:
    """A held lock."""

    portal: Portal
    changes: str
    name: str
    renewed: dt.datetime

    def renew(self) -> None:
        """Give a sign of life, if the last one is a while ago.

        Raises `PortalProblem` when another publisher has taken over.
        """
        now = self.portal.transport.now()
        if now - self.renewed < _RENEW:
            return
        found = self.portal.find(self.changes, {"id": LOCK}, limit=1)
        if not found or found[0]["key"] != self.name:
            raise PortalProblem("publish-taken-over", where=self.portal.url)
        self.portal.update(self.changes, [{"id": LOCK, "time": _stamp(now)}])
        self.renewed = now

    def release(self) -> None:
        """Let go. Only a finished publication does: an unfinished one leaves its traces."""
        _HELD.discard(self.name)
        self.portal.delete(self.changes, {"id": LOCK, "key": self.name})


def _stamp(moment: dt.datetime) -> str:
    return moment.replace(tzinfo=None, microsecond=0).isoformat()


def acquire(portal: Portal, changes: str, dataset: str) -> Lock:
    """Take the dataset's lock. Raises `PortalProblem` while another publisher is at work."""
    name = holder()
    _HELD.add(name)
    try:
        return _acquire(portal, changes, dataset, name)
    except BaseException:
        _HELD.discard(name)
        raise


def _acquire(portal: Portal, changes: str, dataset: str, name: str) -> Lock:
    for _ in range(4):
        now = portal.transport.now()
        row = {
            "id": LOCK,
            "version": "",
            "time": _stamp(now),
            "table": "",
            "action": LOCK,
            "key": name,
        }
        try:
            portal.insert(changes, [row])
        except Rejected as error:
            if not duplicate(error):
                raise
        except Transient as error:
            # Whether the row arrived is unknown: the look below tells.
            if error.done is not None:
                raise
        else:
            return Lock(portal, changes, name, now)
        found = portal.find(changes, {"id": LOCK}, limit=1)
        if not found:
            continue
        held = found[0]
        if held["key"] == name:
            return Lock(portal, changes, name, now)
        if not _dead(held, portal.transport.now()):
            raise PortalProblem(
                "publish-busy",
                where=dataset,
                since=str(held["time"])[11:16],
                minutes=int(LEASE.total_seconds() // 60),
            )
        portal.delete(changes, {"id": LOCK, "key": held["key"]})
    minutes = int(LEASE.total_seconds() // 60)
    raise PortalProblem("publish-busy", where=dataset, since="?", minutes=minutes)
