"""Whatever breaks on the way: no false success, no mixture, and running again mends it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ckan_api import ActionError, Api
from fault_proxy import CARRIED_OUT, Fault, Rule, proxy
from publish_toys import Toy, frame, table
from published import snapshot

from pipelines import ckan, package, publish
from pipelines import portal as embedded
from pipelines.errors import PortalProblem
from pipelines.portal import PortalInfo
from pipelines.publish.apply import dataset as apply_dataset

pytestmark = pytest.mark.portal


def changed() -> pd.DataFrame:
    rows = frame()
    rows.loc[0, "jumlah"] = "1"
    rows.loc[9] = rows.loc[1]
    rows.loc[9, "kode"] = "12.99"
    return rows.drop(index=[2])


@pytest.fixture(scope="module")
def expected(portal: PortalInfo, api: Api) -> dict[str, dict[str, Any]]:
    """What uninterrupted runs leave behind: after the first version, after the second."""
    steward = ckan.connect(portal.url, portal.api_token)
    found = {}
    for step, rows in (("create", frame()), ("update", changed())):
        run(steward, "acuan", rows)
        found[step] = snapshot(api, "acuan")
    return found


def run(portal: ckan.Portal, name: str, rows: pd.DataFrame) -> publish.Outcome:
    plan = publish.compute_plan(Toy(name), {"penduduk": table(rows)}, portal, shrink=0.9)
    return publish.apply_plan(plan, portal, build=package.build, shrink=0.9)


#: Every call that changes something, in both runs, and a few that read.
UPDATE_CALLS = (
    "package_show", "datastore_search", "datastore_upsert", "datastore_delete", "package_revise",
    "/dataset/",
)  # fmt: skip
CREATE_CALLS = (
    "package_create", "datastore_create", "datastore_upsert", "resource_view_create",
    "package_revise",
)  # fmt: skip
FAULTS: tuple[Fault, ...] = (
    "reset-before", "reset-after", "hang", "429", "503", "502-before", "502-after", "truncate",
    "html", "html-after", "500",
)  # fmt: skip
QUICK = {
    ("update", "datastore_upsert", 3): ("reset-after", "hang", "502-after"),
    ("update", "datastore_delete", 1): ("truncate", "503"),
    ("update", "package_revise", 1): ("reset-after", "html-after", "500"),
    ("update", "/dataset/", 1): ("truncate",),
    ("create", "package_create", 1): ("reset-after", "429"),
    ("create", "datastore_upsert", 1): ("hang",),
    ("create", "datastore_create", 2): ("502-after",),
    ("create", "package_revise", 2): ("reset-before",),
}
CASES = [
    pytest.param(
        step,
        action,
        fault,
        nth,
        marks=() if fault in QUICK.get((step, action, nth), ()) else pytest.mark.long,
    )
    for step, actions in (("update", UPDATE_CALLS), ("create", CREATE_CALLS))
    for action in actions
    for nth in (1, 2, 3)
    for fault in FAULTS
    if not (nth == 3 and action in ("package_revise", "package_create"))
    and not (nth == 2 and action == "package_create")
    and not (nth > 1 and step == "update" and action == "package_revise")
    and not (nth == 3 and action in ("datastore_create", "resource_view_create"))
]


@pytest.mark.parametrize(("step", "action", "fault", "nth"), CASES)
def test_one_fault(
    portal: PortalInfo,
    api: Api,
    steward: ckan.Portal,
    expected: dict[str, dict[str, Any]],
    name: str,
    step: str,
    action: str,
    fault: Fault,
    nth: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # nobody else creates the dataset: its creator is not waited for
    monkeypatch.setattr(apply_dataset, "_CREATOR_SECONDS", 1)
    rows = frame()
    if step == "update":
        run(steward, name, frame())
        rows = changed()
    timeout = (5.0, 1.5) if fault == "hang" else (5.0, 60.0)
    with proxy(portal.url, Rule(fault, action, nth)) as broken:
        through = ckan.connect(broken.url, portal.api_token, patience=8, timeout=timeout)
        try:
            outcome = run(through, name, rows)
        except PortalProblem:
            done = False
        else:
            done = outcome.verified
        assert broken.rules[0].hits == 1 or nth > 1, f"{action} was not called {nth} times"
        if done:
            assert snapshot(api, name) == expected[step]
        elif step == "create":
            with pytest.raises(ActionError):
                Api(portal.url).package_show(id=name)
        else:
            assert api.package_show(id=name)["version"] in ("1.0.0", "1.1.0")
        run(through, name, rows)
    assert snapshot(api, name) == expected[step]


@pytest.mark.parametrize("fault", CARRIED_OUT)
def test_rows_are_not_doubled_without_a_key(
    portal: PortalInfo, api: Api, steward: ckan.Portal, name: str, fault: Fault
) -> None:
    from publish_toys import descriptor

    schema = descriptor()
    del schema["primaryKey"]
    toy = Toy(name, schema=schema)
    timeout = (5.0, 1.5) if fault == "hang" else (5.0, 60.0)
    with proxy(portal.url, Rule(fault, "datastore_upsert", 3)) as broken:
        through = ckan.connect(broken.url, portal.api_token, patience=8, timeout=timeout)
        plan = publish.compute_plan(toy, {"penduduk": table(frame())}, through)
        publish.apply_plan(plan, through, build=package.build)
        assert broken.rules[0].hits == 1
    found = snapshot(api, name)["resources"]["penduduk/data"]
    assert found["total"] == 5 and len(found["rows"]) == 5


def test_a_portal_that_stays_broken_is_never_a_success(
    portal: PortalInfo, api: Api, steward: ckan.Portal, name: str
) -> None:
    run(steward, name, frame())
    before = snapshot(api, name)
    for fault, code in (
        ("html", "ckan-garbled"), ("503", "ckan-busy"), ("500", "ckan-failing"),
        ("reset-before", "ckan-interrupted"),
    ):  # fmt: skip
        with proxy(portal.url, Rule(fault, "package_show", 1, 10**6)) as broken:  # type: ignore[arg-type]
            through = ckan.connect(broken.url, portal.api_token, patience=1)
            with pytest.raises(PortalProblem) as problem:
                run(through, name, changed())
            assert problem.value.code == code and problem.value.exit_code == 3
    assert snapshot(api, name) == before


def test_retry_after_is_kept(portal: PortalInfo) -> None:
    with proxy(portal.url, Rule("429", "status_show", 1, 2)) as broken:
        through = ckan.connect(broken.url, portal.api_token, patience=30)
        assert through.site["site_url"]
        assert through.requests == 3


def test_unreachable() -> None:
    with pytest.raises(PortalProblem) as problem:
        ckan.connect("http://127.0.0.1:9", "x", patience=0.5).dataset("apa-saja")
    assert problem.value.code == "ckan-unreachable"


def test_not_a_portal(portal: PortalInfo) -> None:
    with pytest.raises(PortalProblem) as problem:
        ckan.connect(f"{portal.url}/bukan", None, patience=0.5).dataset("apa-saja")
    assert problem.value.code in ("ckan-not-ckan", "ckan-redirect")


def test_disk_full_on_the_portal(
    portal: PortalInfo, api: Api, steward: ckan.Portal, name: str, expected: dict[str, Any]
) -> None:
    run(steward, name, frame())
    before = snapshot(api, name)
    rid = next(
        r["id"] for r in api.package_show(id=name)["resources"] if r["publish_role"] == "data"
    )
    (stored,) = portal.data_dir.rglob(f"{rid[:3]}/{rid[3:6]}/{rid[6:]}")
    full = Path(f"{stored}~")
    full.symlink_to("/dev/full")
    with pytest.raises(PortalProblem) as problem:
        run(ckan.connect(portal.url, portal.api_token, patience=2), name, changed())
    assert problem.value.code == "ckan-failing"
    assert api.package_show(id=name)["version"] == "1.0.0"
    assert before["metadata"]["version"] == "1.0.0"
    full.unlink(missing_ok=True)
    run(steward, name, changed())
    assert snapshot(api, name) == expected["update"]


@pytest.mark.parametrize("looks", [1, 2])
def test_a_table_that_goes_between_look_and_read(
    portal: PortalInfo, api: Api, steward: ckan.Portal, name: str, looks: int, tmp_path: Path
) -> None:
    """The last request of a publisher that was killed may be carried out as the next plans."""
    run(steward, name, frame())
    data = next(
        r["id"] for r in api.package_show(id=name)["resources"] if r["publish_role"] == "data"
    )
    seen = 0

    def drop(path: str, _: int) -> None:
        nonlocal seen
        if path.endswith("datastore_search"):
            seen += 1
            if seen == looks:
                api.datastore_delete(resource_id=data, force=True)

    with proxy(portal.url) as watched:
        watched.before = drop
        through = ckan.connect(watched.url, portal.api_token, patience=20)
        assert run(through, name, changed()).plan.version_to == "1.1.0"
        assert seen > looks
    assert snapshot(api, name)["resources"]["penduduk/data"]["rows"] != []
    (path,) = publish.get(steward, name, tmp_path, version="1.0.0")
    assert len(pd.read_csv(path)) == len(frame())
    assert run(steward, name, changed()).plan.action == "unchanged"


def test_portal_restarts_in_the_middle(
    portal: PortalInfo, api: Api, name: str, expected: dict[str, Any]
) -> None:
    def restart(_: str, number: int) -> None:
        if number == 17:
            embedded.down()
            embedded.up()

    with proxy(portal.url) as watched:
        watched.before = restart
        through = ckan.connect(watched.url, portal.api_token, patience=150)
        assert run(through, name, frame()).verified
        assert len(watched.paths) > 17
    current = embedded.up()
    assert current.url == portal.url
    assert snapshot(api, name) == expected["create"]


@pytest.mark.parametrize(
    ("token", "code"), [("", "ckan-no-token"), ("eyJhbGciOi.palsu.palsu", "ckan-bad-token")]
)
def test_wrong_token_is_found_before_anything_is_sent(
    portal: PortalInfo, steward: ckan.Portal, name: str, token: str, code: str
) -> None:
    with proxy(portal.url) as watched:
        through = ckan.connect(watched.url, token, patience=2)
        with pytest.raises(ckan.Denied) as denied:
            run(through, name, frame())
        assert denied.value.code == code
        changing = [p for p in watched.paths if "create" in p or "upsert" in p or "revise" in p]
        assert changing == []
    assert steward.dataset(name) is None


def test_no_permission_on_the_organization(
    portal: PortalInfo, api: Api, steward: ckan.Portal, name: str
) -> None:
    run(steward, name, frame())
    user = f"tamu-{name}"
    api.user_create(name=user, email=f"{user}@contoh.example", password="rahasia-sekali")
    token = api.api_token_create(user=user, name="t")["token"]
    guest = ckan.connect(portal.url, token, patience=2)
    with pytest.raises(ckan.Denied, match="dinas-dukcapil") as denied:
        run(guest, name, changed())
    assert denied.value.code == "ckan-no-permission" and user in denied.value.message
    api.organization_member_create(id="dinas-dukcapil", username=user, role="editor")
    api.group_member_create(id="kependudukan", username=user, role="member")
    assert run(guest, name, changed()).verified


def test_field_errors_name_the_descriptor_s_keys(
    portal: PortalInfo, steward: ckan.Portal, name: str
) -> None:
    contact = {"name": "Bidang Data", "email": "bukan surel"}
    toy = Toy(name, contact=contact)
    plan = publish.compute_plan(toy, {"penduduk": table(frame())}, steward)
    with pytest.raises(PortalProblem, match=r"maintainer_email \(contact\.email\)") as problem:
        publish.apply_plan(plan, steward, build=package.build)
    assert problem.value.code == "publish-rejected"


def test_two_publishers_at_once(
    portal: PortalInfo, api: Api, steward: ckan.Portal, name: str, expected: dict[str, Any]
) -> None:
    """Both start together, again and again: one result, the other is told to wait or agrees."""
    results: list[str] = []

    def publisher(rows: pd.DataFrame) -> None:
        mine = ckan.connect(portal.url, portal.api_token, patience=10)
        try:
            run(mine, name, rows)
        except PortalProblem as problem:
            results.append(problem.code)
        else:
            results.append("verified")

    for rows in ((frame(), frame()), (changed(), changed())):
        pair = [threading.Thread(target=publisher, args=(r,)) for r in rows]
        for thread in pair:
            thread.start()
        for thread in pair:
            thread.join()
        assert len(results) == 2 and "verified" in results, results
        assert set(results) <= {"verified", "publish-busy", "publish-moved"}, results
        results.clear()
    assert snapshot(api, name) == expected["update"]


def test_two_publishers_with_different_data(
    portal: PortalInfo, api: Api, steward: ckan.Portal, name: str
) -> None:
    run(steward, name, frame())
    sides = {"1": frame().assign(jumlah="1"), "2": frame().assign(jumlah="2")}
    outcomes: dict[str, str] = {}

    def publisher(side: str) -> None:
        mine = ckan.connect(portal.url, portal.api_token, patience=10)
        try:
            outcomes[side] = run(mine, name, sides[side]).plan.version_to
        except PortalProblem as problem:
            outcomes[side] = problem.code

    pair = [threading.Thread(target=publisher, args=(side,)) for side in sides]
    for thread in pair:
        thread.start()
    for thread in pair:
        thread.join()
    rows = snapshot(api, name)["resources"]["penduduk/data"]["rows"]
    assert len({row.split('"jumlah": ')[1].split(",")[0] for row in rows}) == 1, outcomes


def test_a_silent_publisher_of_another_machine(
    portal: PortalInfo, api: Api, steward: ckan.Portal, name: str
) -> None:
    run(steward, name, frame())
    rid = next(
        r["id"] for r in api.package_show(id=name)["resources"] if r["publish_role"] == "changes"
    )
    row = {"id": "publishing", "action": "publishing", "key": "mesin-lain:1:1:aa", "version": ""}

    def hold(since: str) -> None:
        api.datastore_delete(resource_id=rid, force=True, filters={"id": "publishing"})
        api.datastore_upsert(
            resource_id=rid, force=True, method="insert", records=[{**row, "time": since}]
        )

    hold(steward.transport.now().replace(tzinfo=None).isoformat()[:19])
    with pytest.raises(PortalProblem) as busy:
        run(steward, name, changed())
    assert busy.value.code == "publish-busy"
    assert api.package_show(id=name)["version"] == "1.0.0"
    hold("2020-01-01T00:00:00")
    assert run(steward, name, changed()).verified
