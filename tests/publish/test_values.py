"""Equal values have equal texts on both sides, and a table has one checksum."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from publish_toys import descriptor, frame

from pipelines.project.schema import TableSchema, parse_schema
from pipelines.publish import rows, values
from pipelines.publish.history import numbering

SCHEMA = parse_schema(descriptor(), name="penduduk", where="x")


def schema(*fields: tuple[str, str]) -> TableSchema:
    listed = [{"name": name, "type": kind} for name, kind in fields]
    return parse_schema({"fields": listed}, name="t", where="x")


@pytest.mark.parametrize(
    ("kind", "text", "canonical"),
    [
        ("integer", "0", "0"),
        ("integer", "-12", "-12"),
        ("integer", "+7", "7"),
        ("integer", "007", "7"),
        ("integer", "-0", "0"),
        ("number", "76.610", "76.610"),
        ("number", "0.00", "0.00"),
        ("number", "-0.50", "-0.50"),
        ("number", "-0.0", "0.0"),
        ("number", "-0", "0"),
        ("number", ".5", "0.5"),
        ("number", "1e3", "1000"),
        ("number", "1.5E-3", "0.0015"),
        ("number", "007.5", "7.5"),
        ("number", "NaN", "NaN"),
        ("number", "-INF", "-Infinity"),
        ("number", "tiga", "tiga"),
        ("boolean", "t", "true"),
        ("boolean", "false", "false"),
        ("datetime", "2024-01-05T08:00:00Z", "2024-01-05T08:00:00"),
        ("datetime", "2024-01-05 08:00:00", "2024-01-05T08:00:00"),
        ("datetime", "2024-01-05T08:00:00.000", "2024-01-05T08:00:00"),
        ("string", "007", "007"),
        ("string", "", None),
        ("date", None, None),
    ],
)
def test_canonical(kind: str, text: str | None, canonical: str | None) -> None:
    table = pa.table({"x": pa.array([text], pa.string())})
    assert values.canonical(table, schema(("x", kind))).column("x").to_pylist() == [canonical]


@given(st.lists(st.tuples(st.text(max_size=4), st.text(max_size=4)), max_size=8), st.randoms())
def test_checksum_knows_content_not_order(cells: list[tuple[str, str]], random: object) -> None:
    fields = schema(("a", "string"), ("b", "string"))

    def table(found: list[tuple[str, str]]) -> pa.Table:
        columns = list(zip(*found, strict=True)) or [(), ()]
        return values.canonical(
            pa.table({n: pa.array(c, pa.string()) for n, c in zip("ab", columns, strict=True)}),
            fields,
        )

    shuffled = list(cells)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert values.checksum(table(cells)) == values.checksum(table(shuffled))
    if cells:
        assert values.checksum(table(cells)) != values.checksum(table(cells[1:]))


def test_checksum_tells_fields_apart() -> None:
    a = pa.table({"a": ["1"], "b": pa.array([None], pa.string())})
    b = pa.table({"a": pa.array([None], pa.string()), "b": ["1"]})
    fields = schema(("a", "string"), ("b", "string"))
    assert values.checksum(values.canonical(a, fields)) != values.checksum(
        values.canonical(b, fields)
    )


def test_checksum_of_no_rows() -> None:
    empty = values.local_table(frame().head(0), SCHEMA)
    assert values.checksum(empty).startswith("sha256:")


KEYS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["1", "2", ""]), max_size=8)


def apply(diff: rows.RowDiff) -> list[tuple[str | None, ...]]:
    """Carry a difference out on the old rows."""
    old = diff.old.to_pylist()
    for before, after in zip(diff.changed_old, diff.changed_new, strict=True):
        new = diff.new.slice(int(after), 1).to_pylist()[0]
        for index, (field, mask) in enumerate(diff.cells.items()):
            position = list(diff.changed_new).index(after)
            assert index >= 0
            if mask[position]:
                old[int(before)][field] = new[field]
    gone = {int(index) for index in diff.removed}
    kept = [row for index, row in enumerate(old) if index not in gone]
    kept += [diff.new.slice(int(index), 1).to_pylist()[0] for index in diff.added]
    return sorted(tuple(row.values()) for row in kept)  # type: ignore[type-var]


def made(content: list[tuple[str, str]]) -> pa.Table:
    columns = list(zip(*content, strict=True)) or [(), ()]
    return pa.table(
        {n: pa.array(list(c), pa.large_string()) for n, c in zip("kv", columns, strict=True)}
    )


@given(KEYS, KEYS)
def test_keyed_difference_leads_from_old_to_new(old: dict[str, str], new: dict[str, str]) -> None:
    diff = rows.compare(made(list(old.items())), made(list(new.items())), ["k", "v"], ["k"])
    assert apply(diff) == sorted(new.items())
    same = sum(1 for key in old if key in new and old[key] == new[key])
    assert len(diff.changed_new) + same == len(old.keys() & new.keys())


ROWS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("12")), max_size=7)


@given(ROWS, ROWS)
def test_difference_by_content_counts_equal_rows(
    old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    diff = rows.compare(made(old), made(new), ["k", "v"], [])
    assert apply(diff) == sorted(new)
    assert len(diff.changed_new) == 0


def test_records_are_text_or_none() -> None:
    table = values.local_table(frame(), SCHEMA)
    first = rows.records(table, SCHEMA.names)[0]
    assert first["jumlah"] == "365177" and first["catatan"] is None


@pytest.mark.parametrize(
    ("version", "step", "after"),
    [
        (None, "", "1.0.0"),
        ("1.0.0", "", "1.0.0"),
        ("1.2.3", "patch", "1.2.4"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "major", "2.0.0"),
        ("dua", "patch", "0.0.1"),
    ],
)
def test_bump(version: str | None, step: numbering.Step, after: str) -> None:
    assert numbering.bump(version, step) == after


def test_pandas_missing_is_null() -> None:
    found = values.local_table(frame(), SCHEMA)
    assert found.column("catatan").null_count == 1
    assert pd.isna(frame().loc[0, "catatan"])
