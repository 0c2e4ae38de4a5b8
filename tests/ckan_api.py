"""A plain client of CKAN's Action API, for tests: independent of the project's own."""

from __future__ import annotations

from typing import Any

import requests


class ActionError(Exception):
    """CKAN refused; `status` and its own `error` object."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(f"{status}: {error}")
        self.status = status
        self.error = error


class Api:
    """Calls actions: `Api(url, token).package_show(id="x")`."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url
        self.session = requests.Session()
        # A kept connection may be closed by the portal just as it is used again.
        self.session.headers["Connection"] = "close"
        if token:
            self.session.headers["Authorization"] = token

    def call(self, action: str, files: dict[str, Any] | None = None, **params: Any) -> Any:
        """Return the action's result. Raises `ActionError`."""
        address = f"{self.url}/api/3/action/{action}"
        if files:
            answer = self.session.post(address, data=params, files=files, timeout=120)
        else:
            answer = self.session.post(address, json=params, timeout=120)
        found = answer.json()
        if not found["success"]:
            raise ActionError(answer.status_code, found["error"])
        return found["result"]

    def __getattr__(self, action: str) -> Any:
        def act(**params: Any) -> Any:
            return self.call(action, **params)

        return act

    def page(self, path: str) -> str:
        """Return a page's HTML. Raises `requests.HTTPError`."""
        answer = self.session.get(self.url + path, timeout=120)
        answer.raise_for_status()
        return answer.text
