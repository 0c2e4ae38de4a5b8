"""Any version is the next one with its lines undone."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.messages import set_lang
from pipelines.project.schema import TableSchema, parse_schema
from pipelines.publish.history import changelog, releases
from pipelines.publish.rows import compare
from pipelines.publish.values import canonical, checksum

MOMENT = dt.datetime(2024, 4, 5, 8, 30, tzinfo=dt.UTC)


def schema(key: list[str], *names: str) -> TableSchema:
    fields = [{"name": name, "type": "string"} for name in names]
    return parse_schema({"fields": fields, "primaryKey": key}, name="t", where="x", strict=False)


def table(rows: list[tuple[str, ...]], spec: TableSchema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [() for _ in spec.names]
    named = zip(spec.names, columns, strict=True)
    return canonical(pa.table({n: pa.array(list(c), pa.string()) for n, c in named}), spec)


KEYED = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(st.sampled_from("12"), st.sampled_from("xy")), max_size=6
)


@given(KEYED, KEYED)
def test_undo_keyed(old: dict[str, tuple[str, str]], new: dict[str, tuple[str, str]]) -> None:
    spec = schema(["k"], "k", "v", "w")
    before = table([(k, *v) for k, v in old.items()], spec)
    after = table([(k, *v) for k, v in new.items()], spec)
    diff = compare(before, after, spec.names, ["k"])
    lines = releases.lines(diff, "1.0.1", MOMENT, "t")
    assert checksum(releases.undo(after, lines, spec, ["k"])) == checksum(before)
    assert len({line["id"] for line in lines}) == len(lines)


LISTS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("12")), max_size=6)


@given(LISTS, LISTS)
def test_undo_by_content(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> None:
    spec = schema([], "k", "v")
    before, after = table(old, spec), table(new, spec)
    lines = releases.lines(compare(before, after, spec.names, []), "1.0.1", MOMENT, "t")
    assert checksum(releases.undo(after, lines, spec, [])) == checksum(before)


@given(KEYED, KEYED)
def test_undo_over_a_change_of_fields(
    old: dict[str, tuple[str, str]], new: dict[str, tuple[str, str]]
) -> None:
    was, now = schema(["k"], "k", "v", "w"), schema(["k"], "k", "w", "baru")
    before = table([(k, *v) for k, v in old.items()], was)
    after = table([(k, v[1], "z") for k, v in new.items()], now)
    names = ["k", "v", "w", "baru"]
    lines = releases.lines(compare(before, after, names, ["k"]), "2.0.0", MOMENT, "t")
    assert checksum(releases.undo(after, lines, was, ["k"])) == checksum(before)


def test_rebuild_goes_back_step_by_step() -> None:
    spec = schema(["k"], "k", "v")
    steps = [[("a", "1")], [("a", "2"), ("b", "1")], [("b", "3")], [("b", "3"), ("a", "1")]]
    tables = [table(rows, spec) for rows in steps]
    chain, lines = [], []
    for number, found in enumerate(tables):
        version = f"1.{number}.0"
        facts = {"schema": dict(spec.descriptor), "log_key": ["k"], "checksum": ""}
        chain.append(releases.Release(version, "2024-04-05", "t", facts))
        if number:
            diff = compare(tables[number - 1], found, spec.names, ["k"])
            lines += releases.lines(diff, version, MOMENT, "t")
    for number, found in enumerate(tables):
        back = releases.rebuild(tables[-1], chain, lines, f"1.{number}.0")
        assert checksum(back) == checksum(found), number


def test_lines_as_readers_find_them() -> None:
    spec = schema(["k", "j"], "k", "j", "v")
    before = table([("a", "1", "lama"), ("b", "1", "x")], spec)
    after = table([("a", "1", "baru"), ("c", "1", "")], spec)
    found = releases.lines(compare(before, after, spec.names, ["k", "j"]), "1.1.0", MOMENT, "t")
    shown = [
        (line["action"], line["key"], line["field"], line["before"], line["after"])
        for line in found
    ]
    assert shown == [
        ("removed", '["b", "1"]', "", '{"k": "b", "j": "1", "v": "x"}', None),
        ("changed", '["a", "1"]', "v", "lama", "baru"),
        ("added", '["c", "1"]', "", None, '{"k": "c", "j": "1"}'),
    ]
    assert found[0]["id"] == "1.1.0/t/0000001" and found[0]["time"] == "2024-04-05T08:30:00"


@pytest.mark.parametrize("lang", ["id", "en"])
def test_changelog_reads(lang: str) -> None:
    set_lang("id")
    facts = {"previous": "", "rows": 5}
    later = {"previous": "1.0.0", "rows": 6, "added": 1, "changed": 2, "fields": ["x (added)"],
             "metadata": ["extras.method_en", "extras.notes_en", "extras.x", "notes",
                          "resources.t/data"]}  # fmt: skip
    found = [
        releases.Release("1.0.0", "2024-04-05T08:00:00", "t", facts),
        releases.Release("2.0.0", "2024-05-05T08:00:00", "t", later),
    ]
    text = changelog.changelog("Judul", found)
    assert text.index("## 2.0.0 (2024-05-05)") < text.index("## 1.0.0 (2024-04-05)")
    words = {
        "id": "- t: 1 baris bertambah; 2 baris berubah; kolom berubah: x (kolom baru); metadata "
        "berubah: cara pengumpulan, keterangan, keterangan lain, nama atau keterangan berkas\n",
        "en": "- t: 1 row added; 2 rows changed; fields changed: x (new field); metadata changed: "
        "method of collection, description, other metadata, names or descriptions of files\n",
    }
    assert words[lang] in text
