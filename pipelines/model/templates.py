"""A workbook made by `publish template`: how it tells whose table it holds, and where."""

from __future__ import annotations

from dataclasses import dataclass

#: Defined name of the workbook: whose table it is, as `dataset/table fingerprint`.
TEMPLATE_NAME = "publish_template"
#: Defined name of the range of label rows. Spreadsheet programs move it with the cells.
LABELS_NAME = "publish_template_labels"
#: The sheets beside the table: instructions, and the values of drop-downs.
GUIDE_SHEET, LISTS_SHEET = "Petunjuk", "Daftar"


@dataclass(frozen=True)
class TemplateMark:
    """What a template says of itself.

    sheet, header: the sheet of the table and its 1-based label rows. dataset, table, fingerprint:
    whose table it is and of which schema; empty where a program has dropped that name.
    """

    sheet: str
    header: tuple[int, ...]
    dataset: str = ""
    table: str = ""
    fingerprint: str = ""

    @property
    def text(self) -> str:
        """Whose table it is, as the defined name holds it."""
        return f"{self.dataset}/{self.table} {self.fingerprint}" if self.dataset else ""
