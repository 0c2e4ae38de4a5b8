"""Starting and stopping the embedded portal, whatever state it is in."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from pipelines.errors import PortalProblem
from pipelines.portal import (
    account,
    config,
    credentials,
    install,
    place,
    ports,
    postgres,
    processes,
    redis,
    services,
    state,
)
from pipelines.portal.place import INSIDE, PACKAGE, Place
from pipelines.portal.progress import Listener, StepReport
from pipelines.portal.view import PortalInfo, describe

NEEDED_BYTES = 300_000_000
START_SECONDS = 300
TRIES = 3
LOCK = "control.lock"


def up(progress: Listener | None = None, *, ckan: str | None = None) -> PortalInfo:
    """Have the portal running, whatever state it is in, and return how to reach it.

    Installs, prepares, heals and starts what is needed and nothing else; safe to call at any
    time, from two processes as well. Raises `PortalProblem`.
    """
    report = StepReport(progress)
    where = place.choose(ckan)
    install.check_platform()
    with _explained(where):
        _make_home(where)
        with FileLock(where.home / LOCK):
            known = state.load(where)
            if _serving(where, known):
                return describe(where, known, report.seconds, cold=False)
            _heal(where, known, report)
            installed = install.ensure(where, report)
            fresh = known.prepared != config.stamp(where)
            for tries_left in reversed(range(TRIES)):
                try:
                    known = _start(where, report)
                    break
                except PortalProblem as problem:
                    if problem.code != "portal-port-taken" or not tries_left:
                        raise
            return describe(where, known, report.seconds, cold=installed or fresh)


def down(*, ckan: str | None = None) -> bool:
    """Stop the portal; return whether anything ran. Its data stays."""
    where = place.choose(ckan)
    if not where.home.exists():
        return False
    with _explained(where), FileLock(where.home / LOCK):
        return _stop(where, state.load(where))


def reset(*, ckan: str | None = None, environments: bool = False) -> bool:
    """Stop the portal and delete its data, and its installs if asked; return whether there was any.

    Raises `PortalProblem` for a folder that this project did not make.
    """
    where = place.choose(ckan)
    found = where.home.exists()
    if found:
        if not (where.home / LOCK).exists():
            raise PortalProblem("portal-not-ours", path=where.home)
        with _explained(where), FileLock(where.home / LOCK):
            _stop(where, state.load(where))
            shutil.rmtree(where.home)
    if environments and where.envs.exists():
        shutil.rmtree(where.envs)
        found = True
    return found


def _serving(where: Place, known: state.SupervisorState) -> bool:
    return (
        known.phase == state.READY
        and known.stamp == config.stamp(where)
        and known.supervised()
        and all(known.running(name) for name in known.services)
        and services.answers(known.ports["web"])
    )


def _make_home(where: Place) -> None:
    where.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(where.home).free
    if free < NEEDED_BYTES:
        raise PortalProblem("portal-disk-full", path=where.home, free=free // 1_000_000)


def _heal(where: Place, known: state.SupervisorState, report: StepReport) -> None:
    """End what a dead supervisor, or another version, left running."""
    if processes.belonging(where.home, known.marks()):
        report("portal-step-heal")
        _stop(where, known)


def _stop(where: Place, known: state.SupervisorState) -> bool:
    """End the supervisor, which ends its services in good order, then whatever is left."""
    found = processes.belonging(where.home, known.marks())
    processes.end(processes.supervisors(found), seconds=60)
    left = processes.belonging(where.home, known.marks())
    processes.end(left)
    return bool(found)


def _start(where: Place, report: StepReport) -> state.SupervisorState:
    """Write the configuration, start a supervisor, wait until it says ready."""
    who = account.choose([where.home, where.env, INSIDE, Path(sys.base_prefix)])
    _lay_out(where, who)
    secrets = credentials.load(where)
    if secrets is None and (where.pgdata / "PG_VERSION").exists():
        raise PortalProblem("portal-damaged", path=where.home)
    secrets = credentials.ensure(where)
    known = state.load(where)
    known.ports = ports.pick_all(known.ports)
    known.phase, known.services, known.supervisor, known.error = "starting", {}, None, None
    if not (where.pgdata / "PG_VERSION").exists():
        report("portal-step-database")
        known.prepared = ""
        postgres.initialise(where, who, secrets)
    state.save(where, known)
    postgres.configure(where, who, known.ports["postgres"])
    redis.configure(where, who, secrets, known.ports["redis"])
    config.write(where, who, secrets, known.ports)
    mark = {processes.HOME_MARK: str(where.home)}
    with (where.logs / "supervisor.log").open("ab") as record:
        supervisor = subprocess.Popen(
            [
                sys.executable,
                "-m",
                processes.SUPERVISOR,
                where.ckan,
                str(where.home),
                str(where.env),
                str(where.plugins),
            ],
            stdin=subprocess.DEVNULL,
            stdout=record,
            stderr=subprocess.STDOUT,
            cwd=where.home,
            env=os.environ | mark | {"PYTHONPATH": str(PACKAGE.parents[1])},
            start_new_session=True,
        )
    try:
        return _await_ready(where, supervisor, report)
    except BaseException:
        supervisor.terminate()
        supervisor.wait()
        raise


def _await_ready(
    where: Place, supervisor: subprocess.Popen[bytes], report: StepReport
) -> state.SupervisorState:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        ended = supervisor.poll() is not None
        known = state.load(where)
        if known.phase == state.READY:
            return known
        if known.phase == state.FAILED and known.error:
            raise PortalProblem(known.error["code"], **known.error["params"])
        if ended:
            raise PortalProblem(
                "portal-service-failed", service="supervisor", log=where.logs / "supervisor.log"
            )
        report(f"portal-step-{known.phase}")
        time.sleep(0.05)
    raise PortalProblem(
        "portal-slow-start", service="supervisor", log=where.logs / "supervisor.log"
    )


def _lay_out(where: Place, who: account.Account) -> None:
    """Make the folders: the supervisor's own, and those that the services write to."""
    where.home.chmod(who.home_mode)
    for path, mode in ((where.config, who.home_mode), (where.logs, 0o700)):
        path.mkdir(exist_ok=True)
        path.chmod(mode)
    for path in (where.redis, where.storage):
        path.mkdir(mode=0o700, exist_ok=True)
        path.chmod(0o700)
        who.own(path)


@contextlib.contextmanager
def _explained(where: Place) -> Iterator[None]:
    """Turn what the operating system refuses into words that say what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PortalProblem("portal-disk-full", path=where.home, free=0) from error
        if isinstance(error, PermissionError):
            raise PortalProblem(
                "portal-no-permission", path=error.filename or where.home
            ) from error
        raise
