"""An index document as CKAN hands it over, turned into a row."""

from __future__ import annotations

import datetime
import itertools
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import lexemes
from .analysis import Analyzer, Word, suffixes
from .schema import Field, Kind, Schema
from .values import canonical

log = logging.getLogger(__name__)

#: Words between two values of a field, so that no phrase spans both (Solr's positionIncrementGap)
GAP = 100
#: Words of one value that are indexed; more different ones do not fit into a ``tsvector``
MAX_WORDS = 50_000


@dataclass(frozen=True)
class Row:
    """A row of the index table.

    ``keys`` and ``words`` are ``tsvector`` text; see module ``lexemes``. ``vals`` holds the
    distinct values of each indexed field that is compared whole, for facets, sorting and ranges;
    ``body`` the stored values that ``vals`` does not show (texts, fields that are not indexed,
    lists with repeated values). Both map field to list of values.
    """

    key: str
    site_id: str
    keys: str
    words: str
    vals: dict[str, list[Any]]
    body: dict[str, list[Any]]


def to_row(document: Mapping[str, Any], schema: Schema, analyzer: Analyzer) -> Row:
    """The row of a document.

    :raises ValueError: when the unique key is missing or a value is not of its field's type
    """
    given = {name: values for name, value in document.items() if (values := _listed(value))}
    for field in schema.defaults():
        if field.default is not None and field.name not in given:
            given[field.name] = [field.default]
    if schema.unique_key not in given:
        raise ValueError(f"the document has no {schema.unique_key}")

    vals: dict[str, list[Any]] = {}
    body: dict[str, list[Any]] = {}
    texts: dict[str, tuple[Field, list[str]]] = {}
    keys, words = lexemes.Vector(), lexemes.Vector()
    cut = _Cutter(analyzer)
    for name, raw in given.items():
        own = schema.field(name)
        values = [_typed(own, name, value) for value in raw]
        if own.stored and (not own.indexed or own.kind in (Kind.TEXT, Kind.NGRAM)):
            body[name] = values
        for target in schema.targets(name):
            field = schema.field(target)
            if not field.indexed:
                continue
            if field.kind in (Kind.TEXT, Kind.NGRAM):
                plain = [canonical(Kind.STRING, value) for value in raw]
                keys.add(lexemes.presence(target))
                texts.setdefault(target, (field, []))[1].extend(plain)
                continue
            for value in raw:
                keys.add(lexemes.whole(target, canonical(field.kind, value)))
            keys.add(lexemes.presence(target))
            typed = [_typed(field, target, value) for value in raw]
            vals[target] = list(dict.fromkeys([*vals.get(target, []), *typed]))
            if target == name and field.stored and len(vals[target]) != len(values):
                body[name] = values
    # small fields first, so that a very large document loses the end of its large ones
    ordered = sorted(texts.items(), key=lambda item: sum(map(len, item[1][1])))
    for done, (target, (field, plain)) in enumerate(ordered):
        words.share(len(ordered) - done)
        _add_text(words, target, field, plain, cut)
    if keys.cut or words.cut:
        log.warning("Document %s is too large to be indexed whole", given[schema.unique_key][0])
    return Row(
        key=str(given[schema.unique_key][0]),
        site_id=str(given.get("site_id", [""])[0]),
        keys=str(keys),
        words=str(words),
        vals=vals,
        body=body,
    )


def _listed(value: Any) -> list[Any]:
    """The values of a field; as in Solr's client, ``None`` and empty text are no values."""
    values = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return [v for v in values if v is not None and v != ""]


def _typed(field: Field, name: str, value: Any) -> Any:
    if value == "NOW" and field.kind is Kind.DATE:
        value = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    try:
        text = canonical(field.kind, value)
    except ValueError as error:
        raise ValueError(f"field {name}: {error}") from error
    if field.kind is Kind.NUMBER:
        number = Decimal(text)
        return int(number) if number == number.to_integral_value() else float(number)
    return text


class _Cutter:
    """Cuts the values of one document into words; most are needed for two fields."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._known: dict[tuple[str, bool, bool], list[Word]] = {}

    def words(self, value: str, field: Field) -> list[Word]:
        """The words of a value, positions from 1."""
        key = (value, field.type.stemmed, field.type.case_split)
        if key not in self._known:
            words = self._analyzer.words(value, stemmed=key[1], case_split=key[2])
            self._known[key] = list(itertools.islice(words, MAX_WORDS))
        return self._known[key]


def _add_text(
    vector: lexemes.Vector, name: str, field: Field, values: list[str], cut: _Cutter
) -> None:
    if field.kind is Kind.NGRAM:
        for value in values:
            for suffix in suffixes(value, field.type.gram_max):
                if not vector.add(lexemes.lexeme(name, suffix)):
                    return
        return
    start = 0
    for value in values:
        words = cut.words(value, field)
        for word in words:
            for form in word.forms:
                if not vector.add(lexemes.lexeme(name, form), start + word.position, len(words)):
                    return
        start += (words[-1].position if words else 0) + GAP
