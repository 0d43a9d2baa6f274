"""Tokens and nodes to bigger nodes: one method for every rule of the grammar.

A method is named after its rule and takes the rule's span and its children, None for what is absent.
"""

from __future__ import annotations

import math
from typing import TypeVar

from archc.diagnostics.diagnostic import Diagnostic, Note
from archc.syntax import tree
from archc.syntax.lexer import Token
from archc.syntax.operations import Operation
from archc.syntax.operators import STRENGTH, strength
from archc.syntax.source import Source, Span

MOST_DIGITS = 1000

T = TypeVar("T")
Parameters = tuple[tree.Parameter | tree.RestParameter, ...]
Arguments = tuple[tree.Argument | tree.Spread, ...]
Expressions = tuple[tree.Expression, ...]
Names = tuple[str, ...]
Statements = tuple[tree.Statement, ...]


def _text(token: Token | None) -> str | None:
    return None if token is None else token.text


def _unquoted(token: Token) -> tuple[str, bool]:
    return (token.text[1:-1], True) if token.kind == "STRING" else (token.text, False)


def _doc(token: Token | None) -> str | None:
    """Return the text of a docstring, its lines moved left by what they share."""
    if token is None:
        return None
    first, *rest = (line.rstrip() for line in token.text[3:-3].expandtabs().strip().split("\n"))
    margin = min((len(line) - len(line.lstrip()) for line in rest if line), default=0)
    return "\n".join([first, *(line[margin:] for line in rest)])


def _names(names: Token | Names | None) -> Names:
    return names if isinstance(names, tuple) and not isinstance(names, Token) else ()


def _present(children: tuple[T | None, ...]) -> tuple[T, ...]:
    return tuple(child for child in children if child is not None)


def _as_slice(subscript: tree.Expression | tree.Slice) -> tree.Expression | tree.Slice:
    if isinstance(subscript, tree.Binary) and subscript.operator is tree.Operator.RANGE:
        return tree.Slice(subscript.span, subscript.left, subscript.right)
    return subscript


