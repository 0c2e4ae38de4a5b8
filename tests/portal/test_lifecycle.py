"""The portal survives what happens to programs: killed, interrupted, started twice, rebooted."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from ckan_api import Api

from pipelines import portal
from pipelines.errors import PortalProblem
from pipelines.portal import PortalInfo, PortalProgress, credentials, ports, processes
from pipelines.portal.paths import portal_paths

pytestmark = pytest.mark.portal

SERVICES = ("postgres", "redis", "web", "jobs")


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for a condition; fail when it does not come."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "the condition did not come true"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def taken() -> Iterator[list[int]]:
    """Other programs on the usual ports (this test's own sockets, where they were free)."""
    sockets = []
    for port in ports.DEFAULT_PORTS.values():
        probe = socket.socket()
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ports.HOST, port))
            probe.listen()
        except OSError:
            pass
        sockets.append(probe)
    yield list(ports.DEFAULT_PORTS.values())
    for probe in sockets:
        probe.close()


@pytest.fixture(scope="module")
def home(
    portal_dir: Path, tmp_path_factory: pytest.TempPathFactory, taken: list[int]
) -> Iterator[PortalInfo]:
    """A portal of this module's own, which it may kill."""
    folder = portal_dir / "lifecycle"
    folder.mkdir(mode=0o711)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PUBLISH_PORTAL_DIR", str(folder))
        try:
            info = portal.up()
            Api(info.url, info.api_token).organization_create(name="tetap-ada")
            yield info
        finally:
            portal.reset()


def kept(info: PortalInfo) -> bool:
    """Say whether the portal still has what was put into it."""
    return bool(Api(info.url).organization_show(id="tetap-ada")["name"])


def healthy() -> bool:
    found = portal.status()
    return bool(found["answers"] and all(entry["running"] for entry in found["services"].values()))


def pids() -> dict[str, int]:
    found = portal.status()
    return {name: found["services"][name]["pid"] for name in SERVICES} | {
        "supervisor": found["supervisor"]
    }


def standing() -> dict[str, int]:
    """Name → process id of every service, once all of them run: one may just be restarting."""
    until(lambda: healthy() and None not in pids().values())
    return pids()


def alive() -> set[int]:
    return {process.pid for process in processes.portal_processes(portal_paths().home, [])}


def test_taken_ports_are_avoided(home: PortalInfo, taken: list[int]) -> None:
    found = portal.status()["services"]
    assert not {found[name]["port"] for name in ports.DEFAULT_PORTS} & set(taken)


def test_up_again_changes_nothing(home: PortalInfo) -> None:
    before = standing()
    steps: list[PortalProgress] = []
    again = portal.up(steps.append)
    assert (again.url, again.api_token, again.cold) == (home.url, home.api_token, False)
    assert pids() == before
    assert steps == []
    assert portal.current() is not None


def test_two_ups_at_once(home: PortalInfo) -> None:
    portal.down()
    code = "from pipelines import portal; print(portal.up().url)"
    both = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0].strip() for process in both]
    assert said == [home.url, home.url]
    assert healthy()


