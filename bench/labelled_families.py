"""The families of columns in the labelled set: what they are called, what they hold."""

from __future__ import annotations

import random
from collections.abc import Callable

from bench.labelled import (
    CLANS,
    GIVEN,
    NONE,
    SILENT,
    Cell,
    Column,
    Make,
    account,
    budget,
    date,
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
    stamp,
)

Row = Callable[[random.Random], Cell]


def sure(kind: str, make: Make) -> Row:
    """Every cell is one identifier of the kind."""
    return lambda r: (make(r), frozenset({kind}))


def clean(make: Make) -> Row:
    """No cell holds an identifier."""
    return lambda r: (make(r), NONE)


def pick(*texts: str) -> Make:
    """One of these."""
    return lambda r: r.choice(texts)


def person(r: random.Random) -> str:
    """Somebody's name."""
    return f"{r.choice(GIVEN)} {r.choice(CLANS)}"


def sentence(r: random.Random) -> Cell:
    """A remark with one or two identifiers, announced or not, or none."""
    kinds = {
        "nik": (nik, ("NIK {}", "no. KTP: {}", "pemohon {} belum lengkap", "({})")),
        "nip": (nip, ("NIP. {}", "petugas {}", "NIP {} mutasi")),
        "npwp": (lambda r: dotted(npwp(r)), ("NPWP {}", "NPWP: {} nonaktif", "{} (pajak)")),
        "phone": (phone, ("HP {}", "hubungi {}", "telp. {} sore", "WA {}")),
        "email": (email, ("surel {}", "kirim ke {}", "{} tidak aktif")),
        "account": (account, ("no. rek {}", "rekening Bank Sumut {}", "No Rekening: {}")),
        "plate": (plate, ("kendaraan {}", "nopol {}", "mobil {} rusak")),
    }
    chosen = r.sample(list(kinds), r.choice((0, 1, 1, 1, 2)))
    parts = []
    for kind in chosen:
        make, frames = kinds[kind]
        parts.append(r.choice(frames).format(make(r)))
    parts.append(r.choice(REMARKS))
    if r.random() < 0.3:
        parts.insert(0, "a.n. " + person(r))
    joint = r.choice(("; ", ", ", " - ", ". "))
    return joint.join(parts), frozenset(chosen)


REMARKS = (
    "berkas lengkap", "menunggu verifikasi sampai 12-04-2024", "SK 800/1234/BKD/2024 tanggal 5 April 2024",
    "Jl. Gatot Subroto No. 12 RT 03/RW 05", "nilai kontrak Rp 1.234.567.890,00", "kode 12.71.01.1003",
    "periode 01-01-2024 s.d. 31-12-2024", "Perda No. 5 Tahun 2019", "koordinat 3.595196, 98.672223",
    "nomor surat 470/0812/2024", "kegiatan 1.02.02.2.01.0012", "luas 1.250,75 m2", "jam 08.00-16.00 WIB",
    "kode rekening 5.1.02.01.01.0024", "rombongan 25 orang", "Tipe B 36 M2", "berat 15 KG",
)  # fmt: skip

