"""The register of the functions that expressions may call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.domain.expression.kinds import Kind, Node, arrow_type

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Function:
    """A function: how it is written, what it does (both languages), how it is built."""

    signature: str
    says: dict[str, str]
    call: Callable[[Sequence[Node]], Node]


FUNCTIONS: dict[str, Function] = {}


def function(
    signature: str, id: str, en: str
) -> Callable[[Callable[..., Node]], Callable[..., Node]]:
    def register(build: Callable[..., Node]) -> Callable[..., Node]:
        name, _, inside = signature.partition("(")
        wanted = [part.strip() for part in inside.rstrip(")").split(",")]
        open_ended = wanted[-1] == "…"
        least = sum(not part.endswith("?") and part != "…" for part in wanted)

        def call(nodes: Sequence[Node]) -> Node:
            if len(nodes) < least or (not open_ended and len(nodes) > len(wanted)):
                raise TypeError(signature)
            return build(*nodes)

        FUNCTIONS[name] = Function(signature, {"id": id, "en": en}, call)
        return build

    return register


def need(node: Node, *kinds: str) -> Node:
    if node.kind not in kinds:
        raise TypeError(node.kind)
    return node


def fixed(node: Node, kind: str) -> Any:
    """The value of a constant argument."""
    if not node.fixed or node.kind != kind:
        raise TypeError(node.kind)
    return node.value


def arrow(kind: Kind, name: str, node: Node, **options: Any) -> Node:
    def run(frame: pd.DataFrame) -> Any:
        import pyarrow.compute as pc

        return pc.cast(getattr(pc, name)(node.run(frame), **options), arrow_type(kind), safe=False)

    return Node(kind, run)
