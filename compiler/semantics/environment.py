"""Where names are looked up: a chain from the innermost bindings to the file, the prelude and the built-ins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from archc.diagnostics.diagnostic import Diagnostic
from archc.records import Word
from archc.semantics.values import Thing
from archc.syntax.source import Span


class Missing(Word):
    """The answer of a look-up that found nothing."""

    MISSING = "missing"


MISSING = Missing.MISSING


class Environment:
    """Names that have values, in front of a parent's names."""

    def __init__(self, parent: Environment | None) -> None:
        self.parent = parent

    def find(self, name: str) -> Thing | Missing:
        """Return the value of a name, MISSING if no environment of the chain has it."""
        return self.parent.find(name) if self.parent else MISSING

    is_file = False
    """Whether these are the declarations of a file."""

    def own(self, name: str) -> Thing | Missing:
        """Return the value of a name that this environment itself gives, MISSING for others."""
        return MISSING

    def find_module(self, name: str) -> Thing | Missing:
        """Return the value of a name where a definition is meant rather than a label of the same name."""
        return self.find(name)

    def names(self) -> Iterable[str]:
        """Yield every visible name, for suggestions."""
        if self.parent:
            yield from self.parent.names()


class Bindings(Environment):
    """Names with values that may be bound again, as loops and statements do."""

    def __init__(self, parent: Environment | None, values: Mapping[str, Thing] | None = None) -> None:
        super().__init__(parent)
        self.values: dict[str, Thing] = dict(values or {})

    def own(self, name: str) -> Thing | Missing:
        return self.values.get(name, MISSING)

    def find(self, name: str) -> Thing | Missing:
        if name in self.values:
            return self.values[name]
        return self.parent.find(name) if self.parent else MISSING

    def find_module(self, name: str) -> Thing | Missing:
        if name in self.values:
            return self.values[name]
        return self.parent.find_module(name) if self.parent else MISSING

    def names(self) -> Iterable[str]:
        yield from self.values
        yield from super().names()


class CyclicDefinition(Exception):
    """A name whose value needs itself, the `chain` of names on the way back to it, and where that begins."""

    def __init__(self, name: str, chain: tuple[str, ...] = (), start: Span | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.chain = chain or (name,)
        self.start = start

    def diagnostic(self, span: Span) -> Diagnostic:
        """Return what is wrong, at the start of the circle where that is known, else where it was found."""
        shown = " -> ".join(f"`{one}`" for one in (*self.chain, self.chain[0]))
        message = f"the value of `{self.chain[0]}` needs itself" + (f": {shown}" if len(self.chain) > 1 else "")
        return Diagnostic("E215", message, self.start or span)


class Deferred(Environment):
    """Names that are computed when first asked for, in whatever order they need each other."""

    def __init__(self, parent: Environment | None) -> None:
        super().__init__(parent)
        self.values: dict[str, Thing] = {}
        self.pending: dict[str, Callable[[], Thing]] = {}
        self._running: set[str] = set()

    def own(self, name: str) -> Thing | Missing:
        return self.find(name) if name in self.values or name in self.pending else MISSING

    def find(self, name: str) -> Thing | Missing:
        values = self.values
        if name in values:
            return values[name]
        if name in self.pending:
            return self._compute(name)
        return self.parent.find(name) if self.parent else MISSING

    def _compute(self, name: str) -> Thing:
        if name in self._running:
            raise CyclicDefinition(name)
        self._running.add(name)
        try:
            self.values[name] = self.pending[name]()
        finally:
            self._running.discard(name)
        return self.values[name]

    def names(self) -> Iterable[str]:
        yield from self.values
        yield from self.pending
        yield from super().names()
