"""Killed at any moment, the publisher is run again, and nobody can tell afterwards."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from typing import Any

import pandas as pd
import pytest
from ckan_api import Api
from fault_proxy import Proxy, proxy
from publish_toys import Toy, descriptor, frame, table
from published import snapshot

from pipelines import ckan, package, publish
from pipelines.portal import PortalInfo

pytestmark = pytest.mark.portal

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    ["publish_toys", "pipelines.package.parquet", "pipelines.publish", "pyarrow.csv"]
)
STEPS = ("create", "update", "delete", "fields", "rollback")
ALLOW = ("shrink", "break")


def rows_of(step: str) -> pd.DataFrame:
    """The rows of each step; the steps follow each other."""
    rows = pd.concat([frame().assign(kode=f"{n}") for n in range(12)], ignore_index=True)
    rows = rows.drop_duplicates(["kode", "tahun"])
    if step in ("update", "delete", "fields"):
        rows.loc[rows.index[0], "jumlah"] = "1"
        rows.loc[rows.index[3], "catatan"] = "diperbaiki"
        rows = pd.concat([rows, rows.head(2).assign(kode="baru")], ignore_index=True)
    if step in ("delete", "fields"):
        rows = rows.iloc[5:]
    if step == "fields":
        rows = rows.drop(columns=["catatan"]).assign(luas="1.5")
    return rows


def toy_of(step: str, name: str) -> Toy:
    schema = descriptor()
    if step == "fields":
        schema["fields"] = [f for f in schema["fields"] if f["name"] != "catatan"]
        schema["fields"][3]["type"] = "string"
        schema["fields"].append({"name": "luas", "type": "number", "title": "Luas"})
    return Toy(name, schema=schema)


def run(url: str, token: str, name: str, step: str) -> publish.Outcome:
    """One publication from beginning to end."""
    portal = ckan.connect(url, token, patience=20)
    toy = toy_of(step, name)
    if step == "rollback":
        plan = publish.rollback(toy, portal, to="1.0.0", allow=ALLOW)
    else:
        plan = publish.compute_plan(toy, {"penduduk": table(rows_of(step))}, portal, allow=ALLOW)
    return publish.apply_plan(plan, portal, build=package.build, allow=ALLOW)


def child(url: str, token: str, name: str, step: str) -> None:
    """What the process does that is going to be killed."""
    os.setpgrp()
    run(url, token, name, step)


def started(url: str, token: str, name: str, step: str) -> Any:
    process = CONTEXT.Process(target=child, args=(url, token, name, step))
    process.start()
    return process


@pytest.fixture(scope="module")
def expected(portal: PortalInfo, api: Api) -> dict[str, Any]:
    """Snapshot after each step, and how many requests the step takes, when nobody dies."""
    found: dict[str, Any] = {}
    with proxy(portal.url) as watched:
        for step in STEPS:
            before = len(watched.paths)
            assert run(watched.url, portal.api_token, "mati-acuan", step).verified
            found[step] = snapshot(api, "mati-acuan"), len(watched.paths) - before
    return found


def kill_at_request(
    watched: Proxy, portal: PortalInfo, name: str, step: str, nth: int, *, answered: bool
) -> bool:
    """Kill the publisher as it sends its `nth` request, before or after the portal sees it."""
    base = len(watched.paths)
    struck = threading.Event()
    process: list[Any] = []
    ready = threading.Event()

    def strike(_: str, number: int) -> None:
        if number - base == nth and not struck.is_set():
            ready.wait(30)
            os.kill(process[0].pid, signal.SIGKILL)
            struck.set()

    watched.before, watched.after = (None, strike) if answered else (strike, None)
    process.append(started(watched.url, portal.api_token, name, step))
    ready.set()
    process[0].join(120)
    watched.before = watched.after = None
    return process[0].exitcode == -signal.SIGKILL


def kill_at_time(portal: PortalInfo, name: str, step: str, seconds: float) -> bool:
    """Kill the publisher after some time, wherever it is."""
    process = started(portal.url, portal.api_token, name, step)
    process.join(seconds)
    if process.is_alive():
        os.kill(process.pid, signal.SIGKILL)
    process.join(60)
    return process.exitcode == -signal.SIGKILL


def murder(
    portal: PortalInfo, api: Api, expected: dict[str, Any], name: str, source: random.Random
) -> int:
    """Kill one dataset's publisher in every step, run it again, compare. Returns the kills."""
    kills = 0
    with proxy(portal.url) as watched:
        for step in STEPS:
            wanted, requests = expected[step]
            for _ in range(source.choice((1, 1, 2))):
                if source.random() < 0.7:
                    nth = source.randint(1, requests)
                    answered = source.random() < 0.5
                    kills += kill_at_request(watched, portal, name, step, nth, answered=answered)
                else:
                    kills += kill_at_time(portal, name, step, source.uniform(0.05, 2.0))
            assert run(portal.url, portal.api_token, name, step).verified
            found = snapshot(api, name)
            assert found["metadata"] == wanted["metadata"], step
            assert found == wanted, step
            # Nothing is left to do.
            again = run(portal.url, portal.api_token, name, step)
            if step != "rollback":
                assert again.plan.action == "unchanged", step
    return kills


def test_killed_now_and_then(portal: PortalInfo, api: Api, expected: dict[str, Any]) -> None:
    assert murder(portal, api, expected, "mati-0", random.Random(7)) >= 4


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_killed_two_hundred_times(
    portal: PortalInfo, api: Api, expected: dict[str, Any], record_property: Any
) -> None:
    kills, number = 0, 0
    while kills < 200:
        number += 1
        kills += murder(portal, api, expected, f"mati-{number}", random.Random(number))
    record_property("kills", kills)
    print(f"killed {kills} times over {number} datasets")  # noqa: T201


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_killed_at_every_request(portal: PortalInfo, api: Api, expected: dict[str, Any]) -> None:
    """Before and after each single request of every step."""
    kills = 0
    with proxy(portal.url) as watched:
        for answered in (False, True):
            for target in STEPS:
                for nth in range(1, expected[target][1] + 1):
                    name = f"mati-{target}-{nth}-{int(answered)}"
                    for step in STEPS[: STEPS.index(target)]:
                        run(portal.url, portal.api_token, name, step)
                    kills += kill_at_request(watched, portal, name, target, nth, answered=answered)
                    run(portal.url, portal.api_token, name, target)
                    found = snapshot(api, name)
                    assert found == expected[target][0], (target, nth, answered)
    print(f"killed {kills} times")  # noqa: T201
