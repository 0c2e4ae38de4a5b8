"""Fixtures for all tests: above all, the real CKAN portal."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import leftovers
import pytest
from ckan_api import Api
from hypothesis import settings

from pipelines import portal as embedded
from pipelines.errors import PortalProblem
from pipelines.portal.paths import portal_paths

# A slow machine is no fault of the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def portal_dir() -> Iterator[Path]:
    """Keep every test away from the user's own portal; share only the installed environments.

    The portal ends with this process, even when it is killed.
    """
    leftovers.sweep(Path(tempfile.gettempdir()))
    envs = portal_paths().envs
    folder = leftovers.folder()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CKAN_URL", "CKAN_API_TOKEN"):
            patch.delenv(name, raising=False)
        patch.setenv("PUBLISH_PORTAL_DIR", str(folder))
        patch.setenv("PUBLISH_PORTAL_ENVS", str(envs))
        patch.setenv("PUBLISH_PORTAL_OWNER", str(os.getpid()))
        yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def portal(portal_dir: Path) -> Iterator[embedded.PortalInfo]:
    """A running portal of this test run's own; stopped and deleted at its end."""
    try:
        try:
            info = embedded.up()
        except PortalProblem as problem:
            log = Path(str(problem.params.get("log", "")))
            problem.add_note(log.read_text()[-4000:] if log.is_file() else "no log")
            raise
        yield info
    finally:
        embedded.reset()


@pytest.fixture(scope="session")
def api(portal: embedded.PortalInfo) -> Api:
    """The Action API of the portal, as its steward."""
    return Api(portal.url, portal.api_token)


#: Fixture → the marker of every test that uses it, directly or not.
MARKED_BY = {"portal": "portal", "home": "portal", "chromium": "browser"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs a portal or a browser; leave long runs out unless `-m` names them."""
    for item in items:
        for fixture, marker in MARKED_BY.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)
    if "long" in config.getoption("markexpr", ""):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in set(long)]
