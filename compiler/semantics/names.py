"""Names, checked in all of a file at once: also where no variant ever goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from archc.diagnostics.diagnostic import Diagnostic, Label, Note
from archc.semantics.builtins import BUILTINS
from archc.semantics.calls import unknown_argument
from archc.semantics.definition import Definition
from archc.semantics.environment import Environment, Missing
from archc.semantics.kinds import no_option, options_of
from archc.semantics.scope import EVERYTHING, Scope
from archc.semantics.session import MOST_FINDINGS
from archc.semantics.suggest import advice, library_of, of_library, renaming
from archc.syntax import Span, tree

IMPLIED = frozenset({"self", "_", "macs", "operators", "params", "peak_memory", "prefix"})
"""Names that mean something without being declared."""
NO_SIZES = frozenset({"None", "True", "False"})
"""Names that nobody gives a free size."""


@lru_cache(maxsize=8)  # a scope is complete when its names are checked
def check_names(scope: Scope) -> tuple[Diagnostic, ...]:
    """Return the unknown and the doubly declared names of a file."""
    found = list(_duplicates(scope.file))
    for declaration in scope.file.declarations:
        checker = _Checker(scope)
        checker.declaration(declaration)
        found.extend(checker.found)
        if len(found) >= MOST_FINDINGS:
            break
    return tuple(found)


def _duplicates(file: tree.File) -> Iterator[Diagnostic]:
    yield from _twice((name, span) for declaration in file.declarations for name, span in _declared(declaration))
    for declaration in file.declarations:
        if isinstance(declaration, (tree.Block, tree.Space)):
            yield from _twice(_taken(declaration))
    tables = [d for d in file.declarations if isinstance(d, tree.Variants)]
    for target in dict.fromkeys(table.target for table in tables):
        rows = (row for table in tables if table.target == target for row in table.rows)
        yield from _twice((row.name, row.span.word(row.name)) for row in rows)


def _twice(names: Iterable[tuple[str, Span]]) -> Iterator[Diagnostic]:
    seen: dict[str, Span] = {}
    for name, span in names:
        if name in seen:
            label = Label(seen[name], "first declared here")
            help_ = Note("help", "give one of them another name")
            yield Diagnostic("N103", f"`{name}` is declared twice", span, labels=(label,), notes=(help_,))
        seen.setdefault(name, span)


def _declared(declaration: tree.Declaration) -> list[tuple[str, Span]]:
    match declaration:
        case tree.Let(targets=targets, span=span):
            return [(name, span.word(name)) for name in targets]
        case tree.Block(name=name, name_span=span):
            return [(name, span)]
        case tree.TypeDeclaration(name=name, span=span) | tree.Space(name=name, span=span):
            return [(name, span.word(name))]
        case _:
            return []


def _taken(block: tree.Block | tree.Space) -> list[tuple[str, Span]]:
    """Return the parameters and inputs of a declaration."""
    inputs = block.signature.inputs if block.signature else ()
    return [(one.name, one.span.word(one.name)) for one in (*block.parameters, *inputs)]


class _Checker:
    """Walks one declaration with the names that are visible anywhere in it.

    A name counts as visible from its declaration's whole block: that it is used before it is bound is found at
    elaboration, where the order is known.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.local: set[str] = set(IMPLIED)
        self.found: list[Diagnostic] = []

    def declaration(self, declaration: tree.Declaration) -> None:
        match declaration:
            case tree.Block() | tree.Space():
                self._collect(declaration)
                self._walk(declaration)
            case tree.Let(parameters=parameters):
                self._collect(parameters or ())
                self._collect(declaration.values)
                self._walk(parameters or ())
                self._walk(declaration.values)
            case tree.Variants():
                self._variants(declaration)
            case tree.Checkpoint(target=target, span=span):
                self._target(target, span)
            case _:
                pass

    def _variants(self, table: tree.Variants) -> None:
        self._target(table.target, table.span)
        for row in table.rows:
            for argument in row.arguments:
                if isinstance(argument, tree.Argument):
                    self._collect(argument.value)
                    self._walk(argument.value)

    def _target(self, target: str, span: Span) -> None:
        known = [d.name for d in self.scope.file.declarations if isinstance(d, (tree.Block, tree.Space))]
        if target not in known and target not in self.scope.imported:
            word = span.word(target)
            self.found.append(
                Diagnostic(
                    "N101",
                    f"there is no architecture `{target}` in this file",
                    word,
                    fixes=renaming(word, target, known),
                )
            )

    # -- what is bound --------------------------------------------------------------------------------

    def _collect(self, node: object) -> None:
        if isinstance(node, tuple):
            for one in node:
                self._collect(one)
            return
        if not isinstance(node, tree.Node):
            return
        self.local.update(_bound(node))
        for field in node.__match_args__:
            if not field.endswith("span"):
                self._collect(getattr(node, field))

    # -- what is used ---------------------------------------------------------------------------------

    def _walk(self, node: object) -> None:
        match node:
            case tuple():
                for one in node:
                    self._walk(one)
            case tree.Name():
                self._name(node)
            case tree.Labelled(module=module):
                self._walk_label(node.label)
                self._walk(module)
            case tree.Declare():
                self._walk_label(node.label)
                self._walk((node.module, node.clauses))
            case tree.Call():
                self._call(node)
            case tree.Attribute() if (root := library_of(node)) is not None and not self._knows(root):
                self.found.append(of_library(node, {*self.local, *self.scope.names()}))
            case tree.Shape(dims=dims):
                self._shape(dims)
            case tree.Node():
                for field in node.__match_args__:
                    if not field.endswith("span"):
                        self._walk(getattr(node, field))
            case _:
                pass

    def _walk_label(self, label: tree.Expression) -> None:
        """The words of a label are no names; what its brackets hold is."""
        match label:
            case tree.Index(base=base, subscripts=subscripts):
                self._walk_label(base)
                self._walk(subscripts)
            case tree.Attribute(base=base):
                self._walk_label(base)
            case _:
                pass

    def _call(self, node: tree.Call) -> None:
        self._walk(node.callee)
        definition = self._definition(node.callee)
        for argument in node.arguments:
            if isinstance(argument, tree.Argument) and not (definition and self._argument(definition, argument)):
                self._walk(argument.value)

    def _argument(self, definition: Definition, argument: tree.Argument) -> bool:
        """Look at one argument of a definition; return whether its value is a word that only the parameter knows."""
        name, value = argument.name or "", argument.value
        if name and not definition.takes(name):
            self.found.append(unknown_argument(definition, name, argument).diagnostic)
        if name not in definition.parameter_names or not isinstance(value, tree.Name):
            return False
        options = options_of(definition.parameter(name).kind)
        if options and not self._knows(value.text):
            self.found.append(no_option(name, options, value.text, value.span))
        return bool(options)

    def _definition(self, callee: tree.Expression) -> Definition | None:
        """Return what a call names, as far as that is known without computing anything."""
        scope: Environment | None = self.scope
        if not isinstance(callee, tree.Name) or callee.text in self.local or callee.text in BUILTINS:
            return None
        while isinstance(scope, Scope) and scope.declaration(callee.text) is None:
            scope = scope.parent
        found = scope.declaration(callee.text) if isinstance(scope, Scope) else None
        return found if isinstance(found, Definition) else None

    def _knows(self, name: str) -> bool:
        return name in self.local or name.endswith("'") or not isinstance(_find(self.scope, name), Missing)

    def _shape(self, dims: tuple[tree.Expression | tree.Dots, ...]) -> None:
        for dim in dims:
            if isinstance(dim, tree.Name) and dim.text in NO_SIZES:
                help_ = (Note("help", "a free size has a name of its own: `B`"),)
                self.found.append(Diagnostic("N101", f"`{dim.text}` is no size", dim.span, notes=help_))
            else:
                self._walk(dim)

    def _name(self, node: tree.Name) -> None:
        if self._knows(node.text) or len(self.found) >= MOST_FINDINGS:
            return
        self.found.append(
            Diagnostic(
                "N101",
                f"unknown name `{node.text}`",
                node.span,
                "nothing visible here has this name",
                notes=advice(node.text),
                fixes=renaming(node.span, node.text, {*self.local, *self.scope.names()}),
            )
        )


