"""Chains the stages for one dataset or many; the only place where stages meet.

- `selection`: which datasets a call is about
- `tables`: each table read and cleaned once, also for checks that refer to it
- `verdict`: one clean table judged; the veto
- `prepare`: a dataset from its sources to the verdict, which comes out masked
- `plain_files`: the same for files without a dataset
- `connection`: the portal to work with
- `rollback`: an older version screened again
- `publishing`: from a verdict to the portal: plans, and carrying them out

The command line and whatever else drives the program call these and have no logic of their own.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from pipelines.workflow.connection import find_portal
    from pipelines.workflow.plain_files import validate_files
    from pipelines.workflow.prepare import Prepared, Run
    from pipelines.workflow.publishing import PublishRun
    from pipelines.workflow.selection import choose
    from pipelines.workflow.verdict import veto
else:
    # Each command loads the stages it needs: `--help` of a command takes 0.15 s instead of 1.2 s.
    __getattr__, __dir__, _ = lazy_loader.attach(
        __name__,
        submod_attrs={
            "connection": ["find_portal"],
            "plain_files": ["validate_files"],
            "prepare": ["Prepared", "Run"],
            "publishing": ["PublishRun"],
            "selection": ["choose"],
            "verdict": ["veto"],
        },
    )

__all__ = ["Prepared", "PublishRun", "Run", "choose", "find_portal", "validate_files", "veto"]
