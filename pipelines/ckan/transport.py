"""One call to a portal's Action API: sent, counted, retried where that is safe, and read.

Everything a network or a proxy can do to an answer ends here as one of `problems`' classes.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import ckanapi
import requests
import stamina
import urllib3

from pipelines.ckan.problems import Denied, Missing, Rejected, Transient
from pipelines.errors import PortalProblem

USER_AGENT = "publish-open-data (CKAN publisher)"
#: Answers that say "not now": the call was not carried out.
_TURNED_AWAY = {429: "ckan-busy", 503: "ckan-busy"}
_FAILING = {500, 502, 504, 507, 520, 521, 522, 523, 524}
_LONGEST_WAIT = 120.0
#: An address, or one that a redirect leads to, is none; requests lets urllib3's own word through.
_NO_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    urllib3.exceptions.LocationParseError,
)


class _Remote(ckanapi.RemoteCKAN):  # type: ignore[misc]
    """ckanapi's client; the request itself goes through the transport, which sees the answer."""

    def __init__(self, address: str, apikey: str | None, transport: Transport) -> None:
        super().__init__(address, apikey=apikey, user_agent=USER_AGENT)
        self.transport = transport

    def _request_fn(
        self, url: str, data: Any, headers: dict[str, str], files: Any, requests_kwargs: Any
    ) -> tuple[int, str]:
        self.session = self.transport.session
        return self.transport.post(url, data, headers, files)


class Transport:
    """Calls to one portal, from any thread. `requests` counts every request that was sent."""

    def __init__(
        self, url: str, token: str | None, *, patience: float, timeout: tuple[float, float]
    ) -> None:
        self.url = url.rstrip("/")
        self.token = token or None
        self.patience = patience
        self.timeout = timeout
        self.requests = 0
        self.clock_offset = dt.timedelta()
        self._lock = threading.Lock()
        self._local = threading.local()

    @property
    def session(self) -> requests.Session:
        """This thread's connection pool."""
        found: requests.Session | None = getattr(self._local, "session", None)
        if found is None:
            found = requests.Session()
            found.auth = _as_it_is
            found.trust_env = not self.url.startswith(("http://127.", "http://localhost"))
            self._local.session = found
        return found

    def call(
        self,
        action: str,
        data: Mapping[str, Any] | None = None,
        *,
        files: Mapping[str, tuple[str, IO[bytes], str]] | None = None,
        again: bool = True,
    ) -> Any:
        """Carry out an action and return its result.

        `again`: the call may be repeated even when nobody knows whether it was carried out.
        Raises `Missing`, `Denied`, `Rejected`, `Transient` (after the patience is used up) or
        another `PortalProblem`.
        """
        for attempt in self._attempts(again):
            with attempt:
                for _, stream, _ in (files or {}).values():
                    stream.seek(0)
                remote = _Remote(self.url, self.token, self)
                try:
                    return remote.call_action(action, dict(data or {}), files=files)
                except ckanapi.NotFound as error:
                    raise Missing("ckan-missing", where=self.url, action=action) from error
                except ckanapi.NotAuthorized as error:
                    raise Denied("ckan-denied", where=self.url, action=action) from error
                except ckanapi.ValidationError as error:
                    raise Rejected("ckan-rejected", fields=error.error_dict) from error
                except (ckanapi.CKANAPIError, ckanapi.ServerIncompatibleError) as error:
                    raise PortalProblem(
                        "ckan-refused", where=self.url, action=action, reason=_brief(error)
                    ) from error
        raise AssertionError("unreachable")  # pragma: no cover

    def post(self, url: str, data: Any, headers: dict[str, str], files: Any) -> tuple[int, str]:
        """Send one request. Returns status and body of an answer that CKAN itself wrote."""
        with self._failures():
            response = self._send("POST", url, data=data, headers=headers, files=files)
            body = response.text
        status = response.status_code
        if 300 <= status < 400:
            raise PortalProblem(
                "ckan-redirect", where=self.url, target=response.headers.get("Location", "?")
            )
        if status in _TURNED_AWAY:
            raise _transient(
                _TURNED_AWAY[status], self.url, done=False, wait=_retry_after(response)
            )
        own = response.headers.get("Content-Type", "").startswith("application/json")
        if status in _FAILING:
            raise _transient("ckan-failing", self.url, status=status, done=None)
        if not (own and body.rstrip().endswith("}")):
            if status in (401, 403):
                raise Denied("ckan-denied", where=self.url, action=url.rsplit("/", 1)[-1])
            if status in (404, 405):
                raise PortalProblem("ckan-not-ckan", where=self.url)
            raise _transient("ckan-garbled", self.url, done=None)
        return status, body

    def download(self, path: str, target: Path) -> None:
        """Fetch a file of the portal (`/dataset/…`) whole. Raises as `call`, never half a file."""
        for attempt in self._attempts(True):
            with attempt, self._failures():
                headers = {"Authorization": self.token} if self.token else {}
                response = self._send(
                    "GET", self.url + path, headers=headers, stream=True, allow_redirects=True
                )
                with response:
                    if response.status_code in _TURNED_AWAY:
                        wait = _retry_after(response)
                        raise _transient("ckan-busy", self.url, done=False, wait=wait)
                    if response.status_code in (401, 403):
                        raise Denied("ckan-denied", where=self.url, action=path)
                    if response.status_code == 404:
                        raise Missing("ckan-missing", where=self.url, action=path)
                    if response.status_code != 200:
                        status = response.status_code
                        raise _transient("ckan-failing", self.url, status=status, done=False)
                    with target.open("wb") as file:
                        for chunk in response.iter_content(1 << 18):
                            file.write(chunk)
                return

    def now(self) -> dt.datetime:
        """The portal's clock (UTC), as its last answer gave it."""
        return dt.datetime.now(dt.UTC) + self.clock_offset

    def _send(self, method: str, url: str, **options: Any) -> requests.Response:
        options.setdefault("allow_redirects", False)
        with self._lock:
            self.requests += 1
        response = self.session.request(method, url, timeout=self.timeout, **options)
        date = response.headers.get("Date")
        if date:
            try:
                self.clock_offset = email.utils.parsedate_to_datetime(date) - dt.datetime.now(
                    dt.UTC
                )
            except (TypeError, ValueError):
                self.clock_offset = dt.timedelta()
        return response

    def _attempts(self, again: bool) -> Any:
        def hook(error: Exception) -> bool | float:
            if not isinstance(error, Transient) or (error.done is None and not again):
                return False
            if error.wait is not None:
                return min(error.wait, _LONGEST_WAIT)
            return True

        return stamina.retry_context(
            on=hook,
            attempts=None,
            timeout=self.patience,
            wait_initial=0.1,
            wait_max=5.0,
            wait_jitter=0.2,
        )

    def _failures(self) -> _Failures:
        return _Failures(self.url)


