"""Runs this package's tests and CKAN's own search tests against a real CKAN.

    python tests/run_ckan_tests.py [--work DIR] [--ckan 2.12.0] [--own | --ckan-only] [--full]
                                   [-- PYTEST ARGUMENTS]

Needs Linux, Python 3.11 and a package index, nothing else. A virtual environment is made below
``--work`` (by default in the user's cache) once for each CKAN version; database and Redis are new
for every run. CKAN's tests come out of its own wheel. Exit code: 0 when every test passed, else 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import ckan_environment

SEARCH = ["lib/search", "logic/action/test_get.py"]
#: More of CKAN's tests that search on their way.
FULL = [
    "cli/test_search_index.py", "cli/test_db.py", "controllers/test_api.py",
    "controllers/test_feed.py", "controllers/test_group.py", "controllers/test_home.py",
    "controllers/test_organization.py", "controllers/test_package.py", "lib/dictization",
]  # fmt: skip
#: Tests that want Solr itself to be away, which a search inside CKAN's own database never is.
LEFT_OUT = ["controllers/test_api.py::test_package_search_connection_errors"]


def main(arguments: list[str]) -> int:
    """Runs what was asked for."""
    options, extra = arguments, []
    if "--" in arguments:
        at = arguments.index("--")
        options, extra = arguments[:at], arguments[at + 1 :]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ckanext-pgsearch"
    parser.add_argument("--work", type=Path, default=cache, help=f"for environments; {cache}")
    parser.add_argument("--ckan", default="2.12.0", help="CKAN version; 2.12.0")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--own", action="store_true", help="only this package's tests")
    only.add_argument("--ckan-only", action="store_true", help="only CKAN's tests")
    parser.add_argument("--full", action="store_true", help="more of CKAN's tests")
    chosen = parser.parse_args(options)

    work = chosen.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    python = ckan_environment.install(work, chosen.ckan)
    tests = ckan_environment.ckan_tests(python)
    runs: list[tuple[Path, list[str]]] = []
    if not chosen.ckan_only:
        runs.append((ckan_environment.PACKAGE, ["tests"]))
    if not chosen.own:
        wanted = SEARCH + (FULL if chosen.full else [])
        runs.extend((work, [str(tests / path)]) for path in wanted if (tests / path).exists())
    failed = False
    with ckan_environment.services(python) as ini:
        for folder, paths in runs:
            command = [str(python), "-m", "pytest", "-q", f"--ckan-ini={ini}",
                       "-p", "no:cacheprovider", *paths, *extra]  # fmt: skip
            command += [f"--deselect={(tests / test).relative_to(work)}" for test in LEFT_OUT]
            # the package as installed, not as it lies in the working folder
            environ = {**os.environ, "PYTHONSAFEPATH": "1"}
            failed |= subprocess.run(command, cwd=folder, env=environ, check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
