"""The one SQL statement of a search: hits, page and facets from one snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from .analysis import Analyzer
from .compiler import Compiler
from .conditions import KEYS, WORDS, Clause, Params, all_of
from .request import Facet, Order, Request
from .schema import Kind, Schema

TABLE = "pgsearch_document"
# weights of the labels D, C, B, A: see lexemes.Vector
_RANKED = {KEYS: "d.keys", WORDS: "w.words"}
# a copy, made once for each hit: otherwise every ts_rank would fetch the stored vector anew
_COPY = "CROSS JOIN LATERAL (SELECT d.words || ''::tsvector AS words OFFSET 0) AS w"
_LABELS = "'{0.25, 0.45, 0.7, 1.0}'::float4[]"


@dataclass(frozen=True)
class Statement:
    """SQL text and the values of its named parameters."""

    sql: str
    params: dict[str, Any]


def search(request: Request, schema: Schema, analyzer: Analyzer) -> Statement:
    """A statement that gives one row: number of hits, list of ``[score, vals, body]``, facets.

    :raises SearchQueryError: when the query cannot be understood
    """
    params = Params()
    compiler = Compiler(schema, analyzer, params)
    clause = compiler.compile(request.query, request.settings, request.raw)
    filters = [
        compiler.compile(text, request.filter_settings, request.raw) for text in request.filters
    ]
    where = all_of((c.condition for c in (clause, *filters)), params).to_sql(params)

    scored = "score" in request.fields or any(o.field == "score" for o in request.sort)
    scored = scored or not request.sort
    columns = ["d.index_id", f"{_score(clause, request.tie, params) if scored else '1.0'} AS score"]
    ranked = (part for rank in clause.ranks for _, part in rank.options)
    copy = _COPY if scored and any(part.column == WORDS for part in ranked) else ""
    keys = []
    for number, order in enumerate(request.sort):
        way = "DESC" if order.descending else "ASC"
        if order.field == "score":
            keys.append(f"score {way}")
        else:
            columns.append(f"{_sort_key(order, schema, params)} AS s{number}")
            keys.append(f"s{number} {way} NULLS LAST")
    if not request.sort:
        keys.append("score DESC")
    order_by = ", ".join([*keys, "index_id"])
    facets = []
    for number, facet in enumerate(request.facets):
        columns.append(f"{_values(facet.field, schema, params)} AS f{number}")
        facets.append(_facet(facet, number, params))

    every = not request.fields or any("*" in name for name in request.fields)
    sql = f"""
WITH hit AS MATERIALIZED (
    SELECT {", ".join(columns)} FROM {TABLE} AS d {copy} WHERE {where}
),
page AS (
    SELECT index_id, score, row_number() OVER (ORDER BY {order_by}) AS n FROM hit
    ORDER BY {order_by} LIMIT {params.add(request.rows)} OFFSET {params.add(request.start)}
)
SELECT (SELECT count(*) FROM hit),
    (SELECT coalesce(jsonb_agg(jsonb_build_array(
        page.score, {_document(request, schema, params, every=every)}
    ) ORDER BY page.n), '[]') FROM page JOIN {TABLE} AS d USING (index_id)),
    jsonb_build_array({", ".join(facets)})
"""
    return Statement(sql, params.values)


def delete(query: str, schema: Schema, analyzer: Analyzer, request: Request) -> Statement:
    """A statement that deletes what a query finds."""
    params = Params()
    clause = Compiler(schema, analyzer, params).compile(query, request.filter_settings)
    return Statement(
        f"DELETE FROM {TABLE} AS d WHERE {clause.condition.to_sql(params)}", params.values
    )


def document(
    vals: dict[str, list[Any]], body: dict[str, list[Any]], schema: Schema, wanted: tuple[str, ...]
) -> dict[str, Any]:
    """The document as Solr shows it: stored fields, single values outside lists."""
    shown: dict[str, Any] = {}
    for name, values in {**vals, **body}.items():
        field = schema.field(name)
        if not field.stored or values is None:
            continue
        if wanted and not any(fnmatchcase(name, pattern) for pattern in wanted):
            continue
        if field.kind is Kind.DATE:
            values = [value.replace(".000Z", "Z") for value in values]
        elif field.kind is Kind.BOOLEAN:
            values = [value == "true" for value in values]
        shown[name] = values if field.multivalued else values[0]
    return shown


def _score(clause: Clause, tie: float, params: Params) -> str:
    """The disjunction maximum of each part, summed."""
    sums = []
    for rank in clause.ranks:
        options = [
            f"{float(weight)} * ts_rank({_LABELS}, {_RANKED[part.column]}, "
            f"{params.add(part.ts)}::tsquery)"
            for weight, part in rank.options
        ]
        if len(options) == 1:
            sums.append(options[0])
        else:
            best, total = f"greatest({', '.join(options)})", " + ".join(options)
            sums.append(f"{1 - tie} * {best} + {tie} * ({total})" if tie else best)
    return f"({' + '.join(sums)})::float8" if sums else "1.0::float8"


def _values(name: str, schema: Schema, params: Params) -> str:
    column = "body" if schema.field(name).kind in (Kind.TEXT, Kind.NGRAM) else "vals"
    return f"d.{column} -> {params.add(name)}"


def _sort_key(order: Order, schema: Schema, params: Params) -> str:
    first = f"({_values(order.field, schema, params)} ->> 0)"
    numeric = schema.field(order.field).kind is Kind.NUMBER
    return f"{first}::numeric" if numeric else f'{first} COLLATE "C"'


def _facet(facet: Facet, number: int, params: Params) -> str:
    # Solr's order: by count, or by value when all are asked for
    order = "value" if facet.limit < 0 else "n DESC, value"
    limit = "" if facet.limit < 0 else f"LIMIT {params.add(facet.limit)}"
    return f"""(
        SELECT coalesce(jsonb_agg(jsonb_build_array(value, n) ORDER BY {order}), '[]') FROM (
            SELECT v.value COLLATE "C" AS value, count(*) AS n
            FROM hit, jsonb_array_elements_text(hit.f{number}) AS v(value)
            GROUP BY 1 HAVING count(*) >= {params.add(facet.mincount)}
            ORDER BY {order} {limit}
        ) AS counted
    )"""


def _document(request: Request, schema: Schema, params: Params, *, every: bool) -> str:
    """``vals`` and ``body``, whole or reduced to the fields asked for."""
    if every:
        return "d.vals, d.body"
    parts: dict[str, list[str]] = {"vals": [], "body": []}
    for name in request.fields:
        field = schema.field(name)
        whole = field.indexed and field.kind not in (Kind.TEXT, Kind.NGRAM)
        # a list with repeated values is in the body, all other indexed values are not
        columns = ["vals", "body"] if whole and field.multivalued else ["vals" if whole else "body"]
        for column in columns:
            key = params.add(name)
            parts[column].append(f"{key}::text, d.{column} -> {key}")
    return ", ".join(
        f"jsonb_strip_nulls(jsonb_build_object({', '.join(parts[c])}))" for c in ("vals", "body")
    )
