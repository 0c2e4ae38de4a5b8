"""A dataset's metadata as CKAN keeps it, and what differs from what the portal has."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.project.dataset import Dataset
from pipelines.project.naming import citation
from pipelines.publish.plan.descriptions import WORDS, notes_en, resource_words

Json = dict[str, Any]

#: SPDX identifier → CKAN's own licence id, where CKAN's standard list has one.
LICENSE_IDS = {
    "CC-BY-4.0": "cc-by", "CC-BY-SA-4.0": "cc-by-sa", "CC0-1.0": "cc-zero",
    "ODbL-1.0": "odc-odbl", "ODC-By-1.0": "odc-by", "PDDL-1.0": "odc-pddl",
}  # fmt: skip
#: CKAN's key → the descriptor's key, for messages.
DESCRIPTOR_KEYS = {
    "name": "name", "title": "title", "notes": "description", "owner_org": "organization",
    "groups": "groups", "license_id": "license", "maintainer": "contact.name",
    "maintainer_email": "contact.email", "author": "organization", "tags": "keywords",
    "extras": "extras", "resources": "tables", "private": "name", "version": "name",
    "title_en": "title.en", "notes_en": "description.en", "frequency": "frequency",
    "region": "coverage.region", "temporal_start": "coverage.from",
    "temporal_end": "coverage.to", "method": "method.id", "method_en": "method.en",
    "contact_phone": "contact.phone", "contact_url": "contact.url", "upload": "tables",
}  # fmt: skip
#: Extras that publishing looks after; a portal's other extras stay.
OWN_EXTRAS = (
    "title_en", "notes_en", "language", "frequency", "region", "temporal_start",
    "temporal_end", "method", "method_en", "publisher_name", "publisher_email", "publisher_url",
    "publisher_aliases", "contact_phone", "contact_url", "license_name", "illustrative",
    "citation", "citation_en",
)  # fmt: skip


#: Raised whenever `wanted` has other keys: what an older program recorded says nothing of edits
#: then.
EDITION = 2


@dataclass(frozen=True)
class Change:
    """One metadata field that differs. `drift`: somebody changed it on the portal."""

    field: str
    before: Any
    after: Any

    def as_json(self) -> Json:
        """The shape of `plan --json`."""
        return {"field": self.field, "before": self.before, "after": self.after}


def wanted(dataset: Dataset, *, notes: str, url: str) -> Json:
    """Return the dataset's metadata as CKAN should have it, without version and resources."""
    spec = dataset.spec
    return {
        "title": spec.title.id,
        "notes": notes,
        "organization": spec.organization,
        "author": dataset.office.title.id,
        "maintainer": spec.contact.name,
        "maintainer_email": spec.contact.email or "",
        "license_id": LICENSE_IDS.get(spec.license, spec.license),
        "tags": sorted({tag for tag in map(_tag, spec.keywords) if len(tag) > 1}),
        "groups": sorted(spec.groups),
        "extras": {**spec.extras, **_extras(dataset, url)},
        "resources": resource_words(dataset),
    }


def _extras(dataset: Dataset, url: str) -> dict[str, str]:
    spec = dataset.spec
    extras = {
        "title_en": spec.title.en,
        "notes_en": notes_en(dataset),
        "language": "id, en",
        "frequency": spec.frequency,
        "region": spec.coverage.region or "",
        "temporal_start": str(spec.coverage.start or ""),
        "temporal_end": str(spec.coverage.end or ""),
        "method": spec.method.id if spec.method else "",
        "method_en": spec.method.en if spec.method else "",
        # The names under which DCAT's reader and writer for CKAN know a publisher.
        "publisher_name": dataset.office.title.id,
        "publisher_email": dataset.office.email or "",
        "publisher_url": dataset.office.url or "",
        # Who searches for an office by its former or short name finds its data.
        "publisher_aliases": "; ".join(alias.name for alias in dataset.office.aliases),
        "contact_phone": spec.contact.phone or "",
        "contact_url": spec.contact.url or "",
        "license_name": spec.license,
        "illustrative": "ya / yes" if spec.illustrative else "",
    }
    return {key: text for key, text in extras.items() if text}


