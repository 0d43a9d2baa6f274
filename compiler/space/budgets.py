"""What an architecture may cost, as the `where` behind a space says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from archc.records import record
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Environment
from archc.semantics.faults import fault, help_note
from archc.space.flows import Cost
from archc.syntax import tree
from archc.syntax.tree import Operator

ANY = 1 << 200
"""A bound that nothing reaches."""
OPERATORS = 20_000
"""The most operators that run in an architecture where its space does not say."""


@record
class Budget:
    """Upper bounds: of trained parameters, multiply-accumulates, bytes of activations at once, operators that run.

    All but the first are those of one run with the sizes at which the space is drawn from.
    """

    params: int = ANY
    macs: int = ANY
    memory: int = ANY
    operators: int = ANY

    def allows(self, spent: Cost, need: Cost) -> bool:
        """Say whether both together are within the bounds."""
        return (
            spent[0] + need[0] <= self.params
            and spent[1] + need[1] <= self.macs
            and spent[2] + need[2] <= self.operators
        )

    def within(self, other: Budget) -> Budget:
        """Return the bounds of both."""
        return Budget(
            min(self.params, other.params),
            min(self.macs, other.macs),
            min(self.memory, other.memory),
            min(self.operators, other.operators),
        )


WORDS = {"params": "params", "macs": "macs", "peak_memory": "memory", "operators": "operators"}
"""What a bound is of, in the language and here."""


def budget_of(clauses: Iterable[tree.Expression], env: Environment, e: Elaborator) -> Budget:
    """Return the budget that clauses such as `params <= 5e6` say; raises a Fault for any other."""
    budget = Budget()
    for clause in clauses:
        match clause:
            case tree.Binary(
                operator=Operator.AT_MOST | Operator.LESS as operator, left=tree.Name(text=name), right=right
            ) if name in WORDS:
                bound = e.static(right, env)
                if not isinstance(bound, int | float) or isinstance(bound, bool):
                    raise fault("E204", f"a bound of `{name}` is a number", right.span)
                most = int(bound) - (operator is Operator.LESS and bound == int(bound))
                budget = replace(budget, **{WORDS[name]: min(most, getattr(budget, WORDS[name]))})
            case _:
                known = ", ".join(f"`{word}`" for word in WORDS)
                help = help_note(f"bound one of {known}: `where params <= 5e6`")
                raise fault("E221", "this bounds no cost", clause.span, notes=help)
    return budget
