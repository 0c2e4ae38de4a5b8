"""The screen for personal data: what must not leave the building by accident."""

from pipelines.privacy.conceal import accused, conceal_audit, conceal_findings
from pipelines.privacy.screen import screen

__all__ = ["accused", "conceal_audit", "conceal_findings", "screen"]
