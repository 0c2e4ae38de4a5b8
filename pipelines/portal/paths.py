"""The paths of an embedded portal: data directory, environments, and its CKAN version."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from pipelines.errors import PortalProblem
from pipelines.portal import service_user

PACKAGE = Path(__file__).resolve().parent
LOCKS = PACKAGE / "locks"
INSIDE = PACKAGE / "inside"
DEFAULT_CKAN = "2.12.0"
IGNORED = {"__pycache__", "tests", "build"}


def supported_versions() -> list[str]:
    """Return the CKAN versions that have a lock file, newest first."""
    found = [path.stem.removeprefix("ckan-") for path in LOCKS.glob("ckan-*.txt")]
    return sorted(found, key=lambda version: [int(part) for part in version.split(".")])[::-1]


@dataclass(frozen=True)
class PortalPaths:
    """The paths of one portal: `home` holds its data.

    `env` (CKAN's virtual environment) and `plugins` (the project's own CKAN plugins, installed)
    are immutable and may be shared by portals: their names change with their content.
    """

    ckan: str
    home: Path
    env: Path
    plugins: Path

    @property
    def envs(self) -> Path:
        """The folder of all installs."""
        return self.env.parent

    @property
    def addons(self) -> Path:
        """Other people's plugins, where some are switched on."""
        digest = hashlib.sha256((LOCKS / "addons.txt").read_bytes())
        return self.envs / f"addons-{self.ckan}-{digest.hexdigest()[:12]}"

    @property
    def lock_file(self) -> Path:
        """Exact versions and hashes of everything in the environment."""
        return LOCKS / f"ckan-{self.ckan}.txt"

    @property
    def python(self) -> Path:
        """The interpreter of CKAN's environment."""
        return self.env / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        """The installed packages of CKAN's environment."""
        major, minor = sys.version_info[:2]
        return self.env / "lib" / f"python{major}.{minor}" / "site-packages"

    @property
    def config(self) -> Path:
        """Generated configuration files; rewritten by every start."""
        return self.home / "config"

    @property
    def logs(self) -> Path:
        """One log per service."""
        return self.home / "logs"

    @property
    def pgdata(self) -> Path:
        """PostgreSQL's data directory."""
        return self.home / "postgres"

    @property
    def redis(self) -> Path:
        """Redis's working directory."""
        return self.home / "redis"

    @property
    def storage(self) -> Path:
        """CKAN's uploads and compiled assets."""
        return self.home / "storage"

    @property
    def credentials(self) -> Path:
        """Passwords, signing keys and the steward's token (mode 0600)."""
        return self.home / "credentials.json"

    @property
    def state(self) -> Path:
        """The supervisor's state file."""
        return self.home / "state.json"


def portal_paths(ckan: str | None = None) -> PortalPaths:
    """Return the paths of the portal that the environment variables choose.

    `PUBLISH_PORTAL_DIR` moves everything, `PUBLISH_PORTAL_ENVS` the installs alone,
    `PUBLISH_PORTAL_CKAN` chooses the CKAN version (default 2.12.0). Raises `PortalProblem` for a
    version without a lock file.
    """
    version = ckan or os.environ.get("PUBLISH_PORTAL_CKAN") or DEFAULT_CKAN
    if version not in supported_versions():
        raise PortalProblem(
            "portal-unknown-ckan", version=version, known=", ".join(supported_versions())
        )
    chosen = os.environ.get("PUBLISH_PORTAL_DIR")
    root = Path(chosen).expanduser().absolute() if chosen else _default_root()
    shared = os.environ.get("PUBLISH_PORTAL_ENVS")
    envs = Path(shared).expanduser().absolute() if shared else root / "envs"
    digest = hashlib.sha256((LOCKS / f"ckan-{version}.txt").read_bytes())
    digest.update(f"{sys.version_info[:3]} {sys.base_prefix}".encode())
    env = envs / f"ckan-{version}-{digest.hexdigest()[:12]}"
    for source in plugin_sources():
        for path in sorted(source.rglob("*")):
            if path.is_file() and not IGNORED & set(path.relative_to(source).parts):
                digest.update(str(path.relative_to(PACKAGE)).encode() + path.read_bytes())
    return PortalPaths(
        ckan=version,
        home=root / f"ckan-{version.rsplit('.', 1)[0]}",
        env=env,
        plugins=envs / f"plugins-{digest.hexdigest()[:12]}",
    )


def plugin_sources() -> list[Path]:
    """Return the source folders of the project's own CKAN plugins."""
    return sorted(path for path in PACKAGE.glob("ckanext-*") if path.is_dir())


def _default_root() -> Path:
    """Return the user's data directory, or the system's where root's own is unusable.

    PostgreSQL refuses to run as root. Where the kernel gives no user namespaces, it runs as
    `nobody`, which can't enter a private /root.
    """
    own = Path(platformdirs.user_data_dir("publish-portal", appauthor=False))
    if os.geteuid() == 0 and not service_user.reachable(own) and not service_user.namespaces_work():
        return Path("/var/lib/publish-portal")
    return own
