"""What a column says about a person: the label names it and the contents fit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pipelines.domain.identifiers.kinds import Legal, words

Role = Literal["", "birth", "age", "sex", "area", "more"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property of a person. label: of the column. contents: what most cells must look like.

    role: its part in a combination that identifies. legal: UU PDP 27/2022 art. 4.
    """

    name: str
    label: str
    contents: str
    legal: Legal = "general"
    role: Role = ""


_DATE = (
    r"\d{4}-\d\d-\d\d.*|\d{1,2}[/.\- ](?:\d{1,2}|[A-Za-z]{3,9})[/.\- ]\d{2,4}"
    r"|[A-Za-z. ]+, ?\d{1,2}[/.\- ](?:\d{1,2}|[A-Za-z]{3,9})[/.\- ]\d{2,4}|[1-5]\d{4}"
)
_FREE = r".*[A-Za-z].*"

ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute(
        "birth-date",
        r"(?:tanggal|tgl|tg) ?lahir|ttl|tempat (?:dan )?(?:tanggal|tgl) ?lahir|birth ?date"
        r"|date of birth|dob|lahir",
        _DATE,
        role="birth",
    ),
    Attribute(
        "birth-year",
        r"(?:tanggal|tgl|tahun|thn) ?lahir|ttl|birth ?(?:date|year)|year of birth|dob|lahir",
        r"(?:19|20)\d\d",
        role="age",
    ),
    Attribute("birth-place", r"tempat ?lahir|tmp lahir|birth ?place|place of birth", _FREE),
    Attribute(
        "address",
        r"alamat|alamat (?:rumah|tinggal|domisili|lengkap)|domisili|tempat tinggal|address",
        r".*(?i:\b(?:jl|jln|jalan|gg|gang|lorong|dusun|dsn|lingkungan|lk|rt|rw|no|blok|komplek|komp"
        r"|perum|perumahan|desa|kel|kec|kelurahan|kecamatan)\b).*|.*[A-Za-z].*\d.*",
    ),
    Attribute(
        "religion",
        r"agama|religion|kepercayaan",
        r"(?i:islam|kristen.*|protestan|kath?olik|hindu|budh?a|buddha|kong ?h?u ?ch?u|khonghucu"
        r"|kepercayaan.*|lainnya)",
    ),
    Attribute(
        "marital",
        r"status (?:per)?(?:kawinan|nikah|pernikahan|kawin)|status kawin|marital status",
        r"(?i:(?:belum |tidak )?(?:kawin|menikah|nikah)(?: tercatat| belum tercatat)?"
        r"|cerai(?: hidup| mati).*|duda|janda|lajang|single|married)",
    ),
    Attribute(
        "nationality",
        r"kewarganegaraan|warga negara|nationality|suku|etnis|ethnicity",
        r"(?i:wni|wna|indonesia|[a-z ]{3,30})",
    ),
    Attribute(
        "mother",
        r"nama (?:gadis )?ibu(?: kandung)?|mother s? ?name",
        _FREE,
    ),
    Attribute(
        "health",
        r"diagnos[ai]s?|penyakit|riwayat penyakit|keluhan|golongan darah|gol darah|status gizi"
        r"|disabilitas|jenis disabilitas|hasil (?:lab|tes|pemeriksaan)|status hiv|kode icd|icd ?10"
        r"|health|disability|diagnosis",
        r".+",
        "specific",
    ),
    Attribute(
        "finance",
        r"penghasilan|pendapatan (?:per bulan|bulanan|orang tua)|gaji|upah|tunggakan|utang|pinjaman"
        r"|income|salary",
        r"(?i:.*\d.*|.*(?:juta|ribu|rendah|tinggi|sedang).*)",
        "specific",
    ),
    Attribute(
        "crime",
        r"tindak pidana|kasus pidana|pasal yang dilanggar|vonis|hukuman|catatan kejahatan",
        r".+",
        "specific",
    ),
    Attribute(
        "age", r"umur|usia|age|umur tahun|usia tahun", r"\d{1,3}(?:\.\d+)?(?:\s?\w+)?", role="age"
    ),
    Attribute(
        "sex",
        r"jenis kelamin|kelamin|jk|l p|sex|gender",
        r"(?i:l|p|lk|pr|lk2|laki[ \-]?laki|perempuan|pria|wanita|male|female|m|f|1|2)",
        role="sex",
    ),
    Attribute(
        "area",
        r"(?:kode|nama|id)? ?(?:wilayah|kecamatan|kelurahan|desa|kabupaten|kota|kab kota"
        r"|kabupaten kota|desa kelurahan|dusun|lingkungan|rt|rw|rt rw|kode pos)|alamat|domisili"
        r"|district|village|regency|postcode",
        r".+",
        role="area",
    ),
    Attribute(
        "education",
        r"pendidikan(?: terakhir)?|education",
        r"(?i:.*\b(?:sd|smp|sma|smk|d[1-4]|diploma|s[1-3]|sarjana|tidak|belum|slta|sltp|tamat)\b.*)",
        role="more",
    ),
    Attribute(
        "occupation", r"pekerjaan|profesi|occupation|job", r"[A-Za-z/ .,\-()]{3,60}", role="more"
    ),
)
BY_NAME = {attribute.name: attribute for attribute in ATTRIBUTES}

