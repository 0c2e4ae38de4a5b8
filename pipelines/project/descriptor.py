"""The models of `dataset.yaml`, `offices.yaml` and `services.yaml`.

Property names are the Data Package's wherever it has one. Steps and checks are kept as
written: the stages that run them know their parameters.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from pipelines.project.layout import Layout
from pipelines.project.strict import StrictModel

NAME = r"^[a-z0-9][a-z0-9_-]{1,99}$"
Frequency = Literal[
    "harian", "mingguan", "bulanan", "triwulanan", "semesteran", "tahunan", "sewaktu"
]
FREQUENCIES: tuple[str, ...] = get_args(Frequency)
Format = Literal["csv", "xlsx", "parquet"]
#: Names of tables and schemas become file names, so they must not contain a path.
FILE_NAME = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$"
FileName = Annotated[str, Field(pattern=FILE_NAME)]


class Text(StrictModel):
    """Text in Indonesian and English; a plain string serves both."""

    id: str
    en: str

    def __str__(self) -> str:
        return self.id


def _as_bilingual(value: object) -> object:
    return {"id": value, "en": value} if isinstance(value, str) else value


Bilingual = Annotated[Text, BeforeValidator(_as_bilingual)]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Contact(StrictModel):
    """Who answers questions, complaints and corrections (an office, not a person)."""

    name: str
    email: str | None = None
    phone: str | None = None
    url: str | None = None


class Coverage(StrictModel):
    """The area (region code) and the period that the data cover.

    An end of the period that is left out is taken from the data.
    """

    region: str | None = None
    start: str | int | dt.date | None = Field(None, alias="from")
    end: str | int | dt.date | None = Field(None, alias="to")


def _as_layout(value: object) -> object:
    if value == "auto" or value is None:
        return {}
    return {"plain": True} if value == "plain" else value


class TableSpec(StrictModel):
    """One table of a dataset: where it comes from, how it is cleaned, what it must satisfy."""

    schema_name: FileName = Field(alias="schema")
    source: Annotated[list[str], BeforeValidator(_as_list)]
    title: Bilingual | None = None
    description: Bilingual | None = None
    layout: Annotated[Layout, BeforeValidator(_as_layout)] = Layout()
    columns: dict[str, str] = Field(default_factory=dict)
    clean: list[str | dict[str, Any]] = Field(default_factory=list)
    corrections: str | None = None
    checks: list[str | dict[str, Any]] = Field(default_factory=list)
    expect: dict[str, Any] = Field(default_factory=dict)
    personal_data: dict[str, Any] = Field(default_factory=dict)
    formats: list[Format] = Field(["csv", "xlsx"])
    newer: Literal["replaces", "refuse"] | dict[str, Any] = "refuse"


class Descriptor(StrictModel):
    """The content of `dataset.yaml`."""

    name: str = Field(pattern=NAME)
    title: Bilingual
    description: Bilingual
    organization: str
    groups: list[str] = Field(min_length=1)
    license: str = "CC-BY-4.0"
    contact: Contact
    frequency: Frequency
    coverage: Coverage = Field(default_factory=lambda: Coverage.model_validate({}))
    keywords: list[str] = Field(default_factory=list)
    method: Bilingual | None = None
    illustrative: bool = False
    extras: dict[str, str] = Field(default_factory=dict)
    tables: dict[FileName, TableSpec] = Field(min_length=1)


class Alias(StrictModel):
    """An older or shorter name of an office, and the days it was in force."""

    name: str
    start: dt.date | None = Field(None, alias="from")
    end: dt.date | None = Field(None, alias="to")


class Office(StrictModel):
    """A producing office (CKAN organization); datasets keep their identity when it is renamed."""

    title: Bilingual
    description: Bilingual | None = None
    email: str | None = None
    url: str | None = None
    aliases: list[Alias] = Field(default_factory=list)


class Service(StrictModel):
    """A public service (CKAN group) that readers browse by."""

    title: Bilingual
    description: Bilingual | None = None
