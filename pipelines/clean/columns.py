"""From the agency's labels to the schema's fields, and the account of every column at the end."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping

from pipelines.clean.registry import Names, step
from pipelines.clean.work import Work
from pipelines.errors import Refused, nearest
from pipelines.project.schema import TableSchema


def folded(label: str) -> str:
    """Return a label as compared: no accents, case, blanks or punctuation."""
    plain = unicodedata.normalize("NFKD", label).casefold()
    return re.sub(r"[\W_]+", "", plain)


def map_labels(work: Work, columns: Mapping[str, str], schema: TableSchema) -> None:
    """Rename the labels to fields: as `columns` says, else where a label reads like a field's
    name or title and no other does.

    Raises `Refused` for a label of `columns` that is not in the sheet, naming those that are,
    unless another label for the same field is.
    """
    work.step = "columns"
    names = {}
    taken: set[str] = set()
    by_fold: dict[str, list[str]] = {}
    for label in work.names:
        by_fold.setdefault(folded(label), []).append(label)
    gone = []
    for written, field in columns.items():
        label = " ".join(str(written).split())
        if label not in work:
            near = by_fold.get(folded(label), [])
            if len(near) != 1:
                gone.append((label, field))
                continue
            label = near[0]
        names[label] = field
        taken.add(field)
    for label, field in gone:
        # An office's old and new label for one field: editions have either.
        if field not in taken:
            raise _label_missing(work, label, field, columns)
    for field_ in schema.fields:
        if field_.name in taken or field_.name in work:
            continue
        for text in (field_.name, field_.text("title", "id"), field_.text("title", "en")):
            labels = [x for x in by_fold.get(folded(text), []) if x not in names] if text else []
            if len(labels) == 1:
                names[labels[0]] = field_.name
                break
    work.rename(names)


def _label_missing(work: Work, label: str, field: str, columns: Mapping[str, str]) -> Refused:
    """Say which label is gone, and which of those that no other entry claims may be meant."""
    claimed = {folded(written) for written in columns}
    free = [name for name in work.names if folded(name) not in claimed]
    near = nearest(label, free) or nearest(field, free)
    return Refused(
        "label-missing",
        where=work.context.where,
        label=label,
        field=field,
        nearest=near or "–",
        written=json.dumps(near, ensure_ascii=False) if near else "…",
        free=" · ".join(free) or "–",
    )


def settle_columns(work: Work, schema: TableSchema) -> None:
    """Put the columns in the schema's order. Raises `Refused` when one is missing or left over,
    naming what there was: no column is dropped or made up in silence.
    """
    work.step = "columns"
    missing = [name for name in schema.names if name not in work]
    spare = [name for name in work.names if name not in set(schema.names)]
    dropped = [name for name in missing if name in work.dropped]
    if dropped:
        raise Refused(
            "columns-dropped",
            where=work.context.where,
            schema=schema.where,
            fields=", ".join(dropped),
        )
    if missing or spare:
        raise Refused(
            "columns-unsettled" if missing else "columns-spare",
            where=work.context.where,
            schema=schema.where,
            missing=", ".join(missing) or "–",
            spare=" · ".join(spare) or "–",
            labels=", ".join(json.dumps(label, ensure_ascii=False) for label in spare),
            available=" · ".join(work.names) or "–",
        )
    if work.names != schema.names:
        work.shape("order", None, after=json.dumps(schema.names, ensure_ascii=False))
        work.columns = {name: work.columns[name] for name in schema.names}


@step("names")
def rename(work: Work, *, names: dict[str, str]) -> None:
    """Rename columns, old name to new.

    Labels that differ from the schema's fields are usually mapped by `columns:` of the table;
    this step renames what other steps have made.

    Parameters:
        names: old name → new name.

    Example:

        - rename: {Jml Pddk: penduduk}

        | Kecamatan | Jml Pddk |
        |---|---|
        | Medan Kota | 72.000 |

        | Kecamatan | penduduk |
        |---|---|
        | Medan Kota | 72.000 |
    """
    for old in names:
        work.require(old)
    work.rename(names)


@step("columns")
def drop(work: Work, *, columns: Names, why: str | None = None) -> None:
    """Leave columns out. Their cells are shown neither in the audit nor in any finding.

    The first remedy for personal data: what is not needed is not published.

    Parameters:
        columns: the columns to leave out.
        why: the reason, for the audit.

    Example:

        - drop: [NIK]

        | NIK | layanan |
        |---|---|
        | (16 angka) | Akta Kelahiran |

        | layanan |
        |---|
        | Akta Kelahiran |
    """
    for name in columns:
        work.drop_column(name, why)
