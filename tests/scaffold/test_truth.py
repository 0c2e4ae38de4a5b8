"""What `new` makes of random office tables is right or refused, never wrong."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fixtures.traps import FAMILIES, Case, Truth

from pipelines.errors import PublishError
from pipelines.project.schema import TableSchema
from pipelines.scaffold import scaffold
from pipelines.workflow.prepare import Run

#: Random files of a family, usually and in the long run.
FEW, MANY = 12, 200
#: Share of the files of a family that may be refused.
MOST_REFUSED = 0.1


def numbers_by_row(frame: pd.DataFrame, schema: TableSchema, names: Truth) -> dict[str, list[Any]]:
    """Row name → the numbers of its published rows, in order."""
    numeric = [f.name for f in schema.fields if f.type in ("integer", "number")]
    found: dict[str, list[Any]] = defaultdict(list)
    for record in frame.to_dict("records"):
        texts = [str(value) for key, value in record.items() if key not in numeric]
        name = next((text for text in texts if text in names), " · ".join(texts))
        for key in numeric:
            found[name].append(None if pd.isna(record[key]) else Decimal(record[key]))
    return found


def verdict(case: Case, project: Path) -> str:
    """Return `right` or `refused`; anything else is what came out wrong."""
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir()
    try:
        scaffold("uji", case.path, project)
        prepared = Run(project).prepare("uji")
    except PublishError as error:
        assert error.message
        return "refused"
    if prepared.report.tables[0].errors:
        return "refused"
    frame = prepared.tables["uji"].frame
    found = numbers_by_row(frame, prepared.dataset.schemas["uji"], case.truth)
    if found == case.truth:
        return "right"
    odd = [name for name in {**found, **case.truth} if found.get(name) != case.truth.get(name)]
    return f"{odd[0]}: {found.get(odd[0])} instead of {case.truth.get(odd[0])}"


def tried(family: str, count: int, folder: Path) -> None:
    outcomes: Counter[str] = Counter()
    wrong = {}
    for seed in range(count):
        outcome = verdict(FAMILIES[family](seed, folder), folder / "proyek")
        outcomes[outcome] += 1
        if outcome not in ("right", "refused"):
            wrong[seed] = outcome
    assert not wrong, wrong
    assert outcomes["refused"] <= max(1, MOST_REFUSED * count), outcomes


@pytest.mark.parametrize("family", FAMILIES)
def test_right_or_refused(family: str, tmp_path: Path) -> None:
    tried(family, FEW, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("family", FAMILIES)
def test_right_or_refused_in_many(family: str, tmp_path: Path) -> None:
    tried(family, MANY, tmp_path)
