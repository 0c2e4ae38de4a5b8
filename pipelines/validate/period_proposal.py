"""The cleaning steps that take a missing period from the names of the sheets or files."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.model import Source

_MONTHS = (
    "(?:januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember)"
)
#: What the names of sheets or files may say of a period, and what the step `periods` makes of it.
_FORMS = (
    ("semester (?:ii|i|[12]) [0-9]{4}", "semester"),
    ("(?:triwulan|tw) (?:iv|i{1,3}|[1-4]) [0-9]{4}", "quarter"),
    (f"{_MONTHS} [0-9]{{4}}", "month"),
    ("[0-9]{4}-[0-9]{2}", "month"),
    (_MONTHS, ""),
    ("(?:19|20)[0-9]{2}", "year"),
)


def steps_for_period(sources: Sequence[Source]) -> str:
    """Return the line of YAML; where no name tells the sources apart, a sample to complete."""
    sheets = [source.sheet or "" for source in sources]
    files = [source.file for source in sources]
    for where, texts in (("sheet", sheets), ("file", files)):
        for form, target in _FORMS:
            hits = [re.search(form, text, re.I) for text in texts]
            if all(hits) and len({hit[0].casefold() for hit in hits if hit}) == len(texts):
                steps = f'{{from_source: {{field: periode, where: {where}, pattern: "{form}"}}}}'
                if target:
                    steps += f", {{periods: {{fields: periode, to: {target}}}}}"
                return f"clean: [{steps}]"
    where = "sheet" if len(set(sheets)) == len(sheets) else "title"
    return f'clean: [{{from_source: {{field: periode, where: {where}, pattern: ".+"}}}}]'
