"""Prepares databases, tables and the steward's account and token, in one process inside CKAN."""

from __future__ import annotations

import json
import subprocess

from pipelines.errors import PortalProblem
from pipelines.portal import config, credentials, postgres
from pipelines.portal.credentials import Credentials
from pipelines.portal.paths import INSIDE, PortalPaths
from pipelines.portal.ports import HOST
from pipelines.portal.service_user import ServiceUser


def run(paths: PortalPaths, user: ServiceUser, secrets: Credentials, ports: dict[str, int]) -> None:
    """Migrate the databases to this version of CKAN and save the steward's token.

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
    log = paths.logs / "bootstrap.log"
    with log.open("wb") as record:
        done = subprocess.run(  # type: ignore[call-overload]
            [*user.prefix, str(paths.python), str(INSIDE / "bootstrap.py")],
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=record,
            cwd="/",
            env=config.environment(paths),
            check=False,
            **user.popen(),
        )
    if done.returncode:
        raise PortalProblem("portal-service-failed", service="bootstrap", log=log)
    secrets.token = json.loads(done.stdout)["token"]
    credentials.save(paths, secrets)
    config.write(paths, user, secrets, ports)  # some plugins act with the token
