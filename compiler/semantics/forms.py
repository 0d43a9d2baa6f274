"""Blocks with a training and an inference form: both elaborated, and the merge from one to the other."""

from __future__ import annotations

from dataclasses import replace

from archc.diagnostics.diagnostic import Diagnostic
from archc.graph.ir import Graph
from archc.graph.program import FormMerge
from archc.graph.walk import bodies
from archc.semantics.program import Elaboration, Elaborations
from archc.syntax import Span
from archc.syntax.tree import Mode


class Forms:
    """Merges the forms of every architecture that is added, each block once."""

    def __init__(self, elaborations: Elaborations) -> None:
        self.elaborations = elaborations
        self.merges: dict[Graph, FormMerge] = {}
        self._apart: dict[Span, Diagnostic] = {}

    def add(self, elaboration: Elaboration) -> tuple[Diagnostic, ...]:
        """Merge the forms in an architecture; returns what is wrong, nothing where it has no forms."""
        trained = elaboration.infer
        if trained is None or not any(_has_forms(body) for body in bodies(trained)):
            return ()
        deployed = self.deployed(elaboration)
        if deployed.infer is None:
            return deployed.diagnostics
        return self._merge(trained, deployed.infer, elaboration)

    def deployed(self, elaboration: Elaboration) -> Elaboration:
        """Return an architecture in its inference form."""
        return self.elaborations.again(replace(elaboration.rooted, form=Mode.INFER))

    def _merge(self, trained: Graph, deployed: Graph, elaboration: Elaboration) -> tuple[Diagnostic, ...]:
        from archc.merging import MergeFailure, form_pairs, merge, terms_of

        found: list[Diagnostic] = []
        for pair in form_pairs(trained, deployed):
            if pair.trained in self.merges:
                continue
            if pair.span in self._apart:  # at other widths they would not meet either
                found.append(self._apart[pair.span])
                continue
            made = merge(terms_of(pair.trained), pair.outputs, elaboration.context, pair.span)
            if isinstance(made, MergeFailure):
                self._apart[pair.span] = made.diagnostic
                found.append(made.diagnostic)
            else:
                self.merges[pair.trained] = FormMerge(pair.trained, pair.deployed, made.targets, made.weights)
        return tuple(found)


def _has_forms(graph: Graph) -> bool:
    from archc.merging import has_forms

    return has_forms(graph)
