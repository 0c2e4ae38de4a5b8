"""Which language a text is shown in, and what things are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan.plugins import toolkit

SECOND = "en"


def second() -> bool:
    """Say whether the reader has chosen English."""
    return str(toolkit.h.lang()).split("_")[0] == SECOND


def extra(data: dict[str, Any], key: str) -> str:
    """Return a value of the object itself or of its extras."""
    if data.get(key):
        return str(data[key])
    for item in data.get("extras") or []:
        if item.get("key") == key and item.get("state") != "deleted":
            return str(item.get("value") or "")
    return ""


def translate(data: dict[str, Any], *fields: str) -> None:
    """Replace fields by their English text where the reader wants it and there is one."""
    if second():
        for field in fields:
            text = extra(data, f"{field}_{SECOND}")
            if text:
                data[field] = text


@toolkit.chained_helper
def datastore_dictionary(
    next_helper: Callable[..., Any], resource_id: str, *args: Any, **kwargs: Any
) -> list[dict[str, Any]]:
    """Return the columns of a table, labels and notes in the reader's language."""
    chosen = SECOND if second() else "id"
    fields = []
    for field in next_helper(resource_id, *args, **kwargs):
        info = dict(field.get("info") or {})
        for part in ("label", "notes"):
            info[part] = info.get(f"{part}_{chosen}") or info.get(part) or ""
        fields.append({**field, "info": info})
    return fields


@toolkit.chained_helper
def humanize_entity_type(
    next_helper: Callable[..., Any], entity_type: str, object_type: str, purpose: str
) -> str | None:
    """Call groups public services and organizations offices."""
    _ = toolkit._
    plural = {
        "main nav",
        "breadcrumb",
        "facet label",
        "page title",
        "content tab",
        "my label",
    }
    if (entity_type, object_type) == ("group", "group"):
        if purpose in plural:
            return str(_("Public services"))
        if purpose == "search placeholder":
            return str(_("Search public services…"))
        if purpose == "no associated label":
            return str(_("This dataset belongs to no public service yet."))
        if purpose == "no any objects":
            return str(_("There are no public services yet."))
        if purpose == "default label":
            return str(_("Public service"))
    if (entity_type, object_type) == ("organization", "organization"):
        if purpose in plural:
            return str(_("Offices"))
        if purpose == "search placeholder":
            return str(_("Search offices…"))
        if purpose == "default label":
            return str(_("Office"))
        if purpose == "no any objects":
            return str(_("There are no offices yet."))
        if purpose == "no description":
            return str(_("This office has no description yet."))
    label = next_helper(entity_type, object_type, purpose)
    return None if label is None else str(label)
