"""From a definition to what a backend compiles: its configurations, probes and checkpoint map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from archc.diagnostics.diagnostic import Diagnostic
from archc.graph.ir import Graph
from archc.graph.program import Checkpoint, Configuration, KeyRenaming, Probe, Program
from archc.graph.static import Dim
from archc.graph.walk import weights
from archc.records import record
from archc.semantics.checkpoints import KeyTable, checkpoint_of, key_table
from archc.semantics.definition import Definition
from archc.semantics.faults import unsupported
from archc.semantics.forms import Forms
from archc.semantics.probes import EACH, others, probed
from archc.semantics.program import Elaboration, Elaborations
from archc.semantics.scope import Scope
from archc.semantics.values import Thing
from archc.syntax import tree


@record
class Request:
    """What shall be compiled: named configurations of a definition, at fixed sizes where some are fixed."""

    definition: Definition
    configurations: tuple[tuple[str, Mapping[str, Thing]], ...]
    sizes: Mapping[str, Dim]


class Compilation:
    """Elaborates a request. `diagnostics` says why there is no program."""

    def __init__(self, elaborations: Elaborations, scope: Scope, request: Request) -> None:
        self.elaborations = elaborations
        self.scope = scope
        self.request = request
        self.diagnostics: list[Diagnostic] = []
        self.forms = Forms(elaborations)
        self.deployed: list[Graph] = []

    def program(self) -> Program | None:
        """Return the program, None where a configuration or the checkpoint map has errors."""
        definition = self.request.definition
        configurations = [c for name, arguments in self.request.configurations for c in self._one(name, arguments)]
        checkpoint = self._checkpoint(configurations) if not self.diagnostics else None
        if self.diagnostics:
            return None
        doc = definition.block.doc or ""
        probes = tuple(probe for one in probed(configurations) for probe in self._probes(one))
        merges = tuple(self.forms.merges.values())
        return Program(definition.name, doc, tuple(configurations), probes, checkpoint, merges)

    def _one(self, name: str, arguments: Mapping[str, Thing]) -> Iterable[Configuration]:
        elaboration = self._elaborate(name, arguments)
        self.diagnostics.extend(elaboration.diagnostics)
        self.diagnostics.extend(self.forms.add(elaboration))
        self.deployed.extend(self.forms.second(elaboration))
        return _configuration(name, elaboration)

    def _elaborate(self, name: str, arguments: Mapping[str, Thing]) -> Elaboration:
        definition = self.request.definition
        place = f"{definition.name}.{name}" if name else definition.name
        return self.elaborations.run(definition, arguments, place=place, sizes=self.request.sizes)

    def _probes(self, configuration: Configuration) -> Iterable[Probe]:
        """Yield a configuration again for every argument that can be changed by itself."""
        given = dict(self.request.configurations)[configuration.name]
        for name, value in configuration.arguments:
            changed = (self._elaborate(configuration.name, {**given, name: other}) for other in others(value))
            taken = (one for one in changed if not one.diagnostics and not self.forms.add(one))
            for elaboration in islice(taken, EACH):
                for one in _configuration(configuration.name, elaboration):
                    yield Probe(configuration, name, one)

    # -- checkpoints -----------------------------------------------------------------------------------

    def _checkpoint(self, configurations: list[Configuration]) -> Checkpoint | None:
        declared = checkpoint_of(self.scope, self.request.definition.name)
        if declared is None:
            return None
        self.scope.session.steps = 0
        graphs = (*(one.train for one in configurations), *self.deployed)
        tables = [table for graph in graphs if (table := self._table(declared, graph)) is not None]
        if not tables:
            return None
        renamings = dict.fromkeys(pair for table in tables for pair in _pairs(table))
        renamed = tuple(pair for pair in renamings if pair.ours != pair.theirs)
        kept = tuple(pair.ours for pair in renamings if pair.ours == pair.theirs)
        return Checkpoint(tables[0].name, tables[0].root, renamed, kept, tables[0].drops)

    def _table(self, declared: tree.Checkpoint, graph: Graph) -> KeyTable | None:
        table = key_table(self.scope, declared, [path for path, _ in weights(graph)])
        if isinstance(table, Diagnostic):
            self.diagnostics.append(table)
            return None
        line = next((r.via for r in table.renamings if r.via is not None), None)
        if line is not None:
            self.diagnostics.append(unsupported("`via`", line.span).diagnostic)
        return table


def _pairs(table: KeyTable) -> Iterable[KeyRenaming]:
    for renaming in table.renamings:
        for ours, theirs in zip(renaming.ours, renaming.theirs, strict=False):
            yield KeyRenaming(ours, theirs)


def _configuration(name: str, elaboration: Elaboration) -> Iterable[Configuration]:
    if elaboration.infer is None or elaboration.train is None:
        return ()
    return (Configuration(name, elaboration.infer.arguments, elaboration.infer, elaboration.train),)
