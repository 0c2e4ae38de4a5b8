"""The supervisor: starts the services, restarts those that die, stops them all in order.

Run as a process of its own: `python -m pipelines.portal.supervisor CKAN HOME ENV PLUGINS`.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from pipelines.errors import PortalProblem
from pipelines.portal import bootstrap, config, credentials, service_user, state
from pipelines.portal.paths import INSIDE, PortalPaths
from pipelines.portal.processes import ProcessIdentity, listens
from pipelines.portal.services import ServiceProcess, define

START_SECONDS = 120
STOP_SECONDS = 15
STABLE_SECONDS = 60
MAX_DELAY = 20.0
LOG_BYTES = 10_000_000

# A process id: the portal stops when that process ends (test runs leave nothing behind).
OWNER = "PUBLISH_PORTAL_OWNER"

_log = logging.getLogger(__name__)


class Supervisor:
    """Owns the services of one portal from start to stop; knows none of them by name."""

    def __init__(self, paths: PortalPaths) -> None:
        self.paths = paths
        self.state = state.load(paths)
        self.secrets = credentials.ensure(paths)
        self.user = service_user.choose([paths.home, paths.env, INSIDE, Path(sys.base_prefix)])
        self.services = define(paths, self.user, self.secrets, self.state.ports)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.started: dict[str, float] = {}
        self.failures: dict[str, int] = {}
        self.restart_at: dict[str, float] = {}
        self.stopping = threading.Event()
        owner = os.environ.get(OWNER)
        self.owner = ProcessIdentity.of(int(owner)) if owner else None

    def run(self) -> None:
        """Supervise until signalled to stop. An error during start-up is written into the state."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        self.state.supervisor = ProcessIdentity.of(os.getpid())
        self.state.services, self.state.error = {}, None
        end = state.STOPPED
        try:
            self._start_all()
            self._watch()
        except PortalProblem as problem:
            end = state.FAILED
            params = {name: str(value) for name, value in problem.params.items()}
            self.state.error = {"code": problem.code, "params": params}
        finally:
            self._stop_all()
            self.state.services, self.state.supervisor = {}, None
            self._phase(end)

    def _start_all(self) -> None:
        backends = [service for service in self.services if service.backend]
        self._phase("starting-database")
        for service in backends:
            self._spawn(service)
        for service in backends:
            self._await(service)
        stamp = config.stamp(self.paths)
        if self.state.prepared != stamp or not self.secrets.token:
            self._phase("preparing")
            bootstrap.run(self.paths, self.user, self.secrets, self.state.ports)
            self.state.prepared = stamp
        self._phase("starting-web")
        for service in self.services:
            if not service.backend:
                self._spawn(service)
                self._await(service)
        self.state.stamp = stamp
        if not self.stopping.is_set():
            self._phase(state.READY)

    def _spawn(self, service: ServiceProcess) -> None:
        service.before()
        log = self.paths.logs / f"{service.name}.log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as record:
            process: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload]
                [*self.user.prefix, *service.command],
                stdin=subprocess.DEVNULL,
                stdout=record,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=service.environment,
                start_new_session=True,
                **self.user.popen(),
            )
        self.running[service.name] = process
        self.started[service.name] = time.monotonic()
        with contextlib.suppress(psutil.NoSuchProcess):
            mark = ProcessIdentity.of(process.pid)
            entry = self.state.services.get(service.name, {"restarts": -1})
            self.state.services[service.name] = {
                **vars(mark),
                "restarts": entry["restarts"] + 1,
            }
        state.save(self.paths, self.state)

    def _await(self, service: ServiceProcess) -> None:
        """Wait until a service is ready. Raises `PortalProblem` when it ends or takes too long."""
        process = self.running[service.name]
        limit = time.monotonic() + START_SECONDS
        while not self.stopping.is_set() and not self._ready(service, process.pid):
            if process.poll() is not None:
                raise self._failure(service.name)
            if time.monotonic() > limit:
                raise PortalProblem(
                    "portal-slow-start",
                    service=service.name,
                    log=self.paths.logs / f"{service.name}.log",
                )
            self.stopping.wait(0.05)

    def _ready(self, service: ServiceProcess, pid: int) -> bool:
        """Another portal may have taken the port at the same moment: check who listens on it."""
        return service.ready() and (not service.port or listens(pid, service.port))

    def _failure(self, name: str) -> PortalProblem:
        log = self.paths.logs / f"{name}.log"
        output = log.read_bytes()[-4000:].decode(errors="replace")
        code = "portal-service-failed"
        if "already in use" in output:
            code = "portal-port-taken"
        if "No space left" in output:
            code = "portal-disk-full"
        free = shutil.disk_usage(self.paths.home).free // 1_000_000
        return PortalProblem(code, service=name, log=log, path=self.paths.home, free=free)

    def _watch(self) -> None:
        """Restart services that die, with a delay that doubles while they keep dying."""
        while not self.stopping.wait(0.25):
            if self.owner and not self.owner.process():
                return
            now = time.monotonic()
            for service in self.services:
                name = service.name
                if self.running[name].poll() is None:
                    continue
                if name not in self.restart_at:
                    code = self.running[name].returncode
                    _log.warning("%s ended with code %s and is started again", name, code)
                    self._kill_group(self.running[name])
                    self._schedule_restart(name, now)
                elif now >= self.restart_at[name]:
                    del self.restart_at[name]
                    try:
                        self._spawn(service)
                    except OSError as error:
                        # A full disk, for example: the next attempt may find space.
                        _log.warning("%s can't be started: %s", name, error)
                        self._schedule_restart(name, now)

    def _schedule_restart(self, name: str, now: float) -> None:
        lived = now - self.started[name]
        count = 0 if lived > STABLE_SECONDS else self.failures.get(name, 0) + 1
        self.failures[name] = count
        self.restart_at[name] = now + min(0.1 * 2**count, MAX_DELAY)

    def _stop_all(self) -> None:
        for service in reversed(self.services):
            process = self.running.get(service.name)
            if process is None:
                continue
            if process.poll() is None:
                process.send_signal(service.stop)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_SECONDS)
            self._kill_group(process)
            process.wait()

    @staticmethod
    def _kill_group(process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)

    def _phase(self, phase: str) -> None:
        self.state.phase = phase
        state.save(self.paths, self.state)


def main(arguments: list[str]) -> None:
    """Supervise the portal at the given paths, unless another supervisor does already."""
    logging.basicConfig(format="%(asctime)s %(message)s")
    ckan, *folders = arguments
    paths = PortalPaths(ckan, *map(Path, folders))
    with contextlib.suppress(Timeout), FileLock(paths.home / "supervisor.lock", timeout=0):
        Supervisor(paths).run()


if __name__ == "__main__":
    main(sys.argv[1:])
