"""A project without datasets, with the offices and services of this one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "proyek"
    (folder / "datasets").mkdir(parents=True)
    for name in ("offices.yaml", "services.yaml"):
        shutil.copy(ROOT / "datasets" / name, folder / "datasets" / name)
    return folder
