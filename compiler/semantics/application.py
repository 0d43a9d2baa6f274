"""Application: what each sort of module does to the tensors that reach it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

from archc.diagnostics.diagnostic import Edit, Fix, Note
from archc.graph.ir import (
    Apply,
    Call,
    Graph,
    GraphKind,
    Leaf,
    Operand,
    Operands,
    Site,
    TensorType,
    Value,
    Weight,
    WeightRef,
)
from archc.graph.static import DType
from archc.semantics.binding import Use, use_of
from archc.semantics.blocks import check_meaning, graph_of
from archc.semantics.definition import Definition
from archc.semantics.dtypes import INTEGERS
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Bindings
from archc.semantics.expressions import counted
from archc.semantics.faults import Fault, Poisoned, fault, help_note
from archc.semantics.frame import Declared, Frame, FrameNames
from archc.semantics.labels import below
from archc.semantics.numbering import free_label
from archc.semantics.operators import types_of
from archc.semantics.scene import scene_of
from archc.semantics.session import USE
from archc.semantics.values import (
    OPEN_MODULES,
    Function,
    Island,
    Overloaded,
    Partial,
    Place,
    Tagged,
    Thing,
    describe,
    is_tensor,
)
from archc.syntax import tree
from archc.syntax.source import Span

Tensors = tuple[Thing, ...]


def apply(frame: Frame, module: Thing, tensors: Tensors, label: str | None, node: tree.Expression) -> Thing:
    """Apply a module to the tensors that flow into it; raises a Fault where it does not fit."""
    for kind, rule in _RULES:
        if isinstance(module, kind):
            return rule(frame, module, tensors, label, node)
    raise fault("E211", f"{describe(module)} is no module", node.span)


# -- labels and sequences -------------------------------------------------------------------------


def _place(frame: Frame, module: Place, tensors: Tensors, label: str | None, node: tree.Expression) -> Thing:
    """Call a declared module: its weights are those of its label, or of the label that it is an alias of."""
    if label is not None and label != module.path:
        frame.declare(label, module, node.span)
    declared = frame.declared(module, node.span)
    owner = frame.owner(module.path)
    called = declared
    if isinstance(declared, Partial):
        arguments = (*declared.arguments, *module.arguments)
        inputs, places = (*declared.inputs, *module.inputs), (*declared.places, *module.places)
        called = Partial(declared.definition, tuple(dict(arguments).items()), inputs, places)
    result = _run(frame, called, tensors, owner, frame.modules[owner], node)
    if owner != module.path:
        frame.called_by(module.path, owner, node)
    return result


def _tagged(frame: Frame, module: Tagged, tensors: Tensors, label: str | None, node: tree.Expression) -> Thing:
    path = module.label if label is None else below(label, module.label)
    return apply(frame, module.module, tensors, path, node)


def _labelled(frame: Frame, module: Thing, tensors: Tensors, label: str | None, node: tree.Expression) -> Thing:
    """Apply something that is not declared yet: under its label, which this declares, or without weights of its own."""
    if label is None:
        return _run(frame, module, tensors, None, None, node)
    if label == "" and type(module) is tuple:
        return _inline(frame, module, tensors, node)
    return _run(frame, module, tensors, label, frame.declare(label, module, node.span), node)


def _sequence(
    frame: Frame, module: tuple[Thing, ...], tensors: Tensors, label: str | None, node: tree.Expression
) -> Thing:
    if label is None:
        return _inline(frame, module, tensors, node)
    return _labelled(frame, module, tensors, label, node)


def _inline(frame: Frame, items: tuple[Thing, ...], tensors: Tensors, node: tree.Expression) -> Thing:
    """Apply a sequence in this block itself. Labels are the places of the items, as `nn.Sequential` counts."""
    value: Thing = tensors[0] if len(tensors) == 1 else tensors
    for position, item in enumerate(items):
        value = apply(frame, item, (value,), str(position) if _owns(item) else None, node)
    return value


def _owns(item: Thing) -> bool:
    """Say whether an item of a sequence takes its number as a label: it may have weights, and no label of its own."""
    if isinstance(item, Island):
        return _owns(item.module)
    if type(item) is tuple:
        return any(_owns(one) for one in item)
    return isinstance(item, Partial) and item.definition.owns


def _run(
    frame: Frame, module: Thing, tensors: Tensors, label: str | None, entry: Declared | None, node: tree.Expression
) -> Thing:
    if isinstance(module, Partial):
        rule = _operator if module.definition.is_operator else _block
        return rule(frame, module, tensors, label, entry, node)
    if type(module) is tuple and label is not None and entry is not None:
        return _sequence_graph(frame, module, tensors, label, entry, node)
    if label is not None:
        frame.modules.pop(label, None)
    return apply(frame, module, tensors, None, node)


def _sequence_graph(
    frame: Frame, items: tuple[Thing, ...], tensors: Tensors, label: str, entry: Declared, node: tree.Expression
) -> Thing:
    """Apply a sequence under a label: a graph of its own, whose labels are the numbers."""
    value = tensors[0] if len(tensors) == 1 else tensors
    operand = frame.operand(value, node.span)
    key = ("sequence", items, types_of(operand), frame.session.mode)
    cacheable = _cacheable(items)
    graph = frame.session.graphs.get(key) if cacheable else None
    if graph is None:
        inner = Frame(frame.session, FrameNames(frame.env, {}), None)
        start: Thing = (
            tuple(inner.input(t, "x") for t in cast("tuple[TensorType, ...]", types_of(operand)))
            if isinstance(operand, tuple)
            else inner.input(cast(TensorType, types_of(operand)), "x")
        )
        asked, frame.session.mode_asked = frame.session.mode_asked, False
        with frame.session.inside(label, node.span):
            result = _inline(inner, items, (start,), node)
        depends = frame.session.mode_asked
        frame.session.mode_asked = asked or depends
        outputs = tuple(inner.operand(one, node.span) for one in (result if type(result) is tuple else (result,)))
        graph = inner.finish(
            GraphKind.SEQUENCE,
            outputs,
            named=(None,) * len(outputs),
            name=label.rsplit(".", 1)[-1],
            doc="",
            arguments=(),
            dims=(),
            depends_on_mode=depends,
            span=node.span,
        )
        if cacheable:
            frame.session.graphs[key] = graph
    return _call(frame, graph, (operand,), label, entry, node)


def _cacheable(thing: Thing) -> bool:
    """Places mean something in their own block only."""
    if type(thing) is tuple:
        return all(map(_cacheable, thing))
    if isinstance(thing, Tagged):
        return _cacheable(thing.module)
    if isinstance(thing, Partial):
        return not thing.inputs and all(_cacheable(v) for _, v in thing.arguments)
    return not isinstance(thing, Place) and not is_tensor(thing)


# -- islands and functions ---------------------------------------------------------------------------


def _island(frame: Frame, module: Island, tensors: Tensors, label: str | None, node: tree.Expression) -> Thing:
    """Compute in another float type, and come back to that of the call."""
    inner = module.module
    if isinstance(inner, Overloaded):
        inner = inner.module
    if isinstance(inner, Partial):
        cast_inputs = tuple((n, _cast_floats(frame, v, module.dtype, node)) for n, v in inner.inputs)
        inner = Partial(inner.definition, inner.arguments, cast_inputs, inner.places)
    result = apply(frame, inner, tuple(_cast_floats(frame, t, module.dtype, node) for t in tensors), label, node)
    return _cast_floats(frame, result, DType.FLOAT, node)


def _cast_floats(frame: Frame, thing: Thing, dtype: DType, node: tree.Expression) -> Thing:
    if type(thing) is tuple:
        return tuple(_cast_floats(frame, one, dtype, node) for one in thing)
    if isinstance(thing, (Value, WeightRef)) and thing.type.dtype not in INTEGERS | {DType.BOOL}:
        return frame.cast(thing, dtype, node)
    return thing


def run_function(frame: Frame, module: Function, tensors: Tensors, label: str | None, node: tree.Expression) -> Thing:
    """Return what a static function makes of the tensors that flow into it."""
    e = Elaborator(frame.session, frame)
    names = [p.name for p in module.let.parameters or () if isinstance(p, tree.Parameter)]
    inner = Bindings(module.environment, dict(zip(names, tensors, strict=False)))
    for parameter in module.let.parameters or ():
        if isinstance(parameter, tree.Parameter) and parameter.name not in inner.values:
            if parameter.default is None:
                raise fault("E203", f"`{module.let.targets[0]}` needs `{parameter.name}`", node.span)
            inner.values[parameter.name] = e.evaluate(parameter.default, inner)
    with frame.session.inside(module.let.targets[0], node.span):
        return e.evaluate(module.let.values[0], inner)


def _open(frame: Frame, module: Thing, tensors: Tensors, label: str | None, node: tree.Expression) -> Thing:
    from archc.semantics.calls import undrawn

    raise undrawn("this choice", node)


def _overloaded(frame: Frame, module: Overloaded, tensors: Tensors, label: str | None, node: tree.Expression) -> Thing:
    return apply(frame, module.module, tensors, label, node)


_RULES: tuple[tuple[type, Callable[..., Thing]], ...] = (
    (Partial, _labelled),
    (tuple, _sequence),
    (Place, _place),
    (Tagged, _tagged),
    (Island, _island),
    (Overloaded, _overloaded),
    (Function, run_function),
    *((kind, _open) for kind in OPEN_MODULES),
)


# -- operators -------------------------------------------------------------------------------------------


def _operator(
    frame: Frame, module: Partial, tensors: Tensors, label: str | None, entry: Declared | None, node: tree.Expression
) -> Thing:
    definition = module.definition
    inputs = gather_inputs(definition, module, tensors, node)
    operands = operands_of(frame, definition, inputs, node.span)
    arguments = dict(module.arguments)
    static: list[tuple[str, type, Thing]] = []
    given: list[str] = []
    for name, value in arguments.items():
        if is_tensor(value):
            given.append(name)
        else:
            static.append((name, type(value), value))
    types = {name: types_of(operand) for name, operand in operands.items()}
    key = (definition, tuple(static), frozenset(given), tuple(types.items()), frame.session.mode)
    use = frame.session.uses.get(key)
    if key in frame.session.underway:
        raise _circular(definition, node)
    is_new = use is None
    if use is None:
        scene = scene_of(frame, definition, module, inputs, node)
        frame.session.spend(USE)
        with frame.session.at(node.span):
            use = use_of(Elaborator(frame.session), definition, arguments, types, scene)
        frame.session.uses[key] = use
    weights, own = _weight_operands(frame, use, arguments, label, node)
    seen, results = frame.results(use.results)
    site = frame.site(node)
    if own and entry is not None:
        _settle(frame, entry, Leaf(definition.operator, use.attributes, own), site, label or "", node)
    elif entry is not None and entry.content is None:
        _settle(frame, entry, Leaf(definition.operator, use.attributes, ()), site, label or "", node)
    made = Apply(definition.operator, use.attributes, (*operands.values(), *weights), results, label, site)
    frame.add(made)
    if is_new and definition.has_meaning and not definition.block.span.source.library:
        frame.session.underway.add(key)
        try:
            with frame.session.inside(definition.name, node.span):
                check_meaning(Elaborator(frame.session), definition, use, made)
        finally:
            frame.session.underway.remove(key)
    return seen


def _circular(definition: Definition, node: tree.Expression) -> Fault:
    return fault(
        "E215",
        f"the meaning of `{definition.name}` needs itself",
        node.span,
        "used within its own body",
        notes=help_note("say what it means in simpler operators"),
    )


def gather_inputs(definition: Definition, module: Partial, tensors: Tensors, node: tree.Expression) -> dict[str, Thing]:
    """Return a value for every input: those bound by the call, then the ones that flow in, in order."""
    inputs = dict(module.inputs)
    free = [declared for declared in definition.inputs if declared.name not in inputs]
    flowing = list(tensors)
    if len(flowing) == 1 and type(flowing[0]) is tuple and free and free[0].clause is None:
        flowing = list(flowing[0])
    if len(flowing) > len(free):
        raise fault(
            "S109",
            f"`{definition.name}` takes {counted(len(definition.inputs), 'input')}, not {len(flowing) + len(inputs)}",
            node.span,
            notes=_one_of_several(tensors),
        )
    for declared, value in zip(free, flowing, strict=False):
        inputs[declared.name] = value
    for declared in definition.inputs:
        if inputs.get(declared.name) is None and not declared.optional:
            raise _no_input(definition, declared.name, tensors, node)
    return {declared.name: inputs.get(declared.name) for declared in definition.inputs}


def _one_of_several(tensors: Tensors) -> tuple[Note, ...]:
    if len(tensors) == 1 and type(tensors[0]) is tuple:
        return help_note("a list flows in: take one of it, `xs[0]`, or join them with `concat`")
    return ()


def _no_input(definition: Definition, name: str, tensors: Tensors, node: tree.Expression) -> Fault:
    message = f"`{definition.name}` needs the input `{name}`"
    if any(one is None for one in tensors):
        notes = help_note("test whether it was given: `if given(x) { … }`, or `|> step if given(x)`")
        return fault("E203", message, node.span, "what flows in may be absent, and is absent here", notes=notes)
    return fault("E203", message, node.span)


def operands_of(frame: Frame, definition: Definition, inputs: dict[str, Thing], span: Span) -> dict[str, Operands]:
    """Return what stands in the input slots of an operator: numbers have become constants."""
    dtypes = {value.type.dtype for value in inputs.values() if isinstance(value, (Value, WeightRef))}
    dtype = next(iter(dtypes)) if len(dtypes) == 1 and dtypes <= INTEGERS else DType.FLOAT
    operands: dict[str, Operands] = {}
    for declared in definition.inputs:
        wanted = DType.I64 if declared.type in ("int", "i64") else dtype
        operands[declared.name] = frame.operand(inputs[declared.name], span, wanted)
    return operands


def _weight_operands(
    frame: Frame, use: Use, arguments: dict[str, Thing], label: str | None, node: tree.Expression
) -> tuple[tuple[Operands, ...], tuple[Weight, ...]]:
    operands: list[Operands] = []
    own: list[Weight] = []
    for name, weight in use.weights:
        given = arguments.get(name)
        if is_tensor(given):
            operands.append(frame.operand(given, node.span))
        elif weight is None:
            operands.append(None)
        else:
            own.append(weight)
            operands.append(WeightRef(below(label or "", name), weight.type))
    if own and label is None:
        raise no_label(frame, own[0].name, node)
    return tuple(operands), tuple(own)


def no_label(frame: Frame, weight: str, node: tree.Expression) -> Fault:
    callee = node
    while isinstance(callee, tree.Call):
        callee = callee.callee
    word = callee.text if isinstance(callee, tree.Name) else "module"
    label = free_label(word[0].lower() + word[1:], frame.labels)
    start = Span(node.span.source, node.span.start, node.span.start)
    fix = Fix(f"name it: `{label}: …`", (Edit(start, f"{label}: "),))
    is_step = frame.flowing is not None
    return fault(
        "N105",
        f"`{word}` has weights and no label",
        node.span,
        f"where should `{weight}` live in the checkpoint?",
        notes=() if is_step else help_note(f"make it a step, which has a label: `x |> {label}: {callee.span.text}(…)`"),
        fixes=(fix,) if is_step else (),
    )


def _settle(
    frame: Frame, entry: Declared, content: Leaf | Graph, site: Site, label: str, node: tree.Expression
) -> None:
    """Remember what a label became; raises a Fault where a second call would need other weights."""
    if label == "":
        for weight in content.weights:
            frame.weights.setdefault(weight.name, weight)
    if entry.content is None:
        entry.content, entry.site = content, site
        if isinstance(content, Graph):
            for module in content.modules:
                frame.labels.add(below(label, module.label))
            if label == "":
                for module in content.modules:
                    frame.modules.setdefault(
                        module.label, Declared(None, node.span, module.content, module.alias_of, module.site)
                    )
    elif [(w.name, w.type) for w in entry.content.weights] != [(w.name, w.type) for w in content.weights]:
        raise fault(
            "S112",
            f"`{label}` is called with inputs that need other weights than at its first call",
            node.span,
            notes=help_note("shared weights have one shape: give this call a label of its own"),
        )


# -- blocks ----------------------------------------------------------------------------------------------


def _block(
    frame: Frame, module: Partial, tensors: Tensors, label: str | None, entry: Declared | None, node: tree.Expression
) -> Thing:
    definition = module.definition
    inputs = gather_inputs(definition, module, tensors, node)
    operands = {
        declared.name: frame.operand(
            inputs[declared.name], node.span, DType.I64 if declared.type in ("int", "i64") else DType.FLOAT
        )
        for declared in definition.inputs
    }
    extra = {name: frame.operand(value, node.span) for name, value in module.arguments if is_tensor(value)}
    scene = partial(scene_of, frame, definition, module, inputs, node)
    graph = graph_of(frame, module, operands, extra, label, scene)
    if graph is None:
        if label is not None:
            frame.modules.pop(label, None)
        raise Poisoned
    given = tuple(operand for operand in (*operands.values(), *extra.values()) if operand is not None)
    if label is None and (graph.weights or graph.modules):
        raise no_label(frame, graph.weights[0].name if graph.weights else graph.modules[0].label, node)
    only = _only_operator(graph)
    if only is not None:
        return _as_operator(frame, graph, only, given, label, entry, node)
    return _call(frame, graph, given, label, entry, node)


def _only_operator(graph: Graph) -> Apply | None:
    """Return the one operator of a block that does nothing else: such a block is another name of the operator."""
    if len(graph.nodes) != 1 or graph.modules:
        return None
    node = graph.nodes[0]
    if isinstance(node, Apply) and node.label in ("", None) and graph.outputs == node.results:
        return node
    return None


def _as_operator(
    frame: Frame,
    graph: Graph,
    only: Apply,
    given: tuple[Operands, ...],
    label: str | None,
    entry: Declared | None,
    node: tree.Expression,
) -> Thing:
    """Apply the operator itself, its weights directly under the label."""
    flat = [one for operand in given for one in (operand if isinstance(operand, tuple) else (operand,))]
    outer = dict(zip((value.id for value in graph.inputs), flat, strict=True))

    def moved(operand: Operands) -> Operands:
        if isinstance(operand, Value):
            return outer[operand.id]
        if isinstance(operand, WeightRef):
            return WeightRef(below(label or "", operand.path), operand.type)
        return tuple(cast(Operand, moved(one)) for one in operand) if isinstance(operand, tuple) else operand

    outside = frame.site(node)
    site = Site(outside.span, outside.expression, outside.names, graph.declaration, only.site)
    if entry is not None:
        _settle(frame, entry, Leaf(only.operator, only.attributes, graph.weights), site, label or "", node)
    seen, results = frame.results(tuple(value.type for value in only.results))
    owner = label if graph.weights or entry is not None else None
    frame.add(Apply(only.operator, only.attributes, tuple(map(moved, only.operands)), results, owner, site))
    return seen


def _call(
    frame: Frame,
    graph: Graph,
    operands: tuple[Operands, ...],
    label: str | None,
    entry: Declared | None,
    node: tree.Expression,
) -> Thing:
    site = frame.site(node)
    if entry is not None:
        _settle(frame, entry, graph, site, label or "", node)
    types = tuple(types_of(output) for output in graph.outputs)
    seen, results = frame.results(cast("tuple[TensorType | tuple[TensorType, ...], ...]", types))
    flat = tuple(one for operand in operands for one in (operand if isinstance(operand, tuple) else (operand,)))
    frame.add(Call(label or "", graph, flat, results, site))
    return seen
