"""A workbook of each kind in domain.md, read and cleaned to an exact expected table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from clean.workbooks import WORKBOOKS, Workbook, write

from pipelines.clean import clean, replay, same
from pipelines.extract import extract, join
from pipelines.model import Cleaned, Table
from pipelines.project.descriptor import TableSpec
from pipelines.project.layout import Layout
from pipelines.project.schema import TableSchema, parse_schema
from pipelines.project.strict import parse


def schema_of(book: Workbook) -> TableSchema:
    fields = [
        {"name": name, **({"type": kind} if isinstance(kind, str) else kind)}
        for name, kind in book.fields.items()
    ]
    return parse_schema({"fields": fields, "primaryKey": list(book.key)}, name="t", where="t")


def through(book: Workbook, folder: Path) -> tuple[Table, Cleaned]:
    """Write the workbook, read it, clean it."""
    found = []
    for number, rows in enumerate([book.sheet, *book.more]):
        path = folder / f"berkas-{number}.xlsx"
        write(path, rows, book.merge, book.formats)
        found.append(extract(path, Layout(**book.layout)))
    given: dict[str, Any] = {"schema": "t", "source": "x", "clean": book.clean,
                             "columns": book.columns, "newer": book.newer}  # fmt: skip
    raw = join(found, name="t")
    spec = parse(TableSpec, given, "test")
    cleaned = clean(raw, spec, schema_of(book), folder=folder, name="t", secret=book.secret)
    return raw.table, cleaned


def as_csv(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.frame.columns)
    frame = table.frame.astype(object)
    writer.writerows(frame.where(frame.notna(), "").to_numpy().tolist())
    return out.getvalue()


@pytest.mark.parametrize("name", WORKBOOKS)
def test_workbook(name: str, tmp_path: Path) -> None:
    book = WORKBOOKS[name]
    raw, cleaned = through(book, tmp_path)
    assert as_csv(cleaned.table) == book.expected.lstrip()
    assert [f"{f.severity} {f.key}" for f in cleaned.findings] == list(book.findings)
    assert all(finding.message for finding in cleaned.findings)
    assert same(replay(raw, cleaned.audit), cleaned.table.frame)


def test_totals_follow_their_table(tmp_path: Path) -> None:
    _, cleaned = through(WORKBOOKS["sex and area"], tmp_path)
    assert cleaned.totals_table is not None
    values = cleaned.totals_table.frame["penduduk"].tolist()
    spans = [(t.index, t.start, t.stop) for t in cleaned.totals]
    assert spans == [(0, 0, 3), (1, 3, 6)]
    sums = [
        sum(int(cell) for cell in cleaned.table.frame["penduduk"][start:stop].dropna())
        for _, start, stop in spans
    ]
    assert [int(values[index]) for index, _, _ in spans] == sums


def test_nothing_of_a_person_is_left(tmp_path: Path) -> None:
    _, cleaned = through(WORKBOOKS["people"], tmp_path)
    text = cleaned.audit.to_csv() + cleaned.table.frame.to_csv() + str(cleaned.findings)
    for secret in ("1271014508900001", "1271011203850002", "Siti", "Budi", "05/08", "12 Maret",
                   "081234567890", "1990-08-05"):  # fmt: skip
        assert secret not in text
