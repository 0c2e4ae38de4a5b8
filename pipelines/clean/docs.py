"""The steps' documentation, taken from their functions, and their worked examples.

`README.md` beside this file is made of it; a test keeps the file and runs every example.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from pipelines.clean.registry import STEPS, Step
from pipelines.clean.steps import load_all

GROUPS = {
    "Columns": "rename drop drop_totals unpivot pivot split join derive constant from_source",
    "Rows": "fill_down keep_rows drop_rows deduplicate sort",
    "Text": "trim missing replace letter_case map",
    "Numbers, dates, codes": "numbers units dates periods booleans regions budget_codes",
    "Personal data": "drop mask hash generalise suppress",
    "Anything else": "python",
}

HEAD = """# Cleaning steps

What `clean:` in a descriptor may say. Made from the steps' own documentation (`python -m
pipelines.clean.docs > pipelines/clean/README.md`); every example below is run as a test.

A step is one item of the list: its name alone, or its name with parameters. One value stands for
the first parameter (`fill_down: [kecamatan]`), and `field` or `column` may be written for one.
Unknown steps and parameters are refused, and the nearest known one is named.

    clean:
    - drop: {columns: "No", why: nomor urut}
    - unpivot: {pattern: "^20", names: bulan, value: jumlah}
    - derive: {field: jenis, expression: "'kota' if kota == '1' else 'kabupaten'"}

Before these steps labels become fields (`columns:`), every column is trimmed, and each field is
read as its type in the schema asks: `missing`, then `numbers` (integer, number), `dates` (date,
datetime), `periods` (year, yearmonth), `booleans`, and `regions` for `kode_wilayah`. A step of the
list that reads a field takes the place of the default one. Fields that steps made are read after
them.

In a notebook the same steps take a pandas table and give one:

    from pipelines.clean import clean_frame, cleaned_frame
    clean_frame(frame, ["trim", {"numbers": "jumlah"}])
    cleaned_frame(frame, schema=schema).audit
"""


@dataclass(frozen=True)
class Example:
    """A worked example: the step as the descriptor writes it, the table before and after."""

    step: dict[str, Any]
    before: tuple[list[str], list[list[str | None]]]
    after: tuple[list[str], list[list[str | None]]]


def example(step: Step) -> Example | None:
    """Return the example of a step's documentation, None when it shows no tables."""
    _, _, text = step.doc.partition("\nExample")
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]
    tables = [block for block in blocks if block.startswith("|")]
    written = next(block for block in blocks if block.startswith("- "))
    if len(tables) != 2:
        return None
    (item,) = yaml.safe_load(written)
    return Example(item, _table(tables[0]), _table(tables[1]))


def _table(block: str) -> tuple[list[str], list[list[str | None]]]:
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")] for line in block.splitlines()
    ]
    cells = [[_cell(cell) for cell in row] for row in rows[2:]]
    return rows[0], cells


def _cell(written: str) -> str | None:
    return written[1:-1] if written.startswith("`") else written or None


def page() -> str:
    """Return the reference page."""
    load_all()
    parts = [HEAD]
    shown: set[str] = set()
    for title, names in GROUPS.items():
        parts.append(f"\n## {title}\n")
        for name in names.split():
            if name in shown:
                parts.append(f"`{name}`: see above.\n")
                continue
            shown.add(name)
            parts.append(f"### `{name}`\n\n{_section(STEPS[name].doc)}\n")
    return "\n".join(parts)


def _section(doc: str) -> str:
    """Turn a docstring into Markdown: parameters as a list, the step as code."""
    text, _, rest = doc.partition("\nParameters:\n")
    parameters, _, shown = rest.partition("\nExample")
    listed = re.sub(r"\n {8}", " ", parameters)
    listed = re.sub(r"^ {4}(\w+): ", r"- `\1`: ", listed, flags=re.MULTILINE)
    note, _, tables = shown.partition(":\n")
    tables = re.sub(r"^ {4}", "", tables, flags=re.MULTILINE).strip()
    tables = re.sub(r"^(- .*)$", r"```yaml\n\1\n```", tables, count=1, flags=re.MULTILINE)
    tables = tables.replace("|\n\n|", "|\n\nbecomes\n\n|")
    return f"{text.strip()}\n\n{listed.strip()}\n\nExample{note}:\n\n{tables}\n"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
