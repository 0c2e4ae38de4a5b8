"""The descriptor and the notes of a new dataset, from the titles above its table."""

from __future__ import annotations

import glob
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from pipelines import messages
from pipelines.domain.footnotes import explains_mark
from pipelines.domain.identifiers import presentable
from pipelines.errors import UsageProblem
from pipelines.model import Extraction
from pipelines.project.dataset import CAVEATS, offices, services
from pipelines.project.descriptor import Office, Service
from pipelines.project.layout import Layout
from pipelines.scaffold.answers import Answers
from pipelines.scaffold.capitalisation import title_case
from pipelines.scaffold.draft import Draft
from pipelines.scaffold.periods.columns import PERIODS

_OFFICE = re.compile(r"(?:dinas|badan|biro|kantor|sekretariat|inspektorat)\b", re.I)


def table_spec(name: str, file_name: str, layout: Layout, draft: Draft) -> dict[str, Any]:
    table: dict[str, Any] = {"schema": name, "source": f"source/{glob.escape(file_name)}"}
    table["layout"] = layout.explicit() or "auto"
    titles = {item["name"]: item["title"] for item in draft.fields}
    table["columns"] = {k: v for k, v in draft.columns.items() if k and titles[v] == k}
    steps: list[dict[str, Any]] = []
    if draft.dropped:
        steps.append({"drop": {"columns": draft.dropped, "why": "nomor urut baris"}})
    if steps or draft.steps:
        table["clean"] = steps + draft.steps
    return table


def describe_frequency(found: Extraction) -> str:
    """Infer how often the data come from the words of titles and labels; yearly by default."""
    text = " ".join([*titles_of(found), *map(str, found.table.frame.columns)])
    for name, form in PERIODS[::-1]:
        if name not in ("tahun", "tanggal") and re.search(
            rf"(?<!\d )\b(?:{form.pattern})\b", text, re.I
        ):
            return {"bulan": "bulanan", "triwulan": "triwulanan", "semester": "semesteran"}[name]
    return "tahunan"


#: What stands for an office or a service that nothing names; neither is ever listed, so that
#: nothing is published under them.
NO_OFFICE, NO_SERVICE = "kantor-penghasil-data", "layanan-publik"


def draft_descriptor(
    name: str,
    file_name: str,
    found: Extraction,
    layout: Layout,
    draft: Draft,
    project: Path,
    answers: Answers,
) -> dict[str, Any]:
    """Return the descriptor's content: what the steward answered, what the sheet shows."""
    titles = titles_of(found)
    text = " ".join(titles)
    title = _title(titles) or title_case(name.replace("-", " "))
    office = answers.office or named_office(
        office_in_titles(found), load_if_present(offices, project)
    )
    services_ = list(answers.services) or named_services(text, load_if_present(services, project))
    table = table_spec(name, file_name, layout, draft)
    if draft.checks:
        table["checks"] = draft.checks
    return {
        "name": name,
        "title": title,
        "description": title,
        "organization": office or NO_OFFICE,
        "groups": services_ or [NO_SERVICE],
        "license": answers.license or "CC-BY-4.0",
        "contact": {"name": office.replace("-", " ").title() if office else "Walidata"},
        "frequency": answers.frequency or describe_frequency(found),
        # The period follows the data.
        "coverage": {"region": "12"},
        "tables": {name: table},
    }


def named_office(line: str, known: Mapping[str, Office]) -> str:
    """Return the one office that a title row names: by its title, the beginning of it or an alias;
    else nothing."""
    said = _bare(line)
    found = []
    for key, office in known.items():
        names = [_bare(name) for name in (office.title.id, *(a.name for a in office.aliases))]
        begins = " " in said and names[0].startswith(f"{said} ")
        if said and (begins or any(fuzz.ratio(said, name) >= SAME_NAME for name in names)):
            found.append(key)
    return found[0] if len(found) == 1 else ""


