"""Text that a spreadsheet would run as a formula: reported, because a CSV file carries it as is.

Published values are not changed: a program must find what the office wrote. The XLSX file holds
such cells as text. See OWASP, CSV Injection.
"""

from __future__ import annotations

from pipelines.model import Finding, Table
from pipelines.project.schema import TableSchema

#: `=…`, a function behind `@`, and after a sign what is neither a number nor a telephone number but
#: calls something: `+cmd|…`, `-2+3+cmd|…`, `+SUM(…)`.
PATTERN = r"^(?:=[^=\s]|@[A-Za-z.]+\(|[+\-][^|(]*(?:\|[^!]*!|[A-Za-z.]\())"


def find_formulas(table: Table, schema: TableSchema) -> list[Finding]:
    """Return one warning for each text column with such cells: how many, and the first."""
    found = []
    for field in schema.fields:
        if field.type not in ("string", "any") or field.name not in table.frame.columns:
            continue
        hits = table.frame[field.name].str.match(PATTERN, na=False).to_numpy(bool)
        if hits.any():
            index = int(hits.argmax())
            found.append(
                Finding(
                    "text-formula",
                    "warning",
                    row=int(table.row[index]),
                    field=field.name,
                    value=str(table.frame[field.name].iloc[index])[:60],
                    position=table.position(index, field.name),
                    params={"count": int(hits.sum())},
                )
            )
    return found
