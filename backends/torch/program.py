"""What is emitted: an architecture with its variants as graphs."""

from __future__ import annotations

from dataclasses import dataclass

from archc.backends.torch.names import identifier
from archc.graph.ir import Graph


@dataclass(frozen=True, slots=True)
class VariantGraphs:
    """A configuration: its graphs in inference and in training, one object where they are equal.

    `name` is "" where the architecture has a single configuration.
    """

    name: str
    infer: Graph
    train: Graph


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where official weights lie: under the key `root` of the file that holds them, None for the file itself."""

    root: str | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """An architecture to be written as one file.

    `probes` are configurations with other values of the parameters that have defaults: they are not published, and show
    which numbers hang on these parameters, so that the classes take them as arguments.
    """

    name: str
    doc: str
    variants: tuple[VariantGraphs, ...]
    probes: tuple[VariantGraphs, ...] = ()
    checkpoint: Checkpoint | None = None

    def factory(self, variant: VariantGraphs) -> str:
        """Return the name of the function that makes a variant."""
        return identifier(identifier(f"{self.name}_{variant.name}" if variant.name else self.name).lower())
