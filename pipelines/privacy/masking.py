"""The one place that decides what of a person's data a report may show.

A report goes to mailboxes and print-outs, so a faulty NIK is shown as `12**************`: enough
to find the cell by its address, not enough to know the person. Two sources decide what is masked:

- the screen's findings: a faulty date of birth, an unknown name in a lookup, a changed telephone
  number are each quoted by the stage that met them, which can't know what its column is;
- the recognisers, field by field: whether digits are an identifier shows in their column.

Signature blocks are not quoted at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from pipelines.domain.identifiers import KINDS, find, mask_text, possible, redact_texts
from pipelines.domain.identifiers.names import mask_names
from pipelines.model import Finding, LeftOut, MaskedReport, Report, TableReport
from pipelines.text import arrow

_SIGNATURE = "left-signature"
#: Codes of the screen's findings about one column.
_COLUMN_CODES = frozenset(("personal-identifier", "personal-name", "personal-attribute"))
#: Parameters of findings that say what the schema or the program wants, not what a cell holds.
_NOT_FROM_CELLS = frozenset(
    "column count total examples cells legal allow remedies reason nearest".split()
)


def mask_report(report: Report) -> MaskedReport:
    """Return the report with personal data masked in values, parameters and quoted rows."""
    return MaskedReport(report.name, tuple(_table(table) for table in report.tables))


def personal_fields(findings: Iterable[Finding]) -> dict[str, set[str]]:
    """Return field → the kinds of personal data that it may not show (allowed ones it may).

    findings: the errors of a table, the screen's among them.
    """
    fields: dict[str, set[str]] = {}
    for finding in findings:
        if finding.severity == "error" and finding.field and finding.code in _COLUMN_CODES:
            fields.setdefault(finding.field, set()).add(finding.variant)
    return fields


def mask_cell(kinds: Collection[str], text: str) -> str:
    """Return a cell's text with everything masked that these kinds of personal data could be."""
    if not KINDS.keys() >= set(kinds):
        return mask_text("text", text)
    for kind in sorted(kinds):
        text = mask_text(kind, text)
    return text


def _table(table: TableReport) -> TableReport:
    personal = personal_fields(table.errors)
    return replace(
        table,
        errors=_findings(table.errors, personal),
        warnings=_findings(table.warnings, personal),
        notes=_findings(table.notes, personal),
        left_out=_rows(table.left_out),
    )


def _findings(findings: Iterable[Finding], personal: Mapping[str, set[str]]) -> tuple[Finding, ...]:
    result = [_mask_finding(finding, personal.get(finding.field or "")) for finding in findings]
    by_field: dict[str, list[int]] = {}
    for index, finding in enumerate(result):
        by_field.setdefault(finding.field or "", []).append(index)
    for field, indices in by_field.items():
        texts: list[str | None] = []
        places: list[tuple[int, str]] = []  # index of the finding, parameter ("" for the value)
        for index in indices:
            texts.append(result[index].value)
            places.append((index, ""))
            for name, value in result[index].params.items():
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


def _mask_finding(finding: Finding, kinds: set[str] | None) -> Finding:
    """Mask the value of a finding in a personal field, and the parameters that quote it."""
    if not kinds or finding.code.startswith("personal-"):  # the screen masks its own
        return finding
    value = finding.value
    masked = None if value is None else mask_cell(kinds, value)
    params = {}
    for name, given in finding.params.items():
        if isinstance(given, str) and name not in _NOT_FROM_CELLS:
            if value and masked is not None and len(value) > 2:
                given = given.replace(value, masked)
            given = mask_cell(kinds & KINDS.keys(), given)
        params[name] = given
    return replace(finding, value=masked, params=params)


def _rows(rows: Sequence[LeftOut]) -> tuple[LeftOut, ...]:
    if not rows:
        return ()
    texts = ["" if row.rule == _SIGNATURE else row.text for row in rows]
    spans: dict[int, list[tuple[int, int]]] = {}
    for hit in find(texts):
        spans.setdefault(hit.row, []).append((hit.start, hit.stop))
    texts = [mask_names(text, spans.get(index, ())) for index, text in enumerate(texts)]
    return tuple(
        row if row.text == new else replace(row, text=new or "")
        for row, new in zip(rows, _redacted(texts, ""), strict=True)
    )


def _redacted(texts: Sequence[str | None], label: str) -> Sequence[str | None]:
    if not any(texts):
        return texts
    column = arrow.texts([text or "" for text in texts])
    if not possible(column, label=label):
        return texts
    return redact_texts(texts, find(column, label=label))
