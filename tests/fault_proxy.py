"""A small HTTP proxy before the real portal that breaks things on demand."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

Fault = Literal[
    "reset-before", "reset-after", "hang", "429", "503", "502-before", "502-after", "truncate",
    "html", "html-after", "500",
]  # fmt: skip
HTML = b"<!DOCTYPE html><html><body><h1>Sedang dalam perawatan</h1></body></html>"
#: Faults after which the portal has certainly carried the request out.
CARRIED_OUT = ("reset-after", "502-after", "truncate", "html-after", "hang")


@dataclass
class Rule:
    """Break the `nth` request (from 1) whose action begins with `action`; `times` in a row."""

    fault: Fault
    action: str = ""
    nth: int = 1
    times: int = 1
    seen: int = 0
    hits: int = 0

    def applies(self, path: str) -> bool:
        """Say whether this request is the one; counts it."""
        name = path.rsplit("/", 1)[-1] if "/api/action/" in path else path
        if self.action and not name.startswith(self.action):
            return False
        self.seen += 1
        if self.nth <= self.seen < self.nth + self.times:
            self.hits += 1
            return True
        return False


@dataclass
class Proxy:
    """Forwards to the portal at `target`. `before` and `after` are called around each request."""

    target: str
    rules: list[Rule] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    before: Callable[[str, int], None] | None = None
    after: Callable[[str, int], None] | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.target)
        self.address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.lock = threading.Lock()
        self.server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        self.open = True
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop accepting."""
        self.open = False
        self.server.close()

    def _accept(self) -> None:
        while self.open:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            stream = client.makefile("rb")
            while True:
                request = _message(stream)
                if request is None:
                    return
                head, body = request
                path = head.split(b" ", 2)[1].decode()
                with self.lock:
                    self.paths.append(path)
                    number = len(self.paths)
                    rule = next((rule for rule in self.rules if rule.applies(path)), None)
                if self.before:
                    self.before(path, number)
                if rule is not None and self._break_before(client, rule.fault):
                    return
                answer = self._forward(head + body)
                if self.after:
                    self.after(path, number)
                if rule is not None and self._break_after(client, rule.fault, answer):
                    return
                client.sendall(answer)

    def _forward(self, request: bytes) -> bytes:
        """Send one request on a connection of its own and return the whole answer."""
        head, _, body = request.partition(b"\r\n\r\n")
        lines = [
            line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")
        ]
        with socket.create_connection(self.address, timeout=300) as upstream:
            upstream.sendall(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body)
            parts = []
            while chunk := upstream.recv(1 << 16):
                parts.append(chunk)
        answer = b"".join(parts)
        # The client's connection goes on although the upstream one ended.
        return answer.replace(b"Connection: close\r\n", b"", 1)

    def _break_before(self, client: socket.socket, fault: Fault) -> bool:
        if fault == "reset-before":
            _reset(client)
            return True
        if fault in ("429", "503", "502-before", "html", "500"):
            status = {"429": "429 Too Many Requests", "503": "503 Service Unavailable",
                      "502-before": "502 Bad Gateway", "html": "200 OK",
                      "500": "500 Internal Server Error"}[fault]  # fmt: skip
            wait = b"Retry-After: 1\r\n" if fault in ("429", "503") else b""
            client.sendall(_page(status, wait))
            return True
        return False

    def _break_after(self, client: socket.socket, fault: Fault, answer: bytes) -> bool:
        if fault == "reset-after":
            _reset(client)
        elif fault == "hang":
            with contextlib.suppress(OSError):
                client.recv(1)
        elif fault == "502-after":
            client.sendall(_page("502 Bad Gateway", b""))
        elif fault == "html-after":
            client.sendall(_page("200 OK", b""))
        elif fault == "truncate":
            head, mark, body = answer.partition(b"\r\n\r\n")
            client.sendall(head + mark + body[: len(body) // 2])
        else:
            return False
        return True


@contextlib.contextmanager
def proxy(target: str, *rules: Rule) -> Iterator[Proxy]:
    """A proxy for the length of a block."""
    found = Proxy(target, list(rules))
    try:
        yield found
    finally:
        found.close()


def _page(status: str, extra: bytes) -> bytes:
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n".encode()
        + extra
        + f"Content-Length: {len(HTML)}\r\nConnection: close\r\n\r\n".encode()
        + HTML
    )


def _reset(client: socket.socket) -> None:
    """End a connection as a crash does: with RST."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def _message(stream: object) -> tuple[bytes, bytes] | None:
    """Read one HTTP request with a Content-Length body."""
    lines = []
    length = 0
    while True:
        line = stream.readline()  # type: ignore[attr-defined]
        if not line:
            return None
        lines.append(line)
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":", 1)[1])
        if line in (b"\r\n", b"\n"):
            break
    return b"".join(lines), stream.read(length) if length else b""  # type: ignore[attr-defined]
