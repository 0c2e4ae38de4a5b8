"""Known dirty values as reviewed data: good, fixable, ignored; an unknown one is a finding."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
from pydantic import Field
from rapidfuzz import fuzz, process

from pipelines.clean.labels import label_key
from pipelines.clean.registry import Names, step
from pipelines.clean.table.arrow_text import distinct, from_distinct
from pipelines.clean.table.working_table import WorkingTable
from pipelines.errors import UsageProblem
from pipelines.project import yaml_reader
from pipelines.project.strict import StrictModel, parse


class Lookup(StrictModel):
    """What a lookup file says. good: values that are right. fix: right value → the spellings to
    mend. ignore: values that stand for no data.
    """

    good: list[str | int | float] = Field(default_factory=list)
    fix: dict[str, str | list[str | int | float]] = Field(default_factory=dict)
    ignore: list[str | int | float] = Field(default_factory=list)


#: Unknown values that are reported one by one.
MAX_LISTED = 50


class MapOptions(StrictModel):
    """The parameters of `map`; `map_` says what each one means."""

    field: str
    lookup: str | None = None
    good: list[str] | None = None
    fix: dict[str, str | list[str]] | None = None
    ignore: Names | None = None
    key: str | None = None
    value: str | None = None
    into: str | None = None
    unknown: Literal["error", "warning", "keep", "empty"] = "error"


@step("field")
def map_(table: WorkingTable, *, options: MapOptions) -> None:
    """Bring values to the ones that are known: right ones stay, known slips are mended, some are
    ignored (emptied), and a value nobody has seen yet is a finding with the nearest known one.

    Values are compared without regard to case, blanks and punctuation. With `key` and `value` the
    lookup is a table, and its value column is written.

    Parameters:
        field: the column to look up.
        lookup: a YAML file with `good`, `fix`, `ignore`, or a CSV table, in the dataset's folder.
        good: the right values, written here; by default those of the field's `enum`.
        fix: right value → the spellings to mend.
        ignore: values that stand for no data.
        key: the lookup table's column to compare with.
        value: the lookup table's column to write.
        into: the column to write, `field` itself by default.
        unknown: what an unknown value is: an `error`, a `warning`, or nothing (`keep`, `empty`).

    Example:

        - map: {field: layanan, good: [KTP-el, Akta Kelahiran], fix: {KTP-el: [e-KTP, KTP elektronik]}, ignore: [lain-lain]}

        | layanan |
        |---|
        | KTP EL |
        | e-KTP |
        | lain-lain |

        | layanan |
        |---|
        | KTP-el |
        | KTP-el |
        |  |
    """  # noqa: E501
    field, unknown = options.field, options.unknown
    if options.key is not None or options.value is not None:
        known = _table_values(table, options)
    else:
        known = _listed_values(table, options)
    by_key = {label_key(spelling): result for spelling, result in known.items()}
    cells, index = distinct(table[field])
    after: list[str | None] = []
    unmatched: list[int] = []
    for number, cell in enumerate(cells):
        if cell in known:
            after.append(known[cell])
        elif label_key(cell or "") in by_key:
            after.append(by_key[label_key(cell or "")])
        else:
            unmatched.append(number)
            after.append(None if unknown == "empty" or options.key else cell)
    if unknown in ("error", "warning"):
        valid = sorted({value for value in known.values() if value})
        for number in unmatched[:MAX_LISTED]:
            cell = cells[number] or ""
            near = process.extract(
                cell, valid, scorer=fuzz.WRatio, processor=str.casefold, limit=3, score_cutoff=60
            )
            table.report_cells("lookup-unknown", unknown, index == number, field=field, value=cell,
                               nearest=" / ".join(name for name, _, _ in near) or "–")  # fmt: skip
        if len(unmatched) > MAX_LISTED:
            more = len(unmatched) - MAX_LISTED
            table.report("lookup-unknown", unknown, field=field, variant="more", count=more)
    table.write_column(options.into or field, from_distinct(after, index), [field])


def _listed_values(table: WorkingTable, options: MapOptions) -> dict[str, str | None]:
    """Return spelling → what to write (None: no data), as the lists say."""
    listed = Lookup()
    if options.lookup is not None:
        where = f"{table.context.where} › {options.lookup}"
        path = table.context.dataset_file(options.lookup)
        listed = parse(Lookup, yaml_reader.read_mapping(path, where), where)
    good: list[Any] = [*listed.good, *(options.good or ())]
    if not good:
        field = table.context.field(options.field)
        good = list(field.constraints.get("enum") or ()) if field else []
    known: dict[str, str | None] = {}
    for ignored in [*listed.ignore, *(options.ignore or ())]:
        known[str(ignored)] = None
    for right, spellings in [*listed.fix.items(), *(options.fix or {}).items()]:
        for spelling in [spellings] if isinstance(spellings, str) else spellings:
            known[str(spelling)] = right
        known[right] = right
    return {**known, **{str(right): str(right) for right in good}}


def _table_values(table: WorkingTable, options: MapOptions) -> dict[str, str | None]:
    """Return key → value (None: no data) of the lookup table. Raises `UsageProblem`: no such
    table, or no such column in it.
    """
    lookup, key, value = options.lookup, options.key, options.value
    if lookup is None or key is None or value is None:
        raise UsageProblem("lookup-table", where=table.context.where, step=table.step)
    frame = table.context.lookups.get(lookup)
    if frame is None:
        frame = pd.read_csv(table.context.dataset_file(lookup), dtype="str", keep_default_na=False)
    frame = frame.fillna("")
    for column in (key, value):
        if column not in frame.columns:
            raise UsageProblem(
                "lookup-column",
                where=f"{table.context.where} › {lookup}",
                field=column,
                available=", ".join(str(name) for name in frame.columns),
            )
    known = dict(zip(frame[key], frame[value], strict=True))
    return {str(k): str(v) if v else None for k, v in known.items() if k}
