"""Dataset descriptors (`dataset.yaml`), the project's offices and its public services.

Property names are the Data Package's wherever it has one. Unknown keys are refused and the
nearest known key is named. Steps and checks are kept as written: the stages that run them know
their parameters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipelines import catalogue, yamltext
from pipelines.errors import Refused, UsageProblem, nearest
from pipelines.layout import Layout
from pipelines.schema import TableSchema, load_schema

NAME = r"^[a-z0-9][a-z0-9_-]{1,99}$"
FREQUENCIES = ("harian", "mingguan", "bulanan", "triwulanan", "semesteran", "tahunan", "sewaktu")
Frequency = Literal[
    "harian", "mingguan", "bulanan", "triwulanan", "semesteran", "tahunan", "sewaktu"
]
Format = Literal["csv", "xlsx", "parquet"]
#: Files in `source/` that are there to be read.
DATA_FILES = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv"}
#: What names files (a table, a schema) can't be a path.
FILE_NAME = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$"
FileName = Annotated[str, Field(pattern=FILE_NAME)]


class Strict(BaseModel):
    """A descriptor part that takes no unknown key and does not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


T = TypeVar("T")
S = TypeVar("S", bound=Strict)


class Text(Strict):
    """Text in Indonesian and English; a plain string serves both."""

    id: str
    en: str

    def __str__(self) -> str:
        return self.id


def _text(value: object) -> object:
    return {"id": value, "en": value} if isinstance(value, str) else value


Bilingual = Annotated[Text, BeforeValidator(_text)]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Contact(Strict):
    """Who answers questions, complaints and corrections (an office, not a person)."""

    name: str
    email: str | None = None
    phone: str | None = None
    url: str | None = None


class Coverage(Strict):
    """The area (region code) and the period that the data speak of."""

    region: str
    start: str | int | dt.date | None = Field(None, alias="from")
    end: str | int | dt.date | None = Field(None, alias="to")


def _layout(value: object) -> object:
    if value == "auto" or value is None:
        return {}
    return {"plain": True} if value == "plain" else value


class TableSpec(Strict):
    """One table of a dataset: where it comes from, how it is cleaned, what it must satisfy."""

    schema_name: FileName = Field(alias="schema")
    source: Annotated[list[str], BeforeValidator(_listed)]
    title: Bilingual | None = None
    description: Bilingual | None = None
    layout: Annotated[Layout, BeforeValidator(_layout)] = Layout()
    columns: dict[str, str] = {}
    clean: list[str | dict[str, Any]] = []
    corrections: str | None = None
    checks: list[str | dict[str, Any]] = []
    expect: dict[str, Any] = {}
    personal_data: dict[str, Any] = {}
    formats: list[Format] = ["csv", "xlsx"]
    newer: Literal["replaces", "refuse"] | dict[str, Any] = "refuse"


class Descriptor(Strict):
    """The content of `dataset.yaml`."""

    name: str = Field(pattern=NAME)
    title: Bilingual
    description: Bilingual
    organization: str
    groups: list[str] = Field(min_length=1)
    license: str = "CC-BY-4.0"
    contact: Contact
    frequency: Frequency
    coverage: Coverage
    keywords: list[str] = []
    method: Bilingual | None = None
    illustrative: bool = False
    extras: dict[str, str] = {}
    tables: dict[FileName, TableSpec] = Field(min_length=1)


class Alias(Strict):
    """An older or shorter name of an office, and the days it was in force."""

    name: str
    start: dt.date | None = Field(None, alias="from")
    end: dt.date | None = Field(None, alias="to")


class Office(Strict):
    """A producing office (CKAN organization); datasets keep their identity when it is renamed."""

    title: Bilingual
    description: Bilingual | None = None
    email: str | None = None
    url: str | None = None
    aliases: list[Alias] = []


class Service(Strict):
    """A public service (CKAN group) that readers browse by."""

    title: Bilingual
    description: Bilingual | None = None


class Dataset:
    """A dataset folder, loaded and checked.

    folder: `datasets/<name>`; project: the folder that holds `datasets/` and `schemas/`.
    """

    def __init__(self, folder: Path, project: Path, spec: Descriptor) -> None:
        self.folder = folder
        self.project = project
        self.spec = spec
        self.name = spec.name

    @cached_property
    def schemas(self) -> dict[str, TableSchema]:
        """Table name → its Table Schema."""
        return {
            table: load_schema(self.project / "schemas" / f"{spec.schema_name}.yaml")
            for table, spec in self.spec.tables.items()
        }

    @cached_property
    def office(self) -> Office:
        """The producing office, from `datasets/offices.yaml`."""
        return _one(offices(self.project), self.spec.organization, self, "organization")

    @cached_property
    def services(self) -> dict[str, Service]:
        """The public services the dataset belongs to, from `datasets/services.yaml`."""
        known = services(self.project)
        return {name: _one(known, name, self, "groups") for name in self.spec.groups}

    def sources(self, table: str) -> list[Path | str]:
        """Return the source files of a table in name order; URLs stay strings.

        Raises `Refused` when nothing matches or a path leaves the dataset's folder.
        """
        found: list[Path | str] = []
        for pattern in self.spec.tables[table].source:
            if pattern.startswith(("http://", "https://")):
                found.append(pattern)
                continue
            if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
                raise Refused("source-outside", where=self.where, source=pattern)
            matches = sorted(path for path in self.folder.glob(pattern) if path.is_file())
            if not matches:
                raise Refused("source-missing", where=self.where, source=pattern)
            for path in matches:
                if not path.resolve().is_relative_to(self.folder.resolve()):
                    raise Refused("source-outside", where=self.where, source=pattern)
                if not path.name.startswith(("~$", ".")):
                    found.append(path)
        return list(dict.fromkeys(found))

    def unused(self) -> list[str]:
        """Return the data files in `source/` that nothing in the descriptor reads, sorted."""
        read = {
            path
            for spec in self.spec.tables.values()
            for pattern in spec.source
            if "://" not in pattern
            for path in self.folder.glob(pattern)
        }
        named = str([(spec.clean, spec.checks) for spec in self.spec.tables.values()])
        return sorted(
            path.name
            for path in (self.folder / "source").glob("*")
            if path.suffix.lower() in DATA_FILES
            and path not in read
            and not path.name.startswith(("~$", "."))
            and path.name not in named
        )

    @property
    def where(self) -> str:
        """The descriptor's path as messages show it."""
        return f"datasets/{self.folder.name}/dataset.yaml"


