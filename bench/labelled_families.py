"""The labelled set: families of columns, what they are called, what they hold, what is true.

A column is a label, its cells, and per cell the kinds it truly holds. Labels are honest, silent
or of another matter, as in real sheets.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from bench.labelled import (
    BUDGET,
    CLANS,
    DAY,
    GIVEN,
    STAMP,
    Make,
    account,
    digits,
    disguised,
    dotted,
    email,
    mobile,
    near_nik,
    nik,
    nip,
    npwp,
    phone,
    plate,
    shape,
)

Cell = tuple[str, frozenset[str]]
Row = Callable[[random.Random], Cell]
NONE: frozenset[str] = frozenset()
SILENT = ("kolom_3", "keterangan", "data", "isian", "kode", "uraian", "catatan", "nomor")


@dataclass(frozen=True)
class Column:
    """A labelled column: its name, n cells, n sets of true kinds, and the family it came from."""

    label: str
    cells: list[str]
    truth: list[frozenset[str]]
    family: str


def sure(kind: str, make: Make) -> Row:
    """Every cell is one identifier of the kind."""
    return lambda r: (make(r), frozenset({kind}))


def clean(*templates: str) -> Row:
    """No cell holds an identifier."""
    make = shape(*templates)
    return lambda r: (make(r), NONE)


def mixed(share: float, some: Row, others: Row) -> Row:
    """A share of the cells from one family, the rest from another."""
    return lambda r: some(r) if r.random() < share else others(r)


def person(r: random.Random) -> str:
    """Somebody's name."""
    return f"{r.choice(GIVEN)} {r.choice(CLANS)}"


REMARKS = shape(
    "berkas lengkap", f"menunggu verifikasi sampai {DAY}", "SK 800/####/BKD/2024 tanggal 5 April",
    "Jl. Gatot Subroto No. {1..99} RT 03/RW 05", "nilai kontrak Rp 1.###.###.###,00",
    "kode 12.{01..25}.{01..20}.1003", f"periode {DAY} s.d. {DAY}", "Perda No. 5 Tahun 2019",
    "koordinat 3.######, 98.######", "nomor surat 470/0###/2024", "kegiatan 1.02.02.2.01.####",
    "luas 1.###,75 m2", "jam 08.00-16.00 WIB", "kode rekening 5.1.02.01.01.00##",
    "rombongan {2..90} orang", "Tipe B 36 M2", "berat {2..90} KG",
)  # fmt: skip
SAID: dict[str, tuple[Make, tuple[str, ...]]] = {
    "nik": (nik, ("NIK {}", "no. KTP: {}", "pemohon {} belum lengkap", "({})")),
    "nip": (nip, ("NIP. {}", "petugas {}", "NIP {} mutasi")),
    "npwp": (lambda r: dotted(npwp(r)), ("NPWP {}", "NPWP: {} nonaktif", "{} (pajak)")),
    "phone": (phone, ("HP {}", "hubungi {}", "telp. {} sore", "WA {}")),
    "email": (email, ("surel {}", "kirim ke {}", "{} tidak aktif")),
    "account": (account, ("no. rek {}", "rekening Bank Sumut {}", "No Rekening: {}")),
    "plate": (plate, ("kendaraan {}", "nopol {}", "mobil {} rusak")),
}


def remark(r: random.Random) -> Cell:
    """A remark with one or two identifiers, announced or not, or none."""
    chosen = r.sample(list(SAID), r.choice((0, 1, 1, 1, 2)))
    parts = [r.choice(SAID[kind][1]).format(SAID[kind][0](r)) for kind in chosen]
    parts.append(REMARKS(r))
    if r.random() < 0.3:
        parts.insert(0, "a.n. " + person(r))
    return r.choice(("; ", ", ", " - ", ". ")).join(parts), frozenset(chosen)


def damaged(r: random.Random) -> str:
    """What spreadsheets and typists leave of a NIK."""
    n = nik(r)
    return r.choice((n[:15], f"{n[0]}.{n[1:6]}E+15", n[:15] + "0", near_nik(r)))


def listed(r: random.Random) -> Cell:
    """Two people in one cell."""
    text = f"1. {person(r)} ({nik(r)}) 2. {person(r)} ({nik(r)})"
    return text, frozenset({"nik"})


def contact(r: random.Random) -> Cell:
    """A contact line."""
    return f"{person(r)} / {phone(r)} / {email(r)}", frozenset({"phone", "email"})


