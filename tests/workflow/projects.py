"""A small project on disk: one dataset whose sources a test writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook

NAME = "penduduk-uji"
FIELDS = {"kode": "string", "tahun": "year", "jumlah": "integer"}


def write_project(
    folder: Path,
    *,
    fields: Mapping[str, str] = FIELDS,
    key: Sequence[str] = ("kode", "tahun"),
    coverage: Mapping[str, Any] | None = None,
    **table: Any,
) -> Path:
    """Write the project without sources and return the folder for them."""
    source = folder / "datasets" / NAME / "source"
    source.mkdir(parents=True)
    (folder / "schemas").mkdir()
    descriptor = {
        "name": NAME, "title": "Penduduk", "description": "Uji.", "organization": "dinas",
        "groups": ["layanan"], "contact": {"name": "Dinas"}, "frequency": "tahunan",
        "coverage": {"region": "12"} if coverage is None else dict(coverage),
        "tables": {"penduduk": {"schema": "penduduk", "source": "source/*", **table}},
    }  # fmt: skip
    schema = {
        "fields": [{"name": name, "type": kind} for name, kind in fields.items()],
        "primaryKey": list(key),
    }
    files = {
        source.parent / "dataset.yaml": descriptor,
        folder / "schemas" / "penduduk.yaml": schema,
        folder / "datasets" / "offices.yaml": {"dinas": {"title": "Dinas"}},
        folder / "datasets" / "services.yaml": {"layanan": {"title": "Layanan"}},
    }
    for path, content in files.items():
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return source


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Write a workbook as openpyxl does: formulas without results."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
