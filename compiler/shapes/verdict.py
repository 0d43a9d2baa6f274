"""What can be known of a relation for all sizes at once."""

from __future__ import annotations

from archc.records import record
from archc.shapes.relation import Relation


@record
class Counterexample:
    """Legal sizes at which a relation is false, and what its two sides are there."""

    sizes: tuple[tuple[str, int], ...]
    left: int
    right: int


@record
class Proven:
    """True for all legal sizes."""


@record
class Refuted:
    """False for all legal sizes."""

    counterexample: Counterexample


@record
class Conditional:
    """True for some legal sizes and false for others.

    All of `condition` together make it true; where `exact`, it is true for no other sizes. An empty condition
    that is not exact says that none was found. The counterexample has the smallest sum of sizes, where those count
    that `where` links to the ones in the relation.
    """

    condition: tuple[Relation, ...]
    counterexample: Counterexample
    exact: bool


@record
class Unknown:
    """Not proved: true at the `tested` smallest legal sizes, and nothing is known of the others."""

    tested: int


Verdict = Proven | Refuted | Conditional | Unknown