def street(r: random.Random) -> Cell:
    """An address in a street that bears somebody's name."""
    return shape(f"Jl. {person(r)} No. {{1..300}}, Medan 2####")(r), NONE


def hexadecimal(r: random.Random) -> Cell:
    """A hash."""
    return f"{r.getrandbits(128):032x}", NONE


def card(r: random.Random) -> str:
    """A family card's number."""
    return nik(r, card=True)


def hidden_nik(r: random.Random) -> str:
    """A NIK in some disguise."""
    return disguised(r, nik(r))


def hidden_nip(r: random.Random) -> str:
    """A NIP in some disguise."""
    return disguised(r, nip(r))


def any_npwp(r: random.Random) -> str:
    """An NPWP as printed, bare, or in 16 digits."""
    n = npwp(r)
    return r.choice((dotted(n), n, "0" + n))


IDENTIFIERS: dict[str, tuple[tuple[str, ...], Row]] = {
    "nik announced": (("nik", "NIK Pemohon", "no_ktp"), sure("nik", hidden_nik)),
    "nik announced, damaged": (("nik", "No. KTP"), sure("nik", damaged)),
    "nik silent": (SILENT, sure("nik", nik)),
    "nik silent, disguised": (SILENT, sure("nik", hidden_nik)),
    "nik among others": (SILENT, mixed(0.2, sure("nik", nik), clean("#" * 16))),
    "nik in a list": (("penerima", "keterangan"), listed),
    "kk announced": (("no_kk", "Nomor Kartu Keluarga"), sure("kk", card)),
    "kk silent": (SILENT, sure("kk", card)),
    "nip announced": (("nip", "NIP Pegawai"), sure("nip", hidden_nip)),
    "nip silent": (SILENT, sure("nip", hidden_nip)),
    "npwp announced": (("npwp", "NPWP"), sure("npwp", any_npwp)),
    "npwp silent, printed": (SILENT, sure("npwp", lambda r: dotted(npwp(r)))),
    "phone announced": (("no_hp", "Telepon/WA", "Kontak"), sure("phone", phone)),
    "phone announced, zero lost": (("no_hp", "telepon"), sure("phone", mobile)),
    "phone silent": (SILENT, sure("phone", phone)),
    "phone among days": (SILENT, mixed(0.5, sure("phone", lambda r: "0" + mobile(r)), clean(DAY))),
    "contact line": (("keterangan", "isian"), contact),
    "email": ((*SILENT, "email"), sure("email", email)),
    "account announced": (("no_rekening", "Rekening Penerima"), sure("account", account)),
    "plate announced": (("nopol", "Nomor Polisi"), sure("plate", plate)),
    "plate silent": (SILENT, sure("plate", plate)),
    "other announced": (("nisn", "No. Peserta BPJS"), sure("other", digits(10))),
    "remarks": (("catatan", "keterangan", "uraian"), remark),
}

