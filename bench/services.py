"""The benchmark table: n public-service transactions × 12 columns, a share of rows with one fault.

Deterministic: the same rows and share give the same file. Its Table Schema is SCHEMA.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from pathlib import Path
from typing import Any

KINDS = [
    "KTP-el", "Akta Kelahiran", "Izin Usaha", "IMB", "Kartu Keluarga", "Rawat Jalan", "Pengaduan",
]  # fmt: skip
CHANNELS = ["loket", "online", "keliling"]
STATES = ["selesai", "proses", "ditolak"]
REGENCIES = [f"12.{number:02d}" for number in (*range(1, 26), *range(71, 79))]

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id_layanan", "type": "string",
         "constraints": {"required": True, "unique": True, "pattern": "L[0-9]{8}"}},
        {"name": "tanggal", "type": "date", "format": "%Y-%m-%d",
         "constraints": {"required": True, "minimum": "2019-01-01"}},
        {"name": "kode_wilayah", "type": "string",
         "constraints": {"required": True, "pattern": r"12\.[0-9]{2}"}},
        {"name": "nama_unit", "type": "string",
         "constraints": {"required": True, "maxLength": 100}},
        {"name": "jenis_layanan", "type": "string", "constraints": {"enum": KINDS}},
        {"name": "kanal", "type": "string", "constraints": {"enum": CHANNELS}},
        {"name": "status", "type": "string", "constraints": {"enum": STATES}},
        {"name": "jumlah", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "biaya", "type": "number", "constraints": {"minimum": 0}},
        {"name": "durasi_menit", "type": "integer",
         "constraints": {"minimum": 0, "maximum": 100_000}},
        {"name": "nilai_ikm", "type": "number", "constraints": {"minimum": 25, "maximum": 100}},
        {"name": "daring", "type": "boolean"},
    ],
    "primaryKey": ["id_layanan"],
}  # fmt: skip


def write(path: Path, rows: int, faults: float = 0.0) -> None:
    """Write `rows` rows to a CSV file, a share `faults` of them with one fault of six kinds."""
    r = random.Random(7)
    first = dt.date(2019, 1, 1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(field["name"] for field in SCHEMA["fields"])
        for index in range(rows):
            row = [
                f"L{index:08d}",
                (first + dt.timedelta(days=r.randrange(2500))).isoformat(),
                r.choice(REGENCIES),
                f"Unit {r.randrange(400):03d}",
                r.choice(KINDS),
                r.choice(CHANNELS),
                r.choice(STATES),
                str(r.randrange(1, 500)),
                f"{r.random() * 1e6:.2f}",
                str(r.randrange(1, 600)),
                f"{25 + r.random() * 75:.2f}",
                r.choice(["true", "false"]),
            ]
            if faults and r.random() < faults:
                place, value = FAULTS[r.randrange(6)]
                row[place] = value
            writer.writerow(row)


#: Column and value of each kind of fault.
FAULTS = (
    (1, "31/02/2023"), (2, "1299"), (7, "-5"), (8, "1.234,50"), (5, "teleopn"), (0, "L00000001"),
)  # fmt: skip
