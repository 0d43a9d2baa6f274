"""Tree edit distance of derivations (Zhang and Shasha, SIAM J. Computing 18, 1989).

The trees are of modules and not of decisions, so that equal architectures are 0 apart however they were derived: a
sequence, a block with what it was given, an operator. To insert, to delete and to rename a module costs 1 each.
"""

from __future__ import annotations

from archc.records import record
from archc.space.canonical import canonical
from archc.space.derived import Derived
from archc.space.nodes import Open, Series


@record
class Tree:
    """A module with those inside it."""

    label: str
    inner: tuple[Tree, ...] = ()


def tree_of(derived: Derived) -> Tree:
    """Return the modules of a derivation; choices, spaces and labels are passed over."""
    while len(derived.parts) == 1 and not isinstance(derived.node, Series | Open):
        derived = derived.parts[0]
    inner = tuple(tree_of(part) for part in derived.parts)
    if isinstance(derived.node, Series):
        return Tree("sequence", tuple(item for one in inner for item in _spliced(one)))
    if isinstance(derived.node, Open):
        return Tree(derived.node.thing.definition.name, inner)
    return Tree(canonical(derived.node.thing))


def _spliced(tree: Tree) -> tuple[Tree, ...]:
    """Return the items of a sequence in a sequence as items of the outer one."""
    return tree.inner if tree.label == "sequence" else (tree,)


def distance(one: Tree, other: Tree) -> int:
    """Return the fewest modules to insert, delete or rename that turn one tree into the other.

    Takes time in the product of both sizes and both depths.
    """
    return _Distances(_Ordered(one), _Ordered(other)).whole()


class _Ordered:
    """A tree in post-order: labels, the first leaf below each node, and the nodes that have a left neighbour."""

    def __init__(self, tree: Tree) -> None:
        self.labels: list[str] = []
        self.first: list[int] = []
        self._visit(tree)
        highest = {leaf: node for node, leaf in enumerate(self.first)}
        self.roots = sorted(highest.values())

    def _visit(self, tree: Tree) -> int:
        leaves = [self._visit(one) for one in tree.inner]
        leaf = leaves[0] if leaves else len(self.labels)
        self.labels.append(tree.label)
        self.first.append(leaf)
        return leaf


class _Distances:
    """The distances of all pairs of subtrees, small ones first."""

    def __init__(self, one: _Ordered, other: _Ordered) -> None:
        self.one = one
        self.other = other
        self.trees = [[0] * len(other.labels) for _ in one.labels]

    def whole(self) -> int:
        for node in self.one.roots:
            for other in self.other.roots:
                self._fill(node, other)
        return self.trees[-1][-1]

    def _fill(self, node: int, other: int) -> None:
        """Work out the distances of the forests that end in two nodes, and of the trees among them."""
        one, two, trees = self.one, self.other, self.trees
        top, left = one.first[node], two.first[other]
        forests = [list(range(other - left + 2))]
        for i in range(top, node + 1):
            above, row = forests[-1], [len(forests)]
            forests.append(row)
            for j in range(left, other + 1):
                least = min(above[j - left + 1], row[j - left]) + 1
                if one.first[i] == top and two.first[j] == left:
                    least = min(least, above[j - left] + (one.labels[i] != two.labels[j]))
                    trees[i][j] = least
                else:
                    least = min(least, forests[one.first[i] - top][two.first[j] - left] + trees[i][j])
                row.append(least)
