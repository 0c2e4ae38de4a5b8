"""Boolean queries against a model: what PostgreSQL finds is what the words of the query say."""

from __future__ import annotations

from typing import Any

from conftest import SITE, document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.pgsearch.backend import PgSearch

WORDS = ["alfa", "bravo", "delta"]
VALUES = [1, 2, 3]
# every combination of words in the title, each with a number
DOCUMENTS = {
    f"d{bits}{number}": {
        "title": " ".join(word for n, word in enumerate(WORDS) if bits >> n & 1) or "kosong",
        "views_total": number,
        "tags": [f"t{number}"],
    }
    for bits in range(8)
    for number in VALUES
}

Node = tuple[Any, ...]
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.tuples(st.just("word"), st.sampled_from(WORDS)),
    st.tuples(st.just("tag"), st.sampled_from(VALUES)),
    st.tuples(st.just("range"), st.sampled_from(VALUES), st.sampled_from(VALUES)),
    st.tuples(st.just("wild"), st.sampled_from(WORDS)),
)
QUERIES = st.recursive(
    LEAVES,
    lambda below: st.one_of(
        st.tuples(st.just("and"), below, below),
        st.tuples(st.just("or"), below, below),
        st.tuples(st.just("not"), below),
        st.tuples(st.just("both"), below, below),
    ),
    max_leaves=8,
)


def text(node: Node) -> str:
    """The query in Lucene's syntax."""
    match node:
        case "word", word:
            return f"title:{word}"
        case "tag", number:
            return f'tags:"t{number}"'
        case "range", low, high:
            return f"views_total:[{low} TO {high}]"
        case "wild", word:
            return f"title:?{word[1:3]}*"
        case "not", below:
            return f"(-{text(below)})"
        case "both", one, other:
            return f"(+{text(one)} +{text(other)})"
        case operator, one, other:
            return f"({text(one)} {operator.upper()} {text(other)})"
    raise AssertionError(node)


def holds(node: Node, fields: dict[str, Any]) -> bool:
    """What the query means."""
    match node:
        case "word" | "wild", word:
            return word in fields["title"]
        case "tag", number:
            return f"t{number}" in fields["tags"]
        case "range", low, high:
            return bool(low <= fields["views_total"] <= high)
        case "not", below:
            return not holds(below, fields)
        case "or", one, other:
            return holds(one, fields) or holds(other, fields)
        case _, one, other:
            return holds(one, fields) and holds(other, fields)
    raise AssertionError(node)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=QUERIES)
def test_queries_find_what_they_mean(index: PgSearch, query: Node) -> None:
    if not index.search("name:d01", fq=f'site_id:"{SITE}"').hits:
        index.add([document(name, **fields) for name, fields in DOCUMENTS.items()])
    found = index.search(text(query), fq=[f'+site_id:"{SITE}"'], fl="name", rows=100).docs
    wanted = [name for name, fields in DOCUMENTS.items() if holds(query, fields)]
    assert sorted(doc["name"] for doc in found) == wanted
