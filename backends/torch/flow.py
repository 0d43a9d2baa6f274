"""Sizes followed through a block: what flows into a module, by the arguments of what it went through before.

`[B, C, H, W] -> [B, C + layers * growth, H, W]` says what a call makes of `C`. Where a signature does not say it, a
size is taken to be the argument, or the size of an operand, that has its value: a guess, and kept only where it is the
value in every instance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

from archc.backends.torch.code import Code, Hint, Known, Literal, walk
from archc.backends.torch.evaluation import is_same
from archc.backends.torch.operators.use import Arguments
from archc.backends.torch.sites import arguments
from archc.backends.torch.translation import Declined, Resolve, infix, translate
from archc.graph.ir import Apply, Call, Graph, Node, Operand, Value
from archc.graph.static import Static
from archc.graph.walk import values
from archc.syntax import tree

LARGEST = 60
"""Pieces of code from which on a size is no longer followed."""

Sizes = tuple[Code | None, ...]


def followed(graph: Graph, outer: Resolve) -> tuple[Code, ...]:
    """Return the sizes of a block's tensors in the static names of the block, in the order in which they are made."""
    follower = _Follower(outer)
    signature = graph.declaration.signature if graph.declaration else None
    for value, declared in zip(graph.inputs, signature.inputs if signature else (), strict=False):
        dims = aligned(declared.shape, len(value.type.shape))
        follower.sizes[value.id] = tuple(follower.read(dim, outer) for dim in dims)
    follower.follow(graph.nodes)
    found = (code for sizes in follower.sizes.values() for code in sizes if code is not None)
    return tuple(code for code in dict.fromkeys(found) if not isinstance(code, Known | Literal))


def aligned(shape: tree.Shape, rank: int) -> tuple[tree.Expression | None, ...]:
    """Return what a declared shape says of each axis, None for those that `...S` stands for."""
    dots = [i for i, dim in enumerate(shape.dims) if isinstance(dim, tree.Dots)]
    written = [dim for dim in shape.dims if not isinstance(dim, tree.Dots)]
    if len(dots) > 1 or (not dots and len(written) != rank) or len(written) > rank:
        return (None,) * rank
    before = dots[0] if dots else rank
    return (*written[:before], *(None,) * (rank - len(written)), *written[before:])


class _Follower:
    """Follows sizes from node to node; `sizes` are what is known of the axes of values, by their ids."""

    def __init__(self, outer: Resolve) -> None:
        self.outer = outer
        self.sizes: dict[int, Sizes] = {}

    def follow(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            made = self._called(node) if isinstance(node, Call) else [self._applied(node, v) for v in node.results]
            for value, sizes in zip(node.results, made, strict=False):
                self.sizes[value.id] = sizes

    def read(self, expression: tree.Expression | None, resolve: Resolve) -> Code | None:
        """Return an expression in Python, None where it has no form there or is too large to be of use."""
        if expression is None:
            return None
        try:
            code = translate(expression, resolve)
        except Declined:
            return None
        return code if sum(1 for _ in walk(code)) <= LARGEST else None

    def _here(self, names: Sequence[tuple[str, Static]]) -> Resolve:
        """Return how the names at a place of the text read: those of the block, and variables of loops by value."""
        known = dict(names)

        def resolve(name: str) -> Code | None:
            found = self.outer(name)
            number = known.get(name)
            return Literal(number) if found is None and isinstance(number, int) else found

        return resolve

    # -- blocks ----------------------------------------------------------------------------------

    def _called(self, node: Call) -> list[Sizes]:
        declaration = node.graph.declaration
        if declaration is None or declaration.signature is None:
            return self._sequence(node)
        resolve = self._inside(node, declaration)
        outputs = declaration.signature.outputs or ()
        if len(outputs) != len(node.results):
            return []
        shapes = zip(outputs, node.results, strict=True)
        return [tuple(self.read(dim, resolve) for dim in aligned(o.shape, len(v.type.shape))) for o, v in shapes]

    def _inside(self, node: Call, declaration: tree.Block) -> Resolve:
        """Return how names inside a called block read outside of it."""
        here = self._here(node.site.names)
        given = arguments(node.site.expression, declaration)
        bound: dict[str, Code | None] = {}
        operands = list(values(node.operands))
        assert declaration.signature is not None
        for declared, operand in zip(declaration.signature.inputs, operands, strict=False):
            dims = aligned(declared.shape, len(operand.type.shape))
            sizes = self.sizes.get(operand.id, (None,) * len(dims))
            bound.update({d.text: s for d, s in zip(dims, sizes, strict=True) if isinstance(d, tree.Name)})
        return lambda name: self.read(given[name], here) if name in given else bound.get(name)

    def _sequence(self, node: Call) -> list[Sizes]:
        inside = _Follower(self.outer)
        for value, operand in zip(node.graph.inputs, values(node.operands), strict=False):
            inside.sizes[value.id] = self.sizes.get(operand.id, ())
        inside.follow(node.graph.nodes)
        return [inside.sizes.get(one.id, ()) for one in values(node.graph.outputs)]

    # -- operators -------------------------------------------------------------------------------

    def _applied(self, node: Apply, result: Value) -> Sizes:
        shape = result.type.shape
        return tuple(self._axis(node, axis, size) if isinstance(size, int) else None for axis, size in enumerate(shape))

    def _axis(self, node: Apply, axis: int, size: int) -> Code | None:
        """Return the first guess at where the size of an axis comes from."""
        return next((code for code in self._guesses(node, axis, size) if code is not None), None)

    def _guesses(self, node: Apply, axis: int, size: int) -> Iterator[Code | None]:
        written = Arguments(node.attributes, node.site)
        for name, value in node.attributes:
            hint = written.hint(name) if type(value) is int and value == size else None
            yield self._hinted(hint)
        for operand in node.operands:
            if isinstance(operand, tuple):
                yield self._joined(operand, axis, size)
        known = [(value.type.shape, self.sizes.get(value.id, ())) for value in values(node.operands)]
        for dims, codes in known:
            yield from (c for i, (d, c) in enumerate(zip(dims, codes, strict=False)) if i == axis and is_same(d, size))
        for dims, codes in known:
            yield from (c for d, c in zip(dims, codes, strict=False) if is_same(d, size))

    def _hinted(self, hint: Hint | None) -> Code | None:
        return self.read(hint.expression, self._here(hint.names)) if hint is not None else None

    def _joined(self, operands: tuple[Operand, ...], axis: int, size: int) -> Code | None:
        """Return the sum of what tensors have along an axis along which they are joined."""
        parts = list(values(operands))
        dims = [part.type.shape[axis] for part in parts if axis < len(part.type.shape)]
        codes = [self.sizes.get(part.id, ())[axis : axis + 1] for part in parts]
        known = [code for one in codes for code in one if code is not None]
        if len(known) != len(operands) or sum(dim for dim in dims if isinstance(dim, int)) != size:
            return None
        return reduce(lambda total, code: infix(total, "+", code), known)
