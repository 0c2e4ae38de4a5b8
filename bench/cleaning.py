"""Cleaning with its audit against the same work in plain pandas string methods, in one run.

usage: python -m bench.cleaning [--full]     (quick: 200,000 rows; full: 1,000,000; 12 columns)

Both trim every text column and fold its blanks, empty the missing marks, read three kinds of
numbers (`1.234`, `Rp 4.953.154,00`, `12,5%`), two kinds of dates (`17/08/2024`, `17 Agustus 2024`),
yes and no, bring a column to its known values by a lookup, and end in typed columns. Only cleaning
finds the separators by itself, proves each cell by a grammar, and keeps a trail of every change.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.clean import as_table, clean
from pipelines.model import Cleaned, Extraction
from pipelines.project.descriptor import TableSpec
from pipelines.project.schema import parse_schema, typed
from pipelines.project.strict import parse

MONTHS = ("Januari Februari Maret April Mei Juni Juli Agustus September Oktober November "
          "Desember").split()  # fmt: skip
FIX = {"KTP-el": ["e-KTP", "KTP elektronik"], "Akta Kelahiran": ["Akte Kelahiran"],
       "Kartu Keluarga": ["KK"]}  # fmt: skip
SCHEMA = parse_schema(
    {
        "fields": [
            {"name": "id_layanan", "type": "string"},
            {"name": "nama_unit", "type": "string"},
            {"name": "kecamatan", "type": "string"},
            {"name": "kanal", "type": "string"},
            {"name": "layanan", "type": "string", "constraints": {"enum": list(FIX)}},
            {"name": "masuk", "type": "date"},
            {"name": "selesai", "type": "date"},
            {"name": "jumlah", "type": "integer"},
            {"name": "biaya", "type": "number"},
            {"name": "capaian", "type": "number", "unit": "persen"},
            {"name": "durasi_menit", "type": "integer"},
            {"name": "daring", "type": "boolean"},
        ]
    },
    name="layanan",
    where="bench",
)
SPEC = parse(
    TableSpec,
    {"schema": "layanan", "source": "x.csv", "clean": [{"map": {"field": "layanan", "fix": FIX}}]},
    "bench",
)


def made(rows: int) -> pd.DataFrame:
    """Return a raw table of text, every column as offices write it."""
    random = np.random.default_rng(7)

    def pick(values: list[str]) -> np.ndarray:
        return np.array(values, dtype=object)[random.integers(0, len(values), rows)]

    days = pd.Series(
        pd.to_datetime("2019-01-01") + pd.to_timedelta(random.integers(0, 2500, rows), "D")
    )
    count = random.integers(1, 100_000, rows)
    cost = random.integers(0, 10_000_000_00, rows)
    share = random.integers(0, 1001, rows)
    dotted = [f"{n:,}".replace(",", ".") for n in count]
    money = [f"Rp {n // 100:,}".replace(",", ".") + f",{n % 100:02d}" for n in cost]
    return pd.DataFrame(
        {
            "id_layanan": [f"L{n:08d}" for n in range(rows)],
            "nama_unit": pick([f"  Unit  Pelayanan {n:03d} " for n in range(400)]),
            "kecamatan": pick([f"Kecamatan {n:02d}" for n in range(90)] + ["-"]),
            "kanal": pick(["loket ", "online", " keliling"]),
            "layanan": pick(["KTP-el", "e-KTP", "KTP elektronik", "Akte Kelahiran", "KK"]),
            "masuk": days.dt.strftime("%d/%m/%Y"),
            "selesai": [f"{d.day} {MONTHS[d.month - 1]} {d.year}" for d in days],
            "jumlah": np.where(random.random(rows) < 0.02, "n/a", np.array(dotted, dtype=object)),
            "biaya": money,
            "capaian": [f"{n // 10},{n % 10}%" for n in share],
            "durasi_menit": random.integers(1, 600, rows).astype(str),
            "daring": pick(["Ya", "Tidak"]),
        }
    ).astype("str")


def by_pandas(raw: pd.DataFrame) -> pd.DataFrame:
    """The work as an analyst writes it who knows each column beforehand: string methods where they
    are needed and nowhere else, no audit.
    """
    out = raw.copy()
    for name in out.columns:
        out[name] = out[name].str.strip()
    out["nama_unit"] = out["nama_unit"].str.replace(r"\s+", " ", regex=True)
    for name in ("kecamatan", "jumlah"):
        out[name] = out[name].replace(["-", "n/a"], None)
    fix = {wrong: right for right, wrongs in FIX.items() for wrong in [right, *wrongs]}
    out["layanan"] = out["layanan"].map(fix)
    out["masuk"] = pd.to_datetime(out["masuk"], format="%d/%m/%Y")
    parts = out["selesai"].str.split(" ", expand=True)
    months = {name: number for number, name in enumerate(MONTHS, start=1)}
    out["selesai"] = pd.to_datetime(
        pd.DataFrame({"year": parts[2], "month": parts[1].map(months), "day": parts[0]})
    )
    for name in ("jumlah", "biaya", "capaian", "durasi_menit"):
        number = out[name]
        if name == "biaya":
            number = number.str.removeprefix("Rp ")
        if name == "capaian":
            number = number.str.removesuffix("%")
        number = number.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
        out[name] = pd.to_numeric(number)
    out["daring"] = out["daring"].map({"Ya": True, "Tidak": False})
    return out


def by_cleaning(raw: pd.DataFrame) -> tuple[Cleaned, pd.DataFrame]:
    """The same by the descriptor, with the audit, and typed."""
    found = clean(Extraction(as_table(raw)), SPEC, SCHEMA, folder=Path(), name="layanan")
    return found, typed(found.table.frame, SCHEMA)


def seconds(*works: Callable[[], object], times: int = 3) -> list[tuple[float, float]]:
    """Return the least wall and processor time of each over several rounds, taken in turns."""
    found: list[list[tuple[float, float]]] = [[] for _ in works]
    for _ in range(times):
        for mine, work in zip(found, works, strict=True):
            wall, processor = time.perf_counter(), time.process_time()
            work()
            mine.append((time.perf_counter() - wall, time.process_time() - processor))
    return [(min(w for w, _ in mine), min(p for _, p in mine)) for mine in found]


def main(full: bool = False) -> None:
    """Print the ratio, and check that both did the same."""
    rows = 1_000_000 if full else 200_000
    raw = made(rows)
    theirs = by_pandas(raw)
    cleaned, ours = by_cleaning(raw)
    for name in ours.columns:
        left = ours[name].astype(object).where(ours[name].notna(), None).iloc[:50_000]
        right = theirs[name].astype(object).where(theirs[name].notna(), None).iloc[:50_000]
        if pd.api.types.is_datetime64_any_dtype(theirs[name]):
            right = theirs[name].dt.date.iloc[:50_000]
        same = left.to_numpy() == right.to_numpy()
        assert same.all(), f"{name}: {left[~same].iloc[0]!r} is not {right[~same].iloc[0]!r}"
    plain, audited = seconds(lambda: by_pandas(raw), lambda: by_cleaning(raw))
    print(f"cleaning          {rows:,} × {raw.shape[1]}, {len(cleaned.audit):,} audit entries")
    print(
        f"  plain pandas {plain[0]:.2f} s, cleaning with audit {audited[0]:.2f} s: "
        f"{audited[0] / plain[0]:.2f} × (aim ≤ 1.5 ×); processor time "
        f"{audited[1] / plain[1]:.2f} ×"
    )


if __name__ == "__main__":
    main("--full" in sys.argv[1:])
