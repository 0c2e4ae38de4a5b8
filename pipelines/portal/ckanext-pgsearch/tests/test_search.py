"""Queries against a real index: what each one finds."""

from __future__ import annotations

import pytest
from conftest import Add, Find

DOCUMENTS = {
    "ikm-2023": {
        "title": "Indeks Kepuasan Masyarakat 2023",
        "notes": "Hasil survei pelayanan publik di seluruh unit kerja.",
        "tags": ["ikm", "survei kepuasan"],
        "groups": ["administrasi"],
        "organization": "biro-organisasi",
        "res_format": ["CSV", "XLSX", "CSV"],
        "metadata_modified": "2023-07-01T08:00:00.5Z",
        "views_total": 10,
        "extras_kode": "12.10",
        "kode": "12.10",
        "permission_labels": ["public"],
        "private": False,
    },
    "ikm-2024": {
        "title": "Indeks Kepuasan Masyarakat 2024",
        "notes": "Survey of public services; government open-data (wi-fi).",
        "tags": ["ikm", "open data"],
        "groups": ["administrasi", "kesehatan"],
        "organization": "biro-organisasi",
        "res_format": ["CSV"],
        "metadata_modified": "2024-07-01T08:00:00Z",
        "views_total": 200,
        "permission_labels": ["public", "member-x"],
        "private": False,
    },
    "penduduk": {
        "title": 'Jumlah Penduduk: O\'Brien \\ 100% "akurat"',
        "notes": "Laporan kependudukan menurut kabupaten, layanan di Medan.",
        "tags": ["Kota Medan", "demografi"],
        "groups": [],
        "organization": "dukcapil",
        "url": "https://contoh.go.id/a_b",
        "metadata_modified": "2024-12-31T23:59:59.999Z",
        "views_total": 30,
        "kode": "1210",
        "permission_labels": ["member-x"],
        "private": True,
    },
}
ALL = list(DOCUMENTS)
IKM = ALL[:2]


