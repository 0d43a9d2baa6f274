"""Relations between dims: what `where` says and what a shape rule asks for."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence

from archc.graph.static import Dim
from archc.records import Word, record
from archc.shapes.evaluation import compile_dim, substitute


class Comparison(Word):
    """The comparisons, by their spelling."""

    EQ = "=="
    NE = "!="
    LE = "<="
    LT = "<"
    GE = ">="
    GT = ">"

    def holds(self, left: int, right: int) -> bool:
        """Return whether the comparison is true of two numbers."""
        return _TESTS[self](left, right)


_TESTS: dict[Comparison, Callable[[int, int], bool]] = {
    Comparison.EQ: operator.eq,
    Comparison.NE: operator.ne,
    Comparison.LE: operator.le,
    Comparison.LT: operator.lt,
    Comparison.GE: operator.ge,
    Comparison.GT: operator.gt,
}


@record
class Relation:
    """`left kind right`, between two dims."""

    kind: Comparison
    left: Dim
    right: Dim

    def holds(self, sizes: Mapping[str, int]) -> bool:
        """Return whether the relation is true where every free size is given; a missing one raises KeyError."""
        return self.kind.holds(substitute(self.left, sizes), substitute(self.right, sizes))


def compile_relation(relation: Relation, names: Sequence[str]) -> Callable[[Sequence[int]], bool]:
    """Return a function from the sizes in the order of `names` to whether the relation holds.

    Where a side has no value, because something is divided by 0 or beyond every size, it does not hold.
    """
    left, right = compile_dim(relation.left, names), compile_dim(relation.right, names)
    test = _TESTS[relation.kind]

    def holds(sizes: Sequence[int]) -> bool:
        try:
            return test(left(sizes), right(sizes))
        except ArithmeticError:
            return False

    return holds
