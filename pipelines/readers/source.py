"""Opens whatever arrived, by its content, and gives its sheets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import Refused, UsageProblem
from pipelines.readers.grid import Grid
from pipelines.readers.text import read_text
from pipelines.readers.workbook import read_workbook

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass
class Opened:
    """A source file: what people are shown, where it lies, and its sheets in order."""

    name: str
    path: Path | None
    kind: str
    grids: list[Grid] = field(default_factory=list)


def open_source(
    source: Path | str,
    *,
    allow_private: bool = False,
    encoding: str | None = None,
    delimiter: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Opened:
    """Read a file of any known kind. Raises `Refused` or `UsageProblem`."""
    path = Path(source)
    if not path.exists():
        raise UsageProblem("file-missing", where=str(path))
    if path.is_dir():
        raise Refused("file-directory", where=str(path))
    data = path.read_bytes()
    if not data:
        raise Refused("file-empty", where=path.name)
    if data.startswith((ZIP, OLE)):
        return Opened(path.name, path, "workbook", read_workbook(data))
    grid = read_text(data, encoding=encoding, delimiter=delimiter)
    return Opened(path.name, path, "text", [grid])
