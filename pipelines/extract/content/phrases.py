"""What the words of a cell say: a unit, a total, a source line, a note, a signature."""

from __future__ import annotations

import re

from pipelines.extract.content.cells import MONTHS

_UNIT = re.compile(
    r"[(\[{][^()\d][^()]{0,24}[)\]}]"
    r"|%|‰|rp\.?|idr|usd|jiwa|orang|unit|buah|ha|km2?|km²|m2|m²|kg|ton|kw|kwh|mm|cm|°c|persen|"
    r"percent|number|people|ribu|juta|miliar|(?:ribu|juta|miliar|milyar)\s+(?:rp\.?|rupiah|jiwa)",
    re.I,
)


def unit(text: str) -> bool:
    """Say whether text is a unit of measurement as sheets write it: `(jiwa)`, `(%)`, `ha`."""
    return bool(_UNIT.fullmatch(text.strip()))


_TOTAL = re.compile(
    r"(?:sub[\s-]*(?:jumlah|total)|jumlah|total|grand[\s-]*total|rata[\s-]*rata|rerata|average|"
    r"mean|sum|overall|keseluruhan|seluruh(?:nya)?|jumlah\s*[/-]?\s*total|totals|jml\.?|"
    r"(?:jumlah|total)\s+(?:keseluruhan|seluruh(?:nya)?|semua|jumlah)|"
    r"j\s?u\s?m\s?l\s?a\s?h|t\s?o\s?t\s?a\s?l)",
    re.I,
)


_SUB = re.compile(r"sub[\s-]*(?:jumlah|total)\b.*", re.I)


_TOTAL_WITH = re.compile(r"(?:" + _TOTAL.pattern + r")\b.*|Σ.*|.*\b(?:total|jumlah)", re.I)


def total_words(text: str) -> str:
    """Return `exact`, `with` (words follow), `sub`, or the empty string for a cell's text."""
    bare = text.strip().rstrip(":.").strip()
    if len(bare) > 60:
        return ""
    if _SUB.fullmatch(bare):
        return "sub"
    if _TOTAL.fullmatch(bare):
        return "exact"
    return "with" if _TOTAL_WITH.fullmatch(bare) else ""


_LEVEL = (
    r"(?:kab(?:upaten|\.)?|kota(?:madya)?|kecamatan|desa|kelurahan|regenc(?:y|ies)|cit(?:y|ies)|"
    r"municipalit(?:y|ies)|districts?|villages?)"
)
_REGION_LEVEL = re.compile(rf"(?:[a-z\d]{{1,3}}[.)]\s*)?{_LEVEL}(?:\s*[/&-]?\s*{_LEVEL})*", re.I)


def region_level(text: str) -> bool:
    """Say whether a cell names a kind of region and no region: `Kabupaten/Regency`, `Kota`."""
    return bool(_REGION_LEVEL.fullmatch(text.strip(" :")))


_SOURCE = re.compile(
    r"(?:sumber|source|sumber data|data source)s?\b\s*(?:/\s*\w+)?\s*[:：=]?.*", re.I
)


_NOTE = re.compile(
    r"(?:catatan|keterangan|ket\.?|note|notes|footnote|remarks?|penjelasan|nb|n\.b\.|legenda)"
    r"\s*(?:/\s*\w+\s*)?[:：].*|\*{1,3}\)?.+|[\[(]?(?:note\s*)?\d{1,2}[.)\]]\s+[^\W\d].*|"
    r"[¹²³⁴⁵]\s*\S.*|\[[a-z]\]\s+\S.*|[rpec]\s*=\s*\S.*|[a-z]\)\s+\S.*",
    re.I,
)


_SIGNATURE = re.compile(
    r"(?:nip|nik|nrp)\s*[.:]?\s*[\d\s.]{8,}.*"
    r"|(?:mengetahui|a\.?n\.?|plt\.?|kepala|sekretaris|gubernur|bupati|walikota|wali kota|camat|"
    r"direktur|ketua|pembina|penata)\b.*"
    r"|[A-Z][\w.\s]{2,30},\s*(?:\d{1,2}|\.{2,}|…)?\s*(?:" + MONTHS + r")[a-z]*\s+\d{4}",
    re.I,
)


def footer(text: str) -> str:
    """Return the rule for a line below the table: source, signature or note."""
    bare = " ".join(text.split())
    if _SOURCE.fullmatch(bare):
        return "left-source"
    if _NOTE.fullmatch(bare):
        return "left-note"
    if _SIGNATURE.fullmatch(bare):
        return "left-signature"
    return ""
