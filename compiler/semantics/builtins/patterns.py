"""Shape rules of einops patterns and einsum: what is computed from a string."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archc import shapes
from archc.graph.static import Dim, Row, Shape, Static
from archc.semantics.builtins.axes import dims
from archc.semantics.builtins.builtin import Obligations, StaticError, builtin
from archc.semantics.builtins.takings import DIMS, NAMED, PATTERN, SHAPES, items

_TOKEN = re.compile(r"\s*(\.\.\.|[()]|[A-Za-z_]\w*|\d+|\S)")
_REST = "..."

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sized:
    """A pattern on a shape: both sides in single axes, and the size of every axis by its name."""

    left: tuple[str, ...]
    right: tuple[Group, ...]
    sizes: tuple[tuple[str, Dim], ...]

    def size(self, axis: str) -> Dim:
        return dict(self.sizes)[axis]

    def shape(self, axes: Iterable[str]) -> Shape:
        return tuple(self.size(axis) for axis in axes)

    @property
    def flat(self) -> tuple[str, ...]:
        """The single axes of the right side, in order."""
        return tuple(axis for group in self.right for axis in group)


def _side(text: str, pattern: str) -> tuple[Group, ...]:
    groups: list[Group] = []
    inside: list[str] | None = None
    for token in _TOKEN.findall(text):
        if token == "(" and inside is None:
            inside = []
        elif token == ")" and inside is not None:
            groups.append(tuple(inside))
            inside = None
        elif not (token == _REST or token == "1" or token.isidentifier()):
            raise StaticError(f'`{token}` has no place in the pattern "{pattern}"')
        elif inside is None:
            groups.append((token,))
        else:
            inside.append(token)
    if inside is not None:
        raise StaticError(f'`(` is never closed in the pattern "{pattern}"')
    return tuple(groups)


def _sides(pattern: str) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    left, arrow, right = pattern.partition("->")
    if not arrow:
        raise StaticError(f'the pattern "{pattern}" has no `->`')
    return _side(left, pattern), _side(right, pattern)


def _spell(groups: tuple[Group, ...], rest: int) -> tuple[Group, ...]:
    """Write `...` as `rest` axes with names of their own, and drop the 1s inside groups."""
    return tuple(spelt for group in groups for spelt in _spell_group(group, rest))


def _spell_group(group: Group, rest: int) -> Iterator[Group]:
    others = tuple(f"{_REST}{i}" for i in range(rest))
    if group == (_REST,):
        yield from ((axis,) for axis in others)
    else:
        names = (others if axis == _REST else (() if axis == "1" else (axis,)) for axis in group)
        yield tuple(axis for part in names for axis in part)


def sized(obligations: Obligations, pattern: str, shape: Shape, given: dict[str, Dim]) -> Sized:
    """Return a pattern on a shape, or raise StaticError where they do not fit; splits impose that sizes divide."""
    left, right = _sides(pattern)
    rest = len(shape) - len(left) + 1 if (_REST,) in left else 0
    if rest < 0 or ((_REST,) not in left and len(left) != len(shape)):
        raise StaticError(f'the pattern "{pattern}" has {len(left)} axes on the left, the tensor {len(shape)}')
    spelt_left, spelt_right = _spell(left, rest), _spell(right, rest)
    _check_names(pattern, spelt_left, spelt_right, given)
    sizes = dict(given)
    for group, dim in zip(spelt_left, shape, strict=True):
        _solve(obligations, pattern, group, dim, sizes)
    flat = tuple(axis for group in spelt_left for axis in group)
    return Sized(flat, spelt_right, tuple(sizes.items()))


def _check_names(pattern: str, left: tuple[Group, ...], right: tuple[Group, ...], given: dict[str, Dim]) -> None:
    for side, groups in (("left", left), ("right", right)):
        names = [axis for group in groups for axis in group]
        for name in names:
            if names.count(name) > 1:
                raise StaticError(f'`{name}` stands twice on the {side} of the pattern "{pattern}"')
    known = {axis for group in (*left, *right) for axis in group}
    for name in given:
        if name not in known:
            raise StaticError(f'the pattern "{pattern}" has no axis `{name}`')


def _solve(obligations: Obligations, pattern: str, group: Group, dim: Dim, sizes: dict[str, Dim]) -> None:
    unknown = [axis for axis in group if axis not in sizes]
    known = shapes.product([sizes[axis] for axis in group if axis in sizes])
    if len(unknown) > 1:
        names = ", ".join(f"`{name}`" for name in unknown)
        raise StaticError(f'the pattern "{pattern}" leaves {names} open', f"give a size: {unknown[0]}=...")
    if not unknown:
        obligations.equal(dim, known, f'({" ".join(group)}) of the pattern "{pattern}" must be the whole axis')
        return
    sizes[unknown[0]] = dim if known == 1 else shapes.floordiv(dim, known)
    if known != 1:
        remainder = shapes.mod(dim, known)
        obligations.equal(remainder, 0, f'`{unknown[0]}` of the pattern "{pattern}" must be whole')


def _given(sizes: Static) -> dict[str, Dim]:
    rows = [row.items for row in items(sizes) if isinstance(row, Row)]
    named = {str(name): value for name, value in rows}
    for name, value in named.items():
        if not DIMS.accepts((value,)):
            raise StaticError(f"the size of `{name}` must be a size, not `{value}`")
    return named  # type: ignore[return-value]


def _rearranged(obligations: Obligations, pattern: str, shape: Static, sizes: Static) -> Sized:
    result = sized(obligations, pattern, dims(shape), _given(sizes))
    for one, other, side in ((result.left, result.flat, "right"), (result.flat, result.left, "left")):
        lost = [axis for axis in one if axis not in other]
        if lost:
            raise StaticError(f'`{lost[0]}` is missing on the {side} of the pattern "{pattern}"')
    return result


@builtin(obliges=True, pattern=PATTERN, shape=DIMS, sizes=NAMED)
def einops_shape(obligations: Obligations, pattern: str, shape: Static, sizes: Static = ()) -> Shape:
    """The shape after `rearrange`: every group of the right side multiplied out."""
    result = _rearranged(obligations, pattern, shape, sizes)
    return tuple(shapes.product(result.shape(group)) for group in result.right)


@builtin(obliges=True, pattern=PATTERN, shape=DIMS, sizes=NAMED)
def einops_split(obligations: Obligations, pattern: str, shape: Static, sizes: Static = ()) -> Shape:
    """The shape in which every single axis of the left side stands for itself."""
    result = _rearranged(obligations, pattern, shape, sizes)
    return result.shape(result.left)


@builtin(obliges=True, pattern=PATTERN, shape=DIMS, sizes=NAMED)
def einops_order(obligations: Obligations, pattern: str, shape: Static, sizes: Static = ()) -> tuple[int, ...]:
    """For every single axis of the right side, its place on the left side."""
    result = _rearranged(obligations, pattern, shape, sizes)
    return tuple(result.left.index(axis) for axis in result.flat)


@builtin(obliges=True, pattern=PATTERN, shape=DIMS)
def einops_reduced(obligations: Obligations, pattern: str, shape: Static) -> Shape:
    """The shape after a `reduce`: axes that the right side leaves out are gone, a `()` or `1` there is an axis of 1."""
    result = sized(obligations, pattern, dims(shape), {})
    new = [axis for axis in result.flat if axis not in result.left]
    if new:
        raise StaticError(f'`{new[0]}` is missing on the left of the pattern "{pattern}"')
    return tuple(shapes.product(result.shape(group)) for group in result.right)


@dataclass(frozen=True, slots=True)
class Contraction:
    """An einsum on shapes: the axes of every operand and of the result, and the size of every axis."""

    operands: tuple[tuple[str, ...], ...]
    result: tuple[str, ...]
    sizes: tuple[tuple[str, Dim], ...]

    def total(self) -> Dim:
        """Return the product of all sizes: the multiplications of a contraction done at once."""
        return shapes.product([dim for _, dim in self.sizes])


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
            raise StaticError(f'`{name}` on the right of "{pattern}" must stand there once, and on the left')
    return Contraction(inputs, result, tuple(sizes.items()))


def _names(part: str, pattern: str) -> tuple[str, ...]:
    """Return the axes of one operand: words apart where there are spaces between them, else letters."""
    words = part.split()
    names = tuple(words[0]) if len(words) == 1 else tuple(words)
    for name in names:
        if not name.isidentifier():
            raise StaticError(f'`{name}` has no place in the pattern "{pattern}"')
    return names


def _match(obligations: Obligations, pattern: str, names: tuple[str, ...], shape: Shape, sizes: dict[str, Dim]) -> None:
    if len(names) != len(shape):
        raise StaticError(f'"{" ".join(names)}" of "{pattern}" has {len(names)} axes, the operand {len(shape)}')
    for name, dim in zip(names, shape, strict=True):
        if sizes.setdefault(name, dim) != dim:
            obligations.equal(sizes[name], dim, f'`{name}` of the pattern "{pattern}" must have one size')


def _contraction(obligations: Obligations, pattern: str, operands: Static) -> Contraction:
    return contraction(obligations, pattern, tuple(dims(shape) for shape in items(operands)))


@builtin(obliges=True, pattern=PATTERN, operands=SHAPES)
def einsum_shape(obligations: Obligations, pattern: str, operands: Static) -> Shape:
    """The shape of an einsum's result."""
    found = _contraction(obligations, pattern, operands)
    sizes = dict(found.sizes)
    return tuple(sizes[name] for name in found.result)


@builtin(obliges=True, pattern=PATTERN, operands=SHAPES)
def einsum_macs(obligations: Obligations, pattern: str, operands: Static) -> Dim:
    """The multiply-accumulates of an einsum of two operands: the product of all its sizes; 0 of one operand."""
    found = _contraction(obligations, pattern, operands)
    return found.total() if len(found.operands) > 1 else 0


PATTERN_FUNCTIONS = (einops_shape, einops_split, einops_order, einops_reduced, einsum_shape, einsum_macs)
