"""What a column measures, from the words of its label, unit and titles.

Things that are counted (people, animals, vehicles) come in whole numbers; lengths, areas, shares
and means do not. Rupiah have no fraction of three digits. Words are Indonesian and English.
"""

from __future__ import annotations

import re
from typing import Literal

Quantity = Literal["count", "measure", "money", ""]


def _words(text: str) -> re.Pattern[str]:
    return re.compile(r"(?<![^\W_])(?:" + "|".join(text.split()) + r")(?![^\W_])", re.IGNORECASE)


#: Stronger than a counted thing beside it: `Kepadatan Penduduk`, `Rata-rata Jumlah Anak`.
_MEASURE = re.compile(
    r"%|‰|\w/\s?(?:km2?|km²|m[23]|ha|kg|jiwa|orang|kapita|hari|bulan|tahun)\b|(?<![^\W\d_])(?:"
    + "|".join(
        r"persen|persentase|prosentase|percent|percentage|share|rata\W*rata|rerata|average|mean|"
        r"rasio|ratio|indeks|index|ipm|kepadatan|density|laju|pertumbuhan|growth|"
        r"rate|per|km2?|km²|hm|dam|m[23]|m[²³]|cm|mm|meter|hektar|hektare|ha|are|ton|tons|"
        r"kg|kilogram|kuintal|kwintal|kw|kwh|mwh|mw|mva|kva|gr|gram|liter|litre|luas|area|panjang|"
        r"length|lebar|tinggi|height|kedalaman|volume|produksi|production|produktivitas|yield|"
        r"curah|suhu|temperature|kelembaban|berat|weight|jarak|distance|debit|koefisien|gini|"
        r"ribu|ribuan|juta|jutaan|miliar|milyar|triliun|thousand|thousands|million|"
        r"millions|billion".split("|")
    )
    + r")(?![^\W\d_])",
    re.IGNORECASE,
)
_COUNT = _words(
    "jiwa orang org penduduk population persons? people unit buah ekor kk ruta "
    "laki laki-laki perempuan pria wanita male female "
    "guru teachers? murid siswa pelajar mahasiswa santri students? dosen pegawai karyawan asn pns "
    "pppk tenaga pekerja buruh pengangguran dokter bidan perawat apoteker nakes kader "
    "pasien kasus kematian kelahiran kejadian korban kecelakaan pelanggaran perkara kunjungan "
    "pengunjung wisatawan tamu penumpang pelanggan peserta anggota nasabah penerima pemilih "
    "pemohon permohonan pengaduan responden keluarga bayi balita anak lansia "
    "kendaraan mobil motor bus truk kapal pesawat sekolah madrasah puskesmas posyandu klinik "
    "rumah hotel kamar bangunan gedung jembatan pasar toko kios desa kelurahan kecamatan dusun "
    "sapi kerbau kuda kambing domba babi ayam itik bebek unggas ternak pohon bibit "
    "perusahaan koperasi umkm ukm ikm usaha industri bank berkas dokumen akta ktp sertifikat izin "
    "lembar eksemplar paket kegiatan kelas rombel perpustakaan buku masjid gereja pura vihara "
    "banyaknya frekuensi number count cases visits visitors patients vehicles households"
)
#: May be anything, whatever is counted beside it: `Angka Kematian Bayi`, `Nilai Produksi Ayam`.
_OPEN = _words(
    "nilai value skor score angka tingkat level derajat lama usia umur age harga price biaya cost"
)
_MONEY = _words(r"rp\.? rupiah idr")
#: The part in brackets at the end of a label: its unit.
_UNIT = re.compile(r"\(([^()]*)\)\s*$")
#: Labels of codes and identifiers, whose digits are no quantity.
_CODE = re.compile(
    r"\b(?:kode|kd|code|nik|nip|nrp|npsn|nuptk|npwp|kk|no(?:mor|\.)?\s*(?:kk|hp|telp|telepon|"
    r"rekening|induk|registrasi|surat|polisi)|rekening|account|id|telp|telepon|phone|fax|hp|"
    r"kodepos|postal|zip|isbn|iban)\b",
    re.I,
)


def quantity(text: str) -> Quantity:
    """Say what a label or title speaks of: things counted, a measure, money, or nothing known.

    A unit in brackets decides over the words before it, unless these make a measure of it.
    """
    unit = _UNIT.search(text)
    if unit and (found := _of(unit.group(1))):
        return found if found != "count" or not _MEASURE.search(text) else "measure"
    return _of(text)


def _of(text: str) -> Quantity:
    if _MEASURE.search(text):
        return "measure"
    if _MONEY.search(text):
        return "money"
    return "count" if _COUNT.search(text) and not _OPEN.search(text) else ""


def is_code_label(label: str) -> bool:
    """Say whether a label is that of codes or identifiers."""
    return bool(_CODE.search(label))


#: What a sheet says of all its money: `dalam juta rupiah`, `(Rp ribu)`.
STATED_SCALE = re.compile(
    r"\b(?:dalam|in)\s+(?P<a>ribu|juta|miliar|milyar|triliun|thousand|million|billion)(?:an|s)?\b"
    r"|\b(?P<b>ribu|juta|miliar|milyar|triliun)(?:an)?\s+(?:rupiah|rp)\b"
    r"|\b(?:rupiah|rp\.?|idr)\s*\(?(?P<c>ribu|juta|miliar|milyar|triliun)(?:an)?\b",
    re.IGNORECASE,
)


def stated_scale(text: str) -> str:
    """Return the word of the scale in which a sheet gives rupiah (`juta`); empty where none is."""
    found = STATED_SCALE.search(text)
    return next((word.casefold() for word in found.groups() if word), "") if found else ""


#: Words of which units are made.
_UNIT_WORDS = frozenset(
    "jiwa orang unit ekor buah kk ruta rumah tangga keluarga pohon batang lembar paket kasus "
    "dokumen berkas kegiatan "
    "km km2 km² hm m m2 m² m3 m³ meter cm mm mil ha hektar hektare are liter lt kl ton kg kilogram "
    "gr gram kw kuintal kwintal kwh mwh gwh mw mva kva watt volt "
    "rp rp. rupiah idr us$ usd dolar % persen percent ‰ permil poin point indeks "
    "ribu ribuan juta jutaan miliar milyar triliun thousand million billion "
    "detik menit jam hari minggu bulan tahun malam kali "
    "°c derajat celcius dbc db knot mb persons people head heads households".split()
)


def is_unit(text: str) -> bool:
    """Say whether text is a unit of measurement: `jiwa`, `ribu ton`, `jiwa/km2`, `Rp juta`."""
    words = re.split(r"[\s/]+|(?<=\w)\.\s", text.strip().casefold())
    return bool(words) and all(
        word in _UNIT_WORDS or word in ("per", "dan") or _COUNT.fullmatch(word) for word in words
    )
