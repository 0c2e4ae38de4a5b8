"""A workbook made by `publish template`: how it tells whose tables it holds, and where.

Each sheet k of a table has two defined names, which spreadsheet programs keep and move with the
cells: `publish_template_k`, the text `dataset/table fingerprint`, and `publish_template_labels_k`,
the range of label rows.
"""

from __future__ import annotations

from dataclasses import dataclass

OWNER_NAME, LABELS_NAME = "publish_template_", "publish_template_labels_"
#: The sheets beside the tables: instructions, and the values of drop-downs.
GUIDE_SHEET, LISTS_SHEET = "Petunjuk", "Daftar"


@dataclass(frozen=True)
class TemplateMark:
    """What a template says of one of its sheets.

    header: the 1-based label rows. owner: `dataset/table`; fingerprint: of the schema that the
    template was written for. Both are empty where a program has dropped that name.
    """

    sheet: str
    header: tuple[int, ...]
    owner: str = ""
    fingerprint: str = ""

    @property
    def text(self) -> str:
        """Whose table it is, as the defined name holds it."""
        return f"{self.owner} {self.fingerprint}" if self.owner else ""
