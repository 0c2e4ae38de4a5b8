"""Which files a new version sends, and which resources of ours go."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.project.dataset import Dataset
from pipelines.project.naming import file_name, formats
from pipelines.publish.plan.model import FileChange, TablePlan
from pipelines.publish.state import PortalState


def file_changes(
    dataset: Dataset, state: PortalState, done: Mapping[str, TablePlan]
) -> tuple[list[FileChange], list[FileChange]]:
    """Return the files that the portal lacks, and the resources of ours that go."""
    wanted = {
        (name, "data" if kind == "csv" else kind): file_name(dataset, name, kind)
        for name in done
        for kind in formats(dataset, name)
    }
    own = state.own()
    new = [
        FileChange(file, table, role, "upload")
        for (table, role), file in wanted.items()
        if (table, role) not in own and state.version
    ]
    dead = [
        FileChange(str(resource.get("name")), table, role, "remove")
        for (table, role), resource in own.items()
        if table and (table, role) not in wanted
    ]
    return new, dead


def all_files(
    dataset: Dataset, done: Mapping[str, TablePlan], state: PortalState
) -> list[FileChange]:
    """Return the files of a new version: a CSV only where its rows or fields differ."""
    files = []
    for name, table in done.items():
        touched = (
            table.log is not None
            or (table.info is None and not table.lost)
            or not state.version
            or any(change.change != "dictionary" for change in table.fields)
        )
        for kind in formats(dataset, name):
            if kind == "xlsx" or touched or (state.resource(name, kind) is None and kind != "csv"):
                role = "data" if kind == "csv" else kind
                files.append(FileChange(file_name(dataset, name, kind), name, role, "upload"))
    files.append(FileChange("CHANGELOG.md", "", "changelog", "upload"))
    files.append(FileChange("datapackage.json", "", "datapackage", "upload"))
    return files