def _one(known: Mapping[str, T], name: str, dataset: Dataset, key: str) -> T:
    if name not in known:
        raise UsageProblem(
            "descriptor-reference",
            where=dataset.where,
            key=key,
            value=name,
            nearest=nearest(name, known) or ", ".join(sorted(known)[:8]),
            listed="datasets/offices.yaml" if key == "organization" else "datasets/services.yaml",
        )
    return known[name]


def names(project: Path) -> list[str]:
    """Return the names of the project's datasets, sorted."""
    return sorted(path.parent.name for path in (project / "datasets").glob("*/dataset.yaml"))


def require(name: str, project: Path) -> None:
    """Raise `UsageProblem` unless the project has a dataset of this name (nearest name given)."""
    known = names(project)
    if not known:
        raise UsageProblem("project-empty", where=str(project))
    if name not in known:
        raise UsageProblem(
            "dataset-unknown", value=name, nearest=nearest(name, known) or ", ".join(known)
        )


def load_dataset(name: str, project: Path) -> Dataset:
    """Load `datasets/<name>/dataset.yaml` under the project folder.

    Raises `UsageProblem` for an unknown dataset (nearest name given), a descriptor that is not
    YAML, or one with unknown, missing or wrong keys (each named).
    """
    require(name, project)
    folder = project / "datasets" / name
    data = read_yaml(folder / "dataset.yaml", f"datasets/{name}/dataset.yaml")
    spec = parse(Descriptor, data, f"datasets/{name}/dataset.yaml")
    if spec.name != name:
        raise UsageProblem(
            "descriptor-name", where=f"datasets/{name}/dataset.yaml", value=spec.name, name=name
        )
    return Dataset(folder, project, spec)


def offices(project: Path) -> dict[str, Office]:
    """Return the project's offices by CKAN organization name."""
    return _named(project / "datasets" / "offices.yaml", Office)


def services(project: Path) -> dict[str, Service]:
    """Return the project's public services by CKAN group name."""
    return _named(project / "datasets" / "services.yaml", Service)


def _named(path: Path, kind: type[S]) -> dict[str, S]:
    where = f"datasets/{path.name}"
    if not path.exists():
        raise UsageProblem("list-missing", where=where)
    return {
        name: parse(kind, value, f"{where}:{name}")
        for name, value in read_yaml(path, where).items()
    }


def read_yaml(path: Path, where: str) -> dict[str, Any]:
    """Read a YAML mapping. Raises `UsageProblem` as `yamltext.read`, or when it is no mapping."""
    data = yamltext.read(path, where)
    if not isinstance(data, dict):
        raise UsageProblem("yaml-broken", where=where, reason="not a mapping")
    return data


def parse(kind: type[S], data: object, where: str) -> S:
    """Check `data` against a model. Raises `UsageProblem` that names the first wrong key."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        # an unknown key first: a slip in a key's name lets the key itself seem to be missing
        wrong = error.errors(include_url=False)
        first = next((item for item in wrong if item["type"] in _UNKNOWN), wrong[0])
        path = [str(part) for part in first["loc"] if part not in ("function-before",)]
        key = ".".join(path)
        if first["type"] in _UNKNOWN:
            parent: Any = kind
            near = nearest(path[-1], sorted(_keys(parent)))
            raise UsageProblem(
                "descriptor-key", where=where, key=key, nearest=near or "–"
            ) from error
        raise UsageProblem(
            "descriptor-value", where=where, key=key, reason=_reason(first)
        ) from error


#: Pydantic's names of an unknown key; the second is a dataclass's (`Layout`).
_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
#: Pydantic's name of what is wrong → the catalogue's words for it.
_REASONS = {
    "missing": "reason-missing",
    "literal_error": "reason-choice",
    "string_type": "reason-text",
    "list_type": "reason-list",
    "dict_type": "reason-keys",
    "model_type": "reason-keys",
    "model_attributes_type": "reason-keys",
    "too_short": "reason-empty",
}


def _reason(error: Mapping[str, Any]) -> str:
    """What is wrong with a value, in the language in force."""
    context = error.get("ctx") or {}
    if context.get("pattern") in (NAME, FILE_NAME):
        return catalogue.text("reason-name", value=str(error["input"])[:60])
    code = _REASONS.get(error["type"])
    if code is None:
        return str(error["msg"])
    return catalogue.text(code, expected=str(context.get("expected", "")).replace(" or ", ", "))


def _keys(kind: type[BaseModel]) -> set[str]:
    """Every key known to a model and to the models within it."""
    found: set[str] = set()
    models = [kind]
    seen: set[type[BaseModel]] = set()
    while models:
        model = models.pop()
        if model in seen:
            continue
        seen.add(model)
        for name, info in model.model_fields.items():
            found.add(info.alias or name)
            models += _models_in(info.annotation)
    return found | {item.name for item in fields(Layout)}


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for arg in getattr(annotation, "__args__", ()) for m in _models_in(arg)]
