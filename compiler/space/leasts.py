"""The least number of modules that may come of an open module, as far as its text tells without any tensor."""

from __future__ import annotations

from archc.semantics.definition import Definition
from archc.semantics.environment import Environment
from archc.semantics.openings import OneOf, OpenChoice, OpenRepeat, OpenSpace, SpaceDefinition
from archc.semantics.values import Island, Overloaded, Partial, Tagged, Thing
from archc.syntax import tree
from archc.syntax.tree import Operator

ENDLESS = 1 << 30
"""More than any count: what never comes to an end."""


class Leasts:
    """Bounds from below: of a space that asks for the sizes of its inputs, the same for all of them."""

    def __init__(self) -> None:
        self._spaces: dict[SpaceDefinition, int] = {}
        self._things: dict[Thing, int] = {}

    def of(self, thing: Thing) -> int:
        """Return the least number of operators and blocks."""
        try:
            return self._things[thing]
        except KeyError:
            found = self._things[thing] = self._of(thing)
            return found

    def _of(self, thing: Thing) -> int:
        match thing:
            case Partial(arguments=arguments):
                return 1 + sum(self.of(value) for _, value in arguments if _is_open_module(value))
            case Tagged(module=module) | Island(module=module) | Overloaded(module=module):
                return self.of(module)
            case OpenSpace(definition=definition):
                return self.of_space(definition)
            case OpenChoice(node=node, scope=scope):
                return self._written(node, scope)
            case OpenRepeat(node=node, scope=scope, least=least):
                return least * self._written(node.body, scope)
            case tuple():
                return sum(self.of(one) for one in thing)
        return 0

    def of_space(self, space: SpaceDefinition) -> int:
        """Return the bound of a space; while it is worked out, the space itself counts as endless."""
        if space not in self._spaces:
            self._spaces[space] = ENDLESS
            self._spaces[space] = self._written(space.space.value, space.scope)
        return self._spaces[space]

    def _written(self, node: tree.Expression | tree.Labelled, scope: Environment) -> int:
        match node:
            case tree.Name(text=name):
                return self._named(scope, name)
            case tree.Call(callee=tree.Name(text=name)):
                return self._named(scope, name)
            case tree.Labelled(module=module):
                return self._written(module, scope)
            case tree.Sequence(items=items):
                return sum(self._written(one, scope) for one in items)
            case tree.Conditional(then=then, otherwise=otherwise):
                return min(self._written(then, scope), self._written(otherwise, scope))
            case tree.Choice(alternatives=alternatives):
                return min(self._written(one.value, scope) for one in alternatives)
            case tree.Repeat(count=tree.Number(value=int(count)), body=body):
                return count * self._written(body, scope)
            case tree.Repeat(count=tree.Binary(operator=Operator.RANGE, left=tree.Number(value=int(count))), body=body):
                return count * self._written(body, scope)
        return 0

    def _named(self, scope: Environment, name: str) -> int:
        found = scope.find(name)
        if isinstance(found, OpenSpace):
            return self.of_space(found.definition)
        return 1 if isinstance(found, Partial | Overloaded | Definition) else 0


def _is_open_module(value: Thing) -> bool:
    return isinstance(value, OpenSpace | OpenChoice | OpenRepeat | Partial | tuple) and not isinstance(value, OneOf)
