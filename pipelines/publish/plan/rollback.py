"""An older version published again, as a new one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pipelines.ckan import Portal
from pipelines.model import Table
from pipelines.project.dataset import Dataset
from pipelines.project.schema import TableSchema
from pipelines.publish.history.versions import as_table, published_state, rows_of
from pipelines.publish.plan.compute import compute_plan
from pipelines.publish.plan.model import Plan


class AsOf(Dataset):
    """A dataset whose tables have the schemas of an older version."""

    def __init__(self, dataset: Dataset, schemas: dict[str, TableSchema]) -> None:
        super().__init__(dataset.folder, dataset.project, dataset.spec)
        self._schemas = schemas

    @property
    def schemas(self) -> dict[str, TableSchema]:
        """Table name → its Table Schema then."""
        return self._schemas


def rollback(
    dataset: Dataset,
    portal: Portal,
    *,
    to: str,
    allow: Collection[str] = (),
) -> Plan:
    """Plan to publish the tables of an older version again, as a new version.

    The metadata stay those of the descriptor. Rows and fields that go with the newer version are
    no guard's matter: the version was named. Raises as `rows_of` does.
    """
    sent = portal.requests
    state = published_state(portal, dataset.name)
    tables: dict[str, Table] = {}
    schemas: dict[str, TableSchema] = {}
    for name in dataset.spec.tables:
        rows, release = rows_of(portal, state, name, to)
        schemas[name] = release.schema
        tables[name] = as_table(name, rows, f"{dataset.name} {release.version}")
    made = compute_plan(AsOf(dataset, schemas), tables, portal, allow=allow, rollback_to=to)
    return replace(made, requests=portal.requests - sent)
