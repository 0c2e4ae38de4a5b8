"""Every version can be had: its rows rebuilt, its files downloaded."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.ckan import Missing, Portal
from pipelines.errors import PortalProblem, UsageProblem, nearest
from pipelines.model import Source, Table
from pipelines.publish.digests import recorded
from pipelines.publish.history import releases
from pipelines.publish.history.numbering import parse
from pipelines.publish.history.published_rows import find_base
from pipelines.publish.history.row_order import in_order
from pipelines.publish.state import PortalState, read_state
from pipelines.publish.values import canonical, checksum
from pipelines.text.csv_writer import write_csv


def published_state(portal: Portal, name: str) -> PortalState:
    state = read_state(portal, name)
    if not state.version:
        raise UsageProblem("publish-dataset-absent", where=portal.url, name=name)
    return state


def versions(portal: Portal, name: str) -> list[releases.Release]:
    """Return the finished releases of a dataset's tables, oldest first.

    Raises `UsageProblem` when the portal has no such published dataset.
    """
    state = published_state(portal, name)
    return [r for r in state.releases if parse(r.version) <= parse(state.version)]


def rows_of(
    portal: Portal, state: PortalState, table: str, version: str
) -> tuple[pa.Table, releases.Release]:
    """Return a table (canonical, n × its fields then) as of a version, and the version's release.

    The rows stand as in the version's CSV, if its order was recorded.
    Raises `UsageProblem` for an unknown table or version, `PortalProblem` when what was rebuilt
    has not the recorded checksum.
    """
    chain = state.finished(table)
    if not chain:
        known = sorted({release.table for release in state.releases})
        raise UsageProblem(
            "publish-table-unknown", where=state.site, table=table, known=", ".join(known)
        )
    there = [release for release in chain if parse(release.version) <= parse(version)]
    known_versions = list(dict.fromkeys(release.version for release in state.releases))
    if version not in known_versions or not there:
        raise UsageProblem(
            "publish-version-unknown",
            where=state.site,
            version=version,
            known=", ".join(r.version for r in chain),
        )
    release, last = there[-1], chain[-1]
    resource = state.resource(table, "data")
    info = state.infos.get(table)
    current = None
    if resource is not None and info is not None:
        # A table can go after its look: a request of a publisher that died is still carried out.
        with contextlib.suppress(Missing):
            current = canonical(portal.read(resource["id"], list(info.fields)), last.schema)
    newest = find_base(portal, state, table, last, current)
    changes = state.resource("", "changes")
    if changes is None:
        return newest, release
    order = releases.read_order(portal, changes["id"], release)
    if release.version == last.version:
        return in_order(newest, order), release
    lines = releases.read_lines(portal, changes["id"], table)
    found = canonical(releases.rebuild(newest, chain, lines, release.version), release.schema)
    if checksum(found) != release.checksum:
        raise PortalProblem(
            "publish-base-lost", where=state.site, table=table, version=release.version
        )
    return in_order(found, order), release


def published_rows(portal: Portal, name: str, table: str) -> pd.DataFrame | None:
    """Return a table's rows as published now (text, n × its fields), None before the first time."""
    state = read_state(portal, name)
    if not state.version or not state.finished(table):
        return None
    rows, _ = rows_of(portal, state, table, state.version)
    frame: pd.DataFrame = rows.to_pandas().astype("str")
    return frame


def get(
    portal: Portal,
    name: str,
    out: Path,
    *,
    tables: Sequence[str] = (),
    version: str = "",
    kind: str = "csv",
) -> list[Path]:
    """Write published tables into the folder `out` and return the files.

    The newest version is downloaded as published, in any of its formats; an older one is rebuilt
    as CSV. Both are checked against the recorded hash. Raises `UsageProblem` for a dataset,
    table, version or format that is not there.
    """
    state = published_state(portal, name)
    known = [table for table, role in state.own() if role == "data"]
    for table in tables:
        if table not in known:
            raise UsageProblem(
                "publish-table-unknown",
                where=name,
                table=table,
                known=nearest(table, known) or ", ".join(known),
            )
    out.mkdir(parents=True, exist_ok=True)
    wanted = list(tables) or known
    if not version or version == state.version:
        return [_download(portal, state, table, kind, out) for table in wanted]
    if kind != "csv":
        raise UsageProblem(
            "publish-format-absent", where=name, kind=kind, version=version, known="csv"
        )
    files = []
    for table in wanted:
        rows, release = rows_of(portal, state, table, version)
        label = name if len(known) == 1 else f"{name}-{table}"
        path = out / Path(f"{label}-{release.version}.csv").name  # a portal's word is no path
        write_csv(rows.to_pandas(), path)
        files.append(path)
    return files


def _download(portal: Portal, state: PortalState, table: str, kind: str, out: Path) -> Path:
    role = "data" if kind == "csv" else kind
    resource = state.resource(table, role)
    if resource is None or state.package is None:
        known = [r for t, r in state.own() if t == table]
        raise UsageProblem(
            "publish-format-absent",
            where=str((state.package or {}).get("name")),
            kind=kind,
            version=state.version,
            known=", ".join("csv" if r == "data" else r for r in known),
        )
    name = Path(str(resource["url"])).name
    target = out / name
    with tempfile.NamedTemporaryFile(dir=out, delete=False) as part:
        path = Path(part.name)
    try:
        portal.download(state.package["id"], resource["id"], name, path)
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != recorded(resource):
            raise PortalProblem("publish-file-differs", where=portal.url, name=name)
        path.replace(target)
    finally:
        path.unlink(missing_ok=True)
    return target


def as_table(name: str, rows: pa.Table, source: str) -> Table:
    """Return canonical rows as the stages' table, without places in a sheet."""
    frame: Any = rows.to_pandas().astype("str")
    count = len(frame)
    return Table(
        name,
        frame,
        (Source(source),),
        np.zeros(count, int),
        np.arange(1, count + 1),
        tuple(0 for _ in rows.column_names),
    )
