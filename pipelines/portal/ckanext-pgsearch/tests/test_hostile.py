"""Whatever is typed: an answer or a SearchQueryError, never anything else, never other SQL."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from ckan.lib.search.common import SearchQueryError
from conftest import SITE, Add, Find
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ckanext.pgsearch.backend import PgSearch

OWN = {"fq": f'site_id:"{SITE}"'}
SYNTAX = st.sampled_from(
    [*'"()[]{}:*?~^+-!/\\<> \'%$',
     " AND ", " OR ", " NOT ", " TO ", "&&", "||", "a", "title:", "12",
     "tags:", "views_total:", "metadata_modified:", "NOW", "2024", "\x00", "ß", "{!", "%(p0)s"]
)  # fmt: skip
QUERIES = st.one_of(st.text(max_size=40), st.lists(SYNTAX, max_size=15).map("".join))
RELAXED = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@RELAXED
@given(query=QUERIES, dismax=st.booleans())
@example(query="a\\", dismax=True)
@example(query='"\\"', dismax=True)
@example(query="title:a'::tsquery; DROP TABLE package", dismax=False)
def test_any_text_is_answered_or_refused(index: PgSearch, query: str, dismax: bool) -> None:
    asked: dict[str, Any] = {"rows": 5, "df": "text"}
    if dismax:
        asked |= {"defType": "dismax", "qf": "name^4 title^4 tags^2 text", "mm": "2<-1 5<80%"}
    try:
        index.search(query, **asked)
    except SearchQueryError:
        # words without a colon come from people: those are always answered
        assert not dismax or "{!" in query or ":" in query


@RELAXED
@given(value=st.text(min_size=1, max_size=300))
@example(value="x" * 199 + "'")
@example(value="\x1f\x1e\\'\"%s%%")
def test_any_value_is_indexed_and_found_whole(index: PgSearch, value: str) -> None:
    index.add([{"index_id": "any", "id": "any", "site_id": SITE, "tags": [value], "title": value}])
    (found,) = index.search("index_id:any", **OWN).docs
    for stored in found.get("tags", []):
        quoted = stored.replace("\\", "\\\\").replace('"', '\\"')
        assert index.search(f'tags:"{quoted}"', **OWN).hits == 1


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE pgsearch_document; --", "' OR TRUE OR '", "%(p0)s", "'':*", "a\\'b", "\x00"],
)
@pytest.mark.parametrize("parameter", ["q", "fq", "df", "sort", "fl", "facet.field", "qf", "mm"])
def test_no_parameter_reaches_the_statement(
    index: PgSearch, find: Find, add: Add, parameter: str, text: str
) -> None:
    add(a={"title": "x"})
    asked = {"q": "zzz", "facet": "true", "defType": "dismax", **OWN, parameter: text}
    try:
        found = index.search(**asked)
        assert found.hits == 0 or parameter in ("q", "fq")
    except SearchQueryError:
        pass
    assert find() == ["a"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "title:("},
        {"q": "title:[1 TO"},
        {"q": "a AND", "defType": "lucene"},
        {"q": "*:foo"},
        {"q": "_query_:a"},
        {"q": "title:/a+/"},
        {"q": "views_total:many"},
        {"q": "views_total:1*"},
        {"q": "metadata_modified:[yesterday TO NOW]"},
        {"q": "title:a^999999999999"},
        {"q": "{!knn f=vector}[1]"},
        {"q": "{!bool must='a"},
        {"q": "(" * 5000 + "a:b" + ")" * 5000},
        {"q": "a:b " * 30_000},
        {"q": "a:" + "b" * 1_100_000},
        {"q": "a", "defType": "surround"},
        {"q": "a", "defType": "dismax", "mm": "x"},
        {"q": "a", "defType": "dismax", "qf": "title^x"},
        {"q": "a", "defType": "dismax", "qf": "title^inf"},
        {"q": "a", "tie": "nan"},
        {"q": "a", "rows": -1},
        {"q": "a", "rows": "ten"},
        {"q": "a", "start": -1},
        {"q": "a", "sort": "name"},
        {"q": "a", "sort": "name sideways"},
        {"q": "a", "sort": "name asc; drop"},
        {"q": "a", "facet": "true", "facet.field": "tags", "facet.limit": "x"},
        {"q": "*:*", "fq": "state:("},
    ],
)
def test_refused(index: PgSearch, parameters: dict[str, Any]) -> None:
    with pytest.raises(SearchQueryError):
        index.search(**parameters)


def test_parameters_without_effect_are_taken(find: Find, add: Add) -> None:
    add(a={"title": "satu"})
    assert find("satu", bf="recip(rord(x),1,1,1)", boost="views_total", wt="json") == ["a"]


def test_long_queries_that_ckan_itself_makes(find: Find, add: Add) -> None:
    add(a={"permission_labels": ["member-777"]})
    labels = " OR ".join(f'"member-{n}"' for n in range(3000))
    assert find(fq=f"+permission_labels:({labels})") == ["a"]


def test_very_large_documents(find: Find, add: Add) -> None:
    add(
        a={
            "title": "besar",
            "notes": " ".join(f"kata{n} lain{n}" for n in range(200_000)),
            "url": "https://contoh.go.id/" + "x" * 5000,
        }
    )
    assert find("besar") == ["a"]
    assert find("kata17") == ["a"]
    assert find("url:https\\://contoh.go.id/xxx*") == ["a"]
    assert find('url:"https://contoh.go.id/' + "x" * 5000 + '"') == ["a"]
    assert find('url:"https://contoh.go.id/' + "x" * 4999 + '"') == []


def test_table_stands(ckan_url: str) -> None:
    with sa.create_engine(ckan_url).connect() as connection:
        for table in ("package", "pgsearch_document"):
            assert sa.inspect(connection).has_table(table)
