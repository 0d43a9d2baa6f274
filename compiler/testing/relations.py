"""Metamorphic relations: changes of inputs or weights after which an architecture has to compute the same, or the same
in another order. They need no second implementation, and find what all implementations have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING

from archc.archfile import ArchFile
from archc.architecture import Architecture
from archc.graph.ir import Apply, Call, Graph, Operands, Value, WeightRef
from archc.graph.walk import flatten, join
from archc.records import record
from archc.syntax import tree, walk
from archc.testing.legal import Inputs, smallest
from archc.testing.oracle import distance
from archc.testing.properties import NEAR, PropertyError
from archc.testing.running import REFERENCE, Subject
from archc.testing.weights import fill

if TYPE_CHECKING:
    import torch
    from torch import nn

    Tensors = tuple[torch.Tensor, ...]


@record
class Scene:
    """An architecture, its module in float64 with every weight drawn, and inputs of which each has two in its batch."""

    architecture: Architecture
    module: nn.Module
    inputs: Tensors

    def run(self, inputs: Tensors | None = None, module: nn.Module | None = None) -> Tensors:
        """Return the outputs for other inputs, or of another module."""
        subject = Subject(self.architecture, module or self.module)
        given = self.inputs if inputs is None else inputs
        return REFERENCE.prepare(subject, given)(given)


@record
class Relation:
    """One relation: `sides` gives two results that have to be equal, None for an architecture that it is not about."""

    name: str
    sides: Callable[[Scene], tuple[Tensors, Tensors] | None]


def scene_of(architecture: Architecture, seed: int = 0, *, inputs: Inputs | None = None) -> Scene:
    """Return an architecture with weights and inputs drawn from a seed, at the smallest legal sizes."""
    import torch

    module = fill(architecture.module(seed), seed).to(torch.float64).eval()
    given = inputs or smallest(architecture, seed)
    return Scene(architecture, module, given.tensors())


def check_relations(architecture: Architecture, seed: int = 0, *, inputs: Inputs | None = None) -> tuple[str, ...]:
    """Return the names of the relations that an architecture was found to keep.

    Raises PropertyError for one that it does not keep, ArchError where it has errors.
    """
    scene = scene_of(architecture, seed, inputs=inputs)
    return tuple(relation.name for relation in RELATIONS if keeps(scene, relation))


def keeps(scene: Scene, relation: Relation) -> bool:
    """Return whether a relation is about an architecture at all; raises PropertyError where it does not hold."""
    sides = relation.sides(scene)
    if sides is None:
        return False
    apart = distance(*sides)
    if not apart <= NEAR:
        raise PropertyError(f"{scene.architecture.name}: {relation.name}: the two results are {apart:.1e} apart")
    return True


# -- the batch ----------------------------------------------------------------------------------------


def _split_batch(scene: Scene) -> tuple[Tensors, Tensors] | None:
    """Compute each example of a batch by itself: no example may know of another."""
    import torch

    shapes = [tensor.shape for tensor in (*scene.architecture.inputs, *scene.architecture.outputs)]
    firsts = {str(shape[0]) if shape and shape[0].free else "" for shape in shapes}
    if len(firsts) != 1 or "" in firsts:
        return None
    others = tuple(one.flip(-1) for one in scene.inputs)
    both = scene.run(tuple(torch.cat(pair) for pair in zip(scene.inputs, others, strict=True)))
    apart = zip(scene.run(), scene.run(others), strict=True)
    return both, tuple(torch.cat(pair) for pair in apart)


# -- channels -----------------------------------------------------------------------------------------


def _permuted_channels(scene: Scene) -> tuple[Tensors, Tensors] | None:
    """Put the channels of an input in another order, and those of the weights that read them."""
    import torch

    found = _readers_of_an_input(scene.architecture.graph)
    if found is None:
        return None
    position, paths = found
    order = torch.randperm(scene.inputs[position].shape[1], generator=torch.Generator().manual_seed(1))
    inputs = tuple(one[:, order] if i == position else one for i, one in enumerate(scene.inputs))
    module = deepcopy(scene.module)
    state = module.state_dict()
    with torch.no_grad():
        for path in paths:
            state[path].copy_(state[path][:, order].clone())
    return scene.run(inputs, module), scene.run()


def _readers_of_an_input(graph: Graph) -> tuple[int, frozenset[str]] | None:
    """Return the first input whose channels nothing but whole convolutions reads, and the paths of their kernels."""
    for position, value in enumerate(graph.inputs):
        paths = _readers(graph, value, "")
        if paths and len(value.type.shape) > 2:
            return position, paths
    return None


def _readers(graph: Graph, value: Value, prefix: str) -> frozenset[str] | None:
    """Return the kernels that read a value's channels; None where something else reads them."""
    found: set[str] = set()
    if value in tuple(flatten(graph.outputs)):
        return None
    for node in graph.nodes:
        places = [i for i, one in enumerate(node.operands) if value in flatten((one,))]
        for place in places:
            if isinstance(node, Call):
                below = _readers(node.graph, node.graph.inputs[place], join(prefix, node.label))
            else:
                below = _kernel(node, place, prefix)
            if below is None:
                return None
            found |= below
    return frozenset(found)


