"""Bodies of blocks that are given open modules, as scripts: which module is applied to what, one after the other.

The compiler runs the body with a free size for every axis. An open module stands for a result of which no more is known
than how many axes it has; until it is drawn, that is taken to be a tensor as its input is. What the body asks of the
sizes is noted, and looked at when they are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Union, cast

from archc.graph.ir import Operands, TensorType, Value
from archc.graph.static import Dim
from archc.records import record
from archc.semantics.application import gather_inputs, operands_of, run_function
from archc.semantics.blocks import run_block
from archc.semantics.definition import Definition
from archc.semantics.elaborator import Elaborator
from archc.semantics.failures import FAILURES
from archc.semantics.faults import Fault, Poisoned
from archc.semantics.frame import Frame, FrameNames
from archc.semantics.labels import below
from archc.semantics.matching import Types
from archc.semantics.openings import Cell, is_open
from archc.semantics.scene import Scene
from archc.semantics.session import Session
from archc.semantics.values import Function, Overloaded, Partial, Place, Tagged, Thing, is_tensor
from archc.shapes import product, total
from archc.shapes.evaluation import compile_dim
from archc.space.flows import (
    HERE,
    NEEDS_NUMBERS,
    Forms,
    Outline,
    Sizing,
    Symbols,
    conditions_of,
    forms_of,
    outline_of,
    session_for,
)
from archc.space.tensors import Feeds, Result, Tensor, flat
from archc.syntax import tree
from archc.syntax.tree import Store

if TYPE_CHECKING:
    from archc.space.grammar import Grammar
    from archc.space.nodes import Node
    from archc.space.ways import Way

Ref = Union[int, "Stored", None, tuple["Ref", ...]]
"""What flows into an application: a tensor by its number, inputs first; or a weight or constant."""


@record
class Stored:
    """A weight or constant, its shape as a function of sizes."""

    forms: Forms


@record
class Step:
    """One application, of a closed module or of what is drawn for a cell. `first` is the number of its first result.

    `shared` says that the weights are those of an earlier application, `last` is the highest number that flows in.
    """

    module: Node | Cell
    feeds: tuple[Ref, ...]
    shared: bool
    first: int
    last: int


class Held(NamedTuple):
    """The tensors that exist around a step besides what flows in, and whether that is needed later, too."""

    numbers: tuple[int, ...]
    kept: bool


@record
class Run:
    """A body as far as it is known. `outlines` has one entry for every run of what is drawn.

    `outputs` is None where the body fails when the results are as supposed. `conditions` are those before each step
    and, at last, before the end; `held` is what exists around each step, if nobody else needs the inputs of the block
    and if somebody does; `following` are the bodies where a result is not as supposed.
    """

    steps: tuple[Step, ...]
    outlines: tuple[Outline, ...]
    outputs: tuple[Ref, ...] | None
    conditions: tuple[tuple[Callable[[Sequence[int]], bool], ...], ...]
    held: tuple[tuple[Held, Held], ...]
    params: Sizing
    following: dict[tuple[int, Outline], Run | None] = field(default_factory=dict, compare=False, repr=False)


class Script:
    """The body of a block at given arguments, for all that may flow in and come of the modules in its cells."""

    def __init__(self, module: Partial, grammar: Grammar) -> None:
        self.module = module
        self.grammar = grammar
        self.sized = False
        self._runs: dict[tuple[Outline, tuple[Outline, ...]], Run | None] = {}
        self._starts: dict[Feeds, Way | None] = grammar.table()

    def start(self, feeds: Feeds) -> Way | None:
        """Return the start of the way through the block, None where it does not take what flows in."""
        if feeds not in self._starts:
            self._starts[feeds] = self._start(feeds)
        return self._starts[feeds]

    def _start(self, feeds: Feeds) -> Way | None:
        from archc.space.ways import start

        inputs = self._inputs(feeds)
        run = self.run(inputs, ()) if inputs is not None else None
        return start(self, inputs, run) if inputs is not None and run is not None else None

    def _inputs(self, feeds: Feeds) -> dict[str, Result] | None:
        """Return what stands in each input, None where the block does not take what flows in."""
        definition = self.module.definition
        try:
            given = gather_inputs(definition, Partial(definition), cast("tuple[Thing, ...]", feeds), HERE)
        except Fault:
            return None
        return cast("dict[str, Result]", given)

    def run(self, inputs: Mapping[str, Result], history: tuple[Result, ...]) -> Run | None:
        """Return the body after open applications with these results, None where it does not go on."""
        key = self.outline(tuple(inputs.values())), tuple([self.outline(one) for one in history])
        if key not in self._runs:
            self.grammar.kept += 1
            sized = self.sized
            run = self._made(inputs, history)
            if self.sized and not sized:
                self._runs.clear()
                return self.run(inputs, history)
            self._runs[key] = run
        return self._runs[key]

    def after(self, run: Run, inputs: Mapping[str, Result], history: tuple[Result, ...]) -> Run | None:
        """Return the body after another result of an open application, the last of its history."""
        outline, place = self.outline(history[-1]), len(history) - 1
        if outline == run.outlines[place]:
            return run
        key = place, outline
        if key not in run.following:
            run.following[key] = self.run(inputs, history)
        return run.following[key]

    def outline(self, result: Result) -> Outline:
        """Return what is to be known of results."""
        return outline_of(result, sized=self.sized)

    def _made(self, inputs: Mapping[str, Result], history: tuple[Result, ...]) -> Run | None:
        session = session_for(self.grammar.prelude)
        recorder = Recorder(self, session, history)
        types = {name: cast(Types, recorder.symbols.types(one, sized=self.sized)) for name, one in inputs.items()}
        recorder.known.extend(flat(tuple(inputs.values())))
        recorder.inputs = len(recorder.known)
        outputs: tuple[Ref, ...] | None = None
        try:
            outputs = recorder.block(self.module.definition, dict(self.module.arguments), types)
        except FAILURES as failure:
            self.sized = self.sized or (isinstance(failure, Fault) and failure.diagnostic.code == NEEDS_NUMBERS)
        self.sized = self.sized or any(one.code == NEEDS_NUMBERS for one in session.diagnostics)
        if outputs is None and recorder.asked <= len(history):
            return None
        return recorder.finished(outputs)


def with_cells(value: Thing, found: list[Thing]) -> Thing:
    """Return a value with a cell in place of every open module; these are added to what was found."""
    if type(value) is tuple:
        return tuple(with_cells(one, found) for one in value)
    if isinstance(value, Tagged):
        return Tagged(value.label, with_cells(value.module, found), value.span)
    if not is_open(value):
        return value
    found.append(value)
    return Cell(len(found) - 1)


def has_cells(value: Thing) -> bool:
    """Say whether a module is given what is open."""
    if type(value) is tuple:
        return any(map(has_cells, value))
    if isinstance(value, Partial):
        return any(has_cells(one) for _, one in value.arguments)
    return has_cells(value.module) if isinstance(value, Tagged) else isinstance(value, Cell)


class Recorder:
    """Writes down what a body applies, in one order through all blocks that pass open modules on."""

    def __init__(self, script: Script, session: Session, history: tuple[Result, ...]) -> None:
        self.script = script
        self.session = session
        self.history = history
        self.symbols = Symbols()
        self.steps: list[Step] = []
        self.outlines: list[Outline] = []
        self.marks: list[int] = []
        self.known: list[Tensor] = []
        self.params: list[Dim] = []
        self.values: list[Value] = []
        self.inputs = self.asked = 0

    def block(
        self, definition: Definition, arguments: Mapping[str, Thing], types: Mapping[str, Types], given: Feeds = ()
    ) -> tuple[Ref, ...] | None:
        """Run a body; `given` are the values that flow in, none where they are new. Returns what it returns."""
        waiting = iter(cast("tuple[Thing, ...]", given))

        def frame_for(session: Session, names: FrameNames, definition: Definition) -> Frame:
            return BodyFrame(session, names, definition, self, waiting)

        run = run_block(Elaborator(self.session), definition, arguments, types, {}, Scene(HERE.span), frame_for)
        if run is None or self.session.diagnostics:
            return None
        weights = run.frame.weights.values()
        self.params.extend(product(one.type.shape) for one in weights if one.store is Store.PARAM)
        return tuple(self.ref(one) for one in run.outputs.operands)

    def ask(self, module: Node | Cell, feeds: tuple[Operands, ...], *, shared: bool, frame: Frame) -> Thing:
        """Apply a module, and return what is known to come of it."""
        refs = tuple(self.ref(one) for one in feeds)
        self.steps.append(Step(module, refs, shared, len(self.values), max(numbers(refs), default=-1)))
        self.marks.append(len(self.session.asked or ()))
        result = self._drawn(feeds) if isinstance(module, Cell) else self._closed(module, feeds)
        self.known.extend(flat((result,)))
        return self._values(frame, cast(Types, self.symbols.types(result, sized=self.script.sized)))

    def _drawn(self, feeds: tuple[Operands, ...]) -> Result:
        known = self.asked < len(self.history)
        result = self.history[self.asked] if known else next(flat((self._stand_in(feeds[0]),)), None)
        self.asked += 1
        self.outlines.append(self.script.outline(result))
        return result

    def _closed(self, node: Node, feeds: tuple[Operands, ...]) -> Result:
        """Return what a closed module makes: of these sizes where they are known, else of others with as many axes."""
        from archc.space.nodes import Fixed

        assert isinstance(node, Fixed)
        given = tuple(self._stand_in(one) for one in feeds)
        if not self.script.sized:
            return node.outlined(given)
        flow = node.flow(given)
        if flow is None:
            raise Poisoned
        return flow.results

    def _stand_in(self, operand: Operands) -> Result:
        """Return a tensor with as many axes as an operand; the same one where its sizes are known."""
        if operand is None:
            return None
        if isinstance(operand, tuple):
            return tuple(self._stand_in(one) for one in operand)
        if isinstance(operand, Value):
            return self.known[operand.id]
        shape = cast("tuple[int, ...]", operand.type.shape if self.script.sized else (1,) * len(operand.type.shape))
        return self.script.grammar.tensors.of(shape, operand.type.dtype, stored=True)

    def _values(self, frame: Frame, types: Types) -> Thing:
        if types is None:
            return None
        if isinstance(types, TensorType):
            return frame.value(types)
        return tuple(self._values(frame, one) for one in types)

    def ref(self, operand: Operands) -> Ref:
        """Return an operand as a step writes it."""
        if operand is None:
            return None
        if isinstance(operand, tuple):
            return tuple(self.ref(one) for one in operand)
        if isinstance(operand, Value):
            return operand.id
        return Stored(forms_of(operand.type, self.symbols.names))

    def finished(self, outputs: tuple[Ref, ...] | None) -> Run:
        """Return all that was written down."""
        asked, names = self.session.asked or [], self.symbols.names
        bounds = [0, *self.marks, len(asked)]
        conditions = tuple(conditions_of(asked[start:end], names) for start, end in pairwise(bounds))
        params = compile_dim(total(self.params), names)
        held = tuple(_held(self.steps, outputs, self.inputs))
        return Run(tuple(self.steps), tuple(self.outlines), outputs, conditions, held, params)


def _held(steps: Sequence[Step], outputs: tuple[Ref, ...] | None, inputs: int) -> Iterator[tuple[Held, Held]]:
    """Yield what exists around each step: what later ones need, or everything where these are not known."""
    last: dict[int, int] = dict.fromkeys(numbers(outputs or ()), len(steps))
    for place, step in reversed(list(enumerate(steps))):
        for number in numbers(step.feeds):
            last.setdefault(number, place)
    for place, step in enumerate(steps):
        needed = {n for n in range(step.first) if outputs is None or last.get(n, -1) > place}
        fed = set(numbers(step.feeds))
        free, kept = needed, needed | set(range(inputs))
        yield _around_fed(free, fed), _around_fed(kept, fed)


def _around_fed(needed: set[int], fed: set[int]) -> Held:
    return Held(tuple(sorted(needed - fed)), not fed.isdisjoint(needed))


def numbers(refs: tuple[Ref, ...]) -> Iterator[int]:
    """Yield the numbers of the tensors that are referred to."""
    for one in refs:
        if isinstance(one, int):
            yield one
        elif isinstance(one, tuple):
            yield from numbers(one)


class BodyFrame(Frame):
    """A block's body while it is written down: applications make no nodes."""

    def __init__(
        self,
        session: Session,
        names: FrameNames,
        definition: Definition,
        recorder: Recorder,
        waiting: Iterator[Thing],
    ) -> None:
        super().__init__(session, names, definition)
        self.recorder = recorder
        self.waiting = waiting
        self.called: set[str] = set()

    def value(self, type_: TensorType, name: str = "") -> Value:
        value = Value(len(self.recorder.values), type_)
        self.recorder.values.append(value)
        return value

    def input(self, type_: TensorType, name: str) -> Value:
        given = next(self.waiting, None)
        return given if isinstance(given, Value) else self.value(type_, name)

    def apply(self, module: Thing, tensors: tuple[Thing, ...], label: str | None, node: tree.Expression) -> Thing:
        """Apply a module to tensors, with its weights under `label`."""
        if isinstance(module, Place):
            return self._place(module, tensors, label, node)
        if label is not None:
            self.declare(label, module, node.span)
        return self._run(module, tensors, label, node, shared=False)

    def _place(self, place: Place, tensors: tuple[Thing, ...], label: str | None, node: tree.Expression) -> Thing:
        if label is not None and label != place.path:
            self.declare(label, place, node.span)
        declared, owner = self.declared(place, node.span), self.owner(place.path)
        if isinstance(declared, Partial):
            arguments = tuple(dict((*declared.arguments, *place.arguments)).items())
            declared = Partial(declared.definition, arguments, (*declared.inputs, *place.inputs))
        shared = owner in self.called
        self.called.add(owner)
        return self._run(declared, tensors, owner, node, shared=shared)

    def _run(
        self, module: Thing, tensors: tuple[Thing, ...], label: str | None, node: tree.Expression, *, shared: bool
    ) -> Thing:
        if isinstance(module, Overloaded):
            module = module.module
        if isinstance(module, Tagged):
            return self._run(module.module, tensors, below(label or "", module.label), node, shared=shared)
        if type(module) is tuple:
            value: Thing = tensors[0] if len(tensors) == 1 else tensors
            for one in module:
                value = self._run(one, (value,), label, node, shared=shared)
            return value
        if isinstance(module, Function):
            return run_function(self, module, tensors, label, node)
        if isinstance(module, Cell):
            return self._ask(module, tensors, node, shared=shared)
        if isinstance(module, Partial):
            return self._partial(module, tensors, node, shared=shared)
        return self._ask(self._node(module), tensors, node, shared=shared)

    def _partial(self, module: Partial, tensors: tuple[Thing, ...], node: tree.Expression, *, shared: bool) -> Thing:
        definition = module.definition
        if any(is_tensor(value) for _, value in module.arguments):
            raise Poisoned  # weights that are given at the call are for the compiler alone
        inputs = gather_inputs(definition, module, tensors, node)
        plain = Partial(definition, module.arguments)
        if has_cells(plain):
            return self._passed_on(plain, inputs, node)
        operands = operands_of(self, definition, inputs, node.span)
        return self.recorder.ask(self._node(plain), tuple(operands.values()), shared=shared, frame=self)

    def _passed_on(self, module: Partial, inputs: dict[str, Thing], node: tree.Expression) -> Thing:
        """Look into a block that is given what is open in this one."""
        from archc.semantics.operators import types_of

        operands = {name: self.operand(value, node.span) for name, value in inputs.items()}
        types = {name: types_of(one) for name, one in operands.items()}
        given = tuple(one for value in inputs.values() for one in (value if type(value) is tuple else (value,)))
        with self.session.inside(module.definition.name, node.span):
            refs = self.recorder.block(module.definition, dict(module.arguments), types, cast(Feeds, given))
        if refs is None:
            raise Poisoned
        values = tuple(self._value_of(one) for one in refs)
        return values[0] if len(values) == 1 else values

    def _value_of(self, ref: Ref) -> Thing:
        if isinstance(ref, int):
            return self.recorder.values[ref]
        if isinstance(ref, tuple):
            return tuple(self._value_of(one) for one in ref)
        raise Poisoned

    def _ask(self, module: Node | Cell, tensors: tuple[Thing, ...], node: tree.Expression, *, shared: bool) -> Thing:
        feeds = tuple(self.operand(one, node.span) for one in tensors)
        return self.recorder.ask(module, feeds, shared=shared, frame=self)

    def _node(self, module: Thing) -> Node:
        if is_open(module):
            raise Poisoned  # a decision in a body, which no argument of the block takes
        return self.recorder.script.grammar.node(module)