#: Labels that name people, and labels whose names are of other things.
_PERSON_NAME = re.compile(
    r"\bnama (?:lengkap|panggilan|pemohon|pelapor|pengadu|penerima|pegawai|siswa|murid|santri"
    r"|pasien|anak|bayi|balita|ibu|ayah|bapak|suami|istri|orang tua|wali|kepala keluarga|kk"
    r"|warga|penduduk"
    r"|peserta|pemilik|pejabat|guru|dosen|dokter|perawat|bidan|korban|tersangka|terdakwa|nasabah"
    r"|wajib pajak|ahli waris|petugas|kontak|pic|penanggung jawab|direktur|pimpinan|ketua|almarhum"
    r"|lansia|mahasiswa|kader|relawan|tamu|pengunjung|pelanggan|pemegang|asli|responden)\b"
    r"|\b(?:full|first|last) ?name\b|\bfullname\b|\bnama orang\b"
)
_THING_NAME = re.compile(
    r"\bnama (?:unit|instansi|kab|kabupaten|kota|provinsi|prov|kecamatan|kec|desa|kelurahan|kel"
    r"|wilayah|daerah|tempat|lokasi|jalan|ruas|jembatan|sungai|barang|kegiatan|sub|program|sekolah|rs|rsud"
    r"|rumah sakit|puskesmas|perusahaan|badan|opd|skpd|dinas|layanan|pelayanan|satker|produk|akun"
    r"|rekening|komoditas|pasar|obat|jenis|indikator|data|dataset|usaha|izin|kapal|bank|aset|kantor"
    r"|pulau|objek|wisata|hotel|koperasi|kelompok|bidang|urusan|uraian|variabel|kolom|file)\b"
)
_ANY_NAME = re.compile(r"\b(?:nama|name)\b")

NameLabel = Literal["person", "thing", "name", ""]


@lru_cache(maxsize=4096)
def name_label(label: str) -> NameLabel:
    """Say what the names under a column's label are of: a person, a thing, unsaid, or no names."""
    text = words(label)
    if _PERSON_NAME.search(text):
        return "person"
    if _THING_NAME.search(text):
        return "thing"
    return "name" if _ANY_NAME.search(text) else ""


@lru_cache(maxsize=4096)
def announced(*labels: str) -> tuple[Attribute, ...]:
    """Return the attributes that a column's name or one of its titles announces."""
    texts = [words(label) for label in labels]
    return tuple(
        attribute
        for attribute in ATTRIBUTES
        if any(re.fullmatch(_framed(attribute), text) for text in texts if text)
    )


@lru_cache(maxsize=64)
def _framed(attribute: Attribute) -> str:
    """The label alone, or with whose it is: `tanggal lahir anak`, `umur (tahun)`."""
    whose = (
        r"(?: (?:pemohon|pasien|siswa|anak|bayi|ibu|ayah|pegawai|warga|penduduk|peserta|pelapor"
        r"|penerima|korban|orang tua|kk|kepala keluarga|responden|tahun|th|thn|lengkap|rumah"
        r"|sekarang|ktp|asal|tinggal|domisili|perempuan|laki laki|l p|pelanggan|pemilik"
        r"|tempat tinggal))*"
    )
    return rf"(?:{attribute.label}){whose}"
