"""Every step is documented, and its example says the truth."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipelines.clean import clean_frame, cleaned_frame
from pipelines.clean.docs import GROUPS, example, page
from pipelines.clean.registry import STEPS
from pipelines.clean.steps import load_all
from pipelines.errors import UsageProblem

load_all()
NIK = "1271014508900001"


@pytest.mark.parametrize("name", sorted(STEPS))
def test_every_parameter_is_documented(name: str) -> None:
    doc = STEPS[name].doc
    for parameter in STEPS[name].model.model_fields:
        assert f"\n    {parameter}: " in doc, f"{name}: {parameter}"
    assert "Example" in doc


@pytest.mark.parametrize("name", sorted(set(STEPS) - {"python", "from_source"}))
def test_example(name: str) -> None:
    shown = example(STEPS[name])
    assert shown is not None
    labels, rows = shown.before
    rows = [[NIK if cell == "(16 angka)" else cell for cell in row] for row in rows]
    frame = pd.DataFrame(rows, columns=labels, dtype="str")
    made = clean_frame(frame, [shown.step], secret="rahasia")
    labels, rows = shown.after
    assert list(made.columns) == labels
    assert made.astype(object).where(made.notna(), None).to_numpy().tolist() == rows


def test_every_step_is_in_the_reference_page() -> None:
    assert {name for names in GROUPS.values() for name in names.split()} == set(STEPS)
    written = Path("pipelines/clean/README.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m pipelines.clean.docs > pipelines/clean/README.md"


@pytest.mark.parametrize(
    ("step", "code", "near"),
    [
        ("trmi", "step-unknown", "trim"),
        ({"fil_down": ["a"]}, "step-unknown", "fill_down"),
        ({"numbers": {"fields": "a", "decimals": ","}}, "descriptor-key", "decimal"),
        ({"numbers": {"fields": "b"}}, "step-column", "–"),
        ({"unpivot": {"names": "x", "value": "y"}}, "unpivot-choice", None),
        ({"hash": {"field": "a", "length": 3}}, "hash-secret", None),
    ],
)
def test_wrong_steps_are_refused(step: object, code: str, near: str | None) -> None:
    with pytest.raises(UsageProblem) as caught:
        cleaned_frame(pd.DataFrame({"a": ["1"]}, dtype="str"), [step])  # type: ignore[list-item]
    assert caught.value.code == code
    if near is not None:
        assert caught.value.params["nearest"] == near
    assert caught.value.message
