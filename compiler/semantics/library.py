"""Files to scopes: the standard library, an architecture's file, and the files that it uses."""

from __future__ import annotations

import re
from dataclasses import field
from functools import cache
from pathlib import Path

from archc.diagnostics.diagnostic import Diagnostic, Note, Severity
from archc.grammar import library_texts
from archc.records import record
from archc.semantics.environment import Environment, Missing
from archc.semantics.scope import EVERYTHING, Library, Scope
from archc.semantics.suggest import renaming
from archc.syntax import Parsed, Source, Span, catalogue, parse, read_source, tree

MAX_FILES = 200
"""Files that one file may use, directly and indirectly."""


@cache
def prelude() -> Scope:
    """Return the scope of the standard library, all its files as one."""
    texts = library_texts().items()
    scope = Library(catalogue([Source(f"std/{name}", text, library=True) for name, text in texts]))
    scope.session.prelude = scope
    return scope


@record
class Loaded:
    """A file with its scope; `scope` is None where the text could not be read. `files` are all that took part."""

    parsed: Parsed | None
    scope: Scope | None
    diagnostics: tuple[Diagnostic, ...]
    sources: tuple[Source, ...] = field(default=())


def load_file(path: Path) -> Loaded:
    """Return the scope of an `.arch` file and of what it uses."""
    source = read_source(path)
    if isinstance(source, Diagnostic):
        return Loaded(None, None, (source,))
    return load_source(source, path.parent)


def load_source(source: Source, folder: Path | None = None) -> Loaded:
    """Return the scope of a text; `use` looks in `folder`, and nowhere but the library without one."""
    loader = _Loader(folder.resolve() if folder else None)
    parsed = parse(source)
    if parsed.file is None:
        return Loaded(parsed, None, parsed.diagnostics, (source,))
    scope = loader.scope_of(parsed, (source.name,))
    return Loaded(parsed, scope, (*parsed.diagnostics, *loader.diagnostics), (source, *loader.sources))


_DECLARED = re.compile(r"^(?:op|block|arch|space|type|let)[ \t]+(\w+(?:[ \t]*,[ \t]*\w+)*)", re.MULTILINE)


def _declared_in(text: str) -> tuple[str, ...]:
    """Return the names that a text seems to declare, be it readable or not."""
    return tuple(name for found in _DECLARED.findall(text) for name in re.split(r"\s*,\s*", found))


def _is_file(path: Path) -> bool:
    """Say whether there is such a file; a name that is too long for the system is that of none."""
    try:
        return path.is_file()
    except OSError:
        return False


class _Loader:
    """Follows `use` declarations."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.diagnostics: list[Diagnostic] = []
        self.sources: list[Source] = []
        self._scopes: dict[Path, Scope | None] = {}

    def scope_of(self, parsed: Parsed, chain: tuple[str, ...]) -> Scope:
        assert parsed.file is not None
        scope = Scope(parsed.file, prelude())
        scope.session.prelude = prelude()
        if parsed.diagnostics:
            scope.lose(_declared_in(parsed.source.text))
        for declaration in parsed.file.declarations:
            if isinstance(declaration, tree.Use):
                self._use(declaration, scope, chain)
        return scope

    def _use(self, use: tree.Use, scope: Scope, chain: tuple[str, ...]) -> None:
        if use.path[0] == "std":
            return
        path = self._path(use)
        if path is None:
            scope.lose(use.names or (EVERYTHING,))
            return
        if str(path) in chain:
            names = " -> ".join(Path(name).name for name in (*chain[chain.index(str(path)) :], str(path)))
            self._report("N107", f"`use` goes round in a circle: {names}", use, "move what both need into a third file")
            scope.lose(use.names or (EVERYTHING,))
            return
        other = self._scope(path, use, chain)
        if other is None:
            scope.lose(use.names or (EVERYTHING,))
        else:
            self._import(use, scope, other)

    def _path(self, use: tree.Use) -> Path | None:
        """Return the used file, which lies below the folder of the file that was named."""
        if self.folder is None:
            self._report("N108", "a text without a file can use the library only", use, "save it as a file")
            return None
        path = self.folder.joinpath(*use.path).with_suffix(".arch")
        if _is_file(path) and path.resolve().is_relative_to(self.folder):
            return path.resolve()
        self._report(
            "N108",
            f"there is no file `{'/'.join(use.path)}.arch` in the folder of this one",
            use,
            "`use` reads files below the folder of the architecture's own file",
        )
        return None

    def _scope(self, path: Path, use: tree.Use, chain: tuple[str, ...]) -> Scope | None:
        if path in self._scopes:
            return self._scopes[path]
        if len(self._scopes) >= MAX_FILES:
            self._report("E208", f"more than {MAX_FILES} files are used", use, "use fewer")
            return None
        self._scopes[path] = None
        source = read_source(path)
        if isinstance(source, Diagnostic):
            self.diagnostics.append(source)
            return None
        self.sources.append(source)
        parsed = parse(source)
        self.diagnostics.extend(parsed.diagnostics)
        if parsed.file is not None:
            self._scopes[path] = self.scope_of(parsed, (*chain, str(path)))
        return self._scopes[path]

    def _import(self, use: tree.Use, scope: Scope, other: Environment) -> None:
        assert isinstance(other, Scope)
        for name in use.names or tuple(other.declared):
            found = other.find(name) if name in other.declared or name in other.imported else Missing.MISSING
            if isinstance(found, Missing):
                span = _name_span(use, name)
                fixes = renaming(span, name, other.declared)
                message = f"`{'.'.join(use.path)}` has no `{name}`"
                self.diagnostics.append(Diagnostic("N101", message, span, fixes=fixes))
                scope.lose((name,))
            else:
                scope.imported[name] = found

    def _report(self, code: str, message: str, use: tree.Use, help: str) -> None:
        self.diagnostics.append(
            Diagnostic(code, message, use.span, notes=(Note("help", help),), severity=Severity.ERROR)
        )


def _name_span(use: tree.Use, name: str) -> Span:
    at = use.span.text.rfind(name)
    return Span(use.span.source, use.span.start + at, use.span.start + at + len(name)) if at >= 0 else use.span
