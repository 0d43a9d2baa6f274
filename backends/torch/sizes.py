"""Sizes that are known at run time only: names for the axes of a `forward`'s inputs."""

from __future__ import annotations

from collections.abc import Sequence

from archc.backends.torch.code import Assign, Code, Item, Listing, Literal, Member, Name, Slice, Statement
from archc.backends.torch.evaluation import is_symbolic
from archc.backends.torch.names import identifier, unique
from archc.backends.torch.sketch import Sketch
from archc.graph.static import Dim, Static


class Sizes:
    """The free sizes of the inputs, by the author's names where the signature has some."""

    def __init__(self, sketches: Sequence[Sketch]) -> None:
        self.places: dict[str, tuple[int, int]] = {}
        self.columns: dict[str, list[Dim]] = {}
        self.ranks = [len(value.type.shape) for value in sketches[0].instance.train.inputs]
        graphs = [sketch.instance.train for sketch in sketches]
        for i, value in enumerate(graphs[0].inputs):
            if any(len(graph.inputs[i].type.shape) != self.ranks[i] for graph in graphs):
                continue  # a body that fits any number of axes names none of their sizes
            for axis in range(len(value.type.shape)):
                column = [graph.inputs[i].type.shape[axis] for graph in graphs]
                if any(map(is_symbolic, column)):
                    self._add(sketches, i, axis, column)

    @property
    def names(self) -> list[str]:
        return list(self.places)

    def _add(self, sketches: Sequence[Sketch], i: int, axis: int, column: list[Dim]) -> None:
        dims = [dict(sketch.instance.train.dims) for sketch in sketches]
        named = [n for n in dims[0] if all(d.get(n) == size for d, size in zip(dims, column, strict=True))]
        wanted = next((n for n in named if n not in self.places), "")
        if wanted or not named:
            name = wanted or unique(f"size_{axis}", self.places)
            self.places[name] = (i, axis)
            self.columns[name] = column

    def extend(self, scopes: Sequence[dict[str, Static]]) -> None:
        """Add the sizes to the names of every instance."""
        for name, column in self.columns.items():
            for scope, size in zip(scopes, column, strict=True):
                scope[name] = size

    def codes(self, used: Sequence[str]) -> dict[str, Code]:
        """Return the variables of sizes."""
        return {name: Name(identifier(name)) for name in used}

    def bindings(self, used: Sequence[str], inputs: Sequence[str]) -> tuple[Statement, ...]:
        """Return the statements that read sizes off the inputs."""
        found: list[Statement] = []
        for i, name in enumerate(inputs):
            axes = sorted((self.places[size][1], size) for size in used if self.places[size][0] == i)
            if axes:
                found.append(self._read(Member(Name(name), "shape"), axes, self.ranks[i]))
        return tuple(found)

    def _read(self, shape: Code, axes: list[tuple[int, str]], rank: int) -> Statement:
        targets = tuple(Name(identifier(size)) for _, size in axes)
        places = [axis for axis, _ in axes]
        if len(places) == 1:
            return Assign(targets, Item(shape, (Literal(places[0]),)))
        if list(range(places[0], places[-1] + 1)) == places:
            start = Literal(places[0]) if places[0] else None
            stop = Literal(places[-1] + 1) if places[-1] + 1 < rank else None
            return Assign(targets, Item(shape, (Slice(start, stop),)) if start or stop else shape)
        return Assign(targets, Listing(tuple(Item(shape, (Literal(p),)) for p in places), "()"))
