"""One use of an operator at given arguments and operand types: its results' types, its weights, its environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from archc.diagnostics.diagnostic import Label
from archc.graph.ir import TensorType, Value, Weight, WeightRef
from archc.graph.static import DType, Fill, Identity, Initialiser, Row, Shape, Static, Table
from archc.graph.tables import table_shape
from archc.semantics.arithmetic import is_number
from archc.semantics.definition import Definition
from archc.semantics.dtypes import CLASSES, common, resolve
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Bindings, Deferred, Environment
from archc.semantics.faults import Fault, fault, help_note, unsupported
from archc.semantics.kinds import Coercion
from archc.semantics.matching import Matcher, Types
from archc.semantics.obligations import About
from archc.semantics.scene import Scene
from archc.semantics.session import NODE
from archc.semantics.values import Overloaded, Rest, Thing, describe, is_tensor
from archc.syntax import tree
from archc.syntax.source import Span

Results = tuple[TensorType | tuple[TensorType, ...], ...]


@dataclass(frozen=True, eq=False)
class Use:
    """What all uses with the same arguments and operand types share."""

    env: Deferred
    attributes: tuple[tuple[str, Static], ...]
    weights: tuple[tuple[str, Weight | None], ...]
    results: Results


def environment_of(e: Elaborator, definition: Definition, arguments: Mapping[str, Thing], scene: Scene) -> Deferred:
    """Return the names that the signature and body of a definition see: parameters, and the body's `let`s.

    Raises a Fault where a parameter has neither an argument nor a default.
    """
    e.session.reached.add(definition)
    env = Deferred(definition.scope)
    for parameter in definition.parameters:
        name = parameter.name
        if name in arguments:
            env.pending[name] = _given(e, parameter, arguments[name], env, scene.span_of(name))
        elif parameter.default is not None:
            env.pending[name] = _default(e, parameter, parameter.default, env)
        elif parameter.kind is not None and parameter.kind.optional:
            env.values[name] = None
        else:
            raise _without_value(definition, parameter, scene)
    if definition.rest:
        known = definition.parameter_names | definition.weight_names
        env.values[definition.rest] = Rest(tuple((n, v) for n, v in arguments.items() if n not in known))
    for target, (let, position) in definition.lets.items():
        env.pending[target] = _let(e, let, position, env)
    return env


def _without_value(definition: Definition, parameter: tree.Parameter, scene: Scene) -> Fault:
    """Return what to say of a parameter that neither a call, nor a row of variants, nor anybody else gives a value."""
    name = parameter.name
    message = f"`{definition.name}` needs a value for `{name}`"
    if scene.call != definition.block.name_span:
        return fault("E203", message, scene.call, notes=help_note(f"give it: `{name}=…`"))
    ways = f"a default (`{name} = 8`), a row of `variants {definition.name}({name}) {{ … }}`, or `-D {name}=8`"
    return fault("E203", message, parameter.span, "nothing gives it one", notes=help_note(f"give it one: {ways}"))


def _given(e: Elaborator, parameter: tree.Parameter, thing: Thing, env: Deferred, span: Span) -> Callable[[], Thing]:
    return lambda: Coercion(e, parameter, env, span).run(thing)


def _default(e: Elaborator, parameter: tree.Parameter, default: tree.Expression, env: Deferred) -> Callable[[], Thing]:
    from archc.semantics.calls import argument_value

    return lambda: Coercion(e, parameter, env, default.span).run(argument_value(e, default, parameter, env))


def _let(e: Elaborator, let: tree.Let, position: int, env: Deferred) -> Callable[[], Thing]:
    from archc.semantics.values import Function

    if let.parameters is not None:
        return lambda: Function(let, env)
    return lambda: e.session.recall(let, env, lambda names: let_values(e, let, names))[position]


def let_values(e: Elaborator, let: tree.Let, env: Environment) -> tuple[Thing, ...]:
    """Return one value for every target of a `let`."""
    values = tuple(e.static(value, env) for value in let.values)
    if len(values) == 1 and len(let.targets) > 1:
        one = values[0]
        values = one.items if isinstance(one, Row) else one if type(one) is tuple else values
    if len(values) != len(let.targets):
        values_word = "value" if len(values) == 1 else "values"
        raise fault("E213", f"{len(let.targets)} names for {len(values)} {values_word}", let.span)
    return values


def use_of(
    e: Elaborator, definition: Definition, arguments: Mapping[str, Thing], types: dict[str, Types], scene: Scene
) -> Use:
    """Match one use of an operator against its declaration; raises a Fault or reports what does not fit."""
    if definition.has_state:
        raise unsupported(f"the state that `{definition.name}` keeps", scene.call)
    e = e.on_duty(definition, scene)
    env = environment_of(e, definition, arguments, scene)
    matcher = Matcher(e, definition, env, scene)
    matcher.inputs(types)
    for name, given in types.items():
        env.values.setdefault(name, shape_of(given))
    matcher.where()
    results = _results(e, definition, matcher, types)
    for output, result in zip(definition.outputs, results, strict=True):
        if output.name:
            env.values[output.name] = shape_of(result)
    attributes = tuple([(p.name, cast(Static, env.find(p.name))) for p in definition.parameters])
    if definition.rest:
        rest = cast(Rest, env.find(definition.rest))
        attributes += ((definition.rest, tuple(Row((n, cast(Static, v))) for n, v in rest.items)),)
    return Use(env, attributes, _weights(e, definition, matcher, arguments, scene), results)


def shape_of(types: Types | TensorType | tuple[TensorType, ...]) -> Thing:
    """Return what static code sees of an operand: its shape, a sequence of shapes, or `none`."""
    if types is None:
        return None
    if isinstance(types, TensorType):
        return types.shape
    return tuple(one.shape for one in types)


def _results(e: Elaborator, definition: Definition, matcher: Matcher, types: dict[str, Types]) -> Results:
    results: list[TensorType | tuple[TensorType, ...]] = []
    for output in definition.outputs:
        if output.guard is not None and not e.truth(output.guard, matcher.env):
            continue
        dtype = result_dtype(definition, output, types, matcher.env)
        if output.clause is None:
            results.append(TensorType(matcher.shape(output.shape, matcher.env), dtype))
            continue
        name = output.clause.names[0]
        rounds = cast("tuple[Thing, ...]", e.static(output.clause.iterable, matcher.env))
        e.session.spend(NODE * len(rounds))
        shapes = [matcher.shape(output.shape, Bindings(matcher.env, {name: value})) for value in rounds]
        results.append(tuple(TensorType(shape, dtype) for shape in shapes))
    return tuple(results)


def result_dtype(definition: Definition, output: tree.Output, types: dict[str, Types], env: Environment) -> DType:
    """Return the element type of a result: the declared one, or the common one of the inputs of that class."""
    if output.type is not None and output.type not in CLASSES:
        return resolve(output.type, env, output.span)
    found: list[DType] = []
    for declared in definition.inputs:
        if declared.type == output.type:
            given = types[declared.name]
            found.extend(t.dtype for t in ((given,) if isinstance(given, TensorType) else given or ()))
    return common(found)


def _weights(
    e: Elaborator, definition: Definition, matcher: Matcher, arguments: Mapping[str, Thing], scene: Scene
) -> tuple[tuple[str, Weight | None], ...]:
    """Return the declared weights; None for one that is absent or given as a tensor."""
    weights: list[tuple[str, Weight | None]] = []
    for store, entry in definition.weights:
        present = entry.guard is None or e.truth(entry.guard, matcher.env)
        given = arguments.get(entry.name)
        if is_tensor(given):
            _check_given(matcher, entry, given)
            present = False
        elif entry.name in arguments and (given is None or given is False):
            if not entry.optional:
                raise fault("E201", f"`{definition.name}` cannot do without `{entry.name}`", scene.span_of(entry.name))
            present = False
        weight = weight_of(e, store.store, entry, entry.name, matcher, given) if present else None
        weights.append((entry.name, weight))
    return tuple(weights)


def _check_given(matcher: Matcher, entry: tree.Stored, given: Thing) -> None:
    """Impose on a tensor that is given as a weight the declared shape; one more axis in front is for the samples."""
    if not isinstance(given, (Value, WeightRef)):
        return
    context = matcher.e.session.context
    wanted, found = matcher.shape(entry.shape, matcher.env), given.type.shape
    what = f"`{entry.name}` must be {context.show_shape(wanted)}, and is {context.show_shape(found)}"
    if len(found) - len(wanted) not in (0, 1):
        raise fault("S101", f"{matcher.duties.subject}: {what}", matcher.scene.span_of(entry.name))
    about = About(labels=(Label(matcher.scene.span_of(entry.name), context.show_shape(found)),))
    matcher.duties.all_equal(tuple(zip(found[len(found) - len(wanted) :], wanted, strict=True)), what, about)


def weight_of(
    e: Elaborator, store: tree.Store, entry: tree.Stored, name: str, matcher: Matcher, given: Thing = None
) -> Weight:
    """Return a declared weight at the sizes of this use; `given` is an initialiser from the call."""
    env = matcher.env
    dtype = DType.FLOAT if entry.type is None else resolve(entry.type, env, entry.span)
    shape = matcher.shape(entry.shape, env)
    start: Initialiser | None = None
    if e.session.sketch:
        return Weight(name, store, TensorType(shape, dtype), None)
    _check_known(matcher, name, shape)
    if store is tree.Store.PARAM:
        _check_filled(matcher, entry, shape)
    span = entry.span
    if given is not None and given is not True:
        span = matcher.scene.span_of(name)
        start = initialiser(given, entry, span)
    elif entry.start is not None:
        start = initialiser(_start_of(e, entry.start, env), entry, span)
    _check_start(matcher, name, shape, start, span)
    return Weight(name, store, TensorType(shape, dtype), start)


def _start_of(e: Elaborator, written: tree.Expression, env: Environment) -> Thing:
    """Return what a weight begins with: a table of thousands of numbers is the same in every use at the same sizes."""
    return e.session.recall(written, env, lambda names: e.static(written, names))


def _check_filled(matcher: Matcher, entry: tree.Stored, shape: Shape) -> None:
    """Raise a Fault where a trained weight would have no entries, at the argument that says so if there is one."""
    if 0 not in shape:
        return
    scene = matcher.scene
    at = next((one for one, size in zip(entry.shape.dims, shape, strict=False) if size == 0), None)
    to_blame = at.text if isinstance(at, tree.Name) and at.text in scene.arguments else ""
    shown = matcher.e.session.context.show_shape(shape)
    message = f"{matcher.duties.subject}: `{entry.name}` would be {shown}, which holds nothing"
    span = scene.span_of(to_blame) if to_blame else scene.call
    raise fault("E204", message, span, f"{to_blame} = 0" if to_blame else "", notes=help_note("a width is at least 1"))


def _check_known(matcher: Matcher, name: str, shape: Shape) -> None:
    """Raise a Fault where a weight would have a size that is known at run time only."""
    free = next((dim for dim in shape if not isinstance(dim, int)), None)
    if free is None:
        return
    context = matcher.e.session.context
    raise fault(
        "S113",
        f"{matcher.duties.subject}: `{name}` would be {context.show_shape(shape)}, and `{context.show(free)}` is free",
        matcher.scene.call,
        "a weight has one size for all inputs",
        notes=help_note("take the mean over that axis first (`gap`), name another axis (`axis=1`), or fix the size"),
    )


def _check_start(matcher: Matcher, name: str, shape: Shape, start: Initialiser | None, span: Span) -> None:
    """Raise a Fault where a weight cannot begin so: a table of another shape, the identity for what is no matrix."""
    show = matcher.e.session.context.show_shape
    if isinstance(start, Identity) and len(shape) != 2:
        raise fault("E201", f"`{name}` is {show(shape)}, and only a matrix can begin as the identity", span)
    if not isinstance(start, Table):
        return
    found = table_shape(start.values)
    if found is None:
        raise fault("E201", f"`{name}` cannot begin so: a table has numbers in rows of one length", span)
    if found != shape:
        raise fault("E201", f"`{name}` is {show(shape)}, and the table it begins with is {show(found)}", span)


def initialiser(thing: Thing, entry: tree.Stored, span: Span) -> Initialiser:
    """Return how a weight starts: an initialiser, a number everywhere, or a table of numbers."""
    if isinstance(thing, Overloaded) and isinstance(thing.function, Initialiser):
        return thing.function
    if isinstance(thing, Initialiser):
        return thing
    if is_number(thing):
        return Fill(float(cast(float, thing)))
    if type(thing) is tuple:
        return Table(cast("tuple[Static, ...]", thing))
    raise fault(
        "E201",
        f"`{entry.name}` starts from an initialiser, a number or a table, not from {describe(thing)}",
        span,
        notes=help_note(
            "initialisers are zeros, ones, eye, normal(std), trunc_normal(std), uniform(bound), kaiming_uniform(fan_in)"
        ),
    )
