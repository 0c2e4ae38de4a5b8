"""Where YAML comes in: parts that take no unknown key, and what is wrong told in words.

An unknown key is refused and the nearest known one named; so no slip in a descriptor is passed
over in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines import catalogue
from pipelines.errors import UsageProblem, nearest

#: Pydantic's names of an unknown key; the second is a dataclass's (`Layout`).
_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
#: Pydantic's name of what is wrong → the catalogue's words for it.
_REASONS = {
    "missing": "reason-missing",
    "literal_error": "reason-choice",
    "string_type": "reason-text",
    "string_pattern_mismatch": "reason-name",  # only names have to match a pattern
    "list_type": "reason-list",
    "dict_type": "reason-keys",
    "model_type": "reason-keys",
    "model_attributes_type": "reason-keys",
    "too_short": "reason-empty",
}


class Strict(BaseModel):
    """A descriptor part that takes no unknown key and does not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


S = TypeVar("S", bound=Strict)


def parse(kind: type[S], data: object, where: str) -> S:
    """Check `data` against a model. Raises `UsageProblem` that names the first wrong key."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        # an unknown key first: a slip in a key's name lets the key itself seem to be missing
        wrong = error.errors(include_url=False)
        first = next((item for item in wrong if item["type"] in _UNKNOWN), wrong[0])
        path = [str(part) for part in first["loc"] if part not in ("function-before",)]
        key = ".".join(path)
        if first["type"] in _UNKNOWN:
            near = nearest(path[-1], sorted(_keys(kind)))
            raise UsageProblem(
                "descriptor-key", where=where, key=key, nearest=near or "–"
            ) from error
        raise UsageProblem(
            "descriptor-value", where=where, key=key, reason=_reason(first)
        ) from error


def _reason(error: Mapping[str, Any]) -> str:
    """What is wrong with a value, in the language in force."""
    code = _REASONS.get(error["type"])
    if code is None:
        return str(error["msg"])
    expected = str((error.get("ctx") or {}).get("expected", "")).replace(" or ", ", ")
    return catalogue.text(code, expected=expected, value=str(error["input"])[:60])


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
