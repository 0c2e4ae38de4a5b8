"""Columns renamed and left out."""

from __future__ import annotations

from pipelines.clean.registry import Names, step
from pipelines.clean.table.working_table import WorkingTable


@step("names")
def rename(table: WorkingTable, *, names: dict[str, str]) -> None:
    """Rename columns, old name to new.

    Labels that differ from the schema's fields are usually mapped by `columns:` of the table;
    this step renames what other steps have made.

    Parameters:
        names: old name → new name.

    Example:

        - rename: {Jml Pddk: penduduk}

        | Kecamatan | Jml Pddk |
        |---|---|
        | Medan Kota | 72.000 |

        | Kecamatan | penduduk |
        |---|---|
        | Medan Kota | 72.000 |
    """
    for old in names:
        table.require(old)
    table.rename(names)


@step("columns")
def drop(table: WorkingTable, *, columns: Names, why: str | None = None) -> None:
    """Leave columns out. Their cells are shown neither in the audit nor in any finding.

    The first remedy for personal data: what is not needed is not published.

    Parameters:
        columns: the columns to leave out.
        why: the reason, for the audit.

    Example:

        - drop: [NIK]

        | NIK | layanan |
        |---|---|
        | (16 angka) | Akta Kelahiran |

        | layanan |
        |---|
        | Akta Kelahiran |
    """
    for name in columns:
        table.drop_column(name, why)
