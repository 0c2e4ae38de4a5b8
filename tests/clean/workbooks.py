"""Workbooks as offices send them, each with its descriptor, its schema and the exact clean table.

A sheet is a list of rows; `merge` lists ranges whose first cell holds the text; `formats` gives
number formats to cells. `more` are further files of the same table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Workbook:
    """A kind of workbook: what it holds, how it is cleaned, what must come out."""

    sheet: Rows
    fields: Mapping[str, str | Mapping[str, Any]]
    clean: Sequence[Any]
    expected: str
    columns: Mapping[str, str] = field(default_factory=dict)
    merge: Sequence[str] = ()
    formats: Mapping[str, str] = field(default_factory=dict)
    more: Sequence[Rows] = ()
    key: Sequence[str] = ()
    newer: Any = "refuse"
    findings: Sequence[str] = ()
    secret: str | None = None
    layout: Mapping[str, Any] = field(default_factory=dict)


def write(path: Path, rows: Rows, merge: Sequence[str], formats: Mapping[str, str]) -> None:
    """Write one sheet, nothing interpreted: text stays text, numbers stay numbers."""
    book = xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False})
    sheet = book.add_worksheet("Data")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write_datetime(r, c, dt.datetime.combine(value, dt.time()), day)
            elif value is not None:
                sheet.write(r, c, value)
    for cell, number_format in formats.items():
        r, c = xlsxwriter.utility.xl_cell_to_rowcol(cell)
        sheet.write(r, c, rows[r][c], book.add_format({"num_format": number_format}))
    for area in merge:
        first = xlsxwriter.utility.xl_cell_to_rowcol(area.split(":")[0])
        sheet.merge_range(area, rows[first[0]][first[1]])
    book.close()


HEAD: list[list[Any]] = [["PEMERINTAH PROVINSI SUMATERA UTARA"], ["DINAS CONTOH"]]
FOOT: list[list[Any]] = [
    [], ["Sumber: Dinas Contoh"], ["*) Angka sementara"], [], [None, None, "Medan, 5 April 2024"],
    [None, None, "Kepala Dinas,"], [], [None, None, "BUDI CONTOH"],
]  # fmt: skip

SEX_AND_AREA = Workbook(
    sheet=[
        *HEAD, ["JUMLAH PENDUDUK MENURUT JENIS KELAMIN, 2024"], [],
        ["No", "Kabupaten/Kota", "Jenis Kelamin", None, "Jumlah"],
        [None, None, "Laki-laki", "Perempuan", None],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        [1, "Kab. Labuhan Batu", "255.100", "248.900", "504.000"],
        [2, "KOTA PADANG SIDEMPUAN", "111.200*", "n/a", "111.200"],
        [3, "Nias Utra", "70.000", "72.345", "142.345"],
        [None, "Jumlah", "436.300", "321.245", "757.545"],
        *FOOT,
    ],
    merge=["A5:A6", "B5:B6", "C5:D5", "E5:E6"],
    fields={"kode_wilayah": "string", "wilayah": "string", "jenis_kelamin": "string",
            "penduduk": "integer"},
    columns={"Kabupaten/Kota": "wilayah"},
    clean=[
        {"drop": {"columns": ["No", "Jumlah"], "why": "nomor urut dan jumlah"}},
        {"regions": {"field": "kode_wilayah", "source": "wilayah"}},
        {"regions": {"field": "wilayah", "to": "name"}},
        {"unpivot": {"pattern": "^Jenis Kelamin", "names": "jenis_kelamin", "value": "penduduk",
                     "remove": "^Jenis Kelamin / "}},
        {"letter_case": {"field": "jenis_kelamin", "to": "lower"}},
    ],
    expected="""
