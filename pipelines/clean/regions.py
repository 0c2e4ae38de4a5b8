"""Region codes and names of Sumatera Utara → Kemendagri codes (`12.01`), never guessed silently.

Codes arrive damaged (`12.1` for `12.10` or `12.01`), undotted (`1201` is Nias to the statistics
office and Tapanuli Tengah to the ministry) or as names in many spellings. Evidence decides: the
names in the next column, the other codes of the column, the column's label. Without it the cell
stays and the finding shows what it could be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.clean.kernels import distinct, flags, glued, text
from pipelines.clean.make import write_column
from pipelines.clean.region_names import PROVINCE_NAMES, by_bps, by_code, by_name, name_key
from pipelines.clean.registry import Names, step
from pipelines.clean.work import Work
from pipelines.reference import Region

System = Literal["kemendagri", "bps"]
PROVINCE = "12"

_PROPER = re.compile(r"^\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?)?$")
_SHORT = re.compile(r"^(\d{2})[.,](\d)$")
_COMMA = re.compile(r"^(\d{2})[,\s]\s*(\d{2})$")
_FOUR = re.compile(r"^(\d{2})(\d{2})(?:\.0)?$")
_SIX = re.compile(r"^(\d{2})(\d{2})(\d{2})$")
_SPACED = re.compile(r"^\d{1,2}(?:\s*\.\s*\d{1,4})+$")


@step(parses=True)
def regions(
    work: Work,
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
    for name in fields if source is not None else work.chosen(fields):
        _repair(work, name, to, names, system, source or name)


def _repair(
    work: Work, name: str, to: str, names: str | None, system: System | None, source: str
) -> None:
    values = work[source]
    beside = names if names is not None else name_column(work, source)
    official = flags(pc.is_in(values, value_set=text(list(by_code()))))
    if to == "code" and source == name and official.sum() + values.null_count == len(values):
        check_names(work, name, beside)
        work.read_as(name, "string")
        return
    key = values
    if beside is not None:
        key = glued([values, pc.fill_null(work[beside], "")], "\x1f", "emit_null")
    pairs, index = distinct(key)
    cells = [(code, name) for code, _, name in ((pair or "").partition("\x1f") for pair in pairs)]
    reader = Reader.over(cells, system or label_system(work, source))
    found = [reader.read(code, beside_name) for code, beside_name in cells]
    written = [
        (_shown(item.code, to) or cell[0]) if item.code else cell[0]
        for item, cell in zip(found, cells, strict=True)
    ]
    after = pc.take(text(written), pa.array(index, mask=index < 0))
    for place, item in enumerate(found):
        rows = index == place
        if not item.finding or not rows.any():
            continue
        work.note(
            item.finding,
            item.severity,
            field=source,
            index=int(rows.argmax()),
            value=cells[place][0],
            variant=item.variant,
            result=item.code or "–",
            name=by_code()[item.code].nama if item.code in by_code() else "–",
            others=" / ".join(item.others) or "–",
            count=int(rows.sum()),
        )
    write_column(work, name, after, [source], kind="string")


def _shown(code: str, to: str) -> str | None:
    region = by_code().get(code)
    if to == "code":
        return code
    if region is None:
        return "Provinsi Sumatera Utara" if code == PROVINCE and to == "name" else None
    return region.nama if to == "name" else region.kode_bps


def name_column(work: Work, code: str) -> str | None:
    """Return the column whose cells are mostly names of regions, the nearest to the codes."""
    best, share = None, 0.5
    for name, column in work.columns.items():
        if name == code:
            continue
        cells, _ = distinct(column.values.slice(0, 2000))
        if not cells or len(cells) > 500:
            continue
        known = sum(1 for cell in cells if cell and by_name(cell).region is not None)
        if known / len(cells) > share:
            best, share = name, known / len(cells)
    return best


def label_system(work: Work, name: str) -> System | None:
    """Return the system that a column's label or title names, None when it names neither."""
    field = work.context.field(name)
    said = " ".join(
        [name, work.columns[name].label, field.words("title", "id") if field else ""]
    ).casefold()
    own, other = (
        "kemendagri" in said or "permendagri" in said,
        bool(re.search(r"\bbps\b|_bps\b", said)),
    )
    if own == other:
        return None
    return "kemendagri" if own else "bps"


