"""Loopback ports: the usual one, the one of last time, or any free one."""

from __future__ import annotations

import socket
from collections.abc import Iterable

HOST = "127.0.0.1"
USUAL = {"web": 5000, "postgres": 5433, "redis": 6380}


def free(port: int) -> bool:
    """Say whether nobody listens on this loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def pick(wanted: Iterable[int], taken: Iterable[int] = ()) -> int:
    """Return the first free port of `wanted` that is not in `taken`, else any free one."""
    refused = set(taken)
    for port in wanted:
        if port and port not in refused and free(port):
            return port
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((HOST, 0))
            port = int(probe.getsockname()[1])
        if port not in refused:
            return port


def pick_all(before: dict[str, int]) -> dict[str, int]:
    """Return a port for each service, those of last time preferred."""
    chosen: dict[str, int] = {}
    for name, usual in USUAL.items():
        chosen[name] = pick((before.get(name, 0), usual), chosen.values())
    return chosen
