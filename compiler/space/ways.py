"""Ways through blocks that are given open modules: the tensors so far, and which module is applied next.

Ways are kept from draw to draw: two blocks that look alike go the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from archc.semantics.openings import Cell
from archc.space.flows import FREE, at_sizes, sizes_of
from archc.space.nodes import Node
from archc.space.scripts import Held, Ref, Run, Script, Step
from archc.space.tensors import Feeds, Result, Tensor, Tensors, flat, only, total_bytes

NOTHING_AGAIN: Mapping[Cell, tuple[int, int]] = MappingProxyType({})


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


class Way:
    """A place on the way through a block: where a module is to be drawn next, or the end.

    `cost`, `peaks` and `again` are of the steps since the last such place, all of closed modules or of drawn ones that
    run again on equal tensors. `peaks` are the most bytes of closed modules besides those around the block, `again` the
    most around modules that run again, each once for inputs of the block that nobody else needs and once for others.
    `firsts` tells what flowed into the open modules at their first runs, and what came of that.
    """

    __slots__ = ("_likes", "_next", "_places", "_repeated", "_surroundings", "_to_come", "again", "at", "cost",
                 "feeds", "firsts", "history", "inputs", "peaks", "run", "script", "step", "values")  # fmt: skip

    def __init__(
        self,
        script: Script,
        inputs: Mapping[str, Result],
        run: Run,
        values: tuple[Tensor, ...],
        history: tuple[Result, ...],
        at: int,
        firsts: Mapping[Cell, tuple[Feeds, Result]],
        feeds: Feeds,
    ) -> None:
        self.script = script
        self.inputs = inputs
        self.run = run
        self.values = values
        self.history = history
        self.at = at
        self.firsts = firsts
        self.feeds = feeds
        """What flows into the next step; at the end, what the block returns."""
        self.step: Step | None = run.steps[at] if at < len(run.steps) else None
        """What is applied next, None at the end."""
        self.cost = FREE
        self.peaks: tuple[int, int] = (0, 0)
        self.again: Mapping[Cell, tuple[int, int]] = NOTHING_AGAIN
        self._next: dict[Result, Way | None] = {}
        self._places: list[int] | None = None
        self._repeated: tuple[int, int] | None = None
        self._likes: tuple[Cell, ...] | None = None
        self._to_come: tuple[Cell, ...] | None = None
        self._surroundings: tuple[Surrounding, Surrounding] | None = None
        script.grammar.kept += 1

    def next(self, result: Result) -> Way | None:
        """Return the way after the next step made a result, None where the block does not go on."""
        try:
            return self._next[result]
        except KeyError:
            following = self._next[result] = self._following(result)
            return following

    def _following(self, result: Result) -> Way | None:
        assert self.step is not None and isinstance(self.step.module, Cell)
        firsts = self.firsts
        if self.step.module not in firsts:
            firsts = {**firsts, self.step.module: (self.feeds, result)}
        walk = _Walk(self.script, self.inputs, self.run, list(self.values), self.history, self.at, firsts)
        return walk.decision() if walk.drawn(result) else None

    # -- what flows ------------------------------------------------------------------------------------------

    @property
    def results(self) -> Result:
        """What the block returns at its end."""
        return only(self.feeds)

    @property
    def likes(self) -> tuple[Cell, ...]:
        """The cells whose modules first ran on the tensors on which that of the next step runs."""
        if self._likes is None:
            self._likes = tuple([cell for cell, (feeds, _) in self.firsts.items() if feeds == self.feeds])
        return self._likes

    @property
    def to_come(self) -> tuple[Cell, ...]:
        """The other cells whose modules will first run on the tensors on which that of the next step runs."""
        if self._to_come is None:
            self._to_come = self._coming()
        return self._to_come

    def _coming(self) -> tuple[Cell, ...]:
        found: dict[Cell, None] = {}
        for step in self.run.steps[self.at + 1 :]:
            cell = step.module
            if not isinstance(cell, Cell) or cell == self.run.steps[self.at].module or cell in self.firsts:
                continue
            if self._is_fed_alike(step):
                found[cell] = None
        return tuple(found)

    def _is_fed_alike(self, step: Step) -> bool:
        """Say whether it is known that a step runs on the tensors of the next one."""
        if step.last >= len(self.values):
            return False
        return fed(step.feeds, self.values, self.script.grammar.tensors) == self.feeds

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

    @property
    def own(self) -> tuple[Surrounding, Surrounding]:
        """What is around the next step alone."""
        free, kept = self.run.held[self.at]
        return self._widest([free]), self._widest([kept])

    def _widest(self, found: list[Held]) -> Surrounding:
        """Return the most bytes around several steps; a result that is not known counts as what flows in now."""
        values, count = self.values, len(self.values)
        size = total_bytes(self.feeds) if len(found) > 1 else 0
        bytes_ = [sum([values[n].bytes if n < count else size for n in one.numbers]) for one in found]
        return Surrounding(max(bytes_), any(one.kept for one in found))

    @property
    def repeated(self) -> tuple[int, int]:
        """How often the module of the next step runs on these tensors: with weights of its own, and in all."""
        if self._repeated is None:
            steps = self.run.steps
            self._repeated = sum([not steps[place].shared for place in self.places]), len(self.places)
        return self._repeated

    @property
    def places(self) -> list[int]:
        """The places of the next step and of later ones that apply the same open module to equal tensors."""
        if self._places is None:
            step, steps = self.run.steps[self.at], self.run.steps
            self._places = [self.at]
            if step.module not in self.firsts:
                later = range(self.at + 1, len(steps))
                alike = (n for n in later if steps[n].module == step.module and self._is_fed_alike(steps[n]))
                self._places.extend(alike)
        return self._places


class _Walk:
    """Goes through a block from one decision to the next."""

    def __init__(
        self,
        script: Script,
        inputs: Mapping[str, Result],
        run: Run,
        values: list[Tensor],
        history: tuple[Result, ...],
        at: int,
        firsts: Mapping[Cell, tuple[Feeds, Result]],
    ) -> None:
        self.script = script
        self.inputs = inputs
        self.run = run
        self.values = values
        self.history = history
        self.at = at
        self.firsts = firsts
        self.cost = FREE
        self.peaks = (0, 0)
        self.again: dict[Cell, tuple[int, int]] = {}

    def decision(self) -> Way | None:
        """Return the next place where a module is to be drawn, or the end; None where the block does not go on."""
        while self._goes_on():
            if self.at == len(self.run.steps):
                return self._way(self.run.outputs or ())
            step = self.run.steps[self.at]
            module, feeds = step.module, self._fed(step.feeds)
            if isinstance(module, Cell):
                if module not in self.firsts or self.firsts[module][0] != feeds:
                    return self._way(step.feeds)
                self._again(module)
                if not self.drawn(self.firsts[module][1]):
                    return None
            elif not self._closed(step, module, feeds):
                return None
        return None

    def _way(self, feeds: tuple[Ref, ...]) -> Way:
        way = Way(
            self.script, self.inputs, self.run, tuple(self.values), self.history, self.at, self.firsts, self._fed(feeds)
        )
        way.cost, way.peaks, way.again = self.cost, self.peaks, self.again
        return way

    def _goes_on(self) -> bool:
        """Say whether what the block asks of the sizes here is true."""
        if self.at == len(self.run.steps) and self.run.outputs is None:
            return False
        conditions = self.run.conditions[self.at]
        if not conditions:
            return True
        sizes = sizes_of(tuple(self.values))
        return all(holds(sizes) for holds in conditions)

    def _fed(self, refs: tuple[Ref, ...]) -> Feeds:
        return fed(refs, self.values, self.script.grammar.tensors)

    def _closed(self, step: Step, module: Node, feeds: Feeds) -> bool:
        """Run a closed module; say whether it takes what flows in."""
        flow = module.flow(feeds)
        if flow is None:
            return False
        self.cost = self.cost.plus(flow.cost.times(0 if step.shared else 1, 1))
        free, kept = [self._bytes(one) + (flow.held if one.kept else flow.peak) for one in self.run.held[self.at]]
        self.peaks = max(self.peaks[0], free), max(self.peaks[1], kept)
        self._made(flow.results)
        return True

    def _again(self, cell: Cell) -> None:
        free, kept = [self._bytes(one) for one in self.run.held[self.at]]
        before = self.again.get(cell, (0, 0))
        self.again[cell] = max(before[0], free), max(before[1], kept)

    def _bytes(self, held: Held) -> int:
        values = self.values
        return sum([values[number].bytes for number in held.numbers])

    def drawn(self, result: Result) -> bool:
        """Take a result of an open module; say whether the block goes on with it."""
        self.history = (*self.history, result)
        run = self.script.after(self.run, self.inputs, self.history)
        if run is None:
            return False
        self.run = run
        self._made(result)
        return True

    def _made(self, result: Result) -> None:
        if isinstance(result, Tensor):
            self.values.append(result)
        else:
            self.values.extend(flat((result,)))
        self.at += 1


def start(script: Script, inputs: Mapping[str, Result], run: Run) -> Way | None:
    """Return the first place on the way through a block, None where it does not go on."""
    return _Walk(script, inputs, run, list(flat(tuple(inputs.values()))), (), 0, {}).decision()


def fed(refs: tuple[Ref, ...], values: Sequence[Tensor], tensors: Tensors) -> Feeds:
    """Return what flows into a step, or out of the block, where the tensors so far are these."""
    return tuple([values[one] if isinstance(one, int) else _resolved(one, values, tensors) for one in refs])


def _resolved(ref: Ref, values: Sequence[Tensor], tensors: Tensors) -> Result:
    if isinstance(ref, int):
        return values[ref]
    if ref is None:
        return None
    if isinstance(ref, tuple):
        return fed(ref, values, tensors)
    return at_sizes(ref.forms, sizes_of(tuple(values)), tensors, stored=True)
