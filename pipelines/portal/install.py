"""CKAN's environment: a virtual environment of its own, installed from a lock file.

CKAN's pinned dependencies stay apart from the project's, and an incomplete environment is never
used: the file `.complete` is written last, and a folder without it is built again.
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
from pipelines.portal.paths import LOCKS, PortalPaths, plugin_sources
from pipelines.portal.progress import StepReport

COMPLETE = ".complete"
MIN_FREE_BYTES = 1_200_000_000
PYTHONS = ((3, 11), (3, 13))
_IGNORED = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", "*.pyc", "tests")
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


def ensure(paths: PortalPaths, report: StepReport) -> bool:
    """Install what is missing; return whether anything was.

    Raises `PortalProblem` when the platform, the disk or the network is in the way.
    """
    check_platform()
    # Where root drops its privileges, the service user must be able to read the programs.
    before = os.umask(0o022)
    try:
        return _ensure(paths, report)
    finally:
        os.umask(before)


def _ensure(paths: PortalPaths, report: StepReport) -> bool:
    paths.envs.mkdir(parents=True, exist_ok=True)
    done = False
    parts = [(paths.env, _build_env), (paths.plugins, _build_plugins)]
    if addons.chosen():
        parts.append((paths.addons, _build_addons))
    for target, build in parts:
        with FileLock(f"{target}.lock"):
            if (target / COMPLETE).exists():
                continue
            report("portal-step-install", version=paths.ckan)
            shutil.rmtree(target, ignore_errors=True)
            build(paths, target, report)
            (target / COMPLETE).touch()
            done = True
    return done


def _build_env(paths: PortalPaths, target: Path, report: StepReport) -> None:
    free = shutil.disk_usage(paths.envs).free
    if free < MIN_FREE_BYTES:
        raise PortalProblem("portal-disk-full", path=paths.envs, free=free // 1_000_000)
    venv.EnvBuilder(with_pip=not _has_pip(), symlinks=True).create(target)
    names = re.findall(r"^[a-z0-9][^ =]*==", paths.lock_file.read_text(), re.MULTILINE)
    options = ["--no-deps", "--require-hashes", "--requirement", str(paths.lock_file)]
    log = paths.envs / f"{target.name}.log"
    for line in _pip_install(options, log, paths):
        if line.startswith("Collecting "):
            report.advance(total=len(names))


def _build_plugins(paths: PortalPaths, target: Path, report: StepReport) -> None:
    """Install copies of the plugins: building a wheel writes into its source folder."""
    work = target.with_name(f"{target.name}.source")
    shutil.rmtree(work, ignore_errors=True)
    copies = []
    for source in plugin_sources():
        copies.append(str(shutil.copytree(source, work / source.name, ignore=_IGNORED)))
    target.mkdir(parents=True)
    log = paths.envs / f"{target.name}.log"
    if copies:
        options = ["--no-deps", "--no-build-isolation", "--target", str(target)]
        for _ in _pip_install([*options, *copies], log, paths):
            pass
    shutil.rmtree(work, ignore_errors=True)


def _build_addons(paths: PortalPaths, target: Path, report: StepReport) -> None:
    """Install other people's plugins: each as it is, and what they import under CKAN's pins."""
    target.mkdir(parents=True)
    log = paths.envs / f"{target.name}.log"
    pins = target / "pins.txt"
    locked = r"^[a-z0-9][^ =]*==[^ ;\\]+"
    pins.write_text("\n".join(re.findall(locked, paths.lock_file.read_text(), re.MULTILINE)))
    for options in (
        ["--no-deps", "--requirement", str(LOCKS / "addons.txt")],
        ["--constraint", str(pins), "--requirement", str(LOCKS / "addons-libraries.txt")],
    ):
        for _ in _pip_install(["--target", str(target), *options], log, paths):
            pass
    # CKAN's `ckanext` is a namespace package; a file of one plugin would hide the others
    (target / "ckanext" / "__init__.py").unlink(missing_ok=True)
    # CKAN 2.10 refuses a plugin whose stated requirements clash with its own pins
    for metadata in target.glob("ckanext_*.dist-info/METADATA"):
        lines = metadata.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = "".join(line for line in lines if not line.startswith("Requires-Dist:"))
        metadata.write_text(kept, encoding="utf-8")


def _has_pip() -> bool:
    """Return whether this interpreter has pip; with uv's environments it may not."""
    return importlib.util.find_spec("pip") is not None


def _pip_install(arguments: list[str], log: Path, paths: PortalPaths) -> Iterator[str]:
    """Run `pip install` for CKAN's environment; yield its output lines and copy them to `log`.

    Raises `PortalProblem` when it fails.
    """
    pip = [sys.executable, "-m", "pip", "--python", str(paths.python)]
    if not _has_pip():
        pip = [str(paths.python), "-m", "pip"]
    output: list[str] = []
    with (
        log.open("w", encoding="utf-8") as record,
        subprocess.Popen(
            [
                *pip,
                "install",
                *arguments,
                "--disable-pip-version-check",
                "--no-input",
                "--progress-bar=off",
            ],
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
                output.append(line)
                yield line
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        text = "".join(output[-200:])
        for code, pattern in _REASONS:
            if re.search(pattern, text):
                free = shutil.disk_usage(paths.envs).free // 1_000_000
                raise PortalProblem(code, path=paths.envs, free=free, log=log)
        raise PortalProblem("portal-install-failed", log=log)
