"""Personal data: the screen that vetoes publishing it, and the masking of what is shown.

Takes a clean table and the descriptor's `personal_data:`, gives findings; takes a report or an
audit, gives it masked. Knows nothing of how data are read, checked or shown.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from pipelines.privacy.audit import mask_audit
    from pipelines.privacy.masking import mask_report, personal_fields
    from pipelines.privacy.screening import screen
else:
    # A report of plain files is masked without the screen and pandas: 0.4 s less to import.
    __getattr__, __dir__, _ = lazy_loader.attach(
        __name__,
        submod_attrs={
            "audit": ["mask_audit"],
            "masking": ["mask_report", "personal_fields"],
            "screening": ["screen"],
        },
    )

__all__ = ["mask_audit", "mask_report", "personal_fields", "screen"]
