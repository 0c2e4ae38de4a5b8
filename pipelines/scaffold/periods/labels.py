"""How the labels of columns write periods, age groups and the sexes."""

from __future__ import annotations

import re

from pipelines.domain.reference import calendar

MONTHS = (
    r"(?:januari|februari|pebruari|maret|april|mei|juni|juli|agustus|september|"
    r"oktober|november|nopember|desember)"
)
MONTH_WORDS = "|".join(sorted(calendar()["months"], key=len, reverse=True))
_YEAR = r"(?:19|20)\d{2}"
#: Marks of provisional, revised and estimated figures, and of footnotes.
MARKS = r"(?:\s*\(?(?:\*{1,3}|[¹²³⁴⁵]|[rpe]{1,2})\)?|\s+\d\))?"
_QUARTER, _PART4 = r"(?:triwulan|triw|trw|tw|kuartal|quarter|q)\.?", r"(?:iv|i{1,3}|[1-4])"
_SEMESTER, _PART2 = r"(?:semester|smt|sem)\.?", r"(?:i{1,2}|[12])"
_REST = rf"(?:[\s,\-/]*(?:tahun\s+)?{_YEAR})?{MARKS}"


def _form(text: str) -> re.Pattern[str]:
    return re.compile(text, re.I)


_DAY = _form(
    rf"\d{{1,2}}[\s\-](?:{MONTH_WORDS})\.?[\s\-]{_YEAR}|{_YEAR}-\d{{2}}-\d{{2}}|"
    rf"\d{{1,2}}[-/]\d{{1,2}}[-/]{_YEAR}"
)
#: Field → what a part of a label must look like to become it.
PERIODS = (
    ("tanggal", _DAY),
    (
        "bulan",
        _form(
            rf"(?:bulan\s+)?(?:{MONTH_WORDS})\.?(?:(?:\s+|\s*[-/'’]\s*|\s+tahun\s+)(?:{_YEAR}|\d{{2}}))?"
            rf"{MARKS}|{_YEAR}-(?:0[1-9]|1[0-2])"
        ),
    ),
    (
        "tahun",
        _form(rf"(?:(?:tahun|thn|th|ta)\.?\s*)?{_YEAR}{MARKS}"),
    ),
    ("triwulan", _form(rf"{_QUARTER}\s*{_PART4}{_REST}")),
    ("semester", _form(rf"{_SEMESTER}\s*{_PART2}{_REST}")),
)
AGES = _form(
    r"(?:umur|usia)?\s*(?:\d{1,3}\s*[-–]\s*\d{1,3}|\d{2,3}\s*\+|[<>≥≤]=?\s*\d{1,3}|"
    r"\d{2,3}\s*(?:th|thn|tahun)?\s*ke\s*atas)\s*(?:th|thn|tahun)?\.?"
)
_SEX = _form(r"l|p|lk|pr|laki\s*-?\s*laki|perempuan|pria|wanita|jumlah|total|l\s*\+\s*p")
#: The same for the further parts of a label; anything else becomes `rincian`.
PARTS = (
    ("jenis_kelamin", _SEX),
    ("minggu", _form(r"minggu\s+(?:ke\s*-?\s*)?(?:iv|v|i{1,3}|[1-5])")),
    *PERIODS,
    ("kelompok_umur", AGES),
)
#: Fields that run through labels, so that the columns become rows.
RUNNING = ("tanggal", "bulan", "tahun", "triwulan", "semester", "kelompok_umur")
#: A band that names the kind of period and no measure.
BAND = _form(
    r"(?:tahun|thn|bulan|tanggal|tgl|hari|periode|triwulan|tw|kuartal|semester|year|month|"
    r"kelompok\s+umur|golongan\s+umur|umur|usia)(?:\s*\(.*\)|[\s:\d\-–/]*)"
)
BARE_QUARTER, BARE_DAY = _form(r"iv|i{1,3}"), _form(r"0?[1-9]|[12]\d|3[01]")
QUARTER_WORD, RANK_WORD = (
    _form(r"\b(?:triwulan|tw|kuartal)\b"),
    _form(r"\b(?:golongan|kelas|tingkat|kategori|tipe|type|grade|jenjang|semester|strata)\b"),
)
_UNIT = re.compile(r"\s*[(\[]\s*([^()\[\]\d*¹²³]{1,20}|[a-zA-Z/]{1,6}[23])\s*[)\]]\s*$")


def unit_of(part: str) -> str:
    """Return the unit in brackets at the end of a part of a label, empty where there is none."""
    found = _UNIT.search(part)
    return "" if not found or re.fullmatch(r"[rpe]{1,2}", found.group(1)) else found.group(1)


def without_unit(part: str) -> str:
    """Return a part of a label without the unit in brackets at its end."""
    return part[: found.start()] if unit_of(part) and (found := _UNIT.search(part)) else part
