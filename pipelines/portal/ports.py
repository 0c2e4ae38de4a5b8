"""Loopback ports: the previous one, the default, or any free one."""

from __future__ import annotations

import socket
from collections.abc import Iterable

HOST = "127.0.0.1"
DEFAULT_PORTS = {"web": 5000, "postgres": 5433, "redis": 6380}


def is_free(port: int) -> bool:
    """Return whether a loopback port is free."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose_port(preferred: Iterable[int], taken: Iterable[int] = ()) -> int:
    """Return the first free port of `preferred` that is not in `taken`, else any free one."""
    refused = set(taken)
    for port in preferred:
        if port and port not in refused and is_free(port):
            return port
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((HOST, 0))
            port = int(probe.getsockname()[1])
        if port not in refused:
            return port


def choose_ports(previous: dict[str, int]) -> dict[str, int]:
    """Return a port for each service, the previous ones preferred."""
    chosen: dict[str, int] = {}
    for name, default in DEFAULT_PORTS.items():
        chosen[name] = choose_port((previous.get(name, 0), default), chosen.values())
    return chosen
