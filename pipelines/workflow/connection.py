"""The portal to work with, and its token."""

from __future__ import annotations

import os

import keyring
from keyring.errors import KeyringError

from pipelines import ckan, portal
from pipelines.errors import PortalProblem

#: The keyring's service name; the user name is the portal's address.
KEYRING = "publish-open-data"


def find_portal(url: str | None, *, patience: float = 60.0) -> ckan.Portal:
    """Return the portal to work with: the one named, `CKAN_URL`, or the embedded one.

    patience: seconds for which a failing call is repeated.
    The token comes from `CKAN_API_TOKEN` or the keyring. Raises `PortalProblem` when no portal is
    named and the embedded one is not running.
    """
    url = url or os.environ.get("CKAN_URL")
    if url:
        token = os.environ.get("CKAN_API_TOKEN") or _keyring_token(url)
        return ckan.connect(url, token, patience=patience)
    embedded = portal.current()
    if embedded is None:
        raise PortalProblem("portal-not-running")
    return ckan.connect(embedded.url, embedded.api_token, patience=patience)


def _keyring_token(url: str) -> str | None:
    try:
        return keyring.get_password(KEYRING, url.rstrip("/"))
    except KeyringError:
        return None  # no keyring on this machine: the portal will say that a token is needed
