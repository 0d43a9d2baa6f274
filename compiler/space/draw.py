"""Drawing: every decision is taken where its inputs are known, among the alternatives that fit them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import cast

from archc.records import record
from archc.semantics.application import gather_inputs
from archc.semantics.binding import environment_of
from archc.semantics.blocks import bind_names_of
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Bindings, Deferred
from archc.semantics.faults import Fault, Poisoned
from archc.semantics.frame import Declared, Frame, FrameNames
from archc.semantics.matching import Matcher, Types
from archc.semantics.openings import Cell, MaybeModule, OneOf, OpenChoice, OpenRepeat, OpenSpace, is_open
from archc.semantics.operators import types_of
from archc.semantics.scene import Scene
from archc.semantics.session import Session
from archc.semantics.statements import Statements
from archc.semantics.values import Island, Overloaded, Partial, Place, PoisonType, Tagged, Thing
from archc.space.costs import FREE, Budget, Cost
from archc.space.derivation import Chosen, Picked, closed
from archc.space.transfer import Transfers
from archc.syntax import tree

GROWTH = 2_000
"""Applications after which a draw takes the shortest way to an end."""
STEPS = 20_000
"""Applications after which a draw is given up."""
HEIGHT = 8
"""Decisions in a row beyond which alternatives count as equally long."""
REDRAWS = 1
"""How often a module of a block is drawn anew when what follows does not fit, before it copies a sibling."""

Derived = Thing | Chosen | Picked
Inputs = tuple[Thing, ...]


def _plain(module: Partial) -> Partial:
    """Return a module with its picked values as they are."""
    if any(isinstance(value, Picked) for _, value in module.arguments):
        return cast(Partial, closed(module))
    return module


class Infeasible(Exception):
    """No alternative fits here."""


class Exhausted(Exception):
    """A draw took too many steps."""


@record
class Weighted:
    """The alternatives of a choice with their probabilities, not normalised."""

    weights: tuple[float, ...]
    modules: tuple[Thing, ...]


class Unfolding:
    """The grammar, unfolded as far as it was needed: alternatives by choice, values by space. Shared between draws."""

    def __init__(self, session: Session) -> None:
        self.e = Elaborator(session)
        self.transfers = Transfers(session)
        self._choices: dict[OpenChoice, Weighted] = {}
        self._spaces: dict[tuple[object, ...], Thing] = {}
        self._repeats: dict[OpenRepeat, Thing] = {}
        self._heights: dict[tuple[Thing, int], int] = {}

    def choice(self, choice: OpenChoice) -> Weighted:
        """Return the alternatives of a choice; those without a weight share what is left of 1 equally."""
        known = self._choices.get(choice)
        if known is None:
            env = Bindings(choice.scope, dict(choice.names))
            alternatives = choice.node.alternatives
            given = [a.weight.value if a.weight is not None else None for a in alternatives]
            left = max(0.0, 1.0 - sum(w for w in given if w is not None))
            share = left / max(1, given.count(None))
            weights = tuple(float(share if w is None else w) for w in given)
            known = Weighted(weights, tuple(self.e.evaluate(a.value, env) for a in alternatives))
            self._choices[choice] = known
        return known

    def shortest(self, choice: OpenChoice) -> tuple[int, ...]:
        """Return the alternatives that end after the fewest decisions, in the order of the text."""
        heights = [self.height(module, HEIGHT) for module in self.choice(choice).modules]
        least = min(heights)
        return tuple(index for index, height in enumerate(heights) if height == least)

    def height(self, module: Thing, limit: int) -> int:
        """Return the fewest decisions in a row that a module needs to be closed, `limit` where they are more."""
        if limit <= 0:
            return 0
        key = (module, limit)
        if key not in self._heights:
            self._heights[key] = self._height(module, limit)
        return self._heights[key]

    def _height(self, module: Thing, limit: int) -> int:
        if isinstance(module, OpenChoice):
            below = limit
            for alternative in self.choice(module).modules:
                below = min(below, 1 + self.height(alternative, below - 1))
            return below
        if isinstance(module, OpenSpace):
            try:
                return self.height(self.space(module, ()), limit)
            except (Infeasible, ValueError):
                return limit
        if isinstance(module, OpenRepeat):
            return self.height(self.repeated(module), limit) if module.least else 0
        if type(module) is tuple:
            return max((self.height(one, limit) for one in module), default=0)
        if isinstance(module, Partial):
            return max((self.height(value, limit) for _, value in module.arguments), default=0)
        return 0

    def repeated(self, repeat: OpenRepeat) -> Thing:
        """Return the module that a repeat repeats."""
        if repeat not in self._repeats:
            self._repeats[repeat] = self.e.evaluate(repeat.node.body, Bindings(repeat.scope, dict(repeat.names)))
        return self._repeats[repeat]

    def space(self, space: OpenSpace, inputs: Inputs) -> Thing:
        """Return what a space is at its arguments and at the sizes that its signature binds; raises Infeasible."""
        declared = space.definition.space
        signature = declared.signature
        key = (space, inputs if signature is not None and _uses_sizes(declared) else ())
        if key not in self._spaces:
            self._spaces[key] = self._space_value(space, inputs)
        return self._spaces[key]

    def _space_value(self, space: OpenSpace, inputs: Inputs) -> Thing:
        declared = space.definition.space
        env = Bindings(space.definition.scope, dict(space.arguments))
        for parameter in declared.parameters:
            if isinstance(parameter, tree.Parameter) and parameter.name not in env.values:
                if parameter.default is None:
                    raise Infeasible
                env.values[parameter.name] = self.e.evaluate(parameter.default, env)
        if declared.signature is not None and _uses_sizes(declared):
            _bind_sizes(declared.signature, inputs, env)
        return self.e.evaluate(declared.value, env)


def _uses_sizes(declared: tree.Space) -> bool:
    signature = declared.signature
    return signature is not None and any(
        isinstance(dim, tree.Name) for declared_input in signature.inputs for dim in declared_input.shape.dims
    )


def _bind_sizes(signature: tree.Signature, inputs: Inputs, env: Bindings) -> None:
    """Bind the names of a space's input shapes; a shape with other axes does not fit."""
    for declared, given in zip(signature.inputs, inputs, strict=True):
        shape = getattr(getattr(given, "type", None), "shape", None)
        dims = declared.shape.dims
        if shape is None or len(shape) != len(dims):
            raise Infeasible
        for dim, size in zip(dims, shape, strict=True):
            if isinstance(dim, tree.Name):
                if env.values.setdefault(dim.text, size) != size:
                    raise Infeasible
            elif isinstance(dim, tree.Number) and dim.value != size:
                raise Infeasible


