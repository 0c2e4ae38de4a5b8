"""Which datasets of a project a call is about."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipelines.errors import UsageProblem
from pipelines.project.dataset import dataset_names, require_dataset


def choose(requested: Iterable[str], project: Path, *, everything: bool = False) -> list[str]:
    """Return dataset names: those requested, or all of the project's.

    Raises `UsageProblem` for a name that the project does not have (before any work is begun on
    the others), for a project without datasets, and when none is named and `everything` is false.
    """
    chosen = list(dict.fromkeys(requested))
    for name in chosen:
        require_dataset(name, project)
    if chosen:
        return chosen
    available = dataset_names(project)
    if not available:
        raise UsageProblem("project-empty", where=str(project))
    if everything:
        return available
    raise UsageProblem("usage-datasets", known=", ".join(available))
