"""Start, stop and reset the embedded portal, whatever state it is in."""

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
    config,
    credentials,
    install,
    ports,
    postgres,
    processes,
    redis,
    service_user,
    services,
    state,
)
from pipelines.portal.info import PortalInfo, describe
from pipelines.portal.paths import INSIDE, PACKAGE, PortalPaths, portal_paths
from pipelines.portal.progress import Listener, StepReport
from pipelines.portal.service_user import ServiceUser

MIN_FREE_BYTES = 300_000_000
START_SECONDS = 300
MAX_ATTEMPTS = 3
LOCK = "control.lock"


def up(progress: Listener | None = None, *, ckan: str | None = None) -> PortalInfo:
    """Bring the portal up from whatever state it is in; return its address and token.

    Installs, prepares, repairs and starts only what is needed; safe to call at any time, also from
    several processes at once. Raises `PortalProblem`.
    """
    report = StepReport(progress)
    paths = portal_paths(ckan)
    install.check_platform()
    with _os_errors_translated(paths):
        _make_home(paths)
        with FileLock(paths.home / LOCK):
            known = state.load(paths)
            if _serving(paths, known):
                return describe(paths, known, report.seconds, cold=False)
            _repair(paths, known, report)
            installed = install.ensure(paths, report)
            fresh = known.prepared != config.stamp(paths)
            for attempts_left in reversed(range(MAX_ATTEMPTS)):
                try:
                    known = _start(paths, report)
                    break
                except PortalProblem as problem:
                    if problem.code != "portal-port-taken" or not attempts_left:
                        raise
            return describe(paths, known, report.seconds, cold=installed or fresh)


def down(*, ckan: str | None = None) -> bool:
    """Stop the portal; return whether anything ran. Its data stays."""
    paths = portal_paths(ckan)
    if not paths.home.exists():
        return False
    with _os_errors_translated(paths), FileLock(paths.home / LOCK):
        return _stop(paths, state.load(paths))


def reset(*, ckan: str | None = None, environments: bool = False) -> bool:
    """Stop the portal and delete its data, and its installs if asked; return whether there was any.

    Raises `PortalProblem` for a folder that this project did not make.
    """
    paths = portal_paths(ckan)
    found = paths.home.exists()
    if found:
        if not (paths.home / LOCK).exists():
            raise PortalProblem("portal-not-ours", path=paths.home)
        with _os_errors_translated(paths), FileLock(paths.home / LOCK):
            _stop(paths, state.load(paths))
            shutil.rmtree(paths.home)
    if environments and paths.envs.exists():
        shutil.rmtree(paths.envs)
        found = True
    return found


def _serving(paths: PortalPaths, known: state.SupervisorState) -> bool:
    return (
        known.phase == state.READY
        and known.stamp == config.stamp(paths)
        and known.supervised()
        and all(known.running(name) for name in known.services)
        and services.answers(known.ports["web"])
    )


def _make_home(paths: PortalPaths) -> None:
    paths.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(paths.home).free
    if free < MIN_FREE_BYTES:
        raise PortalProblem("portal-disk-full", path=paths.home, free=free // 1_000_000)


def _repair(paths: PortalPaths, known: state.SupervisorState, report: StepReport) -> None:
    """Stop what a dead supervisor or another version left running."""
    if processes.portal_processes(paths.home, known.identities()):
        report("portal-step-heal")
        _stop(paths, known)


def _stop(paths: PortalPaths, known: state.SupervisorState) -> bool:
    """Stop the supervisor, which stops its services in order, then whatever is left."""
    found = processes.portal_processes(paths.home, known.identities())
    processes.terminate(processes.supervisors(found), seconds=60)
    orphans = processes.portal_processes(paths.home, known.identities())
    processes.terminate(orphans)
    return bool(found)


def _start(paths: PortalPaths, report: StepReport) -> state.SupervisorState:
    """Write the configuration, start a supervisor, wait until it is ready."""
    user = service_user.choose([paths.home, paths.env, INSIDE, Path(sys.base_prefix)])
    _make_folders(paths, user)
    secrets = credentials.load(paths)
    if secrets is None and (paths.pgdata / "PG_VERSION").exists():
        raise PortalProblem("portal-damaged", path=paths.home)
    secrets = credentials.ensure(paths)
    known = state.load(paths)
    known.ports = ports.choose_ports(known.ports)
    known.phase, known.services, known.supervisor, known.error = "starting", {}, None, None
    if not (paths.pgdata / "PG_VERSION").exists():
        report("portal-step-database")
        known.prepared = ""
        postgres.initialise(paths, user, secrets)
    state.save(paths, known)
    postgres.configure(paths, user, known.ports["postgres"])
    redis.configure(paths, user, secrets, known.ports["redis"])
    config.write(paths, user, secrets, known.ports)
    home = {processes.HOME_VARIABLE: str(paths.home)}
    with (paths.logs / "supervisor.log").open("ab") as record:
        supervisor = subprocess.Popen(
            [
                sys.executable,
                "-m",
                processes.SUPERVISOR,
                paths.ckan,
                str(paths.home),
                str(paths.env),
                str(paths.plugins),
            ],
            stdin=subprocess.DEVNULL,
            stdout=record,
            stderr=subprocess.STDOUT,
            cwd=paths.home,
            env=os.environ | home | {"PYTHONPATH": str(PACKAGE.parents[1])},
            start_new_session=True,
        )
    try:
        return _await_ready(paths, supervisor, report)
    except BaseException:
        supervisor.terminate()
        supervisor.wait()
        raise


def _await_ready(
    paths: PortalPaths, supervisor: subprocess.Popen[bytes], report: StepReport
) -> state.SupervisorState:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        ended = supervisor.poll() is not None
        known = state.load(paths)
        if known.phase == state.READY:
            return known
        if known.phase == state.FAILED and known.error:
            raise PortalProblem(known.error["code"], **known.error["params"])
        if ended:
            raise PortalProblem(
                "portal-service-failed", service="supervisor", log=paths.logs / "supervisor.log"
            )
        report(f"portal-step-{known.phase}")
        time.sleep(0.05)
    raise PortalProblem(
        "portal-slow-start", service="supervisor", log=paths.logs / "supervisor.log"
    )


def _make_folders(paths: PortalPaths, user: ServiceUser) -> None:
    """Make the folders: the supervisor's own, and those that the services write to."""
    paths.home.chmod(user.home_mode)
    for path, mode in ((paths.config, user.home_mode), (paths.logs, 0o700)):
        path.mkdir(exist_ok=True)
        path.chmod(mode)
    for path in (paths.redis, paths.storage):
        path.mkdir(mode=0o700, exist_ok=True)
        path.chmod(0o700)
        user.own(path)


@contextlib.contextmanager
def _os_errors_translated(paths: PortalPaths) -> Iterator[None]:
    """Translate errors of the operating system into `PortalProblem`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PortalProblem("portal-disk-full", path=paths.home, free=0) from error
        if isinstance(error, PermissionError):
            raise PortalProblem(
                "portal-no-permission", path=error.filename or paths.home
            ) from error
        raise
