"""Shared strings: what is cut out in bulk is what openpyxl reads."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace

import pytest
from openpyxl.reader.strings import read_string_table

from pipelines.readers.xlsx.shared_strings import read_strings

PLAIN = "<si><t>a</t></si><si><t>b &amp; c</t></si>"
RICH = "<si><r><t>x</t></r><r><t>y</t></r></si>"


@pytest.mark.parametrize(
    "items",
    [
        PLAIN,
        RICH + PLAIN,
        PLAIN + RICH,
        PLAIN + RICH + PLAIN,
        "<si/>" + PLAIN,
        "<si></si>" + PLAIN,
        '<si><phoneticPr fontId="1"/><t>a</t></si>' + PLAIN,
        '<si><t xml:space="preserve"> a </t></si>' + PLAIN,
        "<si><t/></si>" + PLAIN,
        "<si><t>a_x005F_b</t></si>" + PLAIN,
        "<si>\n<t>a</t></si>" + PLAIN,
        "",
    ],
)
def test_as_openpyxl_reads_them(items: str) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = f'<?xml version="1.0"?><sst xmlns="{main}">{items}</sst>'.encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("strings.xml", data)
    package = SimpleNamespace(find=lambda kind: SimpleNamespace(PartName="/strings.xml"))
    with zipfile.ZipFile(buffer) as archive:
        found = read_strings(package, archive)
    assert found.to_pylist() == read_string_table(io.BytesIO(data))
