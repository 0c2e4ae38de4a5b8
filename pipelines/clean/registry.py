"""The steps that `clean:` may name: their functions, their parameters, their documentation.

A step is a function `(table, *, parameters)`; its keyword parameters are what the descriptor may
write, checked against their annotations. A step with many parameters takes them as one model,
`(table, *, options: SomeOptions)`. Unknown steps and parameters are refused and the nearest
known one is named.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, create_model

from pipelines.clean.table.working_table import WorkingTable
from pipelines.errors import UsageProblem, nearest
from pipelines.project.strict import StrictModel, parse


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_listed)]
"""One column name or a list of them."""
Filled = Annotated[Names, Field(min_length=1)]
"""The same, but not an empty list."""


@dataclass(frozen=True)
class Step:
    """A step by its name. first: the parameter that a bare value fills (`fill_down: [desa]`).

    parses: it reads the cells of its columns, so the schema's default steps leave those alone.
    totals: the step also runs over the total rows put aside, so that they can be compared.
    """

    name: str
    run: Callable[..., None]
    first: str
    parses: bool
    totals: bool

    @cached_property
    def options(self) -> type[StrictModel] | None:
        """The model that a step with many parameters takes them in, None for keyword parameters."""
        hint = typing.get_type_hints(self.run).get("options")
        return hint if isinstance(hint, type) and issubclass(hint, StrictModel) else None

    @cached_property
    def model(self) -> type[StrictModel]:
        """The parameters as a model that checks them."""
        if self.options is not None:
            return self.options
        hints = typing.get_type_hints(self.run, include_extras=True)
        fields: dict[str, Any] = {
            name: (hints[name], ... if item.default is item.empty else item.default)
            for name, item in list(inspect.signature(self.run).parameters.items())[1:]
        }
        return create_model(f"{self.name}_parameters", __base__=StrictModel, **fields)

    @property
    def doc(self) -> str:
        """What the step does, its parameters and a worked example."""
        return inspect.cleandoc(self.run.__doc__ or "")

    def read(self, value: object, where: str) -> dict[str, Any]:
        """Check written parameters. Raises `UsageProblem`: unknown (nearest named), wrong."""
        given = value if isinstance(value, Mapping) and not self._bare(value) else None
        if given is None:
            given = {} if value is None or value is True else {self.first: value}
        given = {self._plural(str(key)): item for key, item in given.items()}
        model = parse(self.model, given, f"{where} › {self.name}")
        if type(model) is self.options:
            return {"options": model}
        return {name: getattr(model, name) for name in type(model).model_fields}

    def _plural(self, key: str) -> str:
        """One column may be given as `field:` or `column:` where several may."""
        known = self.model.model_fields
        return f"{key}s" if key in ("field", "column") and key not in known else key

    def _bare(self, value: Mapping[Any, Any]) -> bool:
        """Say whether a mapping is the first parameter itself (`rename: {Lama: baru}`)."""
        known = set(self.model.model_fields)
        hint = self.model.model_fields[self.first].annotation if self.first else None
        return typing.get_origin(hint) is dict and not known & {
            self._plural(str(key)) for key in value
        }


STEPS: dict[str, Step] = {}


def step(
    first: str = "fields", *, parses: bool = False, totals: bool = True
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as the step of its name (a trailing underscore is not part of it)."""

    def register(run: Callable[..., None]) -> Callable[..., None]:
        name = run.__name__.rstrip("_")
        STEPS[name] = Step(name, run, first, parses, totals)
        return run

    return register


@dataclass(frozen=True)
class Planned:
    """A step with its checked parameters, ready to run."""

    step: Step
    parameters: Mapping[str, Any]

    @property
    def fields(self) -> list[str]:
        """The columns it was asked to work on, empty when it takes all."""
        return list(self.parameters.get("fields") or ())

    def run(self, table: WorkingTable) -> None:
        """Run over the working table."""
        table.step = self.step.name
        self.step.run(table, **self.parameters)


def plan(written: Sequence[str | Mapping[str, Any]], where: str) -> list[Planned]:
    """Read `clean:`. Raises `UsageProblem` for an unknown step or parameter, nearest named."""
    planned = []
    for number, item in enumerate(written, start=1):
        place = f"{where} › clean[{number}]"
        if isinstance(item, str):
            name, value = item, None
        elif len(item) == 1:
            ((name, value),) = item.items()
        else:
            raise UsageProblem("step-shape", where=place, value=", ".join(str(key) for key in item))
        if name not in STEPS:
            raise UsageProblem(
                "step-unknown",
                where=place,
                value=name,
                nearest=nearest(str(name), STEPS) or "–",
                available=", ".join(sorted(STEPS)),
            )
        planned.append(Planned(STEPS[name], STEPS[name].read(value, place)))
    return planned


def run_step(table: WorkingTable, name: str, **parameters: Any) -> None:
    """Run one step by name, parameters unchecked (for the defaults and for tests)."""
    table.step = name
    STEPS[name].run(table, **parameters)
