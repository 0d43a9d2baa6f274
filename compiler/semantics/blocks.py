"""Blocks: one graph for equal arguments and equal input types, elaborated at the first call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from archc.graph.ir import Apply, Graph, GraphKind, Operands, TensorType, Value
from archc.graph.static import Dim, Static
from archc.records import record
from archc.semantics.binding import Use, environment_of
from archc.semantics.definition import Definition
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Deferred, Missing
from archc.semantics.frame import Frame, FrameNames
from archc.semantics.matching import Matcher, Types
from archc.semantics.operators import types_of
from archc.semantics.outputs import Outputs, checked_outputs
from archc.semantics.scene import Scene
from archc.semantics.session import BLOCK, Session
from archc.semantics.statements import Statements, returned_things
from archc.semantics.values import Partial, PoisonType, Rest, Thing, is_module, is_tensor


def graph_of(
    frame: Frame,
    module: Partial,
    operands: Mapping[str, Operands],
    extra: Mapping[str, Operands],
    label: str | None,
    scene_of: Callable[[], Scene],
) -> Graph | None:
    """Return the graph of a block at these arguments and input types; None where it has errors, which are reported.

    `extra` are tensors given to parameters: they become inputs of the graph. A scene is asked for where it is new.
    """
    session = frame.session
    definition = module.definition
    arguments = {name: value for name, value in module.arguments if not is_tensor(value)}
    types = {name: types_of(operand) for name, operand in operands.items()}
    extra_types = {name: types_of(operand) for name, operand in extra.items()}
    static = tuple((name, type(value), value) for name, value in arguments.items())
    key = (definition, static, tuple(types.items()), tuple(extra_types.items()), session.mode)
    if key in session.graphs:
        graph = session.graphs[key]
        session.mode_asked = session.mode_asked or (graph is not None and graph.depends_on_mode)
        return graph
    session.spend(BLOCK)
    scene = scene_of()
    asked, session.mode_asked = session.mode_asked, False
    with session.inside(label or definition.name, scene.call):
        graph = elaborate_block(Elaborator(session), definition, arguments, types, extra_types, scene)
    session.mode_asked = session.mode_asked or asked
    session.graphs[key] = graph
    return graph


def elaborate_block(
    e: Elaborator,
    definition: Definition,
    arguments: Mapping[str, Thing],
    types: dict[str, Types],
    extra: Mapping[str, Types],
    scene: Scene,
    kind: GraphKind = GraphKind.BLOCK,
) -> Graph | None:
    """Elaborate one block; raises a Fault where its signature does not fit, returns None where its body has errors."""
    run = run_block(e, definition, arguments, types, extra, scene)
    if run is None:
        return None
    return run.frame.finish(
        kind,
        run.outputs.operands,
        named=run.outputs.names,
        name=definition.name,
        doc=definition.block.doc or "",
        arguments=run.arguments,
        dims=run.dims,
        depends_on_mode=e.session.mode_asked,
        span=definition.block.span,
        declaration=definition.block,
    )


@record
class Run:
    """A block's body, run: the frame with all that it made, what it returns, and the values of its static names."""

    frame: Frame
    outputs: Outputs
    arguments: tuple[tuple[str, Static], ...]
    dims: tuple[tuple[str, Dim], ...]


def run_block(
    e: Elaborator,
    definition: Definition,
    arguments: Mapping[str, Thing],
    types: Mapping[str, Types],
    extra: Mapping[str, Types],
    scene: Scene,
    frame_for: Callable[[Session, FrameNames, Definition], Frame] = Frame,
) -> Run | None:
    """Run the body of a block in a frame; raises and returns as `elaborate_block` does."""
    everything: dict[str, Thing] = dict(arguments)
    placeholders = {name: _placeholder(given) for name, given in extra.items()}
    everything.update(placeholders)
    on_duty = e.on_duty(definition, scene)
    env = environment_of(on_duty, definition, everything, scene)
    matcher = Matcher(on_duty, definition, env, scene)
    matcher.inputs(dict(types))
    matcher.where()
    names = FrameNames(definition.scope, {})
    frame = frame_for(e.session, names, definition)
    inputs = {name: _inputs(frame, name, given) for name, given in types.items()}
    swaps = {name: _inputs(frame, name, given) for name, given in extra.items()}
    arguments_of_graph, dims = bind_names_of(definition, env, names, inputs, swaps)
    body = Statements(Elaborator(e.session, frame), frame, matcher, definition)
    body.given = {name: value for name, value in arguments.items() if name in definition.weight_names}
    result = body.run_block(definition.block.body or ())
    if isinstance(result, PoisonType) or body.failed:
        return None
    return Run(frame, checked_outputs(e, frame, matcher, body, result), arguments_of_graph, dims)


