"""The most bytes that the tensors of one run take at once, for all sizes.

Tensors are counted in program order: one exists from the node that makes it to its last use, whatever calls lie
in between, and shares memory with another only where a block hands an input on. Of every body only the moments
that may be the worst are kept, so a block that is called a hundred times is looked at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from archc import shapes
from archc.analysis.counts import size
from archc.analysis.dominance import Dominance, Sum, dim_of, sum_of
from archc.analysis.liveness import last_uses
from archc.graph.ir import Call, Graph, Operand, TensorType, Value
from archc.graph.static import Dim, DType
from archc.graph.walk import flatten, fold_all
from archc.records import record
from archc.shapes import Context

NOTHING_KNOWN = Context()

_BYTES = {
    DType.FLOAT: 4,
    DType.COMPLEX: 8,
    DType.F16: 2,
    DType.BF16: 2,
    DType.F32: 4,
    DType.F64: 8,
    DType.I8: 1,
    DType.I32: 4,
    DType.I64: 8,
    DType.BOOL: 1,
}


def bytes_of(type_: TensorType) -> Dim:
    """Return the bytes of a tensor; the float type of the call counts as float32."""
    return shapes.mul(_BYTES[type_.dtype], size(type_))


def activation_memory(graph: Graph, context: Context = NOTHING_KNOWN) -> Dim:
    """Return the bytes of the tensors that exist at once, at the worst moment of a run; weights are not counted.

    The formula is a maximum where it is not proved for all legal sizes of the context which moment is the worst.
    """
    return peaks(graph, context)[graph]


def callers_memory(graph: Graph) -> tuple[Dim, Dim]:
    """Return the activation memory of a graph where nobody else needs its inputs, and where the caller keeps them."""
    dominance = Dominance(NOTHING_KNOWN)
    profile = fold_all(graph, lambda body, below: profile_of(body, below, dominance))[graph]
    every = frozenset(range(len(graph.inputs)))
    kept = Profile(tuple(Moment(every, moment.bytes) for moment in profile.moments), profile.outputs)
    return _peak(graph, profile, dominance), _peak(graph, kept, dominance)


def peaks(graph: Graph, context: Context) -> dict[Graph, Dim]:
    """Return the activation memory of a graph and of every graph inside it, each with its own inputs."""
    dominance = Dominance(context)
    profiles = fold_all(graph, lambda body, below: profile_of(body, below, dominance))
    return {body: _peak(body, profile, dominance) for body, profile in profiles.items()}


@record
class Moment:
    """A point of a body's run: which of its inputs still exist, and the bytes of all else that does."""

    inputs: frozenset[int]
    bytes: Sum


@record
class Profile:
    """The moments of a body that may be its worst, and the place in memory of every output.

    Outputs of equal places are one tensor; a place from 0 on is that of an input, one below 0 is the body's own.
    """

    moments: tuple[Moment, ...]
    outputs: tuple[int, ...]


def _peak(graph: Graph, profile: Profile, dominance: Dominance) -> Dim:
    """Return the most bytes at one moment of a graph of this profile, its inputs included."""
    sizes = [bytes_of(value.type) for value in graph.inputs]
    moments = profile.moments or (Moment(frozenset(range(len(sizes))), {}),)
    worst = _Worst(sizes, dominance)
    for moment in moments:
        held = [(1, sizes[place]) for place in moment.inputs]
        worst.add(
            Moment(frozenset(), sum_of([*held, *((number, product) for product, number in moment.bytes.items())]))
        )
    return shapes.maximum(*(dim_of(moment.bytes) for moment in worst.kept))


def profile_of(body: Graph, below: Mapping[Graph, Profile], dominance: Dominance) -> Profile:
    """Return the profile of one body, given those of the graphs that it calls."""
    places = _places(body, below)
    inputs = {value.id: place for place, value in enumerate(body.inputs)}
    sizes = {places[value.id]: bytes_of(value.type) for value in _definitions(body)}
    worst = _Worst([bytes_of(value.type) for value in body.inputs], dominance)
    for alive, extra in _moments(body, places, below):
        held = frozenset(inputs[place] for place in alive if place in inputs)
        own = [(1, sizes[place]) for place in alive if place not in inputs]
        worst.add(Moment(held, sum_of([*own, *((number, product) for product, number in extra.items())])))
    outputs = (places[one.id] if isinstance(one, Value) else None for one in flatten(body.outputs))
    numbered = tuple(-1 - n if place is None else inputs.get(place, -1 - n) for n, place in _firsts(outputs))
    return Profile(tuple(worst.kept), numbered)


def _firsts(places: Iterable[int | None]) -> Iterator[tuple[int, int | None]]:
    """Yield each place with the number of the first output that has it; what is no value has a number of its own."""
    first: dict[int, int] = {}
    for number, place in enumerate(places):
        yield number if place is None else first.setdefault(place, number), place


def _definitions(body: Graph) -> Iterator[Value]:
    yield from body.inputs
    for node in body.nodes:
        yield from node.results


def _places(body: Graph, below: Mapping[Graph, Profile]) -> dict[int, int]:
    """Return where each value lies: the id of the value whose memory it has, mostly its own."""
    places = {value.id: value.id for value in body.inputs}
    for node in body.nodes:
        places.update({value.id: value.id for value in node.results})
        if isinstance(node, Call):
            places.update(_handed_on(node, below[node.graph], places))
    return places


def _handed_on(call: Call, profile: Profile, places: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    operands = tuple(flatten(call.operands))
    for result, place in zip(call.results, profile.outputs, strict=True):
        source: Operand = operands[place] if place >= 0 else call.results[-1 - place]
        if isinstance(source, Value):
            yield result.id, places[source.id]


def _moments(body: Graph, places: Mapping[int, int], below: Mapping[Graph, Profile]) -> Iterator[tuple[set[int], Sum]]:
    """Yield the places that are taken at each moment of a body, and the bytes inside the call that then runs."""
    last = last_uses(body, places)
    alive = {places[value.id] for value in body.inputs if value.id in last}
    for index, node in enumerate(body.nodes):
        through = {place for place in alive if last[place] > index}
        made = {places[value.id] for value in node.results}
        if isinstance(node, Call):
            operands = tuple(flatten(node.operands))
            for moment in below[node.graph].moments:
                held = {places[one.id] for i in moment.inputs if isinstance(one := operands[i], Value)}
                yield through | held, moment.bytes
        else:
            yield alive | made, {}
        alive = through | {place for place in made if last[place] > index}


class _Worst:
    """Keeps the moments that no other one is proved to reach for all sizes."""

    def __init__(self, inputs: Sequence[Dim], dominance: Dominance) -> None:
        self.inputs = inputs
        self.dominance = dominance
        self.kept: list[Moment] = []

    def add(self, moment: Moment) -> None:
        if not any(self._reaches(other, moment) for other in self.kept):
            self.kept = [other for other in self.kept if not self._reaches(moment, other)]
            self.kept.append(moment)

    def _reaches(self, one: Moment, other: Moment) -> bool:
        """What keeps an input alive that `one` has freed may need so many bytes more, unless the caller does too."""
        more = [(1, self.inputs[place]) for place in other.inputs - one.inputs]
        most = sum_of([*more, *((number, product) for product, number in other.bytes.items())])
        return self.dominance.at_least(one.bytes, most)
