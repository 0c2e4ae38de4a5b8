"""Other people's CKAN plugins, switched on so that publishing is tested as portals really are.

`PUBLISH_PORTAL_ADDONS` names them, separated by blanks or commas; none by default. Each is
installed beside CKAN's environment from `locks/addons.txt`, without the dependencies that would
take the place of CKAN's own pins.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from pipelines.errors import PortalProblem

VARIABLE = "PUBLISH_PORTAL_ADDONS"


@dataclass(frozen=True)
class Addon:
    """The plugins that one name switches on, and the settings that they need."""

    plugins: tuple[str, ...]
    settings: str = ""


ADDONS = {
    # takes every CSV and workbook into the DataStore by a job of its own
    "xloader": Addon(("xloader",), "ckanext.xloader.api_token = {token}"),
    # the same where the portal does not look at hashes
    "xloader-always": Addon(
        ("xloader",),
        "ckanext.xloader.api_token = {token}\nckanext.xloader.ignore_hash = True",
    ),
    # asks a service that is not there, as portals do whose DataPusher is down
    "datapusher": Addon(
        ("datapusher",),
        "ckan.datapusher.api_token = {token}\nckan.datapusher.url = http://127.0.0.1:9/",
    ),
    "scheming": Addon(
        ("scheming_datasets",),
        "scheming.dataset_schemas = ckanext.scheming:ckan_dataset.yaml\n"
        "scheming.presets = ckanext.scheming:presets.json",
    ),
    "validation": Addon(("validation",), "ckanext.validation.run_on_create_async = True"),
    "activity": Addon(("activity",)),
    "harvest": Addon(("harvest",)),
}


def chosen() -> tuple[str, ...]:
    """Return the add-ons that the environment names. Raises `PortalProblem` for an unknown one."""
    names = tuple(os.environ.get(VARIABLE, "").replace(",", " ").split())
    for name in names:
        if name not in ADDONS:
            raise PortalProblem("portal-unknown-addon", value=name, known=", ".join(ADDONS))
    return names


def plugins() -> list[str]:
    """Return CKAN's names of the plugins to switch on, in order."""
    return [plugin for name in chosen() for plugin in ADDONS[name].plugins]


def settings(token: str) -> str:
    """Return the lines for CKAN's configuration. token: the steward's, empty before it is made."""
    lines = [ADDONS[name].settings for name in chosen()]
    return "\n".join(line for line in lines if line).format(token=token or "NOT_SET")
