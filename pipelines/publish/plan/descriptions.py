"""What people read on a portal: a dataset's page, its resources, its office and services."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipelines import messages
from pipelines.project.dataset import CAVEATS, Dataset
from pipelines.project.descriptor import Alias, Office, Service, TableSpec
from pipelines.project.naming import formats, table_title

#: A resource's words on the portal.
WORDS = ("name", "name_en", "description", "description_en")
#: Roles of files → the format that readers see (`publish_role`).
FORMATS = {"data": "CSV", "xlsx": "XLSX", "parquet": "Parquet", "changes": "CSV",
           "changelog": "MD", "datapackage": "JSON"}  # fmt: skip


def notes(dataset: Dataset, *, site: str, resources: Mapping[str, str], url: str) -> str:
    """Return the dataset page's text: description, warning, citation, contact, API examples.

    resources: table name → id of the resource that holds its DataStore table.
    """
    parts = _introduction(dataset, "id")
    table, resource = next(iter(resources.items()))
    field = dataset.schemas[table].names[0]
    address = f"{site}/api/3/action/datastore_search"
    examples = [
        f'curl "{address}?resource_id={resource}&limit=5"',
        "",
        "# Python",
        "import requests",
        f'answer = requests.get("{address}",',
        f'                      params={{"resource_id": "{resource}", "limit": 5}})',
        'print(answer.json()["result"]["records"])',
        "",
        "// JavaScript",
        f'const answer = await fetch("{address}?resource_id={resource}&limit=5&sort={field}");',
        "console.log((await answer.json()).result.records);",
    ]
    parts.append(messages.text("publish-notes-api", "message", lang="id"))
    parts.append("\n".join(f"    {line}".rstrip() for line in examples))
    return "\n\n".join(parts)


def notes_en(dataset: Dataset) -> str:
    """Return the dataset page's text for those who read it in English."""
    return "\n\n".join(_introduction(dataset, "en"))


def _introduction(dataset: Dataset, lang: messages.Lang) -> list[str]:
    """Return what a reader must be told before the files, most important first."""
    spec = dataset.spec
    parts = [_words(getattr(spec.description, lang))]
    if spec.illustrative:
        parts.insert(0, f"**{messages.text('package-illustrative', 'message', lang=lang)}**")
    if dataset.caveats[lang]:
        parts.append(f"**{CAVEATS[lang]}**")
        parts.append(_words(dataset.caveats[lang]))
    if lang == "id" and spec.description.en != spec.description.id:
        parts.append(f"*{_words(spec.description.en)}*")
    said = (spec.contact.name, spec.contact.email, spec.contact.phone)
    contact = _words(" · ".join(filter(None, said)))
    parts.append(messages.text("publish-notes-contact", "message", lang=lang, contact=contact))
    parts.append(messages.text("publish-notes-history", "message", lang=lang))
    return parts


def _words(text: str) -> str:
    """Return Markdown that shows words and links only: HTML stands as written, and no picture
    tells another host who reads the page.
    """
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text).replace("![", "!\\[")


def resource_words(dataset: Dataset) -> dict[str, dict[str, str]]:
    """Return names and descriptions of the resources: `table/role` → `WORDS`."""
    found = {}
    for name, table in dataset.spec.tables.items():
        title = table_title(dataset, name)
        for kind in formats(dataset, name):
            role = "data" if kind == "csv" else kind
            found[f"{name}/{role}"] = {
                "name": f"{title.id} ({FORMATS[role]})",
                "name_en": f"{title.en} ({FORMATS[role]})",
                "description": _described(table, "id", f"publish-resource-{role}"),
                "description_en": _described(table, "en", f"publish-resource-{role}"),
            }
    for role in ("changes", "changelog", "datapackage"):
        code = f"publish-resource-{role}"
        found[f"/{role}"] = {
            "name": messages.text(code, lang="id"),
            "name_en": messages.text(code, lang="en"),
            "description": messages.text(code, "message", lang="id"),
            "description_en": messages.text(code, "message", lang="en"),
        }
    return found


def _described(table: TableSpec, lang: messages.Lang, code: str) -> str:
    own = _words(getattr(table.description, lang)) if table.description else ""
    return "\n\n".join(filter(None, (own, messages.text(code, "message", lang=lang))))


def group_data(name: str, item: Office | Service) -> dict[str, Any]:
    """Return an organization or group as CKAN should have it."""
    extras = {"title_en": item.title.en}
    described = {lang: _introduced(item, lang) for lang in messages.LANGS}
    if described["en"]:
        extras["description_en"] = described["en"]
    return {
        "name": name,
        "title": item.title.id,
        "description": described["id"],
        "extras": [{"key": key, "value": text} for key, text in sorted(extras.items())],
    }


def _introduced(item: Office | Service, lang: messages.Lang) -> str:
    """Return what an office or a service is, for an office also its other names and address."""
    parts = [_words(getattr(item.description, lang))] if item.description else []
    if isinstance(item, Office):
        names = "; ".join(map(_alias, item.aliases))
        for code, words in (
            ("publish-office-aliases", names),
            ("publish-office-contact", " · ".join(filter(None, (item.email, item.url)))),
        ):
            if words:
                parts.append(messages.text(code, "message", lang=lang, words=_words(words)))
    return "\n\n".join(parts)


def _alias(alias: Alias) -> str:
    """Write a former or short name with the days it was in force, where they are known."""
    if not (alias.start or alias.end):
        return alias.name
    return f"{alias.name} ({alias.start or ''}–{alias.end or ''})"
