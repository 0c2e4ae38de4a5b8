"""Yes and no as offices write them → `true` and `false`."""

from __future__ import annotations

from collections.abc import Callable

from pipelines.clean.registry import Names, step
from pipelines.clean.table.arrow_text import map_distinct
from pipelines.clean.table.working_table import WorkingTable

#: What offices write for yes and for no.
YES = frozenset("true benar ya y yes ada 1 v √ ✓ ✔".split())
NO = frozenset(["false", "salah", "tidak", "tdk", "no", "n", "tidak ada", "belum", "0"])


@step(parses=True)
def booleans(
    table: WorkingTable, *, fields: Names, yes: Names | None = None, no: Names | None = None
) -> None:
    """Write yes and no as `true` and `false`: `Ya`, `Ada`, `√`, `1` and `Tidak`, `Belum`, `0`.

    Runs by default on every yes/no field.

    Parameters:
        fields: the columns.
        yes: more words for yes.
        no: more words for no.

    Example:

        - booleans: [daring]

        | daring |
        |---|
        | Ya |
        | Tidak |

        | daring |
        |---|
        | true |
        | false |
    """
    true = YES | {word.casefold() for word in yes or ()}
    false = NO | {word.casefold() for word in no or ()}
    for name in table.resolve(fields):
        field = table.context.field(name)
        own = field.descriptor if field else {}
        yes_text = _written("true", own.get("trueValues"))
        no_text = _written("false", own.get("falseValues"))
        known = {*(own.get("trueValues") or ()), *(own.get("falseValues") or ())}
        read = _reader(true, false, yes_text, no_text, known)
        table.set_values(name, map_distinct(table[name], read), kind="boolean")


def _written(plain: str, allowed: list[str] | None) -> str:
    return plain if not allowed or plain in allowed else allowed[0]


def _reader(
    true: frozenset[str] | set[str],
    false: frozenset[str] | set[str],
    yes: str,
    no: str,
    known: set[str],
) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell in known:
            return cell
        word = cell.casefold()
        return yes if word in true else no if word in false else cell

    return read
