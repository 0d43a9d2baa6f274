"""Graphs as PyTorch: one readable module that imports torch and never archc.

`emit` needs no torch; `build` and `module`, which run what was emitted, import it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from archc.backends.torch.emission import emit, rewritten
from archc.backends.torch.programs import factory_name, program_of

if TYPE_CHECKING:
    from torch import nn

    from archc.archfile import ArchFile
    from archc.architecture import Architecture
    from archc.graph.ir import Graph


holds_one: bool = False


def source(architecture: Architecture) -> str:
    """Return the source of one architecture at its arguments; raises ArchError where it cannot be compiled."""
    return emit(program_of(architecture))


def file_source(file: ArchFile, arch: str | None = None) -> str:
    """Return the source of an architecture of a file in all its variants, or of all its architectures together."""
    names = (file.architectures or (None,)) if arch is None else (arch,)  # none at all is an error that `program` tells
    return emit(*(file.program(name) for name in names))


def passes() -> tuple[str, ...]:
    """Return the names of the passes over a graph, in order."""
    from archc.backends.torch.splicing import PASSES, SPLICE

    return SPLICE, *(one.name for one in PASSES)


def after(graph: Graph, name: str) -> Graph:
    """Return a graph as it is after a pass, by the name of the pass; raises ArchError where it cannot be compiled."""
    return rewritten(graph, name)


def explanation(architecture: Architecture) -> tuple[str, ...]:
    """Return nothing: PyTorch fuses, and this backend does not."""
    return ()


def project(architecture: Architecture) -> Mapping[str, str]:
    """Return no files beside the source: it needs none."""
    return {}


def build(source: str, factory: str, seed: int = 0, *, deployed: bool = False) -> nn.Module:
    """Return what a factory of the source makes, its weights drawn from `seed`; the global generator is left alone.

    `deployed` asks for its inference form, which not every source has.
    """
    from archc.backends.torch import live

    return live.build(source, factory, seed, **({"deployed": True} if deployed else {}))


def module(architecture: Architecture, seed: int = 0) -> nn.Module:
    """Return an architecture as a live module, its weights drawn from `seed`."""
    program = program_of(architecture)
    deployed = architecture.is_deployed and bool(program.merges)
    return build(emit(program), factory_name(program, program.configurations[0]), seed, deployed=deployed)


__all__ = [
    "after",
    "build",
    "emit",
    "factory_name",
    "file_source",
    "holds_one",
    "module",
    "passes",
    "program_of",
    "project",
    "source",
]
