"""Read-only information on a portal: its address and token, its status, its logs."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.errors import PortalProblem
from pipelines.portal import config, credentials, install, services, state
from pipelines.portal.paths import PortalPaths, portal_paths


@dataclass(frozen=True)
class PortalInfo:
    """A running portal. `seconds` is what `up` took; `cold` says whether it had to prepare it."""

    url: str
    api_token: str = field(repr=False)
    data_dir: Path
    seconds: float
    cold: bool
    version: str


def current(*, ckan: str | None = None) -> PortalInfo | None:
    """Return the running portal, or None when none runs. Starts nothing."""
    paths = portal_paths(ckan)
    known = state.load(paths)
    if known.phase != state.READY or not known.supervised():
        return None
    return describe(paths, known, 0.0, cold=False)


def describe(
    paths: PortalPaths, known: state.SupervisorState, seconds: float, *, cold: bool
) -> PortalInfo:
    """Return how to reach a running portal. Raises `PortalProblem` when its token is lost."""
    secrets = credentials.load(paths)
    if secrets is None or not secrets.token:
        raise PortalProblem("portal-damaged", path=paths.home)
    return PortalInfo(
        url=config.url(known.ports),
        api_token=secrets.token,
        data_dir=paths.home,
        seconds=round(seconds, 2),
        cold=cold,
        version=paths.ckan,
    )


def status(*, ckan: str | None = None) -> dict[str, Any]:
    """Return what runs: phase, URL, folders, versions, and each service with its process."""
    paths = portal_paths(ckan)
    known = state.load(paths)
    supervised = known.supervised()
    listed = {}
    for name in services.NAMES:
        process = known.running(name)
        entry = known.services.get(name) or {}
        listed[name] = {
            "running": process is not None,
            "pid": process.pid if process else None,
            "port": known.ports.get(name),
            "restarts": entry.get("restarts", 0),
        }
    phase = known.phase
    if not supervised and phase != state.FAILED:
        phase = "unsupervised" if any(s["running"] for s in listed.values()) else state.STOPPED
    running = phase == state.READY
    return {
        "running": running,
        "phase": phase,
        "url": config.url(known.ports) if running else None,
        "answers": running and services.answers(known.ports["web"]),
        "version": paths.ckan,
        "site_title": config.SITE_TITLE,
        "data_dir": str(paths.home),
        "environment": str(paths.env),
        "installed": (paths.env / install.COMPLETE).exists(),
        "steward": credentials.STEWARD,
        "supervisor": known.supervisor.pid if known.supervisor and supervised else None,
        "services": listed,
        "error": known.error,
    }


def logs(
    follow: bool = False, lines: int = 50, service: str | None = None, *, ckan: str | None = None
) -> Iterator[str]:
    """Yield the last lines of the services' logs, each as `service | line`; then new ones.

    With `follow` it never ends by itself. Raises `PortalProblem` when there is no log.
    """
    paths = portal_paths(ckan)
    log_files = sorted(paths.logs.glob(f"{service or '*'}.log"))
    if not log_files:
        raise PortalProblem("portal-no-logs", path=paths.logs)
    with contextlib.ExitStack() as stack:
        files = [
            (path.stem, stack.enter_context(path.open(errors="replace"))) for path in log_files
        ]
        for name, file in files:
            for line in file.readlines()[-lines:]:
                yield f"{name} | {line.rstrip()}"
        while follow:
            new = [f"{name} | {line.rstrip()}" for name, file in files for line in file]
            yield from new
            if not new:
                time.sleep(0.3)
