"""Columns made from others: derive, constant, split, join, and what the sheet says outside its
table.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clean.registry import Filled, Names, step
from pipelines.clean.steps.patterns import checked, named_groups
from pipelines.clean.table.arrow_text import TEXT, joined, repeated, strings, text
from pipelines.clean.table.working_table import WorkingTable
from pipelines.errors import Refused, UsageProblem


@step("field")
def derive(table: WorkingTable, *, field: str, expression: str) -> None:
    """Compute a column from others by an expression. Nothing else can be run.

    A row in which a field it needs is missing gets no value. A column has the type that the schema
    gives it or that a step read it as; other columns are text, which `number(…)` reads.

    Parameters:
        field: the column to write, new or there already.
        expression: what to compute, in the language of `checks`.

    Example:

        - derive: {field: jumlah, expression: number(laki) + number(perempuan)}

        | laki | perempuan |
        |---|---|
        | 10 | 12 |

        | laki | perempuan | jumlah |
        |---|---|---|
        | 10 | 12 | 22 |
    """
    made = table.compile(expression)
    kind = "" if made.kind in ("text", "missing") else made.kind
    table.write_column(
        field, strings(made.text_values(table.frame())), list(made.fields), kind=kind
    )


@step("fields")
def constant(table: WorkingTable, *, fields: dict[str, str | int | float]) -> None:
    """Write one value into every row of a column: the year that stands in no column.

    Parameters:
        fields: column → value.

    Example:

        - constant: {tahun: 2024}

        | nama |
        |---|
        | Nias |

        | nama | tahun |
        |---|---|
        | Nias | 2024 |
    """
    for name, value in fields.items():
        table.write_column(name, repeated(str(value), len(table)))


@step("field")
def from_source(
    table: WorkingTable,
    *,
    field: str,
    pattern: str,
    where: Literal["title", "note", "file", "sheet"] = "title",
) -> None:
    """Take a value from outside the table: the title rows, the notes, the file's or the
    sheet's name. Each source file gives its own; two different values in one are refused.

    Parameters:
        field: the column to write.
        pattern: a regular expression (RE2); its first group, or all of it, is the value. Letter
            case does not matter.
        where: `title`, `note`, `file` or `sheet`.

    Example (the title row says `KEADAAN SEMESTER I TAHUN 2024`):

        - from_source: {field: periode, pattern: "SEMESTER I{1,2} TAHUN [0-9]{4}"}

        | nama |
        |---|
        | Nias |

        | nama | periode |
        |---|---|
        | Nias | SEMESTER I TAHUN 2024 |
    """
    found: list[str | None] = []
    named, groups = named_groups(checked(pattern, table))
    looking, taking = f"(?i)(?P<whole>{named})", "g0" if groups else "whole"
    for index, source in enumerate(table.sources):
        if where == "file":
            texts = [source.file]
        elif where == "sheet":
            texts = [source.sheet or ""]
        else:
            texts = [
                left.text
                for left in table.context.left_out
                if left.position.file == source.file
                and left.position.sheet == source.sheet
                and (left.rule == "left-title") == (where == "title")
            ]
        taken = _values_in(texts, looking, taking)
        if len(taken) > 1:
            raise Refused(
                "source-text-two", where=source.file, field=field, values=" · ".join(taken)
            )
        if not taken and (table.lineage.source == index).any():
            raise Refused(
                "source-text-missing",
                where=source.file,
                field=field,
                pattern=pattern,
                texts=" · ".join(text[:120] for text in texts) or "–",
            )
        found.append(next(iter(taken), None))
    values = (
        text(found).take(pa.array(table.lineage.source)) if found else pa.nulls(len(table), TEXT)
    )
    table.write_column(field, values)


def _values_in(texts: list[str], looking: str, taking: str) -> dict[str, None]:
    """Return the different values that a pattern takes from texts, in order; letter case and blanks
    make no difference."""
    found: dict[str, str] = {}
    left = text(texts)
    while len(left):
        hits = pc.extract_regex(left, looking)
        for hit in hits.drop_null().to_pylist():
            if value := " ".join((hit[taking] or "").split()):
                found.setdefault(value.casefold(), value)
        kept = left.filter(hits.is_valid())
        rest = pc.replace_substring_regex(kept, looking, "\n", max_replacements=1)
        left = rest.filter(pc.less(pc.binary_length(rest), pc.binary_length(kept)))
    return dict.fromkeys(found.values())


@step("field")
def split(
    table: WorkingTable,
    *,
    field: str,
    into: Filled,
    separator: str | None = None,
    pattern: str | None = None,
) -> None:
    """Split one column into several. The column itself stays; `drop` it if it is not needed.

    A cell with fewer parts leaves the last ones empty; in a cell with more, the last part keeps
    the rest, so nothing is lost.

    Parameters:
        field: the column to split.
        into: the new columns.
        separator: what stands between the parts.
        pattern: instead, a regular expression (RE2) with one group for each new column.

    Example:

        - split: {field: lokasi, into: [kecamatan, desa], separator: " - "}

        | lokasi |
        |---|
        | Medan Kota - Pasar Baru |

        | lokasi | kecamatan | desa |
        |---|---|---|
        | Medan Kota - Pasar Baru | Medan Kota | Pasar Baru |
    """
    values = table[field]
    if pattern is not None:
        named, groups = named_groups(checked(pattern, table))
        if groups != len(into):
            raise UsageProblem(
                "step-groups",
                where=f"{table.context.where} › {table.step}",
                pattern=pattern,
                groups=groups,
                names=", ".join(into),
            )
        parts = pc.extract_regex(values, named)
        columns = [pc.struct_field(parts, f"g{index}") for index in range(len(into))]
    else:
        listed = pc.split_pattern(values, separator or " ", max_splits=len(into) - 1)
        lengths = pc.list_value_length(listed)
        columns = []
        for index in range(len(into)):
            has = np.asarray(pc.fill_null(pc.greater(lengths, index), False))
            cells = pc.list_element(listed.filter(pa.array(has)), index)
            column = pa.nulls(len(values), TEXT)
            columns.append(pc.replace_with_mask(column, pa.array(has), cells.cast(TEXT)))
    for name, column in zip(into, columns, strict=True):
        trimmed = pc.utf8_trim_whitespace(column.cast(TEXT))
        trimmed = pc.if_else(pc.equal(trimmed, ""), None, trimmed)
        table.write_column(name, trimmed, [field])


@step("fields")
def join(table: WorkingTable, *, fields: Names, into: str, separator: str = " ") -> None:
    """Join several columns into one. Missing cells are left out; the columns themselves stay.

    Parameters:
        fields: the columns, in order.
        into: the column to write.
        separator: what to write between them.

    Example:

        - join: {fields: [akun, kelompok, jenis], into: kode, separator: "."}

        | akun | kelompok | jenis |
        |---|---|---|
        | 5 | 1 | 01 |

        | akun | kelompok | jenis | kode |
        |---|---|---|---|
        | 5 | 1 | 01 | 5.1.01 |
    """
    parts = [table[name] for name in table.resolve(fields)]
    cells = joined(parts, separator)
    table.write_column(into, pc.if_else(pc.equal(cells, ""), None, cells), fields)
