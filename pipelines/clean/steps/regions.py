"""Region codes and names of Sumatera Utara → Kemendagri codes (`12.01`), never guessed silently.

Codes arrive damaged (`12.1` for `12.10` or `12.01`), undotted (`1201` is Nias to the statistics
office and Tapanuli Tengah to the ministry) or as names in many spellings. Evidence decides: the
names in the next column, the other codes of the column, the column's label. Without it the cell
stays and the finding shows what it could be.
"""

from __future__ import annotations

import re
from typing import Literal

import pyarrow.compute as pc

from pipelines.clean.registry import Names, step
from pipelines.clean.steps.region_codes import PROVINCE, RegionCodeReader, System
from pipelines.clean.steps.region_names import by_code, by_name
from pipelines.clean.table.arrow_text import distinct, flags, from_distinct, joined, text
from pipelines.clean.table.working_table import WorkingTable


@step(parses=True)
def regions(
    table: WorkingTable,
    *,
    fields: Names,
    to: Literal["code", "name", "bps"] = "code",
    names: str | None = None,
    system: System | None = None,
    source: str | None = None,
) -> None:
    """Bring region codes and names to the ministry's code (`12.10`), or to the official name.

    Takes names in any usual spelling (`KAB. LABUHAN BATU`, `Padang Sidempuan`), typing slips above
    a likeness of 85 % (reported, with what else it could be), codes without dots, codes that a
    spreadsheet damaged (`12.1`). Undotted codes are the ministry's or the statistics office's: the
    names beside them decide, or the dotted codes or the label of the column; without evidence
    they stay and are an error. Runs by default on the field `kode_wilayah`.

    Parameters:
        fields: the columns.
        to: `code` (Kemendagri), `name` (official) or `bps`.
        names: the column of names beside the codes, found by itself if there is one.
        system: what undotted codes are, `kemendagri` or `bps`, instead of looking for evidence.
        source: the column to read from, when the result goes to another one (made if missing).

    Example:

        - regions: {fields: kode_wilayah}

        | kode_wilayah | nama |
        |---|---|
        | 12.1 | Labuhan Batu |
        | 1275 | Kota Medan |
        | Kab. Nias Selatan | Nias Selatan |

        | kode_wilayah | nama |
        |---|---|
        | 12.10 | Labuhan Batu |
        | 12.71 | Kota Medan |
        | 12.14 | Nias Selatan |
    """
    for name in fields if source is not None else table.resolve(fields):
        _read_regions(table, name, to, names, system, source or name)


def _read_regions(
    table: WorkingTable, name: str, to: str, names: str | None, system: System | None, source: str
) -> None:
    values = table[source]
    name_field = names if names is not None else name_column(table, source)
    official = flags(pc.is_in(values, value_set=text(list(by_code()))))
    if to == "code" and source == name and official.sum() + values.null_count == len(values):
        check_names(table, name, name_field)
        table.set_kind(name, "string")
        return
    key = values
    if name_field is not None:
        key = joined([values, pc.fill_null(table[name_field], "")], "\x1f", "emit_null")
    pairs, index = distinct(key)
    cells = [(code, name) for code, _, name in ((pair or "").partition("\x1f") for pair in pairs)]
    reader = RegionCodeReader.over(cells, system or label_system(table, source))
    found = [reader.read(code, region_name) for code, region_name in cells]
    written = [
        (_format_code(item.code, to) or cell[0]) if item.code else cell[0]
        for item, cell in zip(found, cells, strict=True)
    ]
    after = from_distinct(written, index)
    for place, item in enumerate(found):
        rows = index == place
        if not item.finding or not rows.any():
            continue
        table.report_cells(
            item.finding,
            item.severity,
            rows,
            field=source,
            value=cells[place][0],
            variant=item.variant,
            result=item.code or "–",
            name=by_code()[item.code].nama if item.code in by_code() else "–",
            others=" / ".join(item.others) or "–",
        )
    table.write_column(name, after, [source], kind="string")


def _format_code(code: str, to: str) -> str | None:
    region = by_code().get(code)
    if to == "code":
        return code
    if region is None:
        return "Provinsi Sumatera Utara" if code == PROVINCE and to == "name" else None
    return region.nama if to == "name" else region.kode_bps


def name_column(table: WorkingTable, code: str) -> str | None:
    """Return the column whose cells are mostly names of regions, the nearest to the codes."""
    best, share = None, 0.5
    for name, column in table.columns.items():
        if name == code:
            continue
        cells, _ = distinct(column.values.slice(0, 2000))
        if not cells or len(cells) > 500:
            continue
        known = sum(1 for cell in cells if cell and by_name(cell).region is not None)
        if known / len(cells) > share:
            best, share = name, known / len(cells)
    return best


def label_system(table: WorkingTable, name: str) -> System | None:
    """Return the system that a column's label or title names, None when it names neither."""
    field = table.context.field(name)
    stated = " ".join(
        [name, table.columns[name].label, field.text("title", "id") if field else ""]
    ).casefold()
    kemendagri, bps = (
        "kemendagri" in stated or "permendagri" in stated,
        bool(re.search(r"\bbps\b|_bps\b", stated)),
    )
    if kemendagri == bps:
        return None
    return "kemendagri" if kemendagri else "bps"


def check_names(table: WorkingTable, name: str, name_field: str | None) -> None:
    """Report codes that stand beside the name of another region."""
    if name_field is None:
        return
    pairs = joined([table[name], table[name_field]], "\x1f", "emit_null")
    cells, index = distinct(pairs)
    for place, pair in enumerate(cells):
        code, _, spelled = (pair or "").partition("\x1f")
        region = by_name(spelled).region if spelled else None
        if region is not None and code in by_code() and region.kode != code:
            table.report_cells("region-mismatch", "error", index == place, field=name, value=code,
                               name=by_code()[code].nama,
                               others=f"{region.nama} ({region.kode})")  # fmt: skip
