"""What differs from the last release, on the portal and in the sources, told in few requests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from ckan_api import Api
from publish_toys import Toy, descriptor, frame, table

from pipelines import ckan
from pipelines.portal import PortalInfo
from pipelines.status import PortalFacts, drift

pytestmark = pytest.mark.portal
NOW = dt.datetime(2025, 2, 1, tzinfo=dt.UTC)


@pytest.fixture
def anyone(portal: PortalInfo) -> ckan.Portal:
    """The portal as somebody without an account sees it."""
    return ckan.connect(portal.url, patience=5)


def resource(api: Api, name: str, role: str = "data") -> str:
    found = api.package_show(id=name)["resources"]
    return str(next(r["id"] for r in found if r["publish_role"] == role))


def look(portal: ckan.Portal, toy: Toy, rows: Any = None, **tables: Any) -> PortalFacts:
    given = {"penduduk": table(frame() if rows is None else rows)} | tables
    return drift.portal_facts(portal, toy, given, NOW)


def words(found: tuple[Any, ...]) -> list[str]:
    return [item.text("en") for item in found]


def test_as_published_nothing_differs(go: Any, anyone: ckan.Portal, name: str) -> None:
    go()
    found = look(anyone, Toy(name))
    assert (found.drift, found.unpublished, found.unfinished) == ((), (), False)
    assert (found.freshness, found.version) == ("fresh", "1.0.0")
    assert (found.covered_from, found.covered_to) == (dt.date(2023, 1, 1), dt.date(2024, 12, 31))
    assert found.due == dt.date(2026, 3, 1)
    assert found.url == f"{anyone.url}/dataset/{name}"
    assert anyone.requests == 3  # the dataset, its table, its history


def test_the_last_period_of_the_rows_counts_and_not_a_stale_coverage(
    go: Any, api: Api, anyone: ckan.Portal, name: str
) -> None:
    go()
    extras = [
        {**item, "value": "2023"} if item["key"] == "temporal_end" else item
        for item in api.package_show(id=name)["extras"]
    ]
    api.package_patch(id=name, extras=extras)
    found = look(anyone, Toy(name))
    assert (found.freshness, found.covered_to) == ("fresh", dt.date(2024, 12, 31))


def test_every_release_is_dated(go: Any, anyone: ckan.Portal, name: str) -> None:
    rows = frame()
    go(rows.iloc[1:])
    go(rows)
    found = look(anyone, Toy(name))
    assert [release.version for release in found.releases] == ["1.0.0", "1.1.0"]
    assert found.released is not None
    assert abs(found.released - dt.datetime.now(dt.UTC)) < dt.timedelta(hours=1)


def test_what_the_portal_never_had(anyone: ckan.Portal) -> None:
    found = look(anyone, Toy("tidak-pernah-terbit"))
    assert (found.freshness, found.version, found.url, anyone.requests) == ("never", "", "", 1)


Edit = Callable[[Api, str], None]


def new_title(api: Api, name: str) -> None:
    api.package_patch(id=name, title="Judul lain")


def new_extra(api: Api, name: str) -> None:
    extras = [
        {**item, "value": "2030"} if item["key"] == "temporal_end" else item
        for item in api.package_show(id=name)["extras"]
    ]
    api.package_patch(id=name, extras=extras)


def foreign_extra(api: Api, name: str) -> None:
    extras = api.package_show(id=name)["extras"]
    api.package_patch(id=name, extras=[*extras, {"key": "catatan_portal", "value": "x"}])


def one_row_more(api: Api, name: str) -> None:
    row = {"kode": "99.99", "tahun": 2024, "jumlah": 1}
    api.datastore_upsert(
        resource_id=resource(api, name), force=True, method="insert", records=[row]
    )


def new_label(api: Api, name: str) -> None:
    ident = resource(api, name)
    fields = [f for f in api.datastore_search(resource_id=ident)["fields"] if f["id"] != "_id"]
    fields[2]["info"]["label"] = "Salah"
    api.datastore_create(resource_id=ident, force=True, fields=fields)


def hide(api: Api, name: str) -> None:
    api.package_patch(id=name, private=True)


def no_table(api: Api, name: str) -> None:
    api.datastore_delete(resource_id=resource(api, name), force=True)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (new_title, ["title"]),
        (new_extra, ["coverage.to"]),
        (foreign_extra, []),
        (one_row_more, ["penduduk: 5 → 6 rows"]),
        (new_label, ["dictionary of column penduduk.jumlah"]),
        (hide, ["hidden from readers"]),
        (no_table, ["penduduk: table gone from the portal"]),
    ],
)
def test_an_edit_on_the_portal_is_named(
    go: Any, api: Api, steward: ckan.Portal, name: str, edit: Edit, expected: list[str]
) -> None:
    go()
    edit(api, name)
    found = look(steward, Toy(name))
    assert words(found.drift) == expected
    assert go().verified
    assert look(steward, Toy(name)).drift == ()


def test_what_an_older_program_recorded_is_no_edit(
    go: Any, api: Api, steward: ckan.Portal, name: str
) -> None:
    go()
    api.resource_patch(id=resource(api, name, "datapackage"), publish_metadata="f" * 64)
    assert look(steward, Toy(name)).drift == ()


def test_a_hidden_dataset_needs_a_token(go: Any, api: Api, anyone: ckan.Portal, name: str) -> None:
    go()
    hide(api, name)
    found = look(anyone, Toy(name))
    assert (found.freshness, found.hidden) == ("unknown", True)


def test_records_that_somebody_spoilt(go: Any, api: Api, anyone: ckan.Portal, name: str) -> None:
    go()
    ident = resource(api, name, "changes")
    (row,) = api.datastore_search(resource_id=ident, filters={"action": "release"})["records"]
    spoilt = {"id": row["id"], "after": "bukan JSON"}
    api.datastore_upsert(resource_id=ident, force=True, method="update", records=[spoilt])
    found = look(anyone, Toy(name))
    assert (found.freshness, found.version) == ("unknown", "")
    assert found.problem


def test_unpublished_rows_values_and_words(go: Any, anyone: ckan.Portal, name: str) -> None:
    rows = frame()
    go(rows)
    fewer = look(anyone, Toy(name), rows.iloc[1:])
    assert words(fewer.unpublished) == ["penduduk: 5 → 4 rows"]
    other = rows.copy()
    other.loc[0, "jumlah"] = "7"
    assert words(look(anyone, Toy(name), other).unpublished) == ["penduduk: values"]
    retitled = look(anyone, Toy(name, title={"id": "Lain", "en": "Other"}))
    assert words(retitled.unpublished) == ["title", "title.en", "tables.penduduk"]
    assert retitled.drift == ()
    unjudged = drift.portal_facts(anyone, Toy(name), None, NOW)
    assert unjudged.unpublished == ()
    assert anyone.requests == 4 * 3  # no row is read, whatever differs


def test_unpublished_fields_and_tables(go: Any, anyone: ckan.Portal, name: str) -> None:
    rows = frame()
    go(rows)
    schema = descriptor()
    schema["fields"].append({"name": "baru", "type": "string", "title": "Baru"})
    found = look(anyone, Toy(name, schema=schema), rows.assign(baru="x"))
    assert words(found.unpublished) == ["column penduduk.baru added", "penduduk: values"]
    tables = {"lain": Toy(name).spec.tables["penduduk"].model_dump(by_alias=True)}
    moved = look(anyone, Toy(name, tables=tables), rows, lain=table(rows, "lain"))
    assert words(moved.unpublished) == ["lain: new table", "penduduk: table dropped"]


def test_an_edit_beside_a_change_of_ones_own(
    go: Any, api: Api, steward: ckan.Portal, name: str
) -> None:
    go()
    new_title(api, name)
    toy = Toy(name, keywords=["lain sekali"])
    found = look(steward, toy)
    assert words(found.drift) == ["metadata"]
    assert "keywords" in words(found.unpublished)


def test_the_next_data_are_overdue(go: Any, anyone: ckan.Portal, name: str) -> None:
    go()
    tables = {"penduduk": table(frame())}
    later = dt.datetime(2026, 3, 11, 12, tzinfo=dt.UTC)
    found = drift.portal_facts(anyone, Toy(name), tables, later)
    assert (found.freshness, found.days) == ("overdue", -10)
