"""What a drawn module costs, and what an architecture may cost."""

from __future__ import annotations

from archc.records import record


@record
class Cost:
    """Trained parameters, multiply-accumulates, and the bytes of the largest set of activations alive at once."""

    params: int = 0
    macs: int = 0
    memory: int = 0

    def then(self, other: Cost) -> Cost:
        """Return the cost of two modules one after the other."""
        return Cost(self.params + other.params, self.macs + other.macs, max(self.memory, other.memory))


@record
class Budget:
    """Upper bounds of a cost; None where there is none."""

    params: int | None = None
    macs: int | None = None
    memory: int | None = None

    def less(self, cost: Cost) -> Budget:
        """Return what is left of a budget after a cost; memory is used again and again."""
        return Budget(
            None if self.params is None else self.params - cost.params,
            None if self.macs is None else self.macs - cost.macs,
            self.memory,
        )

    def allows(self, cost: Cost) -> bool:
        """Say whether a cost is within every bound."""
        return (
            (self.params is None or cost.params <= self.params)
            and (self.macs is None or cost.macs <= self.macs)
            and (self.memory is None or cost.memory <= self.memory)
        )


FREE = Cost()
UNBOUNDED = Budget()
