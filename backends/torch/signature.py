"""What a generated constructor takes: the author's parameters as far as it needs them, then sizes and modules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archc.backends.torch.code import Code, Lambda, Listing
from archc.backends.torch.evaluation import Undefined, evaluate
from archc.backends.torch.reasons import literal
from archc.backends.torch.translation import Declined, translate
from archc.graph.ir import Graph
from archc.graph.static import Static
from archc.syntax import tree


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a constructor.

    `known` is its name among the static names, `name` in Python; `annotation` its type; `values` what each instance
    has, `modules` what each is given where it is a module (`fresh` where it is called to make one).
    """

    known: str
    name: str
    annotation: str
    default: Code | None
    values: tuple[Static, ...] = ()
    modules: tuple[Code, ...] = ()
    fresh: bool = False


def annotation_of(values: Sequence[Static]) -> str:
    """Return the type of a parameter that has these values."""
    kinds = list(dict.fromkeys(map(_kind, values)))
    if set(kinds) <= {"int", "float"}:
        return "float" if "float" in kinds else "int"
    return " | ".join(sorted(kinds, key=lambda kind: kind == "None"))


def _kind(value: Static) -> str:
    if value is None:
        return "None"
    if isinstance(value, tuple):
        inner = annotation_of(value) if value else "int"
        return f"Sequence[{inner}]"
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "object")


_KINDS: tuple[tuple[type, str], ...] = ((bool, "bool"), (int, "int"), (float, "float"), (str, "str"))


def made_annotation(code: Code) -> str:
    """Return the type of a parameter that stands for modules."""
    if isinstance(code, Lambda):
        return f"Callable[[{', '.join(['int'] * len(code.names))}], nn.Module]"
    if isinstance(code, Listing):
        inner = next((made_annotation(item) for item in code.items if isinstance(item, Lambda)), "nn.Module")
        return f"Sequence[{inner}]"
    return "nn.Module"


def default_of(graph: Graph, name: str) -> Code | None:
    """Return the default that the author gives a parameter, None where there is none or it is no literal."""
    declared = [p for p in graph.declaration.parameters if isinstance(p, tree.Parameter)] if graph.declaration else []
    default = next((p.default for p in declared if p.name == name), None)
    if default is None:
        return None
    try:
        code = translate(default, lambda _: None)
    except Declined:
        return None
    try:
        value = evaluate(code, {})
    except Undefined:
        return None
    return _frozen(literal(value))


def _frozen(code: Code) -> Code:
    """Return lists as tuples, since defaults are shared between calls."""
    return Listing(tuple(map(_frozen, code.items)), "()") if isinstance(code, Listing) else code
