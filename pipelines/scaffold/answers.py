"""What the steward knows about a new dataset, said beforehand instead of corrected afterwards."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from pipelines.errors import UsageProblem, nearest
from pipelines.project.dataset import offices, services
from pipelines.project.descriptor import FREQUENCIES
from pipelines.project.naming import LICENSES

#: Where the period of an edition may stand; `none`: it has none.
Place = Literal["title", "sheet", "file", "none"]
PLACES: tuple[str, ...] = get_args(Place)
_PERIOD = r"(?:19|20)\d{2}(?:-(?:(?:0[1-9]|1[0-2])|Q[1-4]|S[12]))?"


@dataclass(frozen=True)
class Answers:
    """An answer that is empty leaves its question open.

    office: a name in `datasets/offices.yaml`; services: names in `datasets/services.yaml`. period:
    `2024`, `2024-03`, `2024-Q1`, `2024-S1`, or where it stands (`PLACES`). key: fields that
    identify a row. decimal: the decimal sign of numbers that can be read in two ways.
    """

    office: str = ""
    services: tuple[str, ...] = ()
    license: str = ""
    frequency: str = ""
    period: str = ""
    key: tuple[str, ...] = ()
    decimal: str = ""

    def check(self, project: Path) -> None:
        """Raise `UsageProblem` for an answer that is none of those there are."""
        if self.office:
            _require("--office", self.office, offices(project))
        for service in self.services:
            _require("--service", service, services(project))
        if self.license:
            _require("--license", self.license, LICENSES)
        if self.frequency:
            _require("--frequency", self.frequency, FREQUENCIES)
        if self.period not in ("", *PLACES) and not re.fullmatch(_PERIOD, self.period):
            raise UsageProblem("new-period", value=self.period)
        if self.decimal:
            _require("--decimal", self.decimal, (",", "."))

    def check_key(self, names: Collection[str]) -> None:
        """Raise `UsageProblem` for a key of fields that the table does not have."""
        for name in self.key:
            _require("--key", name, names)

    @property
    def settled(self) -> list[str]:
        """The descriptor's keys that are answered."""
        answers = {
            "organization": self.office,
            "groups": self.services,
            "license": self.license,
            "frequency": self.frequency,
        }
        return [key for key, answer in answers.items() if answer]

    @property
    def period_steps(self) -> list[dict[str, Any]]:
        """The step that writes a period given as such; none for one that stands in the source."""
        if self.period in ("", *PLACES):
            return []
        value: str | int = int(self.period) if self.period.isdigit() else self.period
        return [{"constant": {self.period_field["name"]: value}}]

    @property
    def period_field(self) -> dict[str, str]:
        """The field of a period given as such."""
        if self.period.isdigit():
            return {"name": "tahun", "type": "year", "title": "Tahun"}
        return {"name": "periode", "type": "string", "title": "Periode"}


def _require(flag: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise UsageProblem(
            "new-answer",
            flag=flag,
            value=value,
            nearest=nearest(value, list(known)) or "–",
            names=", ".join(known),
        )
