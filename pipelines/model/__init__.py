"""The values that the stages hand to each other. No stage knows another; all know these."""

from pipelines.model.findings import Finding, Position, Severity
from pipelines.model.packages import DataPackage, PackageFile
from pipelines.model.reports import SUMMARY_SHEET, MaskedReport, Report, TableReport, require_masked
from pipelines.model.tables import AUDIT_COLUMNS, Cleaned, Extraction, LeftOut, Source, Table, Total

__all__ = [
    "AUDIT_COLUMNS",
    "SUMMARY_SHEET",
    "Cleaned",
    "DataPackage",
    "Extraction",
    "Finding",
    "LeftOut",
    "MaskedReport",
    "PackageFile",
    "Position",
    "Report",
    "Severity",
    "Source",
    "Table",
    "TableReport",
    "Total",
    "require_masked",
]  # fmt: skip
