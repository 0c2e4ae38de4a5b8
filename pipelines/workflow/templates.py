"""Whether a returned template was made for the table that it was put into, as its schema is now."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.model import Extraction, Finding, Position
from pipelines.project.dataset import Dataset


def template_findings(dataset: Dataset, table: str, extraction: Extraction) -> Iterator[Finding]:
    """Yield a warning for the template of another table, a note for one of an earlier schema.

    Nothing is found of other files, and of templates whose program dropped the mark.
    """
    evidence = extraction.evidence
    texts = [str(one.get("template") or "") for one in (evidence, *evidence.get("files", ()))]
    source = extraction.table.sources[0]
    place = Position(source.file, source.sheet)
    table_name = f"{dataset.name}/{table}"
    owners = {owner: mark for text in texts if text for owner, _, mark in [text.partition(" ")]}
    for owner, fingerprint in owners.items():
        if owner != table_name:
            params = {"made": owner, "taken": table_name}
            yield Finding("template-other", "warning", position=place, params=params)
        elif fingerprint != dataset.schemas[table].fingerprint:
            params = {"schema": dataset.schemas[table].where}
            yield Finding("template-outdated", "info", position=place, params=params)
