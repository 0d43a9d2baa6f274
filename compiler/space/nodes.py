"""The nodes of a grammar: closed modules, sequences, choices, spaces by name, and blocks around open modules.

A node knows nothing of any draw. What it keeps is true for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, cast

from archc.semantics.openings import OpenSpace
from archc.semantics.values import Partial, Tagged, Thing
from archc.space.flows import FREE, Flow, Misfit, Rules, outline_of, sizes_of
from archc.space.scripts import Script, with_cells
from archc.space.tensors import Feeds, Result, only, total_bytes
from archc.syntax import tree

if TYPE_CHECKING:
    from archc.space.grammar import Grammar
    from archc.space.ways import Way

HEIGHT = 4
"""Decisions in a row beyond which modules count as equally far from being closed."""


class Node:
    """A module of a grammar. Equality is identity: a grammar makes one node of equal modules."""

    def __init__(self, thing: Thing, grammar: Grammar) -> None:
        self.thing = thing
        self.grammar = grammar

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.thing!r:.60}>"

    def flow(self, feeds: Feeds) -> Flow | None:
        """Return what the module makes of tensors, None where it does not take them; raises Misfit if it is open."""
        raise Misfit

    def closes_within(self, limit: int) -> bool:
        """Say whether so many decisions in a row can close the module."""
        return True

    def is_neutral_within(self, limit: int) -> bool:
        """Say whether so many decisions in a row can make of it what returns any tensor as it is, at no cost."""
        return False

    def joins_within(self, limit: int) -> bool:
        """Say whether so many decisions can make of it what returns one tensor of any number of equal ones."""
        return False

    @cached_property
    def joins(self) -> bool:
        """Whether the module can be such that any number of tensors of one shape, any shape, become one of the same."""
        return self.joins_within(HEIGHT)

    @cached_property
    def is_neutral(self) -> bool:
        """Whether the module can be such that a tensor of any shape passes unchanged, at no cost but memory."""
        return self.is_neutral_within(HEIGHT)


class Fixed(Node):
    """A closed module: an operator or block with all its arguments."""

    def __init__(self, thing: Thing, grammar: Grammar) -> None:
        super().__init__(thing, grammar)
        self._flows: dict[Feeds, Flow | None] = grammar.table()

    @cached_property
    def rules(self) -> Rules:
        """What the module makes of tensors."""
        return self.grammar.rules(self.thing)

    def flow(self, feeds: Feeds) -> Flow | None:
        """Return what the module makes of tensors, None where it does not take them."""
        try:
            return self._flows[feeds]
        except KeyError:
            self.grammar.kept += 1
            flow = self._flows[feeds] = self.rules.flow(feeds)
            return flow

    def outlined(self, feeds: Feeds) -> Result:
        """Return tensors with as many axes as those that the module makes, whatever their sizes; raises a failure."""
        return self.rules.outlined(feeds)

    def is_neutral_within(self, limit: int) -> bool:
        return self._keeps_shapes and self._takes_one and cast(Partial, self.thing).definition.is_operator

    def joins_within(self, limit: int) -> bool:
        return self._keeps_shapes and not self._takes_one

    @cached_property
    def _keeps_shapes(self) -> bool:
        """Whether tensors of one shape, any shape, become one of the same, without weights and conditions."""
        if not isinstance(self.thing, Partial):
            return False
        definition = self.thing.definition
        if len(definition.inputs) != 1 or len(definition.outputs) != 1 or definition.block.where:
            return False
        given, made = definition.inputs[0], definition.outputs[0]
        same = given.shape == made.shape and given.type == made.type and made.clause is None
        group = len(given.shape.dims) == 1 and isinstance(given.shape.dims[0], tree.Dots)
        return same and group and not definition.owns and definition.macs is None

    @property
    def _takes_one(self) -> bool:
        return cast(Partial, self.thing).definition.inputs[0].clause is None


class Series(Node):
    """Modules one after the other."""

    @cached_property
    def items(self) -> tuple[Node, ...]:
        return tuple(self.grammar.node(one) for one in cast("tuple[Thing, ...]", self.thing))

    @cached_property
    def neutral_from(self) -> tuple[bool, ...]:
        """For every place, and the end, whether all items from there on can be neutral."""
        found = [True]
        for item in reversed(self.items):
            found.append(found[-1] and item.is_neutral)
        return tuple(reversed(found))

    def flow(self, feeds: Feeds) -> Flow | None:
        cost, peak, held, into = FREE, 0, 0, feeds
        for item in self.items:
            flow = item.flow(into)
            if flow is None:
                return None
            cost, peak = cost.plus(flow.cost), max(peak, flow.peak)
            held = max(held, flow.held if into is feeds else flow.peak + total_bytes(feeds))
            into = (flow.results,)
        return Flow(only(into), cost, max(peak, total_bytes(feeds)), max(held, total_bytes(feeds)))

    def closes_within(self, limit: int) -> bool:
        return all(item.closes_within(limit) for item in self.items)

    def is_neutral_within(self, limit: int) -> bool:
        return all(item.is_neutral_within(limit) for item in self.items)


class Labelled(Node):
    """A module with a label of its own in a sequence."""

    @cached_property
    def inner(self) -> Node:
        return self.grammar.node(cast(Tagged, self.thing).module)

    def flow(self, feeds: Feeds) -> Flow | None:
        return self.inner.flow(feeds)

    def closes_within(self, limit: int) -> bool:
        return self.inner.closes_within(limit)

    def is_neutral_within(self, limit: int) -> bool:
        return self.inner.is_neutral_within(limit)


class Choice(Node):
    """A decision: one of several modules, of given weights."""

    def __init__(self, thing: Thing, grammar: Grammar) -> None:
        super().__init__(thing, grammar)
        self._alternatives: dict[int, Node] = {}
        self._flows: dict[Feeds, tuple[tuple[int, Flow], ...]] = grammar.table()

    def alternative(self, place: int) -> Node:
        """Return one of the modules; each is worked out when it is first asked for."""
        found = self._alternatives.get(place)
        if found is None:
            found = self._alternatives[place] = self.grammar.node(self.grammar.alternative(self.thing, place))
        return found

    @cached_property
    def weights(self) -> tuple[float, ...]:
        """The weight of each alternative."""
        return self.grammar.weights(self.thing)

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The places of the alternatives that have a weight."""
        return tuple(place for place, weight in enumerate(self.weights) if weight > 0)

    @cached_property
    def nearest(self) -> tuple[int, ...]:
        """The places of the alternatives that close after the fewest decisions."""
        for limit in range(HEIGHT):
            near = tuple(place for place in self.places if self.alternative(place).closes_within(limit))
            if near:
                return near
        return self.places

    @cached_property
    def others(self) -> tuple[int, ...]:
        """The places of all other alternatives."""
        return tuple(place for place in self.places if place not in self.nearest)

    @cached_property
    def is_shallow(self) -> bool:
        """Whether every alternative is a closed module."""
        return all(isinstance(self.alternative(place), Fixed) for place in self.places)

    def flows(self, feeds: Feeds) -> tuple[tuple[int, Flow], ...]:
        """Return the alternatives that take these tensors, all of them closed, and what they make of them."""
        try:
            return self._flows[feeds]
        except KeyError:
            self.grammar.kept += 1
            found = self._flows[feeds] = tuple(self._fitting(feeds))
            return found

    def _fitting(self, feeds: Feeds) -> Iterator[tuple[int, Flow]]:
        outline, sizes = outline_of(feeds), sizes_of(feeds)
        for place in self.places:
            one = self.alternative(place)
            assert isinstance(one, Fixed)
            flow = one.rules.flow_at(outline, feeds, sizes)
            if flow is not None:
                yield place, flow

    @cached_property
    def neutral_place(self) -> int | None:
        """The alternative that is neutral after the fewest decisions, None where none can be."""
        for limit in range(HEIGHT):
            for place in self.places:
                if self.alternative(place).is_neutral_within(limit):
                    return place
        return None

    def closes_within(self, limit: int) -> bool:
        return limit > 0 and any(self.alternative(place).closes_within(limit - 1) for place in self.places)

    def is_neutral_within(self, limit: int) -> bool:
        return limit > 0 and any(self.alternative(place).is_neutral_within(limit - 1) for place in self.places)

    def joins_within(self, limit: int) -> bool:
        return limit > 0 and any(self.alternative(place).joins_within(limit - 1) for place in self.places)


