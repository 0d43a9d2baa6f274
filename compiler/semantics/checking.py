"""Everything that is wrong with a file, found in one go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archc.diagnostics.diagnostic import Diagnostic, Severity
from archc.semantics.checkpoint_check import check_checkpoints
from archc.semantics.definition import Definition
from archc.semantics.failures import FAILURES, finding_of
from archc.semantics.faults import help_note
from archc.semantics.findings import Findings
from archc.semantics.forms import Forms
from archc.semantics.instances import shared
from archc.semantics.names import check_names
from archc.semantics.program import Elaboration, Elaborations
from archc.semantics.recursion import deep_recursion
from archc.semantics.scope import Scope
from archc.semantics.session import MOST_FINDINGS
from archc.semantics.standalone import by_itself
from archc.semantics.variants import Variant, variants_of
from archc.syntax import tree

UNDRAWN = "E216"
"""An open decision of a space: nothing is wrong with it until it is compiled."""
GIVEN_UP = "E208"
"""More work than a file may ask for."""


def check_scope(scope: Scope, elaborations: Elaborations, forms: Forms) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the declarations of a file: names, `let`s, every variant of every architecture, and
    every block that none of them reaches."""
    elaborations.spent = 0
    checking = _Checking(scope, elaborations, forms)
    found = unique((one for one in checking.run() if one.code != UNDRAWN), MOST_FINDINGS)
    if checking.skipped is None or any(one.code == GIVEN_UP for one in found):
        return found
    return (*found, _unchecked(checking.skipped, Severity.WARNING if found else Severity.ERROR))


def unique(found: Iterable[Diagnostic], most: int | None = None) -> tuple[Diagnostic, ...]:
    """Return one finding for each code and place, `most` at most: loops and variants share their mistakes."""
    seen: dict[tuple[str, str, int, int], Diagnostic] = {}
    for one in found:
        if len(seen) == most:
            break
        seen.setdefault((one.code, one.span.source.name, one.span.start, one.span.end), one)
    return tuple(seen.values())


class _Checking:
    """Goes through a file. What one finding explains is not looked for again: it left poison behind."""

    def __init__(self, scope: Scope, elaborations: Elaborations, forms: Forms) -> None:
        self.scope = scope
        self.elaborations = elaborations
        self.forms = forms
        self.skipped: Definition | None = None

    def run(self) -> Iterator[Diagnostic]:
        yield from check_names(self.scope)
        yield from self._lets()
        self.scope.session.steps = 0
        architectures = [d for d in self.scope.definitions() if d.block.kind is tree.BlockKind.ARCH]
        for definition in architectures:
            yield from self._architecture(definition)
        reached = self.elaborations.reached()
        for definition in self.scope.definitions():
            found = self._by_itself(definition) if definition not in reached else None
            yield from found.diagnostics if found else ()

    def _lets(self) -> Iterator[Diagnostic]:
        """Compute every value of the file, so that one that nothing uses is looked at, too."""
        for declaration in self.scope.file.declarations:
            if isinstance(declaration, tree.Let) and declaration.parameters is None:
                yield from self._let(declaration)

    def _let(self, declaration: tree.Let) -> Iterator[Diagnostic]:
        try:
            with deep_recursion():
                self.scope.find(declaration.targets[0])
        except FAILURES as failure:
            finding = finding_of(failure, declaration.span)
            if finding is not None:
                yield finding

    # -- architectures -----------------------------------------------------------------------------------

    def _architecture(self, definition: Definition) -> Iterator[Diagnostic]:
        variants = variants_of(self.scope, definition)
        if not variants:
            alone = self._by_itself(definition)
            yield from (*alone.diagnostics, *self.forms.add(alone)) if alone else ()
            yield from check_checkpoints(self.scope, definition, (alone,) if alone else ())
            return
        findings = Findings()
        found: list[tuple[str, Diagnostic]] = []
        whole: list[Elaboration] = []
        for variant in variants:
            told = variant.diagnostics
            elaboration = self._variant(definition, variant, findings)
            if elaboration is not None:
                told = (*told, *elaboration.diagnostics, *self.forms.add(elaboration))
                whole.append(elaboration)
            found.extend((f"{definition.name}.{variant.name}", one) for one in told)
        yield from shared((variant, findings.latest(one)) for variant, one in found)
        yield from check_checkpoints(self.scope, definition, whole)

    def _by_itself(self, definition: Definition) -> Elaboration | None:
        return None if self._is_spent(definition) else by_itself(self.elaborations, definition)

    def _is_spent(self, definition: Definition) -> bool:
        """Say whether a definition cannot be looked at because all the work is done that a file may take."""
        if self.elaborations.is_spent and not definition.is_operator:
            self.skipped = self.skipped or definition
        return self.elaborations.is_spent

    def _variant(self, definition: Definition, variant: Variant, findings: Findings) -> Elaboration | None:
        spent = self.elaborations.spent
        if variant.arguments is None or self._is_spent(definition):
            return None
        place = f"{definition.name}.{variant.name}"
        return self.elaborations.run(
            definition, variant.arguments, place=place, scene=variant.scene, findings=findings, spent=spent
        )


def _unchecked(definition: Definition, severity: Severity) -> Diagnostic:
    message = f"`{definition.name}` is not checked: what stands before it takes all the work that a file may take"
    span = definition.block.name_span
    return Diagnostic(GIVEN_UP, message, span, notes=help_note("mend that first"), severity=severity)