class Drawing:
    """One draw. `chance` is its own generator: nothing global is touched."""

    def __init__(self, unfolding: Unfolding, chance: random.Random, budget: Budget) -> None:
        self.unfolding = unfolding
        self.chance = chance
        self.budget = budget
        self.cost = FREE
        self.steps = 0
        self.short = False

    # -- applying -------------------------------------------------------------------------------------

    def run(self, module: Derived, inputs: Inputs) -> tuple[Thing, Derived]:
        """Draw what is open in a module and apply it. Returns the results and the derivation; raises Infeasible."""
        rule = _RULES.get(type(module))
        if rule is None:
            raise Infeasible
        return rule(self, module, inputs)

    def sequence(self, items: tuple[Derived, ...], inputs: Inputs) -> tuple[Thing, Derived]:
        made: list[Derived] = []
        for item in items:
            result, derived = self.run(item, inputs)
            inputs = (result,)
            made.append(derived)
        return inputs[0] if len(inputs) == 1 else inputs, cast(Derived, tuple(made))

    def partial(self, module: Partial, inputs: Inputs) -> tuple[Thing, Derived]:
        self.steps += 1
        if self.steps > STEPS:
            raise Exhausted
        if not any(_is_drawable(value) for _, value in module.arguments):
            return self._closed(module, inputs), module
        if any(isinstance(value, OneOf) for _, value in module.arguments):
            return self._with_values(module, inputs)
        return self._open_block(module, inputs)

    def _closed(self, module: Partial, inputs: Inputs) -> Thing:
        found = self.unfolding.transfers.of(_plain(module), inputs)
        if found is None:
            raise Infeasible
        self._pay(found.cost)
        return found.results

    def _pay(self, cost: Cost) -> None:
        total = self.cost.then(cost)
        if not self.budget.allows(total):
            raise Infeasible
        self.cost = total

    def _with_values(self, module: Partial, inputs: Inputs) -> tuple[Thing, Derived]:
        """Pick the open values of a module's parameters, in an order by chance, until it fits."""
        name, options = next((n, v) for n, v in module.arguments if isinstance(v, OneOf))
        for index in self.chance.sample(range(len(options.options)), len(options.options)):
            picked = tuple((n, options.options[index] if n == name else v) for n, v in module.arguments)
            attempt = Partial(module.definition, picked, module.inputs)
            try:
                result, derived = self._trial(partial(self.partial, attempt, inputs))
            except Infeasible:
                continue
            assert isinstance(derived, Partial)
            kept = tuple((n, Picked(options, index) if n == name else v) for n, v in derived.arguments)
            return result, Partial(derived.definition, cast("tuple[tuple[str, Thing], ...]", kept), derived.inputs)
        raise Infeasible

    def _trial(self, attempt: Callable[[], tuple[Thing, Derived]]) -> tuple[Thing, Derived]:
        """Try something, and take back what it cost if it does not fit."""
        before = self.cost
        try:
            return attempt()
        except Infeasible:
            self.cost = before
            raise

    # -- decisions ------------------------------------------------------------------------------------

    def choose(self, choice: OpenChoice, inputs: Inputs) -> tuple[Thing, Derived]:
        offered = self.unfolding.choice(choice)
        short = self.short or self.steps > GROWTH
        for index in self.unfolding.shortest(choice) if short else self._by_weight(offered.weights):
            module = offered.modules[index]
            try:
                result, derived = self._trial(partial(self.run, module, inputs))
            except Infeasible:
                continue
            return result, Chosen(choice, index, cast(Thing, derived), inputs)
        raise Infeasible

    def _by_weight(self, weights: tuple[float, ...]) -> Iterator[int]:
        """Yield every index once: each time one of those left, by their weights."""
        left = list(range(len(weights)))
        while left:
            index = self.chance.choices(left, [weights[i] for i in left])[0] if len(left) > 1 else left[0]
            yield index
            left.remove(index)
            if left and not any(weights[i] for i in left):
                return

    def repeat(self, repeat: OpenRepeat, inputs: Inputs) -> tuple[Thing, Derived]:
        body = self.unfolding.repeated(repeat)
        counts = list(range(repeat.least, repeat.most + 1))
        short = self.short or self.steps > GROWTH
        for count in counts if short else self.chance.sample(counts, len(counts)):
            try:
                result, derived = self._trial(partial(self.sequence, (body,) * count, inputs))
            except Infeasible:
                continue
            return result, Chosen(repeat, count, cast(Thing, derived), inputs)
        raise Infeasible

    def maybe(self, maybe: MaybeModule, inputs: Inputs) -> tuple[Thing, Derived]:
        for present in self.chance.sample((False, True), 2):
            if not present:
                return inputs[0], Chosen(maybe, 0, (), inputs)
            try:
                result, derived = self._trial(lambda: self.run(maybe.module, inputs))
            except Infeasible:
                continue
            return result, Chosen(maybe, 1, cast(Thing, derived), inputs)
        raise Infeasible

    def space(self, space: OpenSpace, inputs: Inputs) -> tuple[Thing, Derived]:
        result, derived = self.run(self.unfolding.space(space, inputs), inputs)
        return result, Chosen(space, 0, cast(Thing, derived), inputs)

    def chosen(self, known: Chosen, inputs: Inputs) -> tuple[Thing, Derived]:
        """Apply a decision that is taken already."""
        result, derived = self.run(known.module, inputs)
        return result, Chosen(known.open, known.index, cast(Thing, derived), inputs)

    # -- wrappers -------------------------------------------------------------------------------------

    def tagged(self, module: Tagged, inputs: Inputs) -> tuple[Thing, Derived]:
        result, derived = self.run(module.module, inputs)
        return result, Tagged(module.label, cast(Thing, derived), module.span)

    def island(self, module: Island, inputs: Inputs) -> tuple[Thing, Derived]:
        result, derived = self.run(module.module, inputs)
        return result, Island(module.dtype, cast(Thing, derived))

    def overloaded(self, module: Overloaded, inputs: Inputs) -> tuple[Thing, Derived]:
        return self.run(module.module, inputs)

    def cell(self, cell: Cell, inputs: Inputs) -> tuple[Thing, Derived]:
        """Draw a module of a block at its first use; later uses are the same module."""
        if cell.drawn is not None and cell.inputs == inputs and isinstance(cell.cost, Cost):
            self._pay(cell.cost)
            return cell.result, cell.drawn
        before, self.cost = self.cost, FREE
        limit, self.budget = self.budget, self.budget.less(before)
        try:
            result, derived = self.run(cell.drawn if cell.drawn is not None else cell.module, inputs)
            cell.drawn, cell.inputs, cell.result, cell.cost = cast(Thing, derived), inputs, result, self.cost
        finally:
            self.cost, self.budget = before.then(self.cost), limit
        return result, derived

    # -- blocks around open modules -----------------------------------------------------------------------

    def _open_block(self, module: Partial, inputs: Inputs) -> tuple[Thing, Derived]:
        """Run the body of a block whose modules are open.

        When what was drawn does not fit together, the last module that was drawn is drawn anew, then copies a sibling
        that was drawn from the same space at the same inputs, and at last everything is drawn by the shortest way.
        """
        cells: dict[str, Thing] = {}
        for remedy in (*(_redraw,) * REDRAWS, _copy, _restart, None):
            order: list[Cell] = []
            cells = _celled(module, cells, order)
            try:
                result = self._trial_body(module, cells, inputs, short=remedy is None)
            except Infeasible:
                if remedy is None:
                    raise
                remedy([cell for cell in order if cell.drawn is not None])
                continue
            arguments = tuple(
                (name, cast(Thing, _uncelled(cells.get(name, value)))) for name, value in module.arguments
            )
            return result, Partial(module.definition, arguments, module.inputs)
        raise Infeasible

    def _trial_body(self, module: Partial, cells: Mapping[str, Thing], inputs: Inputs, *, short: bool) -> Thing:
        before, was_short = self.cost, self.short
        self.short = was_short or short
        try:
            return self._body(module, cells, inputs)
        except Infeasible:
            self.cost = before
            raise
        except (Fault, Poisoned):
            self.cost = before
            raise Infeasible from None
        finally:
            self.short = was_short

    def _body(self, module: Partial, cells: Mapping[str, Thing], inputs: Inputs) -> Thing:
        definition = module.definition
        session = self.unfolding.e.session
        session.diagnostics = []
        node = tree.Name(definition.block.name_span, definition.name)
        scene = Scene(node.span)
        given = gather_inputs(definition, module, inputs, node)
        types: dict[str, Types] = {name: types_of(cast("None", value)) for name, value in given.items()}
        e = Elaborator(session)
        env: Deferred = environment_of(e, definition, {**dict(module.arguments), **cells}, scene)
        matcher = Matcher(e, definition, env, scene)
        matcher.inputs(types)
        matcher.where()
        names = FrameNames(definition.scope, {})
        frame = DrawFrame(self, names)
        bind_names_of(definition, env, names, given, {})
        body = Statements(Elaborator(session, frame), frame, matcher, definition)
        result = body.run_block(definition.block.body or ())
        if body.failed or session.diagnostics or isinstance(result, PoisonType):
            raise Infeasible
        return result


