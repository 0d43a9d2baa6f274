"""The constructor of one instance: a statement for everything that lives under its labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from archc.backends.torch.code import (
    SELF,
    Assign,
    Chosen,
    Code,
    Construct,
    Dictionary,
    Hint,
    Listing,
    Literal,
    Name,
    Round,
    Started,
    Statement,
    call,
)
from archc.backends.torch.counting import in_loops
from archc.backends.torch.forward import Form, use_of
from archc.backends.torch.givens import given, makers_of
from archc.backends.torch.guards import NONE, Guards, under
from archc.backends.torch.instance import Instance, module_of
from archc.backends.torch.labels import Place, access, places, step
from archc.backends.torch.names import identifier
from archc.backends.torch.operators import LOWERINGS, Unit
from archc.backends.torch.operators.use import Core
from archc.backends.torch.sequences import Lets, as_block, entry_of, is_numbered, lone, static
from archc.backends.torch.sites import arguments
from archc.backends.torch.starts import is_close
from archc.backends.torch.weights import assignment
from archc.graph.ir import Apply, Constant, Graph, Leaf, Module, Site, Value, WeightRef
from archc.graph.static import Dim
from archc.syntax import tree


def applications(instance: Instance, label: str) -> tuple[Apply, ...]:
    """Return every use of the operator under a label, in either mode."""
    graphs = dict.fromkeys((instance.train, instance.infer))
    return tuple(n for graph in graphs for n in graph.nodes if isinstance(n, Apply) and n.label == label)


def unit_of(leaf: Leaf, site: Site, uses: tuple[Apply, ...]) -> Unit:
    """Return an operator's module as lowerings see it."""
    first = uses[0].operands[0] if uses and uses[0].operands else None
    rank = -1 if first is None or isinstance(first, tuple) else len(first.type.shape)
    return Unit(leaf.attributes, site, leaf.weights, rank)


def uses_its_own(use: Apply, label: str, leaf: Leaf) -> bool:
    """Say whether an application takes all its weights from its label, as a module does."""
    owned = {weight.name for weight in leaf.weights}
    given = use.operands[len(use.operator.inputs) :]
    paths = [operand.path if isinstance(operand, WeightRef) else operand for operand in given]
    return paths == [f"{label}.{slot}" if slot in owned else None for slot in use.operator.weights]


def module_code(leaf: Leaf, site: Site, uses: tuple[Apply, ...], label: str) -> Code | None:
    """Return the PyTorch module for an operator, None where it must be a function."""
    if not all(uses_its_own(use, label, leaf) for use in uses):
        return None
    lowering, unit = LOWERINGS[leaf.operator.name], unit_of(leaf, site, uses)
    code = lowering.module(unit)
    hints = _values_to_begin_with(site)
    others = tuple(w for w in leaf.weights if w.name in hints or not is_close(w.start, lowering.start(unit, w)))
    return code if code is None or not others else Started(code, others, leaf.weights[0], tuple(hints.items()))


def _values_to_begin_with(site: Site) -> dict[str, Hint]:
    """Return the expressions of numbers and tables that weights begin with: `batchnorm(weight=scale)`."""
    written = site.expression.arguments if isinstance(site.expression, tree.Call) else ()
    named = {a.name: a.value for a in written if isinstance(a, tree.Argument) and a.name in ("weight", "bias")}
    found = {name: value for name, value in named.items() if not isinstance(value, tree.Number)}
    scope = dict(site.names)
    return {n: Hint(v, site.names) for n, v in found.items() if type(static(v, scope)) in (int, float, tuple)}


def forms_of(instance: Instance) -> dict[str, Form]:
    """Return how the operators under labels are called; those that are left out are functions of their weights."""
    found: dict[str, Form] = {}
    for module in instance.train.modules:
        if isinstance(module.content, Leaf):
            uses = applications(instance, module.label)
            if module_code(module.content, module.site, uses, module.label) is not None:
                found[module.label] = Form.MODULE
            elif module.content.weights and is_closed(module, uses):
                found[module.label] = Form.CLASS
    return found


def is_closed(module: Module, uses: tuple[Apply, ...]) -> bool:
    """Say whether an operator's one use takes no weights but those under its label, so that it is a block by itself."""
    paths = {o.path for use in uses for o in use.operands if isinstance(o, WeightRef)}
    owned = {f"{module.label}.{weight.name}" for weight in module.content.weights}
    plain = all(isinstance(o, Value | WeightRef | Constant) for use in uses for o in use.operands if o is not None)
    return len(uses) == 1 and paths == owned and plain


