"""A declared operator, block or architecture, with what every use of it needs to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from archc.semantics.dtypes import CLASSES, NAMED
from archc.syntax import tree

if TYPE_CHECKING:
    from archc.graph.ir import Operator
    from archc.semantics.environment import Environment


@dataclass(frozen=True, eq=False)
class Definition:
    """A declaration in its scope. One object a declaration, so equality is identity."""

    block: tree.Block
    scope: Environment = field(repr=False)

    @property
    def name(self) -> str:
        return self.block.name

    @property
    def is_operator(self) -> bool:
        return self.block.kind is tree.BlockKind.OP

    @cached_property
    def parameters(self) -> tuple[tree.Parameter, ...]:
        return tuple(p for p in self.block.parameters if isinstance(p, tree.Parameter))

    @cached_property
    def rest(self) -> str | None:
        """The name of the `...rest` parameter."""
        return next((p.name for p in self.block.parameters if isinstance(p, tree.RestParameter)), None)

    @cached_property
    def parameter_names(self) -> frozenset[str]:
        return frozenset(p.name for p in self.parameters)

    def takes(self, name: str) -> bool:
        """Say whether a call may give something by this name: to a parameter, an input or a weight, or to `...rest`."""
        return bool(self.rest) or name in self.parameter_names | self.weight_names or name in self.input_names

    @cached_property
    def _by_name(self) -> dict[str, tree.Parameter]:
        return {p.name: p for p in self.parameters}

    def parameter(self, name: str) -> tree.Parameter:
        return self._by_name[name]

    @cached_property
    def _free(self) -> dict[frozenset[str], tuple[tree.Parameter, ...]]:
        return {}

    def parameters_but(self, names: frozenset[str]) -> tuple[tree.Parameter, ...]:
        """Return the parameters that are not among these, in order."""
        if names not in self._free:
            self._free[names] = tuple(p for p in self.parameters if p.name not in names)
        return self._free[names]

    @cached_property
    def inputs(self) -> tuple[tree.Input, ...]:
        return self.block.signature.inputs if self.block.signature else ()

    @cached_property
    def input_names(self) -> tuple[str, ...]:
        return tuple(i.name for i in self.inputs)

    @cached_property
    def outputs(self) -> tuple[tree.Output, ...]:
        """The declared outputs. One word in front of a shape is its type if it is known as one, else its name."""
        declared = (self.block.signature.outputs or ()) if self.block.signature else ()
        return tuple(replace(o, name=None, type=o.name) if self._is_type(o) else o for o in declared)

    def _is_type(self, output: tree.Output) -> bool:
        if output.type is not None or output.name is None:
            return False
        return output.name in CLASSES or output.name in NAMED or output.name in self.parameter_names

    @cached_property
    def lets(self) -> dict[str, tuple[tree.Let, int]]:
        """The `let`s at the top of the body by target name, with the target's position."""
        body = self.block.body or ()
        return {
            target: (statement, position)
            for statement in body
            if isinstance(statement, tree.Let)
            for position, target in enumerate(statement.targets)
        }

    @cached_property
    def weights(self) -> tuple[tuple[tree.Weights, tree.Stored], ...]:
        """Everything the body declares with `param`, `buffer` or `state`, wherever it stands, in order."""
        return tuple((weights, entry) for weights in _weights(self.block.body or ()) for entry in weights.entries)

    @cached_property
    def weight_names(self) -> frozenset[str]:
        return frozenset(entry.name for _, entry in self.weights if not entry.quoted)

    @cached_property
    def has_state(self) -> bool:
        """Whether a use keeps something from one call to the next."""
        return any(weights.store is tree.Store.STATE for weights, _ in self.weights)

    @cached_property
    def owns(self) -> bool:
        """Whether a use may have weights of its own: the body declares some, or labels something."""
        return bool(self.weights) or (not self.is_operator and _has_label(self.block.body or ()))

    @cached_property
    def macs(self) -> tree.Expression | None:
        """The right side of `macs = ...`."""
        for statement in self.block.body or ():
            if isinstance(statement, tree.Assign) and statement.targets == ("macs",):
                return statement.values[0]
        return None

    @cached_property
    def has_meaning(self) -> bool:
        """Whether the body of the operator says what it computes."""
        return any(isinstance(s, (tree.Return, tree.Form, tree.If)) for s in self.block.body or ())

    @cached_property
    def has_forms(self) -> bool:
        """Whether `check train ~ infer` says that `train` and `infer` are two forms of one function."""
        return any(
            isinstance(s, tree.Check)
            and isinstance(s.left, tree.Name)
            and isinstance(s.right, tree.Name)
            and {s.left.text, s.right.text} == {"train", "infer"}
            for s in self.block.body or ()
        )

    @cached_property
    def operator(self) -> Operator:
        """The graph's handle on this operator."""
        from archc.semantics.operators import operator_of

        return operator_of(self)


def _weights(statements: tuple[tree.Statement, ...]) -> Iterator[tree.Weights]:
    for statement in statements:
        match statement:
            case tree.Weights():
                yield statement
            case tree.For() | tree.Form():
                yield from _weights(statement.body)
            case tree.If():
                yield from _weights(statement.then)
                yield from _weights(statement.otherwise or ())
            case _:
                pass


def _has_label(node: object) -> bool:
    if isinstance(node, (tree.Labelled, tree.Declare)):
        return True
    if isinstance(node, tuple):
        return any(_has_label(one) for one in node)
    return isinstance(node, tree.Node) and any(
        _has_label(getattr(node, name)) for name in node.__match_args__ if not name.endswith("span")
    )
