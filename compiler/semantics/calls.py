"""Calls: arguments find their parameters and inputs, and what has its tensors is applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from archc.diagnostics.diagnostic import Label
from archc.graph.ir import Constant, Value, WeightRef
from archc.graph.static import DType, Initialiser, Row, Static, Symbol
from archc.semantics.builtins import Builtin, StaticError
from archc.semantics.definition import Definition
from archc.semantics.elaborator import Elaborator, evaluates
from archc.semantics.environment import MISSING, Bindings, Environment
from archc.semantics.expressions import look_up
from archc.semantics.extent import has_parts
from archc.semantics.faults import Fault, fault, help_note
from archc.semantics.kinds import no_option, options_of
from archc.semantics.notes import noted
from archc.semantics.obligations import Duties
from archc.semantics.openings import MaybeModule, OneOf, OpenSpace
from archc.semantics.suggest import advice, renaming
from archc.semantics.values import (
    Function,
    Island,
    Overloaded,
    Partial,
    Place,
    Presence,
    Rest,
    Thing,
    Undrawn,
    describe,
    is_tensor,
)
from archc.syntax import tree
from archc.syntax.source import Span

if TYPE_CHECKING:
    from archc.semantics.frame import Frame


@dataclass(slots=True)
class Given:
    """Evaluated arguments of one call, with where each stands."""

    positional: list[tuple[Thing, tree.Node]] = field(default_factory=list)
    named: list[tuple[str, Thing, tree.Node]] = field(default_factory=list)

    def has_tensor(self) -> bool:
        return any(map(is_tensor, self.values()))

    def names(self) -> set[str]:
        return {name for name, _, _ in self.named}

    def values(self) -> list[Thing]:
        return [value for value, _ in self.positional] + [value for _, value, _ in self.named]


@evaluates(tree.Call)
def call(e: Elaborator, node: tree.Call, env: Environment) -> Thing:
    callee = called(e, node.callee, env)
    module = with_arguments(e, callee, node, env)
    if isinstance(module, OneOf):
        raise undrawn("`oneof`", node)
    if isinstance(module, (Partial, Place)) and ready(e, module, node):
        frame = frame_of(e, node.span)
        frame.flowing = None
        return frame.apply(module, (), None, node)
    return module


def called(e: Elaborator, node: tree.Expression, env: Environment) -> Thing:
    """Return what stands before the brackets; there a bare name means the definition, not a label of that name."""
    if isinstance(node, tree.Name):
        return look_up(node, env, definition_first=True)
    return e.evaluate(node, env)


def frame_of(e: Elaborator, span: Span) -> Frame:
    if e.frame is None:
        raise fault("E209", "tensors exist only inside blocks", span)
    return e.frame


def with_arguments(e: Elaborator, callee: Thing, node: tree.Call, env: Environment, *, piped: bool = False) -> Thing:
    """Return what the call of static code gives, or a module with the arguments bound (and not yet applied).

    `piped` says that a tensor will come through `|>`, so that the first free input is taken.
    """
    if isinstance(callee, Overloaded):
        given = arguments(e, callee.module.definition, node, env)
        if not (piped or given.has_tensor() or isinstance(callee.function, Initialiser)):
            return call_function(e, callee.function, given, node)
        return bind(callee.module, given, node, piped=piped)
    if isinstance(callee, Partial):
        return bind(callee, arguments(e, callee.definition, node, env), node, piped=piped)
    if isinstance(callee, Place):
        return bind_place(e, callee, node, env, piped=piped)
    given = arguments(e, None, node, env)
    if isinstance(callee, (Function, Builtin)):
        return call_function(e, callee, given, node)
    if isinstance(callee, Presence):
        return is_given(given, node)
    if isinstance(callee, Undrawn):
        return opened(callee, given, node)
    if isinstance(callee, OpenSpace):
        return space_with(callee, given, node)
    if isinstance(callee, DType):
        return cast_or_island(e, callee, given, node)
    if isinstance(callee, Island):
        inner = with_arguments(e, callee.module, node, env, piped=piped)
        island = Island(callee.dtype, inner)
        return frame_of(e, node.span).apply(island, (), None, node) if given.has_tensor() and not piped else island
    help = "modules are called: `x |> label: conv(8)`, or by a label declared before"
    notes = help_note(help) if is_tensor(callee) else ()
    raise fault("E211", f"{describe(callee)} cannot be called", node.callee.span, notes=notes)


def bind_place(e: Elaborator, place: Place, node: tree.Call, env: Environment, *, piped: bool) -> Place:
    """Arguments at the call of a declared module: what it left open."""
    partial = frame_of(e, node.span).declared(place, node.span)
    if not isinstance(partial, Partial):
        raise fault("E211", "a sequence takes no arguments", node.span)
    known = Partial(partial.definition, partial.arguments, place.inputs)
    bound = bind(known, arguments(e, partial.definition, node, env), node, piped=piped)
    extra = tuple(a for a in bound.arguments if a not in partial.arguments)
    return Place(place.path, (*place.arguments, *extra), bound.inputs, bound.places)


def arguments(e: Elaborator, definition: Definition | None, node: tree.Call, env: Environment) -> Given:
    """Evaluate the arguments; a bare name that the parameter's kind lists is that kind's value."""
    given = Given()
    named = argument_names(node)
    open_parameters = definition.parameters_but(named) if definition else ()
    for argument in node.arguments:
        if isinstance(argument, tree.Spread):
            given.named.extend((n, v, argument) for n, v in _spread(argument, env))
        elif argument.name is None:
            index = len(given.positional)
            parameter = open_parameters[index] if index < len(open_parameters) else None
            given.positional.append((argument_value(e, argument.value, parameter, env), argument))
        else:
            chosen = (
                definition.parameter(argument.name)
                if definition and argument.name in definition.parameter_names
                else None
            )
            given.named.append((argument.name, argument_value(e, argument.value, chosen, env), argument))
    for value in given.values():
        if has_parts(value):
            e.admitted(value, node)
    return given


@noted
def argument_names(node: tree.Call) -> frozenset[str]:
    """Return the names that a call gives arguments by; raises a Fault where it gives one twice."""
    seen: dict[str, Span] = {}
    for argument in node.arguments:
        if isinstance(argument, tree.Argument) and argument.name:
            if argument.name in seen:
                label = Label(seen[argument.name], "given here")
                raise fault("E202", f"`{argument.name}` is given twice", argument.span, labels=(label,))
            seen[argument.name] = argument.span
    return frozenset(seen)


def _spread(argument: tree.Spread, env: Environment) -> tuple[tuple[str, Thing], ...]:
    rest = look_up(tree.Name(argument.span, argument.name), env) if argument.name else None
    if not isinstance(rest, Rest):
        raise fault("E204", "`...` passes on what a `...rest` parameter took", argument.span)
    return rest.items


def argument_value(e: Elaborator, node: tree.Expression, parameter: tree.Parameter | None, env: Environment) -> Thing:
    """Return an argument's value; enum words are resolved by the parameter's kind before any other name."""
    if e.session.asked is not None and isinstance(node, tree.Call):
        callee = called(e, node.callee, env)
        if callee is Undrawn.ONE_OF:
            return with_arguments(e, callee, node, env)
    options = options_of(parameter.kind) if parameter else ()
    if parameter is None or not options:
        return e.evaluate(node, env)
    if isinstance(node, tree.Name):
        if node.text in options:
            return Symbol(node.text)
        if env.find(node.text) is MISSING:
            raise Fault(no_option(parameter.name, options, node.text, node.span))
    if isinstance(node, tree.Sequence):
        return tuple(
            argument_value(e, entry, parameter, env) if not isinstance(entry, tree.Labelled) else e.evaluate(node, env)
            for entry in node.items
        )
    return e.evaluate(node, env)


# -- static calls ----------------------------------------------------------------------------------


def call_function(e: Elaborator, function: Function | Builtin | Thing, given: Given, node: tree.Call) -> Thing:
    """Run a static function, written in the language or built in."""
    if isinstance(function, Builtin):
        return call_builtin(e, function, given, node)
    assert isinstance(function, Function)
    inner = Bindings(function.environment)
    parameters = [p for p in function.let.parameters or () if isinstance(p, tree.Parameter)]
    _fill_parameters(e, function, parameters, given, inner, node)
    with e.session.inside(function.let.targets[0], node.span):
        return e.evaluate(function.let.values[0], inner)


def _fill_parameters(
    e: Elaborator, function: Function, parameters: list[tree.Parameter], given: Given, inner: Bindings, node: tree.Call
) -> None:
    names = [p.name for p in parameters]
    if len(given.positional) > len(names):
        raise too_many(f"`{function.let.targets[0]}`", names, given.positional[len(names)][1])
    for name, (value, _) in zip(names, given.positional, strict=False):
        inner.values[name] = value
    for name, value, at in given.named:
        if name not in names or name in inner.values:
            raise unknown_parameter(f"`{function.let.targets[0]}`", name, at, names)
        inner.values[name] = value
    for parameter in parameters:
        if parameter.name in inner.values:
            continue
        if parameter.default is None:
            raise missing_argument(f"`{function.let.targets[0]}`", parameter.name, node)
        inner.values[parameter.name] = e.evaluate(parameter.default, inner)


def call_builtin(e: Elaborator, function: Builtin, given: Given, node: tree.Call) -> Thing:
    """Run a built-in function; of a tensor it sees the shape, of a list of tensors the list."""
    positional = tuple([_seen(value) for value, _ in given.positional])
    named = {name: _seen(value) for name, value, _ in given.named}
    try:
        value = function.call(positional, named, e.duties or Duties(e.session, node.span))
        e.session.spend(sum([len(one) for one in (*positional, *named.values(), value) if type(one) is tuple]) // 4)
        return value
    except StaticError as error:
        notes = help_note(error.help) if error.help else ()
        message = _about(e, function, error.message, node)
        raise fault("E217", message, node.span, notes=notes) from None


def _about(e: Elaborator, function: Builtin, message: str, node: tree.Call) -> str:
    """Return what a function says, as of itself, or of the operator whose declaration in the library calls it."""
    own = f"`{function.name}`"
    inside = e.duties.subject if e.duties and node.span.source.library else ""
    if not message.startswith(own):
        return f"{inside or own}: {message}"
    return inside + message.removeprefix(own) if inside else message


def _seen(value: Thing) -> Static:
    if isinstance(value, Rest):
        return tuple(Row((name, _seen(item))) for name, item in value.items)
    if isinstance(value, (Value, WeightRef, Constant)):
        return value.type.shape
    return cast(Static, value)


def is_given(given: Given, node: tree.Call) -> bool:
    """`given(x)`: whether something optional was given."""
    if len(given.positional) != 1 or given.named:
        raise fault("E202", "`given` takes one optional input or parameter", node.span)
    return given.positional[0][0] is not None


def opened(what: Undrawn, given: Given, node: tree.Call) -> Thing:
    """`oneof(a, b)` or `oneof(sequence)`, `maybe(module)`."""
    values = tuple(value for value, _ in given.positional)
    if given.named or not values:
        raise fault("E202", f"`{what.value}` takes the alternatives", node.span)
    if what is Undrawn.MAYBE:
        if len(values) != 1:
            raise fault("E202", "`maybe` takes one module", node.span)
        return MaybeModule(values[0])
    options = values[0] if len(values) == 1 and type(values[0]) is tuple else values
    if not options:
        raise fault("E202", "`oneof` needs something to choose from", node.span)
    return OneOf(options)


def undrawn(what: str, node: tree.Node) -> Fault:
    """What to say of an open decision in an architecture that is compiled."""
    return fault(
        "E216",
        f"{what} is open: this is a space, not one architecture",
        node.span,
        notes=help_note("draw an architecture from the space first, or write the alternative out"),
    )


def space_with(space: OpenSpace, given: Given, node: tree.Call) -> OpenSpace:
    """Return a space with more arguments."""
    parameters = [p.name for p in space.definition.space.parameters if isinstance(p, tree.Parameter)]
    bound = dict(space.arguments)
    free = [name for name in parameters if name not in bound and name not in given.names()]
    for name, value, at in given.named:
        if name not in parameters:
            raise unknown_parameter(f"`{space.definition.name}`", name, at, parameters)
        bound[name] = value
    for value, at in given.positional:
        if not free:
            raise too_many(f"`{space.definition.name}`", parameters, at)
        bound[free.pop(0)] = value
    return OpenSpace(space.definition, tuple(bound.items()))


def cast_or_island(e: Elaborator, dtype: DType, given: Given, node: tree.Call) -> Thing:
    """`f32(tensor)` casts, `f32(module)` is an island."""
    if len(given.positional) != 1 or given.named:
        raise fault("E202", f"`{dtype.value}` takes one tensor or module", node.span)
    value = given.positional[0][0]
    if is_tensor(value):
        return frame_of(e, node.span).cast(value, dtype, node)
    return Island(dtype, value)


# -- calls of modules --------------------------------------------------------------------------------


def bind(partial: Partial, given: Given, node: tree.Call, *, piped: bool) -> Partial:
    """Return the module with more arguments: tensors go to inputs, everything else to parameters, names where given."""
    binder = _Binder(partial, given, piped)
    for name, value, at in given.named:
        binder.named(name, value, at)
    for value, at in given.positional:
        binder.positional(value, at)
    return Partial(
        partial.definition, tuple(binder.arguments.items()), tuple(binder.inputs.items()), tuple(binder.places.items())
    )


class _Binder:
    """Places arguments one by one."""

    def __init__(self, partial: Partial, given: Given, piped: bool) -> None:
        definition = partial.definition
        self.definition = definition
        self.arguments = dict(partial.arguments)
        self.inputs = dict(partial.inputs)
        self.places = dict(partial.places)
        taken = {*self.arguments, *self.inputs, *given.names()}
        self.free_parameters = [p.name for p in definition.parameters if p.name not in taken]
        free = [name for name in definition.input_names if name not in taken]
        self.free_inputs = free[1:] if piped else free
        self.piped = piped
        self.applied = piped or given.has_tensor()

    def named(self, name: str, value: Thing, at: tree.Node) -> None:
        definition = self.definition
        self.places[name] = at
        if name in definition.input_names and not (definition.rest and not is_tensor(value)):
            self.inputs[name] = value  # `x` may also name an axis of a pattern
        elif name in definition.parameter_names or name in definition.weight_names or definition.rest:
            self.arguments[name] = value
        else:
            raise unknown_argument(definition, name, at)

    def positional(self, value: Thing, at: tree.Node) -> None:
        parameter = None if is_tensor(value) else self._parameter()
        if parameter is not None:
            self.free_parameters.remove(parameter)
            self._place(self.arguments, parameter, value, at)
        elif self.free_inputs:
            self._place(self.inputs, self.free_inputs.pop(0), value, at)
        elif self.free_parameters:
            self._place(self.arguments, self.free_parameters.pop(0), value, at)
        else:
            names = [*(p.name for p in self.definition.parameters), *self.definition.input_names[self.piped :]]
            listed = next((i.name for i in self.definition.inputs if i.clause is not None), None)
            help = f"`{listed}` takes the tensors as one list, in `[ ]`" if listed and is_tensor(value) else ""
            raise too_many(f"`{self.definition.name}`", names, at, help, piped=self.piped)

    def _place(self, among: dict[str, Thing], name: str, value: Thing, at: tree.Node) -> None:
        among[name] = value
        self.places[name] = at

    def _parameter(self) -> str | None:
        """The parameter that takes the next static value. One with a default waits for inputs that still need a value:
        `x |> mul(2)` multiplies by 2."""
        for name in self.free_parameters:
            if not (self.applied and self._has_default(name) and self._needs_input()):
                return name
        return None

    def _has_default(self, name: str) -> bool:
        parameter = self.definition.parameter(name)
        return parameter.default is not None or (parameter.kind is not None and parameter.kind.optional)

    def _needs_input(self) -> bool:
        return any(i.name in self.free_inputs and not i.optional for i in self.definition.inputs)


def ready(e: Elaborator, module: Partial | Place, node: tree.Call) -> bool:
    """Say whether a called module is applied here: it was given tensors, or it needs none."""
    if any(is_tensor(value) for _, value in module.inputs) or (isinstance(module, Partial) and module.inputs):
        return True
    if isinstance(module, Place):
        return False
    definition = module.definition
    needs_none = definition.is_operator and not definition.inputs
    return needs_none and e.frame is not None


# -- findings --------------------------------------------------------------------------------------------


def unknown_argument(definition: Definition, name: str, at: tree.Node) -> Fault:
    weights = [entry.name for _, entry in definition.weights if not entry.quoted]
    known = [*(p.name for p in definition.parameters), *definition.input_names, *weights]
    return unknown_parameter(f"`{definition.name}`", name, at, known)


def unknown_parameter(owner: str, name: str, at: tree.Node, known: list[str]) -> Fault:
    word = Span(at.span.source, at.span.start, at.span.start + len(name))
    return fault(
        "N102",
        f"{owner} has no parameter `{name}`",
        word,
        fixes=renaming(word, name, known) if word.text == name else (),
        notes=advice(name) or help_note(f"it has {', '.join(known) or 'no parameters'}"),
    )


def too_many(owner: str, names: Sequence[str], at: tree.Node, help: str = "", *, piped: bool = False) -> Fault:
    """Return what to say of an argument behind the last of those that have names; a tensor that is `piped` in is
    none of them."""
    count = str(len(names)) if names else "none"
    beside = " beside the tensor that flows in" if piped else ""
    notes = help_note(help or (f"it takes {', '.join(names)}" if names else "leave it out"))
    return fault("E202", f"too many arguments: {owner} takes {count}{beside}", at.span, "not expected", notes=notes)


def missing_argument(owner: str, name: str, node: tree.Node) -> Fault:
    return fault("E203", f"{owner} needs a value for `{name}`", node.span, notes=help_note(f"give it: `{name}=…`"))
