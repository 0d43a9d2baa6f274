"""The two forms of the blocks of one architecture, side by side."""

from __future__ import annotations

from collections.abc import Iterator

from archc.graph.ir import Apply, Call, Graph, Leaf, Module, Site, WeightRef
from archc.graph.walk import children, join
from archc.merging.terms import Argument, Terms, applied, result_of, terms_of
from archc.records import record
from archc.syntax import Span, tree


@record
class FormPair:
    """A block of which `train` and `infer` are two forms of one function, at the first path where it lies.

    `deployed` is the inference form: a graph, or an operator where it is nothing more, which the block asks for at
    `site`. `outputs` are its outputs as terms over its own weights.
    """

    path: str
    trained: Graph
    deployed: Graph | Leaf
    outputs: tuple[Terms, ...]
    site: Site | None = None

    @property
    def span(self) -> Span:
        """Where the block says that the forms are equal."""
        block = self.trained.declaration
        assert block is not None
        return next((s.span for s in block.body or () if isinstance(s, tree.Check)), block.name_span)


def has_forms(graph: Graph) -> bool:
    """Say whether `check train ~ infer` stands in the block that a graph comes from."""
    body = graph.declaration.body if graph.declaration else None
    return any(
        isinstance(s, tree.Check) and s.left == tree.Name(s.span, "train") and s.right == tree.Name(s.span, "infer")
        for s in body or ()
    )


def form_pairs(trained: Graph, deployed: Graph) -> tuple[FormPair, ...]:
    """Return every distinct outermost block with two forms, from the graphs of an architecture in both forms."""
    found: dict[Graph, FormPair] = {}
    for pair in _pairs(trained, deployed, ""):
        found.setdefault(pair.trained, pair)
    return tuple(found.values())


def homeless(trained: Graph) -> tuple[Call, ...]:
    """Return the calls of blocks with two forms at the path of a block that has but one, each body once."""
    found: list[Call] = []
    pending, seen = [trained], {trained}
    while pending:
        body = pending.pop()
        if has_forms(body):
            continue
        calls = [node for node in body.nodes if isinstance(node, Call)]
        found += [node for node in calls if node.label == "" and has_forms(node.graph)]
        below = [graph for graph in children(body) if graph not in seen]
        pending += below
        seen.update(below)
    return tuple(found)


def _pairs(trained: Graph, deployed: Graph, path: str) -> Iterator[FormPair]:
    if has_forms(trained):
        yield FormPair(path, trained, deployed, terms_of(deployed))
        return
    others = {module.label: module for module in deployed.modules}
    for module in trained.modules:
        other = others.get(module.label)
        if other is None or module.alias_of is not None or not isinstance(module.content, Graph):
            continue
        below = join(path, module.label)
        if isinstance(other.content, Graph):
            yield from _pairs(module.content, other.content, below)
        elif has_forms(module.content):
            yield FormPair(below, module.content, other.content, _operator_terms(deployed, other), other.site.inner)


def _operator_terms(graph: Graph, module: Module) -> tuple[Terms, ...]:
    """Return the outputs of a block that became one operator, with the weights at its own path."""
    node = next(n for n in graph.nodes if isinstance(n, Apply) and n.label == module.label)
    operands: list[Terms] = []
    position = 0
    for operand in node.operands:
        if isinstance(operand, WeightRef):
            operands.append(WeightRef(operand.path.removeprefix(f"{module.label}."), operand.type))
        elif operand is None or isinstance(operand, tuple):
            operands.append(None)
        else:
            operands.append(Argument(position, operand.type))
            position += 1
    types = tuple(value.type for value in node.results)
    made = applied(node.operator, node.attributes, tuple(operands), types)
    return tuple(result_of(made, i) for i in range(len(types)))
