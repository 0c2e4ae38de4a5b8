"""Names of regions in every usual spelling → the region, with the other possibilities."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from pipelines.domain.reference import Region
from pipelines.domain.reference import regions as all_regions

#: Similarity (0–100) above which a name counts as a typing slip, and how far the next must lie.
THRESHOLD, MARGIN = 85.0, 6.0
PROVINCE_NAMES = frozenset({"sumaterautara", "sumut", "sumatrautara", "northsumatra"})
_SIDE = re.compile(r"(?:utara|selatan|barat|timur|tengah|tenggara)$")
_KIND = re.compile(r"^(kabupaten|kab|kota|kodya|kotamadya|provinsi|prov)\b\.?\s*", re.IGNORECASE)


def name_key(name: str) -> tuple[str, str]:
    """Return a region's name as compared, letters only, and its kind: `kabupaten`, `kota`,
    `provinsi` or empty. `Kab. Labuhan Batu` → (`labuhanbatu`, `kabupaten`).
    """
    plain = " ".join(name.split())
    if re.fullmatch(r"(?:\w ){3,}\w\.?|(?:\w{1,2}\.? ){4,}\w{1,2}\.?", plain):
        plain = _unspaced(plain)
    kind = ""
    if match := _KIND.match(plain):
        word = match.group(1).casefold()
        kind = "kabupaten" if word.startswith("kab") else "provinsi" if word[0] == "p" else "kota"
        plain = plain[match.end() :]
    return re.sub(r"[\W\d_]+", "", plain).casefold(), kind


def _unspaced(letters: str) -> str:
    """Join letter-spaced text: `K O T A  M E D A N` → `KOTA MEDAN` for the kinds we know."""
    joined = letters.replace(" ", "")
    return re.sub(r"^(kabupaten|kab\.?|kota)", r"\1 ", joined, flags=re.IGNORECASE)


@cache
def by_key() -> Mapping[str, Region]:
    """Name as compared → region; official names and every alias."""
    return {
        name_key(name)[0]: region
        for region in all_regions()
        for name in (region.nama, *region.alias)
    }


@cache
def by_code() -> Mapping[str, Region]:
    """Kemendagri code → region."""
    return {region.kode: region for region in all_regions()}


@cache
def by_bps() -> Mapping[str, Region]:
    """BPS code → region."""
    return {region.kode_bps: region for region in all_regions()}


@dataclass(frozen=True)
class Match:
    """What a name may be: the region (None when unclear), how sure, and the next best ones."""

    region: Region | None
    score: float
    others: tuple[str, ...] = ()


def _same_side(known: str, side: str) -> bool:
    """Whatever else is misspelt, north is not south: the side must agree where both name one."""
    other = _SIDE.search(known)
    return other is None or other.group() == side


@cache
def by_name(name: str) -> Match:
    """Find a region by its name: exactly or by an alias (score 100), else by likeness."""
    key, kind = name_key(name)
    if not key:
        return Match(None, 0)
    exact = by_key().get(key)
    if exact is not None:
        odd = bool(kind) and kind != exact.jenis
        return Match(exact, 99 if odd else 100, (exact.nama,) if odd else ())
    side = _SIDE.search(key)
    choices = [
        known
        for known, region in by_key().items()
        if (not kind or region.jenis == kind) and (not side or _same_side(known, side.group()))
    ]
    ranked = process.extract(key, choices, scorer=fuzz.ratio, limit=6, score_cutoff=60)
    best: dict[str, float] = {}
    for found, score, _ in ranked:
        best.setdefault(by_key()[found].nama, score)
    if not best:
        return Match(None, 0)
    (first, score), *rest = best.items()
    shown = tuple(best)[:3]
    sure = score >= THRESHOLD and all(score - other >= MARGIN for _, other in rest)
    region = next(r for r in all_regions() if r.nama == first) if sure else None
    return Match(region, score, shown)