def check_names(work: Work, name: str, beside: str | None) -> None:
    """Report codes that stand beside the name of another region."""
    if beside is None:
        return
    pairs = glued([work[name], work[beside]], "\x1f", "emit_null")
    cells, index = distinct(pairs)
    for place, pair in enumerate(cells):
        code, _, spelled = (pair or "").partition("\x1f")
        region = by_name(spelled).region if spelled else None
        if region is not None and code in by_code() and region.kode != code:
            row = int((index == place).argmax())
            work.note("region-mismatch", "error", field=name, index=row, value=code,
                      name=by_code()[code].nama, others=f"{region.nama} ({region.kode})",
                      count=int((index == place).sum()))  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What a cell was read as: the code, and what to report about it."""

    code: str = ""
    finding: str = ""
    severity: Literal["error", "warning", "info"] = "error"
    variant: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reader:
    """Reads the cells of one column by the evidence of all of them.

    proper: its dotted codes. system: what undotted ones are. numbered: regencies are numbered
    within the province (`1`, `71`), so `12` is one of them too.
    """

    proper: frozenset[str]
    system: System | None
    numbered: bool

    @classmethod
    def over(cls, cells: Iterable[tuple[str, str]], system: System | None) -> Reader:
        """Weigh a column of distinct (code, name) pairs."""
        seen = list(cells)
        proper = frozenset(code for code, _ in seen if _PROPER.match(code) and len(code) >= 5)
        if system is None:
            system = _system(seen, proper)
        numbered = any(re.fullmatch(r"\d{1,2}", code) and code != PROVINCE for code, _ in seen)
        return cls(proper, system, numbered)

    def read(self, cell: str, name: str) -> Found:
        """Return what one cell means."""
        if _SPACED.match(cell):
            cell = re.sub(r"\s+", "", cell)
        named = by_name(name).region if name else None
        if re.fullmatch(r"\d{1,2}", cell) and (self.numbered or cell != PROVINCE):
            return self._pick(f"{PROVINCE}.{int(cell):02d}", f"{PROVINCE}{int(cell):02d}", named)
        if match := _COMMA.match(cell):
            cell = f"{match[1]}.{match[2]}"
        if _PROPER.match(cell):
            if named and cell in by_code() and named.kode != cell:
                others = (f"{named.nama} ({named.kode})",)
                return Found(cell, "region-mismatch", others=others)
            ours = len(cell) == 5 and cell.startswith(PROVINCE)
            return Found(cell, "region-unknown" if ours and cell not in by_code() else "")
        if match := _SHORT.match(cell):
            return self._short(cell, match[1], match[2], named)
        if match := _FOUR.match(cell):
            return self._pick(f"{match[1]}.{match[2]}", f"{match[1]}{match[2]}", named)
        if match := _SIX.match(cell):
            return Found(".".join(match.groups()))
        if not re.search(r"\d", cell):
            return self._named(cell)
        return Found(finding="region-unknown", others=by_name(cell).others)

    def _short(self, cell: str, province: str, digit: str, named: Region | None) -> Found:
        low, high = f"{province}.0{digit}", f"{province}.{digit}0"
        if named:
            if named.kode in (low, high):
                return Found(named.kode, "region-zero", "info", "name")
            return Found(finding="region-mismatch", others=(f"{named.nama} ({named.kode})",))
        real = [code for code in (low, high) if code in by_code()]
        if len(real) == 1:
            return Found(real[0], "region-zero", "info", "only")
        if low in self.proper and high not in self.proper:
            return Found(high, "region-zero", "info", "column")
        if high in self.proper and low not in self.proper:
            return Found(low, "region-zero", "info", "column")
        return Found(finding="region-zero", variant="unclear", others=_names((low, high)))

    def _pick(self, own: str, bps: str, named: Region | None) -> Found:
        ours, theirs = by_code().get(own), by_bps().get(bps)
        if ours is None and theirs is None:
            return Found(finding="region-unknown")
        if named is not None and self.system is None:
            if named in (ours, theirs):
                return Found(named.kode)
            return Found(finding="region-mismatch", others=(f"{named.nama} ({named.kode})",))
        if ours is theirs and ours is not None:
            chosen: Region | None = ours
        elif self.system is None:
            return Found(
                finding="region-system", others=_names((own, theirs.kode if theirs else ""))
            )
        else:
            chosen = ours if self.system == "kemendagri" else theirs
        if chosen is None:
            return Found(finding="region-unknown")
        if named is not None and named is not chosen:
            return Found(finding="region-mismatch", others=(f"{named.nama} ({named.kode})",))
        return Found(chosen.kode)

    def _named(self, cell: str) -> Found:
        key, _ = name_key(cell)
        if key in PROVINCE_NAMES:
            return Found(PROVINCE)
        match = by_name(cell)
        if match.region is None:
            return Found(finding="region-unknown", others=match.others)
        if match.score == 100:
            return Found(match.region.kode)
        variant = "kind" if match.score == 99 else ""
        others = tuple(name for name in match.others if name != match.region.nama)
        return Found(match.region.kode, "region-spelling", "warning", variant, others)


def _names(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{code} {by_code()[code].nama}" for code in codes if code in by_code())


def _system(cells: list[tuple[str, str]], proper: frozenset[str]) -> System | None:
    """Tell the system of undotted codes: by the names beside them, else by dotted neighbours."""
    votes = {"kemendagri": 0, "bps": 0}
    undotted = 0
    for code, name in cells:
        digits = code.removesuffix(".0")
        if not re.fullmatch(r"\d{1,2}|\d{4}", digits):
            continue
        undotted += 1
        full = digits if len(digits) == 4 else f"{PROVINCE}{int(digits):02d}"
        region = by_name(name).region if name else None
        ours, theirs = by_code().get(f"{full[:2]}.{full[2:]}"), by_bps().get(full)
        if region is not None and ours is not theirs:
            votes["kemendagri"] += region is ours
            votes["bps"] += region is theirs
    ours_count, theirs_count = votes["kemendagri"], votes["bps"]
    if ours_count and not theirs_count:
        return "kemendagri"
    if theirs_count and not ours_count:
        return "bps"
    if not ours_count and not theirs_count and len(proper) > undotted:
        return "kemendagri"
    return None
