"""Shape rules of einops patterns: `rearrange` and `reduce`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from archc import shapes
from archc.graph.static import Dim, Row, Shape, Static
from archc.records import record
from archc.semantics.builtins.axes import dims
from archc.semantics.builtins.builtin import Obligations, StaticError, builtin
from archc.semantics.builtins.takings import DIMS, NAMED, PATTERN, items

_TOKEN = re.compile(r"\.\.\.|[()]|[A-Za-z_]\w*|\d+|\S")
_REST = "..."

Group = tuple[str, ...]
"""The single axes that a pattern joins to one axis of a tensor; `(...)` joins all that have no name."""

Side = tuple[Group | None, ...]
"""The groups of one side; None is `...` on its own, which stands for as many axes as remain."""


@record
class Pattern:
    """A pattern as written: its two sides, in groups. `text` is quoted in messages."""

    text: str
    left: Side
    right: Side

    def error(self, message: str, help: str = "") -> StaticError:
        """Return an error that quotes the pattern."""
        return StaticError(f'{message} in the pattern "{self.text}"', help)

    def on(self, rank: int) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
        """Return both sides for tensors of that many axes: `...` spelt out, and the 1s inside groups left out."""
        rest = rank - len(self.left) + 1 if None in self.left else 0
        if rest < 0 or (None not in self.left and len(self.left) != rank):
            raise self.error(f"{len(self.left)} axes stand on the left and the tensor has {rank},")
        return _spell(self.left, rest), _spell(self.right, rest)

    def check(self, left: Group, right: Group, given: dict[str, Dim]) -> None:
        """Raise StaticError where an axis stands twice on a side, or a size is given that no axis has."""
        for side, names in (("left", left), ("right", right)):
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice:
                raise self.error(f"`{twice}` stands twice on the {side}")
        unknown = next((name for name in given if name not in left), None)
        if unknown:
            raise self.error(f"there is no axis `{unknown}` on the left")
        new = next((name for name in right if name not in left), None)
        if new:
            raise self.error(f"`{new}` is missing on the left")


def _flat(groups: tuple[Group, ...]) -> Group:
    return tuple(axis for group in groups for axis in group)


def _spell(groups: Side, rest: int) -> tuple[Group, ...]:
    others = tuple(f"{_REST}{i}" for i in range(rest))
    return tuple(spelt for group in groups for spelt in _spell_group(group, others))


def _spell_group(group: Group | None, others: Group) -> Iterator[Group]:
    if group is None:
        yield from ((axis,) for axis in others)
    else:
        yield tuple(axis for one in group for axis in (others if one == _REST else () if one == "1" else (one,)))


def parse(text: str) -> Pattern:
    """Return the pattern that a string says; raise StaticError where it says none."""
    left, arrow, right = text.partition("->")
    if not arrow:
        raise StaticError(f'the pattern "{text}" has no `->`')
    return Pattern(text, _side(left, text), _side(right, text))


def _side(text: str, pattern: str) -> Side:
    groups: list[Group | None] = []
    inside: list[str] | None = None
    for token in _TOKEN.findall(text):
        if token == "(" and inside is None:
            inside = []
        elif token == ")" and inside is not None:
            groups.append(tuple(inside))
            inside = None
        elif token not in (_REST, "1") and not token.isidentifier():
            raise StaticError(f'`{token}` has no place in the pattern "{pattern}"')
        elif inside is None:
            groups.append(None if token == _REST else (token,))
        else:
            inside.append(token)
    if inside is not None:
        raise StaticError(f'`(` is never closed in the pattern "{pattern}"')
    return tuple(groups)


@record
class Fitted:
    """A pattern on a shape: the single axes of its left side, the groups of its right side, and every axis's size."""

    left: Group
    right: tuple[Group, ...]
    sizes: dict[str, Dim]

    def split(self) -> Shape:
        """Return the shape in which every single axis of the left side stands for itself."""
        return tuple(self.sizes[axis] for axis in self.left)

    def joined(self) -> Shape:
        """Return the shape of the right side."""
        return tuple(shapes.product(self.sizes[axis] for axis in group) for group in self.right)

    def gone(self) -> tuple[int, ...]:
        """Return the positions on the left of the axes that the right side leaves out."""
        kept = _flat(self.right)
        return tuple(i for i, axis in enumerate(self.left) if axis not in kept)

    def order(self) -> tuple[int, ...]:
        """Return for every single axis of the right side its place among those that stay."""
        kept = _flat(self.right)
        stay = [axis for axis in self.left if axis in kept]
        return tuple(stay.index(axis) for axis in kept)


