"""What comes back: order, pages, fields, facets."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from conftest import SITE, Add, Find

from ckanext.pgsearch.backend import PgSearch
from ckanext.pgsearch.plugin import make_connection

OWN = {"fq": f'site_id:"{SITE}"'}


def test_words_count_more_in_title_than_in_notes(add: Add, find: Find) -> None:
    add(
        a={"title": "Statistik", "notes": "Tentang pajak dan pajak."},
        b={"title": "Pajak"},
        c={"title": "Pajak kendaraan bermotor dan bea balik nama menurut kabupaten dan kota"},
        d={"title": "Lain", "tags": ["pajak"]},
        pajak={"title": "Apa saja"},
    )
    order = find("pajak")
    assert order[0] == "pajak" or order[0] == "b"
    assert order.index("b") < order.index("c") < order.index("d") < order.index("a")


def test_a_word_as_written_comes_before_its_relatives(add: Add, find: Find) -> None:
    add(a={"title": "Services"}, b={"title": "Service"})
    assert find("service") == ["b", "a"]
    assert find("services") == ["a", "b"]


def test_more_matching_words_come_first(add: Add, find: Find) -> None:
    add(a={"title": "satu dua lain"}, b={"title": "satu dua tiga"})
    assert find("satu dua tiga") == ["b", "a"]


def test_boost(add: Add, find: Find) -> None:
    add(a={"title": "satu"}, b={"title": "dua"})
    assert find("title:satu^5 OR title:dua") == ["a", "b"]
    assert find("title:satu OR title:dua^5") == ["b", "a"]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name asc", ["a", "b", "c"]),
        ("name desc", ["c", "b", "a"]),
        ("title_string asc, name desc", ["b", "c", "a"]),
        ("views_total desc", ["b", "a", "c"]),
        ("views_total asc", ["a", "b", "c"]),
        ("metadata_modified DESC", ["a", "b", "c"]),
        ("score desc, name asc", ["a", "b", "c"]),
        ("nothing_like_it asc, name desc", ["c", "b", "a"]),
    ],
)
def test_sort(add: Add, find: Find, sort: str, names: list[str]) -> None:
    add(
        a={"title_string": "x", "views_total": 9, "metadata_modified": "2024-02-01T00:00:00Z"},
        b={"title_string": "Y", "views_total": 10, "metadata_modified": "2024-01-01T00:00:00.5Z"},
        c={"title_string": "x", "metadata_modified": "2024-01-01T00:00:00Z"},
    )
    assert find(sort=sort) == names


def test_pages_cover_everything_once(add: Add, find: Find, index: PgSearch) -> None:
    add(**{f"d{n:02}": {"title": "sama"} for n in range(25)})
    pages = [find("sama", start=start, rows=10) for start in (0, 10, 20, 30)]
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert sorted(name for page in pages for name in page) == [f"d{n:02}" for n in range(25)]
    assert index.search("*:*", rows=0, **OWN).hits == 25
    assert len(index.search("*:*", **OWN)) == 10


def test_document_comes_back_as_stored(add: Add, index: PgSearch) -> None:
    add(
        a={
            "title": "Judul\x00 \ud800x",
            "tags": ["b", "a", "b"],
            "res_name": ["satu", "", None, "satu"],
            "metadata_modified": "2024-01-01T00:00:00Z",
            "issued_date": "2024-01-01T00:00:00.120Z",
            "organization": "",
            "hidden": "not stored",
            "permission_labels": ["public"],
            "validated_data_dict": '{"a": "\\u0000"}',
        }
    )
    (found,) = index.search("name:a", **OWN).docs
    assert datetime.datetime.fromisoformat(found.pop("indexed_ts")[:-1])
    assert found == {
        "index_id": "a",
        "id": "id-a",
        "name": "a",
        "site_id": SITE,
        "entity_type": "package",
        "state": "active",
        "title": "Judul x",
        "tags": ["b", "a", "b"],
        "res_name": ["satu", "satu"],
        "metadata_modified": "2024-01-01T00:00:00Z",
        "issued_date": "2024-01-01T00:00:00.120Z",
        "validated_data_dict": '{"a": "\\u0000"}',
    }


@pytest.mark.parametrize(
    ("fl", "keys"),
    [
        ("id", {"id"}),
        ("id,name", {"id", "name"}),
        ("id name tags", {"id", "name", "tags"}),
        (["id", "title"], {"id", "title"}),
        ("id,score", {"id", "score"}),
        ("extras_*", {"extras_x"}),
        ("nothing", set()),
        ("permission_labels", set()),
    ],
)
def test_fields_asked_for(add: Add, index: PgSearch, fl: Any, keys: set[str]) -> None:
    add(a={"title": "x", "tags": ["t", "t"], "extras_x": "y", "permission_labels": ["public"]})
    (found,) = index.search("*:*", fl=fl, **OWN).docs
    assert set(found) == keys


def test_dates_are_decoded_when_asked_for(add: Add) -> None:
    add(a={"metadata_modified": "2024-01-02T03:04:05Z"})
    (found,) = make_connection(decode_dates=True).search("name:a", **OWN).docs
    assert found["metadata_modified"] == datetime.datetime(2024, 1, 2, 3, 4, 5)


@pytest.fixture
def counted(add: Add) -> None:
    add(
        a={"tags": ["x", "y"], "res_format": ["CSV", "CSV"]},
        b={"tags": ["x", "z"], "res_format": ["CSV", "PDF"]},
        c={"tags": ["x", "y"], "title": "lain"},
    )


@pytest.mark.parametrize(
    ("parameters", "tags"),
    [
        ({}, ["x", 3, "y", 2, "z", 1]),
        ({"facet.limit": 2}, ["x", 3, "y", 2]),
        ({"facet.limit": -1}, ["x", 3, "y", 2, "z", 1]),
        ({"facet.limit": 0}, []),
        ({"facet.mincount": 2}, ["x", 3, "y", 2]),
        ({"facet.mincount": 0, "q": "title:lain"}, ["x", 1, "y", 1]),
        ({"facet.limit": 5, "f.tags.facet.limit": 1}, ["x", 3]),
        ({"q": "name:a", "rows": 0}, ["x", 1, "y", 1]),
        ({"q": "name:none"}, []),
    ],
)
@pytest.mark.usefixtures("counted")
def test_facets(index: PgSearch, parameters: dict[str, Any], tags: list[Any]) -> None:
    asked = {"q": "*:*", "facet": "true", "facet.field": ["tags", "res_format"], **OWN}
    facets = index.search(**{**asked, **parameters}).facets["facet_fields"]
    assert facets["tags"] == tags


@pytest.mark.usefixtures("counted")
def test_a_document_counts_once_for_each_value(index: PgSearch) -> None:
    found = index.search("*:*", facet="true", **{"facet.field": "res_format"}, **OWN)
    assert found.facets["facet_fields"] == {"res_format": ["CSV", 2, "PDF", 1]}
    assert (
        index.search("*:*", facet="false", **{"facet.field": "tags"}, **OWN).facets["facet_fields"]
        == {}
    )
