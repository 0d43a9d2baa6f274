"""An Obligations that remembers what was imposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from archc.graph.static import Dim, Static
from archc.semantics.builtins import BUILTINS
from archc.shapes import Relation, floordiv, mul


@dataclass
class Recorded:
    """What a static function imposed, in order."""

    equalities: list[tuple[Dim, Dim]] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)

    def equal(self, left: Dim, right: Dim, what: str) -> None:
        assert what
        self.equalities.append((left, right))

    def all_equal(self, pairs: Sequence[tuple[Dim, Dim]], what: str) -> None:
        assert what
        self.equalities.extend(pairs)

    def divides(self, divisor: Dim, whole: Dim, what: str) -> None:
        assert what
        self.equalities.append((whole, mul(divisor, floordiv(whole, divisor))))

    def require(self, relation: Relation, what: str) -> None:
        assert what
        self.relations.append(relation)


def call(name: str, *arguments: Static, **named: Static) -> Static:
    """Return the value of a built-in function that imposes nothing here."""
    recorded = Recorded()
    value = BUILTINS[name].call(arguments, named, recorded)
    assert not recorded.equalities and not recorded.relations, recorded
    return value


def imposed(name: str, *arguments: Static, **named: Static) -> tuple[Static, list[tuple[Dim, Dim]]]:
    """Return the value of a built-in function and the equalities that it imposed."""
    recorded = Recorded()
    value = BUILTINS[name].call(arguments, named, recorded)
    return value, recorded.equalities
