"""The kinds of identifiers, what law calls them, and what a column's label says about them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Legal = Literal["general", "specific"]


@dataclass(frozen=True, slots=True)
class IdentifierKind:
    """A kind of identifier.

    label: pattern of column labels and of words right before a number that announce it.
    fits: pattern that a cell must match (normalised text) to be one **when its label says so**;
    it is loose, since a damaged identifier under its own label is still one.
    legal: UU PDP 27/2022 art. 4: `specific` (paragraph 2) or `general` (paragraph 3).
    """

    name: str
    label: str
    fits: str
    legal: Legal = "general"


_NUMBER = r"(?:no|nomor|nomer|number|num)"

KINDS: dict[str, IdentifierKind] = {
    kind.name: kind
    for kind in (
        IdentifierKind(
            "nip",
            r"nip|nipppk|nip pppk|ni pppk|nip nrp|nrp|nomor (?:induk|identitas) pegawai|nip baru",
            r"(?:\d[ .\-/]?){8,9}|(?:\d[ .\-/]?){17,18}|\d[.,]\d+E\+?17",
        ),
        IdentifierKind(
            "nik",
            rf"nik|{_NUMBER} ?(?:e )?ktp|(?:e )?ktp|ktp el|{_NUMBER} ?induk kependudukan"
            rf"|{_NUMBER} ?identitas|nomor induk penduduk|identity number|national id",
            r"(?:\d[ .\-/,]?){13,17}|\d[.,]\d+E\+?15",
        ),
        IdentifierKind(
            "kk",
            rf"kk|nkk|{_NUMBER} ?kk|{_NUMBER} ?kartu keluarga|kartu keluarga|family card",
            r"(?:\d[ .\-/,]?){13,17}|\d[.,]\d+E\+?15",
        ),
        IdentifierKind(
            "npwp",
            r"npwp|npwp15|npwp16|nitku|nomor pokok wajib pajak|tax id",
            r"(?:\d[ .\-]{0,2}){14,16}|(?:\d[ .\-]{0,2}){22}|\d[.,]\d+E\+?1[45]",
        ),
        IdentifierKind(
            "phone",
            r"telepon|telpon|telp|tlp|telephone|phone|hp|nohp|handphone|hape|ponsel|seluler|wa"
            r"|whatsapp|hubungi|kontak|contact|cp|narahubung|fax|faks|faksimile|mobile|call center",
            r"\+?\(?(?:\d[ .\-()/]{0,3}){7,15}",
        ),
        IdentifierKind(
            "email", r"e ?mail|surel|alamat surel|surat elektronik", r"[^@\s*]+@[^@\s*]+"
        ),
        IdentifierKind(
            "account",
            rf"{_NUMBER} ?rek|{_NUMBER} ?rekening|norek|rekening|rek|bank account|account number",
            r"(?:[A-Za-z]+[ .:\-]*)*(?:\d[ .\-]?){8,18}(?:[ .,]*[A-Za-z.\s]+)?|\d[.,]\d+E\+?\d\d",
            "specific",
        ),
        IdentifierKind(
            "plate",
            rf"nopol|{_NUMBER} ?pol|{_NUMBER} ?polisi|plat|pelat|plat nomor|{_NUMBER} ?plat|tnkb"
            r"|kendaraan|mobil|sepeda motor|truk|ambulans|license plate|licence plate",
            r"[A-Z]{1,2}[ \-]?\d{1,4}(?:[ \-]?[A-Z]{1,3})?",
        ),
        IdentifierKind(
            "other",
            rf"nisn|nis|nim|nuptk|nidn|{_NUMBER} ?(?:bpjs|jkn|kis|kks|pkh|peserta|sim|akta)"
            rf"|{_NUMBER} ?(?:rekam medis|rm|pasien|registrasi pasien)|paspor|passport"
            r"|no kartu (?:bpjs|jkn|kis)",
            r"[A-Za-z]{0,3}[ .\-]?(?:\d[ .\-/]?){5,20}",
        ),
    )
}  # fmt: skip

#: Labels of numbers that look like identifiers and are none: budgets, payments, places, times.
_OTHER_NUMBERS = "|".join(
    (
        r"kode (?:rek|rekening|akun|kegiatan|sub kegiatan|program|urusan|bidang|barang|anggaran)",
        r"kode (?:wilayah|desa|kecamatan|kabupaten|kelurahan|provinsi|kab kota|lokasi)",
        r"kode (?:register|registrasi|skpd|opd|satker|transaksi|tiket|bayar|billing)",
        r"mata anggaran|rincian objek|anggaran|pagu|realisasi|nominal|nilai|harga|biaya|jumlah",
        r"total|saldo|virtual account|va|billing|ntpn|kontrak|spk|sp2d|spm|spp|invoice|faktur",
        r"kuitansi|resi|barcode|gtin|ean|isbn|issn|imei|sn|nomor seri|no seri|serial",
        r"nomor surat|no surat|nomor sk|no sk|nop|sertifikat|latitude|longitude|lat|lon|long",
        r"lintang|bujur|koordinat|tanggal|waktu|timestamp|jam|order|pesanan|transaksi",
        r"nomor referensi|no referensi|ref|npsn|nib|tiket|^id|id (?:transaksi|pesanan|tiket)",
    )
)

#: Words that make a label speak of how many there are, not of the number itself.
_COUNTING = (
    r"jumlah|banyaknya|total|rata rata|persentase|persen|kepemilikan|cakupan|perekaman|penerbitan"
)

#: Any word that announces a kind, or another sort of number, each in the group of its name.
ANY_LABEL = (
    r"\b(?:"
    + "|".join(f"(?P<{name}>{kind.label})" for name, kind in KINDS.items())
    + rf"|(?P<otherwise>{_OTHER_NUMBERS}))\b"
)

_LABELS = {name: re.compile(rf"\b(?:{kind.label})\b") for name, kind in KINDS.items()}
_OTHER = re.compile(rf"\b(?:{_OTHER_NUMBERS})\b")
_COUNTS = re.compile(rf"\b(?:{_COUNTING})\b")
_BUDGET = re.compile(
    r"\bkode (?:rek|rekening|akun)\b|\brekening (?:belanja|pendapatan|kas|koran)\b"
)


def words(label: str) -> str:
    """Return a label as plain lower-case words: `No. HP/WA` and `no_hp_wa` → `no hp wa`."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label)
    return re.sub(r"[\W_]+", " ", spaced).strip().lower()


@dataclass(frozen=True, slots=True)
class Sense:
    """What a label says: the kind it announces, or that its numbers are of another sort."""

    kind: str = ""
    otherwise: bool = False


#: What a label says that says nothing.
NOTHING = Sense()


@lru_cache(maxsize=4096)
def sense(label: str) -> Sense:
    """Return what a column's label (name and titles, in any order) says about its contents."""
    text = words(label)
    if not text:
        return NOTHING
    if not _COUNTS.search(text):
        for name, pattern in _LABELS.items():
            if pattern.search(text) and not (name == "account" and _BUDGET.search(text)):
                return Sense(kind=name)
    return Sense(otherwise=bool(_OTHER.search(text)))
