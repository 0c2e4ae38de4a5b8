"""A step written in Python beside the dataset (`steps.py`), for what the others can't say."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pandas as pd

from pipelines.clean.kernels import strings
from pipelines.clean.lookups import inside
from pipelines.clean.registry import step
from pipelines.clean.work import Work
from pipelines.errors import UsageProblem


@step("function")
def python(work: Work, *, function: str, options: dict[str, Any] | None = None) -> None:
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
    path = inside(work.context, "steps.py")
    spec = importlib.util.spec_from_file_location(f"steps_of_{work.context.folder.name}", path)
    if spec is None or spec.loader is None:
        raise UsageProblem("file-missing", where=str(path.name))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    run = getattr(module, function, None)
    if not callable(run):
        raise UsageProblem("custom-function", where=f"{work.context.where} › steps.py",
                           value=function)  # fmt: skip
    before = work.frame()
    after = run(before.copy(), **(options or {}))
    if not isinstance(after, pd.DataFrame) or not (
        after.index.is_unique and after.index.isin(before.index).all()
    ):
        raise UsageProblem("custom-result", where=f"{work.context.where} › steps.py",
                           value=function)  # fmt: skip
    work.keep(np.isin(np.arange(len(before)), after.index.to_numpy()))
    after = after.loc[sorted(after.index)]
    for name in [name for name in work.names if name not in after.columns]:
        work.drop_column(name)
    for name in after.columns:
        cells = strings(after[name].astype("str"))
        if name in work:
            work.put(name, cells)
        else:
            work.add(str(name), cells, parents=work.names)
