"""Personal identifiers masked out of a report, before anybody reads or keeps it.

A report goes to mailboxes and print-outs, so a faulty NIK is shown as `12**************`: enough
to find the cell by its address, not enough to know the person. Signature blocks are not quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipelines.model import Finding, LeftOut, Report, TableReport
from pipelines.text import arrow

SIGNATURE = "left-signature"


def masked(report: Report) -> Report:
    """Return the report with identifiers masked in values, parameters and quoted rows."""
    return replace(report, tables=tuple(_table(table) for table in report.tables))


def _table(table: TableReport) -> TableReport:
    return replace(
        table,
        errors=_findings(table.errors),
        warnings=_findings(table.warnings),
        notes=_findings(table.notes),
        left_out=_rows(table.left_out),
    )


def _findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Mask field by field: whether digits are an identifier shows in their column."""
    by_field: dict[str, list[int]] = {}
    for index, finding in enumerate(findings):
        by_field.setdefault(finding.field or "", []).append(index)
    result = list(findings)
    for field, indices in by_field.items():
        texts: list[str | None] = []
        places: list[tuple[int, str]] = []
        for index in indices:
            texts.append(findings[index].value)
            places.append((index, ""))
            for name, value in findings[index].params.items():
                if isinstance(value, str) and len(value) > 5:
                    texts.append(value)
                    places.append((index, name))
        for (index, name), old, new in zip(places, texts, _redacted(texts, field), strict=True):
            if new == old:
                continue
            finding = result[index]
            if name:
                result[index] = replace(finding, params={**finding.params, name: new})
            else:
                result[index] = replace(finding, value=new)
    return tuple(result)


def _rows(rows: Sequence[LeftOut]) -> tuple[LeftOut, ...]:
    if not rows:
        return ()
    from pipelines.domain.identifiers import find
    from pipelines.domain.identifiers.names import without_names

    texts: list[str | None] = ["" if row.rule == SIGNATURE else row.text for row in rows]
    spans: dict[int, list[tuple[int, int]]] = {}
    for hit in find(texts):
        spans.setdefault(hit.row, []).append((hit.start, hit.stop))
    texts = [without_names(text or "", spans.get(i, ())) for i, text in enumerate(texts)]
    return tuple(
        row if row.text == new else replace(row, text=new or "")
        for row, new in zip(rows, _redacted(texts, ""), strict=True)
    )


def _redacted(texts: Sequence[str | None], label: str) -> list[Any]:
    if not any(texts):
        return list(texts)
    from pipelines.domain.identifiers import find, possible, redact

    column = arrow.texts([text or "" for text in texts])
    if not possible(column, label=label):
        return list(texts)
    hits = find(column, label=label)
    if not len(hits):
        return list(texts)
    # half a second to import, and most reports hold no identifier
    import pandas as pd

    series = pd.Series(list(texts), dtype="str")
    return [value if isinstance(value, str) else None for value in redact(series, hits)]
