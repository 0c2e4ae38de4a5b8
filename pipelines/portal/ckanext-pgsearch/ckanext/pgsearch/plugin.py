"""The CKAN plugin: puts PostgreSQL where CKAN expects a connection to Solr."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import ckan
import ckan.lib.search as search
import ckan.lib.search.common as common
from ckan import model, plugins
from ckan.plugins import toolkit
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from .analysis import Analyzer
from .backend import PgSearch
from .schema import Schema
from .store import Store

# taken at import, before anything is replaced
_original = common.make_connection
_lock = threading.Lock()
_built: dict[tuple[Any, ...], tuple[Store, Schema, Analyzer]] = {}


def _session_connection() -> Connection | None:
    """The connection of CKAN's session, if its transaction has written anything."""
    session = model.Session()
    if not session.in_transaction():
        return None
    try:
        connection = session.connection()
        wrote = connection.exec_driver_sql("SELECT txid_current_if_assigned()").scalar()
    except SQLAlchemyError:
        # the transaction has failed: it can only be rolled back, and nobody can take part in it
        return None
    return connection if wrote is not None else None


def _parts() -> tuple[Store, Schema, Analyzer]:
    """Store, schema and analyzer for the present configuration; one set for each."""
    config = common.config
    languages = config.get("ckanext.pgsearch.languages") or ["english"]
    languages = languages.split() if isinstance(languages, str) else languages
    path = config.get("ckanext.pgsearch.schema_file") or str(
        Path(ckan.__file__).parent / "config" / "solr" / "schema.xml"
    )
    timeout = int(config.get("ckanext.pgsearch.timeout") or 15)
    pool_size = int(config.get("ckanext.pgsearch.pool_size") or 5)
    key = (config["sqlalchemy.url"], tuple(languages), path, timeout, pool_size)
    with _lock:
        if key not in _built:
            _built[key] = (
                Store(
                    config["sqlalchemy.url"],
                    languages,
                    joined=_session_connection,
                    timeout=timeout,
                    pool_size=pool_size,
                ),
                Schema(Path(path).read_text(encoding="utf-8")),
                Analyzer(languages),
            )
        return _built[key]


def make_connection(decode_dates: bool = True) -> PgSearch:
    """Takes the place of ``ckan.lib.search.common.make_connection``."""
    return PgSearch(*_parts(), decode_dates=decode_dates)


class _SchemaResponse:
    """What CKAN reads of Solr's answer to the question for its schema."""

    status_code = 200

    def __init__(self, text: str) -> None:
        self.text = text

    def raise_for_status(self) -> None:
        """Nothing is ever wrong with it."""


def _get_schema(file_offset: str) -> _SchemaResponse:
    return _SchemaResponse(_parts()[1].xml)


def install() -> None:
    """Replaces the connection factory in every module that holds it by name.

    It stays for the life of the process: an index in two places would be worse than one that
    outlives the plugin, as when CKAN's test suite unloads all plugins.
    """
    for module in list(sys.modules.values()):
        if (
            module is not None
            and getattr(module, "__dict__", {}).get("make_connection") is _original
        ):
            module.make_connection = make_connection  # type: ignore[attr-defined]
    search._get_schema_from_solr = _get_schema  # type: ignore[assignment]


@toolkit.blanket.config_declarations
class PgSearchPlugin(plugins.SingletonPlugin):
    """Dataset search in PostgreSQL."""

    plugins.implements(plugins.IConfigurer)

    def update_config(self, config: Any) -> None:
        """Installs the connection factory before CKAN first asks for one."""
        install()
