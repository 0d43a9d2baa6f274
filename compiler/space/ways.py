"""Ways through blocks that are given open modules: the tensors so far, and which module is applied next.

Ways are kept from draw to draw: two blocks that look alike go the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from archc.records import record
from archc.semantics.openings import Cell
from archc.space.flows import FREE, Cost, at_sizes
from archc.space.nodes import Fixed
from archc.space.scripts import Held, Ref, Run, Script, Step, numbers
from archc.space.tensors import Feeds, Result, Tensor, flat, total_bytes

NOTHING: Mapping[Cell, tuple[Feeds, Result]] = MappingProxyType({})


class Around(NamedTuple):
    """What there is around a module: `base` bytes besides its inputs, `kept` if somebody else needs these too.

    What it costs counts for `runs` runs, `fresh` of them with weights of their own.
    """

    base: int = 0
    kept: bool = False
    fresh: int = 1
    runs: int = 1


class Surrounding(NamedTuple):
    """What a block adds around one of its steps: bytes, and whether the step's inputs are needed later."""

    bytes: int
    kept: bool


@record
class Stretch:
    """The steps up to the next module that is to be drawn, or the end: what they cost, and where they lead.

    `peaks` are the most bytes of closed modules besides those around the block, `again` the most around modules that
    run again, each once for inputs of the block that nobody else needs and once for others.
    """

    cost: Cost
    peaks: tuple[int, int]
    again: tuple[tuple[Cell, tuple[int, int]], ...]
    end: Way


