"""The services of a portal: what starts them, what shows that they are ready."""

from __future__ import annotations

import http.client
import json
import signal
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.portal import config, postgres, redis
from pipelines.portal.account import Account
from pipelines.portal.credentials import Credentials
from pipelines.portal.place import INSIDE, Place
from pipelines.portal.ports import HOST
from pipelines.portal.processes import HOME_MARK


@dataclass(frozen=True)
class ServiceProcess:
    """One child of the supervisor. `stop` is the signal that ends it in good order.

    port: where it is asked whether it is ready, if another portal could answer there instead.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    ready: Callable[[], bool]
    before: Callable[[], None] = lambda: None
    stop: signal.Signals = signal.SIGTERM
    port: int = 0


def define(
    place: Place, account: Account, secrets: Credentials, ports: dict[str, int]
) -> list[ServiceProcess]:
    """Return the services in the order in which they start."""
    mark = {HOME_MARK: str(place.home)}
    ckan = config.environment(place)
    python = str(place.python)
    commands: list[ServiceProcess] = [
        ServiceProcess(
            "postgres",
            postgres.command(place),
            postgres.environment() | mark,
            lambda: postgres.ready(place),
            before=lambda: postgres.forget_dead_server(place),
            stop=signal.SIGINT,
        ),
        ServiceProcess(
            "redis",
            [str(redis.binary(place)), str(place.config / "redis.conf")],
            postgres.environment() | mark,
            lambda: redis.ready(ports["redis"], secrets.redis),
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
                str(place.env / "bin" / "ckan"),
                "-c",
                str(config.path(place)),
                "jobs",
                "worker",
            ],
            ckan,
            lambda: True,
        ),
    ]
    return commands


def answers(port: int) -> bool:
    """Say whether CKAN serves its API at this port, and is this project's portal."""
    line = http.client.HTTPConnection(HOST, port, timeout=20)
    try:
        line.request("GET", "/api/3/action/status_show")
        answer = line.getresponse()
        found = json.loads(answer.read())
        return bool(answer.status == 200 and found["result"]["site_title"] == config.SITE_TITLE)
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        return False
    finally:
        line.close()
