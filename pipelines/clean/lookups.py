"""Known dirty values as reviewed data: good, fixable, ignored; an unknown one is a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field
from rapidfuzz import fuzz, process

from pipelines.clean.columns import folded
from pipelines.clean.context import Context
from pipelines.clean.kernels import distinct, text
from pipelines.clean.make import write_column
from pipelines.clean.registry import Names, step
from pipelines.clean.work import Work
from pipelines.errors import Refused, UsageProblem
from pipelines.project import yaml_reader
from pipelines.project.strict import StrictModel, parse

MAX_BYTES = 20_000_000


class Lookup(StrictModel):
    """What a lookup file says. good: values that are right. fix: right value → the spellings to
    mend. ignore: values that stand for no data.
    """

    good: list[str | int | float] = Field(default_factory=list)
    fix: dict[str, str | list[str | int | float]] = Field(default_factory=dict)
    ignore: list[str | int | float] = Field(default_factory=list)


@step("field")
def map_(
    work: Work,
    *,
    field: str,
    lookup: str | None = None,
    good: list[str] | None = None,
    fix: dict[str, str | list[str]] | None = None,
    ignore: Names | None = None,
    key: str | None = None,
    value: str | None = None,
    into: str | None = None,
    unknown: Literal["error", "warning", "keep", "empty"] = "error",
) -> None:
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
    known = _known(work, field, lookup, good, fix, ignore, key, value)
    by_fold = {folded(spelling): result for spelling, result in known.items()}
    cells, index = distinct(work[field])
    after: list[str | None] = []
    missed: list[int] = []
    for place, cell in enumerate(cells):
        if cell in known:
            after.append(known[cell])
        elif folded(cell or "") in by_fold:
            after.append(by_fold[folded(cell or "")])
        else:
            missed.append(place)
            after.append(None if unknown == "empty" or key else cell)
    target = into or field
    if unknown in ("error", "warning"):
        _report(work, field, cells, index, missed, unknown, known)
    taken = pc.take(text(after), pa.array(index, mask=index < 0)) if cells else work[field]
    write_column(work, target, taken, [field])


def _known(
    work: Work,
    field: str,
    lookup: str | None,
    good: list[str] | None,
    fix: Mapping[str, str | list[str]] | None,
    ignore: Iterable[str] | None,
    key: str | None,
    value: str | None,
) -> dict[str, str | None]:
    """Return spelling → what to write (None: no data)."""
    if key is not None or value is not None:
        return _table(work, lookup, key, value)
    found: dict[str, str | None] = {}
    said = Lookup()
    if lookup is not None:
        where = f"{work.context.where} › {lookup}"
        said = parse(Lookup, yaml_reader.read_mapping(inside(work.context, lookup), where), where)
    rights: list[Any] = [*said.good, *(good or ())]
    if not rights:
        schema_field = work.context.field(field)
        rights = list(schema_field.constraints.get("enum") or ()) if schema_field else []
    for wrong in [*said.ignore, *(ignore or ())]:
        found[str(wrong)] = None
    for right, spellings in [*said.fix.items(), *(fix or {}).items()]:
        for spelling in [spellings] if isinstance(spellings, str) else spellings:
            found[str(spelling)] = right
        found[right] = right
    return {**found, **{str(right): str(right) for right in rights}}


def _table(
    work: Work, lookup: str | None, key: str | None, value: str | None
) -> dict[str, str | None]:
    if lookup is None or key is None or value is None:
        raise UsageProblem("lookup-table", where=work.context.where, step=work.step)
    frame = work.context.lookups.get(lookup)
    if frame is None:
        frame = pd.read_csv(inside(work.context, lookup), dtype="str", keep_default_na=False)
    frame = frame.fillna("")
    for column in (key, value):
        if column not in frame.columns:
            raise UsageProblem(
                "lookup-column",
                where=f"{work.context.where} › {lookup}",
                field=column,
                available=", ".join(str(name) for name in frame.columns),
            )
    known = dict(zip(frame[key], frame[value], strict=True))
    return {str(k): str(v) if v else None for k, v in known.items() if k}


def inside(context: Context, name: str) -> Path:
    """Return a file of the dataset's folder. Raises `Refused` when it lies elsewhere or is too
    large, `UsageProblem` when it is not there.
    """
    folder = context.folder.resolve()
    path = (folder / name.replace("\0", "�")).resolve()
    if not path.is_relative_to(folder):
        raise Refused("source-outside", where=context.where, source=name)
    if not path.is_file():
        raise UsageProblem("file-missing", where=f"{context.folder.name}/{name}")
    if path.stat().st_size > MAX_BYTES:
        raise Refused("lookup-large", where=name, limit=MAX_BYTES // 1_000_000)
    return path


def _report(
    work: Work,
    field: str,
    cells: list[str | None],
    index: Any,
    missed: list[int],
    unknown: Literal["error", "warning"],
    known: Mapping[str, str | None],
) -> None:
    rights = sorted({right for right in known.values() if right})
    for place in missed[:50]:
        cell = cells[place] or ""
        near = process.extract(
            cell, rights, scorer=fuzz.WRatio, processor=str.casefold, limit=3, score_cutoff=60
        )
        rows = index == place
        work.note(
            "lookup-unknown",
            unknown,
            field=field,
            index=int(rows.argmax()),
            value=cell,
            count=int(rows.sum()),
            nearest=" / ".join(found for found, _, _ in near) or "–",
        )
    if len(missed) > 50:
        work.note("lookup-unknown", unknown, field=field, variant="more", count=len(missed) - 50)
