"""A graph under construction: one block's values, weights, labels and nodes, and the application of modules in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from archc.diagnostics.diagnostic import Label
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
    Site,
    TensorType,
    Value,
    Weight,
    WeightRef,
)
from archc.graph.static import DType, Static
from archc.graph.tables import table_shape
from archc.semantics.arithmetic import is_number, is_symbolic
from archc.semantics.definition import Definition
from archc.semantics.environment import Environment, Missing
from archc.semantics.faults import Fault, Poisoned, fault, help_note
from archc.semantics.labels import below
from archc.semantics.notes import noted
from archc.semantics.numbering import renumbered
from archc.semantics.session import NODE, Session
from archc.semantics.suggest import renaming
from archc.semantics.values import Partial, Place, Thing, describe, is_tensor
from archc.syntax import tree
from archc.syntax.source import Span

STATIC = (int, float, str, bool, tuple)
"""Static values that a site remembers for a backend that prints the author's expressions."""


@dataclass(slots=True)
class Declared:
    """A label of the block: the module as the text gives it, and what it became at its first call."""

    module: Thing
    span: Span
    content: Leaf | Graph | None = None
    alias_of: str | None = None
    site: Site | None = None


class Frame:
    """Collects the graph of one block."""

    def __init__(self, session: Session, env: FrameNames, definition: Definition | None) -> None:
        self.session = session
        self.env = env
        self.definition = definition
        self.inputs: list[Value] = []
        self.nodes: list[Node] = []
        self.weights: dict[str, Weight] = {}
        self.modules: dict[str, Declared] = {}
        self.labels: set[str] = set()
        self.is_damaged = False  # a statement failed: labels may be missing for no fault of those that use them
        self.names: dict[int, str] = {}
        self.count = 0
        self.flowing: tree.Node | None = None
        self._site: Site | None = None
        env.frame = self

    # -- values ------------------------------------------------------------------------------------

    def value(self, type_: TensorType, name: str = "") -> Value:
        """Return a new value."""
        value = Value(self.count, type_)
        self.count += 1
        if name:
            self.names[value.id] = name
        return value

    def input(self, type_: TensorType, name: str) -> Value:
        """Return a new input of the graph."""
        value = self.value(type_, name)
        self.inputs.append(value)
        return value

    def name_value(self, thing: Thing, names: tuple[str, ...]) -> None:
        """Remember the author's names of values that have none yet."""
        things = thing if type(thing) is tuple and len(thing) == len(names) else (thing,)
        for one, name in zip(things, names, strict=False):
            if isinstance(one, Value) and name != "_":
                self.names.setdefault(one.id, name)
            elif type(one) is tuple:
                for part in one:
                    if isinstance(part, Value):
                        self.names.setdefault(part.id, name)

    def results(self, types: tuple[TensorType | tuple[TensorType, ...], ...]) -> tuple[Thing, tuple[Value, ...]]:
        """Return new values of the given types, as the text sees them and flat."""
        seen: list[Thing] = []
        flat: list[Value] = []
        for one in types:
            made = (self.value(one),) if isinstance(one, TensorType) else tuple(self.value(t) for t in one)
            flat.extend(made)
            seen.append(made[0] if isinstance(one, TensorType) else made)
        return (seen[0] if len(seen) == 1 else tuple(seen)), tuple(flat)

    def add(self, node: Node) -> None:
        """Append a node; raises a Fault when the graph grows beyond all bounds."""
        self.session.spend(NODE)
        self.nodes.append(node)

    # -- labels ------------------------------------------------------------------------------------

    def has_label(self, name: str) -> bool:
        return name in self.labels

    def declare(self, path: str, module: Thing, span: Span) -> Declared:
        """Give a label to a module. The same label twice is an error, a second label for a module an alias."""
        known = self.modules.get(path)
        if known is not None:
            if isinstance(module, Place) and module.path == path:
                return known
            raise self._given_twice(path, known, span)
        entry = Declared(module, span)
        if isinstance(module, Place):
            entry.alias_of = module.path
            entry.module = self.declared(module, span)
        self.modules[path] = entry
        self._remember(path)
        return entry

    def _given_twice(self, path: str, known: Declared, span: Span) -> Fault:
        body = (self.definition.block.body or ()) if self.definition else ()
        again = known.span == span
        fixes = renumbered(body, span, self.labels, in_rounds=again)
        return fault(
            "N104",
            f"the label `{path or 'self'}` is given {'in every round' if again else 'twice in this block'}",
            span,
            "its weights would be those of the first one",
            labels=() if again else (Label(known.span, "the first one"),),
            notes=help_note(f"to share weights, declare it once and write `|> {path}` from then on"),
            fixes=fixes,
        )

    def _remember(self, path: str) -> None:
        parts = path.split(".")
        self.labels.update(".".join(parts[: i + 1]) for i in range(len(parts)))

    def declared(self, place: Place, span: Span) -> Thing:
        """Return the module that was declared at a place."""
        entry = self.modules.get(place.path)
        if entry is None and self.is_damaged:
            raise Poisoned
        if entry is None:
            raise fault("N109", f"nothing is declared under the label `{place.path}` yet", span)
        return entry.module

    def owner(self, path: str) -> str:
        """Return the label that owns the weights of a label."""
        entry = self.modules[path]
        return self.owner(entry.alias_of) if entry.alias_of is not None and entry.alias_of != path else path

    def called_by(self, path: str, owner: str, node: tree.Expression) -> None:
        """Let the last call of a block be one by its second name, which holds what it called: its own arguments."""
        last = self.nodes[-1] if self.nodes else None
        if isinstance(last, Call) and last.label == owner:
            self.nodes[-1] = Call(path, last.graph, last.operands, last.results, last.site)
            entry, first = self.modules[path], self.modules[owner]
            if entry.content is None:
                entry.content, entry.site = last.graph, self.site(node)
            if first.content is last.graph:
                first.content = None  # what its own name calls is what it holds, if that is called at all

    def _content(self, path: str) -> Leaf | Graph | None:
        """Return what lives under a label; where nothing called it, what was called by another name of it."""
        owner = self.owner(path)
        names = (path, owner, *(other for other, entry in self.modules.items() if entry.alias_of is not None))
        return next((c for n in names if self.owner(n) == owner and (c := self.modules[n].content) is not None), None)

    def children(self, place: Place, span: Span) -> tuple[Thing, ...]:
        """Return the numbered labels below a label, in order."""
        numbered = [Place(below(place.path, str(i))) for i in range(len(self.labels))]
        found = tuple(one for i, one in enumerate(numbered) if all(n.path in self.labels for n in numbered[: i + 1]))
        if not found:
            raise fault("E204", f"there are no numbered labels below `{place.path}`", span)
        return found

    def inside(self, place: Place, name: str, span: Span) -> Thing:
        """Return what stands below a label: a deeper label, or a weight of the module there."""
        path = below(place.path, name)
        if path in self.labels:
            return Place(path)
        entry = self.modules.get(place.path)
        content = entry.content if entry else None
        for weight in content.weights if content else ():
            if weight.name == name:
                return WeightRef(path, weight.type)
        if self.is_damaged:
            raise Poisoned
        names = [weight.name for weight in content.weights] if content else []
        names += [label.removeprefix(f"{place.path}.") for label in self.labels if label.startswith(f"{place.path}.")]
        known = [one for one in dict.fromkeys(names) if "." not in one]
        word = span.word(name) if name.isidentifier() else span
        raise fault(
            "N111",
            f"there is no module or weight `{path}` here",
            word,
            notes=help_note(f"below `{place.path}` there are {', '.join(known)}" if known else "nothing is there yet"),
            fixes=renaming(word, name, known) if word.text == name else (),
        )

    # -- operators from signs -----------------------------------------------------------------------

    def emit(
        self,
        operator: str,
        tensors: tuple[Thing, ...],
        node: tree.Expression,
        arguments: tuple[tuple[str, Thing], ...] = (),
    ) -> Thing:
        """Apply an operator of the standard library that the text writes as a sign."""
        found = self.session.prelude.find(operator)
        module = found if isinstance(found, Partial) else getattr(found, "module", None)
        assert isinstance(module, Partial), operator
        return self.apply(Partial(module.definition, arguments), tensors, None, node)

    def cast(self, thing: Thing, dtype: DType, node: tree.Expression) -> Thing:
        """Change the element type of a tensor or of a list of them."""
        if type(thing) is tuple:
            return tuple(self.cast(one, dtype, node) for one in thing)
        return self.emit("cast", (thing,), node, (("to", dtype),))

    # -- application ----------------------------------------------------------------------------------

    def apply(self, module: Thing, tensors: tuple[Thing, ...], label: str | None, node: tree.Expression) -> Thing:
        """Apply a module to tensors, with its weights under `label`."""
        from archc.semantics.application import apply

        return apply(self, module, tensors, label, node)

    def site(self, node: tree.Expression) -> Site:
        """Return where a node comes from, with the static names that its text uses."""
        if self.definition is None and self._site is not None and self._site.expression is node:
            return self._site  # a sequence binds no names
        names: list[tuple[str, Static]] = []
        for name in names_in(node):
            value = self.env.find(name)
            if isinstance(value, STATIC) or is_symbolic(value):
                names.append((name, cast(Static, value)))
        self._site = Site(node.span, node, tuple(names))
        return self._site

    def operand(self, thing: Thing, span: Span, dtype: DType = DType.FLOAT) -> Operands:
        """Return a value as an operand: static numbers and tables become constants."""
        if thing is None or isinstance(thing, (Value, WeightRef, Constant)):
            return thing
        if is_number(thing) or type(thing) is bool:
            return Constant(cast(Static, thing), TensorType((), _constant_dtype(thing, dtype)))
        if type(thing) is tuple and is_tensor(thing):
            return tuple(cast(Operand, self.operand(one, span, dtype)) for one in thing)
        if type(thing) is tuple:
            return self._table(cast(Static, thing), span, dtype)
        raise fault("E204", f"a tensor is needed, and this is {describe(thing)}", span)

    def _table(self, table: Static, span: Span, dtype: DType) -> Constant:
        shape = table_shape(table)
        if shape is None:
            what = "a tensor needs numbers in rows of one length, and these differ in length or hold something else"
            raise fault("E204", what, span)
        return Constant(table, TensorType(shape, _constant_dtype(table, dtype)))

    # -- the finished graph -----------------------------------------------------------------------------

    def finish(
        self, kind: GraphKind, outputs: tuple[Operands, ...], *, named: tuple[str | None, ...], **about: object
    ) -> Graph:
        """Return the graph, with the author's names on its values."""
        final = {v.id: Value(v.id, v.type, self.names[v.id]) for v in self._all_values() if v.id in self.names}

        def named_value(value: Value) -> Value:
            return final.get(value.id, value)

        def renamed(operand: Operands) -> Operands:
            if isinstance(operand, Value):
                return final.get(operand.id, operand)
            return tuple(cast(Operand, renamed(one)) for one in operand) if isinstance(operand, tuple) else operand

        def node_renamed(node: Node) -> Node:
            operands, results = tuple(map(renamed, node.operands)), tuple(map(named_value, node.results))
            if isinstance(node, Call):
                return Call(node.label, node.graph, operands, results, node.site)
            return Apply(node.operator, node.attributes, operands, results, node.label, node.site)

        modules = tuple(
            Module(path, content, entry.site or Site(entry.span), entry.alias_of and self.owner(path))
            for path, entry in self.modules.items()
            if path and (content := self._content(path)) is not None
        )
        return Graph(
            kind=kind,
            inputs=tuple(map(named_value, self.inputs)),
            weights=tuple(self.weights.values()),
            modules=modules,
            nodes=tuple(map(node_renamed, self.nodes)),
            outputs=tuple(map(renamed, outputs)),
            output_names=named,
            **about,  # type: ignore[arg-type]
        )

    def _all_values(self) -> Iterable[Value]:
        yield from self.inputs
        for node in self.nodes:
            yield from node.results


