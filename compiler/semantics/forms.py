"""Blocks with a training and an inference form: both elaborated, and the merge from one to the other."""

from __future__ import annotations

from dataclasses import replace

from archc.diagnostics.diagnostic import Diagnostic, Note
from archc.graph.ir import Call, Graph, Leaf, WeightRef
from archc.graph.program import FormMerge
from archc.graph.walk import bodies, weights
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
        if trained is None or not has_two_forms(trained):
            return ()
        deployed = self.deployed(elaboration)
        if deployed.infer is None:
            return deployed.diagnostics
        return self._merge(trained, deployed.infer, elaboration)

    def second(self, elaboration: Elaboration) -> tuple[Graph, ...]:
        """Return the graph of an architecture in its inference form, nothing where it has but one form."""
        if elaboration.infer is None or not has_two_forms(elaboration.infer):
            return ()
        deployed = self.deployed(elaboration).infer
        return (deployed,) if deployed is not None else ()

    def deployed(self, elaboration: Elaboration) -> Elaboration:
        """Return an architecture in its inference form."""
        return self.elaborations.again(replace(elaboration.rooted, form=Mode.INFER))

    def _merge(self, trained: Graph, deployed: Graph, elaboration: Elaboration) -> tuple[Diagnostic, ...]:
        from archc.merging import MergeFailure, form_pairs, homeless, merge, terms_of

        found = [_homeless(call) for call in homeless(trained)]
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
                continue
            merged = _completed(
                FormMerge(pair.trained, pair.deployed, made.targets, made.weights, pair.site), pair.span
            )
            if isinstance(merged, Diagnostic):
                found.append(merged)
            else:
                self.merges[pair.trained] = merged
        return tuple(found)


def has_two_forms(graph: Graph) -> bool:
    """Say whether a block with two forms is anywhere in a graph."""
    from archc.merging import has_forms

    return any(map(has_forms, bodies(graph)))


def _homeless(call: Call) -> Diagnostic:
    message = f"`{call.graph.name}` has two forms and lies at the path of the block around it"
    help_ = Note("help", "give it a label of its own, so that one form can take the place of the other")
    return Diagnostic("E222", message, call.site.span, notes=(help_,))


def _completed(merge: FormMerge, span: Span) -> FormMerge | Diagnostic:
    """Return a merge with the weights that the inference form has and does not use: those of the training form."""
    if isinstance(merge.deployed, Leaf):
        return merge
    trained = {path: weight.type for path, weight in weights(merge.trained)}
    targets, outputs = list(merge.targets), list(merge.weights.outputs)
    for path, weight in weights(merge.deployed):
        if path not in merge.targets and trained.get(path) != weight.type:
            message = (
                f"the inference form has a weight `{path}` that it does not use, and the training form has none such"
            )
            return Diagnostic("E218", message, span, notes=(Note("help", "leave it out"),))
        if path not in merge.targets:
            targets.append(path)
            outputs.append(WeightRef(path, weight.type))
    graph = replace(merge.weights, outputs=tuple(outputs), output_names=(None,) * len(outputs))
    return replace(merge, targets=tuple(targets), weights=graph)
