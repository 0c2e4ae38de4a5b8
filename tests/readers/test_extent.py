"""The extent of a sheet's cells is the same wherever its pieces are cut."""

from __future__ import annotations

import random

import pytest

from pipelines.readers.xlsx.extent import ExtentScanner
from pipelines.text.addresses import cell_address, column_letters

BEGIN = b'<?xml version="1.0"?><worksheet><cols><col min="1" max="3"/></cols><sheetData>'
REGULAR = [
    b'<c r="%s"/>',
    b'<c r="%s" s="1"/>',
    b'<c r="%s" s="12" t="n" />',
    b'<c r="%s" s="999" t="s"><v>1</v></c>',
    b'<c r="%s" t="str"><f>A1</f><v>x</v></c>',
    b'<c r="%s" t="inlineStr"><is><t>a</t></is></c>',
    b'<c r="%s"><v>1</v></c>',
]
IRREGULAR = [
    b'<c  r="%s"><v>1</v></c>',
    b"<c r='%s'><v>1</v></c>",
    b'<c s="1" r="%s"><v>1</v></c>',
    b'<c\tr="%s"><v>1</v></c>',
    b'<c r ="%s"><v>1</v></c>',
    b'<c r="A1" r="%s"><v>1</v></c>',
    b'<c r="A1" s="1" r="%s"><v>1</v></c>',
    b'<c r="A1" t="s" r="%s"><v>1</v></c>',
    b'<c r="A1" t="str" r="%s"><v>1</v></c>',
    b'<c r="A1" t="inlineStr" r="%s"><is/></c>',
    b'<c r="A1" / r="%s"><v>1</v></c>',
    b'<c r="A1"/r="%s"><v>1</v></c>',
    b'<c r="A1" s="12345" r="%s"><v>1</v></c>',
    b'<c r="A1" s=">" r="%s"><v>1</v></c>',
    b'<c r="A1" x="%s"><v>1</v></c>',
    b'<x:c r="%s"><v>1</v></x:c>',
    b"<c><v>%s</v></c>",
    b'<c r="00000000001%s"/>',
    b'<c r="A00000000%s"/>',
]


def scan(data: bytes, size: int) -> ExtentScanner:
    scanner = ExtentScanner()
    for begin in range(0, len(data), size):
        scanner.feed(data[begin : begin + size])
    scanner.close()
    return scanner


def sheet(cells: list[bytes]) -> bytes:
    return BEGIN + b"<row>" + b"".join(cells) + b"</row></sheetData></worksheet>"


@pytest.mark.parametrize("seed", range(20))
def test_span_is_never_underestimated(seed: int) -> None:
    r = random.Random(seed)
    places = [(r.randrange(1, 10 ** r.randrange(1, 7)), r.randrange(1, 900)) for _ in range(60)]
    if seed % 2:
        places = [(row, column % 26 + 1) for row, column in places]
    cells = [r.choice(REGULAR) % cell_address(row, column).encode() for row, column in places]
    whole = scan(sheet(cells), 1 << 20)
    assert not whole.irregular
    rows, columns = max(row for row, _ in places), max(column for _, column in places)
    assert whole.digits == len(str(rows))
    assert whole.letters == len(column_letters(columns))
    assert whole.most_cells >= rows * columns
    for size in (64, 65, 97, 128, 1000):
        pieces = scan(sheet(cells), size)
        assert (pieces.digits, pieces.letters, pieces.irregular) == (
            whole.digits,
            whole.letters,
            False,
        )


@pytest.mark.parametrize("form", IRREGULAR)
@pytest.mark.parametrize("size", [61, 1 << 20])
def test_unusual_writing_is_noticed(form: bytes, size: int) -> None:
    cells = [b'<c r="A%d" s="1" t="s"><v>1</v></c>' % row for row in range(1, 30)]
    assert not scan(sheet(cells), size).irregular
    for place in (0, 17, len(cells)):
        assert scan(sheet([*cells[:place], form % b"XFD1048576", *cells[place:]]), size).irregular


@pytest.mark.parametrize("data", [b"", "\ufeff<worksheet/>".encode("utf-16"), b"\0" * 90, b"PK"])
def test_what_is_no_sheet_is_irregular(data: bytes) -> None:
    assert scan(data, 64).irregular
