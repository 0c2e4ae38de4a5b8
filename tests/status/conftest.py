"""Toy datasets published on the real portal."""

from publishing import go, name, steward  # noqa: F401 (fixtures)
