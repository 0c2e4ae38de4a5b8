"""Corrections: single cells and rows that a person changed, each with its reason and its guard.

`corrections.yaml` is a list. An entry says where (a key or a cell), what, why, who was told, and
what it expects to find; once the source is repaired the expectation fails, and so does the run,
so that a correction can't outlive its fault.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from pipelines.clean.table.arrow_text import Mask, flags, nulls, text
from pipelines.clean.table.trail import REDACTED
from pipelines.clean.table.working_table import WorkingTable
from pipelines.errors import Refused, UsageProblem
from pipelines.model import Source
from pipelines.project import yaml_reader
from pipelines.project.strict import StrictModel, parse
from pipelines.text.addresses import column_number

Cell = str | int | float | bool | dt.date | None


class Correction(StrictModel):
    """One entry. where: the key (field → value) or a cell (`D17`), `file` and `sheet` where there
    are several. set: the new value of `field`, `drop: true` to leave the row out, or `add`: a row
    (field → value). expect: what the cell holds now, as the sheet or as the clean table shows it
    (for a row: field → value). why and told are kept in the audit.
    """

    where: dict[str, Cell] | str | None = None
    file: str | None = None
    sheet: str | None = None
    field: str | None = None
    set: Cell = None
    drop: bool = False
    add: dict[str, Cell] | None = None
    expect: Cell | dict[str, Cell] = None
    why: str = Field(min_length=3)
    told: str | None = None


def read_corrections(path: Path, where: str) -> list[Correction]:
    """Read the file. Raises `UsageProblem`: missing, not a list, an entry that does not say
    everything it must.
    """
    data = yaml_reader.read(path, where)
    if data is not None and not isinstance(data, list):
        raise UsageProblem("yaml-broken", where=where, reason="not a list")
    entries = []
    for number, item in enumerate(data or (), start=1):
        place = f"{where}[{number}]"
        entry = parse(Correction, item, place)
        given = entry.model_fields_set
        kinds = [bool({"set"} & given), entry.drop, entry.add is not None]
        complete = entry.add is not None or (
            entry.where is not None
            and "expect" in given
            and ("set" not in given or _names_cell(entry))
        )
        if sum(kinds) != 1 or not complete:
            raise UsageProblem("correction-incomplete", where=place)
        entries.append(entry)
    return entries


def _names_cell(entry: Correction) -> bool:
    return entry.field is not None or isinstance(entry.where, str)


def correct(table: WorkingTable, entries: list[Correction], file: str) -> None:
    """Apply the corrections in order.

    Raises `Refused`: a correction finds no row, or several where one is meant, or something else
    than it expects.
    """
    table.step = "corrections"
    for number, entry in enumerate(entries, start=1):
        place = f"{file}[{number}]"
        reason = f"{entry.why} ({entry.told})" if entry.told else entry.why
        if entry.add is not None:
            cells = {table.require(name): cell_text(value) for name, value in entry.add.items()}
            _append(table, cells, Source(file), number, reason)
            continue
        rows, field = _find(table, entry, place)
        _check_expectation(table, entry, rows, field, place)
        if entry.drop:
            table.keep_rows(~rows, reason=reason)
        elif field is not None:
            new = cell_text(entry.set)
            values = table[field]
            table.set_values(
                field, pc.if_else(pa.array(rows), text([new])[0], values), reason=reason
            )


def cell_text(value: Cell) -> str | None:
    """Return a YAML value as a cell's text: `2024-01-31`, `true`, `12.5`; null is missing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _find(table: WorkingTable, entry: Correction, place: str) -> tuple[Mask, str | None]:
    rows = np.ones(len(table), dtype=bool)
    if entry.file is not None or entry.sheet is not None:
        named = [
            (entry.file is None or Path(source.file).name == Path(entry.file).name)
            and (entry.sheet is None or source.sheet == entry.sheet)
            for source in table.sources
        ]
        rows &= np.array(named, dtype=bool)[table.lineage.source]
    if isinstance(entry.where, str):
        return _cell(table, entry, rows, place)
    for name, value in (entry.where or {}).items():
        expected = cell_text(value)
        column = table[name]
        rows &= flags(pc.is_null(column) if expected is None else pc.equal(column, expected))
    found = int(rows.sum())
    if found != 1:
        key = ", ".join(f"{k} = {cell_text(v)}" for k, v in (entry.where or {}).items())
        code = "correction-nowhere" if not found else "correction-many"
        raise Refused(code, where=place, key=key, count=found)
    return rows, table.require(entry.field) if entry.field is not None else None


