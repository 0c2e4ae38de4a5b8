"""Metadata in the reader's language, and the portal's own terms for groups and organizations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan.plugins import toolkit

ENGLISH = "en"


def is_english() -> bool:
    """Return whether the page is shown in English."""
    return str(toolkit.h.lang()).split("_")[0] == ENGLISH


def metadata(data: dict[str, Any], key: str) -> str:
    """Return a value of the object itself or of its extras."""
    if data.get(key):
        return str(data[key])
    for item in data.get("extras") or []:
        if item.get("key") == key and item.get("state") != "deleted":
            return str(item.get("value") or "")
    return ""


def translate(data: dict[str, Any], *fields: str) -> None:
    """Replace fields by their English text on English pages, where there is one."""
    if is_english():
        for field in fields:
            text = metadata(data, f"{field}_{ENGLISH}")
            if text:
                data[field] = text


def without_api_examples(notes: str) -> str:
    """Return a description without the API examples at its end.

    Portals that harvest the dataset need them; these pages show their own.
    """
    before, mark, code = notes.rpartition("\n\n    curl ")
    if not mark or "/api/3/action/" not in code.partition("\n")[0]:
        return notes
    if any(line and not line.startswith("    ") for line in code.split("\n")[1:]):
        return notes
    # The paragraph that introduces the examples goes too.
    return before.rpartition("\n\n")[0]


def titles() -> dict[str, str]:
    """Return the English titles of groups and organizations by id and name, once per request."""
    found: dict[str, str] | None = getattr(toolkit.g, "opendata_titles", None)
    if found is None:
        found = {}
        for action in ("group_list", "organization_list"):
            for item in toolkit.get_action(action)(
                {}, {"all_fields": True, "include_extras": True, "include_dataset_count": False}
            ):
                english = metadata(item, f"title_{ENGLISH}")
                if english:
                    found[item["id"]] = found[item["name"]] = english
        toolkit.g.opendata_titles = found
    return found


def translate_organization_and_groups(pkg_dict: dict[str, Any]) -> None:
    """Show the titles of a dataset's organization and groups in the reader's language."""
    if not is_english():
        return
    owners = [pkg_dict.get("organization"), *(pkg_dict.get("groups") or [])]
    for owner in owners:
        english = titles().get((owner or {}).get("id", ""))
        if owner and english:
            if pkg_dict.get("author") == owner.get("title"):
                pkg_dict["author"] = english
            owner["title"] = owner["display_name"] = english


@toolkit.chained_helper
def get_facet_items_dict(
    next_helper: Callable[..., Any], facet: str, *args: Any, **kwargs: Any
) -> list[dict[str, Any]]:
    """Show organizations and groups in the reader's language in facet lists."""
    items: list[dict[str, Any]] = next_helper(facet, *args, **kwargs)
    if facet in ("groups", "organization") and is_english():
        items = [
            {**item, "display_name": titles().get(item["name"], item["display_name"])}
            for item in items
        ]
    return items


@toolkit.chained_helper
def datastore_dictionary(
    next_helper: Callable[..., Any], resource_id: str, *args: Any, **kwargs: Any
) -> list[dict[str, Any]]:
    """Return the columns of a table, labels and notes in the reader's language."""
    chosen = ENGLISH if is_english() else "id"
    fields = []
    for field in next_helper(resource_id, *args, **kwargs):
        info = dict(field.get("info") or {})
        for part in ("label", "notes", "unit"):
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