class FrameNames(Environment):
    """The names that a block's text sees: variables, then labels, then the file's names."""

    def __init__(self, parent: Environment, values: Mapping[str, Thing]) -> None:
        super().__init__(parent)
        self.values: dict[str, Thing] = dict(values)
        self.frame: Frame | None = None

    def own(self, name: str) -> Thing | Missing:
        return self.values.get(name, Missing.MISSING)

    def find(self, name: str) -> Thing | Missing:
        if name in self.values:
            return self.values[name]
        if self.frame is not None and name in self.frame.labels:
            return Place(name)
        return self.parent.find(name) if self.parent else Missing.MISSING

    def find_module(self, name: str) -> Thing | Missing:
        if name in self.values:
            return self.values[name]
        found = self.parent.find_module(name) if self.parent else Missing.MISSING
        return self.find(name) if isinstance(found, Missing) else found

    def names(self) -> Iterable[str]:
        yield from self.values
        if self.frame is not None:
            yield from (label for label in self.frame.labels if "." not in label)
        yield from super().names()


@noted
def names_in(node: tree.Node) -> tuple[str, ...]:
    """Return the names that an expression uses, in order of appearance."""
    found: dict[str, None] = {}
    _collect(node, found)
    return tuple(found)


def _collect(node: object, found: dict[str, None]) -> None:
    if isinstance(node, tree.Name):
        found[node.text] = None
    elif isinstance(node, tuple):
        for one in node:
            _collect(one, found)
    elif isinstance(node, tree.Node):
        for name in node.__match_args__:
            if name != "span":
                _collect(getattr(node, name), found)


def _constant_dtype(thing: Thing, dtype: DType) -> DType:
    numbers = _numbers(thing)
    if all(type(one) is bool for one in numbers):
        return DType.BOOL
    return DType.FLOAT if dtype is DType.I64 and any(type(one) is float for one in numbers) else dtype


def _numbers(thing: Thing) -> tuple[Thing, ...]:
    if type(thing) is tuple:
        return tuple(number for one in thing for number in _numbers(one)) or (0.0,)
    return (thing,)
