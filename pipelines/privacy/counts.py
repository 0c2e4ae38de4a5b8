"""Small counts of people: a narrow cell that says `1` says who."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pipelines.domain.identifiers.kinds import words
from pipelines.model import Table
from pipelines.privacy.detections import Detection
from pipelines.privacy.policy import Policy
from pipelines.privacy.remedies import column_steps
from pipelines.project.schema import SchemaField, TableSchema

#: Units of measure that count members of the public. Office-holders (`pegawai`, `guru`,
#: `dokter` …) are left out: how many an office employs is public; name the field to judge it.
_PEOPLE = (
    r"jiwa|orang|org|pemohon|pasien|siswa|siswi|murid|santri|peserta(?: didik)?|pelajar|mahasiswa"
    r"|penduduk|warga|korban|penderita|pekerja|anak|balita|bayi|lansia|ibu hamil|ibu|bumil|kk"
    r"|penyandang(?: disabilitas)?|kepala keluarga|keluarga|pengungsi|narapidana|tahanan"
    r"|penerima(?: manfaat| bantuan)?|pelapor|pengadu|pencari kerja|penganggur|wni|wna|pemilih"
    r"|kelahiran|kematian|persons?|people|patients?|students?|applicants?|residents?|victims?"
)
_UNIT = re.compile(rf"(?:{_PEOPLE})")
_TITLE = re.compile(
    rf"(?:jumlah|banyaknya|total|number of) (?:{_PEOPLE})(?: .*)?"
    r"|(?:jumlah )?(?:laki laki|perempuan|pria|wanita)(?: jiwa| orang)?|jumlah penderita .*"
)
_RATE = re.compile(
    r"\b(?:per|persen|persentase|rata rata|rasio|rate|tingkat|indeks|laju|jarak)\b|%"
)


def counts_people(field: SchemaField) -> bool:
    """Say whether a numeric field counts members of the public, by its unit and titles."""
    if field.type not in ("integer", "number", "any"):
        return False
    texts = [words(t) for t in (field.text("title"), field.text("title", "en"), field.name)]
    if "%" in field.unit or any(_RATE.search(text) for text in [*texts, words(field.unit)]):
        return False
    if field.unit:
        return bool(_UNIT.fullmatch(words(field.unit)))
    return any(_TITLE.fullmatch(text) for text in texts)


def small_counts(table: Table, schema: TableSchema, policy: Policy) -> list[Detection]:
    """Detect fields that count people where a cell holds 1 to threshold − 1."""
    code = "personal-small-count"
    chosen = policy.small_counts.fields
    threshold = policy.small_counts.threshold
    found = []
    for field in schema.fields:
        if field.name not in table.frame.columns:
            continue
        if field.name not in chosen if chosen is not None else not counts_people(field):
            continue
        numbers = pd.to_numeric(table.frame[field.name], errors="coerce").to_numpy(
            dtype=float, na_value=np.nan
        )
        rows = np.flatnonzero((numbers > 0) & (numbers < threshold))
        if len(rows):
            found.append(
                Detection(
                    code,
                    "count",
                    field.name,
                    rows,
                    (f"< {threshold}",),
                    params={"threshold": threshold},
                    remedy=column_steps(
                        code, "count", field.name, within=False, threshold=threshold
                    ),
                )
            )
    return found
