"""Suggestions for a search without results."""

from __future__ import annotations

import difflib
import re
from typing import Any

from ckan.plugins import toolkit

from . import translation

#: Limits: words of a search that are looked up, datasets whose words are known, datasets shown.
_MAX_WORDS, _MAX_READ, _MAX_SHOWN = 12, 1000, 5
#: Least similarity (`difflib` ratio) of a misspelt word: `kependudukn` and `kependudukan` pass.
_MIN_SIMILARITY = 0.8
_STOP_WORDS = {
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


def opendata_suggestions(query: str) -> dict[str, Any] | None:
    """Return indexed `words` similar to those of the query, and `datasets` with any of them.

    A search requires nearly all of its words, as typed. Here each word counts alone, also as part
    of another (`penduduk` in `kependudukan`) or misspelt. None without a similar word.
    """
    typed = [word for word in _split(query) if word not in _STOP_WORDS][:_MAX_WORDS]
    search = toolkit.get_action("package_search")
    known: set[str] = set()
    for found in (
        search({}, {"rows": _MAX_READ, "sort": "metadata_modified desc"})["results"]
        if typed
        else ()
    ):
        texts = [found["title"], translation.metadata(found, "title_en")]
        texts += [tag["name"] for tag in found.get("tags") or []]
        texts += [group.get("title") or "" for group in found.get("groups") or []]
        known |= {word for text in texts for word in _split(text)}
    similar = [word for one in typed for word in _similar(one, known - _STOP_WORDS)]
    if not similar:
        return None
    similar = list(dict.fromkeys(similar))
    found = search({"for_view": True}, {"q": " OR ".join(similar), "rows": _MAX_SHOWN})
    return {"words": similar, "datasets": found["results"]} if found["count"] else None


def _split(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.lower()) if len(word) > 2]


def _similar(word: str, known: set[str]) -> list[str]:
    """Return the word if it is known, else words that contain it, else similar spellings."""
    if word in known:
        return [word]
    if len(word) > 3:
        containing = sorted(other for other in known if word in other)
        if containing:
            return containing[:2]
    return difflib.get_close_matches(word, sorted(known), n=2, cutoff=_MIN_SIMILARITY)
