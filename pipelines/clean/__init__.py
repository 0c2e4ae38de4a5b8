"""Cleaning: declared steps over a raw table, and a trail of every changed cell.

    cleaned = clean(extraction, spec, schema, folder=folder, name="ikm")
    cleaned.table, cleaned.audit, cleaned.findings
    replay(extraction.table, cleaned.audit)        # equals cleaned.table.frame

In a notebook, pandas in and pandas out: `clean_frame`.
"""

from __future__ import annotations

from pipelines.clean.audit import changes, replay, write_audit
from pipelines.clean.engine import clean

__all__ = ["changes", "clean", "replay", "write_audit"]
