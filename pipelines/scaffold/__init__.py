"""`new NAME --from FILE`: a dataset folder that validates, inferred from the file; in `addition`,
`add DATASET FILE…`: a new edition of one.

Takes a workbook, CSV file or URL; gives descriptor, schema, samples and notes. Knows nothing of the
portal and of publishing.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from pipelines import extract, privacy
from pipelines.errors import UsageProblem
from pipelines.model import Extraction
from pipelines.project.dataset import offices, services
from pipelines.project.descriptor import NAME, TableSpec
from pipelines.project.layout import Layout
from pipelines.readers.remote import download, is_url
from pipelines.scaffold.comments import commented
from pipelines.scaffold.descriptor import (
    draft_descriptor,
    draft_notes,
    load_if_present,
    office_in_titles,
    table_spec,
)
from pipelines.scaffold.draft import draft_fields, slug
from pipelines.scaffold.refinement import refine, without_personal_values
from pipelines.scaffold.samples import write_samples

__all__ = ["scaffold", "slug"]


def scaffold(
    name: str,
    source: Path | str,
    project: Path,
    *,
    layout: Layout | None = None,
    allow_private: bool = False,
) -> Path:
    """Write `datasets/NAME`, `schemas/NAME.yaml` and its samples; return the dataset's folder.

    Raises `UsageProblem`: an unfit name, or something of that name exists; and as `extract` does
    for a file that cannot be read.
    """
    folder = project / "datasets" / name
    _check(name, folder, project)
    layout = layout or Layout()
    if is_url(source):
        data, file_name = download(str(source), allow_private=allow_private)
    else:
        data, file_name = None, Path(source).name
    found = extract.extract(source, layout, name=name, allow_private=allow_private)
    if layout.sections is None and _in_sections(found):
        layout = replace(layout, sections="Kelompok")
        found = extract.extract(source, layout, name=name, allow_private=allow_private)
    draft = draft_fields(found)
    if layout.sections is not None:
        draft.fields.sort(key=lambda item: item["title"] != layout.sections)
    spec = TableSpec.model_validate(table_spec(name, file_name, layout, draft))
    schema, cleaned = refine(found, spec, draft, folder, name)
    personal = sorted(privacy.personal_fields(privacy.screen(cleaned.table, schema, {}, name=name)))
    schema = without_personal_values(draft, personal, name)
    (folder / "source").mkdir(parents=True)
    if data is not None:
        (folder / "source" / file_name).write_bytes(data)
    else:
        shutil.copyfile(source, folder / "source" / file_name)
    path = folder / "dataset.yaml"
    _write(path, draft_descriptor(name, file_name, found, layout, draft, project))
    office_names, service_names = (
        sorted(load_if_present(load, project)) for load in (offices, services)
    )
    text = commented(
        path.read_text(encoding="utf-8"), office_names, service_names, office_in_titles(found)
    )
    path.write_text(text, encoding="utf-8")
    _write(project / "schemas" / f"{name}.yaml", dict(schema.descriptor))
    write_samples(project / "schemas" / "samples", name, schema, cleaned, personal)
    text = draft_notes(name, file_name, found, draft, personal)
    (folder / "NOTES.md").write_text(text, encoding="utf-8")
    return folder


def _in_sections(found: Extraction) -> bool:
    """Return whether the table has several section rows and every row is below one."""
    first: dict[tuple[str, str | None], int] = {}
    count = 0
    for left in found.left_out:
        if left.rule == "left-section" and left.position.row is not None:
            key = (left.position.file, left.position.sheet)
            first[key] = min(left.position.row, first.get(key, left.position.row))
            count += 1
    places = (found.table.position(index) for index in range(len(found.table)))
    return count > 1 and all(
        first.get((place.file, place.sheet), place.row or 0) < (place.row or 0) for place in places
    )


def _check(name: str, folder: Path, project: Path) -> None:
    if not re.fullmatch(NAME, name):
        raise UsageProblem("new-name", value=name, nearest=slug(name, "-") or "jumlah-penduduk")
    for path in (folder, project / "schemas" / f"{name}.yaml"):
        if path.exists():
            raise UsageProblem("new-exists", value=str(path.relative_to(project)))


def _write(path: Path, data: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(
        dict(data), sort_keys=False, allow_unicode=True, width=100, default_flow_style=None
    )
    path.write_text(text, encoding="utf-8")
