"""`new NAME --from FILE`: a dataset folder that validates, inferred from the file; in `addition`,
`add DATASET FILE…`: a new edition of one.

Takes a workbook, CSV file or URL; gives descriptor, schema, samples and notes. Knows nothing of the
portal and of publishing.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from pipelines import privacy
from pipelines.errors import UsageProblem
from pipelines.project.dataset import offices, services
from pipelines.project.descriptor import NAME, TableSpec
from pipelines.project.layout import Layout
from pipelines.readers.remote import download, is_url
from pipelines.scaffold.answers import Answers
from pipelines.scaffold.comments import commented
from pipelines.scaffold.descriptor import (
    draft_descriptor,
    draft_notes,
    load_if_present,
    office_in_titles,
    table_spec,
)
from pipelines.scaffold.draft import slug
from pipelines.scaffold.proposed_checks import propose_checks
from pipelines.scaffold.refinement import refine, without_personal_values
from pipelines.scaffold.samples import write_samples
from pipelines.scaffold.survey import survey_source

__all__ = ["Answers", "scaffold", "slug"]


def scaffold(
    name: str,
    source: Path | str,
    project: Path,
    *,
    layout: Layout | None = None,
    answers: Answers | None = None,
    allow_private: bool = False,
) -> Path:
    """Write `datasets/NAME`, `schemas/NAME.yaml` and its samples; return the dataset's folder.

    answers: what the steward says beforehand. Raises `UsageProblem`: an unfit name or answer,
    something of that name exists, the source states two periods; and as `extract` does for a file
    that cannot be read.
    """
    folder = project / "datasets" / name
    answers = answers or Answers()
    _check(name, folder, project)
    answers.check(project)
    if is_url(source):
        data, file_name = download(str(source), allow_private=allow_private)
    else:
        data, file_name = None, Path(source).name
    seen = survey_source(name, source, layout or Layout(), answers, allow_private=allow_private)
    found, layout, draft = seen.found, seen.layout, seen.draft
    spec = TableSpec.model_validate(table_spec(name, file_name, layout, draft))
    schema, cleaned = refine(found, spec, draft, folder, name, answers.key)
    proven = [why for why in found.evidence["why"] if why["code"] == "why-sums"]
    reconciled = len(proven) == len(found.totals)
    draft.checks += propose_checks(cleaned, draft, schema, totals=reconciled)
    personal = sorted(privacy.personal_fields(privacy.screen(cleaned.table, schema, {}, name=name)))
    schema = without_personal_values(draft, cleaned.table.frame, personal, name)
    (folder / "source").mkdir(parents=True)
    if data is not None:
        (folder / "source" / file_name).write_bytes(data)
    else:
        shutil.copyfile(source, folder / "source" / file_name)
    path = folder / "dataset.yaml"
    _write(path, draft_descriptor(name, file_name, found, layout, draft, project, answers))
    office_names, service_names = (
        sorted(load_if_present(load, project)) for load in (offices, services)
    )
    text = commented(
        path.read_text(encoding="utf-8"),
        office_names,
        service_names,
        office_in_titles(found),
        answers.settled,
    )
    path.write_text(text, encoding="utf-8")
    _write(project / "schemas" / f"{name}.yaml", dict(schema.descriptor))
    write_samples(project / "schemas" / "samples", name, schema, cleaned, personal)
    text = draft_notes(name, file_name, found, draft, personal)
    (folder / "NOTES.md").write_text(text, encoding="utf-8")
    return folder


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
