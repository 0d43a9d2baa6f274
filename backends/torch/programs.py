"""Programs: what an architecture is compiled from, and what its factories are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.backends.torch.names import identifier
from archc.diagnostics import ArchError
from archc.graph.program import Configuration, Program

if TYPE_CHECKING:
    from archc.architecture import Architecture


def program_of(architecture: Architecture) -> Program:
    """Return one architecture at its arguments as a program, in all its forms; raises ArchError where it has errors."""
    from archc.semantics.compilation import Compilation, Request

    rooted, file = architecture.elaboration.rooted, architecture.file
    if file.loaded.scope is None or architecture.elaboration.diagnostics:
        raise ArchError(architecture.elaboration.diagnostics)
    configuration = (architecture.variant or "", rooted.arguments)
    request = Request(rooted.definition, (configuration,), rooted.sizes)
    compilation = Compilation(file.elaborations, file.loaded.scope, request)
    program = compilation.program()
    if program is None:
        raise ArchError(tuple(compilation.diagnostics))
    return program


def factory_name(program: Program, configuration: Configuration) -> str:
    """Return the name of the function that makes a configuration."""
    words = f"{program.name}_{configuration.name}" if configuration.name else program.name
    return identifier(identifier(words).lower())
