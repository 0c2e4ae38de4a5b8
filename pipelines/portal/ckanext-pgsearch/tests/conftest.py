"""Fixtures over a real CKAN: run by ``run_ckan_tests.py``, which passes ``--ckan-ini``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan
import pytest
from ckan.common import config
from hypothesis import settings

from ckanext.pgsearch.analysis import Analyzer
from ckanext.pgsearch.backend import PgSearch
from ckanext.pgsearch.plugin import make_connection
from ckanext.pgsearch.schema import Schema

settings.register_profile("clean", database=None)
settings.load_profile("clean")

SITE = "pgsearch-tests"
Add = Callable[..., None]
Find = Callable[..., list[str]]


@pytest.fixture(scope="session")
def schema() -> Schema:
    """The schema that CKAN ships."""
    path = Path(ckan.__file__).parent / "config" / "solr" / "schema.xml"
    return Schema(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    """Two languages, as a portal in Indonesia has."""
    return Analyzer(["english", "indonesian"])


def document(name: str, **fields: Any) -> dict[str, Any]:
    """A small index document of the tests' own site."""
    return {
        "index_id": name,
        "id": f"id-{name}",
        "name": name,
        "site_id": SITE,
        "entity_type": "package",
        "state": "active",
        **fields,
    }


@pytest.fixture
def index() -> PgSearch:
    """The connection that CKAN would get, on an index without documents of these tests."""
    connection = make_connection(decode_dates=False)
    connection.delete(q=f'site_id:"{SITE}"')
    yield connection
    connection.delete(q=f'site_id:"{SITE}"')


@pytest.fixture
def add(index: PgSearch) -> Add:
    """Indexes documents given as ``name={field: value}``."""

    def run(**documents: dict[str, Any]) -> None:
        index.add([document(name, **fields) for name, fields in documents.items()])

    return run


@pytest.fixture
def find(index: PgSearch) -> Find:
    """Names of the documents that a query finds, in their order, as CKAN asks for them."""

    def run(q: str = "*:*", **parameters: Any) -> list[str]:
        asked: dict[str, Any] = {"fl": "name", "q.op": "AND", "df": "text", "rows": 1000}
        if ":" not in q:
            asked |= {
                "defType": "dismax",
                "qf": "name^4 title^4 tags^2 groups^2 text",
                "mm": "2<-1 5<80%",
                "tie": "0.1",
            }
        asked |= parameters
        own = f'+site_id:"{SITE}"'
        given = asked.pop("fq", [])
        asked["fq"] = [own, *([given] if isinstance(given, str) else given)]
        return [found["name"] for found in index.search(q, **asked).docs]

    return run


@pytest.fixture
def ckan_url() -> str:
    """The database of the CKAN under test."""
    return str(config["sqlalchemy.url"])