#: family → (labels, row maker). The first word of the family says what is in it.
FAMILIES: dict[str, tuple[tuple[str, ...], Row]] = {
    "nik announced": (("nik", "NIK Pemohon", "no_ktp"), sure("nik", lambda r: disguised(r, nik(r)))),
    "nik announced, damaged": (
        ("nik", "No. KTP"),
        sure("nik", lambda r: r.choice((nik(r)[:15], f"{nik(r)[0]}.{nik(r)[1:6]}E+15", nik(r)[:15] + "0", near_nik(r)))),
    ),
    "nik silent": (SILENT, sure("nik", nik)),
    "nik silent, disguised": (SILENT, sure("nik", lambda r: disguised(r, nik(r)))),
    "kk announced": (("no_kk", "Nomor Kartu Keluarga"), sure("kk", lambda r: nik(r, card=True))),
    "kk silent": (SILENT, sure("nik", lambda r: nik(r, card=True))),
    "nip announced": (("nip", "NIP Pegawai"), sure("nip", lambda r: disguised(r, nip(r)))),
    "nip silent": (SILENT, sure("nip", lambda r: disguised(r, nip(r)))),
    "npwp announced": (("npwp", "NPWP"), sure("npwp", lambda r: r.choice((dotted(npwp(r)), npwp(r), "0" + npwp(r))))),
    "npwp silent, printed": (SILENT, sure("npwp", lambda r: dotted(npwp(r)))),
    "phone announced": (("no_hp", "Telepon/WA", "Kontak"), sure("phone", phone)),
    "phone announced, zero lost": (("no_hp", "telepon"), sure("phone", mobile)),
    "phone silent": (SILENT, sure("phone", phone)),
    "email": ((*SILENT, "email"), sure("email", email)),
    "account announced": (("no_rekening", "Rekening Penerima"), sure("account", account)),
    "plate announced": (("nopol", "Nomor Polisi"), sure("plate", plate)),
    "plate silent": (SILENT, sure("plate", plate)),
    "other announced": (("nisn", "No. Peserta BPJS"), sure("other", digits(10))),
    "remarks": (("catatan", "keterangan", "uraian"), sentence),
    "random 16": ((*SILENT, "nomor_va", "id_transaksi"), clean(digits(16))),
    "near nik": (SILENT, clean(near_nik)),
    "virtual account": (("virtual_account", "kode bayar"), clean(digits(16, "8877"))),
    "budget 16": ((*SILENT, "kode_rekening", "kode_akun"), clean(budget)),
    "budget dotted": ((*SILENT, "kode_rekening"), clean(lambda r: f"5.1.02.{r.randint(1, 9):02d}.{r.randint(1, 30):02d}.{r.randint(1, 99):04d}")),
    "timestamp": ((*SILENT, "waktu"), clean(stamp)),
    "timestamp long": ((*SILENT, "waktu"), clean(lambda r: stamp(r) + f"{r.randint(0, 9999):04d}"[: r.choice((2, 3, 4))])),
    "order number": ((*SILENT, "no_pesanan"), clean(lambda r: f"{date(r).replace('-', '')}{r.randint(1, 99999):05d}")),
    "order number, year first": ((*SILENT, "no_tiket"), clean(lambda r: f"{r.randint(2019, 2025)}{r.randint(1, 12):02d}{r.randint(1, 28):02d}{r.randint(1, 99999999):08d}")),
    "gtin": ((*SILENT, "barcode"), clean(digits(13, "899"))),
    "sscc": ((*SILENT, "kode"), clean(digits(18, "0"))),
    "imei": ((*SILENT, "imei"), clean(digits(15, "35"))),
    "tax object": ((*SILENT, "nop"), clean(lambda r: f"12{r.randint(1, 25):02d}{r.randint(10, 240):03d}{r.randint(1, 20):03d}{r.randint(1, 20):03d}{r.randint(1, 999):04d}0")),
    "village code": ((*SILENT, "kode_desa"), clean(lambda r: f"12{r.randint(1, 25):02d}{r.randint(1, 24):02d}{r.randint(1, 2)}{r.randint(1, 30):03d}")),
    "phone-like code": ((*SILENT, "kode_barang"), clean(digits(12))),
    "phone-like code, zero first": (("kode_barang", "nomor", "kode"), clean(digits(11, "0"))),
    "coordinates": ((*SILENT, "koordinat"), clean(lambda r: f"{r.uniform(1, 4):.7f}{r.choice((', ', ' ', ','))}{r.uniform(97, 100):.7f}")),
    "longitude": ((*SILENT, "bujur"), clean(lambda r: f"{r.uniform(97, 100):.14f}")),
    "amount": ((*SILENT, "pagu"), clean(lambda r: f"{r.randint(10**7, 10**13)}")),
    "amount printed": ((*SILENT, "realisasi"), clean(lambda r: f"Rp {r.randint(10**7, 10**13):,}".replace(",", ".") + ",00")),
    "large amount": (("pagu", "realisasi", "anggaran"), clean(digits(16))),
    "date range": (SILENT, clean(lambda r: f"{date(r)} {r.choice(('-', 's.d.', '', '/'))} {date(r)}")),
    "document number": ((*SILENT, "no_surat"), clean(lambda r: f"{r.randint(1, 999):03d}/{r.randint(1, 9999):04d}/BKD/{r.randint(2018, 2025)}")),
    "contract": ((*SILENT, "no_kontrak"), clean(lambda r: f"SPK-{r.randint(2018, 2025)}-{r.randint(10**9, 10**10)}")),
    "hash": (SILENT, clean(lambda r: f"{r.getrandbits(128):032x}")),
    "address of network": (SILENT, clean(lambda r: ".".join(str(r.randint(1, 254)) for _ in range(4)))),
    "region list": (SILENT, clean(lambda r: " ".join(f"12{r.randint(1, 25):02d}" for _ in range(4)))),
    "years": (SILENT, clean(lambda r: " ".join(str(y) for y in range(r.randint(2010, 2015), r.randint(2018, 2025))))),
    "plate-like": (SILENT, clean(lambda r: r.choice((f"Blok {r.choice('ABCD')} {r.randint(1, 99)} {r.choice('AB')}", f"BB {r.randint(5, 90)} KG", f"Tipe B {r.randint(21, 90)} M2", f"KM {r.randint(1, 99)} TA", f"S {r.randint(1, 3)} PGSD")))),
    "at sign": (SILENT, clean(lambda r: r.choice(("@dinkes_sumut", f"{r.randint(2, 9)} @ Rp {r.randint(1, 9)}.000", f"{r.randint(2, 9)}@{r.randint(10, 90)} kg", "ig: @disdukcapil.medan")))),
    "office": (("nama_unit", "nama", *SILENT), clean(pick("Dinas Kesehatan", "RSUD Dr. Pirngadi", "Kecamatan Medan Kota", "Kabupaten Nias", "Biro Organisasi", "Puskesmas Padang Bulan", "SMA Negeri 1 Medan"))),
    "counts": (("jumlah_kk", "jumlah", "penduduk ber-NIK"), clean(lambda r: str(r.randint(0, 250_000)))),
    "nik among others": (SILENT, lambda r: sure("nik", nik)(r) if r.random() < 0.2 else clean(digits(16))(r)),
    "phone among others": (SILENT, lambda r: sure("phone", lambda r: "0" + mobile(r))(r) if r.random() < 0.5 else clean(date)(r)),
    "nik in a list": (("penerima", "keterangan"), lambda r: (f"1. {person(r)} ({nik(r)}) 2. {person(r)} ({nik(r)})", frozenset({"nik"}))),
    "contact line": (("keterangan", "isian"), lambda r: (f"{person(r)} / {phone(r)} / {email(r)}", frozenset({"phone", "email"}))),
    **{f"random {n}": (SILENT, clean(digits(n))) for n in (9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20)},
    "random 10, eight first": (SILENT, clean(digits(10, "8"))),
    "moment": (SILENT, clean(lambda r: f"20{r.randint(18, 25)}-0{r.randint(1, 9)}-1{r.randint(0, 9)} {r.randint(10, 23)}:{r.randint(10, 59)}:{r.randint(10, 59)}")),
    "decree": (SILENT, clean(lambda r: f"188.44/{r.randint(1, 9999):04d}/KPTS/{r.randint(2018, 2025)}")),
    "land certificate": ((*SILENT, "no_sertifikat"), clean(lambda r: f"02.0{r.randint(1, 9)}.0{r.randint(1, 9)}.{r.randint(10, 30)}.1.{r.randint(1, 9999):05d}")),
    "small share": (SILENT, clean(lambda r: f"0.0{r.randint(10**9, 10**10)}")),
    "scientific": (SILENT, clean(lambda r: f"{r.uniform(1, 9):.4f}E+{r.randint(3, 12):02d}")),
    "degrees": (SILENT, clean(lambda r: f"3°{r.randint(10, 59)}'{r.randint(10, 59)}.{r.randint(10, 99)}\"N 98°{r.randint(10, 59)}'{r.randint(10, 59)}.{r.randint(10, 99)}\"E")),
    "school number": ((*SILENT, "npsn"), clean(digits(8, "102"))),
    "business number": ((*SILENT, "nib"), clean(digits(13, "91"))),
    "several amounts": (SILENT, clean(lambda r: " ".join(str(r.randint(10**5, 10**9)) for _ in range(3)))),
    "phone-like part": (SILENT, clean(lambda r: f"{r.randint(100, 999)}/0812{r.randint(100, 999)}/{r.randint(2018, 2025)}")),
    "programme code": (SILENT, clean(lambda r: f"{r.randint(1, 7)}.{r.randint(1, 30):02d}.{r.randint(1, 9):02d}.2.{r.randint(1, 20):02d}.{r.randint(1, 99):04d}")),
    "programme code, undotted": (SILENT, clean(lambda r: f"{r.randint(1, 7)}{r.randint(1, 30):02d}{r.randint(1, 9):02d}2{r.randint(1, 20):02d}{r.randint(1, 99):04d}5{r.randint(1, 3)}{r.randint(1, 6):02d}")),
    "street": (("alamat", "lokasi"), clean(lambda r: f"Jl. {person(r)} No. {r.randint(1, 300)}, Medan 2{r.randint(1000, 9999)}")),
}  # fmt: skip


def columns(seed: int, repeats: int) -> list[Column]:
    """Make `repeats` columns of every family, 1 to 120 cells each; a tenth have blanks."""
    made = []
    for family, (labels, row) in FAMILIES.items():
        for repeat in range(repeats):
            r = random.Random(f"{seed}/{family}/{repeat}")
            size = (
                r.choice((1, 2, 3, 5, 8, 20, 40, 120))
                if family == "remarks"
                else r.choice((4, 8, 20, 40, 120))
            )
            rows = [row(r) for _ in range(size)]
            made.append(
                Column(r.choice(labels), [c for c, _ in rows], [t for _, t in rows], family)
            )
    return made
