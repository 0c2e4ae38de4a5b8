"""Delimited text of known cells: what a program wrote, a person touched up or a note surrounds."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.errors import Refused
from pipelines.extract import extract
from pipelines.project.layout import Layout

WORDS = [
    "baik", "rusak ringan", "Jum'at", "Ma'mun", "'Aisyiyah", "Siswa'", 'Pipa 5"', 'Meja 48" bundar',
    'disebut "Kaliurang"', '"Bunga" Desa', "Rusak, berat", "baik; layak", "A|B", "José",
    "Jl. Sutomo\nMedan, Kota", "atas\n\nbawah", "belum ada data",
]  # fmt: skip
PLACES = ["Nias", "Tapanuli Selatan", "Karo", "Deli Serdang", "Toba", "Samosir", "Dairi", "Medan"]
HEADS = ["Kecamatan", "Luas", "Jumlah Penduduk", "Keterangan", "Status", "Uraian", "Alamat"]
TITLES = ["Penduduk 2024", "Laporan Bulanan Dinas, Tahun 2024 untuk Umum (sementara)"]
FOOTERS = ["Sumber: BPS", "Sumber: Dinas Kependudukan, 2024", "Catatan: angka sementara"]


@dataclass
class Written:
    """A file's bytes, and the labels and cells that stand in it."""

    data: bytes
    labels: list[str]
    rows: list[list[str]]


