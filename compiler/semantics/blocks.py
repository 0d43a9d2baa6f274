"""Blocks: one graph for equal arguments and equal input types, elaborated at the first call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from archc.diagnostics.diagnostic import Edit, Fix
from archc.graph.ir import Apply, Graph, GraphKind, Operand, Operands, TensorType, Value
from archc.graph.static import Dim, Shape, Static
from archc.records import record
from archc.semantics.binding import Use, environment_of
from archc.semantics.definition import Definition
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Bindings, Deferred, Environment, Missing
from archc.semantics.faults import Fault, fault, help_note
from archc.semantics.frame import Frame, FrameNames
from archc.semantics.matching import Matcher, Types, free_names
from archc.semantics.obligations import Duties
from archc.semantics.operators import types_of
from archc.semantics.scene import Scene
from archc.semantics.session import BLOCK
from archc.semantics.statements import Statements, returned_things
from archc.semantics.suggest import renaming
from archc.semantics.values import Partial, PoisonType, Rest, Thing, is_module, is_tensor
from archc.syntax import tree
from archc.syntax.source import Span


def graph_of(
    frame: Frame,
    module: Partial,
    operands: Mapping[str, Operands],
    extra: Mapping[str, Operands],
    label: str | None,
    scene: Scene,
) -> Graph | None:
    """Return the graph of a block at these arguments and input types; None where it has errors, which are reported.

    `extra` are tensors given to parameters: they become inputs of the graph.
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
    everything: dict[str, Thing] = dict(arguments)
    placeholders = {name: _placeholder(given) for name, given in extra.items()}
    everything.update(placeholders)
    on_duty = e.on_duty(definition, scene)
    env = environment_of(on_duty, definition, everything, scene)
    matcher = Matcher(on_duty, definition, env, scene)
    matcher.inputs(types)
    matcher.where()
    names = FrameNames(definition.scope, {})
    frame = Frame(e.session, names, definition)
    inputs = {name: _inputs(frame, name, given) for name, given in types.items()}
    swaps = {name: _inputs(frame, name, given) for name, given in extra.items()}
    arguments_of_graph, dims = bind_names_of(definition, env, names, inputs, swaps)
    body = Statements(Elaborator(e.session, frame), frame, matcher, definition)
    body.given = {name: value for name, value in arguments.items() if name in definition.weight_names}
    result = body.run_block(definition.block.body or ())
    if isinstance(result, PoisonType) or body.failed:
        return None
    outputs = _outputs(e, frame, definition, matcher, result, scene.call)
    return frame.finish(
        kind,
        outputs.operands,
        named=outputs.names,
        name=definition.name,
        doc=definition.block.doc or "",
        arguments=arguments_of_graph,
        dims=dims,
        depends_on_mode=e.session.mode_asked,
        span=definition.block.span,
        declaration=definition.block,
    )


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


@record
class Outputs:
    """What a block returns, checked, with the names that the signature gives."""

    operands: tuple[Operands, ...]
    names: tuple[str | None, ...]


def _outputs(
    e: Elaborator, frame: Frame, definition: Definition, matcher: Matcher, result: Thing, span: Span
) -> Outputs:
    """Return the outputs, checked against the signature."""
    declared = _declared_outputs(e, definition, matcher)
    operands = tuple(frame.operand(thing, span) for thing in returned_things(result, declared or ()))
    if declared is None:
        return Outputs(operands, (None,) * len(operands))
    if len(declared) != len(operands):
        raise fault(
            "S110",
            f"`{definition.name}` declares {len(declared)} outputs and returns {len(operands)}",
            definition.block.signature.span if definition.block.signature else definition.block.name_span,
        )
    for output, found in zip(declared, operands, strict=True):
        OutputCheck(e, definition, matcher, output).run(found)
    return Outputs(operands, tuple(output.name for output in declared))


def _declared_outputs(e: Elaborator, definition: Definition, matcher: Matcher) -> tuple[tree.Output, ...] | None:
    """Return the outputs that there are at these arguments: guards hold, and lists are not empty."""
    if definition.block.signature is None or definition.block.signature.outputs is None:
        return None
    there = (o for o in definition.outputs if o.guard is None or e.truth(o.guard, matcher.env))
    return tuple(o for o in there if o.clause is None or e.static(o.clause.iterable, matcher.env) != ())


