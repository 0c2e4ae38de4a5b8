"""A plan's file that somebody edited is refused, whatever it says."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from pipelines import publish
from pipelines.errors import UsageProblem

GOOD: dict[str, Any] = {
    "kind": "publish-plan/1",
    "datasets": [
        {"name": "a", "portal": "x", "state": "s", "target": "t", "version": {"to": "1.0.0"}}
    ],
}


def edited(key: str, value: object) -> str:
    plan = copy.deepcopy(GOOD)
    plan["datasets"][0][key] = value
    return json.dumps(plan)


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "null", "{}", "[" * 100_000, '{"kind": "publish-plan/1", "datasets": []}',
        '{"kind": "publish-plan/1", "datasets": 3}', '{"kind": "publish-plan/1", "datasets": [3]}',
        edited("name", {"a": 1}), edited("name", None), edited("portal", 3),
        edited("state", ["s"]), edited("target", None), edited("version", "1.0.0"),
        edited("version", {"to": 1}),
    ],
)  # fmt: skip
def test_a_file_that_is_no_plan_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageProblem) as caught:
        publish.load(path)
    assert caught.value.code == "publish-plan-file" and caught.value.next


def test_a_plan_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    (saved,) = publish.load(path)
    assert (saved.name, saved.version_to) == ("a", "1.0.0")
