"""Template helpers."""

from __future__ import annotations

import datetime
import re
from typing import Any

from ckan.plugins import toolkit

from . import translation
from .suggestions import opendata_suggestions

__all__ = [
    "opendata_citation",
    "opendata_contact",
    "opendata_details",
    "opendata_frame",
    "opendata_groups",
    "opendata_icon",
    "opendata_label",
    "opendata_languages",
    "opendata_latest",
    "opendata_stats",
    "opendata_suggestions",
    "opendata_table",
    "opendata_text",
    "opendata_type",
]

_ICONS = (
    (("kesehatan", "rumah-sakit", "puskesmas"), "heart-pulse"),
    (("pendidikan", "sekolah"), "graduation-cap"),
    (("kependudukan", "administrasi", "catatan-sipil"), "id-card"),
    (("izin", "perizinan", "investasi", "modal"), "file-signature"),
    (("jalan", "perhubungan", "infrastruktur", "pekerjaan-umum"), "road"),
    (("pengaduan", "kepuasan", "aspirasi"), "comments"),
    (("sosial", "bantuan"), "hand-holding-heart"),
    (("wilayah", "pemerintahan", "referensi"), "map"),
    (("anggaran", "keuangan", "pajak", "apbd"), "coins"),
    (("pertanian", "pangan", "perikanan", "kelautan"), "seedling"),
    (("lingkungan", "kehutanan", "energi"), "leaf"),
    (("wisata", "budaya"), "camera"),
    (("kerja", "usaha", "koperasi", "industri", "perdagangan"), "briefcase"),
    (("air", "bencana"), "droplet"),
)

# Extras that pages show elsewhere, or that only programs read.
_HIDDEN = {
    "contact_name", "contact_email", "publisher_name", "publisher_email", "publisher_url",
    "publisher_aliases", "datapackage", "citation", "license_name",
}  # fmt: skip


def opendata_languages() -> list[dict[str, Any]]:
    """Return the languages on offer, each with the address of this page in it."""
    current = str(toolkit.h.lang())
    names = {"id": "Bahasa Indonesia", "en": "English"}
    return [
        {
            "code": code,
            "name": name,
            "url": toolkit.h.url_for(toolkit.h.current_url(), locale=code),
            "current": current.split("_")[0] == code,
        }
        for code, name in names.items()
    ]


def opendata_groups(kind: str, limit: int | None = None) -> list[dict[str, Any]]:
    """Return the public services (`group`) or offices (`organization`), most data first."""
    action = "organization_list" if kind == "organization" else "group_list"
    found = toolkit.get_action(action)(
        {}, {"all_fields": True, "include_extras": True, "include_dataset_count": True}
    )
    for item in found:
        translation.translate(item, "title", "description")
        item["display_name"] = item.get("title") or item["name"]
    found.sort(key=lambda item: (-item.get("package_count", 0), item["display_name"]))
    return list(found[:limit])


def opendata_latest(limit: int) -> list[dict[str, Any]]:
    """Return the datasets changed last."""
    found = toolkit.get_action("package_search")(
        {"for_view": True}, {"rows": limit, "sort": "metadata_modified desc"}
    )
    return list(found["results"])


def opendata_stats() -> list[tuple[int, str, str]]:
    """Return the portal in numbers: count, what is counted, address."""
    _, url = toolkit._, toolkit.url_for
    found = toolkit.get_action("package_search")({}, {"rows": 0})
    counted = {
        kind: len(toolkit.get_action(f"{kind}_list")({}, {})) for kind in ("group", "organization")
    }
    return [
        (found["count"], _("datasets"), url("dataset.search")),
        (counted["group"], _("public services"), url("group.index")),
        (counted["organization"], _("offices"), url("organization.index")),
    ]


def opendata_icon(name: str) -> str:
    """Return the icon that suits a public service, by its name."""
    for parts, icon in _ICONS:
        if any(part in name for part in parts):
            return icon
    return "folder-open"


def opendata_table(pkg: dict[str, Any]) -> dict[str, Any] | None:
    """Return the first resource that can be queried, if there is one."""
    for resource in pkg.get("resources") or []:
        if resource.get("datastore_active"):
            return dict(resource)
    return None


def opendata_label(item: dict[str, Any]) -> str:
    """Return a facet item's label."""
    return str(item["display_name"])


def opendata_frame(table: dict[str, Any]) -> dict[str, Any] | None:
    """Return the `url` of a table's whole CSV and its `text` columns; None without such a file.

    Programs that infer types read the code `12.10` as 12.1 unless given the text columns.
    """
    url, kind = str(table.get("url") or ""), str(table.get("format") or "")
    if kind.lower() != "csv" or not url:
        return None
    fields = toolkit.h.datastore_dictionary(table["id"])
    return {"url": url, "text": [field["id"] for field in fields if field["type"] == "text"]}


