"""Strict pydantic models for YAML: unknown keys are errors, reported in the reader's language.

The error names the nearest known key, so that a misspelt key is never silently ignored.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines import messages
from pipelines.errors import UsageProblem, nearest

#: Pydantic's names of an unknown key; the second is a dataclass's (`Layout`).
_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
#: Pydantic's error type → message code.
_REASONS = {
    "missing": "reason-missing",
    "literal_error": "reason-choice",
    "string_type": "reason-text",
    "string_unicode": "reason-text",
    "string_pattern_mismatch": "reason-name",  # only names have to match a pattern
    "list_type": "reason-list",
    "dict_type": "reason-keys",
    "dataclass_type": "reason-keys",
    "model_type": "reason-keys",
    "model_attributes_type": "reason-keys",
    "too_short": "reason-empty",
    "string_too_short": "reason-empty",
    "greater_than_equal": "reason-least",
    "less_than_equal": "reason-most",
    "greater_than": "reason-above",
}
#: The same by prefix, for errors that pydantic has several types for.
_REASONS_BY_PREFIX = {
    "int_": "reason-whole",
    "float_": "reason-number",
    "finite_": "reason-number",
    "bool_": "reason-flag",
    "date_": "reason-date",
}


class StrictModel(BaseModel):
    """A frozen model that forbids unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


S = TypeVar("S", bound=StrictModel)


def parse(kind: type[S], data: object, where: str) -> S:
    """Check `data` against a model. Raises `UsageProblem` that names the first wrong key."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        # unknown keys first: a misspelt key also makes pydantic report the right one as missing
        wrong = error.errors(include_url=False)
        first = next((item for item in wrong if item["type"] in _UNKNOWN), wrong[0])
        path = _path(data, first["loc"], named=first["type"] in (*_UNKNOWN, "missing"))
        key = ".".join(path)
        if first["type"] in _UNKNOWN:
            near = nearest(path[-1], sorted(_keys(kind)))
            raise UsageProblem(
                "descriptor-key", where=where, key=key, nearest=near or "–"
            ) from error
        code = "descriptor-value" if key else "descriptor-value.whole"
        raise UsageProblem(code, where=where, key=key, reason=_reason(first)) from error


def _path(data: object, location: tuple[int | str, ...], *, named: bool) -> list[str]:
    """Return the keys and numbers that lead to a value; pydantic puts type names between them.

    named: the last one is a key that may be missing from the data.
    """
    found: list[str] = []
    inner: Any = data
    for part in location[: len(location) - named]:
        keys: Container[object] = ()
        if isinstance(inner, Mapping):
            keys = inner
        elif isinstance(inner, list):
            keys = range(len(inner))
        if part in keys:
            inner = inner[part]
            found.append(str(part))
    return [*found, *(str(part) for part in location[-1:] if named)]


def _reason(error: Mapping[str, Any]) -> str:
    """What is wrong with a value, in the language in force."""
    kind = f"{error['type']}_".partition("_")
    code = _REASONS.get(error["type"]) or _REASONS_BY_PREFIX.get(kind[0] + kind[1])
    if code is None:
        return str(error["msg"])
    limits: Mapping[str, Any] = error.get("ctx") or {}
    expected = str(limits.get("expected", "")).replace(" or ", ", ")
    limit = next((limits[name] for name in ("ge", "le", "gt") if name in limits), "")
    return messages.text(code, expected=expected, limit=limit, value=str(error["input"])[:60])


def _keys(kind: type[Any]) -> set[str]:
    """Every key known to a model and to the models within it."""
    found: set[str] = set()
    models = [kind]
    seen: set[type[Any]] = set()
    while models:
        model = models.pop()
        if model in seen:
            continue
        seen.add(model)
        if is_dataclass(model):
            found |= {item.name for item in fields(model)}
            continue
        for name, info in model.model_fields.items():
            found.add(info.alias or name)
            models += _models_in(info.annotation)
    return found


def _models_in(annotation: Any) -> list[type[Any]]:
    if isinstance(annotation, type) and (
        issubclass(annotation, BaseModel) or is_dataclass(annotation)
    ):
        return [annotation]
    return [m for arg in getattr(annotation, "__args__", ()) for m in _models_in(arg)]
