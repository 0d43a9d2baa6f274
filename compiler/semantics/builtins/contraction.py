"""Shape and cost of sums of products by Einstein's notation."""

from __future__ import annotations

from archc import shapes
from archc.graph.static import Dim, Shape, Static
from archc.records import record
from archc.semantics.builtins.axes import dims
from archc.semantics.builtins.builtin import Obligations, StaticError, builtin
from archc.semantics.builtins.takings import PATTERN, SHAPES, items

Names = tuple[str, ...]


@record
class Contraction:
    """An einsum on shapes: the axes of every operand and of the result, and the size of each axis."""

    operands: tuple[Names, ...]
    result: Names
    sizes: dict[str, Dim]

    def shape(self) -> Shape:
        """Return the result's shape."""
        return tuple(self.sizes[name] for name in self.result)

    def macs(self) -> Dim:
        """Return the multiply-accumulates, done as PyTorch does: from left to right, two operands at a time.

        An axis of one operand that nothing later needs is summed before; one product runs over all the others.
        """
        total: Dim = 0
        first, *others = self.operands
        for done, second in enumerate(others, start=2):
            needed = {*self.result, *(name for names in self.operands[done:] for name in names)}
            run = {n for n in first if n in needed or n in second} | {n for n in second if n in needed or n in first}
            total = shapes.add(total, shapes.product(self.sizes[name] for name in sorted(run)))
            first = tuple(name for name in sorted(run) if name in needed)
        return total


def contraction(obligations: Obligations, pattern: str, operands: tuple[Shape, ...]) -> Contraction:
    """Return an einsum on shapes, or raise StaticError where they do not fit; equal names impose equal sizes."""
    left, arrow, right = pattern.partition("->")
    inputs = tuple(_names(part, pattern) for part in left.split(","))
    if not arrow:
        raise StaticError(f'the pattern "{pattern}" has no `->`')
    if len(inputs) != len(operands):
        raise StaticError(f'the pattern "{pattern}" has {len(inputs)} operands, and {len(operands)} are given')
    sizes: dict[str, Dim] = {}
    for names, shape in zip(inputs, operands, strict=True):
        _match(obligations, pattern, names, shape, sizes)
    result = _names(right, pattern)
    for name in result:
        if name not in sizes or result.count(name) > 1:
            raise StaticError(f'`{name}` must stand once on the right of "{pattern}", and on the left')
    return Contraction(inputs, result, sizes)


def _names(part: str, pattern: str) -> Names:
    """Return the axes of one operand: words apart where there are spaces between them, else letters."""
    words = part.split()
    names = tuple(words[0]) if len(words) == 1 else tuple(words)
    for name in names:
        if not name.isidentifier():
            raise StaticError(f'`{name}` has no place in the pattern "{pattern}"')
    return names


def _match(obligations: Obligations, pattern: str, names: Names, shape: Shape, sizes: dict[str, Dim]) -> None:
    if len(names) != len(shape):
        raise StaticError(f'"{" ".join(names)}" of "{pattern}" has {len(names)} axes, and the operand {len(shape)}')
    for name, dim in zip(names, shape, strict=True):
        if sizes.setdefault(name, dim) != dim:
            obligations.equal(sizes[name], dim, f'`{name}` of the pattern "{pattern}" must have one size')


def _contraction(obligations: Obligations, pattern: str, operands: Static) -> Contraction:
    return contraction(obligations, pattern, tuple(map(dims, items(operands))))


@builtin(obliges=True, pattern=PATTERN, operands=SHAPES)
def einsum_shape(obligations: Obligations, pattern: str, operands: Static) -> Static:
    """The shape of an einsum's result."""
    return _contraction(obligations, pattern, operands).shape()


@builtin(obliges=True, pattern=PATTERN, operands=SHAPES)
def einsum_macs(obligations: Obligations, pattern: str, operands: Static) -> Static:
    """The multiply-accumulates of an einsum, two operands at a time from left to right; 0 of one operand."""
    return _contraction(obligations, pattern, operands).macs()


CONTRACTION_FUNCTIONS = (einsum_shape, einsum_macs)
