"""The token goes to the portal, and to nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from pipelines.ckan import transport
from pipelines.ckan.transport import Transport
from pipelines.errors import PortalProblem


class Elsewhere(BaseHTTPRequestHandler):
    """Answers with a file, and keeps what it was asked with."""

    seen: list[str | None]

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authorization"))
        target = getattr(self.server, "target", None)
        self.send_response(302 if target else 200)
        if target:
            self.send_header("Location", target)
        self.send_header("Content-Length", "0" if target else "2")
        self.end_headers()
        if not target:
            self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


def _serve() -> ThreadingHTTPServer:
    handler = type("Handler", (Elsewhere,), {"seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def servers() -> Iterator[tuple[ThreadingHTTPServer, ThreadingHTTPServer]]:
    portal, store = _serve(), _serve()
    yield portal, store
    for server in (portal, store):
        server.shutdown()
        server.server_close()


def test_a_file_kept_elsewhere_is_fetched_without_the_token(
    servers: tuple[ThreadingHTTPServer, ThreadingHTTPServer], tmp_path: Path
) -> None:
    portal, store = servers
    portal.target = f"http://127.0.0.1:{store.server_port}/berkas.csv"  # type: ignore[attr-defined]
    transport = Transport(
        f"http://127.0.0.1:{portal.server_port}", "rahasia", patience=5, timeout=(5, 5)
    )
    transport.download("/dataset/a/berkas.csv", tmp_path / "berkas.csv")
    assert (tmp_path / "berkas.csv").read_bytes() == b"ok"
    assert portal.RequestHandlerClass.seen == ["rahasia"]  # type: ignore[attr-defined]
    assert store.RequestHandlerClass.seen == [None]  # type: ignore[attr-defined]


def test_a_redirect_to_no_address(
    servers: tuple[ThreadingHTTPServer, ThreadingHTTPServer], tmp_path: Path
) -> None:
    """CKAN sends on to whatever somebody wrote as a file's address."""
    portal, _ = servers
    portal.target = "http://../../rahasia.csv"  # type: ignore[attr-defined]
    transport = Transport(
        f"http://127.0.0.1:{portal.server_port}", "rahasia", patience=5, timeout=(5, 5)
    )
    with pytest.raises(PortalProblem) as caught:
        transport.download("/dataset/a/berkas.csv", tmp_path / "berkas.csv")
    assert caught.value.code == "ckan-not-ckan"
    assert list(tmp_path.iterdir()) == []


def test_a_netrc_does_not_take_the_place_of_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine data.contoh.example login a password b\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    url = "https://data.contoh.example"
    asked = requests.Request("GET", url, headers={"Authorization": "rahasia"})
    assert requests.Session().prepare_request(asked).headers["Authorization"] != "rahasia"
    session = Transport(url, "rahasia", patience=5, timeout=(5, 5)).session
    assert session.prepare_request(asked).headers["Authorization"] == "rahasia"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3), (" 3 ", 3), ("0", 0), ("", None), ("²", None), ("bald", None), ("-5", None),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0), ("Fri, 31 Dec 1999 23:59:59 -0000", 0),
        ("Fri, 31 Dec 1999 23:59:59", 0), ("Fri, 99 Foo 1999 99:99:99 GMT", None),
    ],
)  # fmt: skip
def test_a_wait_that_a_portal_asks_for(value: str, seconds: float | None) -> None:
    """RFC 9110, 10.2.3; whatever else stands there is no reason to stop."""
    answer = requests.Response()
    answer.headers["Retry-After"] = value
    assert transport._retry_after(answer) == seconds
