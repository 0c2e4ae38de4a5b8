"""Terms, phrases, wildcards and ranges on one field."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence

from ckan.lib.search.common import SearchQueryError

from . import lexemes
from .analysis import Analyzer, fold
from .conditions import NONE, WORDS, Condition, Params, all_of
from .schema import Field, Kind, Schema
from .values import canonical

_MAX_SLOP = 10


class Leaves:
    """Builds conditions on single fields.

    A method gives ``None`` where the text holds nothing that the field could find.
    """

    def __init__(self, schema: Schema, analyzer: Analyzer, params: Params) -> None:
        self._schema = schema
        self._analyzer = analyzer
        self._params = params
        # one moment for a whole query
        self._now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)

    def term(self, name: str, text: str, *, slop: int = 0) -> Condition | None:
        """A word or a phrase.

        :raises SearchQueryError: when the text is not of the field's type
        """
        field = self._schema.field(name)
        if field.kind is Kind.TEXT:
            return self._text(name, field, text, slop)
        if field.kind is Kind.NGRAM:
            return self._gram(name, field, text)
        return Condition(ts=lexemes.term(lexemes.whole(name, self._value(field, text))))

    def exists(self, name: str) -> Condition:
        """The field has a value."""
        return Condition(ts=lexemes.term(lexemes.presence(name)))

    def wildcard(self, name: str, pieces: Sequence[tuple[str, bool]]) -> Condition | None:
        """A term with ``*`` or ``?`` in it."""
        field = self._schema.field(name)
        if all(piece == ("*", True) for piece in pieces):
            return self.exists(name)
        literal = "".join(char for char, wild in pieces if not wild)
        if field.kind is Kind.NGRAM:
            return self._gram(name, field, literal)
        if field.kind in (Kind.NUMBER, Kind.DATE, Kind.BOOLEAN):
            raise SearchQueryError(f"Wildcards do not work on field {name}")
        text = field.kind is Kind.TEXT
        if pieces[-1] == ("*", True) and not any(wild for _, wild in pieces[:-1]):
            return self._prefix(name, field, literal)
        # wildcards mean words as written, so only case and marks are folded
        like = "".join(
            {"*": "%", "?": "_"}[char] if wild else _like_literal(fold(char) if text else char)
            for char, wild in pieces
        )
        if not text:
            return Condition(sql=self._each(name, f"v.value LIKE {self._params.add(like)}"))
        pattern = self._params.add(_like_literal(lexemes.lexeme(name, "")) + like)
        return Condition(
            sql=f"EXISTS (SELECT FROM unnest(d.words) AS u WHERE u.lexeme LIKE {pattern})"
        )

    def range(
        self, name: str, low: str | None, high: str | None, low_in: bool, high_in: bool
    ) -> Condition:
        """Values between two bounds; ``None`` is no bound.

        :raises SearchQueryError: when a bound is not of the field's type
        """
        if low is None and high is None:
            return self.exists(name)
        field = self._schema.field(name)
        value, cast = (
            ("(v.value)::numeric", "::numeric")
            if field.kind is Kind.NUMBER
            else ('v.value COLLATE "C"', "")
        )
        tests = []
        if low is not None:
            bound = self._params.add(self._value(field, low, upper=not low_in))
            tests.append(f"{value} {'>=' if low_in else '>'} {bound}{cast}")
        if high is not None:
            bound = self._params.add(self._value(field, high, upper=high_in))
            tests.append(f"{value} {'<=' if high_in else '<'} {bound}{cast}")
        return Condition(sql=self._each(name, " AND ".join(tests)))

    def _value(self, field: Field, text: str, *, upper: bool = False) -> str:
        try:
            return canonical(field.kind, text, upper=upper, now=self._now)
        except ValueError as error:
            raise SearchQueryError(str(error)) from error

    def _each(self, name: str, test: str) -> str:
        """Some value of the field passes the test."""
        kind = self._schema.field(name).kind
        column = "body" if kind in (Kind.TEXT, Kind.NGRAM) else "vals"
        values = f"jsonb_array_elements_text(d.{column} -> {self._params.add(name)})"
        return f"EXISTS (SELECT 1 FROM {values} AS v(value) WHERE {test})"

    def _forms(self, name: str, forms: Sequence[str]) -> str:
        return lexemes.joined("|", (lexemes.term(lexemes.lexeme(name, f)) for f in forms))

    def _text(self, name: str, field: Field, text: str, slop: int) -> Condition | None:
        parts: list[tuple[str, ...]] = []
        whole: tuple[str, ...] = ()
        tokens = text.split()
        for token in tokens:
            found, whole = self._analyzer.token(
                token, stemmed=field.type.stemmed, case_split=field.type.case_split
            )
            parts.extend(found)
        if not parts:
            return None
        queries = [self._forms(name, forms) for forms in parts]
        if len(queries) > 1 and slop:
            return Condition(_near(queries, min(slop, _MAX_SLOP)), column=WORDS)
        phrase = lexemes.joined("<->", queries)
        if len(tokens) == 1 and whole:
            phrase = lexemes.joined("|", [phrase, self._forms(name, whole)])
        return Condition(phrase, column=WORDS)

    def _prefix(self, name: str, field: Field, literal: str) -> Condition | None:
        if field.kind is not Kind.TEXT:
            begin = lexemes.lexeme(name, lexemes.clean(literal)[: lexemes.MAX_VALUE])
            return Condition(ts=lexemes.term(begin, prefix=True))
        parts, _ = self._analyzer.token(literal, stemmed=False, case_split=False)
        if not parts:
            return None
        *before, last = [forms[0] for forms in parts]
        queries = [lexemes.term(lexemes.lexeme(name, form)) for form in before]
        queries.append(lexemes.term(lexemes.lexeme(name, last), prefix=True))
        return Condition(lexemes.joined("<->", queries), column=WORDS)

    def _gram(self, name: str, field: Field, text: str) -> Condition | None:
        """A piece of the value; a piece longer than the grams is found by all its windows."""
        text, longest = lexemes.clean(text).lower(), field.type.gram_max
        if not text.strip():
            return None
        if len(text) < field.type.gram_min:
            return NONE
        windows = {text[at : at + longest] for at in range(max(1, len(text) - longest + 1))}
        return all_of(
            (
                Condition(lexemes.term(lexemes.lexeme(name, window), prefix=True), column=WORDS)
                for window in sorted(windows)
            ),
            self._params,
        )


def _like_literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _near(queries: Sequence[str], slop: int) -> str:
    """Neighbouring words moved by at most ``slop``; to swap two takes two moves, as in Lucene."""
    pairs = []
    for left, right in itertools.pairwise(queries):
        forward = [f"({left} <{gap}> {right})" for gap in range(1, slop + 2)]
        back = [f"({right} <{gap}> {left})" for gap in range(1, slop)]
        pairs.append(lexemes.joined("|", forward + back))
    return lexemes.joined("&", pairs)
