"""CKAN's environment: a virtual environment of its own, installed from a lock file.

CKAN's pins never meet the project's, and a half-made environment is never used: the file
`.complete` is written last, and what lacks it is made again.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from pipelines.errors import PortalProblem
from pipelines.portal import addons
from pipelines.portal.place import LOCKS, Place, plugin_sources
from pipelines.portal.progress import StepReport

COMPLETE = ".complete"
NEEDED_BYTES = 1_200_000_000
PYTHONS = ((3, 11), (3, 13))
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", "*.pyc", "tests")
_REASONS = (
    ("portal-disk-full", r"No space left on device|Errno 28"),
    ("portal-lock-mismatch", r"DO NOT MATCH THE HASHES"),
    (
        "portal-no-network",
        r"Temporary failure in name resolution|Name or service not known|Failed to establish"
        r"|NewConnectionError|ConnectTimeout|Network is unreachable|ProxyError|Read timed out"
        r"|Connection (refused|reset|broken)|nodename nor servname|SSLError",
    ),
    ("portal-no-wheel", r"No matching distribution found|Could not find a version"),
)


def check_platform() -> None:
    """Raise `PortalProblem` where no wheels exist or CKAN doesn't run."""
    system, machine = platform.system(), platform.machine()
    low, high = PYTHONS
    if system not in ("Linux", "Darwin") or machine not in ("x86_64", "aarch64", "arm64"):
        raise PortalProblem("portal-unsupported-platform", platform=f"{system} {machine}")
    if not low <= sys.version_info[:2] <= high:
        raise PortalProblem(
            "portal-unsupported-python",
            version=platform.python_version(),
            known=f"{low[0]}.{low[1]}–{high[0]}.{high[1]}",
        )


def ensure(place: Place, report: StepReport) -> bool:
    """Install what is missing; return whether anything was.

    Raises `PortalProblem` when the platform, the disk or the network is in the way.
    """
    check_platform()
    # Where root steps down to another account, that account must be able to read the programs.
    before = os.umask(0o022)
    try:
        return _ensure(place, report)
    finally:
        os.umask(before)


def _ensure(place: Place, report: StepReport) -> bool:
    place.envs.mkdir(parents=True, exist_ok=True)
    done = False
    parts = [(place.env, _build_env), (place.plugins, _build_plugins)]
    if addons.chosen():
        parts.append((place.addons, _build_addons))
    for target, build in parts:
        with FileLock(f"{target}.lock"):
            if (target / COMPLETE).exists():
                continue
            report("portal-step-install", version=place.ckan)
            shutil.rmtree(target, ignore_errors=True)
            build(place, target, report)
            (target / COMPLETE).touch()
            done = True
    return done


def _build_env(place: Place, target: Path, report: StepReport) -> None:
    free = shutil.disk_usage(place.envs).free
    if free < NEEDED_BYTES:
        raise PortalProblem("portal-disk-full", path=place.envs, free=free // 1_000_000)
    own_pip = importlib.util.find_spec("pip") is not None
    venv.EnvBuilder(with_pip=not own_pip, symlinks=True).create(target)
    pip = [sys.executable, "-m", "pip", "--python", str(place.python)]
    if not own_pip:
        pip = [str(place.python), "-m", "pip"]
    names = re.findall(r"^[a-z0-9][^ =]*==", place.lock_file.read_text(), re.MULTILINE)
    options = ["--no-deps", "--require-hashes", "--requirement", str(place.lock_file)]
    log = place.envs / f"{target.name}.log"
    for line in _pip([*pip, "install", *options], log, place):
        if line.startswith("Collecting "):
            report.advance(total=len(names))


def _build_plugins(place: Place, target: Path, report: StepReport) -> None:
    """Copy the plugins away first: building a wheel writes into its source folder."""
    work = target.with_name(f"{target.name}.source")
    shutil.rmtree(work, ignore_errors=True)
    copies = []
    for source in plugin_sources():
        copies.append(str(shutil.copytree(source, work / source.name, ignore=_LEFT_OUT)))
    target.mkdir(parents=True)
    log = place.envs / f"{target.name}.log"
    if copies:
        pip = [sys.executable, "-m", "pip", "--python", str(place.python)]
        if importlib.util.find_spec("pip") is None:
            pip = [str(place.python), "-m", "pip"]
        options = ["--no-deps", "--no-build-isolation", "--target", str(target)]
        for _ in _pip([*pip, "install", *options, *copies], log, place):
            pass
    shutil.rmtree(work, ignore_errors=True)


def _build_addons(place: Place, target: Path, report: StepReport) -> None:
    """Install other people's plugins: each as it is, and what they import under CKAN's pins."""
    target.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "--python", str(place.python)]
    if importlib.util.find_spec("pip") is None:
        pip = [str(place.python), "-m", "pip"]
    log = place.envs / f"{target.name}.log"
    pins = target / "pins.txt"
    pins.write_text("\n".join(_pins(place.lock_file)))
    options = ["install", "--target", str(target)]
    for more in (
        ["--no-deps", "--requirement", str(LOCKS / "addons.txt")],
        ["--constraint", str(pins), "--requirement", str(LOCKS / "addons-libraries.txt")],
    ):
        for _ in _pip([*pip, *options, *more], log, place):
            pass
    # CKAN's `ckanext` is a namespace package; a file of one plugin would hide the others
    (target / "ckanext" / "__init__.py").unlink(missing_ok=True)


def _pins(lock_file: Path) -> list[str]:
    """Return `name==version` of everything that a lock file lists."""
    return re.findall(r"^[a-z0-9][^ =]*==[^ ;\\]+", lock_file.read_text(), re.MULTILINE)


def _pip(command: list[str], log: Path, place: Place) -> Iterator[str]:
    """Run pip, yield its lines, keep them in `log`. Raises `PortalProblem` when it fails."""
    said: list[str] = []
    with (
        log.open("w", encoding="utf-8") as record,
        subprocess.Popen(
            [*command, "--disable-pip-version-check", "--no-input", "--progress-bar=off"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process,
    ):
        try:
            for line in process.stdout or ():
                record.write(line)
                said.append(line)
                yield line
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        text = "".join(said[-200:])
        for code, pattern in _REASONS:
            if re.search(pattern, text):
                free = shutil.disk_usage(place.envs).free // 1_000_000
                raise PortalProblem(code, path=place.envs, free=free, log=log)
        raise PortalProblem("portal-install-failed", log=log)
