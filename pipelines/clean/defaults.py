"""What is done without being asked: the steps that follow from a field's type."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.clean.registry import run_step
from pipelines.clean.table.working_table import WorkingTable
from pipelines.project.schema import SchemaField, TableSchema

#: Field type → the steps that read its cells.
BY_TYPE = {
    "integer": "numbers",
    "number": "numbers",
    "date": "dates",
    "datetime": "dates",
    "boolean": "booleans",
    "year": "periods",
    "yearmonth": "periods",
}


def is_region_code(field: SchemaField) -> bool:
    """Say whether a field holds Kemendagri region codes: by its `reference`, else by its name."""
    reference = str(field.descriptor.get("reference") or "")
    if reference:
        return reference.split(".")[0] == "kode-wilayah" and not reference.endswith("kode_bps")
    return field.name in ("kode_wilayah", "kode_kabupaten_kota")


def run_defaults(
    table: WorkingTable, schema: TableSchema, done: set[str], skip: Iterable[str]
) -> None:
    """Empty the missing marks and read the cells of each schema field that is there and neither
    done, asked for by a step of the descriptor (`skip`), nor written in final form already.
    """
    left = set(skip)
    for field in schema.fields:
        if field.name not in table or field.name in done or field.name in left:
            continue
        done.add(field.name)
        if table.columns[field.name].kind:
            continue
        own = [mark for mark in schema.descriptor.get("missingValues") or () if mark]
        run_step(table, "missing", fields=[field.name])
        if own:
            run_step(table, "missing", fields=[field.name], marks=own)
        if name := BY_TYPE.get(field.type):
            run_step(table, name, fields=[field.name])
        elif is_region_code(field):
            run_step(table, "regions", fields=[field.name])
