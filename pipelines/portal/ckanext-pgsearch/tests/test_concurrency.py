"""Many at once: threads, processes, late writers, a table that is dropped meanwhile."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import ckan
import pysolr
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.search.common import SearchQueryError
from ckan.tests import factories
from ckan.tests.helpers import call_action
from conftest import SITE, Add, Find, document

from ckanext.pgsearch import store
from ckanext.pgsearch.analysis import Analyzer
from ckanext.pgsearch.backend import PgSearch
from ckanext.pgsearch.plugin import make_connection
from ckanext.pgsearch.schema import Schema
from ckanext.pgsearch.store import Store

OWN = f'+site_id:"{SITE}"'


def backend(url: str) -> PgSearch:
    """A backend of its own, as another worker has."""
    path = Path(ckan.__file__).parent / "config" / "solr" / "schema.xml"
    return PgSearch(Store(url, ["english"]), Schema(path.read_text()), Analyzer())


def drop(url: str) -> None:
    """Drops the table, as ``ckan db clean`` does."""
    with sa.create_engine(url).begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS pgsearch_document")


def test_workers_that_start_together_make_one_table(ckan_url: str) -> None:
    drop(ckan_url)
    backends = [backend(ckan_url) for _ in range(8)]
    gate = threading.Barrier(8)

    def work(number: int) -> int:
        gate.wait(30)
        backends[number].add([document(f"w{number}")])
        return int(backends[number].search(f"name:w{number}", fq=OWN).hits)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [1] * 8
    assert backends[0].search("*:*", fq=OWN).hits == 8
    backends[0].delete(q=OWN)


def test_a_dropped_table_comes_back(index: PgSearch, ckan_url: str, find: Find, add: Add) -> None:
    drop(ckan_url)
    assert find() == []
    drop(ckan_url)
    add(a={"title": "lagi"})
    assert find("lagi") == ["a"]
    drop(ckan_url)
    index.delete(q=OWN)


def test_a_table_of_another_form_is_replaced(ckan_url: str) -> None:
    with sa.create_engine(ckan_url).begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS pgsearch_document")
        connection.exec_driver_sql("CREATE TABLE pgsearch_document (index_id text)")
    assert backend(ckan_url).search("*:*").hits == 0


def test_other_languages_are_told(
    ckan_url: str, add: Add, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # CKAN's logging configuration silences loggers that were there before it
    monkeypatch.setattr(store.log, "disabled", False)
    add(a={"title": "x"})
    backend(ckan_url).search("*:*")
    assert "search-index rebuild" in caplog.text


def test_threads_share_a_connection_object(index: PgSearch) -> None:
    index.add([document(f"d{n}", title=f"kata{n} bersama") for n in range(20)])

    def work(number: int) -> bool:
        name = f"d{number % 20}"
        one = index.search(f"title:kata{number % 20}", fq=OWN, fl="name").docs
        with pytest.raises(SearchQueryError, match="parse"):
            index.search(f"title:({number}")
        index.add([document(name, title=f"kata{number % 20} bersama")])
        return [d["name"] for d in one] == [name] and index.search("title:bersama").hits == 20

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))


def _child(url: str, queue: Any) -> None:
    queue.put(make_connection().search("name:parent", fq=OWN).hits)


def test_a_forked_worker_has_connections_of_its_own(index: PgSearch, ckan_url: str) -> None:
    index.add([document("parent")])
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    children = [context.Process(target=_child, args=(ckan_url, queue)) for _ in range(3)]
    for child in children:
        child.start()
    assert [queue.get(timeout=60) for _ in children] == [1, 1, 1]
    for child in children:
        child.join(60)
    assert index.search("name:parent", fq=OWN).hits == 1


@pytest.fixture
def dataset(index: PgSearch) -> dict[str, Any]:
    """A dataset with an index document that shows it as it is."""
    made = factories.Dataset(title="Sekarang")
    return document(
        "late",
        id=made["id"],
        title="Sekarang",
        metadata_modified=made["metadata_modified"] + "Z",
    )


@pytest.mark.usefixtures("clean_db")
def test_a_late_writer_does_not_bring_back_what_was(
    index: PgSearch, find: Find, dataset: dict[str, Any]
) -> None:
    earlier = {**dataset, "title": "Dahulu", "metadata_modified": "2020-01-01T00:00:00Z"}
    index.add([earlier])
    assert find("title:dahulu") == ["late"]
    index.add([dataset])
    index.add([earlier])
    assert (find("title:dahulu"), find("title:sekarang")) == ([], ["late"])
    # same moment, other content, as after a change of groups
    index.add([{**dataset, "groups": ["baru"]}])
    assert find("groups:baru") == ["late"]


@pytest.mark.usefixtures("clean_db")
def test_a_late_writer_does_not_bring_back_a_deleted_dataset(
    index: PgSearch, find: Find, dataset: dict[str, Any]
) -> None:
    model.Session.query(model.Package).filter_by(id=dataset["id"]).update({"state": "deleted"})
    model.Session.commit()
    index.add([dataset])
    assert find() == []
    index.add([{**dataset, "state": "deleted"}])
    assert find() == ["late"]


def _elsewhere(ckan_url: str, query: str) -> int:
    """Hits as another worker sees them."""
    return int(backend(ckan_url).search(query).hits)


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_dataset_and_entry_are_committed_together(ckan_url: str) -> None:
    made = factories.Dataset(title="Sebelum")

    def stop(session: object) -> None:
        # CKAN 2.12 indexes before it commits, older ones in an event like this one
        if make_connection().search("title:sesudah").hits:
            assert _elsewhere(ckan_url, "title:sesudah") == 0
            raise RuntimeError("no commit")

    sa.event.listen(model.Session, "before_commit", stop)
    try:
        with pytest.raises(RuntimeError, match="no commit"):
            call_action("package_patch", id=made["id"], title="Sesudah")
    finally:
        sa.event.remove(model.Session, "before_commit", stop)
    model.Session.rollback()
    assert call_action("package_search", q="sesudah")["count"] == 0
    assert call_action("package_search", q="sebelum")["count"] == 1
    call_action("package_patch", id=made["id"], title="Sesudah")
    assert _elsewhere(ckan_url, "title:sesudah") == 1


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_a_failed_transaction_does_not_stop_searching() -> None:
    factories.Dataset(title="Tetap")
    with pytest.raises(sa.exc.DBAPIError):
        model.Session.execute(sa.text("SELECT 1 / 0"))
    assert make_connection().search("title:tetap").hits == 1
    model.Session.rollback()


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_a_query_that_fails_inside_a_transaction_leaves_it_usable() -> None:
    made = factories.Dataset()
    model.Session.query(model.Package).filter_by(id=made["id"]).update({"title": "Diubah"})
    with pytest.raises(pysolr.SolrError):
        make_connection().add([document("x", metadata_modified="never")])
    with pytest.raises(SearchQueryError):
        make_connection().search("+".join(["a"] * 9) + " title:" + "(" * 300)
    model.Session.commit()
    assert model.Package.get(made["id"]).title == "Diubah"


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_edits_at_the_same_time_leave_the_index_as_the_datasets_are() -> None:
    names = [factories.Dataset()["name"] for _ in range(3)]
    user = factories.Sysadmin()["name"]

    def edit(number: int) -> None:
        try:
            call_action(
                "package_patch",
                context={"user": user},
                id=names[number % 3],
                title=f"Judul {number}",
            )
        finally:
            model.Session.remove()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(edit, range(60)))
    for name in names:
        shown = call_action("package_show", id=name)["title"]
        (found,) = make_connection().search(f"name:{name}", fl="title").docs
        assert found["title"] == shown


def test_a_bad_document_leaves_none_of_its_batch(index: PgSearch, find: Find) -> None:
    with pytest.raises(pysolr.SolrError, match="views_total"):
        index.add([document("good"), document("bad", views_total="many")])
    with pytest.raises(pysolr.SolrError, match="index_id"):
        index.add([{"id": "x"}])
    assert find() == []


def test_a_failed_search_leaves_the_session_alone(index: PgSearch) -> None:
    model.Session.execute(sa.text("SELECT 1"))
    with pytest.raises(Exception, match="parse"):
        index.search("title:(")
    assert model.Session.execute(sa.text("SELECT 1")).scalar() == 1


def test_a_search_that_takes_too_long_is_ended(ckan_url: str) -> None:
    slow = backend(ckan_url)
    slow.search("*:*")
    slow._store._timeout = 1
    slow._store._engine = None
    with (
        sa.create_engine(ckan_url).begin() as connection,
        pytest.raises(SearchQueryError, match="too long"),
    ):
        connection.exec_driver_sql("LOCK TABLE pgsearch_document")
        slow.search("*:*")


def test_a_database_that_is_away_is_told_as_ckan_expects() -> None:
    with pytest.raises(pysolr.SolrError, match="Failed to connect to server"):
        backend("postgresql://nobody@127.0.0.1:9/none").search("*:*")