class OutputCheck:
    """Compares one returned tensor, or list of tensors, with what the signature says."""

    def __init__(self, e: Elaborator, definition: Definition, matcher: Matcher, output: tree.Output) -> None:
        self.e = e
        self.definition = definition
        self.matcher = matcher
        self.output = output

    def run(self, found: Operands) -> None:
        if self.output.clause is None:
            if found is None or isinstance(found, tuple):
                what = "nothing" if found is None else "a list"
                raise fault("S110", f"`{self.definition.name}` declares a tensor and returns {what}", self.output.span)
            self._one(found, self.matcher.env)
            return
        rounds = self.e.static(self.output.clause.iterable, self.matcher.env)
        if type(rounds) is not tuple or not isinstance(found, tuple) or len(rounds) != len(found):
            count = len(found) if isinstance(found, tuple) else 1
            wanted = len(rounds) if type(rounds) is tuple else 0
            raise fault(
                "S110", f"`{self.definition.name}` declares {wanted} tensors and returns {count}", self.output.span
            )
        for value, one in zip(rounds, found, strict=True):
            self._one(one, Bindings(self.matcher.env, {self.output.clause.names[0]: value}))

    def _one(self, found: Operand, env: Environment) -> None:
        if self._has_unknown(found.type.shape, env):
            return
        wanted = self.matcher.shape(self.output.shape, env)
        shape = found.type.shape
        context = self.e.session.context
        shown = f"it returns {context.show_shape(shape)}"
        if len(wanted) != len(shape):
            message = f"`{self.definition.name}` declares {context.show_shape(wanted)}, and {shown}"
            raise fault("S105", message, self.output.shape.span)
        duties = Duties(self.e.session, self.output.shape.span, subject=f"`{self.definition.name}`")
        pairs = tuple(zip(shape, wanted, strict=True))
        duties.all_equal(pairs, f"the result is not as declared: {shown}")

    def _has_unknown(self, found: Shape, env: Environment) -> bool:
        """Sizes with a prime, and names that nothing binds, are whatever the body makes of them."""
        for dim in self.output.shape.dims:
            node = dim.value if isinstance(dim, tree.Dots) else dim
            if node is None:
                continue
            for name in free_names(node):
                if isinstance(env.find(name), Missing):
                    if name.endswith("'"):
                        return True
                    raise self._unbound(name, node, found, env)
        return False

    def _unbound(self, name: str, node: tree.Expression, found: Shape, env: Environment) -> Fault:
        """Name sizes of the result that nothing binds, all of them: each could be one that the body decides."""
        dims = [d.value if isinstance(d, tree.Dots) else d for d in self.output.shape.dims]
        unknown = [d for d in dims if isinstance(d, tree.Name) and isinstance(env.find(d.text), Missing)]
        primed = Fix("let the body decide it", tuple(Edit(d.span, f"{d.text}'") for d in unknown))
        spelt = self._spelt(unknown, found)
        known = [*self.definition.parameter_names, *self.matcher.binders]
        span = node.span.word(name)
        return fault(
            "N101",
            f"`{name}` in the output's shape is bound nowhere",
            span,
            notes=help_note(f"name it in an input, or write `{name}'` for a size that the body decides"),
            fixes=(*(renaming(span, name, known) if len(name) > 1 else ()), *spelt, primed),
        )

    def _spelt(self, unknown: Sequence[tree.Name], found: Shape) -> tuple[Fix, ...]:
        """Return the fix that writes what the body gives; only an architecture has names for all sizes in it."""
        dims = self.output.shape.dims
        if self.definition.block.kind is not tree.BlockKind.ARCH or len(dims) != len(found):
            return ()
        context = self.e.session.context
        texts = [context.show(size) for dim, size in zip(dims, found, strict=True) if dim in unknown]
        edits = tuple(Edit(dim.span, text) for dim, text in zip(unknown, texts, strict=True))
        return (Fix(f"write what the body gives: `{', '.join(texts)}`", edits),)


def meaning_of(e: Elaborator, definition: Definition, use: Use, apply: Apply) -> Graph | None:
    """Return the body of an operator as a graph; its inputs are the operands of `apply` that are present, in order."""
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
    result = body.run_block(definition.block.body or ())
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
