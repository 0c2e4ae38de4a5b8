"""Files for readers: CSV for machines, XLSX for people, Parquet, and a Data Package around them.

The same input gives the same bytes, whatever the day, the machine or the place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.dataset import Dataset
from pipelines.delimited import write_csv
from pipelines.edition import check_length, file_name, formats
from pipelines.model import Table
from pipelines.package.describe import describe
from pipelines.package.workbook import write_workbook

MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}


@dataclass(frozen=True)
class File:
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
class Package:
    """The files of one version of a dataset and their description (`datapackage.json`)."""

    folder: Path
    version: str
    files: tuple[File, ...]
    descriptor: Mapping[str, Any]

    def file(self, table: str, kind: str) -> File:
        """Return one file. Raises `KeyError`."""
        for file in self.files:
            if (file.table, file.format) == (table, kind):
                return file
        raise KeyError((table, kind))


def build(
    dataset: Dataset, tables: Mapping[str, Table], out: Path, *, version: str, url: str = ""
) -> Package:
    """Write the files of a dataset into the folder `out` and return what was written.

    tables: table name → text frame whose columns are the schema's fields. url: where the dataset
    can be read, for the citation. Raises `Refused` when a table is too long for XLSX.
    """
    from pipelines.package.columns import write_parquet

    out.mkdir(parents=True, exist_ok=True)
    files: list[File] = []
    for name, table in tables.items():
        schema = dataset.schemas[name]
        frame = table.frame[schema.names]
        check_length(dataset, name, len(frame))
        for kind in formats(dataset, name):
            path = out / file_name(dataset, name, kind)
            if kind == "csv":
                write_csv(frame, path)
            elif kind == "xlsx":
                write_workbook(dataset, name, frame, path, version=version, url=url)
            else:
                write_parquet(frame, schema, path)
            files.append(_file(path, name, kind))
    descriptor = describe(dataset, files, version=version, url=url)
    path = out / "datapackage.json"
    text = json.dumps(descriptor, ensure_ascii=False, indent=2, default=str) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    files.append(_file(path, "", "json"))
    return Package(out, version, tuple(files), descriptor)


def _file(path: Path, table: str, kind: str) -> File:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return File(path, table, kind, path.stat().st_size, digest)