@dataclass(frozen=True, slots=True)
class Around:
    """What a child needs to know of the block around it: its `let`s, and which of its parameters make modules."""

    lets: Lets
    makers: frozenset[str]


class Fitter:
    """Writes the statements that make an instance's modules."""

    def __init__(self, instance: Instance, guards: Guards = NONE) -> None:
        self.instance = instance
        self.guards = guards
        self.graph = instance.train
        self.forms = forms_of(instance)
        self.around = Around(instance.lets(), makers_of(instance))
        self.shared = {module.alias_of for module in self.graph.modules if module.alias_of is not None}
        self.before: list[Statement] = []
        self.after: list[Statement] = []

    def statements(self) -> tuple[Statement, ...]:
        """Return the statements in declaration order."""
        return in_loops(list(self._statements()))

    def _statements(self) -> Iterator[tuple[Place | None, Statement]]:
        for name, place in places(self.graph).items():
            if self._is_nothing(place):
                continue
            code = self.place(place)
            tests = self.guards.path(place.module.site.span) if place.module else ()
            alone = not self.before and not self.after and not tests
            every = (*self.before, Assign((step(SELF, None, name),), code), *self.after)
            yield from ((place if alone else None, under(tests, statement)) for statement in every)
            self.before, self.after = [], []

    def _is_nothing(self, place: Place) -> bool:
        """Say whether an operator without weights is a function, so that nothing has to be made."""
        content = place.module.content if place.module else None
        return isinstance(content, Leaf) and not (content.weights or place.below or place.path in self.forms)

    def place(self, place: Place) -> Code:
        """Return what is assigned to a component of the labels."""
        code = self._container(place) if place.module is None else self._content(place, place.module)
        if place.path not in self.shared:
            return code
        name = Name(identifier(place.path.replace(".", "_")))
        self.before.append(Assign((name,), code))
        return name

    def _container(self, place: Place) -> Code:
        below = tuple(place.below.values())
        if place.is_list:
            return call("nn.ModuleList", Listing(tuple(self.place(one) for one in below)))
        if place.is_dictionary:
            return call("nn.ModuleDict", Dictionary(tuple(map(Literal, place.below)), tuple(map(self.place, below))))
        self._attach(place)
        return call("nn.Module")

    def _attach(self, place: Place) -> None:
        """Give what lives here the modules that live below it."""
        base = access(self.graph, place.path)
        for name, inner in place.below.items():
            done, self.after = self.after, []
            code = self.place(inner)
            self.after = [*done, Assign((step(base, place, name),), code), *self.after]

    def _content(self, place: Place, module: Module) -> Code:
        if module.alias_of is not None:
            return self._second_name(place, module)
        code = self._leaf(place, module) if isinstance(module.content, Leaf) else self._graph(place, module)
        self._attach(place)
        return code

    def _second_name(self, place: Place, module: Module) -> Code:
        """Return the owner of the weights, or a twin of it where a call by the second name has arguments of its own."""
        assert module.alias_of is not None
        owner = Name(identifier(module.alias_of.replace(".", "_")))
        first = module_of(self.graph, module.alias_of)
        if first is None or not isinstance(module.content, Graph) or not isinstance(module.site.expression, tree.Call):
            return owner
        written = {a.name for a in module.site.expression.arguments if isinstance(a, tree.Argument)}
        own = {name: hint for name, hint in _hints(module.site, module.content) if name in written}
        hints = {**dict(_hints(first.site, module.content)), **own}
        return call("tied", Construct(self.instance.child(place.path), tuple(hints.items()), place.name), owner)

    def _leaf(self, place: Place, module: Module) -> Code:
        leaf = module.content
        assert isinstance(leaf, Leaf)
        uses = applications(self.instance, place.path)
        widths = [size for use in uses[:1] for size in _widths(use)]
        site = uses[0].site if uses and uses[0].site.expression is not None else module.site
        if self.forms.get(place.path) is Form.MODULE:
            return on_sides(site, lambda side: self._module(leaf, side, uses, place.path, widths))
        if self.forms.get(place.path) is Form.CLASS:
            graph = lone(uses[0], leaf, name_of(module.site, leaf))
            return Construct(Instance(graph, graph), (), place.name)
        base = access(self.graph, place.path)
        self.after.extend(assignment(base, weight, None, {}) for weight in leaf.weights)
        return call("nn.Module")

    def _module(self, leaf: Leaf, site: Site, uses: tuple[Apply, ...], path: str, widths: list[Dim]) -> Code:
        code = module_code(leaf, site, uses, path)
        assert code is not None
        return given(code, site, self.around.makers, None, widths)

    def _graph(self, place: Place, module: Module) -> Code:
        return child(self.instance.child(place.path), module.site, place.name, self.around)


