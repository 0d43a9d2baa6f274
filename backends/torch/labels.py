"""Labels as attributes: which containers the paths of a block need, and how code reaches what lives there.

Numbers from 0 on make an `nn.ModuleList`, other names below a label an `nn.ModuleDict`; what Python cannot spell as an
attribute is reached through `_modules`, so that every path is the checkpoint's, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from archc.backends.torch.code import SELF, Code, Literal, Member, item
from archc.backends.torch.names import is_attribute
from archc.graph.ir import Graph, GraphKind, Module


@dataclass(slots=True)
class Place:
    """One component of the labels of a block: what lives right here, and below."""

    name: str
    path: str
    module: Module | None = None
    below: dict[str, Place] = field(default_factory=dict)

    @property
    def is_list(self) -> bool:
        """Say whether this is nothing but a list of numbered modules."""
        return self.module is None and list(self.below) == [str(i) for i in range(len(self.below))]

    @property
    def is_dictionary(self) -> bool:
        """Say whether this is nothing but names that an `nn.ModuleDict` takes."""
        return self.module is None and all(is_attribute(name) or name.isdigit() for name in self.below)


def places(graph: Graph) -> dict[str, Place]:
    """Return the first components of a block's labels, in order, each with all that is below it."""
    root = Place("", "")
    for module in graph.modules:
        place = root
        for name in module.label.split("."):
            path = f"{place.path}.{name}" if place.path else name
            place = place.below.setdefault(name, Place(name, path))
        place.module = module
    return root.below


def access(graph: Graph, path: str) -> Code:
    """Return the code that reaches a module or weight of a block by its path, through the blocks inside it."""
    return reach(SELF, graph, path.split("."))


def reach(base: Code, graph: Graph, parts: list[str]) -> Code:
    """Return the code that reaches a path below `base`, which is an instance of the graph's class."""
    if graph.kind is GraphKind.SEQUENCE:
        inner, code = _numbered(base, graph, parts[0]), parts[1:]
        return _into(graph, parts[0], inner, code)
    below = places(graph)
    place: Place | None = None
    code_ = base
    for position, name in enumerate(parts):
        if name not in below:
            return _beyond(code_, place, parts[position:])
        code_ = step(code_, place, name)
        place, below = below[name], below[name].below
    return code_


def _numbered(base: Code, graph: Graph, name: str) -> Code:
    if name.isdigit() and [m.label for m in graph.modules] == [str(i) for i in range(len(graph.modules))]:
        return item(base, int(name))
    return attribute(base, name)


def _into(graph: Graph, label: str, base: Code, rest: list[str]) -> Code:
    module = next((m for m in graph.modules if m.label == label), None)
    place = Place(label, label, module)
    return _beyond(base, place, rest) if rest else base


def _beyond(base: Code, place: Place | None, parts: list[str]) -> Code:
    """Continue inside the block or operator that lives at a place."""
    content = place.module.content if place and place.module else None
    if isinstance(content, Graph):
        return reach(base, content, parts)
    for name in parts:
        base = weight(base, name)
    return base


def step(base: Code, place: Place | None, name: str) -> Code:
    """Return the code of a component below a place (None for the block itself)."""
    if place is not None and place.is_list:
        return item(base, int(name))
    if place is not None and place.is_dictionary and not is_attribute(name):
        return item(base, name)
    return attribute(base, name)


def attribute(base: Code, name: str) -> Code:
    """Return the code of a submodule of an `nn.Module`."""
    return Member(base, name) if is_attribute(name) else item(Member(base, "_modules"), Literal(name))


def weight(base: Code, name: str, store: str = "_parameters") -> Code:
    """Return the code of a weight of an `nn.Module`."""
    return Member(base, name) if is_attribute(name) else item(Member(base, store), Literal(name))


def leaves(place: Place) -> Iterator[Place]:
    """Yield the places at and below one where a module lives, in order."""
    if place.module is not None:
        yield place
    for inner in place.below.values():
        yield from leaves(inner)
