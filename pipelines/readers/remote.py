"""Source files from the web: public addresses only, bounded in size and time.

A name is resolved once, every address it has must be public, and the connection goes to the
address that was checked; so neither a redirect nor a changed answer of the name server leads into
a private network.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
import urllib3

from pipelines.errors import PortalProblem, Refused, UsageProblem

MOST_BYTES = 1 << 30
SECONDS = 300.0
REDIRECTS = 5
AGENT = "publish-open-data"

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_TEREDO = ipaddress.IPv6Network("2001::/32")


def is_url(source: object) -> bool:
    """Say whether a source is an address on the web."""
    return isinstance(source, str) and "://" in source[:16] and not source.startswith("file:")


def download(
    url: str, *, allow_private: bool = False, progress: Callable[[str], None] | None = None
) -> tuple[bytes, str]:
    """Fetch a URL; return its bytes and a file name.

    Raises `PortalProblem`: no answer, an error status, a private address, too long; `Refused`:
    too large; `UsageProblem`: not http or https, or no address at all.
    """
    deadline = time.monotonic() + SECONDS
    # user, password and query may hold secrets
    _check(url, url.rpartition("@")[2].partition("?")[0][:200])
    where = _shown(url)
    for _ in range(REDIRECTS + 1):
        _check(url, where)
        if progress:
            progress(where)
        try:
            response = _request(url, allow_private)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise PortalProblem("url-unreachable", where=where, reason=_reason(error)) from error
        location = response.headers.get("Location")
        if response.status in (301, 302, 303, 307, 308) and location:
            response.close()
            url = urljoin(url, location)
            continue
        if response.status >= 400:
            response.close()
            raise PortalProblem("url-status", where=where, status=response.status)
        return _body(response, where, deadline), _file_name(url, response.headers)
    raise PortalProblem("url-redirects", where=where, limit=REDIRECTS)


def _check(url: str, where: str) -> None:
    """Raise `UsageProblem` unless it is an address of http or https with a host."""
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is none
        raise UsageProblem("url-broken", where=where) from None
    if parts.scheme not in ("http", "https"):
        raise UsageProblem("url-scheme", where=where, value=parts.scheme)
    if not whole:
        raise UsageProblem("url-broken", where=where)


def _request(url: str, allow_private: bool) -> urllib3.BaseHTTPResponse:
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    path = parts.path or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    headers = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
    timeout = urllib3.Timeout(connect=15.0, read=60.0)
    proxy = getproxies().get(parts.scheme)
    address = _vetted(host, port, url, allow_private)
    if proxy and not proxy_bypass(host):
        manager = urllib3.ProxyManager(proxy, ca_certs=certifi.where())
        return manager.request(
            "GET", url, headers=headers, timeout=timeout, redirect=False, retries=False,
            preload_content=False,
        )  # fmt: skip
    headers["Host"] = parts.netloc.rpartition("@")[2]
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address, port, server_hostname=host, assert_hostname=host, ca_certs=certifi.where()
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port)
    return pool.request(
        "GET", target, headers=headers, timeout=timeout, redirect=False, retries=False,
        preload_content=False,
    )  # fmt: skip


def _vetted(host: str, port: int, url: str, allow_private: bool) -> str:
    """Resolve a host; refuse it when any of its addresses is not public."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(item[4][0]) for item in found]
    for address in addresses:
        if not (allow_private or _public(address)):
            raise PortalProblem("url-private", where=_shown(url), value=host)
    return addresses[0]


def _public(address: str) -> bool:
    """Say whether an address, and the IPv4 address that an IPv6 one leads to, is public.

    Mapped (RFC 4291, 2.5.5) and 6to4 addresses (RFC 3056) hold one, those of NAT64 (RFC 6052) in
    their last 32 bits; local NAT64 (RFC 8215) leads wherever the network's owner likes.
    """
    place = ipaddress.ip_address(address.partition("%")[0])
    if not isinstance(place, ipaddress.IPv6Address):
        return place.is_global and not place.is_multicast
    inside = place.ipv4_mapped or place.sixtofour
    if place in _NAT64 or place in _COMPATIBLE:
        inside = ipaddress.IPv4Address(int(place) & 0xFFFF_FFFF)
    if inside is not None:
        return _public(str(inside))
    local = place in _LOCAL_NAT64 or place in _TEREDO
    return place.is_global and not place.is_multicast and not local


def _body(response: urllib3.BaseHTTPResponse, where: str, deadline: float) -> bytes:
    chunks: list[bytes] = []
    size = 0
    try:
        # as it comes: waiting for a whole piece, a drip of bytes would never meet the deadline
        while chunk := response.read1(1 << 18, decode_content=True):
            size += len(chunk)
            if size > MOST_BYTES:
                raise Refused("file-too-large", where=where, limit=MOST_BYTES >> 20)
            if time.monotonic() > deadline:
                raise PortalProblem("url-slow", where=where, seconds=int(SECONDS))
            chunks.append(chunk)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise PortalProblem("url-unreachable", where=where, reason=_reason(error)) from error
    finally:
        response.close()
    return b"".join(chunks)


def _file_name(url: str, headers: urllib3.HTTPHeaderDict) -> str:
    message = Message()
    message["Content-Disposition"] = headers.get("Content-Disposition", "")
    given = message.get_filename() or unquote(urlsplit(url).path)
    return PurePosixPath(given.replace("\\", "/")).name or urlsplit(url).hostname or "unduhan"


def _shown(url: str) -> str:
    """The address without user, password and query, which may hold secrets."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _reason(error: BaseException) -> str:
    cause = getattr(error, "reason", None) or error
    return " ".join(str(cause).split())[:200]
