"""CKAN with the plugin, through its own actions."""

from __future__ import annotations

import ckan.lib.search as search
import ckan.lib.search.common as common
import ckan.lib.search.index as search_index
import ckan.lib.search.query as search_query
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.pgsearch.backend import PgSearch
from ckanext.pgsearch.plugin import install


@pytest.mark.parametrize("module", [search, common, search_index, search_query])
def test_every_holder_of_the_factory_has_ours(module: object) -> None:
    install()
    assert isinstance(module.make_connection(), PgSearch)  # type: ignore[attr-defined]


def test_ckan_is_content_with_the_schema() -> None:
    assert search.is_available()
    assert search.check_solr_schema_version()
    assert common.make_connection().ping()


@pytest.mark.usefixtures("clean_db", "clean_index")
class TestActions:
    """Datasets through the Action API."""

    def test_life_of_a_dataset(self) -> None:
        office = factories.Organization()
        made = factories.Dataset(title="Angka Kelahiran", owner_org=office["id"])
        found = call_action("package_search", q="kelahiran", **{"facet.field": ["organization"]})
        assert [d["id"] for d in found["results"]] == [made["id"]]
        assert found["facets"]["organization"] == {office["name"]: 1}
        call_action("package_patch", id=made["id"], title="Angka Kematian")
        assert call_action("package_search", q="kelahiran")["count"] == 0
        assert call_action("package_search", q="kematian")["count"] == 1
        call_action("package_patch", id=made["id"], private=True)
        assert call_action("package_search", q="kematian")["count"] == 0
        assert call_action("package_search", q="kematian", include_private=True)["count"] == 1
        call_action("package_delete", id=made["id"])
        assert call_action("package_search", q="", include_private=True)["count"] == 0

    def test_rebuild_and_clear(self) -> None:
        made = factories.Dataset(title="Bangun ulang")
        search.clear_all()
        assert call_action("package_search", q="bangun")["count"] == 0
        search.rebuild(quiet=True)
        search.commit()
        assert call_action("package_search", q="bangun")["count"] == 1
        assert search.show(made["name"])["id"] == made["id"]
        search.clear(made["id"])
        assert call_action("package_search", q="bangun")["count"] == 0
        search.rebuild(only_missing=True, quiet=True)
        assert call_action("package_search", q="bangun")["count"] == 1

    def test_malformed_queries_are_the_callers_fault(self, app: object) -> None:
        for path in ("/api/3/action/package_search?q=title:(", "/dataset/?q=title:("):
            assert app.get(path, status=400)  # type: ignore[attr-defined]
        answer = app.get("/api/3/action/package_search?q=title:(", status=400)  # type: ignore[attr-defined]
        assert answer.json["error"]["__type"] == "Search Query Error"
        assert app.get("/dataset/?q=judul (apa", status=200)  # type: ignore[attr-defined]
