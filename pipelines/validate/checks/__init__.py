"""Checks beyond the schema: the `checks:` and `expect:` of a table's descriptor.

An entry is a row expression (`selesai >= masuk`), the name of a check without parameters
(`totals`), or a mapping whose one check name gives its main parameter (`{grid: [kode, bulan]}`),
the others beside it. Unknown names and parameters are refused, the nearest named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.errors import UsageProblem, nearest
from pipelines.model import Finding, Table
from pipelines.project.schema import TableSchema
from pipelines.project.strict import parse
from pipelines.validate.checks.base import Check, CheckContext, Data
from pipelines.validate.checks.comparisons import ChangeCheck, OutliersCheck, ReferenceCheck
from pipelines.validate.checks.hierarchy import HierarchyCheck
from pipelines.validate.checks.rows import FilledCheck, RecomputeCheck, RowCheck
from pipelines.validate.checks.satisfaction import IkmCheck
from pipelines.validate.checks.table_level import GridCheck, RowsCheck
from pipelines.validate.checks.totals import TotalsCheck

CHECKS: dict[str, type[Check]] = {
    kind.main: kind
    for kind in (
        RowCheck, RowsCheck, GridCheck, FilledCheck, TotalsCheck, HierarchyCheck, RecomputeCheck,
        IkmCheck, ReferenceCheck, OutliersCheck, ChangeCheck,
    )
}  # fmt: skip

__all__ = ["CHECKS", "Check", "CheckContext", "read_checks", "run_checks"]


def run_checks(
    table: Table,
    checks: Sequence[str | Mapping[str, Any]],
    schema: TableSchema,
    context: CheckContext | None = None,
) -> list[Finding]:
    """Run the checks (and the context's `expect`) over a clean table of text.

    Returns findings in the order of the checks; each check lists at most `base.LIMIT`, and the
    parameter `more` of its last finding counts the rest. Raises `UsageProblem` for a check that
    is written wrongly or names a field that isn't there.
    """
    context = context or CheckContext()
    where = f"{table.name}.checks"
    chosen = read_checks(checks, where)
    chosen += [(check, f"{table.name}.expect") for check in _expected(context.expect, table.name)]
    found: list[Finding] = []
    for check, place in chosen:
        found += check.run(Data(table, schema, context, place))
    return found


def read_checks(checks: Sequence[str | Mapping[str, Any]], where: str) -> list[tuple[Check, str]]:
    """Read the entries of `checks:`; each with where it stands. Raises `UsageProblem`."""
    return [
        (_read(entry, f"{where}[{number}]"), f"{where}[{number}]")
        for number, entry in enumerate(checks, start=1)
    ]


def _read(entry: str | Mapping[str, Any], where: str) -> Check:
    if isinstance(entry, str):
        if entry in CHECKS:
            return parse(CHECKS[entry], {}, where)
        return parse(RowCheck, {"row": entry}, where)
    names = [key for key in entry if key in CHECKS]
    # A parameter may be called as a check is (`rows` of `change`): the first key decides.
    first = next(iter(entry), "")
    if first in CHECKS:
        names = [first]
    if len(names) != 1:
        near = nearest(str(first), CHECKS) or ", ".join(sorted(CHECKS))
        raise UsageProblem("check-unknown", where=where, value=str(first), nearest=near)
    name = names[0]
    params = {str(key): value for key, value in entry.items() if key != name}
    main = entry[name]
    # `{totals: {tolerance: 1}}` says the same as `{totals: true, tolerance: 1}`.
    inside = dict(main) if isinstance(main, Mapping) else {name: main}
    return parse(CHECKS[name], {**inside, **params}, where)


def _expected(expect: Mapping[str, Any], table: str) -> list[Check]:
    where = f"{table}.expect"
    for key in expect:
        if key not in ("rows", "too_few", "too_many"):
            raise UsageProblem(
                "descriptor-key",
                where=where,
                key=str(key),
                nearest=nearest(str(key), ["rows"]) or "rows",
            )
    return [parse(RowsCheck, dict(expect), where)] if expect else []
