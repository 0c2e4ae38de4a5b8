"""The audit of cleaning with personal data masked, by the same policy as reports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from pipelines.model import Finding
from pipelines.privacy.masking import mask_cell, personal_fields


def mask_audit(audit: pd.DataFrame, findings: Iterable[Finding]) -> pd.DataFrame:
    """Return the audit with `before` and `after` of personal fields masked.

    findings: the errors of the table, the screen's among them. Entries of dropped rows write all
    cells as `field=value; …`; personal ones are masked there too.
    """
    fields = personal_fields(findings)
    if not fields or audit.empty:
        return audit
    result = audit.copy()
    rows = audit["action"].isin(("drop", "add-row")).to_numpy()
    mask_row = _row_mask(fields)
    for column in ("before", "after"):
        texts = audit[column].astype("str").copy()
        for field, kinds in fields.items():
            of_field = (audit["field"] == field).to_numpy()
            _replace(texts, of_field, partial(mask_cell, kinds))
        _replace(texts, rows, mask_row)
        result[column] = texts
    return result


def _replace(
    texts: pd.Series[str], where: np.ndarray[Any, Any], change: Callable[[str], str]
) -> None:
    """Replace the texts of these rows in place, each distinct one computed once."""
    chosen = where & texts.notna().to_numpy()
    some = texts[chosen]
    texts[chosen] = some.map({text: change(text) for text in some.unique()})


def _row_mask(fields: Mapping[str, set[str]]) -> Callable[[str], str]:
    """Return a function that masks the personal fields of `field=value; …`."""
    names = "|".join(re.escape(field) for field in fields)
    cell = re.compile(rf"(^|; )({names})=(.*?)(?=; [^;=]+=|$)", re.DOTALL)
    return lambda text: cell.sub(lambda m: f"{m[1]}{m[2]}={mask_cell(fields[m[2]], m[3])}", text)
