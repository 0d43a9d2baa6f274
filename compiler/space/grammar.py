"""A space as a grammar: its nodes, each made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Bindings, Environment
from archc.semantics.failures import FAILURES
from archc.semantics.openings import MaybeModule, OneOf, OpenChoice, OpenRepeat, OpenSpace, is_open
from archc.semantics.scope import Scope
from archc.semantics.values import Island, Overloaded, Partial, Tagged, Thing
from archc.space.flows import Misfit, Rules, session_for
from archc.space.mentions import Names, applied
from archc.space.nodes import Choice, Fixed, Labelled, Named, Node, Open, Series
from archc.space.scripts import Script
from archc.space.tensors import Feeds, Tensor, Tensors
from archc.syntax import tree

MOST_KEPT = 60_000
"""Flows and ways that a grammar keeps."""
MOST_NODES = 30_000
"""Nodes after which another grammar takes the place of one."""


class Grammar:
    """The nodes of the spaces of a file. What is `forbidden` by name is never drawn."""

    def __init__(self, scope: Scope, forbidden: Names = frozenset(), tensors: Tensors | None = None) -> None:
        self.scope = scope
        self.prelude: Environment = scope.session.prelude
        self.forbidden = forbidden
        self.tensors = Tensors() if tensors is None else tensors
        self.kept = 0
        self._tables: list[dict[Any, Any]] = []
        self._session = session_for(self.prelude)
        self._e = Elaborator(self._session)
        self._nodes: dict[object, Node] = {}
        self._scripts: dict[object, Script] = {}

    def table(self) -> dict[Any, Any]:
        """Return a new dict for what is known of single tensors; `tidied` empties it."""
        self._tables.append({})
        return self._tables[-1]

    def tidied(self) -> Grammar:
        """Return this grammar without what it keeps of single tensors if that has become too much.

        The rules and the bodies of blocks, which hold for all sizes, stay. Where there are too many nodes it is a new
        grammar: each is kept with the derivations that it made, and no longer.
        """
        if len(self._nodes) > MOST_NODES:
            return Grammar(self.scope, self.forbidden, self.tensors)
        if self.kept + len(self.tensors) > MOST_KEPT:
            for table in self._tables:
                table.clear()
            self.tensors.forget()
            self.kept = 0
        return self

    # -- nodes -----------------------------------------------------------------------------------------

    def node(self, thing: Thing) -> Node:
        """Return the node of a module; raises Misfit where something is none."""
        if isinstance(thing, Overloaded):
            thing = thing.module
        key = (thing, tuple([type(value) for _, value in thing.arguments])) if isinstance(thing, Partial) else thing
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = self._made(thing)
        return node

    def _made(self, thing: Thing) -> Node:
        if isinstance(thing, Partial):
            if any(isinstance(value, OneOf) for _, value in thing.arguments):
                return Choice(thing, self)
            return Open(thing, self) if is_open(thing) else Fixed(thing, self)
        for kinds, make in _KINDS:
            if isinstance(thing, kinds):
                return make(thing, self)
        raise Misfit

    def rules(self, module: Thing) -> Rules:
        """Return what a closed module makes of tensors."""
        return Rules(module, self.prelude, self.tensors)

    def script(self, module: Partial) -> Script:
        """Return the body of a block, cells in place of its open modules."""
        key = (module, tuple([type(value) for _, value in module.arguments]))
        script = self._scripts.get(key)
        if script is None:
            script = self._scripts[key] = Script(module, self)
        return script

    # -- choices ---------------------------------------------------------------------------------------

    def alternative(self, thing: Thing, place: int) -> Thing:
        """Return one of the alternatives of an open decision."""
        match thing:
            case OpenChoice(node=node, names=names, scope=scope):
                return self._value(node.alternatives[place].value, Bindings(scope, dict(names)))
            case OpenRepeat(node=node, names=names, scope=scope, least=least):
                return (self._value(node.body, Bindings(scope, dict(names))),) * (least + place)
            case MaybeModule(module=module):
                return module if place else ()
            case Partial(definition=definition, arguments=arguments):
                name, options = _first_options(thing)
                chosen = tuple((n, options.options[place] if n == name else v) for n, v in arguments)
                return Partial(definition, chosen, thing.inputs, thing.places)
        raise Misfit

    def weights(self, thing: Thing) -> tuple[float, ...]:
        """Return the weights of the alternatives; those without one share what is left of 1 equally.

        An alternative that surely has what is forbidden has none.
        """
        weights = self._declared_weights(thing)
        if not self.forbidden:
            return weights
        return tuple(weight if self._is_allowed(thing, place) else 0.0 for place, weight in enumerate(weights))

    def _is_allowed(self, thing: Thing, place: int) -> bool:
        return not self.forbidden & applied(self.alternative(thing, place), self.scope)

    def _declared_weights(self, thing: Thing) -> tuple[float, ...]:
        match thing:
            case OpenChoice(node=node):
                given = [one.weight.value if one.weight is not None else None for one in node.alternatives]
                left = max(0.0, 1.0 - sum(weight for weight in given if weight is not None))
                share = left / max(1, given.count(None))
                return tuple(float(share if weight is None else weight) for weight in given)
            case OpenRepeat(least=least, most=most):
                return (1.0,) * (most - least + 1)
            case MaybeModule():
                return (1.0, 1.0)
            case Partial():
                return (1.0,) * len(_first_options(thing)[1].options)
        raise Misfit

    def _value(self, node: tree.Expression, env: Environment) -> Thing:
        self._session.steps = 0
        return self._e.evaluate(node, env)

    # -- spaces by name ----------------------------------------------------------------------------------

    def uses_inputs(self, space: OpenSpace) -> bool:
        """Say whether a space asks for anything of what flows in."""
        signature = space.definition.space.signature
        return signature is not None and bool(signature.inputs)

    def bound_sizes(self, space: OpenSpace, feeds: Feeds) -> tuple[tuple[str, Thing], ...] | None:
        """Return the sizes that the signature of a space names, None where it does not allow the inputs."""
        signature = space.definition.space.signature
        if signature is None or not signature.inputs:
            return ()
        if len(signature.inputs) != len(feeds):
            return None
        names: dict[str, Thing] = dict(space.arguments)
        for declared, given in zip(signature.inputs, feeds, strict=True):
            if not isinstance(given, Tensor) or not _bind(declared.shape.dims, given.shape, names):
                return None
        return tuple(item for item in names.items() if item not in space.arguments)

    def unfolded(self, space: OpenSpace, sizes: dict[str, Thing]) -> Node | None:
        """Return what a space is at its arguments and at sizes of its inputs; None where it has no value there."""
        declared = space.definition.space
        env = Bindings(space.definition.scope, {**sizes, **dict(space.arguments)})
        try:
            for parameter in declared.parameters:
                if isinstance(parameter, tree.Parameter) and parameter.name not in env.values:
                    if parameter.default is None:
                        return None
                    env.values[parameter.name] = self._value(parameter.default, env)
            if not all(self._e.truth(clause, env) for clause in declared.where):
                return None
            return self.node(self._value(declared.value, env))
        except (*FAILURES, Misfit):
            return None


def _bind(dims: tuple[tree.Expression | tree.Dots, ...], shape: tuple[int, ...], names: dict[str, Thing]) -> bool:
    """Bind the names in a shape to sizes; say whether the shape allows them."""
    groups = sum(isinstance(dim, tree.Dots) for dim in dims)
    free = len(shape) - len(dims) + groups
    if groups > 1 or free < 0 or (not groups and free):
        return False
    position = 0
    for dim in dims:
        if isinstance(dim, tree.Dots):
            position += free
            continue
        size = shape[position]
        if isinstance(dim, tree.Name) and names.setdefault(dim.text, size) != size:
            return False
        if isinstance(dim, tree.Number) and dim.value != size:
            return False
        position += 1
    return True


def _first_options(module: Partial) -> tuple[str, OneOf]:
    return next((name, value) for name, value in module.arguments if isinstance(value, OneOf))


_KINDS: tuple[tuple[type | tuple[type, ...], Callable[[Thing, Grammar], Node]], ...] = (
    (tuple, Series),
    (Tagged, Labelled),
    ((OpenChoice, OpenRepeat, MaybeModule), Choice),
    (OpenSpace, Named),
    (Island, Fixed),
)
