"""A step written in Python beside the dataset (`steps.py`), for what the others can't say."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pandas as pd

from pipelines.clean.registry import step
from pipelines.clean.table.arrow_text import strings
from pipelines.clean.table.working_table import WorkingTable
from pipelines.errors import UsageProblem


@step("function")
def python(table: WorkingTable, *, function: str, options: dict[str, Any] | None = None) -> None:
    """Run a function of the dataset's own `steps.py`, tested like all code.

    It gets the table as pandas text (index 0 … n−1, missing = NA) and returns it changed: cells,
    new columns, fewer rows under their old index. What it did is found by comparing, so the audit
    is as exact as for any other step.

    Parameters:
        function: the function's name in `steps.py`.
        options: keyword arguments for it.

    Example (no table: `steps.py` belongs to the dataset):

        - python: {function: pisahkan_alamat}
    """
    path = table.context.dataset_file("steps.py")
    spec = importlib.util.spec_from_file_location(f"steps_of_{table.context.folder.name}", path)
    if spec is None or spec.loader is None:
        raise UsageProblem("file-missing", where=str(path.name))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    run = getattr(module, function, None)
    if not callable(run):
        raise UsageProblem("custom-function", where=f"{table.context.where} › steps.py",
                           value=function)  # fmt: skip
    before = table.frame()
    after = run(before.copy(), **(options or {}))
    if not isinstance(after, pd.DataFrame) or not (
        after.index.is_unique and after.index.isin(before.index).all()
    ):
        raise UsageProblem("custom-result", where=f"{table.context.where} › steps.py",
                           value=function)  # fmt: skip
    table.keep_rows(np.isin(np.arange(len(before)), after.index.to_numpy()))
    after = after.loc[sorted(after.index)]
    for name in [name for name in table.names if name not in after.columns]:
        table.drop_column(name)
    for name in after.columns:
        cells = strings(after[name].astype("str"))
        if name in table:
            table.set_values(name, cells)
        else:
            table.require_new(str(name), table.names)
            table.write_column(str(name), cells, table.names)
