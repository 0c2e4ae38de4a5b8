"""Reports of one verdict in four forms: terminal, HTML page, annotated workbook, JSON.

Takes a `pipelines.model.MaskedReport` (`TypeError` for any other) and renders it in the current
language; the HTML page carries both languages. Knows nothing of how the verdict was reached.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from pipelines.report.annotated_workbook import write_workbook
    from pipelines.report.codes import explain, list_codes
    from pipelines.report.groups import Group, grouped
    from pipelines.report.html import write_html
    from pipelines.report.report_files import write_json
    from pipelines.report.terminal import print_report
else:
    # A command loads the one form it needs: lxml, xlsxwriter and Jinja are slow to import.
    __getattr__, __dir__, _ = lazy_loader.attach(
        __name__,
        submod_attrs={
            "annotated_workbook": ["write_workbook"],
            "codes": ["explain", "list_codes"],
            "groups": ["Group", "grouped"],
            "html": ["write_html"],
            "report_files": ["write_json"],
            "terminal": ["print_report"],
        },
    )

__all__ = [
    "Group",
    "explain",
    "grouped",
    "list_codes",
    "print_report",
    "write_html",
    "write_json",
    "write_workbook",
]
