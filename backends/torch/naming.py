"""From static names to Python: parameters and locals in the constructor, attributes everywhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from archc.backends.torch.code import (
    SELF,
    Assign,
    Code,
    Each,
    Known,
    Literal,
    Member,
    Name,
    Node,
    Slot,
    Statement,
    rebuild,
    walk,
)
from archc.backends.torch.names import MODULE_MEMBERS, identifier, unique
from archc.backends.torch.signature import Parameter

N = TypeVar("N", bound=Node)


class Naming:
    """The Python names of one class. `stored` are the static names that methods need."""

    def __init__(
        self,
        parameters: Sequence[Parameter],
        locals_: Mapping[str, Code],
        stored: Sequence[str],
        made: Sequence[Statement],
    ) -> None:
        self.locals = locals_
        self.python = {parameter.known: parameter.name for parameter in parameters}
        for name in locals_:
            self.python[name] = unique(identifier(name), self.python.values())
        self.attributes = self._attributes(stored, made)

    def constructor(self, made: Sequence[Statement]) -> tuple[Statement, ...]:
        """Return the body of the constructor."""
        before = [Assign((Name(self.python[name]),), self._code(code, {})) for name, code in self.locals.items()]
        kept = [Assign((code,), Name(self.python[name])) for name, code in self.attributes.items()]
        return (*before, *kept, *(self._code(statement, {}) for statement in made))

    def method(self, body: Sequence[Statement], sizes: Mapping[str, Code] | None = None) -> tuple[Statement, ...]:
        """Return the body of a method."""
        codes = {**self.attributes, **(sizes or {})}
        return tuple(self._code(statement, codes) for statement in body)

    def _attributes(self, stored: Sequence[str], made: Sequence[Statement]) -> dict[str, Code]:
        """Return the attribute under which each stored name is kept, beside the modules and weights of the class."""
        pieces = [piece for statement in made for piece in walk(statement)]
        taken = {piece.name for piece in pieces if isinstance(piece, Member)}
        taken |= {piece.value for piece in pieces if isinstance(piece, Literal) and isinstance(piece.value, str)}
        found: dict[str, Code] = {}
        for name in stored:
            wanted = self.python[name].lstrip("_") or "value"
            attribute = unique(f"{wanted}_" if wanted in MODULE_MEMBERS else wanted, taken)
            taken.add(attribute)
            found[name] = Member(SELF, attribute)
        return found

    def _code(self, node: N, codes: Mapping[str, Code]) -> N:
        def rule(piece: Node) -> Node:
            if isinstance(piece, Known):
                return codes.get(piece.name) or Name(self.python.get(piece.name, identifier(piece.name)))
            if isinstance(piece, Slot):
                return Name(self.python[piece.name])
            if isinstance(piece, Each) and not any(one == piece.variable for one in walk(piece.item)):
                piece = replace(piece, variable=Name("_"))
            return rebuild(piece, rule)

        return rule(node)  # type: ignore[return-value]
