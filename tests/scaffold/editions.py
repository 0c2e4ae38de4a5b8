"""Workbooks of several editions, as offices send them."""

from __future__ import annotations

from pathlib import Path

from fixtures.writers import Sheet, write_xlsx

UNITS = ("Medan Kota", "Binjai Utara", "Sibolga Selatan", "Dairi", "Karo", "Langkat")


def edition(
    path: Path,
    period: str,
    *,
    label: str = "Jumlah Peserta",
    units: tuple[str, ...] = UNITS,
    plus: int = 0,
    number: str = "No",
    extra: str = "",
) -> Path:
    """Write a sheet whose title states the period, and return its path."""
    head: list[object] = [number, "Kecamatan", label, *([extra] if extra else [])]
    rows: list[list[object]] = [
        ["DINAS TENAGA KERJA"],
        [f"PESERTA PELATIHAN KERJA {period}"],
        [],
        head,
        *(
            [n, unit, 100 * n + plus, *([f"x{n}"] if extra else [])]
            for n, unit in enumerate(units, start=1)
        ),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_xlsx([Sheet(rows, name="Rekap")], path)
    return path
