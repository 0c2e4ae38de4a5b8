"""A connection to the real portal, and toy datasets of a name of their own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
from publish_toys import Toy, frame, table

from pipelines import ckan, package, publish
from pipelines.portal import PortalInfo


@pytest.fixture(scope="session")
def steward(portal: PortalInfo) -> ckan.Portal:
    """The portal, with a token that may do everything."""
    return ckan.connect(portal.url, portal.api_token, patience=20)


@pytest.fixture
def name() -> str:
    """The name of a dataset that no other test uses."""
    return f"penduduk-{uuid.uuid4().hex[:8]}"


Publish = Callable[..., publish.Outcome]


@pytest.fixture
def go(steward: ckan.Portal, name: str) -> Iterator[Publish]:
    """Publish rows (a text frame) of the toy dataset, or of tables by name."""

    def run(rows: pd.DataFrame | dict[str, pd.DataFrame] | None = None, **options: Any) -> Any:
        toy = options.pop("toy", None) or Toy(name)
        portal = options.pop("portal", steward)
        limits = {key: options.pop(key) for key in ("allow", "shrink") if key in options}
        given = frame() if rows is None else rows
        frames = given if isinstance(given, dict) else {"penduduk": given}
        tables = {key: table(value, key) for key, value in frames.items()}
        plan = publish.compute_plan(toy, tables, portal, **limits, **options)
        return publish.apply_plan(plan, portal, build=package.build, **limits)

    yield run
