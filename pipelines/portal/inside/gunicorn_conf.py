"""gunicorn's settings.

The application is loaded by each worker (one loaded before the fork would share its database
connections); the modules alone are imported before, which halves the start.
"""

import os
from importlib import import_module
from pathlib import Path

bind = os.environ["PORTAL_BIND"]
workers = 2
threads = 4
timeout = 300
graceful_timeout = 10
preload_app = False
control_socket_disable = True
# gunicorn makes its heartbeat files there itself, with safe names.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
accesslog = None
errorlog = "-"
loglevel = "warning"


MODULES = (
    "ckan.config.middleware",
    "ckan.logic.action.get",
    "ckan.views.api",
    "ckan.views.dataset",
    "ckanext.datastore.plugin",
    "ckanext.dcat.plugins",
)


def on_starting(server: object) -> None:
    """Import what every worker needs, once."""
    for module in MODULES:
        import_module(module)