def opendata_text(data: dict[str, Any], field: str) -> str:
    """Return a field in the reader's language."""
    english = (
        translation.metadata(data, f"{field}_{translation.ENGLISH}")
        if translation.is_english()
        else ""
    )
    return english or str(data.get(field) or "")


def opendata_type(kind: str) -> str:
    """Return a column type's display name."""
    _ = toolkit._
    kinds = (
        (("int", "bigint", "smallint", "serial"), _("whole number")),
        (("numeric", "float", "double", "real", "decimal"), _("number")),
        (("timestamp",), _("date and time")),
        (("date",), _("date")),
        (("time",), _("time")),
        (("bool",), _("yes or no")),
        (("json",), _("structured (JSON)")),
    )
    for starts, word in kinds:
        if kind.lower().startswith(starts):
            return str(word)
    return str(_("text"))


def opendata_contact(pkg: dict[str, Any]) -> dict[str, str]:
    """Return the contact of a dataset: `name` and `email`, either may be empty."""
    name = (
        translation.metadata(pkg, "contact_name")
        or pkg.get("maintainer")
        or pkg.get("author")
        or ""
    )
    email = translation.metadata(pkg, "contact_email") or pkg.get("maintainer_email")
    if not name and pkg.get("organization"):
        name = pkg["organization"].get("title") or ""
    return {"name": str(name), "email": str(email or pkg.get("author_email") or "")}


def opendata_citation(pkg: dict[str, Any]) -> str:
    """Return how to cite a dataset, as one line: its own citation if it has one."""
    _, config = toolkit._, toolkit.config
    today = toolkit.h.render_datetime(datetime.datetime.now(), "%Y-%m-%d")
    own = (
        translation.is_english() and translation.metadata(pkg, f"citation_{translation.ENGLISH}")
    ) or translation.metadata(pkg, "citation")
    if own:
        return f"{own.removesuffix('.')} ({_('accessed')} {today})."
    office = pkg.get("organization") or {}
    changed = str(pkg.get("metadata_modified") or "")[:4]
    title = f"{pkg['title'] or pkg['name']} [{_('data set')}]"
    version = pkg.get("version")
    if version:
        title += f", {_('version')} {version}"
    address = toolkit.url_for("dataset.read", id=pkg["name"], locale="default", _external=True)
    return (
        f"{office.get('title') or config['ckan.site_title']} ({changed}). {title}. "
        f"{config['ckan.site_title']}. {address} ({_('accessed')} {today})."
    )


def opendata_details(pkg: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the further metadata of a dataset as label and value, in a fixed order."""
    _ = toolkit._
    labels = {
        "frequency": _("Update period"),
        "update_frequency": _("Update period"),
        "coverage": _("Coverage"),
        "region": _("Region code"),
        "spatial": _("Coverage"),
        "temporal_start": _("From"),
        "temporal_end": _("To"),
        "coverage_from": _("From"),
        "coverage_to": _("To"),
        "method": _("Method of collection"),
        "unit": _("Unit"),
        "source": _("Source"),
        "language": _("Language"),
        "issued": _("Issued"),
        "modified": _("Modified"),
        "illustrative": _("Illustrative data"),
    }
    rows = []
    order = {key: number for number, key in enumerate(labels)}
    extras = sorted(
        pkg.get("extras") or [], key=lambda item: order.get(str(item["key"]), len(order))
    )
    for item in extras:
        key, value = str(item["key"]), item.get("value")
        if value and key not in _HIDDEN and not key.startswith("_") and not key.endswith("_en"):
            if translation.is_english():
                value = translation.metadata(pkg, f"{key}_{translation.ENGLISH}") or value
            label = labels.get(key) or key.replace("_", " ").capitalize()
            rows.append((str(label), _display_value(key, str(value))))
    return rows


def _display_value(key: str, value: str) -> str:
    """Return a metadata value for display: dates, languages and periods localised."""
    _ = toolkit._
    if key == "illustrative" and " / " in value:
        return value.split(" / ")[translation.is_english()]
    if key == "language":
        names = {"id": _("Indonesian"), "en": _("English")}
        return ", ".join(str(names.get(code, code)) for code in value.split(", "))
    if key == "frequency":
        periods = {
            "harian": _("daily"),
            "mingguan": _("weekly"),
            "bulanan": _("monthly"),
            "triwulanan": _("quarterly"),
            "semesteran": _("half-yearly"),
            "tahunan": _("yearly"),
            "sewaktu": _("as needed"),
        }
        return str(periods.get(value, value))
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return str(toolkit.h.render_datetime(value))
    return value
