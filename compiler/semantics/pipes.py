"""Pipelines: values that flow through modules, labels that say where the weights live, steps that may be missing."""

from __future__ import annotations

from archc.graph.static import DType
from archc.semantics.builtins import Builtin
from archc.semantics.calls import Given, arguments, call_function, called, frame_of, with_arguments
from archc.semantics.elaborator import Elaborator, evaluates
from archc.semantics.environment import Environment
from archc.semantics.expressions import labelled_module
from archc.semantics.faults import fault, help_note
from archc.semantics.labels import label_path
from archc.semantics.values import Function, Overloaded, Thing, describe, is_module, is_tensor
from archc.syntax import tree


@evaluates(tree.Pipe)
def pipe(e: Elaborator, node: tree.Pipe, env: Environment) -> Thing:
    value = e.evaluate(node.value, env)
    source: tree.Node = node.value
    for stage in node.stages:
        if stage.guard is None or e.truth(stage.guard, env):
            value = flow(e, value, source, stage, env)
            source = stage.module
    return value


def flow(e: Elaborator, value: Thing, source: tree.Node, stage: tree.Stage, env: Environment) -> Thing:
    """Return what one step makes of the value before it; `source` is the text that made that."""
    node, label = stage.module, None
    if isinstance(node, tree.Labelled):
        label = label_path(e, node.label, env)
        return through(e, value, source, node.module, label, env)
    return through(e, value, source, node, label, env)


def through(
    e: Elaborator, value: Thing, source: tree.Node, node: tree.Expression, label: str | None, env: Environment
) -> Thing:
    labelled = label is not None
    module = piped_module(e, value, node, env) if isinstance(node, tree.Call) else _bare(e, node, env, labelled)
    if isinstance(module, _Result):
        return module.value
    if isinstance(module, Overloaded):
        if not is_tensor(value) and isinstance(module.function, (Function, Builtin)):
            return _static(e, module.function, value, node)
        module = module.module
    if isinstance(module, (Function, Builtin)):
        return _static(e, module, value, node)
    if isinstance(module, DType) and is_tensor(value):
        return frame_of(e, node.span).cast(value, module, node)
    if not is_module(module):
        raise fault(
            "E211",
            f"a pipeline goes through modules, and this is {describe(module)}",
            node.span,
            notes=help_note("a step is an operator, a block, a sequence of them, or a declared label"),
        )
    frame = frame_of(e, node.span)
    frame.flowing = source
    return frame.apply(module, (value,), label, node)


class _Result:
    """The outcome of a static function in a pipeline: a value already, no module to be applied."""

    def __init__(self, value: Thing) -> None:
        self.value = value


def _bare(e: Elaborator, node: tree.Expression, env: Environment, labelled: bool) -> Thing:
    return labelled_module(e, node, env) if labelled else e.evaluate(node, env)


def piped_module(e: Elaborator, value: Thing, node: tree.Call, env: Environment) -> Thing | _Result:
    """`x |> f(a)` is f(x, a) for operators and blocks, and for functions that need one argument more than they have."""
    callee = called(e, node.callee, env)
    if isinstance(callee, Overloaded) and not is_tensor(value):
        callee = callee.function
    if isinstance(callee, (Function, Builtin)):
        given = arguments(e, None, node, env)
        if isinstance(callee, Function) and _complete(callee, given):
            return call_function(e, callee, given, node)
        given.positional.insert(0, (value, node))
        return _Result(call_function(e, callee, given, node))
    return with_arguments(e, callee, node, env, piped=True)


def _complete(function: Function, given: Given) -> bool:
    required = [p for p in function.let.parameters or () if isinstance(p, tree.Parameter) and p.default is None]
    return len(given.positional) + len(given.named) >= len(required)


def _static(e: Elaborator, function: Function | Builtin, value: Thing, node: tree.Expression) -> Thing:
    given = Given(positional=[(value, node)])
    return call_function(e, function, given, tree.Call(node.span, node, ()))