def on_sides(site: Site, make: Callable[[Site], Code]) -> Code:
    """Return what is made of the text at a site, with the conditionals of which the text is a side."""
    expression = site.expression
    if not isinstance(expression, tree.Conditional):
        return make(site)
    test = static(expression.test, dict(site.names))
    if not isinstance(test, bool):
        return make(site)
    side = replace(site, expression=expression.then if test else expression.otherwise)
    return Chosen(on_sides(side, make), Hint(expression.test, site.names), test)


def child(instance: Instance, site: Site, label: str, around: Around) -> Code:
    """Return the constructor of a block that lives under a label of the block around it."""
    return on_sides(site, lambda side: _child(instance, side, label, around))


def _child(instance: Instance, site: Site, label: str, around: Around) -> Code:
    if instance.is_sequence and is_numbered(instance.train):
        count = len(instance.train.nodes)
        return call("nn.Sequential", *(_round(instance, i, site, count, around) for i in range(count)))
    if instance.is_sequence:
        train = as_block(instance.train)
        infer = train if instance.infer is instance.train else as_block(instance.infer)  # one form, if it had one
        return Construct(Instance(train, infer), (), label)
    made = Construct(instance, _hints(site, instance.train), label)
    widths = [size for value in instance.train.inputs[:1] for size in value.type.shape[1:]]
    return given(made, site, around.makers, instance.train.declaration, widths)


def _round(sequence: Instance, index: int, site: Site, count: int, around: Around) -> Code:
    written = entry_of(site, index, count, around.lets)
    code = _entry(sequence, index, written.site, around)
    return Round(code, written.count) if written.count else code


def _entry(sequence: Instance, index: int, site: Site, around: Around) -> Code:
    node = sequence.train.nodes[index]
    label = node.label if node.label is not None else str(index)
    if not isinstance(node, Apply):
        return child(sequence.called(index), site, label, around)
    content = next((m.content for m in sequence.train.modules if m.label == label), None)
    leaf = content if isinstance(content, Leaf) else Leaf(node.operator, node.attributes, ())
    written = replace(site, block=node.site.block, inner=node.site.inner) if site.expression is not None else node.site
    return on_sides(written, lambda side: operator_module(node, leaf, side, label))


def operator_module(node: Apply, leaf: Leaf, site: Site, label: str) -> Code:
    """Return an operator where only a module can stand: PyTorch's, or a class of its own."""
    code = module_code(leaf, site, (replace(node, site=site),), label)
    if code is not None and is_plain(node):
        return code
    graph = lone(node, leaf, name_of(site, leaf))
    return Construct(Instance(graph, graph), (), label)


def name_of(site: Site, leaf: Leaf) -> str:
    """Return what the author calls an operator that is a class of its own: the block that it was, or its own name."""
    expression = site.expression
    callee = expression.callee if isinstance(expression, tree.Call) else expression
    return callee.text if isinstance(callee, tree.Name) else leaf.operator.name


def _widths(use: Apply) -> tuple[Dim, ...]:
    first = use.operands[0] if use.operands else None
    return first.type.shape[1:] if isinstance(first, Value) else ()


def is_plain(node: Apply) -> bool:
    """Say whether a module does all that a node does, with nothing before or after it."""
    use = use_of(node, tuple(Name("x") if i == 0 else None for i, _ in enumerate(node.operands)), Name("x"))
    core = Core(lambda x: call("core", x), True)
    return LOWERINGS[node.operator.name].around(use, core) == call("core", use.first())


def _hints(site: Site, graph: Graph) -> tuple[tuple[str, Hint], ...]:
    """Return what the author wrote for each parameter of a block."""
    if graph.declaration is None or site.expression is None:
        return ()
    given = arguments(site.expression, graph.declaration)
    return tuple((name, Hint(expression, site.names)) for name, expression in given.items())
