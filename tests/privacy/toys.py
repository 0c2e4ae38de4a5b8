"""Toy tables about invented people."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from bench.labelled import nik, phone
from pipelines.model import Finding, Position, Source, Table
from pipelines.privacy import screen
from pipelines.project.schema import parse_schema

NAMES = ("Budi Santoso", "Siti Aminah", "Rotua Siregar", "Ahmad Lubis", "Maria Simanjuntak")


def people(rows: int = 40, seed: int = 1) -> dict[str, list[str]]:
    """Columns of a list of people."""
    r = random.Random(seed)
    return {
        "nik": [nik(r) for _ in range(rows)],
        "nama": [r.choice(NAMES) for _ in range(rows)],
        "tanggal_lahir": [
            f"19{r.randint(50, 99)}-0{r.randint(1, 9)}-1{r.randint(0, 9)}" for _ in range(rows)
        ],
        "jenis_kelamin": [r.choice("LP") for _ in range(rows)],
        "desa": [f"Desa {r.randint(1, 6)}" for _ in range(rows)],
        "agama": [r.choice(("Islam", "Kristen", "Katolik")) for _ in range(rows)],
        "alamat": [f"Jl. Melati No. {r.randint(1, 99)}" for _ in range(rows)],
        "no_hp": [phone(r) for _ in range(rows)],
    }  # fmt: skip


def toy(
    columns: Mapping[str, Sequence[str | None]],
    policy: Mapping[str, Any] | None = None,
    fields: Mapping[str, Mapping[str, Any]] | None = None,
    texts: Sequence[tuple[Position, str]] = (),
) -> tuple[Finding, ...]:
    """Screen columns; fields: schema properties by column, text by default."""
    frame = pd.DataFrame(dict(columns), dtype="str")
    given = fields or {}
    schema = parse_schema(
        {"fields": [{"name": c, "type": "string", **given.get(c, {})} for c in frame.columns]},
        name="toy",
        where="toy",
    )
    rows = len(frame)
    table = Table(
        "orang",
        frame,
        (Source("orang.xlsx", "Data"),),
        np.zeros(rows, dtype=np.int64),
        np.arange(2, rows + 2),
        tuple(range(1, len(frame.columns) + 1)),
    )
    return screen(table, schema, policy or {}, texts=texts, name="toy")


def keys(findings: Sequence[Finding]) -> set[tuple[str, str | None]]:
    """Catalogue key and field of the vetoes."""
    return {(f.key, f.field) for f in findings if f.severity == "error"}
