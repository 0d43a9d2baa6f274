"""The evaluator: an expression, where it stands, to its value.

Static expressions are computed; expressions on tensors add nodes to the frame's graph. Each kind of expression has
one function in the table, registered by the modules of this package.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archc.diagnostics.diagnostic import Label
from archc.graph.static import Dim
from archc.semantics.arithmetic import as_dim
from archc.semantics.builtins import LIMIT
from archc.semantics.environment import Environment
from archc.semantics.extent import NESTED, extent
from archc.semantics.faults import Fault, Poisoned, fault, help_note, sizes_note
from archc.semantics.obligations import Duties
from archc.semantics.scene import Scene
from archc.semantics.session import ENTRIES, Session
from archc.semantics.values import POISON, Thing, describe, is_tensor
from archc.syntax import tree

if TYPE_CHECKING:
    from archc.semantics.definition import Definition
    from archc.semantics.frame import Frame

Rule = Callable[["Elaborator", tree.Expression, Environment], Thing]
RULES: dict[type, Rule] = {}


def evaluates(*kinds: type) -> Callable[[Callable[..., Thing]], Callable[..., Thing]]:
    """Register a function as the meaning of the given kinds of expression."""

    def register(rule: Callable[..., Thing]) -> Callable[..., Thing]:
        for kind in kinds:
            RULES[kind] = rule
        return rule

    return register


@dataclass(frozen=True, eq=False)
class Elaborator:
    """Evaluates expressions for one frame; without a frame only static expressions have a value."""

    session: Session
    frame: Frame | None = None
    duties: Duties | None = None

    def on_duty(self, definition: Definition, scene: Scene) -> Elaborator:
        """Return an evaluator of static expressions for one use of a definition: what they impose is about that use."""
        subject = f"`{scene.sign or definition.name}`"
        return Elaborator(self.session, None, Duties(self.session, scene.call, subject, scene))

    def evaluate(self, node: tree.Expression, env: Environment) -> Thing:
        """Return the value of an expression; raises a Fault where it has none."""
        session = self.session
        session.here = node.span  # as `tick` counts, but without a call: this is where all work comes by
        session.steps += 1
        if session.steps > session.limit:
            raise session.too_much(node.span)
        value = RULES[type(node)](self, node, env)
        if value is POISON:
            raise Poisoned
        return value

    def admitted(self, value: Thing, node: tree.Node) -> Thing:
        """Return a value that was put together, counted as work; raises a Fault where it is beyond all bounds."""
        size = extent(value, LIMIT)
        if size is None:
            message = f"a sequence of more than {LIMIT:,} entries in all, or nested more than {NESTED} deep"
            raise fault("E208", message, node.span)
        self.session.spend(size // ENTRIES)
        return value

    def static(self, node: tree.Expression, env: Environment) -> Thing:
        """Return the value of an expression that must be known at compile time."""
        return self.known(node, self.evaluate(node, env))

    def known(self, node: tree.Expression, value: Thing) -> Thing:
        """Return the value of an expression; raises a Fault where it is known at run time only."""
        if type(value) is not int and is_tensor(value):
            raise fault(
                "E209",
                "this must be known at compile time, and it is a tensor",
                node.span,
                "known at run time only",
                notes=sizes_note(node.span),
            )
        return value

    def dim(self, node: tree.Expression, env: Environment) -> Dim:
        """Return the value of an expression that is an integer, free sizes included."""
        value = self.evaluate(node, env)
        if type(value) is int:
            return value
        dim = as_dim(self.known(node, value))
        if dim is None:
            raise self.no_size(node, f"a size is an integer, and this is {describe(value)}")
        return dim

    def size(self, node: tree.Expression, env: Environment) -> Dim:
        """Return the value of an expression that is the size of an axis."""
        dim = self.dim(node, env)
        if isinstance(dim, int) and dim < 0:
            raise self.no_size(node, f"a size is not negative, and this is {dim}")
        return dim

    def no_size(self, node: tree.Expression, message: str) -> Fault:
        """Return what to say of no size: where it was given, if it was an argument, else where it stands."""
        scene = self.duties.scene if self.duties else None
        if isinstance(node, tree.Name) and scene is not None and node.text in scene.arguments:
            label = Label(node.span, "a size")
            return fault("E204", f"`{node.text}`: {message}", scene.span_of(node.text), labels=(label,))
        return fault("E204", message, node.span)

    def truth(self, node: tree.Expression, env: Environment) -> bool:
        """Return whether a condition holds: a boolean, or the presence of something that may be absent."""
        value = self.evaluate(node, env)
        if type(value) is bool:
            return value
        if value is None:
            return False
        if is_tensor(value):
            return self.presence(node, value)
        raise fault(
            "E204",
            f"a condition is true or false, and this is {describe(value)}",
            node.span,
            notes=help_note("compare it: `n > 0`, `x != none`"),
        )

    def presence(self, node: tree.Expression, value: Thing) -> bool:
        """A bare name of a tensor asks whether it was given; anything computed from tensors is no static condition."""
        if isinstance(node, tree.Name):
            return True
        raise fault(
            "E209",
            "a condition must be known at compile time, and this depends on what a tensor holds",
            node.span,
            notes=help_note("choose between tensors at run time with `where(condition, a, b)`"),
        )
