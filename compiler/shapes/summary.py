"""What a context knows, in the fewest relations."""

from __future__ import annotations

from collections.abc import Iterator

from archc.shapes import dims
from archc.shapes.context import Context
from archc.shapes.expression import Symbol
from archc.shapes.knowledge import Knowledge, Witness, least_size
from archc.shapes.relation import Comparison, Relation
from archc.shapes.restore import spelt, view
from archc.shapes.sizes import symbols_of
from archc.shapes.wording import restated


def summary(context: Context) -> tuple[Relation, ...]:
    """Return relations that say together what the assumptions of a context say."""
    known = context.knowledge
    order = dict.fromkeys(symbol for r in context.assumptions for symbol in symbols_of((r.left, r.right)))
    values = {witness.symbol: witness for witness in known.witnesses}
    found = [relation for symbol in order if symbol in values for relation in _of_witness(values[symbol], known)]
    found.extend(relation for seen in known.ranges for relation in _limits(seen.symbol, known))
    return (*found, *(restated(fact, known, Comparison.GE) for fact in known.facts))


def _of_witness(witness: Witness, knowledge: Knowledge) -> Iterator[Relation]:
    value = witness.value
    if isinstance(value, int):
        yield Relation(Comparison.EQ, witness.symbol, value)
        return
    for symbol in value.free_symbols:
        seen = view(symbol, knowledge)
        if len(value.free_symbols) == 1 and seen.size == witness.symbol:
            yield Relation(Comparison.EQ, dims.mod(seen.size, seen.scale), seen.offset)
            return
    yield Relation(Comparison.EQ, witness.symbol, spelt(value, knowledge))


def _limits(symbol: Symbol, knowledge: Knowledge) -> Iterator[Relation]:
    known, seen = knowledge.range(symbol), view(symbol, knowledge)
    if known.first > least_size(symbol):
        yield Relation(Comparison.GE, seen.size, seen.at(known.first))
    if known.last is not None:
        yield Relation(Comparison.LE, seen.size, seen.at(known.last))