kode_wilayah,wilayah,jenis_kelamin,penduduk
12.10,Kabupaten Labuhanbatu,laki-laki,255100
12.77,Kota Padangsidimpuan,laki-laki,111200
12.24,Kabupaten Nias Utara,laki-laki,70000
12.10,Kabupaten Labuhanbatu,perempuan,248900
12.77,Kota Padangsidimpuan,perempuan,
12.24,Kabupaten Nias Utara,perempuan,72345
""",
    findings=["warning region-spelling", "warning region-spelling", "info number-format.integer",
              "info number-notes"],
)  # fmt: skip

MONEY = Workbook(
    sheet=[
        *HEAD, ["REALISASI BELANJA DAERAH TA 2024"], ["(dalam juta rupiah)"], [],
        ["Akun", "Kelompok", "Jenis", "Uraian", "Anggaran", "Realisasi", "%"],
        ["5", "1", "01", "Belanja Pegawai", "1.250.300,5", "Rp 1.200.000,00", "95,98%"],
        ["5", "1", "02", "Belanja Barang dan Jasa", "900.000,25", "(12,5)", "-"],
        ["5", "2", "01", "BELANJA MODAL", "0,75", "…", "0%"],
        *FOOT,
    ],
    fields={"kode": "string", "uraian": "string", "anggaran": {"type": "number", "unit": "rupiah"},
            "realisasi": {"type": "number", "unit": "rupiah"},
            "persen": {"type": "number", "unit": "persen"}, "tahun": "year"},
    columns={"%": "persen"},
    clean=[
        {"join": {"fields": ["Akun", "Kelompok", "Jenis"], "into": "kode", "separator": "."}},
        {"budget_codes": "kode"},
        {"drop": {"columns": ["Akun", "Kelompok", "Jenis"], "why": "sudah di kolom kode"}},
        {"letter_case": "uraian"},
        {"from_source": {"field": "tahun", "pattern": "TA [0-9]{4}"}},
    ],
    expected="""
kode,uraian,anggaran,realisasi,persen,tahun
5.1.01,Belanja Pegawai,1250300500000,1200000000000,95.98,2024
5.1.02,Belanja Barang dan Jasa,900000250000,-12500000,,2024
5.2.01,Belanja Modal,750000,,0,2024
""",
    findings=["warning number-scale", "warning number-scale"],
)  # fmt: skip

DATES = Workbook(
    sheet=[
        *HEAD, ["REGISTER PERIZINAN"], [],
        ["No.", "Nomor Izin", "Masuk", "Terbit", "Periode", "Daring"],
        [1, "001/IZIN", dt.date(2024, 8, 17), "17 Agustus 2024", "Agustus 2024", "Ya"],
        [2, "002/IZIN", "05/04/2024", "5 Apr 2024", "Apr-24", "Tidak"],
        [3, "003/IZIN", "17/09/24", 45383, "2024-09", "√"],
    ],
    fields={"nomor": "string", "masuk": "date", "terbit": "date", "periode": "yearmonth",
            "daring": "boolean"},
    columns={"Nomor Izin": "nomor"},
    clean=[{"drop": "No."}],
    expected="""
nomor,masuk,terbit,periode,daring
001/IZIN,2024-08-17,2024-08-17,2024-08,true
002/IZIN,2024-04-05,2024-04-05,2024-04,false
003/IZIN,2024-09-17,2024-04-01,2024-09,true
""",
    findings=["info date-pivot", "info date-serial"],
)  # fmt: skip

DAMAGED_CODES = Workbook(
    sheet=[
        *HEAD, ["DAFTAR KODE WILAYAH"], [],
        ["Kode", "Kode BPS", "Kabupaten/Kota"],
        [12.01, 1204, "Tapanuli Tengah"],
        [12.1, 1207, "Labuhanbatu"],
        [12.2, 1220, "Padang Lawas Utara"],
        ["1271", 1275, "Medan"],
    ],
    formats={"A6": "0.00"},
    fields={"kode_wilayah": "string", "kode_bps": "string", "nama": "string"},
    columns={"Kode": "kode_wilayah", "Kabupaten/Kota": "nama"},
    clean=[{"regions": {"field": "nama", "to": "name"}}],
    expected="""
