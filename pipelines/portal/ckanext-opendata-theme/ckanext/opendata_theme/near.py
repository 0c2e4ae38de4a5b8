"""What comes closest to a search that found nothing."""

from __future__ import annotations

import difflib
import re
from typing import Any

from ckan.plugins import toolkit

from . import words

#: Words of a search that are looked up, and datasets that are read and shown.
_WORDS, _READ, _SHOWN = 12, 1000, 5
#: How alike two words must be (share of equal signs): `kependudukn` and `kependudukan` are.
_ALIKE = 0.8
_COMMON = {
    "dan",
    "data",
    "dataset",
    "di",
    "jumlah",
    "menurut",
    "per",
    "yang",
    "and",
    "by",
    "of",
    "the",
}


def opendata_near(query: str) -> dict[str, Any] | None:
    """Return known `words` like the ones typed, and the `datasets` that hold any of them.

    A search asks for nearly all of its words, as written. Here each is taken alone, also as a
    part of another (`penduduk` in `kependudukan`) or misspelt. None when nothing is like it.
    """
    typed = [word for word in _split(query) if word not in _COMMON][:_WORDS]
    search = toolkit.get_action("package_search")
    known: set[str] = set()
    for found in (
        search({}, {"rows": _READ, "sort": "metadata_modified desc"})["results"] if typed else ()
    ):
        texts = [found["title"], words.metadata(found, "title_en")]
        texts += [tag["name"] for tag in found.get("tags") or []]
        texts += [group.get("title") or "" for group in found.get("groups") or []]
        known |= {word for text in texts for word in _split(text)}
    near = [word for one in typed for word in _like(one, known - _COMMON)]
    if not near:
        return None
    near = list(dict.fromkeys(near))
    found = search({"for_view": True}, {"q": " OR ".join(near), "rows": _SHOWN})
    return {"words": near, "datasets": found["results"]} if found["count"] else None


def _split(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.lower()) if len(word) > 2]


def _like(word: str, known: set[str]) -> list[str]:
    """Return the word itself where it is known, else those that hold it or are spelt much alike."""
    if word in known:
        return [word]
    if len(word) > 3:
        holding = sorted(other for other in known if word in other)
        if holding:
            return holding[:2]
    return difflib.get_close_matches(word, sorted(known), n=2, cutoff=_ALIKE)