class DrawFrame(Frame):
    """A block's body while its modules are drawn: applications change shapes, and no graph is made."""

    def __init__(self, drawing: Drawing, names: FrameNames) -> None:
        super().__init__(drawing.unfolding.e.session, names, None)
        self.drawing = drawing

    def apply(self, module: Thing, tensors: tuple[Thing, ...], label: str | None, node: tree.Expression) -> Thing:
        """Apply a module to tensors of known shapes."""
        if isinstance(module, Place):
            module = self.modules[module.path].module
        if isinstance(module, Partial) and module.inputs:
            tensors = tuple(gather_inputs(module.definition, module, tensors, node).values())
            module = Partial(module.definition, module.arguments)
        result, _ = self.drawing.run(module, tensors)
        if label:
            self.modules[label] = Declared(module, node.span)
            self._remember(label)
        return result


def _is_drawable(value: Thing) -> bool:
    """Say whether an argument of a block is drawn, or was: its body then runs without a graph."""
    if isinstance(value, Chosen) or is_open(value):
        return True
    return type(value) is tuple and any(_is_drawable(one) for one in value)


def _celled(module: Partial, before: Mapping[str, Thing], order: list[Cell]) -> dict[str, Thing]:
    """Return the open arguments of a block in cells, which note in `order` that they were drawn."""
    return {
        name: _into_cells(before.get(name, value), order) for name, value in module.arguments if _is_drawable(value)
    }