REGENCY = "12{01..25}"
NEAR_MISSES: dict[str, tuple[tuple[str, ...], Row]] = {
    **{f"random {n}": (SILENT, clean("#" * n)) for n in (*range(9, 16), *range(17, 21))},
    "random 16": ((*SILENT, "nomor_va", "id_transaksi"), clean("#" * 16)),
    "random 10, eight first": (SILENT, clean("8#########")),
    "near nik": (SILENT, lambda r: (near_nik(r), NONE)),
    "virtual account": (("virtual_account", "kode bayar"), clean("8877" + "#" * 12)),
    "budget 16": ((*SILENT, "kode_rekening", "kode_akun"), clean(BUDGET)),
    "budget dotted": ((*SILENT, "kode_rekening"), clean("5.1.02.{01..09}.{01..30}.{0001..0099}")),
    "programme": (SILENT, clean("{1..7}.{01..30}.{01..09}.2.{01..20}.{0001..0099}")),
    "programme, undotted": (SILENT, clean("{1..7}{01..30}{01..09}2{01..20}{0001..0099}5{1..3}0#")),
    "timestamp": ((*SILENT, "waktu"), clean(STAMP)),
    "timestamp long": ((*SILENT, "waktu"), clean(STAMP + "##", STAMP + "###", STAMP + "####")),
    "moment": (SILENT, clean("20{18..25}-0{1..9}-1# {10..23}:{10..59}:{10..59}")),
    "order": ((*SILENT, "no_pesanan"), clean("{01..28}{01..12}{2018..2025}{00001..99999}")),
    "order, year first": ((*SILENT, "no_tiket"), clean("{2019..2025}{01..12}{01..28}########")),
    "gtin": ((*SILENT, "barcode"), clean("899##########")),
    "sscc": ((*SILENT, "kode"), clean("0" + "#" * 17)),
    "imei": ((*SILENT, "imei"), clean("35" + "#" * 13)),
    "tax object": ((*SILENT, "nop"), clean(REGENCY + "{010..240}{001..020}{001..020}####0")),
    "village code": ((*SILENT, "kode_desa"), clean(REGENCY + "{01..24}{1..2}{001..030}")),
    "phone-like code": ((*SILENT, "kode_barang"), clean("#" * 12)),
    "phone-like code, zero first": (("kode_barang", "nomor", "kode"), clean("0##########")),
    "phone-like part": (SILENT, clean("###/0812###/{2018..2025}")),
    "coordinates": ((*SILENT, "koordinat"), clean("3.#######, 98.#######", "3.####### 98.#######")),
    "longitude": ((*SILENT, "bujur"), clean("98." + "#" * 14)),
    "degrees": (SILENT, clean("3°{10..59}'{10..59}.##\"N 98°{10..59}'{10..59}.##\"E")),
    "amount": ((*SILENT, "pagu"), clean("{10000000..9999999999999}")),
    "amount printed": ((*SILENT, "realisasi"), clean("Rp {1..999}.###.###.###,00")),
    "large amount": (("pagu", "realisasi", "anggaran"), clean("#" * 16)),
    "several amounts": (SILENT, clean("{100000..999999999} {100000..999999999} 1######")),
    "small share": (SILENT, clean("0.0##########")),
    "scientific": (SILENT, clean("{1..9}.####E+{03..12}")),
    "date range": (SILENT, clean(f"{DAY} - {DAY}", f"{DAY} s.d. {DAY}", f"{DAY} {DAY}")),
    "document": ((*SILENT, "no_surat"), clean("{001..999}/{0001..9999}/BKD/{2018..2025}")),
    "decree": (SILENT, clean("188.44/{0001..9999}/KPTS/{2018..2025}")),
    "contract": ((*SILENT, "no_kontrak"), clean("SPK-{2018..2025}-##########")),
    "land certificate": ((*SILENT, "no_sertifikat"), clean("02.0#.0#.{10..30}.1.{00001..09999}")),
    "school number": ((*SILENT, "npsn"), clean("102#####")),
    "business number": ((*SILENT, "nib"), clean("91" + "#" * 11)),
    "hash": (SILENT, hexadecimal),
    "network": (SILENT, clean("{1..254}.{1..254}.{1..254}.{1..254}")),
    "region list": (SILENT, clean(" ".join([REGENCY] * 4))),
    "years": (SILENT, clean("2019 2020 2021 2022", "2021 2022 2023 2024 2025", "2018-2023")),
    "plate-like": (SILENT, clean("Blok A {1..99} B", "BB {5..90} KG", "Tipe B {21..90} M2",
                                 "KM {1..99} TA", "S {1..3} PGSD")),
    "at sign": (SILENT, clean("@dinkes_sumut", "{2..9} @ Rp {1..9}.000", "{2..9}@{10..90} kg",
                              "ig: @disdukcapil.medan")),
    "office": (("nama_unit", "nama", *SILENT), clean("Dinas Kesehatan", "RSUD Dr. Pirngadi",
               "Kecamatan Medan Kota", "Kabupaten Nias", "Biro Organisasi", "SMA Negeri {1..9}")),
    "street": (("alamat", "lokasi"), street),
    "counts": (("jumlah_kk", "jumlah", "penduduk ber-NIK"), clean("{0..250000}")),
}  # fmt: skip
FAMILIES = {**IDENTIFIERS, **NEAR_MISSES}
SIZES = (4, 8, 20, 40, 120)


def columns(seed: int, repeats: int) -> list[Column]:
    """Make `repeats` columns of every family; 4 to 120 cells each, remarks from a single one."""
    made = []
    for family, (labels, row) in FAMILIES.items():
        for repeat in range(repeats):
            r = random.Random(f"{seed}/{family}/{repeat}")
            size = r.choice((1, 2, 3, *SIZES) if family == "remarks" else SIZES)
            rows = [row(r) for _ in range(size)]
            cells, truth = [cell for cell, _ in rows], [kinds for _, kinds in rows]
            made.append(Column(r.choice(labels), cells, truth, family))
    return made