class _Failures:
    """Turns what `requests` raises into the domain's words."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, requests.exceptions.SSLError):
            raise PortalProblem("ckan-tls", where=self.url, reason=_brief(error)) from error
        if isinstance(error, requests.exceptions.ConnectTimeout) or _refused(error):
            raise _transient("ckan-unreachable", self.url, done=False) from error
        if isinstance(error, requests.exceptions.Timeout):
            raise _transient("ckan-timeout", self.url, done=None) from error
        if isinstance(error, _NO_ADDRESS):
            raise PortalProblem("ckan-not-ckan", where=self.url) from error
        if isinstance(error, requests.exceptions.RequestException):
            raise _transient("ckan-interrupted", self.url, done=None) from error


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep the token: without an `auth`, requests puts what ~/.netrc says in its place."""
    return request


def _refused(error: BaseException | None) -> bool:
    """Say whether no connection came about at all, so that nothing was sent."""
    return isinstance(error, requests.exceptions.ConnectionError) and (
        "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)
    )


def _transient(
    code: str, url: str, *, done: bool | None, wait: float | None = None, **params: object
) -> Transient:
    problem = Transient(code, where=url, **params)
    problem.done = done
    problem.wait = wait
    return problem


def _retry_after(response: requests.Response) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110, 10.2.3): a number or a date."""
    value = response.headers.get("Retry-After", "").strip()
    try:
        return urllib3.Retry().parse_retry_after(value) if value.isascii() else None
    except (urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        return None


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
