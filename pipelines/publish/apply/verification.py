"""What was sent, read back: the files byte by byte, and the dataset as a reader sees it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from pipelines.ckan import Denied, Missing
from pipelines.errors import PortalProblem
from pipelines.project.naming import formats
from pipelines.publish.apply.publication import Publication
from pipelines.publish.digests import Digest


def read_back(
    run: Publication, package: str, sent: Mapping[str, tuple[Path, Digest]], out: Path
) -> None:
    """Download what was sent and compare. Raises `PortalProblem` when a file differs."""
    run.tell("verify-files", 0, len(sent))
    for number, (resource, (path, digest)) in enumerate(sent.items(), start=1):
        if not holds(run, package, resource, path.name, digest, out):
            raise PortalProblem("publish-file-differs", where=run.plan.url, name=path.name)
        run.tell("verify-files", number, len(sent))


def holds(
    run: Publication, package: str, resource: str, name: str, digest: Digest, out: Path
) -> bool:
    """Download a file into the folder `out` and say whether it has these bytes."""
    fetched = out / "fetched"
    try:
        run.portal.download(package, resource, name, fetched)
    except Missing:
        return False
    return Digest.of(fetched) == digest


#: Looks at what readers see, and seconds between them: a portal's other workers may lag behind.
LOOKS, PAUSE = 6, 1.0


def check_public(run: Publication) -> None:
    """See the dataset as a reader without an account does. Raises `PortalProblem` when it is not
    there as published, after several looks."""
    run.tell("verify-public")
    for look in range(1, LOOKS + 1):
        try:
            _look(run)
        except PortalProblem as problem:
            if problem.code != "publish-not-public" or look == LOOKS:
                raise
            time.sleep(PAUSE)
        else:
            return


def _look(run: Publication) -> None:
    reader = run.portal.anonymous()
    try:
        package = reader.dataset(run.dataset.name)
        if package is None or package.get("version") != run.plan.version_to:
            raise PortalProblem("publish-not-public", where=run.plan.url)
        for resource in package.get("resources", ()):
            name = resource.get("publish_table")
            if resource.get("publish_role") != "data" or name not in run.plan.tables:
                continue
            info = reader.table(resource["id"])
            rows = run.plan.tables[name].target.num_rows
            if info is None or info.rows != rows:
                raise PortalProblem("publish-not-public", where=run.plan.url)
            missing = [
                k for k in formats(run.dataset, name) if k == "csv" and not resource.get("url")
            ]
            if missing:
                raise PortalProblem("publish-not-public", where=run.plan.url)
    except Denied as error:
        raise PortalProblem("publish-not-public", where=run.plan.url) from error
    finally:
        run.extra_requests += reader.requests
