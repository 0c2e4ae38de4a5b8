"""The CHANGELOG of a dataset: what each version changed, in words for readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines import messages
from pipelines.publish.history.releases import Release

#: Part of a dataset's page → CKAN's keys, without `extras.` and `_en`.
_PARTS = {
    "title": ("title",),
    "description": ("notes",),
    "contact": ("maintainer", "maintainer_email", "contact_phone", "contact_url"),
    "office": ("organization", "author", "publisher_name", "publisher_email", "publisher_url",
               "publisher_aliases"),
    "services": ("groups",),
    "keywords": ("tags",),
    "license": ("license_id", "license_name"),
    "method": ("method",),
    "frequency": ("frequency",),
    "coverage": ("region", "temporal_start", "temporal_end"),
    "dictionary": ("dictionary",),
}  # fmt: skip


def changelog(title: str, found: Sequence[Release]) -> str:
    """Return the CHANGELOG that people read (Markdown, Indonesian then English, newest first)."""
    blocks = [f"# {title}", ""]
    versions = dict.fromkeys(release.version for release in reversed(found))
    for version in versions:
        mine = [release for release in found if release.version == version]
        blocks += [f"## {version} ({mine[0].time[:10]})", ""]
        for release in mine:
            for lang in messages.LANGS:
                blocks.append(f"- {release.table}: {_summary(release.facts, lang)}")
        blocks.append("")
    return "\n".join(blocks)


def _summary(facts: Mapping[str, Any], lang: messages.Lang) -> str:
    if not facts.get("previous"):
        return messages.text("publish-log-first", lang=lang, rows=facts["rows"])
    parts = [
        messages.text(_counted(kind, facts[kind]), lang=lang, count=facts[kind])
        for kind in ("added", "changed", "removed")
        if facts.get(kind)
    ]
    if facts.get("fields"):
        names = ", ".join(_field_words(text, lang) for text in facts["fields"])
        parts.append(messages.text("publish-log-fields", lang=lang, names=names))
    if facts.get("metadata"):
        parts_of_page = dict.fromkeys(map(_part, facts["metadata"]))
        names = ", ".join(messages.text(f"publish-part-{p}", lang=lang) for p in parts_of_page)
        parts.append(messages.text("publish-log-metadata", lang=lang, names=names))
    return "; ".join(parts) or messages.text("publish-log-same", lang=lang)


def _counted(kind: str, count: int) -> str:
    return f"publish-log-{kind}-one" if count == 1 else f"publish-log-{kind}"


def _field_words(recorded: str, lang: messages.Lang) -> str:
    """Say `x (added)`, as a release records it, in a reader's words."""
    name, _, change = recorded.removesuffix(")").rpartition(" (")
    code = f"publish-plan-field-{change}"
    # somebody may have edited the record
    return f"{name} ({messages.text(code, lang=lang)})" if messages.known(code) else recorded


def _part(key: str) -> str:
    """Return which part of the page a key of the metadata belongs to."""
    key = key.removeprefix("extras.").removesuffix("_en")
    if key.startswith("resources"):
        return "resources"
    return next((part for part, keys in _PARTS.items() if key in keys), "other")
