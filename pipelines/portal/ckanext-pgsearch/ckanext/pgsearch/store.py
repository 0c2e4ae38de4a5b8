"""The index table in CKAN's own database.

Searches and writes use connections of their own, in short transactions: a failed search cannot
spoil the transaction of a web request, and what was indexed is visible at once to every worker.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg2.errors
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from .document import Row
from .statement import TABLE, Statement

log = logging.getLogger(__name__)

#: Changes when the table's form does. The index can be made anew from the datasets at any time,
#: so a table of another form is replaced, not migrated.
FORM = "1"
_LOCK = 0x70677365617263  # "pgsearc"

_CREATE = f"""
CREATE TABLE {TABLE} (
    index_id text PRIMARY KEY,
    site_id text NOT NULL,
    tsv tsvector NOT NULL,
    vals jsonb NOT NULL,
    body jsonb NOT NULL
);
CREATE INDEX {TABLE}_tsv ON {TABLE} USING gin (tsv);
"""

_PUT = f"""
INSERT INTO {TABLE} (index_id, site_id, tsv, vals, body)
VALUES (%(key)s, %(site_id)s, %(tsv)s::tsvector, %(vals)s::jsonb, %(body)s::jsonb)
ON CONFLICT (index_id) DO UPDATE SET
    site_id = excluded.site_id, tsv = excluded.tsv, vals = excluded.vals, body = excluded.body
"""


class Store:
    """Runs statements against the index table, which it makes where it is missing.

    :param url: SQLAlchemy URL of CKAN's database
    :param timeout: seconds that a statement may take
    :param pool_size: connections that a process keeps open
    """

    def __init__(self, url: str, *, timeout: int = 15, pool_size: int = 5) -> None:
        self._url = url
        self._timeout = timeout
        self._pool_size = pool_size
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._pid = 0

    def search(self, statement: Statement) -> tuple[int, list[Any], list[Any]]:
        """Hits, ``[score, vals, body]`` of the page, and facets."""

        def run(connection: Connection) -> tuple[int, list[Any], list[Any]]:
            row = connection.exec_driver_sql(statement.sql, statement.params).one()
            return row[0], row[1], row[2]

        return self._run(run)

    def delete(self, statement: Statement) -> None:
        """Runs a deletion."""
        self._run(lambda connection: connection.exec_driver_sql(statement.sql, statement.params))

    def put(self, rows: Sequence[Row]) -> None:
        """Writes rows, all or none; a row takes the place of the one with its key."""

        def run(connection: Connection) -> None:
            # one order for all, so that two writers never wait for each other
            for row in sorted(rows, key=lambda row: row.key):
                connection.exec_driver_sql(
                    _PUT,
                    {
                        "key": row.key,
                        "site_id": row.site_id,
                        "tsv": row.tsv,
                        "vals": json.dumps(row.vals),
                        "body": json.dumps(row.body),
                    },
                )

        self._run(run)

    def ensure(self) -> None:
        """Makes the table unless it is there in the present form. Safe from many processes."""
        with self._begin() as connection:
            # CREATE TABLE IF NOT EXISTS alone fails when two sessions run it at once
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            form = connection.exec_driver_sql(
                "SELECT obj_description(to_regclass(%s), 'pg_class')", (TABLE,)
            ).scalar()
            if form == FORM:
                return
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {TABLE}")
            connection.exec_driver_sql(_CREATE)
            connection.exec_driver_sql(f"COMMENT ON TABLE {TABLE} IS '{FORM}'")
            log.warning(
                "Made an empty search index (%s); existing datasets enter it by "
                "`ckan search-index rebuild`",
                TABLE,
            )

    def _run(self, work: Callable[[Connection], Any]) -> Any:
        try:
            with self._begin() as connection:
                return work(connection)
        except DBAPIError as error:
            # the first use, or after `ckan db clean`, which drops every table
            if not isinstance(error.orig, psycopg2.errors.UndefinedTable):
                raise
        self.ensure()
        with self._begin() as connection:
            return work(connection)

    @contextlib.contextmanager
    def _begin(self) -> Iterator[Connection]:
        with self._connect().begin() as connection:
            yield connection

    def _connect(self) -> Engine:
        with self._lock:
            if self._engine is None or self._pid != os.getpid():
                # connections never cross a fork; the parent's are left alone, not closed
                self._engine = sa.create_engine(
                    self._url,
                    pool_size=self._pool_size,
                    max_overflow=self._pool_size,
                    pool_pre_ping=True,
                    connect_args={
                        "application_name": "ckanext-pgsearch",
                        "options": f"-c statement_timeout={self._timeout * 1000}",
                    },
                )
                self._pid = os.getpid()
            return self._engine
