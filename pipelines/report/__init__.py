"""Reports of one verdict in four forms: terminal, HTML page, annotated workbook, JSON.

Takes a `pipelines.model.MaskedReport` (`TypeError` for any other), and gives it in the language in
force; the HTML page carries both languages. Knows nothing of how the verdict was reached.

Each form loads what it is made with when it is first used.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from pipelines.report.annotate import workbook
    from pipelines.report.codes import explain, list_codes
    from pipelines.report.files import json
    from pipelines.report.groups import Group, grouped
    from pipelines.report.page import html
    from pipelines.report.screen import terminal

__all__ = [
    "Group", "explain", "grouped", "html", "json", "list_codes", "terminal", "workbook",
]  # fmt: skip

__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "annotate": ["workbook"],
        "codes": ["explain", "list_codes"],
        "files": ["json"],
        "groups": ["Group", "grouped"],
        "page": ["html"],
        "screen": ["terminal"],
    },
)