class Named(Node):
    """A space by its name, with arguments."""

    thing: OpenSpace

    def __init__(self, thing: Thing, grammar: Grammar) -> None:
        super().__init__(thing, grammar)
        self._unfolded: dict[object, Node | None] = {}

    def unfold(self, feeds: Feeds) -> Node | None:
        """Return what the space is for these inputs, None where its signature does not allow them."""
        key = self.grammar.bound_sizes(self.thing, feeds)
        if key is None:
            return None
        if key not in self._unfolded:
            self._unfolded[key] = self.grammar.unfolded(self.thing, dict(key))
        return self._unfolded[key]

    @cached_property
    def _alone(self) -> Node | None:
        """What the space is if that does not depend on its inputs."""
        return None if self.grammar.uses_inputs(self.thing) else self.unfold(())

    def closes_within(self, limit: int) -> bool:
        return self._alone is not None and limit > 0 and self._alone.closes_within(limit)

    def is_neutral_within(self, limit: int) -> bool:
        return self._alone is not None and limit > 0 and self._alone.is_neutral_within(limit)

    def joins_within(self, limit: int) -> bool:
        return self._alone is not None and limit > 0 and self._alone.joins_within(limit)


class Open(Node):
    """A block that is given open modules."""

    thing: Partial

    @cached_property
    def skeleton(self) -> Partial:
        """The block with a cell in place of every open module."""
        return self._apart[0]

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """What may be drawn for each cell."""
        return tuple(self.grammar.node(one) for one in self._apart[1])

    @cached_property
    def _apart(self) -> tuple[Partial, list[Thing]]:
        found: list[Thing] = []
        arguments = tuple((name, with_cells(value, found)) for name, value in self.thing.arguments)
        return Partial(self.thing.definition, arguments), found

    def way(self, feeds: Feeds) -> Way | None:
        """Return the start of the way through the block, None where it does not take what flows in."""
        return self._script.start(feeds)

    @cached_property
    def _script(self) -> Script:
        return self.grammar.script(self.skeleton)

    def closes_within(self, limit: int) -> bool:
        return all(one.closes_within(limit) for one in self.nodes)
