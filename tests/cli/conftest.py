"""Calls of the command line, and copies of the project to spoil."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ckan_api import Api

from pipelines import messages
from pipelines import portal as embedded
from pipelines.cli import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Called:
    """What a call left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Called]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """Call the command line in this process and return what it left."""
    before = messages.get_lang()
    monkeypatch.setenv("PUBLISH_LANG", "en")

    def run(*args: object) -> Called:
        with pytest.raises(SystemExit) as leaving:
            main([str(arg) for arg in args])
        found = capsys.readouterr()
        assert "Traceback" not in found.out + found.err
        return Called(int(leaving.value.code or 0), found.out, found.err)

    monkeypatch.chdir(ROOT)
    yield run
    messages.set_lang(before)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the shipped datasets and schemas that a test may spoil."""
    for folder in ("datasets", "schemas"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture(scope="session")
def published(portal: embedded.PortalInfo, api: Api) -> Api:
    """The portal's API once the shipped datasets have been published by the command line."""
    command = [sys.executable, str(ROOT / "publish.py"), "publish", "--all", "--yes", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(found["verified"] for found in json.loads(done.stdout)["datasets"])
    return api
