"""The descriptor and the notes of a new dataset, from the titles above its table."""

from __future__ import annotations

import glob
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from pipelines import messages
from pipelines.domain.identifiers import presentable
from pipelines.errors import UsageProblem
from pipelines.model import Extraction
from pipelines.project.dataset import CAVEATS, offices, services
from pipelines.project.layout import Layout
from pipelines.scaffold.capitalisation import title_case
from pipelines.scaffold.draft import Draft
from pipelines.scaffold.period_columns import PERIODS

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


def frequency(text: str) -> str:
    """Infer how often the data come from the words of titles and labels."""
    for name, form in PERIODS[::-1]:
        if name not in ("tahun", "tanggal") and re.search(
            rf"(?<!\d )\b(?:{form.pattern})\b", text, re.I
        ):
            return {"bulan": "bulanan", "triwulan": "triwulanan", "semester": "semesteran"}[name]
    return "tahunan"


def draft_descriptor(
    name: str, file_name: str, found: Extraction, layout: Layout, draft: Draft, project: Path
) -> dict[str, Any]:
    titles = presentable([left.text for left in found.left_out if left.rule == "left-title"])
    text = " ".join(titles)
    title = _title(titles) or title_case(name.replace("-", " "))
    labels = " ".join(str(label) for label in found.table.frame.columns)
    years = sorted({int(year) for year in re.findall(r"\b(?:19|20)\d{2}\b", text)})
    office = _closest(text, {k: v.title.id for k, v in load_if_present(offices, project).items()})
    service = _closest(text, {k: v.title.id for k, v in load_if_present(services, project).items()})
    table = table_spec(name, file_name, layout, draft)
    proven = [why for why in found.evidence["why"] if why["code"] == "why-sums"]
    if found.totals and len(proven) == len(found.totals):
        table["checks"] = [{"totals": True}]
    coverage: dict[str, Any] = {"region": "12"}
    if years:
        coverage |= {"from": str(years[0]), "to": str(years[-1])}
    if draft.coverage:
        coverage |= {"from": draft.coverage[0], "to": draft.coverage[1]}
    return {
        "name": name,
        "title": title,
        "description": title,
        "organization": office or "kantor-penghasil-data",
        "groups": [service or "layanan-publik"],
        "license": "CC-BY-4.0",
        "contact": {"name": office.replace("-", " ").title() if office else "Walidata"},
        "frequency": frequency(f"{text} {labels}"),
        "coverage": coverage,
        "tables": {name: table},
    }


def office_in_titles(found: Extraction) -> str:
    """Return the title row that names an office, as far as it may be shown; else nothing."""
    titles = presentable([left.text for left in found.left_out if left.rule == "left-title"])
    lines = (" ".join(text.replace(" | ", " ").split()) for text in titles)
    return next((title_case(line) for line in lines if _OFFICE.match(line)), "")


def load_if_present(load: Any, project: Path) -> dict[str, Any]:
    """Return the project's offices or services; empty when it has no such list yet."""
    try:
        known: dict[str, Any] = load(project)
    except UsageProblem:
        return {}
    return known


def _closest(text: str, titles: Mapping[str, str]) -> str:
    """Return the key whose title is most like a part of `text`; the first one as a last resort."""
    scored = {
        key: fuzz.token_set_ratio(text.casefold(), title.casefold())
        for key, title in titles.items()
    }
    return max(scored, key=lambda key: scored[key], default="")


def _title(titles: Iterable[str]) -> str:
    """The title row that says most: the longest that names no government or office."""
    chosen = ""
    for text in titles:
        line = " ".join(text.replace(" | ", " ").split())
        if _OFFICE.match(line) or re.match(r"(?:pemerintah|lampiran)\b", line, re.I):
            continue
        if len(line) > len(chosen):
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
    lines += [part for heading in CAVEATS.values() for part in ("", f"# {heading}")]
    return "\n".join(lines) + "\n"