def _cell(
    table: WorkingTable, entry: Correction, rows: Mask, place: str
) -> tuple[Mask, str | None]:
    match = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})", str(entry.where).strip())
    if match is None:
        raise UsageProblem("correction-incomplete", where=place)
    column = column_number(match[1])
    rows = rows & (table.lineage.row == int(match[2]))
    fields = []
    for name, state in table.columns.items():
        hits = rows & (np.asarray(state.sheet_column) == column)
        if hits.any() and entry.field in (None, name):
            fields.append((name, hits))
    if not fields or len({int(s) for s in table.lineage.source[rows]}) > 1:
        code = "correction-nowhere" if not fields else "correction-many"
        raise Refused(code, where=place, key=str(entry.where), count=len(fields))
    if entry.drop:
        return rows, None
    return fields[0][1], fields[0][0]


def _check_expectation(
    table: WorkingTable, entry: Correction, rows: Mask, field: str | None, place: str
) -> None:
    expects: Mapping[str, Cell]
    if isinstance(entry.expect, dict):
        expects = entry.expect
    elif field is not None:
        expects = {field: entry.expect}
    elif entry.drop and entry.field is not None:
        expects = {entry.field: entry.expect}
    else:
        raise UsageProblem("correction-incomplete", where=place)
    for name, value in expects.items():
        expected = cell_text(value)
        for index in np.flatnonzero(rows).tolist():
            now = table[name][index].as_py()
            if expected != now and " ".join((expected or "").split()) != raw_cell(
                table, index, name
            ):
                withheld = table.is_withheld(name)
                raise Refused(
                    "correction-stale",
                    where=place,
                    field=name,
                    expect=expected or "–",
                    found=REDACTED if withheld else now or "–",
                    cell=str(table.position(index, name)),
                )


def raw_cell(table: WorkingTable, index: int, field: str) -> str | None:
    """Return what the sheet shows in the cell that this one came from, blanks folded."""
    source = table.sources[int(table.lineage.source[index])]
    column = table.position(index, field).column
    raw = table.raw
    if column is None or source not in raw.sources:
        return None
    found = np.flatnonzero(
        (raw.row == table.lineage.row[index]) & (raw.source == raw.sources.index(source))
    )
    for at in found.tolist():
        for number in range(raw.frame.shape[1]):
            if raw.column_of(at, number) == column:
                cell = raw.frame.iat[at, number]
                return " ".join(cell.split()) if isinstance(cell, str) else ""
    return None


def _append(
    table: WorkingTable, cells: Mapping[str, str | None], source: Source, row: int, why: str
) -> None:
    """Add one row that no source has; `source` and `row` say where it was asked for."""
    if source not in table.sources:
        table.sources = (*table.sources, source)
    index = table.sources.index(source)
    table.lineage = table.lineage.added(index, row)
    table.trail.add_rows(table.step, "add-row", table.lineage.take(slice(-1, None)), why)
    empty = nulls(len(table))
    last = np.zeros(len(table), dtype=bool)
    last[-1] = True
    for name, column in list(table.columns.items()):
        values = pa.concat_arrays([column.values, pa.array([cells.get(name)], column.values.type)])
        place = np.append(column.sheet_columns(), 0)
        table.columns[name] = replace(column, values=values, sheet_column=place)
        if cells.get(name) is not None:
            made = replace(column, sheet_column=0)
            table.record_cells(name, made, (empty, values), last, why, "add")
