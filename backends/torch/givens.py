"""Modules that a block is given: parameters of kind `block` are functions that make modules.

    block Block(C, mixer: block) { ... gnconv: mixer(C) ... }     becomes     self.gnconv = mixer(C)

What the call writes out is passed on; what the author had bound before (`GnConv(order=2)`) stays in the function. A
module's width is passed too where the function needs it, since the author never writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archc.backends.torch.code import (
    Code,
    Given,
    Hint,
    Hole,
    Infix,
    Lambda,
    Literal,
    Name,
    Node,
    rebuild,
)
from archc.backends.torch.instance import Instance
from archc.graph.ir import Site
from archc.graph.static import Dim, Static
from archc.syntax import tree


def makers_of(instance: Instance) -> frozenset[str]:
    """Return the parameters of a block that stand for blocks: those of which the graph has no value."""
    declaration = instance.train.declaration
    known = dict(instance.train.arguments)
    declared = [p for p in declaration.parameters if isinstance(p, tree.Parameter)] if declaration else []
    return frozenset(p.name for p in declared if p.name not in known and p.kind is not None and p.kind.name == "block")


def given(
    module: Code, site: Site, makers: frozenset[str], declaration: tree.Block | None, sizes: Iterable[Dim]
) -> Code:
    """Return a module as one that a parameter makes, if the text says so; else as it is."""
    expression = site.expression
    written = expression.arguments if isinstance(expression, tree.Call) else ()
    origin = origin_of(expression.callee if isinstance(expression, tree.Call) else expression, makers)
    if origin is None or any(isinstance(argument, tree.Spread) for argument in written):
        return module
    names = [p.name for p in declaration.parameters if isinstance(p, tree.Parameter)] if declaration else []
    explicit: list[tuple[str, Hint]] = []
    for position, argument in enumerate(written):
        if isinstance(argument, tree.Argument):
            name = argument.name or (names[position] if position < len(names) else "")
            explicit.append((name, Hint(argument.value, site.names)))
    index = Hint(origin.index, site.names) if origin.index is not None else None
    widths = tuple(size for size in sizes if isinstance(size, int))
    return Given(origin.parameter, module, index, tuple(explicit), tuple(names), widths)


@dataclass(frozen=True, slots=True)
class Origin:
    """`mixer`, or `mixers[s]`."""

    parameter: str
    index: tree.Expression | None


def origin_of(expression: tree.Expression | None, makers: Iterable[str]) -> Origin | None:
    """Return which parameter that makes modules an expression names, None where it is another expression."""
    if isinstance(expression, tree.Name) and expression.text in makers:
        return Origin(expression.text, None)
    if isinstance(expression, tree.Index) and len(expression.subscripts) == 1:
        base, subscript = expression.base, expression.subscripts[0]
        if isinstance(base, tree.Name) and base.text in makers and not isinstance(subscript, tree.Slice):
            return Origin(base.text, subscript)
    return None


# -- the functions -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Maker:
    """A function that makes one instance's module, with what this use passes to it."""

    function: Lambda
    values: tuple[Static, ...]
    hints: tuple[Hint | None, ...]


def makers(givens: Sequence[Given], modules: Sequence[Code]) -> list[Maker] | None:
    """Return a function for each use, all with the same arguments; None where what is written does not fit."""
    names = [name for name, _ in givens[0].explicit]
    if any(len(one.explicit) != len(names) for one in givens):
        return None
    plans = [_Plan(one, module) for one, module in zip(givens, modules, strict=True)]
    if not all(plan.fits for plan in plans):
        return None
    wide = any(plan.needs_width for plan in plans)
    return [plan.maker(wide) for plan in plans]


class _Plan:
    """How one module's constructor becomes a function of what a use passes."""

    def __init__(self, one: Given, module: Code) -> None:
        self.given = one
        self.module = module
        self.passed = {name: self._value(name) for name, _ in one.explicit}
        self.fits = None not in self.passed.values()
        self.width = next((w for w in one.widths if any(w == hole.value for hole in self._open())), None)
        covered = self.width is None or self.width in self.passed.values()
        self.needs_width = not covered

    def _value(self, name: str) -> Static:
        """Return what the module has for a parameter that the call writes out."""
        return next((hole.value for hole in _holes(self.module) if hole.role == name), None)

    def _open(self) -> Iterable[Hole]:
        """Yield the numbers that the author of the module writes nowhere: they come from what flows in."""
        return (hole for hole in _holes(self.module) if hole.role not in self.given.declared)

    def maker(self, wide: bool) -> Maker:
        names = tuple(self.passed)
        values = tuple(self.passed.values())
        hints: tuple[Hint | None, ...] = tuple(hint for _, hint in self.given.explicit)
        if wide:
            width = self.width if self.width is not None else next(iter(self.given.widths), 0)
            names, values, hints = (*names, "C" if "C" not in names else "width"), (*values, width), (*hints, None)
        return Maker(Lambda(names, self._body(dict(zip(names, values, strict=True)))), values, hints)

    def _body(self, arguments: dict[str, Static]) -> Code:
        def rule(piece: Node) -> Node:
            if isinstance(piece, Lambda):
                return piece  # a function that is passed on has its own arguments
            if isinstance(piece, Hole) and piece.role in self.passed:
                return Name(piece.role)
            if isinstance(piece, Hole) and piece.role not in self.given.declared:
                return self._carried(piece, arguments)
            return rebuild(piece, rule)

        found = rule(self.module)
        assert isinstance(found, Code)
        return found

    def _carried(self, hole: Hole, arguments: dict[str, Static]) -> Code:
        """Return a number by the argument that it is, or is a part of."""
        for name, value in reversed(arguments.items()):  # the width first, which stands last where it is passed
            if value == self.width and hole.value == value:
                return Name(name)
            if value == self.width and _parts(hole.value, value):
                return Infix(Name(name), "//", Literal(_parts(hole.value, value)))
        return hole


def _parts(part: Static, whole: Static) -> int:
    """Return how many times a size goes into the width, 0 where that is no sign of anything."""
    if not isinstance(part, int) or not isinstance(whole, int) or part < 8 or whole % part:
        return 0
    return whole // part if whole // part in (2, 4, 8) else 0


def _holes(code: Code) -> Iterable[Hole]:
    """Yield the numbers of a constructor, without those of functions that it passes on."""
    found: list[Hole] = []

    def rule(piece: Node) -> Node:
        if isinstance(piece, Hole):
            found.append(piece)
        return piece if isinstance(piece, Lambda) else rebuild(piece, rule)

    rule(code)
    return found