def _kernel(node: Apply, place: int, prefix: str) -> frozenset[str] | None:
    groups = dict(node.attributes).get("groups", 1)
    weight = node.operands[1] if len(node.operands) > 1 else None
    if node.operator.name != "conv" or place != 0 or groups != 1 or not isinstance(weight, WeightRef):
        return None
    return frozenset({join(prefix, weight.path)})


# -- normalisation -------------------------------------------------------------------------------------


def _folded_norms(scene: Scene) -> tuple[Tensors, Tensors] | None:
    """Fold every batch norm into the convolution before it, and leave a batch norm that only adds."""
    import torch

    pairs = _conv_norms(scene.architecture.graph)
    if not pairs:
        return None
    module = deepcopy(scene.module)
    state = module.state_dict()
    with torch.no_grad():
        for conv, norm, eps in pairs:
            _fold(state, conv, norm, eps)
    return scene.run(module=module), scene.run()


def _fold(state: Mapping[str, torch.Tensor], conv: str, norm: str, eps: float) -> None:
    weight, bias = state[f"{norm}.weight"], state[f"{norm}.bias"]
    mean, variance = state[f"{norm}.running_mean"], state[f"{norm}.running_var"]
    scale = weight * (variance + eps).rsqrt()
    kernel = state[f"{conv}.weight"]
    kernel.mul_(scale.reshape(-1, *[1] * (kernel.ndim - 1)))
    if f"{conv}.bias" in state:
        state[f"{conv}.bias"].mul_(scale)
    bias.sub_(mean * scale)
    weight.fill_(1)
    mean.fill_(0)
    variance.fill_(1 - eps)


def _conv_norms(graph: Graph) -> tuple[tuple[str, str, float], ...]:
    """Return the paths of convolutions whose result a batch norm alone reads, and of that, each called once."""
    pairs = list(_pairs(graph, ""))
    calls = list(_called(graph, ""))
    return tuple(pair for pair in pairs if calls.count(pair[0]) == calls.count(pair[1]) == 1)


def _pairs(graph: Graph, prefix: str) -> Iterator[tuple[str, str, float]]:
    made = {one.results[0]: one for one in graph.nodes if isinstance(one, Apply) and one.operator.name == "conv"}
    read = [value for node in graph.nodes for value in flatten(node.operands)] + list(flatten(graph.outputs))
    for node in graph.nodes:
        if isinstance(node, Call):
            yield from _pairs(node.graph, join(prefix, node.label))
        elif node.operator.name == "batchnorm" and node.label and _has_own(node.operands[1:]):
            conv = made.get(node.operands[0]) if isinstance(node.operands[0], Value) else None
            if conv is not None and conv.label and _has_own(conv.operands[1:2]) and read.count(conv.results[0]) == 1:
                eps = dict(node.attributes)["eps"]
                assert isinstance(eps, float)
                yield join(prefix, conv.label), join(prefix, node.label), eps


def _has_own(operands: tuple[Operands, ...]) -> bool:
    return all(isinstance(one, WeightRef) for one in operands)


def _called(graph: Graph, prefix: str) -> Iterator[str]:
    """Yield the path of what each node calls, as often as it is called."""
    for node in graph.nodes:
        path = join(prefix, node.label or "")
        yield path
        if isinstance(node, Call):
            yield from _called(node.graph, path)


# -- identity -------------------------------------------------------------------------------------------


def _with_identities(scene: Scene) -> tuple[Tensors, Tensors] | None:
    """Put an identity behind every value that a block or architecture returns: that changes no path of a weight."""
    mine = scene.architecture
    parsed = mine.file.loaded.parsed
    if parsed is None or parsed.file is None or _uses(parsed.file) or _is_overridden(mine):
        return None
    text = parsed.source.text
    returns = [one for one in walk(parsed.file) if isinstance(one, tree.Return) and len(one.values) == 1]
    plain = [one.values[0].span for one in returns if isinstance(one.values[0], (tree.Pipe, tree.Binary))]
    for span in sorted(plain, key=lambda one: one.start, reverse=True):
        text = f"{text[: span.start]}({span.text}) |> identity{text[span.end :]}"
    other = ArchFile.of_text(text).architecture(mine.name, mine.variant) if plain else None
    if other is None or other.check():  # what is returned may be a list, which has no identity
        return None
    module = other.module().double().eval()
    module.load_state_dict(scene.module.state_dict())
    return scene.run(module=module), scene.run()


def _is_overridden(architecture: Architecture) -> bool:
    """Say whether an architecture has other arguments or sizes than its text gives."""
    plain = architecture.file.architecture(architecture.name, architecture.variant).elaboration.rooted
    mine = architecture.elaboration.rooted
    return dict(plain.arguments) != dict(mine.arguments) or dict(plain.sizes) != dict(mine.sizes)


def _uses(file: tree.File) -> bool:
    return any(isinstance(one, tree.Use) for one in file.declarations)


RELATIONS: tuple[Relation, ...] = (
    Relation("a batch is its examples", _split_batch),
    Relation("channels have no order", _permuted_channels),
    Relation("batch norms fold into convolutions", _folded_norms),
    Relation("an identity changes nothing", _with_identities),
)