def _placeholder(given: Types) -> Thing:
    one = given if isinstance(given, TensorType) else (given or (TensorType(()),))[0]
    return Value(-1, one)


def _inputs(frame: Frame, name: str, given: Types) -> Thing:
    if given is None:
        return None
    if isinstance(given, TensorType):
        return frame.input(given, name)
    return tuple(frame.input(one, name) for one in given)


def bind_names_of(
    definition: Definition, env: Deferred, names: FrameNames, inputs: Mapping[str, Thing], swaps: Mapping[str, Thing]
) -> tuple[tuple[tuple[str, Static], ...], tuple[tuple[str, Dim], ...]]:
    """Give the body its names: parameters, dims and inputs. Returns the graph's record of the first two."""
    arguments: list[tuple[str, Static]] = []
    for parameter in definition.parameters:
        value = swaps.get(parameter.name, _known(env, parameter.name))
        names.values[parameter.name] = value
        if value == () or not (is_tensor(value) or is_module(value)):
            arguments.append((parameter.name, cast(Static, value)))
    if definition.rest:
        rest = cast(Rest, env.find(definition.rest))
        names.values[definition.rest] = Rest(tuple((n, swaps.get(n, v)) for n, v in rest.items))
    known = set(names.values) | set(definition.lets)
    dims = {n: v for n, v in env.values.items() if n not in known and " " not in n and n != "..."}
    names.values.update(dims)
    names.values.update((name, swap) for name, swap in swaps.items() if name in definition.weight_names)
    names.values.update(inputs)
    return tuple(arguments), tuple((n, cast(Dim, v)) for n, v in dims.items() if type(v) is not tuple)


def _known(env: Deferred, name: str) -> Thing:
    value = env.find(name)
    assert not isinstance(value, Missing)
    return value


def check_meaning(e: Elaborator, definition: Definition, use: Use, apply: Apply) -> None:
    """Report what is wrong with the body of an operator at one use; the use itself says nothing of the body."""
    frame, matcher, body, result = _ran(e, definition, use, apply)
    if not isinstance(result, PoisonType) and not body.failed:
        checked_outputs(e, frame, matcher, body, result)


def meaning_of(e: Elaborator, definition: Definition, use: Use, apply: Apply) -> Graph | None:
    """Return the body of an operator as a graph; its inputs are the operands of `apply` that are present, in order."""
    frame, _, body, result = _ran(e, definition, use, apply)
    if body.failed or isinstance(result, PoisonType):
        return None
    outputs = tuple(frame.operand(thing, apply.site.span) for thing in returned_things(result, definition.outputs))
    return frame.finish(
        GraphKind.OPERATOR,
        outputs,
        named=(None,) * len(outputs),
        name=definition.name,
        doc=definition.block.doc or "",
        arguments=apply.attributes,
        dims=(),
        span=definition.block.span,
    )


def _ran(e: Elaborator, definition: Definition, use: Use, apply: Apply) -> tuple[Frame, Matcher, Statements, Thing]:
    """Run the body of an operator on the operands of one use."""
    names = FrameNames(definition.scope, {})
    frame = Frame(e.session, names, definition)
    slots = (*definition.input_names, *(entry.name for _, entry in definition.weights))
    for slot, operand in zip(slots, apply.operands, strict=True):
        names.values[slot] = _inputs(frame, slot, types_of(operand))
    for name, value in use.env.values.items():
        names.values.setdefault(name, value)
    for parameter in definition.parameters:
        names.values[parameter.name] = cast(Thing, use.env.find(parameter.name))
    matcher = Matcher(e, definition, use.env, Scene(apply.site.span))
    body = Statements(Elaborator(e.session, frame), frame, matcher, definition)
    return frame, matcher, body, body.run_block(definition.block.body or ())
