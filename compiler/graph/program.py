"""What a backend compiles: one architecture of a file in all its configurations."""

from __future__ import annotations

from archc.graph.ir import Graph, Leaf, Site
from archc.graph.static import Static
from archc.records import record


@record
class Configuration:
    """An architecture at given arguments; `infer` and `train` are one object where they do not differ."""

    name: str
    arguments: tuple[tuple[str, Static], ...]
    infer: Graph
    train: Graph


@record
class Probe:
    """A configuration again with another value of one argument."""

    original: Configuration
    argument: str
    configuration: Configuration


@record
class FormMerge:
    """A block with a training and an inference form, and how the weights of the second follow from those of the first.

    `deployed` is an operator where the inference form is nothing more, and `site` where the block asks for it.
    `weights` is a graph without inputs over the weights of `trained` by their paths; its outputs are the weights
    `targets` of `deployed` by their paths.
    """

    trained: Graph
    deployed: Graph | Leaf
    targets: tuple[str, ...]
    weights: Graph
    site: Site | None = None


@record
class KeyRenaming:
    """One of our weights and the official one that it is loaded from, where their paths differ."""

    ours: str
    theirs: str


@record
class Checkpoint:
    """How an official state dict is read: where it lies in the file, what is called differently, what may be left.

    `renamings` are those of all configurations, in training and in inference form; `kept` are the weights that are
    called the same.
    """

    name: str
    root: str | None
    renamings: tuple[KeyRenaming, ...]
    kept: tuple[str, ...]
    drops: tuple[str, ...]


@record
class Program:
    """An architecture with its published configurations.

    `probes` are further configurations at other values of single arguments: what holds for the configurations and
    for the probes holds for these arguments in general. `merges` has an entry for every outermost block with two forms
    in the inference graphs of the configurations and probes.
    """

    name: str
    doc: str
    configurations: tuple[Configuration, ...]
    probes: tuple[Probe, ...]
    checkpoint: Checkpoint | None
    merges: tuple[FormMerge, ...] = ()
