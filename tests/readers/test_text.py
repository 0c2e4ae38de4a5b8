"""Delimited text of any dialect and encoding: every record kept, values untouched."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.readers import Grid
from pipelines.readers.delimited import arrow_reader, checked_stream
from pipelines.readers.delimited.arrow_reader import read_fast
from pipelines.readers.delimited.reader import read_text
from pipelines.text import arrow

HEAD = ["tanggal", "kode", "uraian", "harga", "ket"]
ROWS = [
    ["28/01/2018", f"MG-{n}", f'Meja 48" bundar, {n} buah', f"${n}.50", ""] for n in range(1, 25)
]


def cells(data: bytes, **more: str) -> list[list[str]]:
    grid = read_text(data, **more)
    return [[cell or "" for cell in grid.row(index)] for index in range(grid.height)]


def line(row: list[str], mark: str = ",", quote: str = '"', escaped: str = '""') -> str:
    return mark.join(
        f"{quote}{cell.replace(quote, escaped)}{quote}" if mark in cell or quote in cell else cell
        for cell in row
    )


def padded(rows: list[list[str]]) -> list[list[str]]:
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", ", ", "||", "\x1f", "§", "~"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_dialects(mark: str, end: str) -> None:
    text = end.join(line(row, mark) for row in [HEAD, *ROWS]) + end
    assert cells(text.encode()) == [HEAD, *ROWS]


@pytest.mark.parametrize("escaped", ['\\"', '"', '""'])
def test_escapes(escaped: str) -> None:
    text = "\n".join(line(row, escaped=escaped) for row in [HEAD, *ROWS])
    assert cells(text.encode()) == [HEAD, *ROWS]


def test_single_quotes() -> None:
    text = "\n".join("'" + "','".join(row) + "'" for row in [HEAD, *ROWS])
    assert cells(text.encode()) == [HEAD, *ROWS]


@pytest.mark.parametrize("row", range(0, 25, 4))
@pytest.mark.parametrize("column", range(5))
def test_a_stray_quote_survives(row: int, column: int) -> None:
    rows = [list(r) for r in [HEAD, *ROWS]]
    lines = [line(r) for r in rows]
    parts = [line([cell]) for cell in rows[row]]
    parts[column] = '"' + parts[column]
    lines[row] = ",".join(parts)
    rows[row][column] = '"' + rows[row][column]
    assert cells("\r\n".join(lines).encode()) == rows


def test_ragged_rows_are_kept() -> None:
    text = "a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n"
    assert cells(text.encode()) == padded(
        [["a", "b", "c"], ["1", "2", "3"], ["4", "5"], ["6", "7", "8", "9"], ["10", "11", "12"]]
    )


def test_a_cell_of_several_lines() -> None:
    rows = [
        ["id", "uraian"],
        ["1", "satu\ndua, tiga"],
        ["2", 'kata "kutip"\r\nlagi'],
        ["3", "biasa"],
    ]
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    assert cells(out.getvalue().encode()) == rows


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_mixed_line_ends(end: str) -> None:
    text = "a,b\r\n1,2" + end + "3,4\n5,6\r7,8"
    assert cells(text.encode()) == [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"], ["7", "8"]]


def test_one_line_with_another_separator() -> None:
    text = "a,b,c\n1,2,3\n4;5;6\n7,8,9\n"
    grid = read_text(text.encode(), name="x.csv")
    assert [finding.code for finding in grid.findings] == ["separator-other"]
    assert list(grid.row(2)) == ["4", "5", "6"]


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252"),
        ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("utf-32", "utf-32"),
    ],
)  # fmt: skip
def test_encodings(encoding: str, shown: str) -> None:
    text = "nama,kota\nJosé,São Tomé\nRené,Besançon\nÅsa,Malmö\n"
    grid = read_text(text.encode(encoding))
    assert list(grid.row(1)) == ["José", "São Tomé"]
    assert grid.detail["encoding"] == shown


def test_cyrillic_by_evidence() -> None:
    text = "город,население\n" + "\n".join(f"Новгород Великий {n},{n * 1000}" for n in range(30))
    assert read_text(text.encode("cp1251")).row(1)[0] == "Новгород Великий 0"


def test_an_odd_letter_far_down_decides() -> None:
    """Evidence over the whole file: the only accent stands in the last line."""
    text = "nama,nilai\n" + "Budi,1\n" * 20_000 + "René,2\n"
    grid = read_text(text.encode("cp1252"))
    assert list(grid.row(grid.height - 1)) == ["René", "2"]


def test_two_encodings_in_one_file() -> None:
    good = "".join(f"Café {n},{n}\n" for n in range(5)).encode()
    grid = read_text(b"nama,nilai\n" + good + "René,9\n".encode("cp1252"), name="x.csv")
    assert list(grid.row(6)) == ["René", "9"]
    assert [finding.code for finding in grid.findings] == ["encoding-mixed"]


def test_fixed_places() -> None:
    text = (
        "DAFTAR LUAS WILAYAH\n"
        "Kabupaten        Jumlah   Luas\n"
        "Nias                120   12.5\n"
        "Deli Serdang       2300  110.2\n"
        "Karo                 45    9.0\n"
    )
    assert cells(text.encode())[1:3] == [["Kabupaten", "Jumlah", "Luas"], ["Nias", "120", "12.5"]]


def large(rows: int) -> tuple[bytes, list[str]]:
    r = random.Random(1)
    lines = ["id,nama,tanggal,nilai"]
    lines += [f"{n},Nama {r.randrange(99)},2024-01-{n % 28 + 1:02d},{n / 4}" for n in range(rows)]
    return ("\n".join(lines) + "\n").encode(), lines


def test_the_quick_way_equals_the_slow_one() -> None:
    data, lines = large(3000)
    fast = read_fast(data)
    assert fast is not None
    assert fast.height == len(lines)
    for index in (0, 1, 2, 1500, 3000):
        assert list(fast.row(index)) == lines[index].split(",")


def test_the_quick_way_keeps_odd_records_in_place() -> None:
    lines = large(3000)[1]
    for at, odd in ((700, "x,y"), (1200, "1,2,3,4,5"), (1900, ""), (2500, "a,b")):
        lines[at] = odd
    head = ["Judul laporan", "", *lines]
    fast = read_fast(("\n".join(head) + "\n").encode())
    assert fast is not None
    assert fast.height == len(head)
    assert fast.lengths is not None
    for index in (0, 2, 3, 701, 702, 703, 1202, 1902, 2502, 2503, 3002):
        wanted = head[index].split(",") if head[index] else []
        assert [cell for cell in fast.row(index) if cell] == [cell for cell in wanted if cell]


def rows_of(grid: Grid) -> list[list[str]]:
    return [[cell or "" for cell in grid.row(index)] for index in range(grid.height)]


@pytest.mark.parametrize(
    ("odd", "quick"),
    [
        (b"1500,Nama,2024-01-01,1.5", True),
        ("1500,Se\u00e9\u4e2d\U0001f600,2024-01-01,1.5".encode() * 3 + b",9,9", True),
        (b'1500,"Nias, Selatan",2024-01-01,"1,5"', True),
        (b"1500, ,\t,\xc2\xa0", True),
        (b"1500,Nam\xe9,2024-01-01,1.5", True),
        (b"1500,terlalu,pendek", True),
        (b'1500,Pipa 5",2024-01-01,1.5', False),
        (b'1500,"Pipa ""besar""",2024-01-01,1.5', False),
        (b'1500,"dua\nbaris",2024-01-01,1.5', False),
        (b"1500,Na\0ma,2024-01-01,1.5", False),
    ],
    ids="plain utf-8 quoted white latin-1 short stray doubled lines nul".split(),
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("at", [700, 1500, 2999], ids=str)
def test_an_odd_line_deep_in_the_file_is_read_as_the_slow_way_reads_it(
    odd: bytes, quick: bool, end: bytes, at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever block of the file it stands in, and whether the file or its bytes are read."""
    monkeypatch.setattr(arrow_reader, "HEAD", 1 << 13)
    monkeypatch.setattr(arrow_reader, "BLOCK", 1 << 10)
    lines = large(3000)[0].split(b"\n")[:-1]
    lines[at] = odd
    path = tmp_path / "data.csv"
    path.write_bytes(end.join(lines) + end)
    slow = read_text(path.read_bytes(), irregular=True)
    for source in (path, path.read_bytes()):
        fast = read_fast(source)
        assert (fast is not None) == quick
        if fast is not None:
            assert rows_of(fast) == rows_of(slow)
            assert fast.filled.tolist() == slow.filled.tolist()
            assert fast.lengths is not None
            assert slow.lengths is not None
            assert fast.lengths.tolist() == slow.lengths.tolist()
            assert fast.detail["encoding"] == slow.detail["encoding"]


def test_a_line_too_long_for_a_table_ends_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    data, _ = large(3000)
    data += b"1,2,3," + b"4" * (1 << 16) + b"\n"
    monkeypatch.setattr(arrow_reader, "BLOCK", 1 << 17)
    assert read_fast(data) is not None
    monkeypatch.setattr(checked_stream, "LONGEST_LINE", 1 << 12)
    monkeypatch.setattr(arrow_reader, "BLOCK", 1 << 10)
    assert read_fast(data) is None


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(alphabet="abc ,;\"'\n|.1", min_size=1, max_size=7), min_size=3, max_size=3
        ),
        min_size=4,
        max_size=12,
    )
)
def test_well_formed_text_is_read_as_written(rows: list[list[str]]) -> None:
    """What a CSV writer wrote with every cell quoted comes back, whatever the cells hold."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    grid = read_text(out.getvalue().encode(), delimiter=",")
    assert [[cell or "" for cell in grid.row(i)] for i in range(grid.height)] == rows


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.text(alphabet="a1~! \t\n\x1f\x7f\u00a0\u3000\u200b\ufeffé中", max_size=3),
        ),
        max_size=30,
    ),
    st.integers(0, 3),
)
def test_filled_cells_hold_more_than_white_space(cells: list[str | None], cut: int) -> None:
    column = arrow.texts(cells, large=True)
    whole = pa.chunked_array([column[:cut], column[cut:]])
    wanted = [bool(cell and not cell.isspace()) for cell in cells]
    assert Grid(arrays=[whole]).filled.ravel().tolist() == wanted
    assert Grid(arrays=[column[cut:]]).filled.ravel().tolist() == wanted[cut:]
    assert Grid(arrays=[whole, whole]).counts.tolist() == [2 * flag for flag in wanted]