def _into_cells(value: Thing, order: list[Cell]) -> Thing:
    if isinstance(value, Cell):
        order.append(value)
        return value
    if type(value) is tuple:
        return tuple(_into_cells(one, order) for one in value)
    if not _is_drawable(value):
        return value
    cell = Cell(value)
    order.append(cell)
    return cell


def _redraw(drawn: list[Cell]) -> None:
    """Let the last module be drawn anew."""
    for cell in drawn[-1:]:
        cell.drawn = None


def _copy(drawn: list[Cell]) -> None:
    """Make the last module that has a sibling the same as the sibling."""
    for cell in reversed(drawn):
        sibling = next(
            (s for s in drawn if s is not cell and s.module == cell.module and s.inputs == cell.inputs), None
        )
        if sibling is not None:
            cell.drawn, cell.inputs, cell.result, cell.cost = (
                sibling.drawn,
                sibling.inputs,
                sibling.result,
                sibling.cost,
            )
            for later in drawn[drawn.index(cell) + 1 :]:
                later.drawn = None
            return


def _restart(drawn: list[Cell]) -> None:
    """Let every module be drawn anew."""
    for cell in drawn:
        cell.drawn = None


def _uncelled(value: Thing) -> Derived:
    if isinstance(value, Cell):
        if value.drawn is None:
            raise Infeasible
        return value.drawn
    if type(value) is tuple:
        return cast(Derived, tuple(_uncelled(one) for one in value))
    return value


_RULES: dict[type, Callable[..., tuple[Thing, Derived]]] = {
    tuple: Drawing.sequence,
    Partial: Drawing.partial,
    OpenChoice: Drawing.choose,
    OpenRepeat: Drawing.repeat,
    OpenSpace: Drawing.space,
    MaybeModule: Drawing.maybe,
    Chosen: Drawing.chosen,
    Cell: Drawing.cell,
    Tagged: Drawing.tagged,
    Island: Drawing.island,
    Overloaded: Drawing.overloaded,
}
