"""The texts of a workbook, each different one kept once (ECMA-376 part 1, 18.4)."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from pipelines import messages

#: Characters that XML 1.0 does not take at all, and Excel's escape that must not arise by chance.
_FORBIDDEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "_x000D_"))
_STRING = pa.large_string()
#: UTF-16 units that a cell of Excel holds.
MAX_CELL_TEXT = 32_767


class SharedStrings:
    """Texts that are added to the string table of a finished workbook."""

    def __init__(self, there: bytes) -> None:
        """Begin behind the table that the workbook has (`xl/sharedStrings.xml`)."""
        found = re.search(rb' count="(\d+)" uniqueCount="(\d+)"', there)
        if found is None:
            raise ValueError("the workbook has no string table")
        self._there, self._counts = there, found
        self._uses, self._first = int(found[1]), int(found[2])
        self._texts = pa.array([], _STRING)

    def numbers(self, encoded: pa.DictionaryArray) -> pa.Array:
        """Take up n texts; return the number of each in the table, null where one is missing."""
        different = _fitting(encoded.dictionary.cast(_STRING))
        known = pc.index_in(different, self._texts).cast(pa.int64())
        new = pc.is_null(known)
        next_ones = pc.add(pc.cumulative_sum(new.cast(pa.int64())), len(self._texts) - 1)
        places = pc.add(pc.if_else(new, next_ones, known), self._first)
        self._texts = pa.concat_arrays([self._texts, different.filter(new)])
        self._uses += len(encoded) - encoded.null_count
        return places.take(encoded.indices)

    def table(self) -> list[bytes | memoryview]:
        """Return the table with the texts taken up, in parts."""
        found = pc.replace_substring_regex(self._texts, r"(_x[0-9A-Fa-f]{4}_)", r"_x005F\1")
        found = pc.replace_substring_regex(found, _FORBIDDEN, "")
        for plain, escaped in _ESCAPES:
            found = pc.replace_substring(found, plain, escaped)
        # Without the attribute Excel drops white space at the ends.
        spaced = pc.match_substring_regex(found, r"^[ \t\n]|[ \t\n]$")
        string = _STRING
        before = pc.if_else(
            spaced, pa.scalar('<si><t xml:space="preserve">', string), pa.scalar("<si><t>", string)
        )
        end, nothing = pa.scalar("</t></si>", string), pa.scalar("", string)
        items = pc.binary_join_element_wise(before, found, end, nothing)
        counts = f' count="{self._uses}" uniqueCount="{self._first + len(self._texts)}"'
        head = self._there[: self._counts.start()] + counts.encode()
        rest, tail, _ = self._there[self._counts.end() :].partition(b"</sst>")
        return [head, rest, contents(items), tail]


def _fitting(texts: pa.Array) -> pa.Array:
    """Cut the texts that no cell of Excel holds, and say so in them."""
    if not len(texts) or (pc.max(pc.utf8_length(texts)).as_py() or 0) <= MAX_CELL_TEXT // 2:
        return texts
    mark = messages.text("package-cut", "message", lang="id")
    return pa.array([text and cut_text(text, mark) for text in texts.to_pylist()], _STRING)


def cut_text(text: str, mark: str = "") -> str:
    """Return the text if a cell of Excel holds it, else its beginning and the mark."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_CELL_TEXT:
        return text
    return units[: 2 * (MAX_CELL_TEXT - len(mark))].decode("utf-16-le", "ignore") + mark


def contents(texts: pa.Array) -> memoryview:
    """Return the bytes of n texts, none missing, one after the other and without a copy."""
    if not len(texts):
        return memoryview(b"")
    size = pc.sum(pc.binary_length(texts)).as_py()
    start = texts.offset and int.from_bytes(
        memoryview(texts.buffers()[1])[8 * texts.offset : 8 * texts.offset + 8], "little"
    )
    return memoryview(texts.buffers()[2])[start : start + size]
