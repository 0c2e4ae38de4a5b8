"""CKAN's schema.xml, read."""

from __future__ import annotations

import pytest

from ckanext.pgsearch.schema import Kind, Schema


@pytest.mark.parametrize(
    ("name", "kind", "stored", "multivalued"),
    [
        ("id", Kind.STRING, True, False),
        ("title", Kind.TEXT, True, False),
        ("title_ngram", Kind.NGRAM, True, False),
        ("tags", Kind.STRING, True, True),
        ("permission_labels", Kind.STRING, False, True),
        ("text", Kind.TEXT, False, True),
        ("views_total", Kind.NUMBER, False, False),
        ("metadata_modified", Kind.DATE, True, False),
        ("issued_date", Kind.DATE, True, False),
        ("extras_issued_date", Kind.TEXT, True, False),
        ("vocab_topics", Kind.STRING, True, True),
        ("anything_else", Kind.STRING, False, False),
    ],
)
def test_fields(schema: Schema, name: str, kind: Kind, stored: bool, multivalued: bool) -> None:
    field = schema.field(name)
    assert (field.kind, field.stored, field.multivalued) == (kind, stored, multivalued)


def test_copies_are_not_chained(schema: Schema) -> None:
    assert schema.targets("title") == ["title", "title_ngram", "text"]
    assert schema.targets("url") == ["url", "urls"]
    assert schema.targets("extras_theme") == ["extras_theme", "text"]


def test_defaults_and_key(schema: Schema) -> None:
    assert schema.unique_key == "index_id"
    assert [field.name for field in schema.defaults()] == ["indexed_ts"]


@pytest.mark.parametrize("xml", ["", "<schema>", "<schema/>", "<schema><field name='a'/></schema>"])
def test_what_is_no_schema(xml: str) -> None:
    with pytest.raises(ValueError, match="schema"):
        Schema(xml)