@pytest.fixture(autouse=True)
def documents(add: Add) -> None:
    add(**DOCUMENTS)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        # everything, nothing
        ("*:*", ALL),
        ("*", ALL),
        ("-*:*", []),
        ("tidakada", []),
        ("&", []),
        # words, in any form
        ("kepuasan", IKM),
        ("KEPUASAN", IKM),
        ("pelayanan", ["ikm-2023", "penduduk"]),
        ("services", ["ikm-2024"]),
        ("governments", ["ikm-2024"]),
        ("wifi", ["ikm-2024"]),
        ("wi-fi", ["ikm-2024"]),
        ("open-data", ["ikm-2024"]),
        ("opendata", ["ikm-2024"]),
        ("12.10", ["ikm-2023"]),
        ("medan", ["penduduk"]),
        # how many words must match: both of two, two of three
        ("kepuasan medan", []),
        ("kepuasan masyarakat medan", IKM),
        ("kepuasan & masyarakat", IKM),
        # operators
        ("kepuasan OR medan", ALL),
        ("kepuasan || medan", ALL),
        ("kepuasan AND 2024", ["ikm-2024"]),
        ("kepuasan && 2024", ["ikm-2024"]),
        ("kepuasan -2024", ["ikm-2023"]),
        ("kepuasan NOT 2024", ["ikm-2023"]),
        ("kepuasan !2024", ["ikm-2023"]),
        ("+kepuasan +2024", ["ikm-2024"]),
        ("-kepuasan", ["penduduk"]),
        ("(kepuasan OR medan) AND -2023", ["ikm-2024", "penduduk"]),
        # phrases
        ('"kepuasan masyarakat"', IKM),
        ('"masyarakat kepuasan"', []),
        ('"indeks masyarakat"~1', IKM),
        ('"kepuasan indeks"~1', []),
        ('"kepuasan indeks"~2', IKM),
        ('"masyarakat indeks"~3', IKM),
        ('"indeks masyarakat"~0', []),
        ('"survei kepuasan"', ["ikm-2023"]),
        # wildcards
        ("kepua*", IKM),
        ("k?puasan", IKM),
        ("*duk*", ["penduduk"]),
        ("penduduk*", ["penduduk"]),
        ("open-da*", ["ikm-2024"]),
        # what a person may type without knowing any syntax
        ('kepuasan "masyarakat', IKM),
        ("kepuasan (masyarakat", IKM),
        ("kepuasan AND", IKM),
        ("O'Brien", ["penduduk"]),
        ("100%", ["penduduk"]),
        ("/kepuasan/", IKM),
        # fields
        ("title:kepuasan", IKM),
        ("notes:kepuasan", []),
        ("title:(kepuasan 2024)", ["ikm-2024"]),
        ("title:(2023 OR 2024)", IKM),
        ('title:"kepuasan masyarakat"', IKM),
        ("title:indeks AND notes:survey", ["ikm-2024"]),
        ("name:penduduk", ["penduduk"]),
        ("id:id-penduduk", ["penduduk"]),
        ("name:pendu*", ["penduduk"]),
        ("name:*dudu*", ["penduduk"]),
        ("name:ikm\\-2024", ["ikm-2024"]),
        ("name:ikm-202?", IKM),
        ('tags:"Kota Medan"', ["penduduk"]),
        ("tags:Kota\\ Medan", ["penduduk"]),
        ('tags:"kota medan"', []),
        ("tags:Kota", []),
        ("tags:Kota*", ["penduduk"]),
        ("tags:*", ALL),
        ("url:*", ["penduduk"]),
        ('url:"https://contoh.go.id/a_b"', ["penduduk"]),
        ("url:*a_b", ["penduduk"]),
        ("url:*a?b", ["penduduk"]),
        ("url:*a%b", []),
        ("-url:*", IKM),
        ("url:[* TO *]", ["penduduk"]),
        ("private:true", ["penduduk"]),
        ("kode:12.10", ["ikm-2023"]),
        ("extras_kode:12.10", ["ikm-2023"]),
        ("groups:(administrasi AND kesehatan)", ["ikm-2024"]),
        ("+groups:administrasi -groups:kesehatan", ["ikm-2023"]),
        ("*:* -organization:dukcapil", IKM),
        ("organization:dukcapil^2", ["penduduk"]),
        ("title_ngram:puas", IKM),
        ('title_ngram:"KEPUASAN MASY"', IKM),
        ("name_ngram:nduduk", ["penduduk"]),
        ("name_ngram:x", []),
        # ranges
        ("metadata_modified:[2024 TO *]", ["ikm-2024", "penduduk"]),
        ("metadata_modified:[2023-07-01T08:00:00.500Z TO 2023-07-01T08:00:00.500Z]", ["ikm-2023"]),
        ("metadata_modified:{2023-07-01T08:00:00.500Z TO *}", ["ikm-2024", "penduduk"]),
        ("metadata_modified:[* TO 2024-12-31]", ALL),
        ("metadata_modified:[* TO 2024-12-31}", IKM),
        ("metadata_modified:[NOW-1DAY TO NOW]", []),
        ("metadata_modified:[* TO NOW/YEAR]", ALL),
        ('metadata_modified:"2024-07-01T08:00:00Z"', ["ikm-2024"]),
        ("views_total:[11 TO 100]", ["penduduk"]),
        ("views_total:>30", ["ikm-2024"]),
        ("views_total:>=30", ["ikm-2024", "penduduk"]),
        ("views_total:<30", ["ikm-2023"]),
        ("views_total:200.0", ["ikm-2024"]),
        ("name:[ikm TO j]", IKM),
        ("name:{ikm-2023 TO j]", ["ikm-2024"]),
        ("views_total:[-5 TO 10]", ["ikm-2023"]),
    ],
)
def test_found(find: Find, query: str, names: list[str]) -> None:
    assert sorted(find(query)) == sorted(names)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ("+tags:ikm +groups:kesehatan", ["ikm-2024"]),
        ("tags:ikm groups:kesehatan", ["ikm-2024"]),
        (["tags:ikm", "-groups:kesehatan"], ["ikm-2023"]),
        ('+permission_labels:("member-x" OR "member-y")', ["ikm-2024", "penduduk"]),
        ("{!term f=tags}Kota Medan", ["penduduk"]),
        ("{!lucene q.op=OR}name:penduduk tags:ikm", ALL),
        ("{!bool must=title:kepuasan must_not=title:2024}", ["ikm-2023"]),
        ("{!bool should=title:2023 should=title:2024}", IKM),
        (["", " "], ALL),
    ],
)
def test_filters(find: Find, filters: str | list[str], names: list[str]) -> None:
    assert sorted(find(fq=filters)) == sorted(names)


def test_operator_between_words_of_a_fielded_query(find: Find) -> None:
    query = "title:kepuasan name:penduduk"
    assert find(query) == []
    assert sorted(find(query, **{"q.op": "OR"})) == sorted(ALL)
