"""Files for readers: CSV for machines, XLSX for people, Parquet, and a Data Package around all.

The same input gives the same bytes, whatever the day, the machine or the place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from pipelines.model import DataPackage, PackageFile, Table
from pipelines.package.data_package import describe
from pipelines.package.workbook import write_workbook
from pipelines.project.dataset import Dataset
from pipelines.project.naming import check_length, file_name, formats
from pipelines.text.csv_writer import write_csv


def build(
    dataset: Dataset, tables: Mapping[str, Table], out: Path, *, version: str, url: str = ""
) -> DataPackage:
    """Write the files of a dataset into the folder `out` and return what was written.

    tables: table name → text frame whose columns are the schema's fields. url: where the dataset
    can be read, for the citation. Raises `Refused` when a table is too long for XLSX.
    """
    from pipelines.package.parquet import write_parquet

    out.mkdir(parents=True, exist_ok=True)
    files: list[PackageFile] = []
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
    return DataPackage(out, version, tuple(files), descriptor)


def _file(path: Path, table: str, kind: str) -> PackageFile:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return PackageFile(path, table, kind, path.stat().st_size, digest)
