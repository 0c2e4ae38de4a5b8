"""The screen for personal data: what must not leave the building by accident."""

from pipelines.privacy.policy import Policy, read_policy
from pipelines.privacy.screen import screen

__all__ = ["Policy", "read_policy", "screen"]
