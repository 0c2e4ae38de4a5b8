"""What is in the way is said in words, with the next move."""

from __future__ import annotations

import errno
import os
import platform
import shutil
from pathlib import Path

import pytest

from pipelines import messages, portal
from pipelines.errors import PortalProblem
from pipelines.portal import install, lifecycle, ports, service_user
from pipelines.portal.paths import LOCKS, portal_paths, supported_versions


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for a portal and its installs."""
    monkeypatch.setenv("PUBLISH_PORTAL_DIR", str(tmp_path))
    monkeypatch.setenv("PUBLISH_PORTAL_ENVS", str(tmp_path / "envs"))
    return tmp_path


def refused(code: str) -> None:
    with pytest.raises(PortalProblem) as caught:
        portal.up()
    assert caught.value.code == code
    for lang in messages.LANGS:
        for part in ("title", "message", "next"):
            assert "{" not in messages.text(code, part, lang=lang, **caught.value.params)
    assert caught.value.exit_code == 3


def test_no_network(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    refused("portal-no-network")
    assert not list(elsewhere.glob("envs/*/.complete"))


@pytest.mark.parametrize("module", [lifecycle, install])
def test_disk_nearly_full(elsewhere: Path, monkeypatch: pytest.MonkeyPatch, module: object) -> None:
    monkeypatch.setattr(module, "MIN_FREE_BYTES", shutil.disk_usage("/").total * 2)
    refused("portal-disk-full")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "portal-disk-full"),
        (errno.EDQUOT, "portal-disk-full"),
        (errno.EACCES, "portal-no-permission"),
    ],
)
def test_what_the_system_refuses(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(install, "ensure", fail)
    refused(code)


@pytest.mark.parametrize(
    ("system", "machine"), [("Windows", "AMD64"), ("Linux", "riscv64"), ("FreeBSD", "x86_64")]
)
def test_other_platforms(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, system: str, machine: str
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    refused("portal-unsupported-platform")


def test_other_pythons(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "PYTHONS", ((3, 6), (3, 7)))
    refused("portal-unsupported-python")


def test_unknown_ckan(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISH_PORTAL_CKAN", "1.0")
    refused("portal-unknown-ckan")


def test_a_strange_folder_is_not_deleted(elsewhere: Path) -> None:
    folder = portal_paths().home
    folder.mkdir()
    (folder / "laporan.txt").touch()
    with pytest.raises(PortalProblem) as caught:
        portal.reset()
    assert caught.value.code == "portal-not-ours"
    assert (folder / "laporan.txt").exists()


def test_nothing_there(elsewhere: Path) -> None:
    assert portal.current() is None
    assert not portal.down()
    assert not portal.reset()
    assert portal.status()["phase"] == "stopped"
    with pytest.raises(PortalProblem) as caught:
        next(iter(portal.logs()))
    assert caught.value.code == "portal-no-logs"
    assert list(elsewhere.iterdir()) == []


def test_root_without_a_way_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(service_user, "namespaces_work", lambda: False)
    with pytest.raises(PortalProblem) as caught:
        service_user.choose([closed / "data"])
    assert caught.value.code == "portal-root"


def test_ports_of_last_time_come_first() -> None:
    first = ports.choose_ports({})
    assert len(set(first.values())) == 3
    assert ports.choose_ports(first) == first


def test_locks_name_no_host_and_pin_everything() -> None:
    for version in supported_versions():
        text = (LOCKS / f"ckan-{version}.txt").read_text()
        assert "://" not in text
        assert f"\nckan=={version} " in text
        assert "--hash=sha256:" in text
