"""Query text before it is compiled."""

from __future__ import annotations

import pytest
from ckan.lib.search.common import SearchQueryError

from ckanext.pgsearch import lucene
from ckanext.pgsearch.conditions import minimum


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a && b", "a  AND  b"),
        ("a || b", "a  OR  b"),
        ("(a) ||(b)", "(a)  OR (b)"),
        ("!a", "NOT a"),
        ("a !b", "a NOT b"),
        ('"a || b" c', '"a || b" c'),
        (r"a \|\| b", r"a \|\| b"),
        ("a||b wow!", "a||b wow!"),
    ],
)
def test_operators_in_signs(text: str, same: str) -> None:
    assert lucene.normalized(text) == same


@pytest.mark.parametrize("text", ["a AND", "(a", "a)", 'a "b', "title:", "[1 TO", "a (b AND"])
def test_malformed(text: str) -> None:
    with pytest.raises(SearchQueryError):
        lucene.parse(text)
    assert lucene.parse_words(text) is not None


@pytest.mark.parametrize("text", ["", "  ", "AND", "(((", "^^", "|| &&", "+ -"])
def test_nothing_to_search(text: str) -> None:
    node = lucene.parse_words(text)
    assert node is None or "a" not in str(node)


def test_local_parameters() -> None:
    local = lucene.local_query("{!bool must='a b' must=c x=$r}body", {"r": "d"})
    assert (local.parser, local.body) == ("bool", "body")
    assert local.arguments == {"must": ["a b", "c"], "x": ["d"]}
    for bad in ("{!bool must='a", "{!bool must=$missing}"):
        with pytest.raises(SearchQueryError):
            lucene.local_query(bad, {})


@pytest.mark.parametrize(
    ("spec", "needed"),
    [
        ("2<-1 5<80%", [1, 2, 2, 3, 4, 4, 5, 6]),
        ("100%", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("1", [1] * 8),
        ("-1", [0, 1, 2, 3, 4, 5, 6, 7]),
        ("50%", [0, 1, 1, 2, 2, 3, 3, 4]),
        ("-25%", [1, 2, 3, 3, 4, 5, 6, 6]),
    ],
)
def test_minimum_should_match(spec: str, needed: list[int]) -> None:
    assert [minimum(spec, clauses) for clauses in range(1, 9)] == needed
