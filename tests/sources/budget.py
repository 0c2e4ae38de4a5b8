"""The province's budget and its realisation by account, and the tax shares paid to regions."""

from __future__ import annotations

import random
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sources.sheets import (
    POPULATION,
    PROVINCE,
    REGIONS,
    below,
    comma,
    head,
    numbering,
    save,
    short_name,
    signature,
    titles,
    write,
)

#: Account → name, budget of 2023 in million rupiah for accounts without others below them.
ACCOUNTS: dict[str, tuple[str, int]] = {
    "4": ("PENDAPATAN DAERAH", 0),
    "4.1": ("PENDAPATAN ASLI DAERAH (PAD)", 0),
    "4.1.01": ("Pajak Daerah", 0),
    "4.1.01.01": ("Pajak Kendaraan Bermotor", 2_650_000),
    "4.1.01.02": ("Bea Balik Nama Kendaraan Bermotor", 1_580_000),
    "4.1.01.03": ("Pajak Bahan Bakar Kendaraan Bermotor", 1_460_000),
    "4.1.01.04": ("Pajak Air Permukaan", 420_000),
    "4.1.01.05": ("Pajak Rokok", 1_050_000),
    "4.1.02": ("Retribusi Daerah", 0),
    "4.1.02.01": ("Retribusi Jasa Umum", 9_400),
    "4.1.02.02": ("Retribusi Jasa Usaha", 31_500),
    "4.1.02.03": ("Retribusi Perizinan Tertentu", 2_100),
    "4.1.03": ("Hasil Pengelolaan Kekayaan Daerah yang Dipisahkan", 345_000),
    "4.1.04": ("Lain-lain PAD yang Sah", 270_000),
    "4.2": ("PENDAPATAN TRANSFER", 0),
    "4.2.01": ("Pendapatan Transfer Pemerintah Pusat", 0),
    "4.2.01.01": ("Dana Perimbangan", 5_480_000),
    "4.2.01.02": ("Dana Insentif Daerah", 38_000),
    "4.3": ("LAIN-LAIN PENDAPATAN DAERAH YANG SAH", 0),
    "4.3.01": ("Pendapatan Hibah", 24_500),
    "5": ("BELANJA DAERAH", 0),
    "5.1": ("BELANJA OPERASI", 0),
    "5.1.01": ("Belanja Pegawai", 3_920_000),
    "5.1.02": ("Belanja Barang dan Jasa", 2_870_000),
    "5.1.03": ("Belanja Bunga", 12_000),
    "5.1.05": ("Belanja Hibah", 1_240_000),
    "5.1.06": ("Belanja Bantuan Sosial", 64_000),
    "5.2": ("BELANJA MODAL", 0),
    "5.2.01": ("Belanja Modal Tanah", 35_000),
    "5.2.02": ("Belanja Modal Peralatan dan Mesin", 410_000),
    "5.2.03": ("Belanja Modal Gedung dan Bangunan", 520_000),
    "5.2.04": ("Belanja Modal Jalan, Jaringan, dan Irigasi", 1_730_000),
    "5.2.05": ("Belanja Modal Aset Tetap Lainnya", 48_000),
    "5.3": ("BELANJA TIDAK TERDUGA", 0),
    "5.3.01": ("Belanja Tidak Terduga", 95_000),
    "5.4": ("BELANJA TRANSFER", 0),
    "5.4.01": ("Belanja Bagi Hasil", 2_940_000),
    "5.4.02": ("Belanja Bantuan Keuangan", 180_000),
    "6": ("PEMBIAYAAN NETTO", 0),
    "6.1": ("PENERIMAAN PEMBIAYAAN", 0),
    "6.1.01": ("Sisa Lebih Perhitungan Anggaran Tahun Sebelumnya", 930_000),
    "6.2": ("PENGELUARAN PEMBIAYAAN", 0),
    "6.2.02": ("Penyertaan Modal Daerah", -100_000),
}
#: Taxes shared with the regencies and cities, and each one's part of the whole.
TAXES = {
    "PKB": 0.28,
    "BBNKB": 0.17,
    "PBBKB": 0.31,
    "Pajak Air Permukaan": 0.06,
    "Pajak Rokok": 0.18,
}
BRACKETS = '#,##0;(#,##0);"-"'

#: Account → budget and realisation in rupiah.
Amounts = dict[str, tuple[int, int]]


def make(folder: Path) -> None:
    draw = random.Random(54)
    rest = 0
    for year in (2023, 2024):
        leaves = _leaves(year, draw)
        shares = _shares(leaves["5.4.01"][1], draw)
        leaves["5.4.01"] = (leaves["5.4.01"][0], sum(sum(row) for row in shares.values()))
        _balance(leaves, rest)
        amounts = _summed(leaves)
        rest = amounts["4"][1] - amounts["5"][1] + amounts["6"][1]
        book = Workbook()
        _realisation(book.active, year, amounts)
        _shared(book.create_sheet("Bagi Hasil"), year, shares)
        save(book, folder / f"realisasi-apbd-{year}.xlsx")


def _leaves(year: int, draw: random.Random) -> Amounts:
    found = {}
    for code, (_, million) in ACCOUNTS.items():
        if million:
            budget = (
                round(million * (1.045 if year == 2024 else 1) * draw.uniform(0.97, 1.03)) * 1000
            )
            budget *= 1000
            spread = (0.88, 1.06) if code[0] == "4" else (0.91, 0.99)
            done = round(budget * (1 if code[0] == "6" else draw.uniform(*spread)))
            found[code] = (budget, done)
    return found


