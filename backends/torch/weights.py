"""The weights that a class owns itself."""

from __future__ import annotations

from archc.backends.torch.code import SELF, Assign, Code, Hint, Hole, Perform, Statement, call, method
from archc.backends.torch.evaluation import Scope
from archc.backends.torch.instance import Instance
from archc.backends.torch.labels import weight as reach
from archc.backends.torch.names import is_attribute
from archc.backends.torch.starts import amount, draw, is_random, tensor
from archc.graph.ir import Weight
from archc.graph.static import Fill
from archc.syntax import tree
from archc.syntax.tree import Store


def assignment(base: Code, weight: Weight, stored: tree.Stored | None, scope: Scope) -> Statement:
    """Return the statement that makes a parameter or buffer of `base`."""
    sizes = tuple(Hole(dim, _size_hint(stored, i, scope), "size") for i, dim in enumerate(weight.type.shape))
    hint = _hint(stored.start, scope) if stored and stored.start and not _is_plain(weight) else None
    start = tensor(weight, sizes, hint)
    if weight.store is Store.PARAM:
        return Assign((reach(base, weight.name),), call("nn.Parameter", start))
    if is_attribute(weight.name):
        return Perform(method(base, "register_buffer", weight.name, start))
    return Assign((reach(base, weight.name, "_buffers"),), start)


def own_weights(instance: Instance) -> tuple[Statement, ...]:
    """Return the statements that make a class's own weights, in declaration order."""
    declared = instance.stored()
    scope = instance.scope()
    return tuple(assignment(SELF, one, declared.get(one.name), scope) for one in instance.train.weights)


def draws(instance: Instance) -> tuple[Statement, ...]:
    """Return the statements that begin a class's weights anew; none where nothing is drawn."""
    weights = instance.train.weights
    if not any(is_random(one.start) for one in weights):
        return ()
    declared = instance.stored()
    lines = (_draw(one, declared.get(one.name), instance.scope()) for one in weights)
    return tuple(line for line in lines if line is not None)


def _draw(weight: Weight, stored: tree.Stored | None, scope: Scope) -> Statement | None:
    start = stored.start if stored else None
    hint = _argument_hint(start, scope) if is_random(weight.start) else _hint(start, scope) if start else None
    store = "_parameters" if weight.store is Store.PARAM else "_buffers"
    number = Hole(amount(weight.start), hint, "init")
    return draw(reach(SELF, weight.name, store), weight.start, number)


def _is_plain(weight: Weight) -> bool:
    return isinstance(weight.start, Fill) and weight.start.value in (0.0, 1.0)


def _size_hint(stored: tree.Stored | None, axis: int, scope: Scope) -> Hint | None:
    dims = stored.shape.dims if stored else ()
    if any(isinstance(dim, tree.Dots) for dim in dims) or axis >= len(dims):
        return None
    dim = dims[axis]
    return None if isinstance(dim, tree.Dots) else _hint(dim, scope)


def _hint(expression: tree.Expression, scope: Scope) -> Hint:
    return Hint(expression, tuple(scope.items()))


def _argument_hint(expression: tree.Expression | None, scope: Scope) -> Hint | None:
    """Return how the author wrote the number of `normal(std)`."""
    if not isinstance(expression, tree.Call) or len(expression.arguments) != 1:
        return None
    (argument,) = expression.arguments
    return _hint(argument.value, scope) if isinstance(argument, tree.Argument) else None