kode_wilayah,kode_bps,nama
12.01,1204,Kabupaten Tapanuli Tengah
12.10,1207,Kabupaten Labuhanbatu
12.20,1220,Kabupaten Padang Lawas Utara
12.71,1275,Kota Medan
""",
    findings=["info region-zero.name", "info region-zero.name"],
)  # fmt: skip

GROUPS = Workbook(
    sheet=[
        *HEAD, ["FASILITAS KESEHATAN"], [],
        ["Kecamatan", "Jenis", "Jumlah"],
        ["MEDAN KOTA", "Puskesmas", 3],
        [None, "Klinik", "12"],
        ["Jumlah Kecamatan Medan Kota", None, 15],
        [],
        ["MEDAN AREA", "Puskesmas", 2],
        [None, "RSUD", 1],
        ["Jumlah Kecamatan Medan Area", None, 3],
        ["Jumlah", None, 18],
        *FOOT,
    ],
    fields={"kecamatan": "string", "jenis": "string", "jumlah": "integer"},
    clean=[
        {"drop_rows": {"where": "starts(kecamatan, 'Jumlah')", "why": "baris jumlah"}},
        {"fill_down": "kecamatan"},
        {"letter_case": "kecamatan"},
    ],
    expected="""
kecamatan,jenis,jumlah
Medan Kota,Puskesmas,3
Medan Kota,Klinik,12
Medan Area,Puskesmas,2
Medan Area,RSUD,1
""",
)  # fmt: skip

YEARS = Workbook(
    sheet=[
        *HEAD, ["INDEKS PEMBANGUNAN MANUSIA 2021–2023"], [],
        ["Kode", "Nama", "2021", "2022*", "2023**"],
        ["12.71", "Kota Medan", "80,98", "81,21", 81.5],
        ["12.04", "Nias", "61,93", "-", "63,01"],
    ],
    fields={"kode_wilayah": "string", "nama": "string", "tahun": "year", "ipm": "number"},
    columns={"Kode": "kode_wilayah"},
    clean=[{"unpivot": {"pattern": "^20", "names": "tahun", "value": "ipm"}}],
    expected="""
kode_wilayah,nama,tahun,ipm
12.71,Kota Medan,2021,80.98
12.04,Nias,2021,61.93
12.71,Kota Medan,2022,81.21
12.04,Nias,2022,
12.71,Kota Medan,2023,81.5
12.04,Nias,2023,63.01
""",
)  # fmt: skip

MONTHLY_FILES = Workbook(
    sheet=[
        ["LAPORAN LAYANAN BULAN JANUARI 2024"], [],
        ["Unit", "Layanan", "Banyaknya"],
        ["UPT SAMSAT MEDAN", "e-KTP", "1.200"],
        ["UPT SAMSAT MEDAN", "Akte Kelahiran", "30"],
    ],
    more=[
        [
            ["LAPORAN LAYANAN BULAN FEBRUARI 2024"], [],
            ["Unit", "Layanan", "Banyaknya"],
            ["UPT SAMSAT MEDAN", "KTP el", "1.100"],
        ],
        [
            ["LAPORAN LAYANAN BULAN JANUARI 2024 (REVISI)"], [],
            ["Layanan", "Unit", "Banyaknya"],
            ["KTP-EL", "UPT Samsat Medan", "1.250"],
        ],
    ],
    fields={"bulan": "yearmonth", "unit": "string",
            "layanan": {"type": "string", "constraints": {"enum": ["KTP-el", "Akta Kelahiran"]}},
            "jumlah": "integer"},
    columns={"Banyaknya": "jumlah"},
    clean=[
        {"from_source": {"field": "bulan", "pattern": "BULAN ([A-Z]+ [0-9]{4})"}},
        {"letter_case": "unit"},
        {"map": {"field": "layanan",
                 "fix": {"KTP-el": "e-KTP", "Akta Kelahiran": "Akte Kelahiran"}}},
    ],
    key=["bulan", "unit", "layanan"],
    newer="replaces",
    expected="""