def _find(scope: Environment, name: str) -> object:
    """Say whether a file sees a name, without computing its value."""
    if isinstance(scope, Scope) and EVERYTHING in scope.imported:
        return True
    while isinstance(scope, Scope):
        if scope.gives(name):
            return True
        assert scope.parent is not None
        scope = scope.parent
    return scope.find(name)


def _bound(node: tree.Node) -> Iterable[str]:
    """Return the names that a node binds for the text around or inside it."""
    match node:
        case tree.Input(name=name, clause=tree.Clause(iterable=tree.Binary(right=tree.Name(text=count)))):
            return (name, count)
        case tree.Parameter(name=name) | tree.RestParameter(name=name) | tree.Input(name=name) | tree.Stored(name=name):
            return (name,)
        case tree.Kind(length=tree.Name(text=name)):
            return (name,)
        case tree.Kind(options=options):
            return options
        case tree.Output(name=str() as name):
            return (name,)
        case tree.Clause(names=names) | tree.For(names=names):
            return names
        case tree.Let(targets=targets) | tree.Assign(targets=targets):
            return targets
        case tree.Fold(targets=targets, names=names):
            return (*targets, *names)
        case tree.Labelled(label=label) | tree.Declare(label=label):
            return _label_root(label)
        case tree.Entry(name=name):
            return (name,)
        case tree.Shape(dims=dims):
            return [name for dim in dims for name in _dim_names(dim)]
        case _:
            return ()


def _label_root(label: tree.Expression) -> tuple[str, ...]:
    match label:
        case tree.Name(text=name):
            return (name,)
        case tree.Index(base=base) | tree.Attribute(base=base):
            return _label_root(base)
        case _:
            return ()


def _dim_names(dim: tree.Expression | tree.Dots) -> Iterable[str]:
    match dim:
        case tree.Name(text=name) if name in NO_SIZES:
            return ()
        case tree.Name(text=name):
            return (name,)
        case tree.Dots(value=tree.Name(text=name)):
            return (name,)
        case tree.Index(base=tree.Name(text=name)):
            return (name,)
        case tree.Binary(left=left, right=right):
            return (*_dim_names(left), *_dim_names(right))
        case _:
            return ()
