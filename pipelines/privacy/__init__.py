"""The screen for personal data: what must not leave the building by accident."""

from pipelines.privacy.conceal import accused, conceal_audit, conceal_findings
from pipelines.privacy.policy import Policy, read_policy
from pipelines.privacy.screen import screen

__all__ = ["Policy", "accused", "conceal_audit", "conceal_findings", "read_policy", "screen"]
