"""Budget codes in the form of Permendagri 90/2019."""

from __future__ import annotations

import re

from pipelines.clean.registry import Names, step
from pipelines.clean.table.arrow_text import distinct, from_distinct
from pipelines.clean.table.working_table import WorkingTable

#: Digits of each level: akun, kelompok, jenis, objek, rincian objek, sub rincian objek.
WIDTHS = (1, 1, 2, 2, 2, 4)
_CODE = re.compile(r"^\d{1,2}(?:\.\d{1,4}){0,5}$")


@step()
def budget_codes(table: WorkingTable, *, fields: Names, pad: bool | None = None) -> None:
    """Write budget codes in one form: `4 . 1 . 1 . 01` → `4.1.01.01`.

    Blanks and stray points go. Levels that lost their zeros get them back (1, 1, 2, 2, 2, 4 digits,
    Permendagri 90/2019) when other codes of the column show that form; older forms are left.

    Parameters:
        fields: the columns.
        pad: put zeros back or not, instead of looking for evidence.

    Example:

        - budget_codes: [kode]

        | kode |
        |---|
        | 5 . 1 . 01 . 01 |
        | 5.1.2. |

        | kode |
        |---|
        | 5.1.01.01 |
        | 5.1.02 |
    """
    for name in table.resolve(fields):
        cells, index = distinct(table[name])
        plain = [None if cell is None else _tidied(cell) for cell in cells]
        codes = [code for code in plain if code and _CODE.match(code)]
        padded = pad if pad is not None else any(_long(code) for code in codes)
        new = [
            code if code is None or not _CODE.match(code) or not padded else pad_code(code)
            for code in plain
        ]
        fixed = sum(1 for a, b in zip(plain, new, strict=True) if a != b)
        if fixed and pad is None:
            at = next(i for i, (a, b) in enumerate(zip(plain, new, strict=True)) if a != b)
            row = int((index == at).argmax())
            table.report("budget-zeros", "info", field=name, index=row, value=cells[at],
                      result=new[at], count=fixed)  # fmt: skip
        if cells:
            table.set_values(name, from_distinct(new, index))


def _tidied(cell: str) -> str:
    code = re.sub(r"\s*[.,\-/]\s*|\s+", ".", cell.strip()).strip(".")
    return code if _CODE.match(code) else cell


def _long(code: str) -> bool:
    parts = code.split(".")
    return len(parts) > 2 and len(parts[2]) == 2


def pad_code(code: str) -> str:
    """Put the zeros back that a level lost."""
    parts = code.split(".")
    return ".".join(p.zfill(width) for p, width in zip(parts, WIDTHS, strict=False))
