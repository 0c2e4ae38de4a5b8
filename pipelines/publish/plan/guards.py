"""What a plan must be allowed by name: to shrink, to break fields, to publish nothing;
and what no portal can take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.errors import Refused
from pipelines.project.dataset import Dataset
from pipelines.publish.plan.model import TablePlan
from pipelines.publish.state import PortalState

#: A table may lose this share of its rows without a flag.
SHRINK = 0.1
#: More fields no DataStore table takes: a row must fit a page of PostgreSQL (8,160 bytes, of which
#: a number takes 8), whatever the 1,600 columns that PostgreSQL itself allows.
MOST_FIELDS = 990


def guards(
    dataset: Dataset,
    state: PortalState,
    done: Mapping[str, TablePlan],
    gone: Sequence[str],
    shrink: float,
    *,
    asked: bool = False,
) -> list[Refused]:
    """Return what stands in the way of a plan. shrink: the share of rows that may go.

    asked: the tables were named by their version, so that what they hold is no accident; what is
    then left is what no portal takes, and tables that go without having been named.
    """
    found: list[Refused] = []

    def refuse(code: str, flag: str, **params: object) -> None:
        found.append(Refused(code, where=dataset.where, flag=flag, **params))

    for name, table in done.items():
        if table.target.num_columns > MOST_FIELDS:
            count = table.target.num_columns
            refuse("publish-wide", "", table=name, count=count, limit=MOST_FIELDS)
        if asked:
            continue
        if table.target.num_rows == 0:
            refuse("publish-empty", "empty", table=name)
        recorded = state.recorded(name)
        if table.log is not None and recorded is not None:
            before, after = recorded[0], table.target.num_rows
            if after and before and (before - after) / before > shrink:
                share = f"{(before - after) / before:.0%}"
                refuse(
                    "publish-shrink",
                    "shrink",
                    table=name,
                    before=before,
                    after=after,
                    share=share,
                    limit=f"{shrink:.0%}",
                )
        fields = [change.field for change in table.fields if change.breaking]
        broken = list(dict.fromkeys(name for field in fields for name in field.split(", ")))
        if broken and state.version:
            refuse("publish-break", "break", table=name, fields=", ".join(broken))
    for name in gone:
        refuse("publish-break", "break", table=name, fields=name)
    return found
