"""Factories: one function a variant, which makes the architecture's class with that variant's arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archc.backends.torch.catalogue import Catalogue
from archc.backends.torch.code import Assign, Code, Dictionary, Lambda, Listing, Literal, Name, call
from archc.backends.torch.instance import Instance
from archc.backends.torch.names import unique
from archc.backends.torch.overrides import Overrides
from archc.backends.torch.programs import factory_name
from archc.backends.torch.prose import documentation, render
from archc.backends.torch.settings import Settings
from archc.backends.torch.signature import Parameter
from archc.backends.torch.text import INDENT, flat, lines, spread
from archc.graph.program import Configuration, Program

ALLOWED = "allowed"
"""The helper that refuses overrides which are not offered."""
LONG = 60
"""Columns from which on a value that several factories share has a name."""


def factory_names(programs: Sequence[Program]) -> dict[Configuration, str]:
    """Return the name of every variant's factory."""
    found: dict[Configuration, str] = {}
    for program in programs:
        for variant in program.configurations:
            found[variant] = unique(factory_name(program, variant), found.values())
    return found


class Factories:
    """Writes the factories of programs. `roots` are the instances of their variants, `names` the factories' names."""

    def __init__(
        self,
        overrides: Sequence[Overrides],
        catalogue: Catalogue,
        roots: Mapping[Configuration, Instance],
        names: Mapping[Configuration, str],
    ) -> None:
        self.overrides = overrides
        self.catalogue = catalogue
        self.roots = roots
        self.names = names
        self.settings = Settings(catalogue)
        self.shared = self._shared()

    def every(self) -> Iterator[str]:
        """Yield the definitions of values that several factories share, then the factories."""
        yield from ("\n".join(lines([Assign((Name(name),), value)])) for value, name in self.shared.items())
        for one in self.overrides:
            for variant in one.program.configurations:
                yield self._factory(one.program, variant, one.offered(variant))

    def _factory(self, program: Program, variant: Configuration, offered: Sequence[Parameter]) -> str:
        """Return the function that makes a variant; its caller may change the parameters that are offered."""
        title = f"{program.name}, {variant.name}" if variant.name else program.name
        made = self.catalogue.class_of(self.roots[variant])
        forms = bool(program.merges)
        text, given = self._given(variant, offered)
        return render(
            "factory.py.jinja",
            name=self.names[variant],
            made=made.name,
            returned="nn.Module" if made.merge else made.name,
            forms=forms,
            doc=documentation(f"{title}; `deployed` gives its inference form." if forms else f"{title}.", INDENT),
            settings="\n".join(text),
            given=given,
        )

    def _given(self, variant: Configuration, offered: Sequence[Parameter]) -> tuple[list[str], str]:
        """Return the lines that put together what the class is given, and the expression that holds it then."""
        root = self.roots[variant]
        made = self.catalogue.class_of(root)
        values = {p.name: p.values[made.instances[root]] for p in offered}
        lengths = {name: len(value) for name, value in values.items() if isinstance(value, tuple)}
        table = self._table(variant)
        text = spread(table, INDENT, "settings: dict[str, Any] = ", "") if table.keys else []
        if len(offered) == len(made.parameters) == len(variant.arguments) and not lengths:
            return text, "settings | overrides" if text else "overrides"
        names = [Literal(name) for name in values if name not in lengths]
        checked = call(ALLOWED, Name("overrides"), *names, **lengths)
        return [*text, *spread(checked, INDENT, "settings |= " if text else "settings = ", "")], "settings"

    def _table(self, variant: Configuration) -> Dictionary:
        """Return what a variant gives to its class beside the defaults."""
        given = {p.name: value for p, value in self.settings.of(self.roots[variant]) if value != p.default}
        values = (Name(self.shared[value]) if value in self.shared else value for value in given.values())
        return Dictionary(tuple(map(Literal, given)), tuple(values))

    def _shared(self) -> dict[Code, str]:
        """Return names for the long values that several factories share."""
        uses: dict[Code, list[str]] = {}
        for variant in self.names:
            for parameter, value in self.settings.of(self.roots[variant]):
                uses.setdefault(value, []).append(parameter.name)
        found: dict[Code, str] = {}
        for value, names in uses.items():
            if len(names) > 1 and len(flat(value)) > LONG and is_sharable(value):
                found[value] = unique(names[0].upper(), {*self.catalogue.taken, *found.values()})
        return found


def is_sharable(value: Code) -> bool:
    """Say whether a value can be given to several models: it holds no module, only functions that make some."""
    if isinstance(value, Listing):
        return all(map(is_sharable, value.items))
    return isinstance(value, Lambda | Literal)
