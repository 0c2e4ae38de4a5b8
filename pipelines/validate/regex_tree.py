"""Python's own parser of regular expressions: private to `re`, and imported here alone."""

from __future__ import annotations

import re
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as _re_parser  # type: ignore[attr-defined]
from typing import Any

__all__ = ["CATEGORIES", "has_flags", "ops", "parse"]

#: character category → how an expression writes it
CATEGORIES: dict[Any, str] = {
    ops.CATEGORY_DIGIT: r"\d", ops.CATEGORY_NOT_DIGIT: r"\D", ops.CATEGORY_WORD: r"\w",
    ops.CATEGORY_NOT_WORD: r"\W", ops.CATEGORY_SPACE: r"\s", ops.CATEGORY_NOT_SPACE: r"\S",
}  # fmt: skip


def parse(pattern: str) -> Any:
    """Return the syntax tree of an expression: (operator, argument) pairs. Raises `re.error`."""
    return _re_parser.parse(pattern)


def has_flags(tree: Any) -> bool:
    """Whether the expression sets flags, such as `(?i)`."""
    return bool(tree.state.flags & ~re.UNICODE)
