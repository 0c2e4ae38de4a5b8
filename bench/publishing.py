"""Publishing on the embedded CKAN against ckanapi's plain `datastore_upsert` and against COPY.

usage: python -m bench.publishing [--full]     (quick: 20,000 rows; full: 200,000; 12 columns)

All in one run on one portal: the peer loads the same rows into the same columns, key and index
included, with the batch size that a trial finds best, and does nothing else. Publishing plans,
loads while it makes the files, reads the table back, sends the files, fetches them again and
looks as a reader does; the parts are stated apart. COPY is the limit: PostgreSQL's own loader into
a like table with CKAN's full-text trigger and index.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ckanapi
import numpy as np
import pandas as pd
import yaml

from bench import services
from pipelines import ckan, package, portal, publish
from pipelines.model import Source, Table
from pipelines.project.dataset import Dataset, load_dataset
from pipelines.publish.plan.fields import columns, indexes
from pipelines.publish.rows import records
from pipelines.publish.values import local_table

NAME = "layanan"
BATCHES = (500, 1_000, 2_500, 5_000, 10_000)
DESCRIPTOR = {
    "name": NAME,
    "title": "Layanan",
    "description": "Transaksi layanan publik, dibuat untuk pengukuran.",
    "organization": "bangku-uji",
    "groups": ["pelayanan"],
    "contact": {"name": "Bangku uji"},
    "frequency": "tahunan",
    "coverage": {"region": "12"},
    "illustrative": True,
    "tables": {NAME: {"schema": NAME, "source": "source/layanan.csv", "formats": ["csv", "xlsx"]}},
}


def project(folder: Path) -> Dataset:
    """Write a project with the benchmark's dataset and load it."""
    place = folder / "datasets" / NAME
    place.mkdir(parents=True)
    (folder / "schemas").mkdir()
    files = {
        place / "dataset.yaml": DESCRIPTOR,
        folder / "schemas" / f"{NAME}.yaml": services.SCHEMA,
        folder / "datasets" / "offices.yaml": {"bangku-uji": {"title": "Bangku uji"}},
        folder / "datasets" / "services.yaml": {"pelayanan": {"title": "Pelayanan"}},
    }
    for path, data in files.items():
        path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return load_dataset(NAME, folder)


def as_table(frame: pd.DataFrame) -> Table:
    """A frame as a table read from a file."""
    rows = len(frame)
    places = np.arange(2, rows + 2)
    given = tuple(range(1, frame.shape[1] + 1))
    return Table(NAME, frame, (Source("layanan.csv"),), np.zeros(rows, np.int32), places, given)


class Clock:
    """Seconds and requests of each step, from the progress that publishing tells."""

    def __init__(self, connection: ckan.Portal) -> None:
        self.connection = connection
        self.seconds: dict[str, float] = {}
        self.step, self.since = "plan", time.perf_counter()

    def __call__(self, progress: publish.PublishProgress) -> None:
        now = time.perf_counter()
        self.seconds[self.step] = self.seconds.get(self.step, 0.0) + now - self.since
        self.step, self.since = progress.step, now


def run(
    dataset: Dataset, frame: pd.DataFrame, connection: ckan.Portal
) -> tuple[float, publish.Outcome, dict[str, float]]:
    """Publish a frame; seconds over all, the outcome, seconds by step."""
    clock = Clock(connection)
    started = time.perf_counter()
    plan = publish.compute_plan(dataset, {NAME: as_table(frame)}, connection)
    outcome = publish.apply_plan(plan, connection, build=package.build, progress=clock)
    clock(publish.PublishProgress(NAME, "end"))
    return time.perf_counter() - started, outcome, clock.seconds


def peer(
    api: Any, dataset: Dataset, rows: list[dict[str, Any]], package_id: str, batch: int
) -> tuple[float, str]:
    """Load rows with ckanapi alone; seconds, and the table's id."""
    schema = dataset.schemas[NAME]
    started = time.perf_counter()
    made = api.action.datastore_create(
        resource={"package_id": package_id, "name": f"peer {batch}"},
        fields=columns(schema),
        primary_key=schema.primary_key,
        indexes=indexes(schema),
    )
    for start in range(0, len(rows), batch):
        api.action.datastore_upsert(
            resource_id=made["resource_id"],
            force=True,
            method="insert",
            records=rows[start : start + batch],
            calculate_record_count=False,
        )
    return time.perf_counter() - started, str(made["resource_id"])


