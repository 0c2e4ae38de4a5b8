"""CKAN's own field errors beside the descriptor's keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.ckan import Rejected
from pipelines.errors import PortalProblem, PublishError, Refused
from pipelines.project.dataset import Dataset
from pipelines.publish.plan import metadata


def explained(error: Rejected, dataset: Dataset) -> PublishError:
    """Put CKAN's own field errors beside the descriptor's keys."""
    if "match" in error.fields:
        return Refused("publish-moved", where=dataset.name)
    told = [
        f"{key} ({metadata.DESCRIPTOR_KEYS.get(key.split('.')[0], key)}): {reason}"
        for key, reason in _reasons(error.fields)
    ]
    return PortalProblem(
        "publish-rejected", where=dataset.where, reasons="; ".join(told) or str(error.fields)
    )


def _reasons(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    for key, value in fields.items():
        if key.startswith("__"):
            continue
        if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            for item in value:
                if isinstance(item, Mapping):
                    found += [(f"{key}.{k}", reason) for k, reason in _reasons(item)]
        elif isinstance(value, list):
            found.append((key, ", ".join(map(str, value))))
        elif isinstance(value, Mapping):
            found += [(f"{key}.{k}", reason) for k, reason in _reasons(value)]
        else:
            found.append((key, str(value)))
    return found
