"""The tables of a portal's DataStore: made, read and changed through the Action API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.ckan.problems import Missing, Rejected
from pipelines.ckan.transport import Transport

if TYPE_CHECKING:
    import pyarrow as pa

#: CKAN's own upper limit for one page (`ckan.datastore.search.rows_max`).
PAGE = 32_000


@dataclass(frozen=True)
class TableInfo:
    """What a table looks like from outside: n `rows`, fields without the internal ones.

    fields: id → {"type": PostgreSQL's name, "info": data dictionary entry}. last: greatest `_id`.
    """

    fields: Mapping[str, Mapping[str, Any]]
    rows: int
    last: int


class Tables:
    """The DataStore half of a portal."""

    transport: Transport

    def table(self, resource: str) -> TableInfo | None:
        """Return a table's fields, number of rows and greatest `_id`; None when there is none."""
        try:
            found = self._search(resource, limit=1, sort="_id desc", fields="")
        except Missing:
            return None
        fields = {
            field["id"]: {"type": field["type"], "info": field.get("info") or {}}
            for field in found["fields"]
            if not field["id"].startswith("_")
        }
        records = found["records"]
        return TableInfo(fields, int(found["total"]), int(records[0]["_id"]) if records else 0)

    def create_table(
        self,
        resource: str,
        fields: Sequence[Mapping[str, Any]],
        *,
        primary_key: Sequence[str] | None = None,
        indexes: Sequence[str] | None = None,
        delete_fields: bool = False,
    ) -> None:
        """Make a table, or bring an existing one to these fields, keys and dictionary."""
        data: dict[str, Any] = {"resource_id": resource, "force": True, "fields": list(fields)}
        if primary_key is not None:
            data["primary_key"] = list(primary_key)
        if indexes is not None:
            data["indexes"] = list(indexes)
        if delete_fields:
            data["delete_fields"] = True
        self.transport.call("datastore_create", data)

    def drop_table(self, resource: str) -> None:
        """Remove a table with its rows and dictionary; nothing happens when there is none."""
        try:
            self.transport.call("datastore_delete", {"resource_id": resource, "force": True})
        except Missing:
            return

    def insert(self, resource: str, records: Sequence[Mapping[str, Any]]) -> None:
        """Add rows in one transaction. Raises `Rejected` when a key is there already."""
        self._write(resource, records, "insert", again=False)

    def update(self, resource: str, records: Sequence[Mapping[str, Any]]) -> None:
        """Change rows by their key in one transaction; their search text is made anew.

        `update`, not `upsert`: CKAN leaves the search text as it was on an upsert.
        """
        self._write(resource, records, "update", again=True)

    def _write(
        self, resource: str, records: Sequence[Mapping[str, Any]], method: str, *, again: bool
    ) -> None:
        data = {
            "resource_id": resource,
            "force": True,
            "method": method,
            "records": list(records),
            "calculate_record_count": False,
        }
        self.transport.call("datastore_upsert", data, again=again)

    def delete(self, resource: str, filters: Mapping[str, Any]) -> None:
        """Delete the rows that these filters match, in one transaction. `{}` means all rows."""
        data = {
            "resource_id": resource,
            "force": True,
            "filters": dict(filters),
            "calculate_record_count": False,
        }
        self.transport.call("datastore_delete", data)

    def find(
        self,
        resource: str,
        filters: Mapping[str, Any],
        *,
        fields: Sequence[str] = (),
        limit: int = PAGE,
    ) -> list[dict[str, Any]]:
        """Return the rows that match, up to a page of them, in the order of `_id`.

        fields: those to return, by default all. No rows when there is no table.
        """
        query: dict[str, Any] = {"fields": list(fields)} if fields else {}
        try:
            found = self._search(
                resource,
                filters=dict(filters),
                sort="_id",
                limit=limit,
                include_total=False,
                **query,
            )
        except Missing:
            return []
        records: list[dict[str, Any]] = found["records"]
        return records

    def read(
        self, resource: str, fields: Sequence[str], filters: Mapping[str, Any] | None = None
    ) -> pa.Table:
        """Return rows × (`_id`, *fields) as text, missing = null, in the order of `_id`.

        The values are PostgreSQL's text of them: `t` and `f` for booleans.
        """
        names = ["_id", *fields]
        query: dict[str, Any] = {"fields": names, "sort": "_id", "records_format": "csv"}
        if filters:
            query["filters"] = dict(filters)
        first = self._search(resource, limit=PAGE, offset=0, **query)
        pages = [first["records"]]
        size = int(first.get("limit") or PAGE)
        offsets = range(size, int(first["total"]), size)
        if offsets:
            with ThreadPoolExecutor(2) as pool:
                pages += pool.map(
                    lambda offset: self._search(
                        resource, limit=size, offset=offset, include_total=False, **query
                    )["records"],
                    offsets,
                )
        return _parse("".join(pages), names)

    def _search(self, resource: str, **query: Any) -> dict[str, Any]:
        if query.get("fields") == "":
            del query["fields"]
        found: dict[str, Any] = self.transport.call(
            "datastore_search", {"resource_id": resource, **query}
        )
        return found


def duplicate(error: Rejected) -> bool:
    """Say whether a refusal means that a row with this key is there already."""
    return "constraints" in error.fields or "duplicate key" in str(error.fields)


def _parse(text: str, names: Sequence[str]) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv

    if not text:
        return pa.table({name: pa.array([], pa.string()) for name in names})
    data = text.encode()
    return csv.read_csv(
        pa.BufferReader(data),
        csv.ReadOptions(column_names=list(names), block_size=max(1 << 20, min(len(data), 1 << 27))),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
