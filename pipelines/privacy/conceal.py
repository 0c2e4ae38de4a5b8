"""What the screen has accused is hidden in everything else that a report or an audit shows.

A faulty date of birth, an unknown name in a lookup, a changed telephone number: each is quoted by
the stage that met it, which cannot know what its column is. The screen knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from pipelines.domain.identifiers import KINDS, conceal
from pipelines.model import Finding

#: Parameters of findings that say what the schema or the program wants, not what a cell holds.
_OURS = frozenset("column count total examples cells legal allow remedies reason nearest".split())


def accused(screened: Iterable[Finding]) -> dict[str, set[str]]:
    """Return field → kinds of personal data that it may not show (allowed ones may)."""
    found: dict[str, set[str]] = {}
    for finding in screened:
        if finding.severity == "error" and finding.field and finding.code in _CODES:
            found.setdefault(finding.field, set()).add(finding.variant)
    return found


_CODES = frozenset(("personal-identifier", "personal-name", "personal-attribute"))


def hidden(kinds: Iterable[str], text: str) -> str:
    """Return a cell's text with everything hidden that these kinds of personal data could be."""
    wanted = set(kinds)
    if wanted - KINDS.keys():
        return conceal("text", text)
    for kind in sorted(wanted):
        text = conceal(kind, text)
    return text


def conceal_findings(
    findings: Iterable[Finding], screened: Iterable[Finding]
) -> tuple[Finding, ...]:
    """Return the findings with the values of accused fields hidden."""
    fields = accused(screened)
    return tuple(
        _concealed(finding, fields[finding.field]) if finding.field in fields else finding
        for finding in findings
    )


def _concealed(finding: Finding, kinds: set[str]) -> Finding:
    value = finding.value
    shown = None if value is None else hidden(kinds, value)
    params = {}
    for name, given in finding.params.items():
        if isinstance(given, str) and name not in _OURS:
            if value and shown is not None and len(value) > 2:
                given = given.replace(value, shown)
            given = hidden(kinds & KINDS.keys(), given)
        params[name] = given
    return replace(finding, value=shown, params=params)


def conceal_audit(audit: pd.DataFrame, screened: Iterable[Finding]) -> pd.DataFrame:
    """Return the audit with `before` and `after` of accused fields hidden.

    Entries of dropped rows write all cells as `field=value; …`; accused ones are hidden there too.
    """
    fields = accused(screened)
    if not fields or audit.empty:
        return audit
    result = audit.copy()
    rows = audit["action"].isin(("drop", "add-row")).to_numpy()
    for column in ("before", "after"):
        texts = audit[column].astype("str").copy()
        for field, kinds in fields.items():
            texts = _mapped(texts, (audit["field"] == field).to_numpy(), kinds)
        texts = _rows(texts, rows, fields)
        result[column] = texts
    return result


def _mapped(texts: pd.Series[str], where: object, kinds: set[str]) -> pd.Series[str]:
    chosen = where & texts.notna().to_numpy()  # type: ignore[operator]
    some = texts[chosen]
    known = {text: hidden(kinds, text) for text in some.unique()}
    texts = texts.copy()
    texts[chosen] = some.map(known)
    return texts


def _rows(texts: pd.Series[str], where: object, fields: Mapping[str, set[str]]) -> pd.Series[str]:
    chosen = where & texts.notna().to_numpy()  # type: ignore[operator]
    if not chosen.any():
        return texts
    names = "|".join(re.escape(field) for field in fields)
    cell = re.compile(rf"(^|; )({names})=(.*?)(?=; [^;=]+=|$)", re.DOTALL)

    def shown(text: str) -> str:
        return cell.sub(lambda m: f"{m[1]}{m[2]}={hidden(fields[m[2]], m[3])}", text)

    texts = texts.copy()
    texts[chosen] = texts[chosen].map(shown)
    return texts
