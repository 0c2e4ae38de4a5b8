"""The services of a portal: their commands, environments and readiness checks."""

from __future__ import annotations

import http.client
import json
import signal
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.portal import config, postgres, redis
from pipelines.portal.credentials import Credentials
from pipelines.portal.paths import INSIDE, PortalPaths
from pipelines.portal.ports import HOST
from pipelines.portal.processes import HOME_VARIABLE
from pipelines.portal.service_user import ServiceUser


@dataclass(frozen=True)
class ServiceProcess:
    """One child process of the supervisor.

    ready: whether it serves yet. before: called before each start. stop: the signal for a clean
    shutdown. port: the port that `ready` asks, if another portal could answer there instead.
    backend: started before the databases are prepared; the others need these prepared.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    ready: Callable[[], bool]
    before: Callable[[], None] = lambda: None
    stop: signal.Signals = signal.SIGTERM
    port: int = 0
    backend: bool = False


#: Names of the services, in the order in which they start.
NAMES = ("postgres", "redis", "web", "jobs")


def define(
    paths: PortalPaths, user: ServiceUser, secrets: Credentials, ports: dict[str, int]
) -> list[ServiceProcess]:
    """Return the services in the order in which they start."""
    home = {HOME_VARIABLE: str(paths.home)}
    ckan = config.environment(paths)
    python = str(paths.python)
    return [
        ServiceProcess(
            "postgres",
            postgres.command(paths),
            postgres.environment() | home,
            lambda: postgres.ready(paths),
            before=lambda: postgres.remove_stale_pid_file(paths),
            stop=signal.SIGINT,
            backend=True,
        ),
        ServiceProcess(
            "redis",
            [str(redis.binary(paths)), str(paths.config / "redis.conf")],
            postgres.environment() | home,
            lambda: redis.ready(ports["redis"], secrets.redis),
            backend=True,
        ),
        ServiceProcess(
            "web",
            [
                python,
                "-m",
                "gunicorn",
                "--config",
                str(INSIDE / "gunicorn_conf.py"),
                "wsgi:application",
            ],
            ckan | {"PORTAL_BIND": f"{HOST}:{ports['web']}"},
            lambda: answers(ports["web"]),
            port=ports["web"],
        ),
        ServiceProcess(
            "jobs",
            [
                python,
                str(paths.env / "bin" / "ckan"),
                "-c",
                str(config.path(paths)),
                "jobs",
                "worker",
            ],
            ckan,
            lambda: True,
        ),
    ]


def answers(port: int) -> bool:
    """Return whether this project's portal answers API requests on a port."""
    connection = http.client.HTTPConnection(HOST, port, timeout=20)
    try:
        connection.request("GET", "/api/3/action/status_show")
        response = connection.getresponse()
        found = json.loads(response.read())
        return bool(response.status == 200 and found["result"]["site_title"] == config.SITE_TITLE)
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        return False
    finally:
        connection.close()
