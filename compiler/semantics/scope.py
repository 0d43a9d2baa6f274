"""The names of one file: its declarations, what it uses of other files, the prelude and the built-ins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from archc.diagnostics.diagnostic import Diagnostic
from archc.graph.static import Initialiser, Symbol
from archc.semantics.builtins import BUILTINS, CONSTANTS, Builtin
from archc.semantics.definition import Definition
from archc.semantics.dtypes import NAMED
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import MISSING, CyclicDefinition, Environment, Missing
from archc.semantics.faults import Fault, fault
from archc.semantics.openings import OpenSpace, SpaceDefinition
from archc.semantics.session import Session
from archc.semantics.values import POISON, Function, ModeTest, Overloaded, Partial, Presence, Structure, Thing, Undrawn
from archc.shapes import Context
from archc.syntax import Entry, Source, Span, tree

UNITS: Mapping[str, int] = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
"""Units of memory, in bytes."""


class Roots(Environment):
    """The names that no file declares."""

    def __init__(self) -> None:
        super().__init__(None)
        constants: dict[str, Thing] = {"true": True, "false": False, "none": None}
        constants.update({**CONSTANTS, **UNITS})
        modes = {mode.value: ModeTest(mode) for mode in tree.Mode}
        constants.update({Presence.GIVEN.value: Presence.GIVEN, **{word.value: word for word in Undrawn}})
        self.values: dict[str, Thing] = {**BUILTINS, **NAMED, **modes, **constants}

    def find(self, name: str) -> Thing | Missing:
        return self.values.get(name, MISSING)

    def names(self) -> Iterable[str]:
        return self.values


CHAIN = 1000
"""Declarations that may need each other, one the next."""
EVERYTHING = "*"
"""Stands for all names of a file that could not be read."""


class Scope(Environment):
    """The declarations of one file in front of its parent's; `let`s are computed when first asked for.

    A `let` may use an outer name of its own: `let conv = conv(bias=false)` is the library's with another default.
    """

    is_file = True

    def __init__(self, file: tree.File, parent: Environment, session: Session | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self.session = session or Session(Context())
        self.declared: dict[str, tree.Let | Definition] = {}
        self.imported: dict[str, Thing] = {}
        self.symbols: set[str] = set(parent.symbols) if isinstance(parent, Scope) else {"same", "valid"}
        self._values: dict[str, Thing] = {}
        self._running: dict[str, None] = {}
        self._chain: Diagnostic | None = None
        self._failed: dict[str, Diagnostic] = {}
        for declaration in file.declarations:
            self._declare(declaration)

    @property
    def file(self) -> tree.File:
        """The tree of the file."""
        return self._file

    def gives(self, name: str) -> bool:
        """Say whether this file has a name, without computing its value."""
        return name in self.declared or name in self.imported or name in self.symbols

    def declaration(self, name: str) -> tree.Let | Definition | None:
        """Return what this file declares by a name."""
        return self.declared.get(name)

    def lose(self, names: Iterable[str]) -> None:
        """Take names for declared somewhere in what could not be read: what uses them fails without another word."""
        for name in names:
            if name not in self.declared:
                self.imported.setdefault(name, POISON)

    def _declare(self, declaration: tree.Declaration) -> None:
        match declaration:
            case tree.Let(targets=targets):
                for target in targets:
                    self._add(target, declaration)
            case tree.Block(name=name):
                self._add(name, Definition(declaration, self))
                self._symbols_of(declaration.parameters)
            case tree.TypeDeclaration(name=name):
                self.imported.setdefault(name, Structure.RECORD)
            case tree.Space(name=name):
                self.imported.setdefault(name, OpenSpace(SpaceDefinition(declaration, self)))
            case _:
                pass
        if isinstance(declaration, (tree.Let, tree.Space)):
            self._symbols_of(declaration.parameters or ())

    def _add(self, name: str, declared: tree.Let | Definition) -> None:
        """Declare a name; which of two declarations is meant is not guessed."""
        if name in self.declared:
            self.imported[name] = POISON
        self.declared.setdefault(name, declared)

    def _symbols_of(self, parameters: tuple[tree.Parameter | tree.RestParameter, ...]) -> None:
        for parameter in parameters:
            if isinstance(parameter, tree.Parameter) and parameter.kind is not None:
                self.symbols.update(parameter.kind.options)

    def find(self, name: str) -> Thing | Missing:
        if name in self._values:
            return self._values[name]
        if name in self.imported:
            return self.imported[name]
        declared = self.declared.get(name)
        if declared is None or name in self._running:
            return self._outer(name, running=declared is not None)
        if len(self._running) >= CHAIN:
            raise self._chained(declared)
        if name in self._failed:
            raise Fault(self._failed[name])
        self._running[name] = None
        try:
            self._values[name] = self._value(name, declared)
        except Fault as error:
            self._failed[name] = error.diagnostic
            raise
        finally:
            self._running.pop(name, None)
        return self._values[name]

    def _chained(self, declared: tree.Let | Definition) -> Fault:
        """Report the first chain of declarations that is too long; others are the same to a reader."""
        if self._chain is None:
            span = declared.span if isinstance(declared, tree.Let) else declared.block.name_span
            self._chain = fault("E207", f"values that need each other, more than {CHAIN} in a row", span).diagnostic
        return Fault(self._chain)

    def _outer(self, name: str, *, running: bool) -> Thing | Missing:
        found = self.parent.find(name) if self.parent else MISSING
        if not isinstance(found, Missing):
            if not running:
                self._values[name] = found
            return found
        if running:
            raise self._circle(name)
        return Symbol(name) if name in self.symbols else self.imported.get(EVERYTHING, MISSING)

    def _circle(self, name: str) -> CyclicDefinition:
        """Describe a circle from its first declaration on, wherever it is entered."""
        names = list(self._running)
        circle = names[names.index(name) :]
        first = min(circle, key=lambda one: list(self.declared).index(one))
        at = circle.index(first)
        declared = self.declared[first]
        span = declared.span.word(first) if isinstance(declared, tree.Let) else declared.block.name_span
        return CyclicDefinition(name, (*circle[at:], *circle[:at]), span)

    def _value(self, name: str, declared: tree.Let | Definition) -> Thing:
        if isinstance(declared, Definition):
            module = Partial(declared)
            outer = self.parent.find(name) if self.parent and declared.is_operator else MISSING
            if isinstance(outer, Builtin) or isinstance(outer, Initialiser):  # noqa: SIM101  (pyright narrows no union alias)
                return Overloaded(outer, module)
            return module
        if declared.parameters is not None:
            return Function(declared, self)
        from archc.semantics.binding import let_values

        values = let_values(Elaborator(self.session), declared, self)
        return values[declared.targets.index(name)]

    def definitions(self) -> Iterable[Definition]:
        """Yield the operators, blocks and architectures of this file."""
        return (d for d in self.declared.values() if isinstance(d, Definition))

    def names(self) -> Iterable[str]:
        yield from self.declared
        yield from self.imported
        yield from super().names()


class Library(Scope):
    """The scope of a library that is read declaration by declaration, each when its name is first looked up."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__(tree.File(Span(Source("library", ""), 0, 0), 1, ()), Roots())
        self._entries = entries
        self._unread = {name: entry for entry in entries for name in entry.names}
        self.symbols.update(word for entry in entries for word in entry.words)

    @property
    def file(self) -> tree.File:
        return replace(self._file, declarations=tuple(entry.declaration for entry in self._entries))

    def gives(self, name: str) -> bool:
        return name in self._unread or super().gives(name)

    def declaration(self, name: str) -> tree.Let | Definition | None:
        if name in self._unread:
            self._read(self._unread[name])
        return super().declaration(name)

    def find(self, name: str) -> Thing | Missing:
        if name in self._unread:
            self._read(self._unread[name])
        return super().find(name)

    def definitions(self) -> Iterable[Definition]:
        for entry in self._entries:
            if self._unread.keys() & entry.names:
                self._read(entry)
        return super().definitions()

    def names(self) -> Iterable[str]:
        yield from self._unread
        yield from super().names()

    def _read(self, entry: Entry) -> None:
        for name in entry.names:
            del self._unread[name]
        self._declare(entry.declaration)
