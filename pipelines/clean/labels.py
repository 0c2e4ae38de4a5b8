"""From the agency's labels to the schema's fields, and the account of every column at the end."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence

from pipelines.clean.table.working_table import WorkingTable
from pipelines.errors import Refused, nearest
from pipelines.project.schema import TableSchema


def label_key(label: str) -> str:
    """Return a label as compared: no accents, case, blanks or punctuation."""
    plain = unicodedata.normalize("NFKD", label).casefold()
    return re.sub(r"[\W_]+", "", plain)


def match_labels(
    labels: Sequence[str], columns: Mapping[str, str], schema: TableSchema
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return label → field: as `columns` says, else where a label reads like a field's name or
    title and no other does; and the (label, field) of `columns` that no label stands for.
    """
    names = {}
    taken: set[str] = set()
    known = set(labels)
    by_key: dict[str, list[str]] = {}
    for label in labels:
        by_key.setdefault(label_key(label), []).append(label)
    unmatched = []
    for written, field in columns.items():
        label = " ".join(str(written).split())
        if label not in known:
            near = by_key.get(label_key(label), [])
            if len(near) != 1:
                unmatched.append((label, field))
                continue
            label = near[0]
        names[label] = field
        taken.add(field)
    for field_ in schema.fields:
        if field_.name in taken or field_.name in known:
            continue
        for text in (field_.name, field_.text("title", "id"), field_.text("title", "en")):
            found = [x for x in by_key.get(label_key(text), []) if x not in names] if text else []
            if len(found) == 1:
                names[found[0]] = field_.name
                break
    # An office's old and new label for one field: editions have either.
    return names, [(label, field) for label, field in unmatched if field not in taken]


def map_labels(table: WorkingTable, columns: Mapping[str, str], schema: TableSchema) -> None:
    """Rename the labels to fields, as `match_labels` settles.

    Raises `Refused` for a label of `columns` that is not in the sheet, naming those that are,
    unless another label for the same field is.
    """
    table.step = "columns"
    names, unmatched = match_labels(table.names, columns, schema)
    if unmatched:
        raise _label_missing(table, *unmatched[0], columns)
    table.rename(names)


def _label_missing(
    table: WorkingTable, label: str, field: str, columns: Mapping[str, str]
) -> Refused:
    """Say which label is gone, and which of those that no other entry claims may be meant."""
    claimed = {label_key(written) for written in columns}
    free = [name for name in table.names if label_key(name) not in claimed]
    near = nearest(label, free) or nearest(field, free)
    return Refused(
        "label-missing",
        where=table.context.where,
        label=label,
        field=field,
        nearest=near or "–",
        written=json.dumps(near, ensure_ascii=False) if near else "…",
        free=" · ".join(free) or "–",
    )


def order_columns(table: WorkingTable, schema: TableSchema) -> None:
    """Put the columns in the schema's order. Raises `Refused` when one is missing or left over,
    naming what there was: no column is dropped or made up in silence.
    """
    table.step = "columns"
    missing = [name for name in schema.names if name not in table]
    spare = [name for name in table.names if name not in set(schema.names)]
    dropped = [name for name in missing if name in table.dropped]
    if dropped:
        raise Refused(
            "columns-dropped",
            where=table.context.where,
            schema=schema.where,
            fields=", ".join(dropped),
        )
    if missing or spare:
        raise Refused(
            "columns-unsettled" if missing else "columns-spare",
            where=table.context.where,
            schema=schema.where,
            missing=", ".join(missing) or "–",
            spare=" · ".join(spare) or "–",
            labels=", ".join(json.dumps(label, ensure_ascii=False) for label in spare),
            available=" · ".join(table.names) or "–",
        )
    if table.names != schema.names:
        table.record_shape("order", None, after=json.dumps(schema.names, ensure_ascii=False))
        table.columns = {name: table.columns[name] for name in schema.names}
