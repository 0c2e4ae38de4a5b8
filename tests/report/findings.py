"""A report to print, made by hand: every kind of place a finding can have."""

from __future__ import annotations

from pathlib import Path

from pipelines.model import Finding, LeftOut, MaskedReport, Position, Source, TableReport

FIELDS = ("kode_wilayah", "nama_wilayah", "bulan", "jumlah")


def row_rule(row: int, file: str, sheet: str | None, value: str = "9") -> Finding:
    return Finding(
        "row-rule",
        table="dokumen",
        row=row,
        field="jumlah",
        value=value,
        position=Position(file, sheet, row, 4),
        params={
            "rule": "jumlah > 10", "test": "jumlah > 10", "values": f"jumlah = {value}",
            "because": "",
        },
    )  # fmt: skip


def make(
    count: int = 12,
    path: Path | None = None,
    *,
    file: str = "dokumen.xlsx",
    sheet: str | None = "Data",
    name: str = "layanan",
) -> MaskedReport:
    """Return a report of `count` errors in column D (rows 4 on), and one of each other kind."""
    place = Position(file, sheet)
    errors = [row_rule(4 + i, file, sheet, "<b>9</b>" if i == 1 else "9") for i in range(count)]
    errors.append(
        Finding(
            "grid-gap",
            table="dokumen",
            position=place,
            params={"missing": "bulan = 2024-03", "rule": "grid: bulan", "because": ""},
        )
    )
    outlier = Finding(
        "outlier",
        "warning",
        "dokumen",
        5,
        "jumlah",
        "=1+1",
        Position(file, sheet, 5, 4),
        params={
            "number": {"id": "1.000", "en": "1,000"}, "median": {"id": "12", "en": "12"},
            "score": {"id": "8,5", "en": "8.5"}, "rule": "outliers: jumlah", "because": "",
        },
    )  # fmt: skip
    reference = Finding(
        "reference-missing",
        "warning",
        "dokumen",
        6,
        "kode_wilayah",
        "12.1",
        Position(file, sheet, 6, 1),
        params={"target": "kode-wilayah", "because": "", "rule": "kode", "more": 3},
    )
    table = TableReport(
        name="dokumen",
        source=file,
        rows=1200,
        fields=4,
        seconds=0.25,
        errors=tuple(errors),
        warnings=(outlier, reference),
        field_names=FIELDS,
        sources=(Source(file, sheet, path),),
        left_out=tuple(
            LeftOut(Position(file, sheet, i), "left-title", f"Judul {i}") for i in (1, 2)
        ),
        changes={"jumlah": {"numbers": 1100}},
        notes=(Finding("totals-agree", "info", "dokumen", params={"count": 18}),),
        read=1000,
    )
    return MaskedReport(name, (table,))


def valid() -> MaskedReport:
    """Return a report without findings."""
    table = TableReport(
        "t", "a.csv", 3, 2, 0.01, field_names=("a", "b"), sources=(Source("a.csv"),)
    )
    return MaskedReport("a.csv", (table,))
