"""A CKAN portal as publishing sees it: its site, datasets, organizations, groups and files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

from pipelines.ckan.problems import Denied, Missing
from pipelines.ckan.tables import Tables
from pipelines.ckan.transport import Transport
from pipelines.errors import PortalProblem

Json = dict[str, Any]


class Portal(Tables):
    """Calls to one portal with one token; safe to use from several threads."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    @property
    def url(self) -> str:
        """The portal's address, without a slash at the end."""
        return self.transport.url

    @property
    def requests(self) -> int:
        """How many requests were sent so far, repeated ones included."""
        return self.transport.requests

    def anonymous(self) -> Portal:
        """Return the portal as a reader without an account sees it; its requests are its own."""
        base = self.transport
        return Portal(Transport(base.url, None, patience=base.patience, timeout=base.timeout))

    @cached_property
    def site(self) -> Json:
        """Title, address, version and extensions (`status_show`)."""
        found: Json = self.transport.call("status_show")
        return found

    def preflight(self, organization: str, groups: Sequence[str]) -> Json:
        """Check what publishing needs before anything is sent.

        Returns {"organization": id or None, "groups": [names that exist], "sysadmin": bool}.
        Raises `Denied` (no token, wrong or expired token, no permission on the organization) and
        `PortalProblem` (no DataStore).
        """
        if "datastore" not in self.site.get("extensions", ()):
            raise PortalProblem("ckan-no-datastore", where=self.url)
        if not self.transport.token:
            raise Denied("ckan-no-token", where=self.url)
        known = self.transport.call("organization_list_for_user", {"permission": "create_dataset"})
        allowed = {item["name"]: item["id"] for item in known}
        if organization in allowed:
            return {"organization": allowed[organization]}
        me = self._account()
        if me is None:
            raise Denied("ckan-bad-token", where=self.url)
        if self.organization(organization) is not None or not me.get("sysadmin"):
            raise Denied(
                "ckan-no-permission",
                where=self.url,
                organization=organization,
                allowed=", ".join(sorted(allowed)) or "–",
                user=me.get("name", "?"),
            )
        return {"organization": None}

    def _account(self) -> Json | None:
        """The account behind the token, None when the portal does not take the token."""
        try:
            found: Json = self.transport.call("user_show", {})
        except (Missing, Denied):
            return None
        return found if found.get("name") else None

    def dataset(self, name: str) -> Json | None:
        """Return a dataset by name or id, None when the portal has none by it."""
        try:
            found: Json = self.transport.call("package_show", {"id": name})
        except Missing:
            return None
        return found

    def create_dataset(self, data: Mapping[str, Any]) -> Json:
        """Create a dataset. Raises `Rejected` when its name is taken."""
        found: Json = self.transport.call("package_create", data, again=False)
        return found

    def revise(
        self,
        match: Mapping[str, Any],
        update: Mapping[str, Any],
        *,
        drop: Sequence[str] = (),
        files: Mapping[str, tuple[str, Path, str]] | None = None,
    ) -> Json:
        """Change a dataset in one transaction, provided it still is as `match` says.

        drop: keys emptied first, so that `update` replaces their lists. files: resource id →
        (file name, path, media type). Raises `Rejected` with a field `match` when it moved.
        """
        data: Json = {"match": dict(match), "update": dict(update), "include": []}
        if drop:
            data["filter"] = [f"-{key}" for key in drop]
        if not files:
            found: Json = self.transport.call("package_revise", data, again=False)
            return dict(found["package"])
        with ExitStack() as stack:
            streams = {
                f"update__resources__{resource}__upload": (
                    name,
                    stack.enter_context(path.open("rb")),
                    media,
                )
                for resource, (name, path, media) in files.items()
            }
            texts = {key: json.dumps(value) for key, value in data.items()}
            found = self.transport.call("package_revise", texts, files=streams, again=False)
        return dict(found["package"])

    def organization(self, name: str) -> Json | None:
        """Return an organization's title, description and image, None when there is none."""
        return self._group("organization_show", name)

    def group(self, name: str) -> Json | None:
        """Return a group, None when there is none."""
        return self._group("group_show", name)

    def _group(self, action: str, name: str) -> Json | None:
        lean = {
            "include_" + part: False
            for part in ("users", "groups", "tags", "followers", "dataset_count", "datasets")
        }
        try:
            found: Json = self.transport.call(action, {"id": name, **lean})
        except Missing:
            return None
        return found if found.get("state", "active") == "active" else None

    def save_group(self, kind: str, data: Mapping[str, Any], *, new: bool) -> Json:
        """Create or patch an `organization` or a `group`."""
        if new:
            found: Json = self.transport.call(f"{kind}_create", data, again=False)
        else:
            found = self.transport.call(f"{kind}_patch", {"id": data["name"], **data})
        return found

    def views(self, resource: str) -> list[Json]:
        """Return the views of a resource."""
        found: list[Json] = self.transport.call("resource_view_list", {"id": resource})
        return found

    def create_view(self, data: Mapping[str, Any]) -> None:
        """Add a view to a resource."""
        self.transport.call("resource_view_create", data, again=False)

    def search(self, query: Mapping[str, Any]) -> Json:
        """Search datasets (`package_search`)."""
        found: Json = self.transport.call("package_search", query)
        return found

    def download(self, dataset: str, resource: str, name: str, target: Path) -> None:
        """Fetch an uploaded file of a resource into `target`."""
        self.transport.download(f"/dataset/{dataset}/resource/{resource}/download/{name}", target)


def connect(
    url: str,
    token: str | None = None,
    *,
    patience: float = 60.0,
    timeout: tuple[float, float] = (10.0, 180.0),
) -> Portal:
    """Return a portal; sends nothing yet.

    patience: seconds for which a failing call is repeated. timeout: seconds to connect, to answer.
    """
    if not url.startswith(("http://", "https://")):
        raise PortalProblem("ckan-not-ckan", where=url)
    return Portal(Transport(url, token, patience=patience, timeout=timeout))
