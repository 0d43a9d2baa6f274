"""Graphs as C++17 for the CPU: one file of loop nests with a C interface, and a module that runs it.

Nothing here needs torch; `module`, which compiles and loads, imports NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from archc.backends.cpu.build import BuildError, has_compiler
from archc.backends.cpu.emission import Emitted, emit
from archc.backends.cpu.explanation import explanation as explained
from archc.backends.cpu.target import native
from archc.graph.ir import Graph
from archc.graph.walk import free_symbols
from archc.loops.fusion import fused
from archc.loops.layout import laid_out
from archc.loops.lowering import lowered

if TYPE_CHECKING:
    from archc.archfile import ArchFile
    from archc.architecture import Architecture
    from archc.backends.cpu.compiled import CompiledModule


holds_one: bool = True


def passes() -> tuple[str, ...]:
    """Return the passes after which a graph can be looked at: none, what changes is loops."""
    return ()


def after(graph: Graph, name: str) -> Graph:
    """Return a graph as it is after a pass; raises ValueError, since there is none."""
    raise ValueError(f"there is no pass `{name}`")


def emitted(architecture: Architecture) -> Emitted:
    """Return an architecture as files. A size of the batch that is left free is 1.

    Raises ArchError where another size is free (E226), or an operator cannot be lowered (E227).
    """
    return emit(laid_out(fused(lowered(_of_one_sample(architecture)))[0]), native())


def source(architecture: Architecture) -> str:
    """Return the C++ source of one architecture at its arguments; raises ArchError, see `emitted`."""
    return emitted(architecture).source


def file_source(file: ArchFile, arch: str | None = None) -> str:
    """Return the C++ source of one architecture of a file, the first one without `arch`, in its first variant."""
    name = file.architectures[0] if arch is None else arch
    return source(file.architecture(name, next(iter(file.variants(name)), None)))


def project(architecture: Architecture) -> Mapping[str, str]:
    """Return the source, the header and the CMake file of an architecture by name; raises ArchError, see `emitted`."""
    return emitted(architecture).files


def explanation(architecture: Architecture) -> tuple[str, ...]:
    """Return what was fused, what was not and why, and what runs, as lines; raises ArchError, see `emitted`."""
    return tuple(explained(lowered(_of_one_sample(architecture)), native()))


def module(architecture: Architecture, weights: Mapping[str, Any], threads: int | None = None) -> CompiledModule:
    """Return an architecture compiled for this machine, with weights by their names in the state dict.

    It runs on `threads` threads, or on all cores.

    Raises ArchError, see `emitted`, and what `CompiledModule` raises.
    """
    from archc.backends.cpu.compiled import CompiledModule

    return CompiledModule(emitted(architecture), weights, threads)


def _of_one_sample(architecture: Architecture) -> Graph:
    """Return the graph, for a batch of 1 where the first size of the first input is the only free one."""
    from archc.architecture import Architecture

    graph = architecture.graph
    free = free_symbols(graph)
    if len(free) != 1 or not graph.inputs or not graph.inputs[0].type.shape:
        return graph
    if str(graph.inputs[0].type.shape[0]) != free[0]:
        return graph
    rooted = architecture.elaboration.rooted
    fixed = replace(rooted, sizes={**rooted.sizes, free[0]: 1}, findings=None)
    again = architecture.file.elaborations.again(fixed)
    return Architecture(architecture.file, again, architecture.variant).graph


__all__ = [
    "BuildError",
    "Emitted",
    "after",
    "emit",
    "emitted",
    "explanation",
    "file_source",
    "has_compiler",
    "holds_one",
    "module",
    "passes",
    "project",
    "source",
]
