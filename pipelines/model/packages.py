"""A dataset's finished files, as packaging hands them to publishing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}


@dataclass(frozen=True)
class PackageFile:
    """A finished file: its table (empty for `datapackage.json`), format, size and SHA-256."""

    path: Path
    table: str
    format: str
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def media_type(self) -> str:
        """The file's media type."""
        return MEDIA_TYPES[self.format]


@dataclass(frozen=True)
class DataPackage:
    """The files of one version of a dataset and their description (`datapackage.json`)."""

    folder: Path
    version: str
    files: tuple[PackageFile, ...]
    descriptor: Mapping[str, Any]

    def file(self, table: str, kind: str) -> PackageFile:
        """Return one file. Raises `KeyError`."""
        for file in self.files:
            if (file.table, file.format) == (table, kind):
                return file
        raise KeyError((table, kind))
