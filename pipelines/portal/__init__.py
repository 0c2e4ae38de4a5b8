"""The embedded portal: an unmodified CKAN installed from wheels, on the user's own machine.

`up()` starts it, `current()` gives its address and token, `status()` and `logs()` describe it,
`down()` stops it, `reset()` deletes its data. It knows nothing of datasets and schemas.
"""

from pipelines.portal.credentials import STEWARD
from pipelines.portal.info import PortalInfo, current, logs, status
from pipelines.portal.lifecycle import down, reset, up
from pipelines.portal.progress import PortalProgress

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