class Way:
    """A place on the way through a block. `firsts` tells what flowed into the open modules at their first runs, and
    what came of that."""

    __slots__ = ("_feeds", "_next", "_places", "_sizes", "_stretch", "_surroundings", "_to_come", "at",
                 "firsts", "history", "inputs", "run", "script", "step", "values")  # fmt: skip

    def __init__(
        self,
        script: Script,
        inputs: Mapping[str, Result],
        run: Run,
        values: tuple[Tensor, ...],
        history: tuple[Result, ...] = (),
        at: int = 0,
        firsts: Mapping[Cell, tuple[Feeds, Result]] = NOTHING,
    ) -> None:
        self.script = script
        self.inputs = inputs
        self.run = run
        self.values = values
        self.history = history
        self.at = at
        self.firsts = firsts
        self.step: Step | None = run.steps[at] if at < len(run.steps) else None
        """What is applied next, None at the end."""
        self._next: dict[Result, Way | None] = {}
        self._feeds: Feeds | None = None
        self._sizes: list[int] | None = None
        self._places: list[int] | None = None
        self._to_come: tuple[Cell, ...] | None = None
        self._surroundings: tuple[Surrounding, Surrounding] | None = None
        self._stretch: Stretch | bool | None = False
        script.grammar.kept += 1

    def checked(self) -> Way | None:
        """Return this place if the block goes on here."""
        if self.at == len(self.run.steps) and self.run.outputs is None:
            return None
        conditions = self.run.conditions[self.at]
        return self if not conditions or all(holds(self.sizes) for holds in conditions) else None

    @property
    def sizes(self) -> list[int]:
        """The sizes of all tensors so far."""
        if self._sizes is None:
            self._sizes = [size for one in self.values for size in one.shape]
        return self._sizes

    def next(self, result: Result) -> Way | None:
        """Return the way after the next step made a result, None where the block does not go on."""
        try:
            return self._next[result]
        except KeyError:
            following = self._next[result] = self._following(result)
            return following

    def _following(self, result: Result) -> Way | None:
        run: Run | None = self.run
        assert run is not None
        module, history, firsts = run.steps[self.at].module, self.history, self.firsts
        if isinstance(module, Cell):
            history = (*history, result)
            run = self.script.after(run, self.inputs, history)
            if run is None:
                return None
            if module not in firsts:
                firsts = {**firsts, module: (self.feeds, result)}
        values = (*self.values, result) if isinstance(result, Tensor) else (*self.values, *flat((result,)))
        return Way(self.script, self.inputs, run, values, history, self.at + 1, firsts).checked()

    # -- what flows ------------------------------------------------------------------------------------------

    @property
    def feeds(self) -> Feeds:
        """What flows into the next step."""
        if self._feeds is None:
            self._feeds = self._feeds_of(self.run.steps[self.at])
        return self._feeds

    def _feeds_of(self, step: Step) -> Feeds:
        return tuple([self._resolved(one) for one in step.feeds])

    @property
    def results(self) -> Result:
        """What the block returns at its end."""
        assert self.run.outputs is not None
        found = tuple([self._resolved(one) for one in self.run.outputs])
        return found[0] if len(found) == 1 else found

    def _resolved(self, ref: Ref) -> Result:
        if isinstance(ref, int):
            return self.values[ref]
        if ref is None:
            return None
        if isinstance(ref, tuple):
            return tuple([self._resolved(one) for one in ref])
        return at_sizes(ref.forms, self.sizes, self.script.grammar.tensors, stored=True)

    @property
    def likes(self) -> tuple[Cell, ...]:
        """The cells whose modules first ran on the tensors on which that of the next step runs."""
        return tuple([cell for cell, (feeds, _) in self.firsts.items() if feeds == self.feeds])

    @property
    def to_come(self) -> tuple[Cell, ...]:
        """The other cells whose modules will first run on the tensors on which that of the next step runs."""
        if self._to_come is None:
            self._to_come = self._coming()
        return self._to_come

    def _coming(self) -> tuple[Cell, ...]:
        run, count, feeds = self.run, len(self.values), self.feeds
        found: dict[Cell, None] = {}
        for step in run.steps[self.at + 1 :]:
            cell = step.module
            if not isinstance(cell, Cell) or cell == run.steps[self.at].module or cell in self.firsts:
                continue
            if all(number < count for number in numbers(step.feeds)) and self._feeds_of(step) == feeds:
                found[cell] = None
        return tuple(found)

    def gathering(self, likes: tuple[Cell, ...]) -> Cell | None:
        """Return the cell in which the block ends where all that it does is to gather results there.

        These are the results of the next step, of later runs of its module on equal tensors, and of the cells `likes`.
        """
        run, cell, last = self.run, self.run.steps[self.at].module, self.run.steps[-1]
        steps = run.steps[self.at : -1]
        if any(run.conditions[self.at + 1 :]) or not all(step.module == cell or step.module in likes for step in steps):
            return None
        gathered = (tuple(step.first for step in steps),)
        ends = last.feeds == gathered and run.outputs == (last.first,) and len(self.places) + len(likes) == len(steps)
        return last.module if ends and isinstance(last.module, Cell) and last.module not in self.firsts else None

    @property
    def stretch(self) -> Stretch | None:
        """What comes before the next decision, None where it does not fit."""
        if isinstance(self._stretch, bool):
            self._stretch = self._stretched()
        return self._stretch

    def _stretched(self) -> Stretch | None:
        at, cost, peaks = self, FREE, (0, 0)
        again: dict[Cell, tuple[int, int]] = {}
        while at.step is not None:
            module = at.step.module
            if isinstance(module, Fixed):
                flow = module.flow(at.feeds)
                if flow is None:
                    return None
                cost = cost.plus(flow.cost.times(0 if at.step.shared else 1, 1))
                bytes_ = [one.bytes + (flow.held if one.kept else flow.peak) for one in at.surroundings]
                peaks = max(peaks[0], bytes_[0]), max(peaks[1], bytes_[1])
                result = flow.results
            elif isinstance(module, Cell) and module in at.firsts and at.firsts[module][0] == at.feeds:
                before, (free, kept) = again.get(module, (0, 0)), at.surroundings
                again[module] = max(before[0], free.bytes), max(before[1], kept.bytes)
                result = at.firsts[module][1]
            else:
                break
            following = at.next(result)
            if following is None:
                return None
            at = following
        return Stretch(cost, peaks, tuple(again.items()), at)

    # -- what is around --------------------------------------------------------------------------------------

    def around(self, outer: Around) -> Around:
        """Return what there is around the next step and those that run its module on equal tensors later."""
        own = self.surroundings[outer.kept]
        fresh, runs = self.repeated
        return Around(outer.base + own.bytes, own.kept, outer.fresh * fresh, outer.runs * runs)

    @property
    def surroundings(self) -> tuple[Surrounding, Surrounding]:
        """What is around the next step, if nobody else needs the inputs of the block, and if somebody does."""
        if self._surroundings is None:
            found = [self.run.held[place] for place in self.places]
            self._surroundings = self._widest([free for free, _ in found]), self._widest([kept for _, kept in found])
        return self._surroundings

    def _widest(self, found: list[Held]) -> Surrounding:
        """Return the most bytes around several steps; a result that is not known counts as what flows in now."""
        values, count = self.values, len(self.values)
        size = total_bytes(self.feeds) if len(found) > 1 else 0
        bytes_ = [sum([values[n].bytes if n < count else size for n in one.numbers]) for one in found]
        return Surrounding(max(bytes_), any(one.kept for one in found))

    @property
    def repeated(self) -> tuple[int, int]:
        """How often the module of the next step runs on these tensors: with weights of its own, and in all."""
        return sum([not self.run.steps[place].shared for place in self.places]), len(self.places)

    @property
    def places(self) -> list[int]:
        """The places of the next step and of later ones that apply the same open module to equal tensors."""
        if self._places is None:
            step, steps = self.run.steps[self.at], self.run.steps
            self._places = [self.at]
            if isinstance(step.module, Cell) and step.module not in self.firsts:
                later = range(self.at + 1, len(steps))
                self._places += [place for place in later if self._repeats(step, steps[place])]
        return self._places

    def _repeats(self, step: Step, other: Step) -> bool:
        count = len(self.values)
        known = other.module == step.module and all(number < count for number in numbers(other.feeds))
        return known and self._feeds_of(other) == self.feeds
