"""An older version comes back in the order of its own file, byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
import requests
from ckan_api import Api
from hypothesis import given
from hypothesis import strategies as st
from publish_toys import Toy, descriptor, frame, many

from pipelines import ckan, package, publish
from pipelines.publish.history.row_order import in_order, order_of


def texts(rows: list[tuple[str, str]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [(), ()]
    named = zip("kv", columns, strict=True)
    return pa.table({name: pa.array(list(c), pa.large_string()) for name, c in named})


ROWS = st.lists(st.tuples(st.sampled_from("abcé"), st.sampled_from(["1", "2", ""])), max_size=12)


@given(ROWS, st.randoms())
def test_rows_in_any_order_find_their_places(rows: list[tuple[str, str]], chance: Any) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert in_order(texts(shuffled), order_of(texts(rows))) == texts(rows)


@given(st.text(max_size=40) | st.sampled_from([order_of(texts([("a", "1")] * 3)), "me", "a" * 99]))
def test_an_edited_record_changes_nothing(record: str) -> None:
    rows = texts([("b", "1"), ("a", "2")])
    if record != order_of(rows):
        assert sorted(in_order(rows, record).to_pylist(), key=str) == sorted(
            rows.to_pylist(), key=str
        )


def test_the_record_is_short_where_the_rows_are_sorted() -> None:
    rows = pa.Table.from_pandas(many(50_000), preserve_index=False)
    by_year = rows.sort_by([("tahun", "ascending"), ("kode", "ascending")])
    assert len(order_of(rows.sort_by("kode"))) < 500
    assert len(order_of(by_year)) < 150_000


def published(api: Api, name: str) -> bytes:
    """The CSV that a reader downloads."""
    found = api.package_show(id=name)["resources"]
    url = next(r["url"] for r in found if r["publish_role"] == "data")
    return requests.get(url, timeout=30).content


def back(steward: ckan.Portal, toy: Toy, version: str) -> None:
    plan = publish.rollback(toy, steward, to=version)
    assert publish.apply_plan(plan, steward, build=package.build).verified


@pytest.mark.portal
def test_rollback_restores_the_file(
    go: Any, api: Api, steward: ckan.Portal, name: str, tmp_path: Path
) -> None:
    first = frame().iloc[[3, 0, 2]]
    go(first)
    one = published(api, name)
    d = first.head(1).assign(kode="12.99")
    go(pd.concat([d, first.head(2)]), shrink=0.5)
    two = published(api, name)
    (file,) = publish.get(steward, name, tmp_path, version="1.0.0")
    assert file.read_bytes() == one
    back(steward, Toy(name), "1.0.0")
    assert published(api, name) == one
    for version, held in (("1.0.0", one), ("1.1.0", two)):
        (file,) = publish.get(steward, name, tmp_path, version=version)
        assert file.read_bytes() == held
    back(steward, Toy(name), "1.1.0")
    assert published(api, name) == two


@pytest.mark.portal
@pytest.mark.parametrize("key", [["kode", "tahun"], []])
def test_rows_that_were_only_moved_go_back(
    go: Any, api: Api, steward: ckan.Portal, name: str, key: list[str]
) -> None:
    """Sorted anew, fields other than before, equal rows: each version has its own order."""
    schema = descriptor() | {"primaryKey": key}
    narrow = {**schema, "fields": [f for f in schema["fields"] if f["name"] != "catatan"]}
    wide, rows = Toy(name, schema=schema), frame().iloc[[4, 1, 0, 3, 2]]
    if not key:
        rows = pd.concat([rows, rows.head(2), rows.tail(1)])
    go(rows, toy=wide)
    one = published(api, name)
    allowed = {"break", "shrink"}
    less = rows.drop(columns=["catatan"]).iloc[::-1]
    go(less, toy=Toy(name, schema=narrow), allow=allowed)
    go(less.sort_values("jumlah").tail(3), toy=Toy(name, schema=narrow), allow=allowed)
    back(steward, wide, "1.0.0")
    assert published(api, name) == one


@pytest.mark.portal
def test_versions_that_recorded_no_order_come_back_all_the_same(
    go: Any, api: Api, steward: ckan.Portal, name: str
) -> None:
    """Those of earlier versions of this program."""
    go()
    found = api.package_show(id=name)["resources"]
    changes = next(r["id"] for r in found if r["publish_role"] == "changes")
    line = {"id": "1.0.0/penduduk/0000000", "before": None}
    api.datastore_upsert(resource_id=changes, force=True, method="update", records=[line])
    one = published(api, name)
    go(frame().iloc[1:], shrink=0.5)
    back(steward, Toy(name), "1.0.0")
    assert sorted(published(api, name).splitlines()) == sorted(one.splitlines())