#: Least similarity (0–100) of two spellings of one name.
SAME_NAME = 90


_PROVINCE = re.compile(r"\b(?:pemerintah|daerah|provinsi|prov\.?|sumatera utara|sumut)\b", re.I)


def _bare(text: str) -> str:
    """An office's name without the province, which some sheets leave out."""
    plain = _PROVINCE.sub(" ", text)
    return " ".join(plain.casefold().split())


def named_services(text: str, known: Mapping[str, Service]) -> list[str]:
    """Return the one service all of whose words stand in the titles; else nothing."""
    words = set(re.findall(r"\w+", text.casefold()))
    found = [
        key
        for key, service in known.items()
        if set(re.findall(r"\w+", service.title.id.casefold())) - {"dan"} <= words
    ]
    return found if len(found) == 1 else []


def titles_of(found: Extraction) -> list[str]:
    """Return the title rows, as far as they may be shown."""
    return presentable([left.text for left in found.left_out if left.rule == "left-title"])


def office_in_titles(found: Extraction) -> str:
    """Return the title row that names an office; else nothing."""
    lines = (" ".join(text.replace(" | ", " ").split()) for text in titles_of(found))
    return next((title_case(line) for line in lines if _OFFICE.match(line)), "")


def load_if_present(load: Any, project: Path) -> dict[str, Any]:
    """Return the project's offices or services; empty when it has no such list yet."""
    try:
        known: dict[str, Any] = load(project)
    except UsageProblem:
        return {}
    return known


def _is_english(line: str) -> bool:
    return bool(re.search(r"\b(?:of|the|by|number|population|regency|total of)\b", line, re.I))


def _title(titles: Iterable[str]) -> str:
    """The title row that says most: the longest that names no government or office, in Indonesian
    where there is one."""
    chosen = ""
    for text in titles:
        line = " ".join(text.replace(" | ", " ").split())
        if _OFFICE.match(line) or re.match(r"(?:pemerintah|lampiran)\b", line, re.I):
            continue
        better = _is_english(chosen) and not _is_english(line)
        if better or (len(line) > len(chosen) and not (chosen and _is_english(line))):
            chosen = line
    return title_case(chosen)


def draft_notes(
    name: str, file_name: str, found: Extraction, draft: Draft, personal: Collection[str] = ()
) -> str:
    accounts = found.evidence["rows"]
    left = ", ".join(
        f"{count} {messages.text(rule, lang='id')}" for rule, count in accounts["left"].items()
    )
    lines = [
        f"# {name}",
        "",
        f"Dibuat dari `{file_name}`: {accounts['data']} baris data, {accounts['header']} baris "
        f"judul kolom; tidak diambil: {left or 'tidak ada'}.",
        "",
        "Lengkapi sebelum terbit: judul, keterangan, perangkat daerah, layanan, kontak, cakupan.",
    ]
    if draft.decisions:
        lines += [
            "",
            "## Keputusan tentang jenis isi",
            "",
            *(f"- {text}" for text in draft.decisions),
        ]
    if personal:
        lines += [
            "",
            "## Data pribadi",
            "",
            f"Kolom dengan data pribadi: {', '.join(personal)}. Isi contoh di schemas/samples "
            "dibuat-buat; `publish validate` menyebut langkah untuk tiap kolom.",
        ]
    # What is written under these is published; the rest of the file stays with the office.
    for lang, heading in CAVEATS.items():
        lines += ["", f"# {heading}"]
        if lang == "id" and (marked := footnotes(found)):
            lines += ["", *(f"- {text}" for text in marked)]
    return "\n".join(lines) + "\n"


def footnotes(found: Extraction) -> list[str]:
    """Return the lines below the table that explain its marks, as far as they may be shown."""
    lines = (" ".join(left.text.split()) for left in found.left_out if left.rule == "left-note")
    marked = [line for line in lines if explains_mark(line)]
    return [line.replace("*", "\\*") for line in presentable(list(dict.fromkeys(marked)))]
