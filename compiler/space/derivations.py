"""Derivations: architectures drawn from a space, with the decisions that made them."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, cast

from archc.semantics.openings import OpenChoice
from archc.space.canonical import canonical
from archc.space.derived import FIXED, Derived, decisions, walk
from archc.space.nodes import Fixed, Open
from archc.space.writing import text_of
from archc.syntax import tree

if TYPE_CHECKING:
    from archc.architecture import Architecture
    from archc.space.spaces import Space


class Derivation:
    """One architecture of a space. It never changes; two are equal if they come of the same decisions."""

    def __init__(self, space: Space, root: Derived) -> None:
        self.space = space
        self.root = root

    @cached_property
    def decisions(self) -> tuple[int, ...]:
        """The alternatives that were taken, in order: with the space they determine everything else."""
        return decisions(self.root)

    @cached_property
    def alternatives(self) -> tuple[tree.Alternative, ...]:
        """Those alternatives that were taken which the text writes out, in a `choice`, in order."""
        taken = (one for one in walk(self.root) if isinstance(one.node.thing, OpenChoice) and one.index != FIXED)
        return tuple(cast(OpenChoice, one.node.thing).node.alternatives[one.index] for one in taken)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Derivation) and self.space is other.space and self.decisions == other.decisions

    def __hash__(self) -> int:
        return hash(self.decisions)

    def __repr__(self) -> str:
        return f"<Derivation of {self.space.name}: {self.size} modules, {self.params:,} parameters>"

    def __str__(self) -> str:
        return self.text()

    # -- costs -----------------------------------------------------------------------------------------------

    @cached_property
    def size(self) -> int:
        """The number of operators and blocks; a module that a block copies counts once."""
        return sum(isinstance(one.node, Fixed | Open) for one in walk(self.root))

    @property
    def operators(self) -> int:
        """The number of operators that run."""
        return self.root.cost.operators

    @property
    def params(self) -> int:
        """The number of trained parameters."""
        return self.root.cost.params

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one run, at the sizes at which the space was drawn from."""
        return self.root.cost.macs

    # -- the architecture ------------------------------------------------------------------------------------

    def text(self) -> str:
        """Return the architecture as a file of its own: all that it uses of the space's file, and an `arch`."""
        return self._text

    @cached_property
    def _text(self) -> str:
        space = self.space
        doc = f"Drawn from the space {space.name}."
        inputs, output = space.shown_inputs(), space.shown_output(self.root.results)
        return text_of(space.name, doc, inputs, output, self.root.module, space.scope)

    @cached_property
    def digest(self) -> str:
        """The first 16 hexadecimal digits of the text's SHA-256."""
        return hashlib.sha256(self.text().encode()).hexdigest()[:16]

    @cached_property
    def canonical(self) -> str:
        """A hash of what is computed: equal for equal architectures, however their modules were put into sequences."""
        return hashlib.sha256(canonical(self.root.module).encode()).hexdigest()[:16]

    def distance(self, other: Derivation) -> int:
        """Return the fewest modules to insert, delete or exchange that make this architecture of another one.

        Takes time in the product of both sizes and both depths: milliseconds for tens of modules, minutes for
        thousands.
        """
        from archc.space.distances import distance, tree_of

        return distance(tree_of(self.root), tree_of(other.root))

    def architecture(self) -> Architecture:
        """Return the architecture, ready to be priced and compiled."""
        from archc.archfile import ArchFile

        return ArchFile.of_text(self.text(), f"{self.space.name}.arch").architecture()
