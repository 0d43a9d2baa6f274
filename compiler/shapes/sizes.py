"""Legal sizes: what a context allows, smallest first."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from types import MappingProxyType

from archc.graph.static import Dim
from archc.shapes.context import Context
from archc.shapes.evaluation import compile_dim, free_symbols
from archc.shapes.expression import Symbol
from archc.shapes.knowledge import least_size
from archc.shapes.relation import Relation, compile_relation

CANDIDATES = 4000
"""Sizes that are looked at before a search ends."""


def is_legal(context: Context, sizes: Mapping[str, int]) -> bool:
    """Return whether the sizes meet every assumption that speaks of no other names."""
    names = tuple(sizes)
    known = symbols_of(side for relation in context.assumptions for side in (relation.left, relation.right))
    least = {symbol.name: least_size(symbol) for symbol in known}
    return all(size >= least.get(name, 1) for name, size in sizes.items()) and all(
        compile_relation(relation, names)(tuple(sizes.values()))
        for relation in context.assumptions
        if sizes.keys() >= set(free_symbols(relation.left, relation.right))
    )


def legal_sizes(context: Context, dims: Iterable[Dim], candidates: int = CANDIDATES) -> Iterator[dict[str, int]]:
    """Yield the legal sizes of the free names in `dims`, the smallest sum first, until no more are found.

    `dims` are in the author's names, as the shape of an input. After `candidates` attempts the search ends.
    """
    symbols = symbols_of(dims)
    seen: set[tuple[int, ...]] = set()
    for sizes in islice(Legal(context, symbols).candidates(), candidates):
        found = tuple(sizes[symbol.name] for symbol in symbols) if sizes is not None else None
        if found is not None and found not in seen:
            seen.add(found)
            yield {symbol.name: size for symbol, size in zip(symbols, found, strict=True)}


def symbols_of(dims: Iterable[Dim]) -> tuple[Symbol, ...]:
    """Return the free symbols of the dims, by name."""
    found = {symbol for dim in dims if not isinstance(dim, int) for symbol in dim.free_symbols}
    return tuple(sorted(found, key=lambda symbol: symbol.name))


MOST_DOUBLINGS = 48
MOST_GROWN = 4

Point = tuple[int, ...]
_NOTHING: Mapping[Symbol, int] = MappingProxyType({})


class Legal:
    """The legal sizes of some of the author's symbols, and of those that the assumptions link to them."""

    def __init__(self, context: Context, symbols: Sequence[Symbol]) -> None:
        self._symbols, self._relations = _linked(context.assumptions, symbols)
        values = [context.to_witness(symbol) for symbol in self._symbols]
        self._free = symbols_of(values)
        self._ranges = [context.knowledge.range(symbol) for symbol in self._free]
        self._names = tuple(symbol.name for symbol in self._symbols)
        self._least = tuple(least_size(symbol) for symbol in self._symbols)
        self._values = [compile_dim(value, [symbol.name for symbol in self._free]) for value in values]
        self._tests = [compile_relation(relation, self._names) for relation in self._relations]

    @property
    def breadth(self) -> int:
        """The number of witnesses, at least 1."""
        return max(1, len(self._ranges))

    @property
    def start(self) -> Point:
        """The least value of every witness."""
        return tuple(known.first for known in self._ranges)

    def at(self, point: Point) -> dict[str, int] | None:
        """Return the sizes by name at values of the witnesses, None where they are not legal."""
        sizes = self._sizes(point)
        if any(size < least for size, least in zip(sizes, self._least, strict=True)):
            return None
        return dict(zip(self._names, sizes, strict=True)) if all(test(sizes) for test in self._tests) else None

    def candidates(self, fixed: Mapping[Symbol, int] = _NOTHING) -> Iterator[dict[str, int] | None]:
        """Yield sizes by name in the order of their sum, None for an attempt that is not legal.

        Where a size is a difference of others the sum may grow and shrink, and the order is not kept throughout.
        """
        start = tuple(fixed.get(known.symbol, known.first) for known in self._ranges)
        queue = [(self._order(start), start)]
        seen = {start}
        while queue:
            _, point = heapq.heappop(queue)
            yield self.at(point)
            for following in self._following(point, fixed):
                if following not in seen:
                    seen.add(following)
                    heapq.heappush(queue, (self._order(following), following))

    def growing(self) -> Iterator[Point]:
        """Yield points at which some witnesses are large powers of two and the others as small as they can be."""
        for bits in range(2, MOST_DOUBLINGS):
            for large in product((False, True), repeat=min(len(self._ranges), MOST_GROWN)):
                grown = [*large, *[True] * (len(self._ranges) - len(large))]
                yield tuple(
                    known.first if not grows else min(2**bits, known.last or 2**bits)
                    for known, grows in zip(self._ranges, grown, strict=True)
                )

    def _order(self, point: Point) -> int:
        """Return the sum of the sizes, illegal ones as their least value, so that going on always leads further."""
        return sum(map(max, self._sizes(point), self._least))

    def _sizes(self, point: Point) -> Point:
        return tuple([value(point) for value in self._values])

    def _following(self, point: Point, fixed: Mapping[Symbol, int]) -> Iterator[Point]:
        for place, known in enumerate(self._ranges):
            size = point[place] + 1
            if known.symbol not in fixed and (known.last is None or size <= known.last):
                yield (*point[:place], size, *point[place + 1 :])


def _linked(assumptions: Sequence[Relation], symbols: Sequence[Symbol]) -> tuple[tuple[Symbol, ...], list[Relation]]:
    """Return the symbols linked to the given ones by assumptions, over any number of steps, and the assumptions."""
    found, left = set(symbols), list(assumptions)
    met: list[Relation] = []
    while touching := [r for r in left if not found.isdisjoint(symbols_of((r.left, r.right)))]:
        met.extend(touching)
        left = [relation for relation in left if relation not in touching]
        found.update(symbol for r in touching for symbol in symbols_of((r.left, r.right)))
    return tuple(sorted(found, key=lambda symbol: symbol.name)), met