def _balance(leaves: Amounts, rest: int) -> None:
    """A budget is balanced by what the year before left; the second year knows how much that is."""
    needed = -sum(row[0] * (-1 if code[0] == "5" else 1) for code, row in leaves.items())
    needed += leaves["6.1.01"][0]
    leaves["6.1.01"] = (needed, rest or needed)


def _summed(leaves: Amounts) -> Amounts:
    """Every account: the sum of those below it."""
    return {
        code: (
            sum(
                row[0]
                for leaf, row in leaves.items()
                if leaf == code or leaf.startswith(f"{code}.")
            ),
            sum(
                row[1]
                for leaf, row in leaves.items()
                if leaf == code or leaf.startswith(f"{code}.")
            ),
        )
        for code in ACCOUNTS
    }


def _shares(total: int, draw: random.Random) -> dict[str, list[int]]:
    """Thousands of rupiah, written as rupiah, by region and tax."""
    weights = {code: people**0.8 * draw.uniform(0.85, 1.15) for code, people in POPULATION.items()}
    whole = sum(weights.values())
    return {
        code: [
            round(total * weight / whole * part * draw.uniform(0.95, 1.05) / 1000) * 1000
            for part in TAXES.values()
        ]
        for code, weight in weights.items()
    }


def _money(value: int, year: int) -> object:
    """2023 was typed as text with two decimals, negative in brackets; 2024 are numbers."""
    if year == 2024:
        return value
    text = f"{comma(abs(value), 2)}"
    return f"({text})" if value < 0 else text


def _realisation(sheet: Worksheet, year: int, amounts: Amounts) -> None:
    sheet.title = "LRA"
    lines = [
        PROVINCE,
        "BADAN PENGELOLAAN KEUANGAN DAN ASET DAERAH",
        "LAPORAN REALISASI ANGGARAN PENDAPATAN DAN BELANJA DAERAH",
        f"TAHUN ANGGARAN {year}",
        "(dalam rupiah)",
    ]
    top = titles(sheet, lines, 6)
    head(sheet, top, 1, "Kode Rekening", down=2)
    head(sheet, top, 2, "Uraian", down=2)
    head(sheet, top, 3, "Jumlah", across=2)
    head(sheet, top + 1, 3, "Anggaran")
    head(sheet, top + 1, 4, "Realisasi")
    head(sheet, top, 5, "Lebih/(Kurang)", across=2)
    head(sheet, top + 1, 5, "Rp")
    head(sheet, top + 1, 6, "%")
    numbering(sheet, top + 2, 6)
    row = top + 3

    def line(code: str | None, label: str, pair: tuple[int, int], *, bold: bool) -> None:
        nonlocal row
        budget, done = pair
        share = 100 * done / budget if budget else 0.0
        cells = [_money(budget, year), _money(done, year), _money(done - budget, year)]
        write(
            sheet,
            row,
            [code, label, *cells, comma(share, 2) if year == 2023 else round(share, 2)],
            bold=bold,
            number_format=BRACKETS,
        )
        sheet.cell(row, 6).number_format = "0.00"
        row += 1

    for code, (label, _) in ACCOUNTS.items():
        if code == "6":
            kinds = [amounts["4"], amounts["5"]]
            surplus = (kinds[0][0] - kinds[1][0], kinds[0][1] - kinds[1][1])
            row += 1
            line(None, "SURPLUS/(DEFISIT)", surplus, bold=True)
            row += 1
        shown = " . ".join(code.split(".")) if year == 2023 else code
        line(shown, label, amounts[code], bold=code.count(".") < 2)
    rest = (surplus[0] + amounts["6"][0], surplus[1] + amounts["6"][1])
    row += 1
    line(None, "SISA LEBIH PEMBIAYAAN ANGGARAN (SILPA)", rest, bold=True)
    end = below(
        sheet,
        row,
        ["Sumber: BPKAD (angka ilustratif)", "Catatan: pengeluaran pembiayaan ditulis negatif"],
    )
    signature(sheet, end, 4, f"Medan, 31 Mei {year + 1}", "Kepala Badan,")


def _shared(sheet: Worksheet, year: int, shares: dict[str, list[int]]) -> None:
    width = 3 + len(TAXES)
    lines = [
        PROVINCE,
        "BADAN PENGELOLAAN KEUANGAN DAN ASET DAERAH",
        "REALISASI BELANJA BAGI HASIL PAJAK KEPADA KABUPATEN/KOTA",
        f"TAHUN ANGGARAN {year}",
        "(dalam ribu rupiah)",
    ]
    top = titles(sheet, lines, width)
    head(sheet, top, 1, "No", down=2)
    head(sheet, top, 2, "Kabupaten/Kota", down=2)
    head(sheet, top, 3, "Bagi Hasil Pajak", across=len(TAXES))
    for column, tax in enumerate(TAXES, start=3):
        head(sheet, top + 1, column, tax)
    head(sheet, top, width, "Jumlah", down=2)
    numbering(sheet, top + 2, width)
    row = top + 3
    sums = [0] * (len(TAXES) + 1)
    for number, (code, name, _) in enumerate(REGIONS, start=1):
        cells = [amount // 1000 for amount in shares[code]]
        cells.append(sum(cells))
        sums = [a + b for a, b in zip(sums, cells, strict=True)]
        write(sheet, row, [number, short_name(code, name), *cells])
        row += 1
    write(sheet, row, ["JUMLAH", None, *sums], bold=True)
    end = below(sheet, row + 1, ["Sumber: BPKAD (angka ilustratif)"])
    signature(sheet, end, width - 2, f"Medan, 31 Mei {year + 1}", "Kepala Badan,")
