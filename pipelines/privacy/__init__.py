"""The screen for personal data: what must not leave the building by accident."""

from pipelines.privacy.conceal import conceal_audit, conceal_findings
from pipelines.privacy.policy import Policy, read_policy
from pipelines.privacy.screen import screen

__all__ = ["Policy", "conceal_audit", "conceal_findings", "read_policy", "screen"]
