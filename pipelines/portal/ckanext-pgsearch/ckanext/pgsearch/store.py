"""The index table in CKAN's own database.

CKAN indexes a dataset before it commits it. So while CKAN's session has written something, the
index is read and written within that very transaction, behind a savepoint: dataset and index entry
become visible together, or neither does. At all other times the store uses connections of its own
in short transactions, and what it wrote is visible at once to every worker.
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
FORM = "ckanext-pgsearch 3"
_LOCK = 0x70677365617263  # "pgsearc"

# keys and vals stay in the row, where filters, facets and sorting find them; words are read for
# ranking alone, and faster uncompressed
_CREATE = f"""
CREATE TABLE {TABLE} (
    index_id text PRIMARY KEY,
    site_id text NOT NULL,
    languages text NOT NULL,
    keys tsvector NOT NULL,
    words tsvector NOT NULL,
    vals jsonb NOT NULL,
    body jsonb NOT NULL
);
ALTER TABLE {TABLE}
    ALTER keys SET STORAGE MAIN, ALTER vals SET STORAGE MAIN, ALTER words SET STORAGE EXTERNAL;
CREATE INDEX {TABLE}_tsv ON {TABLE} USING gin (keys, words);
COMMENT ON TABLE {TABLE} IS '{FORM}';
"""

# A rebuild may read a dataset, be overtaken by an edit, and write what it read. So,
# one at a time for each dataset: an entry that shows the dataset as it is now does not give way to
# one that does not, and a deleted dataset does not come back.
_PUT = f"""
WITH now_is AS (
    SELECT state, to_char(date_trunc('milliseconds', metadata_modified),
                          'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS modified
    FROM package WHERE id = %(id)s
)
INSERT INTO {TABLE} (index_id, site_id, languages, keys, words, vals, body)
SELECT %(key)s, %(site_id)s, %(languages)s, %(keys)s::tsvector, %(words)s::tsvector,
    %(vals)s::jsonb, %(body)s::jsonb
WHERE NOT EXISTS (
    SELECT FROM now_is WHERE now_is.state = 'deleted' AND %(state)s <> 'deleted'
) AND NOT EXISTS (
    SELECT FROM now_is, {TABLE} AS entry
    WHERE entry.index_id = %(key)s
        AND entry.vals -> 'state' ->> 0 = now_is.state
        AND entry.vals -> 'metadata_modified' ->> 0 = now_is.modified
        AND (%(state)s, %(modified)s) <> (now_is.state, now_is.modified)
)
ON CONFLICT (index_id) DO UPDATE SET
    site_id = excluded.site_id, languages = excluded.languages,
    keys = excluded.keys, words = excluded.words, vals = excluded.vals, body = excluded.body
"""


class Store:
    """Runs statements against the index table, which it makes where it is missing.

    :param url: SQLAlchemy URL of CKAN's database
    :param languages: stemmers that rows are made with, to find rows made with others
    :param joined: gives the connection of a transaction to take part in, or ``None``
    :param timeout: seconds that a statement may take on the store's own connections
    :param pool_size: connections of its own that a process keeps open
    """

    def __init__(
        self,
        url: str,
        languages: Sequence[str],
        *,
        joined: Callable[[], Connection | None] = lambda: None,
        timeout: int = 15,
        pool_size: int = 5,
    ) -> None:
        self._url = url
        self._joined = joined
        self._languages = " ".join(languages)
        self._timeout = timeout
        self._pool_size = pool_size
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._pid = 0
        self._ready = False

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
            # in one order for all, so that two writers never wait for each other
            for row in sorted(rows, key=lambda row: row.key):
                connection.exec_driver_sql(
                    "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_LOCK >> 32, row.key)
                )
                connection.exec_driver_sql(_PUT, self._parameters(row))

        self._run(run)

    def ensure(self) -> None:
        """Makes the table unless it is there in the present form. Safe from many processes."""
        with self._begin() as connection:
            # CREATE TABLE IF NOT EXISTS alone fails when two sessions run it at once
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            form = connection.exec_driver_sql(
                "SELECT obj_description(to_regclass(%s), 'pg_class')", (TABLE,)
            ).scalar()
            if form != FORM:
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {TABLE}")
                connection.exec_driver_sql(_CREATE)
                log.info("Made the search index; `ckan search-index rebuild` fills it")
            other = connection.exec_driver_sql(
                f"SELECT count(*) FROM {TABLE} WHERE languages <> %s", (self._languages,)
            ).scalar()
        if other:
            log.warning(
                "%s datasets are indexed for other languages than %s: "
                "run `ckan search-index rebuild`",
                other,
                self._languages,
            )

    def _parameters(self, row: Row) -> dict[str, Any]:
        def value(field: str) -> str:
            return str(row.vals.get(field, [""])[0])

        return {
            "key": row.key,
            "id": value("id"),
            "state": value("state"),
            "modified": value("metadata_modified"),
            "site_id": row.site_id,
            "languages": self._languages,
            "keys": row.keys,
            "words": row.words,
            "vals": json.dumps(row.vals),
            "body": json.dumps(row.body),
        }

    def _run(self, work: Callable[[Connection], Any]) -> Any:
        if not self._ready:
            self.ensure()
            self._ready = True
        try:
            with self._transaction() as connection:
                return work(connection)
        except DBAPIError as error:
            # after `ckan db clean`, which drops every table
            if not isinstance(error.orig, psycopg2.errors.UndefinedTable):
                raise
        self.ensure()
        with self._transaction() as connection:
            return work(connection)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Connection]:
        joined = self._joined()
        if joined is None:
            with self._begin() as connection:
                yield connection
        else:
            with joined.begin_nested():
                yield joined

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
