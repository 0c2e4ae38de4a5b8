"""The portal's own secrets: made once, kept in one file that only the owner reads."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, fields

from pipelines.portal.files import read_json, write_json
from pipelines.portal.place import Place

STEWARD = "walidata"


@dataclass
class Credentials:
    """Passwords of the services, CKAN's signing key, and the steward's password and token."""

    secret_key: str
    database_admin: str
    database: str
    database_read: str
    redis: str
    steward_password: str
    token: str = ""

    def __repr__(self) -> str:
        return "Credentials(…)"


def load(place: Place) -> Credentials | None:
    """Return the secrets of the portal, or None when there are none yet."""
    found = read_json(place.credentials)
    names = {field.name for field in fields(Credentials)}
    return Credentials(**found) if names == found.keys() else None


def ensure(place: Place) -> Credentials:
    """Return the secrets of the portal, made on the first call."""
    found = load(place)
    if found is None:
        found = Credentials(*(secrets.token_urlsafe(32) for _ in range(6)))
        save(place, found)
    return found


def save(place: Place, credentials: Credentials) -> None:
    """Write the secrets down, mode 0600."""
    write_json(place.credentials, asdict(credentials))
