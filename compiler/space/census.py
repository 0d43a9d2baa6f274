"""The census of a space: how many derivations it has of each size, each of them by its number, and draws by size."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archc.diagnostics import ArchError, Diagnostic, Note
from archc.semantics.recursion import deep_recursion
from archc.space.counting import Counting, Table, Uncountable
from archc.space.derivations import Derivation
from archc.space.derived import Derived
from archc.space.drawing import Infeasible
from archc.space.parsing import Parsing, Strayed
from archc.space.ranking import Ranking
from archc.space.ways import Around

if TYPE_CHECKING:
    from archc.space.spaces import Space

REJECTIONS = 1_000
"""Draws beyond the budget before nothing is said to be within it."""


class Census:
    """Counts of a space at the sizes of its inputs.

    The size of a derivation is the number of its operators and blocks, as `Derivation.size` has it. Counts leave aside
    the budget and what `Space.having` requires, and so do numbers; draws keep to both. All methods raise ArchError
    (E231) where there is no end of derivations or too many shapes.
    """

    def __init__(self, space: Space) -> None:
        self.space = space
        self._apart = space.apart()
        self.counting = Counting()
        self.ranking = Ranking(self.counting)
        with space.gone_through():
            self.node = self._apart.node
        self.feeds = self._apart.inputs_at_sizes()

    def count(self, size: int) -> int:
        """Return how many derivations have exactly this size."""
        return sum(self._table(size).values())

    def counts(self, most: int) -> dict[int, int]:
        """Return how many derivations there are of each size up to `most` that has any."""
        found = ((size, self.count(size)) for size in range(most + 1))
        return {size: count for size, count in found if count}

    def derivation(self, size: int, number: int) -> Derivation:
        """Return the derivation of a number from 0 to `count(size) - 1`, in an order that never changes.

        Raises IndexError for any other number.
        """
        left = number
        for result, count in self._table(size).items():
            if 0 <= left < count:
                with deep_recursion():
                    return Derivation(self.space, self.ranking.derived(self.node, self.feeds, size, result, left))
            left -= count
        raise IndexError(f"{self.space.name} has {self.count(size):,} derivations of size {size}: {number} is none")

    def derivations(self, most: int) -> Iterator[Derivation]:
        """Yield all derivations up to a size, small ones first, each made when it is asked for."""
        for size in range(most + 1):
            for number in range(self.count(size)):
                yield self.derivation(size, number)

    def sample(self, seed: int, most: int) -> Derivation:
        """Return a derivation within the budget: every size up to `most` is as likely, and so are all of one size.

        What is beyond the budget is drawn again, so small sizes come more often where large ones cost too much. Equal
        seeds give equal ones.
        """
        chance = random.Random(seed)
        counts = self.counts(most)
        for _ in range(REJECTIONS if counts else 0):
            size = chance.choice(list(counts))
            found = self.derivation(size, chance.randrange(counts[size]))
            if self.space.has_what_it_must(found.root) and self._is_affordable(found.root):
                return found
        help = Note("help", "allow larger ones, or raise the bounds")
        raise ArchError((self.space.diagnostic("E220", f"no derivation of size {most} or less was found", help),))

    def _is_affordable(self, root: Derived) -> bool:
        try:
            with deep_recursion():
                Parsing(self.space.budget).follow(root.node, root.module, root.feeds, Around())
        except (Infeasible, Strayed):
            return False
        return True

    def _table(self, size: int) -> Table:
        try:
            with self.space.gone_through():
                table = self.counting.table(self.node, self.feeds, size)
        except Uncountable as reason:
            raise ArchError((self._uncountable(str(reason)),)) from None
        return {result: count for result, count in table.items() if self._apart.accepts(result)}

    def _uncountable(self, reason: str) -> Diagnostic:
        return self.space.diagnostic("E231", f"the derivations of `{self.space.name}` cannot be counted: {reason}")
