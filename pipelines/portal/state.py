"""What the supervisor writes down for `up`, `status` and the next start to read."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import Any

import psutil

from pipelines.portal.files import read_json, write_json
from pipelines.portal.place import Place
from pipelines.portal.processes import ProcessMark

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
    supervisor: ProcessMark | None = None
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    error: dict[str, Any] | None = None

    def supervised(self) -> bool:
        """Say whether the supervisor lives."""
        return self.supervisor is not None and self.supervisor.process() is not None

    def marks(self) -> list[ProcessMark]:
        """Return every process that was written down."""
        found = [self.supervisor] if self.supervisor else []
        for service in self.services.values():
            if service.get("pid"):
                found.append(ProcessMark(service["pid"], service["created"]))
        return found

    def running(self, service: str) -> psutil.Process | None:
        """Return the process of a service, when it lives."""
        entry = self.services.get(service) or {}
        return ProcessMark(entry["pid"], entry["created"]).process() if entry.get("pid") else None


def load(place: Place) -> SupervisorState:
    """Return what is written down; an empty state when nothing is, or when it makes no sense."""
    found = read_json(place.state)
    with contextlib.suppress(TypeError, KeyError):
        mark = found.get("supervisor")
        return SupervisorState(**{**found, "supervisor": ProcessMark(**mark) if mark else None})
    return SupervisorState()


def save(place: Place, state: SupervisorState) -> None:
    """Write the state down."""
    value = dict(vars(state))
    value["supervisor"] = vars(state.supervisor) if state.supervisor else None
    write_json(place.state, value)