class Builder:
    """Makes the nodes of one unit; what is wrong with one that the grammar cannot say goes to `diagnostics`."""

    def __init__(self, source: Source) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._source = source
        self._outer: dict[int, Span] = {}

    # -- declarations ------------------------------------------------------------------------------

    def version(self, span: Span, number: Token) -> Token:
        return number

    def use(self, span: Span, *children: Token | Names | None) -> tree.Use:
        *path, names = children
        return tree.Use(span, tuple(part.text for part in path if isinstance(part, Token)), _names(names))

    def block(
        self,
        span: Span,
        doc: Token | None,
        kind: Token,
        name: Token,
        parameters: Parameters | None,
        signature: tree.Signature | None,
        where: Expressions | None,
        body: Statements | None,
    ) -> tree.Block:
        at = Span(span.source, name.start, name.end)
        block_kind = tree.BlockKind(kind.text)
        return tree.Block(span, block_kind, name.text, at, parameters or (), signature, where or (), body, _doc(doc))

    def record(
        self, span: Span, doc: Token | None, name: Token, dims: tree.Shape, *members: tree.Member | None
    ) -> tree.TypeDeclaration:
        return tree.TypeDeclaration(span, name.text, dims, _present(members), _doc(doc))

    def member(self, span: Span, name: Token, type: Token | None, shape: tree.Shape) -> tree.Member:
        return tree.Member(span, name.text, _text(type), shape)

    def rule(
        self,
        span: Span,
        doc: Token | None,
        name: Token,
        left: tree.Expression,
        right: tree.Expression,
        where: Expressions | None,
    ) -> tree.Rule:
        return tree.Rule(span, name.text, left, right, where or (), _doc(doc))

    def space(
        self,
        span: Span,
        doc: Token | None,
        name: Token,
        parameters: Parameters | None,
        signature: tree.Signature | None,
        where: Expressions | None,
        value: tree.Expression,
        budget: Expressions | None,
    ) -> tree.Space:
        return tree.Space(span, name.text, parameters or (), signature, where or (), value, budget or (), _doc(doc))

    def variants(
        self, span: Span, doc: Token | None, target: Token, columns: Names | None, *rows: tree.VariantRow | None
    ) -> tree.Variants:
        return tree.Variants(span, target.text, columns or (), _present(rows), _doc(doc))

    def row(self, span: Span, name: Token, arguments: Arguments | None) -> tree.VariantRow:
        return tree.VariantRow(span, *_unquoted(name), arguments or ())

    def checkpoint(
        self,
        span: Span,
        doc: Token | None,
        name: Token,
        target: Token,
        *statements: tree.SourceAddress | tree.Root | tree.KeyMap | tree.Drop | None,
    ) -> tree.Checkpoint:
        return tree.Checkpoint(span, name.text, target.text, _present(statements), _doc(doc))

    def address(self, span: Span, variant: Token, address: Token) -> tree.SourceAddress:
        return tree.SourceAddress(span, variant.text, address.text[1:-1])

    def root(self, span: Span, key: Token) -> tree.Root:
        return tree.Root(span, key.text[1:-1])

    def keymap(
        self,
        span: Span,
        ours: tuple[tree.Text, ...],
        theirs: tuple[tree.Text, ...],
        via: tree.Expression | None,
        *clauses: tree.Clause,
    ) -> tree.KeyMap:
        return tree.KeyMap(span, ours, theirs, via, clauses)

    def drop(self, span: Span, pattern: tree.Text) -> tree.Drop:
        return tree.Drop(span, pattern)

    def keys(self, span: Span, *keys: tree.Text) -> tuple[tree.Text, ...]:
        return keys

    # -- signatures --------------------------------------------------------------------------------

    def parameters(self, span: Span, *parameters: tree.Parameter | tree.RestParameter | None) -> Parameters:
        return _present(parameters)

    def parameter(
        self, span: Span, name: Token, kind: tree.Kind | None, default: tree.Expression | None
    ) -> tree.Parameter:
        return tree.Parameter(span, name.text, kind, default)

    def rest_parameter(self, span: Span, name: Token) -> tree.RestParameter:
        return tree.RestParameter(span, name.text)

    def kind(
        self, span: Span, of: Token | Names, length: tuple[tree.Expression | None] | None, optional: Token | None
    ) -> tree.Kind:
        name, options = (of.text, ()) if isinstance(of, Token) else (None, of)
        return tree.Kind(span, name, options, length[0] if length else None, length is not None, optional is not None)

    def options(self, span: Span, names: Names) -> Names:
        return names

    def length(self, span: Span, length: tree.Expression | None) -> tuple[tree.Expression | None]:
        return (length,)

    def signature(self, span: Span, *children: tree.Input | tuple[tree.Output, ...] | None) -> tree.Signature:
        inputs = tuple(child for child in children if isinstance(child, tree.Input))
        outputs = children[-1]
        return tree.Signature(span, inputs, outputs if isinstance(outputs, tuple) else None)

    def source_signature(self, span: Span, outputs: tuple[tree.Output, ...]) -> tree.Signature:
        return tree.Signature(span, (), outputs)

    def outputs(self, span: Span, *outputs: tree.Output) -> tuple[tree.Output, ...]:
        return outputs

    def input(
        self,
        span: Span,
        name: Token,
        optional: Token | None,
        type: Token | None,
        shape: tree.Shape,
        clause: tree.Clause | None,
    ) -> tree.Input:
        return tree.Input(span, name.text, optional is not None, _text(type), shape, clause)

    def output(
        self,
        span: Span,
        name: Token | None,
        type: Token | None,
        shape: tree.Shape,
        condition: tree.Clause | tree.Expression | None,
    ) -> tree.Output:
        clause, guard = (condition, None) if isinstance(condition, tree.Clause) else (None, condition)
        return tree.Output(span, _text(name), _text(type), shape, clause, guard)

    def shape(self, span: Span, *dims: tree.Expression | tree.Dots | None) -> tree.Shape:
        return tree.Shape(span, _present(dims))

    def dots(self, span: Span, value: tree.Expression | None) -> tree.Dots:
        return tree.Dots(span, value)

    def where(self, span: Span, *conditions: tree.Expression) -> Expressions:
        return conditions

    def names(self, span: Span, *names: Token) -> Names:
        return tuple(name.text for name in names)

    # -- statements --------------------------------------------------------------------------------

    def body(self, span: Span, *statements: tree.Statement | None) -> Statements:
        return _present(statements)

    def let(self, span: Span, doc: Token | None, targets: Names, values: Expressions) -> tree.Let:
        return tree.Let(span, targets, None, values, _doc(doc))

    def let_function(
        self, span: Span, doc: Token | None, name: Token, parameters: Parameters, values: Expressions
    ) -> tree.Let:
        return tree.Let(span, (name.text,), parameters, values, _doc(doc))

    def assign(self, span: Span, targets: Names, values: Expressions) -> tree.Assign:
        return tree.Assign(span, targets, values)

    def values(self, span: Span, *values: tree.Expression) -> Expressions:
        return values

    def declare(
        self, span: Span, label: tree.Expression, module: tree.Expression, *clauses: tree.Clause
    ) -> tree.Declare:
        return tree.Declare(span, label, module, clauses)

    def weights(self, span: Span, store: Token, *entries: tree.Stored) -> tree.Weights:
        return tree.Weights(span, tree.Store(store.text), entries)

    def stored(
        self,
        span: Span,
        name: Token,
        optional: Token | None,
        type: Token | None,
        shape: tree.Shape,
        start: tree.Expression | None,
        guard: tree.Expression | None,
    ) -> tree.Stored:
        return tree.Stored(span, *_unquoted(name), optional is not None, _text(type), shape, start, guard)

    def return_(self, span: Span, values: Expressions) -> tree.Return:
        return tree.Return(span, values)

    def for_(self, span: Span, names: Names, iterable: tree.Expression, body: Statements) -> tree.For:
        return tree.For(span, names, iterable, body)

    def if_(
        self, span: Span, test: tree.Expression, then: Statements, otherwise: Statements | tree.If | None
    ) -> tree.If:
        return tree.If(span, test, then, (otherwise,) if isinstance(otherwise, tree.If) else otherwise)

    def form(self, span: Span, mode: Token, body: Statements) -> tree.Form:
        return tree.Form(span, tree.Mode(mode.text), body)

    def entry(
        self,
        span: Span,
        doc: Token | None,
        name: Token,
        parameters: Parameters | None,
        signature: tree.Signature | None,
        where: Expressions | None,
        body: Statements,
    ) -> tree.Entry:
        return tree.Entry(span, name.text, parameters or (), signature, where or (), body, _doc(doc))

    def check(self, span: Span, left: tree.Expression, right: tree.Expression | None) -> tree.Check:
        return tree.Check(span, left, right)

    # -- expressions -------------------------------------------------------------------------------

    def name(self, span: Span, token: Token) -> tree.Name:
        return tree.Name(span, token.text)

    def number(self, span: Span, token: Token) -> tree.Number:
        if len(token.text) > MOST_DIGITS:
            message = f"a number of more than {MOST_DIGITS} characters"
            self.diagnostics.append(Diagnostic("P114", message, span, notes=(Note("help", "write it as a power"),)))
            return tree.Number(span, 0, "0")
        value = int(token.text) if token.kind == "INT" else float(token.text)
        if value == math.inf:
            note = Note("help", "the largest is about 1.8e308")
            self.diagnostics.append(Diagnostic("P114", "this number is larger than any float", span, notes=(note,)))
        return tree.Number(span, value, token.text)

    def reasoned(self, span: Span, condition: tree.Expression, reason: tree.Text) -> tree.Reasoned:
        return tree.Reasoned(span, condition, reason)

    def text(self, span: Span, token: Token) -> tree.Text:
        return tree.Text(span, token.text[1:-1])

    def grouped(self, span: Span, inner: tree.Expression) -> tree.Expression:
        self._outer[id(inner)] = span
        return inner

    def fields(self, span: Span, *items: tree.Expression) -> tree.Row:
        return tree.Row(span, items)

    def sequence(self, span: Span, *items: tree.Expression | tree.Labelled | None) -> tree.Sequence:
        return tree.Sequence(span, _present(items))

    def comprehension(
        self, span: Span, item: tree.Expression | tree.Labelled, *clauses: tree.Clause
    ) -> tree.Comprehension:
        return tree.Comprehension(span, item, clauses)

    def clause(
        self, span: Span, names: Names, iterable: tree.Expression, condition: tree.Expression | None
    ) -> tree.Clause:
        return tree.Clause(span, names, iterable, condition)

    def conditional(
        self, span: Span, test: tree.Expression, then: tree.Expression, otherwise: tree.Expression
    ) -> tree.Conditional:
        return tree.Conditional(span, test, then, otherwise)

    def fold(
        self,
        span: Span,
        loop: Token,
        targets: Names,
        start: tree.Expression,
        names: Names,
        iterable: tree.Expression,
        step: tree.Expression,
    ) -> tree.Fold:
        return tree.Fold(span, tree.Loop(loop.text), targets, start, names, iterable, step)

    def pipe(self, span: Span, value: tree.Expression, *stages: tree.Stage) -> tree.Pipe:
        return tree.Pipe(span, value, stages)

    def stage(self, span: Span, module: tree.Expression | tree.Labelled, guard: tree.Expression | None) -> tree.Stage:
        return tree.Stage(span, module, guard)

    def labelled(self, span: Span, label: tree.Expression, module: tree.Expression) -> tree.Labelled:
        return tree.Labelled(span, label, module)

    def operation(self, span: Span, *parts: tree.Expression | Token) -> tree.Expression:
        return Operation(self._source, self._outer, self.diagnostics).build(parts)

    def call(self, span: Span, callee: tree.Expression, arguments: Arguments | None) -> tree.Call:
        return tree.Call(span, callee, arguments or ())

    def arguments(self, span: Span, *arguments: tree.Argument | tree.Spread) -> Arguments:
        return arguments

    def argument(self, span: Span, value: tree.Expression) -> tree.Argument:
        return tree.Argument(span, None, value)

    def named_argument(self, span: Span, name: Token, value: tree.Expression) -> tree.Argument:
        return tree.Argument(span, name.text, value)

    def spread(self, span: Span, name: Token | None) -> tree.Spread:
        return tree.Spread(span, _text(name))

    def index(self, span: Span, base: tree.Expression, *subscripts: tree.Expression | tree.Slice) -> tree.Index:
        return tree.Index(span, base, tuple(_as_slice(s) for s in subscripts))

    def slice_from(self, span: Span, *parts: tree.Expression | Token) -> tree.Slice:
        return tree.Slice(span, self._bound(self.operation(span, *parts[:-1])), None)

    def slice_to(self, span: Span, _range: Token, stop: tree.Expression | None) -> tree.Slice:
        return tree.Slice(span, None, None if stop is None else self._bound(stop))

    def _bound(self, bound: tree.Expression) -> tree.Expression:
        """Return a bound of a slice; one that binds less than `..` must stand in brackets."""
        loose = strength(bound) <= STRENGTH[tree.Operator.RANGE] and id(bound) not in self._outer
        if loose:
            note = Note("help", f"write `({bound.span.text})`")
            message = "this bound binds less than `..`, so it needs brackets"
            self.diagnostics.append(Diagnostic("P112", message, bound.span, notes=(note,)))
        return bound

    def rest(self, span: Span) -> tree.Slice:
        return tree.Slice(span, None, None, rest=True)

    def attribute(self, span: Span, base: tree.Expression, name: Token) -> tree.Attribute:
        return tree.Attribute(span, base, *_unquoted(name))

    def choice(self, span: Span, title: Token | None, *alternatives: tree.Alternative | None) -> tree.Choice:
        return tree.Choice(span, None if title is None else title.text[1:-1], _present(alternatives))

    def alternative(self, span: Span, weight: tree.Number | None, value: tree.Expression) -> tree.Alternative:
        return tree.Alternative(span, weight, value)

    def repeat(self, span: Span, count: tree.Expression, body: tree.Expression) -> tree.Repeat:
        return tree.Repeat(span, count, body)
