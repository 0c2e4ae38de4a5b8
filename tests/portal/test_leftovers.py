"""A test run ends what a killed one left behind, and nothing of a run that lives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import leftovers

from pipelines.portal import processes


@contextmanager
def service(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that belongs to the portal at `home`."""
    home.mkdir(parents=True)
    mark = {processes.HOME_VARIABLE: str(home)}
    command = [sys.executable, "-c", "print(flush=True); input()"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | mark
    )
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_living_run_keeps_its_portal(tmp_path: Path) -> None:
    mine = leftovers.folder(tmp_path)
    with service(mine / "ckan-2.12") as process:
        assert leftovers.sweep(tmp_path) == []
        assert process.poll() is None
    assert mine.is_dir()


def test_a_dead_run_leaves_nothing(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as run:
        owner = processes.ProcessIdentity.of(run.pid)
        run.kill()
    dead = leftovers.folder(tmp_path)
    (dead / leftovers.OWNER).write_text(json.dumps(vars(owner)))
    with service(dead / "ckan-2.12") as one, service(dead / "lifecycle" / "ckan-2.12") as other:
        assert leftovers.sweep(tmp_path) == [dead]
        assert None not in (one.wait(timeout=30), other.wait(timeout=30))
    assert not dead.exists()


def test_a_folder_that_says_nothing_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / f"{leftovers.PREFIX}somebody").mkdir()
    assert leftovers.sweep(tmp_path) == []
    assert len(list(tmp_path.iterdir())) == 1
