"""`datapackage.json`: Data Package v2, self-contained.

The tables' CSV files are its resources, described field by field; the other formats of a table
stand beside its CSV as `alternates`, so that a validator reads each table once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.model import PackageFile
from pipelines.project.dataset import Dataset
from pipelines.project.naming import LICENSES, resource_name, table_title

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
SCHEMA_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"


def describe(
    dataset: Dataset, files: Sequence[PackageFile], *, version: str, url: str = ""
) -> dict[str, Any]:
    """Return the descriptor of a dataset whose files are written."""
    spec = dataset.spec
    title, address = LICENSES.get(spec.license, (spec.license, ""))
    coverage = {
        key: str(value)
        for key, value in (
            ("region", spec.coverage.region),
            ("from", spec.coverage.start),
            ("to", spec.coverage.end),
        )
        if value is not None
    }
    caveats = {"notes": dataset.caveats["id"], "notes_en": dataset.caveats["en"]}
    described: dict[str, Any] = {
        "$schema": PROFILE,
        "name": dataset.name,
        "title": spec.title.id,
        "title_en": spec.title.en,
        "description": spec.description.id,
        "description_en": spec.description.en,
        **{key: text for key, text in caveats.items() if text},
        "version": version,
        "homepage": url,
        "licenses": [{"name": spec.license, "title": title, "path": address}],
        "contributors": [
            {
                "title": dataset.office.title.id,
                "roles": ["creator"],
                "organization": spec.organization,
            },
            {"title": spec.contact.name, "roles": ["contact"], "email": spec.contact.email or ""},
        ],
        "keywords": list(spec.keywords),
        "coverage": coverage,
        "frequency": spec.frequency,
        "groups": list(spec.groups),
        "resources": [
            _resource(dataset, file, [f for f in files if f.table == file.table and f is not file])
            for file in files
            if file.format == "csv"
        ],
    }
    if spec.method is not None:
        described |= {"method": spec.method.id, "method_en": spec.method.en}
    if spec.illustrative:
        described["illustrative"] = True
    lean: dict[str, Any] = _lean(described)
    return lean


def _resource(dataset: Dataset, file: PackageFile, others: Sequence[PackageFile]) -> dict[str, Any]:
    title = table_title(dataset, file.table)
    text = dataset.spec.tables[file.table].description
    schema = dataset.schemas[file.table]
    return {
        "name": resource_name(dataset, file.table),
        "type": "table",
        "title": title.id,
        "title_en": title.en,
        "description": text.id if text else "",
        "description_en": text.en if text else "",
        **_bytes(file),
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "schema": {"$schema": SCHEMA_PROFILE, **schema.descriptor},
        "alternates": [_bytes(other) for other in others],
    }


def _bytes(file: PackageFile) -> dict[str, Any]:
    return {
        "path": file.path.name,
        "format": file.format,
        "mediatype": file.media_type,
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }


def _lean(value: Any) -> Any:
    """Leave out what is empty: the profile takes no empty address or list."""
    if isinstance(value, dict):
        return {key: _lean(item) for key, item in value.items() if item not in ("", [], {}, None)}
    if isinstance(value, list):
        return [_lean(item) for item in value]
    return value