bulan,unit,layanan,jumlah
2024-01,UPT Samsat Medan,Akta Kelahiran,30
2024-02,UPT Samsat Medan,KTP-el,1100
2024-01,UPT Samsat Medan,KTP-el,1250
""",
    findings=["info number-format.integer", "info rows-replaced"],
)  # fmt: skip

PERIODS = Workbook(
    sheet=[
        *HEAD, ["REALISASI PENDAPATAN PER TRIWULAN"], [],
        ["Periode", "Pendapatan (Rp)", "Target"],
        ["Triwulan I 2024", "Rp 1.000.000,-", "25 %"],
        ["TW II Tahun 2024", "Rp. 2.500.000,50", "50,5 %"],
        ["Triwulan 3 2024", "(750.000)", "n/a"],
    ],
    fields={"periode": "string", "pendapatan": "number", "target": "number"},
    columns={"Pendapatan (Rp)": "pendapatan"},
    clean=[{"periods": {"field": "periode", "to": "quarter"}}],
    layout={"header": [5]},
    findings=["info number-format.evidence"],
    expected="""
periode,pendapatan,target
2024-Q1,1000000,25
2024-Q2,2500000.50,50.5
2024-Q3,-750000,
""",
)  # fmt: skip

STORED = Workbook(
    sheet=[
        *HEAD, ["NILAI RATA-RATA UNSUR"], [],
        ["Unit", "Nilai", "Luas (ha)"],
        ["RSU Haji", 3.125, "1.250"],
        ["Samsat", 3.333, 12.5],
        ["Dukcapil", 3, "76,25"],
    ],
    fields={"unit": "string", "nilai": "number", "luas": "number"},
    columns={"Luas (ha)": "luas"},
    clean=[],
    expected="""
unit,nilai,luas
RSU Haji,3.125,1250
Samsat,3.333,12.5
Dukcapil,3,76.25
""",
    findings=["info number-format.stored", "info number-format.evidence"],
)  # fmt: skip

PEOPLE = Workbook(
    sheet=[
        *HEAD, ["DAFTAR PEMOHON"], [],
        ["No", "NIK", "Nama Pemohon", "Tanggal Lahir", "Layanan", "Catatan"],
        [1, "1271014508900001", "Siti Aminah", "05/08/1990", "KTP-el", "telepon 081234567890"],
        [2, "1271011203850002", "Budi Santoso", "12 Maret 1985", "KTP-el", None],
    ],
    fields={"pemohon": "string", "tahun_lahir": "year", "layanan": "string", "catatan": "string"},
    columns={"Tanggal Lahir": "tahun_lahir"},
    clean=[
        {"drop": {"columns": ["No", "Nama Pemohon"], "why": "data pribadi"}},
        {"rename": {"NIK": "pemohon"}},
        {"hash": "pemohon"},
        {"generalise": {"field": "tahun_lahir", "to": "year"}},
        {"mask": {"field": "catatan", "within": True}},
    ],
    expected="""
pemohon,tahun_lahir,layanan,catatan
75fd12c23a3e7341,1990,KTP-el,telepon 08**********
f80d962e507a981d,1985,KTP-el,
""",
    secret="rahasia",
)  # fmt: skip

WORKBOOKS = {
    "sex and area": SEX_AND_AREA,
    "money": MONEY,
    "dates": DATES,
    "damaged codes": DAMAGED_CODES,
    "groups": GROUPS,
    "years": YEARS,
    "monthly files": MONTHLY_FILES,
    "periods": PERIODS,
    "stored numbers": STORED,
    "people": PEOPLE,
}
