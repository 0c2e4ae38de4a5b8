"""The configuration files of CKAN and its environment, written anew by every start."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pipelines.portal import addons
from pipelines.portal.credentials import Credentials
from pipelines.portal.files import write_private
from pipelines.portal.paths import INSIDE, PortalPaths, plugin_sources
from pipelines.portal.ports import HOST
from pipelines.portal.processes import HOME_VARIABLE
from pipelines.portal.service_user import ServiceUser

SITE_TITLE = "Portal Data Terbuka Sumatera Utara"
PLUGINS = ("datastore", "datatables_view", "text_view", "image_view", "dcat")
OWN_PLUGINS = {"ckanext-pgsearch": "pgsearch", "ckanext-opendata-theme": "opendata_theme"}

_CKAN = """\
[DEFAULT]
debug = false

[app:main]
use = egg:ckan
SECRET_KEY = {secret_key}
api_token.jwt.encode.secret = string:{secret_key}
api_token.jwt.decode.secret = string:{secret_key}
SESSION_COOKIE_SAMESITE = Lax
beaker.session.secret = {secret_key}

ckan.site_id = publish-portal
ckan.site_url = {url}
ckan.site_title = {title}
ckan.plugins = {plugins}

sqlalchemy.url = postgresql://ckan:{database}@{host}:{postgres}/ckan
ckan.datastore.write_url = postgresql://ckan:{database}@{host}:{postgres}/datastore
ckan.datastore.read_url = postgresql://datastore_read:{database_read}@{host}:{postgres}/datastore
ckan.datastore.sqlsearch.enabled = true
ckan.datastore.sqlalchemy.executemany_mode = values_plus_batch
ckan.datastore.default_fts_lang = simple
ckan.datastore.search.rows_max = 32000
ckan.redis.url = redis://:{redis_password}@{host}:{redis}/0
solr_url = http://{host}:9/solr/none

ckan.auth.create_user_via_web = false
ckan.auth.create_user_via_api = false
ckan.auth.user_create_organizations = false
ckan.auth.user_create_groups = false
ckan.auth.public_user_details = false
ckan.auth.allow_dataset_collaborators = false
ckan.cors.origin_allow_all = true

ckan.locale_default = id
ckan.locale_order = id en
ckan.locales_offered = id en
ckan.display_timezone = Asia/Jakarta
ckan.views.default_views = datatables_view text_view image_view
ckan.preview.json_formats = json
ckan.preview.text_formats = text plain txt
ckanext.pgsearch.languages = indonesian english
ckan.storage_path = {storage}
ckan.webassets.path = {storage}/webassets
ckan.max_resource_size = 500
ckan.feeds.author_name = {title}
ckanext.dcat.translate_keys = false
{addons}

[loggers]
keys = root, ckan, ckanext

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console

[logger_ckan]
level = WARNING
handlers = console
qualname = ckan
propagate = 0

[logger_ckanext]
level = WARNING
handlers = console
qualname = ckanext
propagate = 0

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic

[formatter_generic]
format = %(asctime)s %(levelname)-5.5s [%(name)s] %(message)s
"""


def url(ports: dict[str, int]) -> str:
    """Return the portal's address."""
    return f"http://{HOST}:{ports['web']}"


def path(paths: PortalPaths) -> Path:
    """Return the path of CKAN's configuration."""
    return paths.config / "ckan.ini"


def enabled_plugins() -> list[str]:
    """Return CKAN's plugins in order: the first one's templates win."""
    own = [OWN_PLUGINS[source.name] for source in plugin_sources() if source.name in OWN_PLUGINS]
    return [*sorted(own), *PLUGINS, *addons.plugins()]


def write(
    paths: PortalPaths, user: ServiceUser, secrets: Credentials, ports: dict[str, int]
) -> None:
    """Write CKAN's configuration for these ports, readable by the services' account alone."""
    text = _CKAN.format(
        host=HOST,
        url=url(ports),
        title=SITE_TITLE,
        plugins=" ".join(enabled_plugins()),
        storage=paths.storage,
        secret_key=secrets.secret_key,
        database=secrets.database,
        database_read=secrets.database_read,
        redis_password=secrets.redis,
        addons=addons.settings(secrets.token),
        **{name: port for name, port in ports.items() if name != "web"},
    )
    write_private(path(paths), text, user)


def environment(paths: PortalPaths) -> dict[str, str]:
    """Return the whole environment of CKAN's processes.

    Nothing is inherited: a `CKAN_…` variable of the caller would silently override the file.
    """
    return {
        "PATH": f"{paths.env / 'bin'}:{os.environ.get('PATH', os.defpath)}",
        "HOME": str(paths.storage),
        "LANG": "C.UTF-8",
        "CKAN_INI": str(path(paths)),
        "PYTHONPATH": f"{paths.plugins}:{paths.addons}:{INSIDE}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        HOME_VARIABLE: str(paths.home),
    }


def stamp(paths: PortalPaths) -> str:
    """Return a hash of what the portal runs; when it changes, the portal is restarted."""
    digest = hashlib.sha256(_CKAN.encode())
    digest.update(f"{paths.env} {paths.plugins} {SITE_TITLE} {addons.chosen()}".encode())
    for source in sorted(INSIDE.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
