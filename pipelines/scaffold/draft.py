"""What `new` infers of a table: fields, steps, checks, and what stays open."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

#: The label of the field for the words of rows that head groups of rows.
SECTIONS = "Kelompok"


@dataclass
class Draft:
    """The inferred fields of a table, and the cleaning steps that produce them.

    fields: Table Schema field descriptors in order. columns: source label → field name. dropped:
    labels that become no field. decisions: sentences for `NOTES.md`. key: the primary key.
    mistyped: field → number of cells that are not of its type, left for `validate` to report.
    undecided: fields
    whose cells can be read in two ways, left for the steward to settle. period: the field of the
    period that the sheet states. checks: checks that the table passes.
    """

    fields: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    mistyped: dict[str, int] = field(default_factory=dict)
    undecided: set[str] = field(default_factory=set)
    period: str = ""
    checks: list[dict[str, Any] | str] = field(default_factory=list)

    def settle_decimal(self, decimal: str) -> None:
        """Add the step that reads every field of numbers with this decimal sign."""
        names = [f["name"] for f in self.fields if f["type"] in ("integer", "number")]
        if names:
            self.steps.append({"numbers": {"fields": names, "decimal": decimal}})


def slug(text: str, mark: str = "_") -> str:
    """Return a label as a name: lower-case ASCII letters, digits and `mark`."""
    plain = text.replace("%", " persen ")
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", mark, plain).strip(mark)[:60].strip(mark)


def number_repeated(labels: list[str]) -> list[str]:
    """Number repeated labels as cleaning does: `Jumlah`, `Jumlah (2)`."""
    seen: Counter[str] = Counter()
    numbered = []
    for label in labels:
        seen[label] += 1
        numbered.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return numbered