def write(r: random.Random) -> Written:
    """Write a random table in one of many dialects, with a title, units and a footer or without."""
    mark = r.choice(",,;;\t| ")
    quote = r.choice('"""\'')
    every = r.random() < 0.2 or quote == "'"
    words = r.sample(WORDS, r.randrange(2, 6))
    kinds = [r.choice(["word", "place", "number", "date"]) for _ in range(r.randrange(1, 5))]
    height = r.choice([3, 5, 8])
    rows = [
        [f"12.{n + 1:02d}", *(_cell(r, kind, n, words) for kind in kinds)] for n in range(height)
    ]
    labels = ["Kode", *r.sample(HEADS, len(kinds))]

    def cell(text: str) -> str:
        # A quote within a cell need not be doubled where no quotes stand around the cell.
        needed = (
            mark in text or "\n" in text or text.startswith(quote) or (mark == " " and not text)
        )
        bare = not every and not needed and (mark != " " or quote not in text)
        return text if bare else f"{quote}{text.replace(quote, quote * 2)}{quote}"

    lines = [mark.join(map(cell, labels))]
    if "number" in kinds and mark != " " and r.random() < 0.3:
        lines.append(mark.join(["", *("(jiwa)" if kind == "number" else "" for kind in kinds)]))
    for row in rows:
        cells = list(map(cell, row))
        if mark != " " and len(row) > 3 and not row[-1] and r.random() < 0.3:
            cells.pop()
        lines.append(mark.join(cells))
    if r.random() < 0.3:
        title = r.choice(TITLES)
        if mark == " ":
            title = "Penduduk menurut Kecamatan di Kabupaten Toba pada Tahun 2024"
        lines = [title, *([""] if r.random() < 0.5 else []), *lines]
    if r.random() < 0.2:
        lines += [*([""] if r.random() < 0.5 else []), r.choice(FOOTERS)]
    text = r.choice(["\n", "\r\n"]).join(lines) + r.choice(["", "\n"])
    return Written(text.encode(r.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16"])), labels, rows)


def _cell(r: random.Random, kind: str, n: int, words: list[str]) -> str:
    if kind == "place":
        return PLACES[n % len(PLACES)]
    if r.random() < 0.1:
        return ""
    if kind == "date":
        return f"2024-{r.randrange(1, 13):02d}-{r.randrange(1, 29):02d}"
    if kind == "number":
        return r.choice(["1.234.567", "87,25", "1204", "1234567,5", "0,5", "12"])
    return r.choice(words)


def read(data: bytes, folder: Path) -> tuple[list[str], list[list[str]], list[str]]:
    path = folder / "a.csv"
    path.write_bytes(data)
    found = extract(path)
    frame = found.table.frame
    return list(frame), frame.fillna("").to_numpy().tolist(), [f.code for f in found.findings]


@pytest.mark.parametrize("chunk", range(6))
def test_what_was_written_is_read(chunk: int, tmp_path: Path) -> None:
    for seed in range(chunk * 100, chunk * 100 + 100):
        wanted = write(random.Random(f"delimited {seed}"))
        labels, rows, _ = read(wanted.data, tmp_path)
        assert labels == wanted.labels, (seed, wanted.data)
        assert rows == wanted.rows, (seed, wanted.data)


@pytest.mark.parametrize(
    ("text", "labels", "rows", "findings"),
    [
        # two stray quotes are no cell of several records
        (
            'id,nama,status\n1,Nias,"baik\n2,Karo,rusak\n3,Toba,sedang"\n4,Dairi,baik\n',
            ["id", "nama", "status"],
            [["1", "Nias", '"baik'], ["2", "Karo", "rusak"], ["3", "Toba", 'sedang"'],
             ["4", "Dairi", "baik"]],
            ["quote-stray"],
        ),
        (
            "id;nama;status\n1;'Aisyiyah;baik\n2;Karo\n3;Rumah Sa';baik\n4;Dairi;sedang\n",
            ["id", "nama", "status"],
            [["1", "'Aisyiyah", "baik"], ["2", "Karo", ""], ["3", "Rumah Sa'", "baik"],
             ["4", "Dairi", "sedang"]],
            ["row-short"],
        ),
        (
            'id,nama\n1,"Nias\n2,Karo"\n3,Toba\n',
            ["id", "nama"],
            [["1", '"Nias'], ["2", 'Karo"'], ["3", "Toba"]],
            ["quote-stray"],
        ),
        # nor does one swallow the rest
        (
            'id,nama,status\n1,"Nias,baik\n2,Karo,rusak\n3,Toba,baik\n',
            ["id", "nama", "status"],
            [["1", '"Nias', "baik"], ["2", "Karo", "rusak"], ["3", "Toba", "baik"]],
            ["quote-stray"],
        ),
        # single quotes where they part cells, and only there
        (
            "id,nama\n1,'Rusak, berat'\n2,baik\n3,Jum'at\n",
            ["id", "nama"],
            [["1", "Rusak, berat"], ["2", "baik"], ["3", "Jum'at"]],
            [],
        ),
        (
            "id;nama\n1;'Aisyiyah'\n2;Karo\n",
            ["id", "nama"],
            [["1", "'Aisyiyah'"], ["2", "Karo"]],
            [],
        ),
        # spaces part the cells, commas the decimals
        (
            "Luas Wilayah Kabupaten Toba, Tahun 2024\n\nKode Nama Luas\n"
            '1 "Deli Serdang" 5,3\n2 Karo 4,1\n',
            ["Kode", "Nama", "Luas"],
            [["1", "Deli Serdang", "5,3"], ["2", "Karo", "4,1"]],
            [],
        ),
        (
            "Kode Luas\n1 5,3\n2 4,1\n3 7\nSumber: BPS, 2024\n",
            ["Kode", "Luas"],
            [["1", "5,3"], ["2", "4,1"], ["3", "7"]],
            [],
        ),
        # a first row whose number is missing is no second row of labels
        (
            "Nama,Status,Jumlah\nNias,baik,\nKaro,sedang,12\nToba,baik,15\n",
            ["Nama", "Status", "Jumlah"],
            [["Nias", "baik", ""], ["Karo", "sedang", "12"], ["Toba", "baik", "15"]],
            [],
        ),
        (
            "Nama,Status,Jumlah\n,,(jiwa)\nNias,baik,\nKaro,sedang,12\nToba,baik,15\n",
            ["Nama", "Status", "Jumlah"],
            [["Nias", "baik", ""], ["Karo", "sedang", "12"], ["Toba", "baik", "15"]],
            [],
        ),
        # blanks in a column that is mostly filled are missing values, not groups
        (
            "Kode,Tanggal,Nama\n1,2024-09-09,Nias\n2,,Karo\n3,2024-03-07,Toba\n4,2024-04-12,Dairi\n",
            ["Kode", "Tanggal", "Nama"],
            [["1", "2024-09-09", "Nias"], ["2", "", "Karo"], ["3", "2024-03-07", "Toba"],
             ["4", "2024-04-12", "Dairi"]],
            [],
        ),
        # a title and a source line are cut at their own commas
        (
            "Daftar Pasar, Tahun 2024\nNama,Status\nBalige,baik\nPorsea,rusak\n"
            "Sumber: Dinas, 2024\n",
            ["Nama", "Status"],
            [["Balige", "baik"], ["Porsea", "rusak"]],
            [],
        ),
    ],
)  # fmt: skip
def test_readings(
    text: str, labels: list[str], rows: list[list[str]], findings: list[str], tmp_path: Path
) -> None:
    assert read(text.encode(), tmp_path) == (labels, rows, findings)


@pytest.mark.parametrize(
    "text", ["a|b;c\nx|y;z\nk|l;m\n", "1,5;2,5\n3,5;4,5\n", "a,b\tc\nk,l\tm\n"]
)
def test_two_delimiters_as_good_are_no_guess(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(Refused) as caught:
        extract(path)
    assert caught.value.code == "delimiter-unclear"
    assert caught.value.params["row"] == 1
    named = caught.value.params["second"].replace("\\t", "\t")
    assert (
        extract(path, Layout(delimiter=named)).table.frame.shape[1]
        == text.splitlines()[0].count(named) + 1
    )


@pytest.mark.parametrize("text", ["kode,nama\n", "kode;nama", "Daftar 2024\n\nkode\tnama\n"])
def test_labels_alone_are_a_table_without_rows(text: str, tmp_path: Path) -> None:
    assert read(text.encode(), tmp_path) == (["kode", "nama"], [], ["table-empty"])
