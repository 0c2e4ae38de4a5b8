"""One case validated twice: by Frictionless, and by the bulk engine without its fallback."""

from __future__ import annotations

import copy
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frictionless import FrictionlessException, Resource, system

from pipelines.validate.bulk import engine
from pipelines.validate.bulk.sources import open_file
from pipelines.validate.frictionless_api import BREAKDOWNS, NeedsFrictionless

Key = tuple[str, int | None, str | None, str]


@dataclass(frozen=True)
class Outcome:
    """What both said. ours is None where the engine leaves the case to Frictionless; theirs is
    None where Frictionless itself breaks down."""

    theirs: list[Key] | None
    ours: list[Key] | None
    rows: tuple[int, int] | None = None

    @property
    def same(self) -> bool:
        """Equal, in order, as far as both spoke."""
        if self.theirs is None or self.ours is None:
            return True
        return self.theirs == self.ours and (self.rows is None or self.rows[0] == self.rows[1])


def compare(path: Path, schema: Mapping[str, Any], *, limit: int = 1000) -> Outcome:
    """Judge a file both ways: type, row, field and note of every error, in order."""
    try:
        result = engine.validate(open_file(path), copy.deepcopy(schema), limit=limit)
    except NeedsFrictionless:
        _theirs(path, schema, limit)
        return Outcome(None, None)
    except BREAKDOWNS as error:
        # Frictionless's own reader broke down on a cell: then Frictionless judges the whole
        if "frictionless" not in _deepest(error):
            raise
        return Outcome(_theirs(path, schema, limit)[0], None)
    ours = [(f.type, f.row, f.field, "" if "label" in f.type else f.note) for f in result.faults]
    theirs, rows = _theirs(path, schema, limit)
    return Outcome(theirs, ours, None if rows is None else (rows, result.rows))


def _deepest(error: BaseException) -> str:
    trace = error.__traceback__
    files = []
    while trace is not None:
        files.append(trace.tb_frame.f_code.co_filename)
        trace = trace.tb_next
    return " ".join(files[-3:])


def _theirs(
    path: Path, schema: Mapping[str, Any], limit: int
) -> tuple[list[Key] | None, int | None]:
    with system.use_context(trusted=True), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            described = path.with_suffix(".json")
            described.write_text(json.dumps(schema))
            report = Resource(path=str(path), schema=str(described)).validate(limit_errors=limit)
        except FrictionlessException as problem:
            return [_key(error) for error in problem.to_errors()], None
        except BREAKDOWNS:
            return None, None
    task = report.tasks[0]
    return [_key(error) for error in task.errors], task.stats.get("rows") or 0


def _key(error: Any) -> Key:
    return (
        error.type,
        getattr(error, "row_number", None),
        getattr(error, "field_name", None),
        "" if "label" in error.type else error.note,
    )


def describe(outcome: Outcome, schema: Mapping[str, Any], data: object) -> str:
    """Tell where the two differ, for a test's message."""
    theirs, ours = outcome.theirs or [], outcome.ours or []
    return (
        f"only Frictionless: {[key for key in theirs if key not in ours][:5]}\n"
        f"only ours: {[key for key in ours if key not in theirs][:5]}\n"
        f"rows {outcome.rows}\nschema {schema}\ndata {data!r:.2000}"
    )
