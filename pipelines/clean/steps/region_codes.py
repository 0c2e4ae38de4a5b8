"""What one cell of a column of region codes means, by the evidence of the whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipelines.clean.steps.region_names import PROVINCE_NAMES, by_bps, by_code, by_name, name_key
from pipelines.domain.footnotes import BEHIND_NAME
from pipelines.domain.reference import ROW_NUMBER, Region

System = Literal["kemendagri", "bps"]
PROVINCE = "12"

_PROPER = re.compile(r"^\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?)?$")
_SHORT = re.compile(r"^(\d{2})[.,](\d)$")
_COMMA = re.compile(r"^(\d{2})[,\s]\s*(\d{2})$")
_FOUR = re.compile(r"^(\d{2})(\d{2})(?:\.0)?$")
_SIX = re.compile(r"^(\d{2})(\d{2})(\d{2})$")
_SPACED = re.compile(r"^\d{1,2}(?:\s*\.\s*\d{1,4})+$")


@dataclass(frozen=True)
class CodeReading:
    """What a cell was read as: the code, and what to report about it."""

    code: str = ""
    finding: str = ""
    severity: Literal["error", "warning", "info"] = "error"
    variant: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class RegionCodeReader:
    """Reads the cells of one column by the evidence of all of them.

    proper: its dotted codes. system: what undotted ones are. numbered: regencies are numbered
    within the province (`1`, `71`), so `12` is one of them too.
    """

    proper: frozenset[str]
    system: System | None
    numbered: bool

    @classmethod
    def over(cls, cells: Iterable[tuple[str, str]], system: System | None) -> RegionCodeReader:
        """Weigh a column of distinct (code, name) pairs."""
        seen = list(cells)
        proper = frozenset(code for code, _ in seen if _PROPER.match(code) and len(code) >= 5)
        if system is None:
            system = _system(seen, proper)
        numbered = any(re.fullmatch(r"\d{1,2}", code) and code != PROVINCE for code, _ in seen)
        return cls(proper, system, numbered)

    def read(self, cell: str, name: str) -> CodeReading:
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
                return CodeReading(cell, "region-mismatch", others=others)
            ours = len(cell) == 5 and cell.startswith(PROVINCE)
            return CodeReading(cell, "region-unknown" if ours and cell not in by_code() else "")
        if match := _SHORT.match(cell):
            return self._short(cell, match[1], match[2], named)
        if match := _FOUR.match(cell):
            return self._pick(f"{match[1]}.{match[2]}", f"{match[1]}{match[2]}", named)
        if match := _SIX.match(cell):
            return CodeReading(".".join(match.groups()))
        # A number before a name counts the rows; a mark behind it points to a note.
        plain = BEHIND_NAME.sub("", ROW_NUMBER.sub("", cell))
        if not re.search(r"\d", plain):
            return self._named(plain)
        return CodeReading(finding="region-unknown", others=by_name(cell).others)

    def _short(self, cell: str, province: str, digit: str, named: Region | None) -> CodeReading:
        low, high = f"{province}.0{digit}", f"{province}.{digit}0"
        if named:
            if named.kode in (low, high):
                return CodeReading(named.kode, "region-zero", "info", "name")
            return CodeReading(finding="region-mismatch", others=(f"{named.nama} ({named.kode})",))
        real = [code for code in (low, high) if code in by_code()]
        if len(real) == 1:
            return CodeReading(real[0], "region-zero", "info", "only")
        if low in self.proper and high not in self.proper:
            return CodeReading(high, "region-zero", "info", "column")
        if high in self.proper and low not in self.proper:
            return CodeReading(low, "region-zero", "info", "column")
        return CodeReading(finding="region-zero", variant="unclear", others=_names((low, high)))

    def _pick(self, own: str, bps: str, named: Region | None) -> CodeReading:
        ours, theirs = by_code().get(own), by_bps().get(bps)
        if ours is None and theirs is None:
            return CodeReading(finding="region-unknown")
        if named is not None and self.system is None:
            if named in (ours, theirs):
                return CodeReading(named.kode)
            return CodeReading(finding="region-mismatch", others=(f"{named.nama} ({named.kode})",))
        if ours is theirs and ours is not None:
            chosen: Region | None = ours
        elif self.system is None:
            return CodeReading(
                finding="region-system", others=_names((own, theirs.kode if theirs else ""))
            )
        else:
            chosen = ours if self.system == "kemendagri" else theirs
        if chosen is None:
            return CodeReading(finding="region-unknown")
        if named is not None and named is not chosen:
            return CodeReading(finding="region-mismatch", others=(f"{named.nama} ({named.kode})",))
        return CodeReading(chosen.kode)

    def _named(self, cell: str) -> CodeReading:
        key, _ = name_key(cell)
        if key in PROVINCE_NAMES:
            return CodeReading(PROVINCE)
        match = by_name(cell)
        if match.region is None:
            return CodeReading(finding="region-unknown", others=match.others)
        if match.score == 100:
            return CodeReading(match.region.kode)
        variant = "kind" if match.score == 99 else ""
        others = tuple(name for name in match.others if name != match.region.nama)
        return CodeReading(match.region.kode, "region-spelling", "warning", variant, others)


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
