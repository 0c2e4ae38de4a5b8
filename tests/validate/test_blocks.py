"""Cells are split as Python's csv module splits them, whatever the bytes."""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.validate.bulk import csv_blocks
from pipelines.validate.bulk.csv_blocks import parse_piece, read_pieces
from pipelines.validate.bulk.csv_detection import CsvLayout, detect_encoding, header_row
from pipelines.validate.frictionless_api import NeedsFrictionless

ALPHABET = 'ab,;"\n\r \x00é\ufeff'


def opened(path: Path, *, skip: int = 0, encoding: str = "utf-8") -> CsvLayout:
    return CsvLayout(path, encoding, csv.excel, ["x", "y"], 1, skip, False)


def split(data: bytes, path: Path, width: int = 2) -> list[list[str]]:
    """Split as the engine does, piece by piece."""
    path.write_bytes(data)
    source = opened(path)
    pieces = list(read_pieces(source))
    rows = []
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        block = parse_piece(piece, source, [False] * width, blank_lines_as_cells=False, last=last)
        columns = [column.to_pylist() for column in block.columns]
        even = [list(row) for row in zip(*columns, strict=True)]
        for place, cells in block.ragged:
            even.insert(place, cells)
        assert len(even) == block.count
        rows.extend(even)
    return rows


@settings(max_examples=400, deadline=None)
@given(st.text(ALPHABET, max_size=60))
@example('"a\nb",1\n')
@example('a,"b""c"\r\n"",""\r\n')
@example('"a"b,c\n')
@example("a,b\n\n\nc,d\n")
@example('5" pipa,x\n6" pipa,y\n')
@example("\ufeffa,b\n")
def test_split_as_csv(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("split") / "x.csv"
    expected = list(csv.reader(io.StringIO(text, newline="")))
    with contextlib.suppress(NeedsFrictionless):
        assert split(text.encode(), path) == expected


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("size", [7, 16, 64, 1000])
def test_pieces_join_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str, size: int
) -> None:
    monkeypatch.setattr(csv_blocks, "FIRST_BYTES", size)
    monkeypatch.setattr(csv_blocks, "LARGEST_BYTES", size)
    text = ends.join(['"a,1","b"', "c,d", '"two', 'lines",x', '"q""q",y', "", "z"] * 7)
    expected = list(csv.reader(io.StringIO(text, newline="")))
    assert split(text.encode(), tmp_path / "x.csv") == expected


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"a,b\n1,2\n", "utf-8"), (b"\xef\xbb\xbfa,b\n", "utf-8-sig"), ("é,b\n".encode(), "utf-8"),
        ("a,b\n1,2\n".encode("utf-16"), "utf-16"), (b"", "utf-8"), (b"a+b,c\n", "utf-8"),
    ],
)  # fmt: skip
def test_encoding_is_frictionless_s(data: bytes, encoding: str) -> None:
    from frictionless import Detector

    assert detect_encoding(data) == encoding == Detector().detect_encoding(data)


@pytest.mark.parametrize(
    ("widths", "row"),
    [([3, 3, 3], 1), ([1, *[9] * 9], 2), ([1, 9, 9, 9], 1), ([], 0), ([0, 0], 1), ([1, 2, 2], 1)],
)
def test_header_row(widths: list[int], row: int) -> None:
    assert header_row(widths) == row
