"""The checks shown in docs/checks.md find what they say they find, and pass a faultless table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from pipelines.model import Finding, Source, Table, Total
from pipelines.project.schema import parse_schema
from pipelines.validate.checks import CheckContext, read_checks, run_checks

SHOWN_IN = (Path(__file__).parents[3] / "docs" / "checks.md").read_text(encoding="utf-8")
SHOWN = yaml.safe_load(
    next(
        b for b in re.findall(r"```yaml\n(.*?)```", SHOWN_IN, re.DOTALL) if b.startswith("checks:")
    )
)
TYPES = {
    "kode_wilayah": "string", "nama_wilayah": "string", "bulan": "yearmonth", "layanan": "string",
    "masuk": "date", "selesai": "date", "loket": "integer", "daring": "integer",
    "total": "integer", "tarif": "number", "biaya": "number", "kode_rekening": "string",
    "anggaran": "number", "kontak": "string",
}  # fmt: skip
NAMES = {"12.01": "Tapanuli Tengah", "12.02": "Tapanuli Utara", "12.03": "Tapanuli Selatan"}
PLACES = [(code, month) for code in NAMES for month in ("2024-01", "2024-02", "2024-03")]


def good() -> pd.DataFrame:
    rows: list[list[str]] = []
    for index, (code, month) in enumerate(PLACES):
        counter, online = 10 + index % 3, 5
        total = counter + online
        account = "5.1" if index == 0 else f"5.1.{index:02d}"
        rows.append(
            [code, NAMES[code], month, "KTP-el", f"{month}-01", f"{month}-09", str(counter),
             str(online), str(total), "2.5", str(total * 2.5), account,
             "80" if index == 0 else "10", "0618888888"]
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(TYPES), dtype="str")


def judged(frame: pd.DataFrame, check: Any, total: str = "144") -> list[Finding]:
    schema = parse_schema(
        {
            "fields": [{"name": name, "type": kind} for name, kind in TYPES.items()],
            "primaryKey": ["kode_wilayah", "bulan"],
        },
        name="t",
        where="t",
    )
    aside = pd.DataFrame([dict.fromkeys(TYPES)], dtype="str")
    aside["kode_wilayah"], aside["total"] = "Jumlah", total
    context = CheckContext(
        totals=[Total(0, "Jumlah", "total", 0, len(frame))],
        totals_table=as_table(aside, 90),
        load_reference=lambda name: pd.DataFrame(
            NAMES.items(), columns=["kode_wilayah", "nama_wilayah"], dtype="str"
        ),
        published=good(),
        expect={} if check else SHOWN["expect"],
    )
    found = run_checks(as_table(frame, 5), [check] if check else [], schema, context)
    return [finding for finding in found if finding.severity != "info"]


def as_table(frame: pd.DataFrame, first: int) -> Table:
    count = len(frame)
    places = tuple(range(1, frame.shape[1] + 1))
    rows = np.arange(count) + first
    return Table("t", frame, (Source("x.xlsx", "Data"),), np.zeros(count, dtype=int), rows, places)


def changed(field: str, value: str | None, row: int = 4) -> pd.DataFrame:
    frame = good()
    frame.loc[row, field] = value
    return frame


#: check (as the entry in docs/checks.md names it) → a table with one fault, and the finding's code
FAULTS: dict[str, tuple[pd.DataFrame, str]] = {
    "selesai >= masuk": (changed("selesai", "2024-01-01"), "row-rule"),
    "row": (changed("total", "17"), "row-rule"),
    "recompute": (changed("biaya", "99"), "recomputed-differs"),
    "grid": (good().drop(index=4).reset_index(drop=True), "grid-gap"),
    "hierarchy": (changed("anggaran", "11"), "hierarchy-differs"),
    "reference": (changed("nama_wilayah", "Tapanuli Barat"), "reference-missing"),
    "filled": (good().assign(kontak=None), "column-not-filled"),
    "outliers": (changed("total", "9000"), "outlier"),
    "change": (changed("total", "40"), "change-too-large"),
}


def named(check: Any) -> str:
    return check if isinstance(check, str) else next(iter(check))


@pytest.mark.parametrize("check", SHOWN["checks"], ids=named)
def test_a_check_passes_good_rows_and_finds_its_fault(check: Any) -> None:
    assert len(read_checks([check], "docs/checks.md")) == 1
    assert judged(good(), check) == []
    if named(check) == "totals":
        found = judged(good(), check, total="150")
        code = "total-differs"
    else:
        frame, code = FAULTS[named(check)]
        found = judged(frame, check)
    assert code in {finding.code for finding in found}


def test_expected_rows() -> None:
    assert judged(good(), None) == []
    assert [f.key for f in judged(good().head(2), None)] == ["row-count.few"]
