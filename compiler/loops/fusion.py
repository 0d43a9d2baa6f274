"""Fusion for every backend that prints loops: a table of rules by which a nest goes into the place where it is read.

The rules work on loops and not on the graph, since there every operator is of three kinds only: one that says where an
entry comes from (a view), one that computes an entry from entries (pointwise), and one that reduces. What a rule says
of these holds for all operators and all meanings. A rule that declines says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from archc.loops.index import Axis, Index
from archc.loops.nest import Buffer, Nest, Program, loads
from archc.loops.scalar import Cast, Compute, Load, Scalar, Select, dtype_of
from archc.loops.substitution import Substitution
from archc.loops.verification import escapes
from archc.records import record


@record
class Reader:
    """A nest that reads another, and how often its expressions do."""

    nest: Nest
    reads: int


@record
class Rule:
    """`declines` gives the reason why a nest does not go into its readers, "" where it does."""

    name: str
    declines: Callable[[Nest, tuple[Reader, ...]], str]


@record
class Decision:
    """What became of a nest: the rule by which it was fused, or for each rule the reason why it was not."""

    nest: Nest
    rule: str
    reasons: tuple[str, ...]


def fused(program: Program) -> tuple[Program, tuple[Decision, ...]]:
    """Return a program with every nest in the place where it is read, where a rule allows it, and what was decided."""
    nests = {nest.output: nest for nest in program.nests}
    kept = set(program.outputs) | _of_weights(program)
    reads = {output: _reads(nest) for output, nest in nests.items()}
    decisions: list[Decision] = []
    for output in reversed(list(nests)):  # a chain is joined from its end, so that what starts it has one reader
        nest = nests[output]
        readers = tuple(Reader(nests[one], count[output]) for one, count in reads.items() if output in count)
        decision = _decide(nest, readers, "it is an output, or made of weights alone" if output in kept else "")
        decisions.append(decision)
        if decision.rule:
            nests.update((one.nest.output, _inlined(one.nest, nest)) for one in readers)
            reads.update((one.nest.output, _reads(nests[one.nest.output])) for one in readers)
            del nests[output], reads[output]
    return replace(program, nests=tuple(nests.values())), tuple(reversed(decisions))


def _decide(nest: Nest, readers: tuple[Reader, ...], held: str) -> Decision:
    reason = held or _general(nest, readers)
    if reason:
        return Decision(nest, "", (reason,))
    reasons: list[str] = []
    for rule in RULES:
        declined = rule.declines(nest, readers)
        if not declined:
            return Decision(nest, rule.name, ())
        reasons.append(f"{rule.name}: {declined}")
    return Decision(nest, "", tuple(reasons))


def _general(nest: Nest, readers: tuple[Reader, ...]) -> str:
    """Return what keeps a nest from every rule."""
    if any(load.buffer is nest.output for reader in readers for load in loads(_inlined(reader.nest, nest))):
        return "its entries are used as places"
    if any(any(escapes(_inlined(reader.nest, nest))) for reader in readers):
        return "a reader could not be shown to stay inside of its operands"
    return ""


# -- rules ---------------------------------------------------------------------------------------


def _view(nest: Nest, readers: tuple[Reader, ...]) -> str:
    if nest.body is not None:
        return AGAIN
    return "" if isinstance(nest.epilogue, Load) else "it is more than one entry of another tensor"


def _pointwise(nest: Nest, readers: tuple[Reader, ...]) -> str:
    if nest.body is not None:
        return AGAIN
    if [reader.reads for reader in readers] != [1]:
        return "it is read more than once, and would be computed as often"
    if readers[0].nest.body is not None:
        return "its reader reduces, and may need every entry many times"
    return ""


def _epilogue(nest: Nest, readers: tuple[Reader, ...]) -> str:
    if nest.body is None:
        return "it does not reduce"
    if len(readers) != 1 or readers[0].nest.body is not None:
        return "its entries are not used by one pointwise operator alone"
    reader = readers[0].nest
    indices = [load.index for load in loads(reader) if load.buffer is nest.output]
    if len(set(indices)) != 1 or not _is_one_to_one(indices[0], nest.output, reader.axes):
        return "its reader does not use every entry at one place"
    return "" if _size(reader.epilogue) * _size(nest.epilogue) <= LARGEST else "its epilogue would be long"


def _is_one_to_one(index: tuple[Index, ...], buffer: Buffer, axes: tuple[Axis, ...]) -> bool:
    """Tell whether an index is that of the loops themselves, in any order."""
    long = [one for one, extent in zip(index, buffer.shape, strict=True) if extent > 1]
    return len(set(long)) == len(long) and set(long) == {axis for axis in axes if axis.extent > 1}


def _size(scalar: Scalar) -> int:
    """Return of how many parts a scalar is made."""
    match scalar:
        case Compute(_, operands):
            return 1 + sum(map(_size, operands))
        case Cast(_, operand):
            return 1 + _size(operand)
        case Select(_, then, otherwise):
            return 1 + _size(then) + _size(otherwise)
        case _:
            return 1


AGAIN = "it reduces, and would do so again wherever it is read"
LARGEST = 400
"""How many parts the epilogue of a reduction may have: more than any activation of an activation needs."""

RULES = (Rule("view", _view), Rule("pointwise", _pointwise), Rule("epilogue", _epilogue))
"""The rules, in the order in which they are asked."""


# -- readers -------------------------------------------------------------------------------------


def _reads(nest: Nest) -> Counter[Buffer]:
    """Return how often a nest reads each buffer."""
    return Counter(load.buffer for load in loads(nest))


def _inlined(reader: Nest, producer: Nest) -> Nest:
    """Return a nest that computes what the producer would have written, where it reads it."""

    def put(load: Load) -> Scalar:
        if load.buffer is not producer.output:
            return load
        entry = Substitution(dict(zip(producer.axes, load.index, strict=True))).scalar(producer.epilogue)
        return entry if dtype_of(entry) is load.buffer.dtype else Cast(load.buffer.dtype, entry)

    by = Substitution({}, put)
    if producer.body is not None:
        index = next(load.index for load in loads(reader) if load.buffer is producer.output)
        body = Substitution(dict(zip(producer.axes, index, strict=True))).scalar(producer.body)
        whole = replace(producer, output=reader.output, axes=reader.axes, body=body, site=reader.site)
        return replace(whole, epilogue=by.scalar(reader.epilogue))
    reduced = None if reader.body is None else by.scalar(reader.body)
    return replace(reader, body=reduced, epilogue=by.scalar(reader.epilogue))


def _of_weights(program: Program) -> set[Buffer]:
    """Return the buffers that depend on weights alone: they are made once, so that nothing is gained by fusion."""
    fixed = {buffer for _, buffer in program.weights}
    for nest in program.nests:
        if all(load.buffer in fixed or load.buffer.values is not None for load in loads(nest)):
            fixed.add(nest.output)
    return fixed
