"""Cleaning: declared steps over a raw table, and a trail of every changed cell.

    cleaned = clean(extraction, spec, schema, folder=folder, name="ikm")
    cleaned.table, cleaned.audit, cleaned.findings
    replay(extraction.table, cleaned.audit)        # equals cleaned.table.frame

In a notebook, pandas in and pandas out:

    from pipelines.clean import clean_frame
    clean_frame(frame, ["trim", {"numbers": "jumlah"}])
"""

from __future__ import annotations

from pipelines.clean.audit.export import changes, write_audit
from pipelines.clean.audit.replay import replay, same
from pipelines.clean.engine import clean
from pipelines.clean.evidence import dates_among, numbers_among
from pipelines.clean.frames import as_table, clean_frame, cleaned_frame

__all__ = [
    "as_table",
    "changes",
    "clean",
    "clean_frame",
    "cleaned_frame",
    "dates_among",
    "numbers_among",
    "replay",
    "same",
    "write_audit",
]
