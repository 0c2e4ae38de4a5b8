"""A plan put into a file, approved, and later carried out exactly or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import Refused, UsageProblem
from pipelines.publish.plan.model import Plan

_KIND = "publish-plan/1"


@dataclass(frozen=True)
class SavedPlan:
    """What a saved plan stands for: hashes of the portal's state and of the source's side."""

    name: str
    portal_url: str
    version_to: str
    state: str
    target: str
    shown: dict[str, Any]

    def check(self, plan: Plan) -> None:
        """Raise `Refused` unless `plan`, made now, is the one that was saved."""
        now = (plan.portal_url, plan.version_to, plan.state.fingerprint, plan.target)
        if now != (self.portal_url, self.version_to, self.state, self.target):
            raise Refused("publish-moved", where=self.name)


def save(plans: Sequence[Plan], path: Path) -> None:
    """Write plans to a file."""
    data = {
        "kind": _KIND,
        "datasets": [
            {
                **plan.as_json(),
                "portal": plan.portal_url,
                "state": plan.state.fingerprint,
                "target": plan.target,
            }
            for plan in plans
        ],
    }
    text = json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n"
    path.write_text(text, encoding="utf-8")


def load(path: Path) -> list[SavedPlan]:
    """Read saved plans. Raises `UsageProblem` when the file is not one."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["kind"] != _KIND or not data["datasets"]:
            raise ValueError(data["kind"])
        return [_read(item) for item in data["datasets"]]
    except FileNotFoundError as error:
        raise UsageProblem("file-missing", where=str(path)) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageProblem("publish-plan-file", where=str(path)) from error


def _read(item: Any) -> SavedPlan:
    texts = [item[key] for key in ("name", "portal", "state", "target")]
    name, portal, state, target = texts
    version = item["version"]["to"]
    if not all(isinstance(text, str) for text in (*texts, version)):
        raise TypeError
    return SavedPlan(name, portal, version, state, target, item)
