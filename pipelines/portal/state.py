"""The supervisor's state file, read by `up`, `status` and the next start."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import Any

import psutil

from pipelines.portal.files import read_json, write_json
from pipelines.portal.paths import PortalPaths
from pipelines.portal.processes import ProcessIdentity

READY = "ready"
FAILED = "failed"
STOPPED = "stopped"


@dataclass
class SupervisorState:
    """A portal's phase, ports, processes, and the reason when it failed."""

    phase: str = STOPPED
    stamp: str = ""
    prepared: str = ""
    ports: dict[str, int] = field(default_factory=dict)
    supervisor: ProcessIdentity | None = None
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    error: dict[str, Any] | None = None

    def supervised(self) -> bool:
        """Return whether the supervisor is alive."""
        return self.supervisor is not None and self.supervisor.process() is not None

    def identities(self) -> list[ProcessIdentity]:
        """Return the identity of every process in the state file."""
        found = [self.supervisor] if self.supervisor else []
        for service in self.services.values():
            if service.get("pid"):
                found.append(ProcessIdentity(service["pid"], service["created"]))
        return found

    def running(self, service: str) -> psutil.Process | None:
        """Return the process of a service if it is alive."""
        entry = self.services.get(service) or {}
        return (
            ProcessIdentity(entry["pid"], entry["created"]).process() if entry.get("pid") else None
        )


def load(paths: PortalPaths) -> SupervisorState:
    """Read the state file; a missing or invalid one gives an empty state."""
    found = read_json(paths.state)
    with contextlib.suppress(TypeError, KeyError):
        identity = found.get("supervisor")
        supervisor = ProcessIdentity(**identity) if identity else None
        return SupervisorState(**{**found, "supervisor": supervisor})
    return SupervisorState()


def save(paths: PortalPaths, state: SupervisorState) -> None:
    """Write the state file."""
    value = dict(vars(state))
    value["supervisor"] = vars(state.supervisor) if state.supervisor else None
    write_json(paths.state, value)
