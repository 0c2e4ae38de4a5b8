"""Everything that a new portal needs, in one process: starting CKAN once takes seconds, six
times takes half a minute.

Reads `{"admin_url", "databases": {name: …}, "roles": {name: password}, "steward", "password",
"token"}` on standard input; writes `{"token": …}` on standard output. May run again at any time.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

LANGUAGE = "id"


def databases(request: dict[str, Any]) -> None:
    """Create the roles and databases; a role that exists gets its password again."""
    connection = psycopg2.connect(request["admin_url"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        for role, password in request["roles"].items():
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = "ALTER" if cursor.fetchone() else "CREATE"
            statement = sql.SQL(
                verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}"
            )
            cursor.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
        for name, owner in request["databases"].items():
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not cursor.fetchone():
                statement = sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8'")
                cursor.execute(statement.format(sql.Identifier(name), sql.Identifier(owner)))
            statement = sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC")
            cursor.execute(statement.format(sql.Identifier(name)))
    connection.close()


def permissions(request: dict[str, Any]) -> None:
    """Run the SQL of `ckan datastore set-permissions` on the DataStore's database."""
    from ckanext.datastore.cli import permissions_sql

    text = permissions_sql("ckan", "datastore", "ckan", "ckan", "datastore_read")
    lines = [line for line in text.splitlines() if not line.startswith("\\connect")]
    connection = psycopg2.connect(request["admin_url"].rsplit("/", 1)[0] + "/datastore")
    with connection, connection.cursor() as cursor:
        cursor.execute("\n".join(lines))
    connection.close()


def migrate() -> None:
    """Bring CKAN's tables and those of its plugins to this version."""
    from ckan import model
    from ckan.cli import db

    model.repo.upgrade_db()
    for plugin in sorted(db._get_pending_plugins()):
        db._run_migrations(plugin)


def words_of_scripts() -> None:
    """Build the Indonesian words of CKAN's JavaScript.

    As `ckan translation js` does, which takes all of CKAN's 56 languages and ten seconds. Where
    CKAN keeps these words among its own files (2.11 and before), they stay as installed.
    """
    import ckan.i18n
    from ckan.lib import i18n
    from ckan.plugins import ITranslation, PluginImplementations

    if not hasattr(i18n, "get_js_translations_dir"):
        return
    core = Path(ckan.i18n.__path__[0])
    files = [core / LANGUAGE / "LC_MESSAGES" / "ckan.po"]
    for plugin in PluginImplementations(ITranslation):
        folder = Path(plugin.i18n_directory()) / LANGUAGE / "LC_MESSAGES"
        files += folder.glob(f"{plugin.i18n_domain()}.po")
    entries = i18n._get_js_translation_entries(str(core / "ckan.pot"))
    target = Path(i18n.get_js_translations_dir())
    target.mkdir(parents=True, exist_ok=True)
    i18n._build_js_translation(
        LANGUAGE, [str(path) for path in files], entries, str(target / f"{LANGUAGE}.js")
    )


def index() -> None:
    """Index the datasets that are already there: the search plugin may have changed."""
    from ckan import model
    from ckan.lib import search

    if model.Session.query(model.Package).first() is not None:
        search.rebuild(quiet=True)


def steward(request: dict[str, Any]) -> str:
    """Make the steward's account, and a token when the one that is kept does not work."""
    from ckan import model
    from ckan.lib import api_token
    from ckan.logic import get_action

    context = {"ignore_auth": True, "user": ""}
    name = request["steward"]
    user = model.User.get(name)
    if user is None:
        get_action("user_create")(
            dict(context),
            {
                "name": name,
                "email": name + "@localhost.localdomain",
                "fullname": "Walidata",
                "password": request["password"],
            },
        )
        user = model.User.get(name)
    if not user.sysadmin:
        user.sysadmin = True
        model.repo.commit()
    token = request["token"]
    if token and api_token.get_user_from_token(token) is not None:
        return str(token)
    site_user = get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    made = get_action("api_token_create")(
        {"ignore_auth": True, "user": site_user}, {"user": name, "name": "publish"}
    )
    return str(made["token"])


def main() -> None:
    # CKAN and its plugins may print; the answer alone goes to standard output.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    request = json.load(sys.stdin)
    databases(request)
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app = make_app(load_config(os.environ["CKAN_INI"]))
    flask_app = app._wsgi_app
    with flask_app.app_context():
        migrate()
        permissions(request)
    with flask_app.test_request_context():
        token = steward(request)
        words_of_scripts()
        index()
    json.dump({"token": token}, answer)
    answer.close()


if __name__ == "__main__":
    main()
