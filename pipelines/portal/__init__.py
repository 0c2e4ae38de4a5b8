"""The embedded portal: an unmodified CKAN out of wheels, on the reader's own machine.

`up()` has it running, `current()` says how to reach it, `down()` stops it, `reset()` deletes its
data. Nothing else of this package is for callers.
"""

from pipelines.portal.control import down, reset, up
from pipelines.portal.credentials import STEWARD
from pipelines.portal.progress import PortalProgress
from pipelines.portal.view import PortalInfo, current, logs, status

__all__ = [
    "STEWARD",
    "PortalInfo",
    "PortalProgress",
    "current",
    "down",
    "logs",
    "reset",
    "status",
    "up",
]
