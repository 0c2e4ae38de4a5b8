"""A change of a dataset's folder that happens whole or not at all.

What is needed to undo it is written to a folder beside `dataset.yaml` before anything is touched.
A change that a killed process left behind is undone by the next one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from pipelines.errors import PortalProblem

#: Holds the record of a change under way, and copies of files until they are complete.
HOLD = ".adding"
_RECORD = "change.json"
#: Seconds by which two readings of one process's start may differ; a process number is used again.
SAME_START = 2.0


@dataclass
class FolderChange:
    """Paths from the dataset's folder. added: target → the file to copy. moved: from → to.

    The descriptor's content before and after are bytes.
    """

    added: Mapping[str, Path] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    before: bytes = b""
    after: bytes = b""

    @contextmanager
    def applied(self, folder: Path) -> Iterator[None]:
        """Make the change; undo it when the block ends with any exception.

        Raises `PortalProblem` when a change of the folder is under way in another process.
        """
        undo_interrupted(folder)
        record = _Record(
            owner=os.getpid(),
            started=_started(os.getpid()) or 0.0,
            added={target: digest(source) for target, source in self.added.items()},
            moved=dict(self.moved),
            before=base64.b64encode(self.before).decode(),
            after=hashlib.sha256(self.after).hexdigest(),
        )
        record.write(folder)
        try:
            self._apply(folder)
            yield
        except BaseException:
            record.undo(folder)
            raise
        record.close(folder)

    def _apply(self, folder: Path) -> None:
        for number, source in enumerate(self.added.values()):
            shutil.copyfile(source, folder / HOLD / f".{number}")
        for old, new in self.moved.items():
            (folder / new).parent.mkdir(parents=True, exist_ok=True)
            (folder / old).rename(folder / new)
        for number, target in enumerate(self.added):
            path = folder / target
            if path.exists():
                raise FileExistsError(17, os.strerror(17), str(path))
            path.parent.mkdir(parents=True, exist_ok=True)
            (folder / HOLD / f".{number}").rename(path)
        if self.after != self.before:
            _replace(folder / "dataset.yaml", self.after)


@dataclass
class _Record:
    """What undoes a change: the files' and the descriptor's digests say what is this change's."""

    owner: int
    started: float
    added: dict[str, str]
    moved: dict[str, str]
    before: str
    after: str

    def write(self, folder: Path) -> None:
        hold = folder / HOLD
        try:
            hold.mkdir()
        except FileExistsError as error:
            raise PortalProblem("add-running", where=str(folder)) from error
        part = hold / f"{_RECORD}.part"
        part.write_text(json.dumps(asdict(self)), encoding="utf-8")
        part.rename(hold / _RECORD)

    def undo(self, folder: Path) -> None:
        descriptor = folder / "dataset.yaml"
        if digest(descriptor) == self.after:
            _replace(descriptor, base64.b64decode(self.before))
        for target, own in self.added.items():
            path = folder / target
            if path.is_file() and digest(path) == own:
                path.unlink()
        for old, new in self.moved.items():
            if (folder / new).exists() and not (folder / old).exists():
                (folder / new).rename(folder / old)
            parent = (folder / new).parent
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
        self.close(folder)

    def close(self, folder: Path) -> None:
        (folder / HOLD / _RECORD).unlink(missing_ok=True)
        shutil.rmtree(folder / HOLD, ignore_errors=True)


def undo_interrupted(folder: Path) -> bool:
    """Undo what a killed process left; return whether there was anything.

    Raises `PortalProblem` when that process is still at it.
    """
    hold = folder / HOLD
    if not hold.is_dir():
        return False
    try:
        record = _Record(**json.loads((hold / _RECORD).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        shutil.rmtree(hold)  # killed before the record was complete: nothing was touched
        return True
    started = _started(record.owner)
    lives = started is not None and abs(started - record.started) < SAME_START
    if record.owner != os.getpid() and lives:
        raise PortalProblem("add-running", where=str(folder))
    record.undo(folder)
    return True


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _started(pid: int) -> float | None:
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return None


def _replace(path: Path, content: bytes) -> None:
    """Replace a file in one step; its permissions stay."""
    part = path.parent / HOLD / ".descriptor"
    part.write_bytes(content)
    shutil.copymode(path, part)
    part.replace(path)
