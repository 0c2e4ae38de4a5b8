"""The object that CKAN uses in place of a connection to Solr."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pysolr
from ckan.lib.search.common import SearchQueryError, solr_datetime_decoder
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from . import request, statement
from .analysis import Analyzer
from .document import to_row
from .schema import Schema
from .store import Store

log = logging.getLogger(__name__)


class PgSearch:
    """``search``, ``add``, ``delete``, ``commit`` of ``pysolr.Solr``, on PostgreSQL.

    What is written is committed when the method returns, or with the transaction of CKAN's session
    if that has written something. Objects may be shared by threads.

    :param decode_dates: give dates as ``datetime``, as ``make_connection`` is asked for
    """

    #: Solr's address, which CKAN puts into some messages
    url = "postgresql"

    def __init__(
        self, store: Store, schema: Schema, analyzer: Analyzer, *, decode_dates: bool = True
    ) -> None:
        self._store = store
        self._schema = schema
        self._analyzer = analyzer
        self._decode_dates = decode_dates

    def search(
        self, q: str | None = None, search_handler: str | None = None, **parameters: Any
    ) -> pysolr.Results:
        """Documents that match, in Solr's form of a result.

        :raises SearchQueryError: when the query cannot be understood, or takes too long
        :raises pysolr.SolrError: when the database cannot answer
        """
        asked = request.read(q, parameters)
        built = statement.search(asked, self._schema, self._analyzer)
        hits, page, facets = self._guarded(lambda: self._store.search(built))
        docs = [self._document(score, vals, body, asked) for score, vals, body in page]
        counts = {
            facet.field: [part for pair in pairs for part in pair]
            for facet, pairs in zip(asked.facets, facets, strict=True)
        }
        return pysolr.Results(
            {
                "responseHeader": {"status": 0},
                "response": {"numFound": hits, "start": asked.start, "docs": docs},
                "facet_counts": {"facet_fields": counts, "facet_queries": {}},
            }
        )

    def add(self, docs: Sequence[Mapping[str, Any]], commit: bool = True, **_: Any) -> None:
        """Indexes documents, all or none.

        :raises pysolr.SolrError: for a document that the schema refuses, or a failing database
        """
        try:
            rows = [to_row(document, self._schema, self._analyzer) for document in docs]
        except ValueError as error:
            raise pysolr.SolrError(f"Cannot index the document: {error}") from error
        self._guarded(lambda: self._store.put(rows))

    def delete(
        self,
        id: str | Sequence[str] | None = None,
        q: str | None = None,
        commit: bool = True,
        **_: Any,
    ) -> None:
        """Removes documents by key or by query.

        :raises ValueError: unless exactly one of the two is given
        :raises SearchQueryError: when the query cannot be understood
        :raises pysolr.SolrError: when the database cannot answer
        """
        if (id is None) == (q is None):
            raise ValueError("give either id or q")
        if id is not None:
            keys = [id] if isinstance(id, str) else list(id)
            built = statement.Statement(
                f"DELETE FROM {statement.TABLE} WHERE index_id = ANY(%(keys)s)", {"keys": keys}
            )
        else:
            built = statement.delete(
                str(q), self._schema, self._analyzer, request.read(None, {"q.op": "OR"})
            )
        self._guarded(lambda: self._store.delete(built))

    def commit(self, **_: Any) -> None:
        """Nothing: what was added is committed already, or will be with the dataset."""

    def optimize(self, **_: Any) -> None:
        """Nothing: autovacuum looks after the table."""

    def ping(self, handler: str = "", **_: Any) -> str:
        """Solr's answer to a ping, when the database answers a search.

        :raises pysolr.SolrError: when it does not
        """
        self.search("*:*", rows=0)
        return json.dumps({"status": "OK"})

    def _document(
        self, score: float, vals: dict[str, Any], body: dict[str, Any], asked: request.Request
    ) -> dict[str, Any]:
        shown = statement.document(vals, body, self._schema, asked.fields)
        if "score" in asked.fields:
            shown["score"] = score
        return solr_datetime_decoder(shown) if self._decode_dates else shown

    def _guarded(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except DBAPIError as error:
            code = getattr(error.orig, "pgcode", None) or ""
            if code == "57014":
                raise SearchQueryError("The search took too long") from error
            if code[:2] in ("22", "54"):
                log.info("Query refused by the database: %s", error.orig)
                raise SearchQueryError("The query is too complex") from error
            if not code:
                # CKAN knows by these words that the search service is down
                raise pysolr.SolrError(f"Failed to connect to server: {error.orig}") from error
            raise pysolr.SolrError(f"Database error {code}: {error.orig}") from error
        except SQLAlchemyError as error:
            raise pysolr.SolrError(f"Failed to connect to server: {error}") from error