def copy(info: portal.PortalInfo, like: str, csv: Path) -> float:
    """Seconds of COPY into a table like the peer's, with CKAN's trigger and indexes."""
    ini = (info.data_dir / "config" / "ckan.ini").read_text(encoding="utf-8")
    url = next(
        line.partition("=")[2].strip()
        for line in ini.splitlines()
        if line.startswith("ckan.datastore.write_url")
    )
    script = f"""
import psycopg2, time
db = psycopg2.connect({url!r}); c = db.cursor()
c.execute('CREATE TABLE bench_copy (LIKE "{like}" INCLUDING ALL)')
c.execute('CREATE TRIGGER zfulltext BEFORE INSERT OR UPDATE ON bench_copy '
          'FOR EACH ROW EXECUTE PROCEDURE populate_full_text_trigger()')
db.commit(); t = time.perf_counter()
c.copy_expert("COPY bench_copy ({", ".join(f["name"] for f in services.SCHEMA["fields"])}) "
              "FROM STDIN CSV HEADER", open({str(csv)!r}))
db.commit(); print(time.perf_counter() - t)
c.execute("DROP TABLE bench_copy"); db.commit()
"""
    done = subprocess.run(
        [portal_python(info), "-c", script], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def portal_python(info: portal.PortalInfo) -> str:
    """The interpreter of the portal's own environment, which has PostgreSQL's driver."""
    envs = os.environ.get("PUBLISH_PORTAL_ENVS") or str(
        Path.home() / ".local" / "share" / "publish-portal" / "envs"
    )
    found = sorted(Path(envs).glob(f"ckan-{info.version}-*/bin/python"))
    return str(found[-1])


@contextmanager
def own_portal(folder: Path) -> Iterator[portal.PortalInfo]:
    """A portal for the length of the run, apart from the user's."""
    folder.chmod(0o711)
    os.environ["PUBLISH_PORTAL_DIR"] = str(folder)
    os.environ["PUBLISH_PORTAL_OWNER"] = str(os.getpid())
    try:
        yield portal.up()
    finally:
        portal.reset()


def main(full: bool = False) -> None:
    """Print the ratios."""
    count = 200_000 if full else 20_000
    with tempfile.TemporaryDirectory(prefix="publish-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        dataset = project(folder / "project")
        csv = folder / "layanan.csv"
        services.write(csv, count)
        frame = pd.read_csv(csv, dtype="str", keep_default_na=False, na_values=[""])
        (folder / "portal").mkdir()
        with own_portal(folder / "portal") as info:
            measure(dataset, frame, csv, info)


def measure(dataset: Dataset, frame: pd.DataFrame, csv: Path, info: portal.PortalInfo) -> None:
    """Run everything on one portal."""
    connection = ckan.connect(info.url, info.api_token)
    api = ckanapi.RemoteCKAN(info.url, apikey=info.api_token)
    api.action.organization_create(name="pembanding", title="Pembanding")
    other = api.action.package_create(name="pembanding", owner_org="pembanding", private=True)
    schema = dataset.schemas[NAME]
    rows = records(local_table(frame, schema), schema.names)
    trial = {
        batch: min(peer(api, dataset, rows[:10_000], other["id"], batch)[0] for _ in range(2))
        for batch in BATCHES
    }
    best = min(trial, key=lambda batch: trial[batch])
    plain, like = peer(api, dataset, rows, other["id"], best)
    limit = copy(info, like, csv)
    first, created, steps = run(dataset, frame, connection)
    count = len(frame)
    loading = steps["fields"] + steps["rows"]
    print(f"publishing        {count:,} rows × {frame.shape[1]} columns, CKAN {info.version}")
    print(
        f"  ckanapi datastore_upsert, best batch {best:,}: {plain:.1f} s ({count / plain:,.0f}/s)"
    )
    print(f"  COPY, trigger and indexes: {limit:.1f} s ({count / limit:,.0f}/s)")
    print(
        f"  first publication {first:.1f} s, {created.requests} requests: rows {loading:.1f} s "
        f"({count / loading:,.0f}/s), read back {steps['verify-rows']:.1f} s, then waiting for CSV "
        f"and XLSX {steps['files']:.1f} s, sending them {steps['metadata']:.1f} s, "
        f"checking them {steps['verify-files']:.1f} s"
    )
    print(
        f"  rows against ckanapi {plain / loading:.2f} ×, everything against ckanapi's rows "
        f"{plain / first:.2f} ×  (aim ≥ 1); against COPY {limit / loading:.2f} ×"
    )
    same, unchanged, _ = run(dataset, frame, connection)
    print(
        f"  again, unchanged: {same:.2f} s, {unchanged.requests} requests  (aim ≤ 4), "
        f"{same / first:.1%} of the first"
    )
    changed = frame.copy()
    changed.loc[changed.index[::100], "jumlah"] = "999"
    again, updated, parts = run(dataset, changed, connection)
    print(
        f"  again, 1% changed: {again:.1f} s, {updated.requests} requests, {again / first:.1%} of "
        f"the first, {again / plain:.1%} of ckanapi's load  (aim ≤ 8%)"
    )
    print("    " + ", ".join(f"{step} {seconds:.2f}" for step, seconds in parts.items()))


if __name__ == "__main__":
    main("--full" in sys.argv[1:])
