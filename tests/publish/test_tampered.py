"""A portal on which somebody edited what publishing recorded: words, and nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import requests
from ckan_api import Api
from publish_toys import Toy, frame, table

from pipelines import ckan, messages, publish
from pipelines.errors import PortalProblem
from pipelines.portal import PortalInfo

pytestmark = pytest.mark.portal


def resource(api: Api, name: str, role: str = "data") -> dict[str, Any]:
    found = api.package_show(id=name)["resources"]
    return dict(next(r for r in found if r["publish_role"] == role))


def edit(api: Api, name: str, action: str, **cells: str) -> str:
    """Change the last line with this action in the table of changes; return its id."""
    ident = resource(api, name, "changes")["id"]
    found = api.datastore_search(resource_id=ident, filters={"action": action}, sort="_id")
    row = found["records"][-1]
    line = {"id": row["id"], **cells}
    api.datastore_upsert(resource_id=ident, force=True, method="update", records=[line])
    return str(row["id"])


@pytest.mark.parametrize(
    "after",
    [
        "",
        "bukan JSON",
        "[]",
        "[" * 100_000,
        "{}",
        json.dumps({"rows": "5", "checksum": "a", "schema": {}}),
        json.dumps({"rows": 5, "checksum": "a", "schema": []}),
        json.dumps({"rows": 5, "checksum": "a", "schema": {}, "log_key": 7}),
        json.dumps({"rows": 5, "checksum": "a", "schema": {}, "fields": [{}]}),
        json.dumps({"rows": 5, "checksum": "a", "schema": {}, "added": "banyak"}),
    ],
)
def test_a_release_that_records_nothing(
    go: Any, api: Api, steward: ckan.Portal, name: str, tmp_path: Path, after: str
) -> None:
    go()
    line = edit(api, name, "release", after=after)
    rows = {"penduduk": table(frame().iloc[1:])}
    with pytest.raises(PortalProblem) as planned:
        publish.compute_plan(Toy(name), rows, steward)
    with pytest.raises(PortalProblem) as got:
        publish.get(steward, name, tmp_path / "out")
    for caught in (planned, got):
        assert (caught.value.code, caught.value.exit_code) == ("publish-line-spoilt", 3)
        assert line in caught.value.message
    assert not list(tmp_path.rglob("*.csv"))
    assert len(api.datastore_search(resource_id=resource(api, name)["id"])["records"]) == 5


def test_a_change_that_cannot_be_undone(
    go: Any, api: Api, steward: ckan.Portal, name: str, tmp_path: Path
) -> None:
    rows = frame()
    go(rows.iloc[1:])
    go(rows)
    line = edit(api, name, "added", after="{")
    with pytest.raises(PortalProblem) as caught:
        publish.get(steward, name, tmp_path, version="1.0.0")
    assert caught.value.code == "publish-line-spoilt"
    assert line in caught.value.message
    # the newest version is as it was published
    (file,) = publish.get(steward, name, tmp_path)
    assert len(pd.read_csv(file)) == len(rows)


@pytest.mark.parametrize("rows", ["", "banyak", "-3", "9" * 40])
def test_a_recorded_number_of_rows_that_is_none(go: Any, api: Api, name: str, rows: str) -> None:
    go()
    api.resource_patch(id=resource(api, name)["id"], publish_rows=rows)
    rows = frame()
    assert go(rows).verified
    assert go(rows.iloc[1:], shrink=0.5).verified
    assert resource(api, name)["publish_rows"] == "4"


@pytest.mark.parametrize("held", [b"\xff\xfe\x00", b"kode,nama\n1\n1,2,3,4,5\n", b"", b'"'])
def test_a_file_that_is_no_table_in_the_place_of_the_csv(
    go: Any,
    api: Api,
    portal: PortalInfo,
    steward: ckan.Portal,
    name: str,
    held: bytes,
    tmp_path: Path,
) -> None:
    go()
    path = tmp_path / f"{name}.csv"
    path.write_bytes(held)
    ident = resource(api, name)["id"]
    with path.open("rb") as file:
        answer = requests.post(
            f"{portal.url}/api/action/resource_patch",
            data={"id": ident},
            files={"upload": (path.name, file)},
            headers={"Authorization": portal.api_token},
            timeout=60,
        )
    assert answer.ok, answer.text
    api.datastore_delete(resource_id=ident, force=True, filters={"kode": "12.71"})
    # neither the table nor the file is the published version: it can't be proved any more
    with pytest.raises(PortalProblem) as caught:
        publish.compute_plan(Toy(name), {"penduduk": table(frame())}, steward)
    assert caught.value.code == "publish-base-lost"
    assert messages.text("publish-base-lost", "next", lang="id")


@pytest.mark.parametrize("url", ["..", "../../../rahasia.csv", "/", ""])
def test_a_files_address_leads_nowhere_else(
    go: Any, api: Api, steward: ckan.Portal, name: str, tmp_path: Path, url: str
) -> None:
    go()
    api.resource_patch(id=resource(api, name)["id"], url=url, url_type="")
    out = tmp_path / "a" / "b" / "out"
    hasty = ckan.connect(steward.url, steward.transport.token, patience=1)
    with pytest.raises(PortalProblem):
        publish.get(hasty, name, out)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
