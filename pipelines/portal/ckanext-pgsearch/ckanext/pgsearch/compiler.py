"""Queries compiled to conditions and ranks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import luqum.tree as tree
from ckan.lib.search.common import SearchQueryError

from . import lucene
from .analysis import Analyzer
from .conditions import (
    ALL,
    NONE,
    Clause,
    Condition,
    Params,
    Rank,
    all_of,
    any_of,
    at_least,
    minimum,
    none_of,
)
from .leaves import Leaves
from .schema import Kind, Schema
from .settings import Settings, finite, weights

_MAX_DEPTH = 200


class Compiler:
    """Compiles query text. One instance serves one statement; it is not shared between threads."""

    def __init__(self, schema: Schema, analyzer: Analyzer, params: Params) -> None:
        self._schema = schema
        self._params = params
        self._leaves = Leaves(schema, analyzer, params)

    def compile(
        self, text: str, settings: Settings, request: Mapping[str, object] | None = None
    ) -> Clause:
        """The clause of a query.

        :param request: where ``$name`` in local parameters is looked up
        :raises SearchQueryError: when the query cannot be understood
        """
        local = lucene.local_query(text, request or {})
        if local.parser:
            return self._local(local, settings, request or {})
        if local.arguments:
            settings = _overridden(settings, local)
        if not local.body.strip():
            return Clause(NONE)
        if settings.lenient:
            node = lucene.parse_words(local.body)
            if node is None:
                return Clause(NONE)
        else:
            node = lucene.parse(local.body)
        clause = _Visitor(self, settings).query(node)
        return clause if clause is not None else Clause(NONE)

    def _local(
        self, local: lucene.LocalQuery, settings: Settings, request: Mapping[str, object]
    ) -> Clause:
        """Queries with a parser of their own: ``{!bool must=…}``, ``{!term f=…}`` and kin."""
        if local.parser in ("lucene", "lucenePlusSort"):
            plain = replace(settings, weights=(), mm="", lenient=False)
            return self.compile(local.body, _overridden(plain, local), request)
        if local.parser in ("dismax", "edismax"):
            fields = weights(local.argument("qf", "")) or settings.weights
            words = replace(settings, weights=fields, mm=local.argument("mm", ""), lenient=True)
            return self.compile(local.body, words, request)
        if local.parser in ("term", "field"):
            found = self._leaves.term(local.argument("f", settings.default_field), local.body)
            return Clause(found or NONE)
        if local.parser == "bool":
            plain = replace(settings, weights=(), mm="", lenient=False)
            group = {
                kind: [self.compile(t, plain, request) for t in local.arguments.get(kind, [])]
                for kind in ("must", "filter", "should", "must_not")
            }
            must = [*group["must"], *(Clause(c.condition) for c in group["filter"])]
            return self.combine(must, group["should"], group["must_not"])
        raise SearchQueryError(f"The query parser {local.parser!r} is not supported")

    def combine(
        self,
        must: Sequence[Clause],
        should: Sequence[Clause],
        must_not: Sequence[Clause],
        needed: int | None = None,
    ) -> Clause:
        """Lucene's boolean query.

        :param needed: how many of ``should`` must match; by default one if there is no must
        """
        params = self._params
        conditions = [clause.condition for clause in must]
        optional = [clause.condition for clause in should]
        if needed is None:
            needed = 0 if must or not should else 1
        if needed:
            conditions.append(at_least(needed, optional, params))
        conditions.extend(none_of(clause.condition) for clause in must_not)
        ranks = [rank for clause in (*must, *should) for rank in clause.ranks]
        return Clause(all_of(conditions, params), tuple(ranks))

    def leaf(
        self,
        field: str | None,
        settings: Settings,
        boost: float,
        build: Callable[[str], Condition | None],
    ) -> Clause | None:
        """A leaf on its field, or on all the fields that words without a field search."""
        if field is not None or not settings.weights:
            name = field or settings.default_field
            found = build(name)
            if found is None:
                return None
            ranks = (Rank(((boost, found),)),) if found.ts else ()
            return Clause(found, ranks)
        conditions, options = [], []
        for name, weight in settings.weights:
            found = build(name)
            if found is None:
                # punctuation: no text field could hold it, so it shall not be asked for
                if self._schema.field(name).kind is Kind.TEXT:
                    return None
                continue
            conditions.append(found)
            if found.ts:
                options.append((weight * boost, found))
        ranks = (Rank(tuple(options)),) if options else ()
        return Clause(any_of(conditions, self._params), ranks)

    @property
    def leaves(self) -> Leaves:
        """Conditions on single fields."""
        return self._leaves


def _overridden(settings: Settings, local: lucene.LocalQuery) -> Settings:
    return replace(
        settings,
        operator=local.argument("q.op", settings.operator).upper(),
        default_field=local.argument("df", settings.default_field),
    )


class _Visitor:
    """Walks luqum's tree."""

    def __init__(self, compiler: Compiler, settings: Settings) -> None:
        self._compiler = compiler
        self._settings = settings

    def query(self, node: tree.Item) -> Clause | None:
        return self._operation([node], "OR", None, 1.0, 0)

    def _visit(self, node: tree.Item, field: str | None, boost: float, depth: int) -> Clause | None:
        if depth > _MAX_DEPTH:
            raise SearchQueryError("The query is nested too deeply")
        below = depth + 1
        if isinstance(node, tree.BaseGroup):
            return self._visit(node.expr, field, boost, below)
        if isinstance(node, tree.Boost):
            return self._visit(node.expr, field, self._boost(boost, node), below)
        if isinstance(node, tree.SearchField):
            return self._field(node, boost, below)
        if isinstance(node, tree.UnknownOperation):
            return self._operation(node.operands, "", field, boost, below)
        if isinstance(node, tree.OrOperation):
            return self._operation(node.operands, "OR", field, boost, below)
        if isinstance(node, tree.BaseOperation):
            return self._operation(node.operands, "AND", field, boost, below)
        if isinstance(node, tree.UnaryOperator):
            return self._operation([node], "OR", field, boost, below)
        return self._leaf(node, field, boost)

    @staticmethod
    def _boost(outer: float, node: tree.Boost) -> float:
        try:
            return finite(outer * finite(node.force))
        except ValueError as error:
            raise SearchQueryError(f"Invalid boost {node.force}") from error

    def _field(self, node: tree.SearchField, boost: float, depth: int) -> Clause | None:
        name = lucene.unescaped(node.name)
        if name in ("_query_", "_val_"):
            raise SearchQueryError("Magic fields are not supported")
        if name == "*":
            if isinstance(node.expr, tree.Word) and node.expr.value == "*":
                return Clause(ALL)
            raise SearchQueryError("A field name cannot be a wildcard")
        return self._visit(node.expr, name, boost, depth)

    def _operation(
        self, nodes: Sequence[tree.Item], operator: str, field: str | None, boost: float, depth: int
    ) -> Clause | None:
        must: list[Clause] = []
        should: list[Clause] = []
        must_not: list[Clause] = []
        counted = not operator and bool(self._settings.mm)
        plain = should if counted or (operator or self._settings.operator) == "OR" else must
        for node in nodes:
            group = plain
            while isinstance(node, tree.UnaryOperator):
                negative = isinstance(node, tree.Not | tree.Prohibit)
                group = (must if group is must_not else must_not) if negative else must
                node = node.a
            clause = self._visit(node, field, boost, depth + 1)
            if clause is not None:
                group.append(clause)
        if not must and not should and not must_not:
            return None
        needed = None
        if counted and should:
            try:
                needed = minimum(self._settings.mm, len(should))
            except ValueError as error:
                raise SearchQueryError('Invalid "mm" parameter') from error
            needed = max(needed, 0 if must else 1)
        return self._compiler.combine(must, should, must_not, needed)

    def _leaf(self, node: tree.Item, field: str | None, boost: float) -> Clause | None:
        leaves = self._compiler.leaves
        if isinstance(node, tree.Fuzzy):
            # no index answers edit distance here: the word itself is what can be found
            node = node.term
        slop = 0
        if isinstance(node, tree.Proximity):
            slop, node = int(node.degree), node.term
        if isinstance(node, tree.Phrase):
            text = lucene.unescaped(node.value[1:-1])
            return self._on(field, boost, lambda name: leaves.term(name, text, slop=slop))
        if isinstance(node, tree.Regex):
            if not self._settings.lenient:
                raise SearchQueryError("Regular expressions are not supported")
            text = node.value[1:-1]
            return self._on(field, boost, lambda name: leaves.term(name, text))
        if isinstance(node, tree.Word):
            pieces = lucene.pieces(node.value)
            if not any(wild for _, wild in pieces):
                text = "".join(char for char, _ in pieces)
                return self._on(field, boost, lambda name: leaves.term(name, text))
            if field is None and node.value == "*":
                return Clause(ALL)
            return self._on(field, boost, lambda name: leaves.wildcard(name, pieces))
        low, high, low_in, high_in = lucene.bounds(node)
        return self._on(field, boost, lambda name: leaves.range(name, low, high, low_in, high_in))

    def _on(
        self, field: str | None, boost: float, build: Callable[[str], Condition | None]
    ) -> Clause | None:
        return self._compiler.leaf(field, self._settings, boost, build)
