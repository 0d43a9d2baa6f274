"""Programs from files: the variants of an architecture, and the probes that show what its parameters do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from archc.backends.torch.program import Checkpoint, Program, VariantGraphs
from archc.diagnostics import ArchError
from archc.syntax import tree

if TYPE_CHECKING:
    from archc.archfile import ArchFile
    from archc.architecture import Architecture
    from archc.semantics.definition import Definition
    from archc.semantics.program import Elaboration
    from archc.semantics.values import Thing


def program_of(architecture: Architecture) -> Program:
    """Return one architecture at its arguments as a program."""
    file, elaboration = architecture.file, architecture.elaboration
    variant = graphs(architecture.variant or "", elaboration)
    probes = tuple(_probes(file, elaboration.definition, dict(elaboration.arguments)))
    return Program(architecture.name, architecture.doc, (variant,), probes, checkpoint_of(file, architecture.name))


def program_of_file(file: ArchFile, arch: str | None = None) -> Program:
    """Return all variants of an architecture of a file as one program; raises ArchError where it has errors."""
    first = file.architecture(arch)
    definition = first.elaboration.definition
    names = file.variants(first.name)
    if not names:
        return program_of(first)
    every = [file.architecture(first.name, name) for name in names]
    variants = tuple(graphs(name, one.elaboration) for name, one in zip(names, every, strict=True))
    probes = tuple(_probes(file, definition, dict(every[0].elaboration.arguments)))
    return Program(first.name, first.doc, variants, probes, checkpoint_of(file, first.name))


def graphs(name: str, elaboration: Elaboration) -> VariantGraphs:
    """Return the graphs of an elaboration; raises ArchError where it has errors."""
    if elaboration.infer is None or elaboration.train is None or elaboration.diagnostics:
        raise ArchError(elaboration.diagnostics)
    return VariantGraphs(name, elaboration.infer, elaboration.train)


def _probes(file: ArchFile, definition: Definition, arguments: Mapping[str, Thing]) -> Iterator[VariantGraphs]:
    for parameter in definition.parameters:
        value = parameter.default
        if isinstance(value, tree.Number) and parameter.name not in arguments:
            moved = value.value + 1 if isinstance(value.value, int) else value.value + 0.1
            found = file.elaborations.run(definition, {**arguments, parameter.name: moved})
            if found.infer is not None and found.train is not None and not found.diagnostics:
                yield VariantGraphs(parameter.name, found.infer, found.train)


def checkpoint_of(file: ArchFile, arch: str) -> Checkpoint | None:
    """Return where the official weights of an architecture lie, None where the file does not say."""
    declarations = file.loaded.parsed.file.declarations if file.loaded.parsed and file.loaded.parsed.file else ()
    for declaration in declarations:
        if isinstance(declaration, tree.Checkpoint) and declaration.target == arch:
            roots = [one.key for one in declaration.statements if isinstance(one, tree.Root)]
            return Checkpoint(roots[0] if roots else None)
    return None
