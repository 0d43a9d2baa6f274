"""The rules of `archc.graph.ir` that types cannot say, one function a rule, and their table.

A rule looks at one body and yields what is wrong as (place, message). It may rely on nothing that another rule
says: a graph that breaks one rule is still looked at by all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from archc.graph.ir import (
    Apply,
    Call,
    Constant,
    Graph,
    GraphKind,
    Leaf,
    Module,
    Node,
    Operand,
    Operands,
    TensorType,
    Value,
    Weight,
    WeightRef,
)
from archc.graph.static import Dim, DType, Identity, Table
from archc.graph.tables import table_shape
from archc.graph.walk import Inventory, contents, flatten, join, module_inventory, values
from archc.records import record
from archc.syntax.tree import Store

Found = tuple[str, str]
Inventories = Mapping[Graph, Inventory]


@record
class Check:
    """One rule: its name, what it demands, and the function that finds the breaches in one body."""

    name: str
    demands: str
    find: Callable[[Graph, Inventories], Iterable[Found]]


# -- values --------------------------------------------------------------------------------------


def _defined_once(body: Graph, _: Inventories) -> Iterator[Found]:
    counts = Counter(value.id for value in _definitions(body))
    for identity, count in counts.items():
        if count > 1:
            yield f"%{identity}", f"defined {count} times"


def _dense(body: Graph, _: Inventories) -> Iterator[Found]:
    ids = sorted({value.id for value in _definitions(body)})
    if ids != list(range(len(ids))):
        yield "ids", f"{ids} are not 0 to {len(ids) - 1}"


def _defined_before_use(body: Graph, _: Inventories) -> Iterator[Found]:
    known = {value.id for value in body.inputs}
    for index, node in enumerate(body.nodes):
        yield from _unknown(node.operands, known, name_of(index, node))
        known.update(value.id for value in node.results)
    yield from _unknown(body.outputs, known, "outputs")


def _unknown(operands: Iterable[Operands], known: set[int], place: str) -> Iterator[Found]:
    for value in values(operands):
        if value.id not in known:
            yield place, f"%{value.id} is used before it is defined"


def _used_as_defined(body: Graph, _: Inventories) -> Iterator[Found]:
    types = {value.id: value.type for value in _definitions(body)}
    for place, operand in _uses(body):
        if isinstance(operand, Value) and operand.type != types.get(operand.id, operand.type):
            yield place, f"%{operand.id} is used as {operand.type} and defined as {types[operand.id]}"


def _definitions(body: Graph) -> Iterator[Value]:
    yield from body.inputs
    for node in body.nodes:
        yield from node.results


def _uses(body: Graph) -> Iterator[tuple[str, Operand]]:
    for index, node in enumerate(body.nodes):
        place = name_of(index, node)
        for operand in flatten(node.operands):
            yield place, operand
    for operand in flatten(body.outputs):
        yield "outputs", operand


def name_of(index: int, node: Node) -> str:
    """Return how messages call a node: its place in the body, its label, and what it does."""
    what = node.operator.name if isinstance(node, Apply) else node.graph.name
    return f"node {index} ({node.label}: {what})" if node.label else f"node {index} ({what})"


# -- types ---------------------------------------------------------------------------------------


def _shapes(body: Graph, _: Inventories) -> Iterator[Found]:
    for place, type_ in _all_types(body):
        for dim in type_.shape:
            if not _is_size(dim):
                yield place, f"{dim} is no size"


def _is_size(dim: Dim) -> bool:
    return type(dim) is int and dim >= 0 if isinstance(dim, int) else dim.is_size


def _dtypes(body: Graph, _: Inventories) -> Iterator[Found]:
    for place, type_ in _all_types(body):
        if not isinstance(type_.dtype, DType):
            yield place, f"{type_.dtype!r} is no dtype"
    for place, weight in _weights(body):
        if weight.store is Store.PARAM and weight.type.dtype in _UNTRAINABLE:
            yield place, f"a {weight.type.dtype.value} cannot be trained"


_UNTRAINABLE = frozenset({DType.I8, DType.I32, DType.I64, DType.BOOL})


def _constants(body: Graph, _: Inventories) -> Iterator[Found]:
    for place, operand in _uses(body):
        if isinstance(operand, Constant) and table_shape(operand.value) != operand.type.shape:
            yield place, f"a constant of shape {table_shape(operand.value)} is given as {operand.type.shape}"


def _starts(body: Graph, _: Inventories) -> Iterator[Found]:
    for place, weight in _weights(body):
        if isinstance(weight.start, Table) and table_shape(weight.start.values) != weight.type.shape:
            yield place, f"a table of shape {table_shape(weight.start.values)} is given for {weight.type.shape}"
        if isinstance(weight.start, Identity) and len(weight.type.shape) != 2:
            yield place, f"{weight.type.shape} is no matrix, and begins as the identity"


def _all_types(body: Graph) -> Iterator[tuple[str, TensorType]]:
    for value in _definitions(body):
        yield f"%{value.id}", value.type
    for place, weight in _weights(body):
        yield place, weight.type
    for place, operand in _uses(body):
        yield place, operand.type


def _weights(body: Graph) -> Iterator[tuple[str, Weight]]:
    for weight in body.weights:
        yield f"weight {weight.name}", weight
    for module in body.modules:
        if isinstance(module.content, Leaf):
            for weight in module.content.weights:
                yield f"weight {join(module.label, weight.name)}", weight


# -- modules and weights -------------------------------------------------------------------------

COMPONENT = re.compile(r"[^\W\d]\w*|\d+")
"""One part of a path: an identifier or a number."""


def _labels_formed(body: Graph, _: Inventories) -> Iterator[Found]:
    for module in body.modules:
        if module.label and not all(COMPONENT.fullmatch(part) for part in module.label.split(".")):
            yield f"module {module.label!r}", "every part of a label is an identifier or a number"
    for place, weight in _weights(body):
        if not COMPONENT.fullmatch(weight.name):
            yield place, "a weight's name is one identifier"


def _labels_unique(body: Graph, _: Inventories) -> Iterator[Found]:
    for label, count in Counter(module.label for module in body.modules if module.label).items():
        if count > 1:
            yield f"module {label}", f"declared {count} times"


def _paths_unique(body: Graph, inventories: Inventories) -> Iterator[Found]:
    for path, count in Counter(inventories[body].names()).items():
        if count > 1:
            yield f"weight {path}", f"{count} weights have this path"


def _aliases(body: Graph, inventories: Inventories) -> Iterator[Found]:
    owners: dict[str, Module] = {}
    for module in body.modules:
        if module.alias_of is None:
            owners[module.label] = module
        elif module.alias_of not in owners:
            yield f"module {module.label}", f"is a second name of {module.alias_of!r}, which no earlier module owns"
        elif module_inventory(owners[module.alias_of], inventories) != module_inventory(module, inventories):
            yield f"module {module.label}", f"has other weights than {module.alias_of!r}, whose second name it is"


def _weight_refs(body: Graph, inventories: Inventories) -> Iterator[Found]:
    table = inventories[body].table()
    for place, operand in _uses(body):
        if isinstance(operand, WeightRef):
            weight = table.get(operand.path)
            if weight is None:
                yield place, f"no weight has the path {operand.path!r}"
            elif weight.type != operand.type:
                yield place, f"{operand.path} is used as {operand.type} and declared as {weight.type}"


# -- nodes ---------------------------------------------------------------------------------------


def _operand_slots(body: Graph, _: Inventories) -> Iterator[Found]:
    for index, node in enumerate(body.nodes):
        if isinstance(node, Apply):
            operator = node.operator
            slots = operator.inputs + operator.weights
            if len(node.operands) != len(slots):
                yield name_of(index, node), f"{len(node.operands)} operands for {slots}"
            given = tuple(name for name, _ in node.attributes)
            if given != operator.attributes:
                yield name_of(index, node), f"attributes {given} for {operator.attributes}"


def _apply_labels(body: Graph, _: Inventories) -> Iterator[Found]:
    for index, node in enumerate(body.nodes):
        if isinstance(node, Apply) and node.label:
            held = [content for content in contents(body, node.label) if isinstance(content, Leaf)]
            if not any(leaf.operator is node.operator for leaf in held):
                yield name_of(index, node), f"no {node.operator.name} has the label {node.label!r}"


def _call_labels(body: Graph, inventories: Inventories) -> Iterator[Found]:
    table = inventories[body].table()
    for index, node in enumerate(body.nodes):
        if isinstance(node, Call):
            for path, weight in inventories[node.graph].weights:
                if table.get(join(node.label, path)) != weight:
                    yield name_of(index, node), f"{join(node.label, path)} is not the weight that the graph needs"


def _call_types(body: Graph, _: Inventories) -> Iterator[Found]:
    for index, node in enumerate(body.nodes):
        if isinstance(node, Call):
            yield from _differences(name_of(index, node), "operands", node.operands, node.graph.inputs)
            yield from _differences(name_of(index, node), "results", node.results, tuple(flatten(node.graph.outputs)))


def _differences(place: str, what: str, outside: Iterable[Operands], inside: tuple[Operand, ...]) -> Iterator[Found]:
    given = [operand.type for operand in flatten(outside)]
    wanted = [operand.type for operand in inside]
    if given != wanted:
        yield place, f"{what} of types {given} where the graph has {wanted}"


# -- whole bodies --------------------------------------------------------------------------------


def _output_names(body: Graph, _: Inventories) -> Iterator[Found]:
    if len(body.output_names) != len(body.outputs):
        yield "outputs", f"{len(body.output_names)} names for {len(body.outputs)} outputs"


def _names_unique(body: Graph, _: Inventories) -> Iterator[Found]:
    for what, pairs in (("argument", body.arguments), ("dim", body.dims)):
        for name, count in Counter(name for name, _ in pairs).items():
            if count > 1:
                yield f"{what} {name}", f"bound {count} times"


def _chain(body: Graph, _: Inventories) -> Iterator[Found]:
    if body.kind is not GraphKind.SEQUENCE:
        return
    previous = {value.id for value in body.inputs}
    for index, node in enumerate(body.nodes):
        if not {value.id for value in values(node.operands)} <= previous:
            yield name_of(index, node), "takes more than the results of the node before"
        previous = {value.id for value in node.results}
    if not {value.id for value in values(body.outputs)} <= previous:
        yield "outputs", "are not the results of the last node"


def _mode(body: Graph, _: Inventories) -> Iterator[Found]:
    for index, node in enumerate(body.nodes):
        if isinstance(node, Call) and node.graph.depends_on_mode and not body.depends_on_mode:
            yield name_of(index, node), "depends on the mode, and the graph around it says it does not"


CHECKS: tuple[Check, ...] = (
    Check("defined-once", "A value has one definition.", _defined_once),
    Check("dense-ids", "Ids count from 0 without a gap.", _dense),
    Check("defined-before-use", "A value is defined before it is used.", _defined_before_use),
    Check("used-as-defined", "A value has the type of its definition wherever it is used.", _used_as_defined),
    Check("shapes", "A dim is an integer that is not negative, or an integer expression.", _shapes),
    Check("dtypes", "Types have dtypes, and what is trained is a float.", _dtypes),
    Check("constants", "A constant's value has the shape of its type.", _constants),
    Check("starts", "A table has the shape of the weight that begins so; the identity is a matrix.", _starts),
    Check("labels-formed", "The parts of labels and weight names are identifiers or numbers.", _labels_formed),
    Check("labels-unique", "A label is declared once.", _labels_unique),
    Check("paths-unique", "A path names one weight.", _paths_unique),
    Check("aliases", "A second name stands for an earlier module and has the same weights.", _aliases),
    Check("weight-refs", "A weight in use is declared, with the same type.", _weight_refs),
    Check("operand-slots", "Operands and attributes are those of the operator.", _operand_slots),
    Check("apply-labels", "A labelled use of an operator has a leaf of that operator.", _apply_labels),
    Check("call-labels", "The weights that a called graph needs live under the call's label.", _call_labels),
    Check("call-types", "A call's operands and results have the types of the graph it calls.", _call_types),
    Check("output-names", "Every output has a place for its name.", _output_names),
    Check("names-unique", "A static parameter or dim is bound once.", _names_unique),
    Check("chain", "In a sequence each node is fed by the one before and nothing else.", _chain),
    Check("mode", "A graph depends on the mode where a part of it does.", _mode),
)