def fit(obligations: Obligations, text: str, shape: Shape, sizes: Static) -> Fitted:
    """Return a pattern on a shape, or raise StaticError where they do not fit; splits impose that sizes divide."""
    given = {cast("str", name): cast("Dim", dim) for name, dim in map(_named, items(sizes))}
    pattern = parse(text)
    left, right = pattern.on(len(shape))
    pattern.check(_flat(left), _flat(right), given)
    solved = dict(given)
    for group, dim in zip(left, shape, strict=True):
        _solve(obligations, pattern, group, dim, solved)
    return Fitted(_flat(left), right, solved)


def _named(row: Static) -> tuple[Static, ...]:
    return cast("Row", row).items


def _solve(obligations: Obligations, pattern: Pattern, group: Group, dim: Dim, sizes: dict[str, Dim]) -> None:
    """Add the sizes of one group's axes to `sizes`; at most one of them may be open."""
    unknown = [axis for axis in group if axis not in sizes]
    known = shapes.product(sizes[axis] for axis in group if axis in sizes)
    if len(unknown) > 1:
        names = " and ".join(f"`{name}`" for name in unknown)
        raise pattern.error(f"the sizes of {names} are open", f"give one of them: {unknown[0]}=...")
    spelt = f"`({' '.join(group)})`" if len(group) != 1 else f"`{group[0]}`"
    if not unknown:
        obligations.equal(dim, known, f"{spelt} of the pattern must fill its axis")
    elif known == 1:
        sizes[unknown[0]] = dim
    else:
        sizes[unknown[0]] = shapes.floordiv(dim, known)
        obligations.divides(known, dim, f"{spelt} of the pattern must divide its axis evenly")


def _rearranged(obligations: Obligations, pattern: str, shape: Static, sizes: Static) -> Fitted:
    fitted = fit(obligations, pattern, dims(shape), sizes)
    if fitted.gone():
        lost = fitted.left[fitted.gone()[0]]
        raise parse(pattern).error(f"`{lost}` is missing on the right", "`reduce` leaves axes out")
    return fitted


@builtin(obliges=True, pattern=PATTERN, shape=DIMS, sizes=NAMED)
def einops_shape(obligations: Obligations, pattern: str, shape: Static, sizes: Static = ()) -> Static:
    """The shape after `rearrange`: every group of the right side multiplied out."""
    return _rearranged(obligations, pattern, shape, sizes).joined()


@builtin(obliges=True, pattern=PATTERN, shape=DIMS, sizes=NAMED)
def einops_reduced(obligations: Obligations, pattern: str, shape: Static, sizes: Static = ()) -> Static:
    """The shape after `reduce`: as `einops_shape`, and axes that the right side leaves out are gone."""
    return fit(obligations, pattern, dims(shape), sizes).joined()


@builtin(obliges=True, pattern=PATTERN, shape=DIMS, sizes=NAMED)
def einops_split(obligations: Obligations, pattern: str, shape: Static, sizes: Static = ()) -> Static:
    """The shape in which every single axis of the left side stands for itself."""
    return fit(obligations, pattern, dims(shape), sizes).split()


@builtin(obliges=True, pattern=PATTERN, shape=DIMS, sizes=NAMED)
def einops_gone(obligations: Obligations, pattern: str, shape: Static, sizes: Static = ()) -> Static:
    """The single axes of the left side that the right side leaves out, by position."""
    return fit(obligations, pattern, dims(shape), sizes).gone()


@builtin(obliges=True, pattern=PATTERN, shape=DIMS, sizes=NAMED)
def einops_order(obligations: Obligations, pattern: str, shape: Static, sizes: Static = ()) -> Static:
    """For every single axis of the right side, its place among the left ones that stay."""
    return fit(obligations, pattern, dims(shape), sizes).order()


PATTERN_FUNCTIONS = (einops_shape, einops_reduced, einops_split, einops_gone, einops_order)