def _tag(keyword: str) -> str:
    """Return a keyword as CKAN takes a tag: letters, digits, spaces, `-`, `_`, `.`; 2–100 long."""
    return " ".join(re.sub(r"[^\w\-. ]", " ", keyword).split())[:100]


def current(package: Mapping[str, Any]) -> Json:
    """Return the portal's metadata in the shape of `wanted`."""
    organization = package.get("organization") or {}
    return {
        "title": package.get("title") or "",
        "notes": (package.get("notes") or "").replace("\r\n", "\n"),
        "organization": organization.get("name") or "",
        "author": package.get("author") or "",
        "maintainer": package.get("maintainer") or "",
        "maintainer_email": package.get("maintainer_email") or "",
        "license_id": package.get("license_id") or "",
        "tags": sorted(tag["name"] for tag in package.get("tags", ())),
        "groups": sorted(group["name"] for group in package.get("groups", ())),
        "extras": {item["key"]: item["value"] for item in package.get("extras", ())},
        "resources": {
            f"{resource.get('publish_table', '')}/{resource['publish_role']}": {
                word: (resource.get(word) or "").replace("\r\n", "\n") for word in WORDS
            }
            for resource in package.get("resources", ())
            if resource.get("publish_role")
        },
    }


def compare_metadata(have: Json, want: Json, declared: Mapping[str, str]) -> list[Change]:
    """Return the fields that differ. declared: the extras that the descriptor itself names."""
    changes = [
        Change(key, have[key], want[key])
        for key in want
        if key not in ("extras", "resources") and have[key] != want[key]
    ]
    old, new = have["extras"], want["extras"]
    ours = {*OWN_EXTRAS, *declared}
    changes += [
        Change(f"extras.{key}", old.get(key), new.get(key))
        for key in sorted(ours | new.keys())
        if (old.get(key) or None) != (new.get(key) or None)
    ]
    # Resources that are not there yet come with their files.
    for key, words in want["resources"].items():
        there = have["resources"].get(key, words)
        differ = [word for word in WORDS if there[word] != words[word]]
        if differ:
            before, after = ({word: one[word] for word in differ} for one in (there, words))
            changes.append(Change(f"resources.{key}", before, after))
    return changes


def as_ckan(want: Json, package: Mapping[str, Any] | None, declared: Mapping[str, str]) -> Json:
    """Return `wanted` metadata as the API takes it; the portal's own further extras stay."""
    ours = {*OWN_EXTRAS, *declared}
    foreign = {
        item["key"]: item["value"]
        for item in (package or {}).get("extras", ())
        if item["key"] not in ours
    }
    extras = {**foreign, **want["extras"]}
    elsewhere = ("organization", "tags", "groups", "extras", "resources")
    data = {key: want[key] for key in want if key not in elsewhere}
    return {
        **data,
        "owner_org": want["organization"],
        "tags": [{"name": name} for name in want["tags"]],
        "groups": [{"name": name} for name in want["groups"]],
        "extras": [{"key": key, "value": extras[key]} for key in sorted(extras)],
    }


def add_citations(want: Json, dataset: Dataset, *, version: str, url: str) -> Json:
    """Return the metadata with the citations of a version."""
    cites = {
        "citation": citation(dataset, version=version, url=url, lang="id"),
        "citation_en": citation(dataset, version=version, url=url, lang="en"),
    }
    return {**want, "extras": {**want["extras"], **cites}}


def digest(want: Mapping[str, Any]) -> str:
    """Return a hash of wanted metadata: it tells an edit on the portal from one of ours."""
    text = json.dumps(want, sort_keys=True, ensure_ascii=False)
    return f"{EDITION}:{hashlib.sha256(text.encode()).hexdigest()}"


def comparable(recorded: str) -> bool:
    """Say whether a recorded hash was made of the same keys as hashes are now."""
    return recorded.startswith(f"{EDITION}:")
