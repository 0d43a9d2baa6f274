"""Which parameters a factory lets its caller change: those of which probes prove that nothing else depends on them.

A class follows some of the author's parameters by expressions in its constructor. What it is given ready-made (a list
of modules, a width that no simple expression gives) it cannot follow: such a network has to be compiled anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from archc.backends.torch.catalogue import Catalogue
from archc.backends.torch.classes import Class
from archc.backends.torch.code import Call, Code, Literal, Name, Node, rebuild, walk
from archc.backends.torch.instance import Instance
from archc.backends.torch.settings import Settings
from archc.backends.torch.signature import Parameter
from archc.graph.program import Configuration, Probe, Program

Given = Mapping[str, Code]


class Overrides:
    """Compares what the class of a program is given for its variants and for its probes.

    `roots` are the instances of both.
    """

    def __init__(self, program: Program, catalogue: Catalogue, roots: Mapping[Configuration, Instance]) -> None:
        self.program = program
        self.catalogue = catalogue
        self.roots = roots
        self.settings = Settings(catalogue)
        self.given: dict[Configuration, Given] = {}

    def offered(self, variant: Configuration) -> tuple[Parameter, ...]:
        """Return the parameters that a variant's factory lets its caller change; lists must keep their lengths.

        A variant without probes of its own has what all variants with probes have in common, where its modules are of
        one form with the modules of one of them.
        """
        kind = self._class(variant)
        if variant in self.proven:
            found = self.proven[variant]
        else:
            alike = [one for one in self.proven if self._class(one) is kind]
            known = any(self._form(one) == self._form(variant) for one in alike)
            found = frozenset.intersection(*(self.proven[one] for one in alike)) if known else frozenset()
        return tuple(p for p in kind.parameters if p.known in found)

    def ill_suited(self) -> Iterator[Probe]:
        """Yield the probes for which the class is given other kinds of modules ready-made.

        For the sake of such a probe a class may have to be given what it could make by itself without.
        """
        for (variant, argument), probes in self.probes.items():
            own = self._given(variant)
            modules = {p.known for p in self._class(variant).parameters if p.modules and p.known != argument}
            others = [p.configuration for p in probes if self._class(p.configuration) is self._class(variant)]
            if any(_kinds(own[name]) != _kinds(self._given(other)[name]) for other in others for name in modules):
                yield from probes

    @cached_property
    def probes(self) -> dict[tuple[Configuration, str], list[Probe]]:
        """The probes of each argument of each variant, as far as the catalogue has them."""
        found: dict[tuple[Configuration, str], list[Probe]] = {}
        for probe in self.program.probes:
            if probe.configuration in self.roots:
                found.setdefault((probe.original, probe.argument), []).append(probe)
        return found

    @cached_property
    def proven(self) -> dict[Configuration, frozenset[str]]:
        """What can be changed in the variants that have probes."""
        found: dict[Configuration, set[str]] = {probe.original: set() for probe in self.program.probes}
        for (variant, argument), probes in self.probes.items():
            if all(self._is_followed(probe) for probe in probes):
                found[variant].add(argument)
        return {variant: frozenset(names) for variant, names in found.items()}

    def _is_followed(self, probe: Probe) -> bool:
        if self._class(probe.original) is not self._class(probe.configuration):
            return False
        own, other = self._given(probe.original), self._given(probe.configuration)
        return probe.argument in own and all(own[name] == other[name] for name in own if name != probe.argument)

    def _class(self, variant: Configuration) -> Class:
        return self.catalogue.class_of(self.roots[variant])

    def _given(self, variant: Configuration) -> Given:
        if variant not in self.given:
            self.given[variant] = {p.known: value for p, value in self.settings.of(self.roots[variant])}
        return self.given[variant]

    def _form(self, variant: Configuration) -> list[Code]:
        """Return what a variant gives to its class, all numbers alike but for those of the author's parameters."""
        parameters = dict(variant.arguments)
        return [_numberless(value) for name, value in self._given(variant).items() if name not in parameters]


def _kinds(code: Code) -> frozenset[Code]:
    """Return the classes whose modules code makes."""
    return frozenset(p.function for p in walk(code) if isinstance(p, Call) and p.function != Name("range"))


def _numberless(code: Code) -> Code:
    def rule(piece: Node) -> Node:
        return (
            Literal(0) if isinstance(piece, Literal) and isinstance(piece.value, int | float) else rebuild(piece, rule)
        )

    return rule(code)  # type: ignore[return-value]
