"""Datasets, loaded and checked, with the project's offices and its public services."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pipelines import messages
from pipelines.errors import Refused, UsageProblem, nearest
from pipelines.project import yaml_reader
from pipelines.project.descriptor import Coverage, Descriptor, Office, Service
from pipelines.project.schema import TableSchema, load_schema
from pipelines.project.strict import StrictModel, parse

#: Suffixes of data files in `source/`.
DATA_FILES = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv"}
#: Language → heading in `NOTES.md` of what a reader must know; it is published.
CAVEATS = {"id": "Yang perlu diketahui pembaca", "en": "What a reader must know"}

T = TypeVar("T")
S = TypeVar("S", bound=StrictModel)


class Dataset:
    """A dataset folder, loaded and checked.

    folder: `datasets/<name>`; project: the folder that holds `datasets/` and `schemas/`.
    """

    def __init__(self, folder: Path, project: Path, spec: Descriptor) -> None:
        self.folder = folder
        self.project = project
        self.spec = spec
        self.name = spec.name

    def covering(self, coverage: Coverage) -> Dataset:
        """Return the dataset with this coverage in place of the descriptor's."""
        if coverage == self.spec.coverage:
            return self
        spec = self.spec.model_copy(update={"coverage": coverage})
        return Dataset(self.folder, self.project, spec)

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
        return _look_up(offices(self.project), self.spec.organization, self, "organization")

    @cached_property
    def services(self) -> dict[str, Service]:
        """The public services the dataset belongs to, from `datasets/services.yaml`."""
        known = services(self.project)
        return {name: _look_up(known, name, self, "groups") for name in self.spec.groups}

    @cached_property
    def notes(self) -> str:
        """What `NOTES.md` holds; empty without one. Raises `UsageProblem` when it is not UTF-8."""
        try:
            return (self.folder / "NOTES.md").read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError as error:
            where = f"datasets/{self.folder.name}/NOTES.md"
            raise UsageProblem("notes-encoding", where=where) from error

    @cached_property
    def caveats(self) -> dict[str, str]:
        """Language → the section of `NOTES.md` under the heading in `CAVEATS`, as Markdown.

        The rest of the file is the office's own and is not published.
        """
        sections = re.split(r"^#[ \t]+(.*?)[ \t]*$", self.notes, flags=re.MULTILINE)
        texts = dict(zip(sections[1::2], sections[2::2], strict=True))
        return {lang: texts.get(heading, "").strip() for lang, heading in CAVEATS.items()}

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
            matches = sorted((p for p in self._glob(pattern) if p.is_file()), key=edition_order)
            if not matches:
                raise Refused("source-missing", where=self.where, source=pattern)
            for path in matches:
                if not path.resolve().is_relative_to(self.folder.resolve()):
                    raise Refused("source-outside", where=self.where, source=pattern)
                if not path.name.startswith(("~$", ".")):
                    found.append(path)
        return list(dict.fromkeys(found))

    def _glob(self, pattern: str) -> Sequence[Path]:
        """Return the paths that match a glob pattern; none for an invalid one (`**.csv`)."""
        try:
            return list(self.folder.glob(pattern))
        except ValueError:
            return ()

    def unused_sources(self) -> list[str]:
        """Return the data files in `source/` that nothing in the descriptor reads, sorted."""
        read: set[Path] = set()
        for spec in self.spec.tables.values():
            for pattern in spec.source:
                if "://" not in pattern:
                    read.update(self._glob(pattern))
            # a step may read a file of the dataset's folder, such as a lookup
            read.update(self.folder / text for text in _texts([spec.clean, spec.checks]))
        return sorted(
            path.name
            for path in (self.folder / "source").glob("*")
            if path.suffix.lower() in DATA_FILES
            and path not in read
            and not path.name.startswith(("~$", "."))
        )

    def unreviewed_keys(self) -> list[str]:
        """Return the descriptor keys whose comment still marks them as a guess."""
        marks = tuple(f"# {messages.text('guess-mark', lang=lang)}" for lang in messages.LANGS)
        keys, marked = [], False
        for line in (self.folder / "dataset.yaml").read_text(encoding="utf-8").splitlines():
            text = line.strip()
            if not text.startswith("#") and marked:
                keys.append(text.partition(":")[0])
            marked = text.startswith(marks) or (marked and text.startswith("#"))
        return keys

    @property
    def where(self) -> str:
        """The descriptor's path as messages show it."""
        return f"datasets/{self.folder.name}/dataset.yaml"


def _texts(value: object) -> Iterator[str]:
    """Yield every string value in parsed YAML."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _look_up(known: Mapping[str, T], name: str, dataset: Dataset, key: str) -> T:
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


def edition_order(path: Path) -> tuple[Any, ...]:
    """Return the key that sorts files as people number them: `data-9` before `data-10`, and a
    correction (`data-ralat.xlsx`) behind what it corrects (`data.xlsx`).
    """
    parts = re.split(r"(\d+)", path.stem)
    numbered = [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
    return (path.parent, numbered, path.name)


def dataset_names(project: Path) -> list[str]:
    """Return the names of the project's datasets, sorted."""
    return sorted(path.parent.name for path in (project / "datasets").glob("*/dataset.yaml"))


def require_dataset(name: str, project: Path) -> None:
    """Raise `UsageProblem` unless the project has a dataset of this name (nearest name given)."""
    known = dataset_names(project)
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
    require_dataset(name, project)
    folder = project / "datasets" / name
    where = f"datasets/{name}/dataset.yaml"
    spec = parse(Descriptor, yaml_reader.read_mapping(folder / "dataset.yaml", where), where)
    if spec.name != name:
        raise UsageProblem("descriptor-name", where=where, value=spec.name, name=name)
    return Dataset(folder, project, spec)


def offices(project: Path) -> dict[str, Office]:
    """Return the project's offices by CKAN organization name."""
    return _load_list(project / "datasets" / "offices.yaml", Office)


def services(project: Path) -> dict[str, Service]:
    """Return the project's public services by CKAN group name."""
    return _load_list(project / "datasets" / "services.yaml", Service)


def _load_list(path: Path, kind: type[S]) -> dict[str, S]:
    where = f"datasets/{path.name}"
    if not path.exists():
        raise UsageProblem("list-missing", where=where)
    return {
        name: parse(kind, value, f"{where}:{name}")
        for name, value in yaml_reader.read_mapping(path, where).items()
    }
