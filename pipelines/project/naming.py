"""How an edition of a dataset is named, licensed and cited: facts that files and portal share."""

from __future__ import annotations

from pipelines.errors import Refused
from pipelines.project.dataset import Dataset
from pipelines.project.descriptor import Text

#: SPDX identifier → title and address of the licence's text
LICENSES = {
    "CC-BY-4.0": ("Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC-BY-SA-4.0": (
        "Creative Commons Attribution-ShareAlike 4.0",
        "https://creativecommons.org/licenses/by-sa/4.0/",
    ),
    "CC0-1.0": ("Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODbL-1.0": ("Open Database License 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
    "ODC-By-1.0": ("Open Data Commons Attribution 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
    "PDDL-1.0": ("Public Domain Dedication 1.0", "https://opendatacommons.org/licenses/pddl/1-0/"),
}  # fmt: skip


#: Rows that a sheet of a workbook can hold, its header included.
EXCEL_ROWS = 1_048_576


def check_length(dataset: Dataset, table: str, rows: int) -> None:
    """Raise `Refused` when a table of n rows is to be published as XLSX and is too long for it."""
    if "xlsx" in formats(dataset, table) and rows >= EXCEL_ROWS:
        raise Refused("package-too-long", where=dataset.where, table=table, rows=rows)


def resource_name(dataset: Dataset, table: str) -> str:
    """Return the Data Package's name of a table's resource."""
    if len(dataset.spec.tables) == 1 or table == dataset.name:
        return dataset.name
    return f"{dataset.name}-{table}"


def table_title(dataset: Dataset, table: str) -> Text:
    """Return a table's title; a single table without one carries the dataset's."""
    own = dataset.spec.tables[table].title
    if own is not None:
        return own
    if len(dataset.spec.tables) == 1:
        return dataset.spec.title
    schema = dataset.schemas[table].descriptor
    title = str(schema.get("title") or table)
    return Text(id=title, en=str(schema.get("title_en") or title))


def formats(dataset: Dataset, table: str) -> list[str]:
    """Return the formats a table is published in; CSV is always the first."""
    wanted = dataset.spec.tables[table].formats
    return ["csv", *(kind for kind in ("xlsx", "parquet") if kind in wanted)]


def file_name(dataset: Dataset, table: str, kind: str) -> str:
    """Return the name of a table's file: the dataset's, and the table's where it has several."""
    return f"{resource_name(dataset, table)}.{kind}"


def citation(dataset: Dataset, *, version: str, url: str, lang: str) -> str:
    """Return how to cite the dataset, in `id` or `en`."""
    title = dataset.spec.title.en if lang == "en" else dataset.spec.title.id
    office = dataset.office.title.en if lang == "en" else dataset.office.title.id
    word = "Version" if lang == "en" else "Versi"
    kind = "data set" if lang == "en" else "set data"
    parts = [office, f"{title} [{kind}]", f"{word} {version}", dataset.spec.license, url]
    return ". ".join(part for part in parts if part) + "."