def test_two_portals_started_in_the_same_moment(
    portal_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both choose the same ports while nobody listens there yet; each ends with its own."""
    folders = [portal_dir / "satu", portal_dir / "dua"]
    usual: dict[str, int] = {}
    for name in ports.DEFAULT_PORTS:
        usual[name] = ports.choose_port([], usual.values())
    code = (
        "from pipelines import portal; from pipelines.portal import ports; "
        f"ports.DEFAULT_PORTS.update({usual}); found = portal.up(); "
        "print(found.url, found.api_token)"
    )
    try:
        for folder in folders:
            folder.mkdir(mode=0o711)
        both = [
            subprocess.Popen(
                [sys.executable, "-c", code],
                stdout=subprocess.PIPE,
                text=True,
                env=os.environ | {"PUBLISH_PORTAL_DIR": str(folder)},
            )
            for folder in folders
        ]
        said = [process.communicate(timeout=300)[0].split() for process in both]
        assert len({url for url, _ in said}) == 2
        for number, (url, token) in enumerate(said):
            Api(url, token).organization_create(name=f"kantor-{number}")
        assert [Api(url).organization_list() for url, _ in said] == [["kantor-0"], ["kantor-1"]]
    finally:
        for folder in folders:
            monkeypatch.setenv("PUBLISH_PORTAL_DIR", str(folder))
            portal.reset()


def test_every_secret_is_closed(home: PortalInfo) -> None:
    where = portal_paths()
    assert where.credentials.stat().st_mode & 0o777 == 0o600
    for path in where.config.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, path
    for folder in (where.pgdata, where.redis, where.storage):
        assert folder.stat().st_mode & 0o777 == 0o700, folder
    assert where.home.stat().st_mode & 0o066 == 0
    secrets = credentials.load(where)
    assert secrets is not None
    values = [value for value in vars(secrets).values() if value]
    assert len(values) == 7
    shown = repr(home) + repr(secrets) + str(portal.status())
    for path in where.logs.iterdir():
        shown += path.read_text(errors="replace")
    for process in processes.portal_processes(where.home, []):
        shown += " ".join(process.cmdline()) + str(process.environ())
    assert not [value for value in values if value in shown]


def test_loopback_only(home: PortalInfo) -> None:
    listening = set()
    for process in processes.portal_processes(portal_paths().home, []):
        with contextlib.suppress(psutil.NoSuchProcess):  # PostgreSQL's workers come and go
            listening |= {
                (entry.laddr.ip, entry.laddr.port)
                for entry in process.net_connections("inet")
                if entry.status == psutil.CONN_LISTEN
            }
    found = portal.status()["services"]
    assert listening == {("127.0.0.1", found[name]["port"]) for name in ports.DEFAULT_PORTS}


@pytest.mark.skipif(sys.platform != "linux", reason="capabilities are Linux's")
def test_no_service_has_the_power_of_root(home: PortalInfo) -> None:
    supervisor = portal.status()["supervisor"]
    for process in processes.portal_processes(portal_paths().home, []):
        if process.pid != supervisor and process.is_running():
            lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
            powers = [line.split()[1] for line in lines if line.startswith("CapEff")]
            assert int(powers[0], 16) == 0, process.name()


@pytest.mark.parametrize("name", SERVICES)
def test_a_killed_service_comes_back(home: PortalInfo, name: str) -> None:
    before = standing()
    os.kill(before[name], signal.SIGKILL)
    until(lambda: pids()[name] not in (None, before[name]))
    until(healthy)
    assert kept(home)
    assert portal.status()["services"][name]["restarts"] >= 1
    assert portal.up().url == home.url


@pytest.mark.parametrize("name", ["postgres", "web"])
def test_a_killed_worker_comes_back(home: PortalInfo, name: str) -> None:
    parent = psutil.Process(standing()[name])
    victim = parent.children()[-1]
    victim.kill()
    until(lambda: not victim.is_running() and healthy())
    assert kept(home)


def test_up_heals_after_the_supervisor_was_killed(home: PortalInfo) -> None:
    before = standing()
    assert set(before.values()) <= alive()
    os.kill(before["supervisor"], signal.SIGKILL)
    until(lambda: portal.status()["phase"] == "unsupervised")
    assert portal.current() is None
    assert portal.up().url == home.url
    assert not set(before.values()) & alive()
    assert kept(home)


def test_up_heals_when_nothing_is_written_down(home: PortalInfo) -> None:
    """A supervisor killed before it wrote its children down leaves orphans that are found."""
    before = standing()
    os.kill(before["supervisor"], signal.SIGKILL)
    portal_paths().state.unlink()
    portal.up()
    assert not set(before.values()) & alive()
    assert Api(portal.up().url).organization_list() == ["tetap-ada"]


def test_up_after_everything_died_at_once(home: PortalInfo) -> None:
    """As after a power cut; the stale pid file names a process that is somebody else's."""
    where = portal_paths()
    for process in processes.portal_processes(where.home, []):
        process.kill()
    until(lambda: not alive())
    pid_file = where.pgdata / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    where.state.write_text("{ half a")
    assert kept(portal.up())


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("portal-step-starting", marks=pytest.mark.long),
        pytest.param("portal-step-starting-database", marks=pytest.mark.long),
        "portal-step-starting-web",
    ],
)
def test_an_interrupted_start_is_put_right(home: PortalInfo, step: str) -> None:
    def interrupt(progress: PortalProgress) -> None:
        if progress.step == step:
            raise KeyboardInterrupt

    portal.down()
    with pytest.raises(KeyboardInterrupt):
        portal.up(interrupt)
    assert processes.portal_processes(portal_paths().home, []) == []
    assert kept(portal.up())


@pytest.mark.parametrize(
    "step", [pytest.param("portal-step-database", marks=pytest.mark.long), "portal-step-preparing"]
)
def test_an_interrupted_preparation_is_put_right(
    portal_dir: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def interrupt(progress: PortalProgress) -> None:
        if progress.step == step:
            raise KeyboardInterrupt

    folder = portal_dir / step
    folder.mkdir(mode=0o711)
    monkeypatch.setenv("PUBLISH_PORTAL_DIR", str(folder))
    home = portal_paths().home
    try:
        with pytest.raises(KeyboardInterrupt):
            portal.up(interrupt)
        info = portal.up()
        assert Api(info.url, info.api_token).user_show(id=portal.STEWARD)["sysadmin"]
    finally:
        portal.reset()
    assert not home.exists()


def test_logs(home: PortalInfo) -> None:
    said = list(portal.logs(lines=5))
    assert {line.split(" | ", 1)[0] for line in said} >= {"postgres", "redis"}
    assert all(line.startswith("redis | ") for line in portal.logs(service="redis"))
    follow = portal.logs(follow=True, lines=1, service="redis")
    next(follow)
    with (portal_paths().logs / "redis.log").open("a") as log:
        log.write("sesuatu yang baru\n")
    assert next(follow) == "redis | sesuatu yang baru"


def test_down_and_up_keep_the_data(home: PortalInfo) -> None:
    assert portal.down()
    assert not portal.down()
    assert portal.current() is None
    found = portal.status()
    assert (found["running"], found["phase"], found["url"]) == (False, "stopped", None)
    again = portal.up()
    assert not again.cold
    assert again.api_token == home.api_token
    assert kept(again)


def test_lost_passwords_are_told(home: PortalInfo) -> None:
    portal.down()
    kept_file = portal_paths().credentials
    aside = kept_file.rename(kept_file.with_suffix(".aside"))
    with pytest.raises(PortalProblem) as caught:
        portal.up()
    assert caught.value.code == "portal-damaged"
    aside.rename(kept_file)
    assert kept(portal.up())


def test_the_portal_ends_with_its_owner(home: PortalInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    portal.down()
    code = "from pipelines import portal; portal.up(); import os; os.kill(os.getpid(), 9)"
    owner = "import os; os.environ['PUBLISH_PORTAL_OWNER'] = str(os.getpid()); "
    subprocess.run([sys.executable, "-c", owner + code], check=False, timeout=120)
    until(lambda: processes.portal_processes(portal_paths().home, []) == [])
    assert kept(portal.up())
