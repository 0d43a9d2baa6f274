"""Variables: the author's names for tensors, given out so that none is overwritten while it is still needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from archc.backends.torch.code import Assign, Code, Item, Literal, Name, Node, Reference, Statement, rebuild, walk
from archc.backends.torch.forward import used_values, values_of
from archc.backends.torch.guards import opened, under
from archc.backends.torch.names import identifier, unique
from archc.graph.ir import Graph, Value

T = TypeVar("T", bound=Node)


class Variables:
    """Names the references of one graph's statements.

    `taken` are names that no variable may have, `wanted` what some values are to be called.
    """

    def __init__(
        self,
        graph: Graph,
        statements: tuple[Statement, ...],
        taken: Iterable[str],
        wanted: Mapping[int, str] | None = None,
    ) -> None:
        self.graph = graph
        self.statements = statements
        self.taken = set(taken)
        self.values = {value.id: value for node in graph.nodes for value in node.results}
        self.last = self._last_uses()
        self.holders: dict[str, int] = {}
        self.codes: dict[int, Code] = {}
        self.lengths: dict[Code, int] = {}
        self.wanted = {**_carried(graph), **(wanted or {})}
        for output, name in zip(graph.outputs, graph.output_names, strict=True):
            if isinstance(output, Value) and name and not output.name:
                self.wanted[output.id] = name

    def _last_uses(self) -> dict[int, int]:
        last: dict[int, int] = {}
        for position, statement in enumerate(self.statements):
            _, inner = opened(statement)
            for piece in walk(inner.value if isinstance(inner, Assign) else inner):
                if isinstance(piece, Reference):
                    last[piece.id] = position
        return last

    def run(self) -> tuple[tuple[str, ...], tuple[Statement, ...]]:
        """Return the names of the inputs and the statements with a name for every reference."""
        inputs = self._inputs()
        return inputs, tuple(self._statement(i, statement) for i, statement in enumerate(self.statements))

    def _inputs(self) -> tuple[str, ...]:
        names: list[str] = []
        for value in self.graph.inputs:
            name = unique(identifier(value.name or "x"), {*names, *self.taken})
            names.append(name)
            self._hold(value, name)
        return tuple(names)

    def _hold(self, value: Value, name: str) -> None:
        self.codes[value.id] = Name(name)
        self.holders[name] = max(self.holders.get(name, -1), self.last.get(value.id, -1))

    def _statement(self, position: int, statement: Statement) -> Statement:
        tests, inner = opened(statement)
        if tests:
            return under(tests, self._statement(position, inner))
        if not isinstance(statement, Assign):
            return self._named(statement)
        value = self._named(statement.value)
        targets = [self.values[t.id] for t in statement.targets if isinstance(t, Reference)]
        names = self._targets(targets, position)
        return Assign(tuple(map(Name, names)), value)

    def _targets(self, values: list[Value], position: int) -> list[str]:
        if len(values) > 1 and len({value.name for value in values}) == 1:
            return [self._packed(values, position)]
        names: list[str] = []
        for value in values:
            needed = value.id in self.last
            wanted = self.wanted.get(value.id, "y") if needed or value.name else "_"
            name = wanted if wanted == "_" else self._free(wanted, position, names)
            names.append(name)
            self._hold(value, name)
        return names

    def _packed(self, values: list[Value], position: int) -> str:
        """Several results under one name of the author's: a tuple."""
        name = self._free(identifier(values[0].name or "parts"), position, [])
        self.holders[name] = max(self.last.get(value.id, -1) for value in values)
        self.lengths[Name(name)] = len(values)
        for index, value in enumerate(values):
            self.codes[value.id] = Item(Name(name), (Literal(index),))
        return name

    def _free(self, wanted: str, position: int, others: list[str]) -> str:
        name = identifier(wanted)
        held = {known for known, last in self.holders.items() if last > position}
        return unique(name, held | self.taken | set(others))

    def _named(self, node: T) -> T:
        def rule(piece: Node) -> Node:
            if isinstance(piece, Reference):
                return self.codes[piece.id]
            return rebuild(piece, rule)

        return rule(node)  # type: ignore[return-value]


def _carried(graph: Graph) -> dict[int, str]:
    """Return a name for every value: its own, or that of the value which it becomes, or that of what it is made of."""
    names: dict[int, str] = {value.id: value.name for value in graph.inputs}
    following: dict[int, list[Value]] = {}
    for node in graph.nodes:
        for value in values_of(node.operands):
            following.setdefault(value.id, []).extend(node.results)
    uses: dict[int, int] = {}
    for value in used_values(graph):
        uses[value.id] = uses.get(value.id, 0) + 1
    for node in reversed(graph.nodes):
        for value in node.results:
            after = {names.get(one.id, "") for one in following.get(value.id, [])}
            names[value.id] = value.name or (after.pop() if len(after) == 1 else "")
    for node in graph.nodes:
        source = next((names[v.id] for v in values_of(node.operands) if names.get(v.id)), "x")
        for value in node.results:
            names[value.id] = names[value.id] or source
    return names
