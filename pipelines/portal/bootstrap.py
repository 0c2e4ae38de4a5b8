"""Prepares databases, tables, the steward's account and token, by one process inside CKAN."""

from __future__ import annotations

import json
import subprocess

from pipelines.errors import PortalProblem
from pipelines.portal import config, credentials, postgres
from pipelines.portal.account import Account
from pipelines.portal.credentials import Credentials
from pipelines.portal.place import INSIDE, Place
from pipelines.portal.ports import HOST


def run(place: Place, account: Account, secrets: Credentials, ports: dict[str, int]) -> None:
    """Bring the databases to this version of CKAN and keep the steward's token.

    Raises `PortalProblem` when CKAN refuses; its own words are in the log.
    """
    admin = f"postgresql://{postgres.ADMIN}:{secrets.database_admin}@{HOST}:{ports['postgres']}"
    request = {
        "admin_url": f"{admin}/postgres",
        "databases": {"ckan": "ckan", "datastore": "ckan"},
        "roles": {"ckan": secrets.database, "datastore_read": secrets.database_read},
        "steward": credentials.STEWARD,
        "password": secrets.steward_password,
        "token": secrets.token,
    }
    log = place.logs / "bootstrap.log"
    with log.open("wb") as record:
        done = subprocess.run(  # type: ignore[call-overload]
            [*account.prefix, str(place.python), str(INSIDE / "bootstrap.py")],
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=record,
            cwd="/",
            env=config.environment(place),
            check=False,
            **account.popen(),
        )
    if done.returncode:
        raise PortalProblem("portal-service-failed", service="bootstrap", log=log)
    secrets.token = json.loads(done.stdout)["token"]
    credentials.save(place, secrets)
    config.write(place, account, secrets, ports)  # some plugins act with the token
