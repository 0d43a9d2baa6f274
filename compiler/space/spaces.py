"""The spaces of a file, ready to be drawn from."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from archc.archfile import ArchFile
from archc.architecture import Architecture
from archc.diagnostics import ArchError, Diagnostic, Note
from archc.graph.static import DType
from archc.semantics.elaborator import Elaborator
from archc.semantics.failures import FAILURES, finding_of
from archc.semantics.faults import Fault, fault, help_note
from archc.semantics.library import prelude
from archc.semantics.openings import OpenSpace, SpaceDefinition
from archc.semantics.recursion import deep_recursion
from archc.semantics.scope import Scope
from archc.semantics.suggest import nearest
from archc.semantics.values import Thing
from archc.semantics.variants import override
from archc.space.budgets import OPERATORS, Budget, budget_of
from archc.space.derivations import Derivation
from archc.space.derived import Derived
from archc.space.directed import Choose, Directed
from archc.space.drawing import Drawing, Infeasible
from archc.space.flows import Misfit, session_for
from archc.space.goals import Returned
from archc.space.grammar import Grammar
from archc.space.mentions import Names, applied
from archc.space.nodes import Node
from archc.space.spelling import shown
from archc.space.tensors import Feeds, Result, Tensor
from archc.space.ways import Around
from archc.syntax import Source, Span, tree

if TYPE_CHECKING:
    from archc.space.census import Census
    from archc.space.productions import Production
    from archc.space.proofs import Proof

ATTEMPTS, QUICK = 20, 4
"""Draws that fail before nothing is said to fit, and those before each looks for longer ways to an end."""


def load(path: str | Path, name: str | None = None, **values: object) -> Space:
    """Return a space of an `.arch` file: the last one with inputs, or the one called `name`.

    `values` give parameters of the space values (`depth=4`) and sizes of its inputs (`H=224`). Raises ArchError where
    the text, a name or a value does not fit.
    """
    return Space(ArchFile.read(path), name, values)


class Space:
    """A space of a file. The batch, an input's first size, is 1 in all costs; other free sizes have to be given."""

    def __init__(self, file: ArchFile, name: str | None = None, values: Mapping[str, object] | None = None) -> None:
        problems = file.problems()
        if problems or file.loaded.scope is None:
            raise ArchError(problems)
        self.file = file
        self.scope: Scope = file.loaded.scope
        self.definition = _chosen(file, self.scope, name)
        self.values = dict(values or {})
        self._grammar = Grammar(self.scope)
        self._bounds = Budget(operators=OPERATORS)
        self._required: Names = frozenset()
        self._check_values()

    def within(self, **bounds: int) -> Space:
        """Return the same space with further bounds: `params`, `macs`, `memory` in bytes, `operators`."""
        return self._with(self._bounds.within(Budget(**bounds)), self._required, self._grammar.forbidden)

    def having(self, require: Iterable[str] = (), forbid: Iterable[str] = ()) -> Space:
        """Return the same space without the architectures that lack a block or operator, or that have a forbidden one.

        An architecture has those that its text speaks of, in the blocks that it uses, too. Raises ArchError for a name
        that there is not.
        """
        for name in (*require, *forbid):
            self._check_name(name)
        return self._with(self._bounds, self._required | set(require), self._grammar.forbidden | set(forbid))

    def _with(self, bounds: Budget, required: Names, forbidden: Names) -> Space:
        other = Space(self.file, self.name, self.values)
        other._bounds, other._required, other._grammar = bounds, required, Grammar(self.scope, forbidden)
        return other

    def __repr__(self) -> str:
        return f"<Space {self.name}>"

    @property
    def name(self) -> str:
        """The name in the text."""
        return self.definition.name

    @property
    def doc(self) -> str:
        """The docstring, "" without one."""
        return self.definition.space.doc or ""

    @cached_property
    def budget(self) -> Budget:
        """What an architecture may cost."""
        e = Elaborator(session_for(self.scope.session.prelude))
        try:
            return budget_of(self.definition.space.budget, self.scope, e).within(self._bounds)
        except FAILURES as failure:
            raise self._error(failure) from None

    # -- drawing -----------------------------------------------------------------------------------------------

    def sample(self, seed: int) -> Derivation:
        """Return an architecture drawn by chance; equal seeds give equal ones.

        Raises ArchError where nothing in the space fits its inputs and its budget, as far as is found.
        """
        chance = random.Random(seed)
        if self._required:
            return self.draw(lambda weights: chance.choices(range(len(weights)), weights)[0])
        return self._drawn(lambda attempt: Drawing(chance, self.budget, deep=attempt >= QUICK))

    def draw(self, choose: Choose) -> Derivation:
        """Return an architecture of which `choose` takes every decision.

        It is given the weights of the alternatives that there are and returns the place of one; those that close
        soonest come first. Where its decisions lead nowhere, the last attempt takes the first alternative everywhere:
        if one draw succeeds, all do. Raises what `sample` raises.
        """

        def attempted(attempt: int) -> Drawing:
            decided = choose if attempt < ATTEMPTS - 1 else _first
            return Directed(decided, self.budget, self._required, self.scope, straight=attempt >= QUICK)

        return self._drawn(attempted)

    def _drawn(self, make: Callable[[int], Drawing]) -> Derivation:
        self._grammar = self._grammar.tidied()
        with deep_recursion():
            for attempt in range(ATTEMPTS):
                drawing = make(attempt)
                try:
                    found = drawing.draw(self.node, self.feeds(self._grammar), Around(), self._goal())
                except Infeasible:
                    continue
                if self.has_what_it_must(found):
                    return Derivation(self, found)
        raise self._nothing_fits()

    def has_what_it_must(self, found: Derived) -> bool:
        """Say whether all required blocks and operators are in what was drawn, and none that is forbidden."""
        if not self._required and not self._grammar.forbidden:
            return True
        names = applied(found.module, self.scope)
        return self._required <= names and not names & self._grammar.forbidden

    def parse(self, architecture: Architecture | str) -> Derivation:
        """Return the derivation of an architecture, or of the text of one, such as `Derivation.text` returns.

        Its body is one module applied to its inputs, `return x |> self: …`. Raises ArchError where the text has errors,
        and where the grammar has no such architecture: it names the production that fails.
        """
        from archc.space.parsing import Parsing, Strayed, production

        module = self._module_of(architecture)
        parsing = Parsing(self.budget)
        try:
            with deep_recursion():
                return Derivation(self, parsing.follow(self.node, module, self.feeds(self._grammar), Around()))
        except Infeasible:
            raise ArchError((self.diagnostic("E220", f"it is beyond the budget of `{self.name}`"),)) from None
        except Strayed:
            strayed = parsing.furthest
            assert strayed is not None
            what = (
                f"`{self.name}` has no such architecture: {production(strayed.node)} gives no `{shown(strayed.thing)}`"
            )
            raise ArchError((self.diagnostic("E222", what),)) from None

    def mutate(self, derivation: Derivation, seed: int) -> Derivation:
        """Return a derivation with one subtree drawn anew for the same tensors; equal seeds give equal ones.

        The derivation itself comes back where it has no other subtree of the same shapes within the budget.
        """
        from archc.space.variation import mutated

        with deep_recursion():
            found = mutated(derivation.root, self._goal(), self.budget, random.Random(seed))
        return Derivation(self, found) if found is not None else derivation

    def cross(self, derivation: Derivation, other: Derivation, seed: int) -> Derivation:
        """Return a derivation with one of its subtrees exchanged for one of another derivation of this space.

        The derivation itself comes back where the other has none that fits. Equal seeds give equal ones.
        """
        from archc.space.variation import crossed

        with deep_recursion():
            found = crossed(derivation.root, other.root, self.budget, random.Random(seed), self.accepts)
        return Derivation(self, found) if found is not None else derivation

    def blend(self, derivation: Derivation, other: Derivation, seed: int) -> Derivation:
        """Return a derivation on the way to another one: with about half of the differences between the two.

        The derivation itself comes back where none of them fits alone. Equal seeds give equal ones.
        """
        from archc.space.aligning import blended

        with deep_recursion():
            found = blended(derivation.root, other.root, self.budget, random.Random(seed), self.accepts)
        return Derivation(self, found) if found is not None else derivation

    @cached_property
    def census(self) -> Census:
        """The derivations of the space, counted and numbered by size."""
        from archc.space.census import Census

        return Census(self)

    def neighbours(self, derivation: Derivation) -> Iterator[Derivation]:
        """Yield the derivations that are one decision away from another one and within the budget, each once.

        At one decision another alternative stands, filled with as few modules as make the same tensors of the same; a
        repetition has one module more, a copy of one of its own, or one less. Made one by one, as they are asked for.
        """
        from archc.space.neighbours import neighbours

        for root in neighbours(derivation.root, self.budget, self.accepts):
            yield Derivation(self, root)

    def prove(self) -> Proof:
        """Return whether every derivation fits the inputs at their sizes, with what does not fit and a smallest case.

        The batch is 1, as in all costs.
        """
        from archc.space.proofs import prove

        return prove(self)

    @contextmanager
    def gone_through(self) -> Iterator[None]:
        """Tell as ArchError what is wrong with a production that is only found out when it is reached."""
        try:
            with deep_recursion():
                yield
        except FAILURES as failure:
            raise self._error(failure) from None
        except Misfit:
            note = Note("help", "a space consists of operators, blocks, lists of them, choices and other spaces")
            raise ArchError((self.diagnostic("E231", f"something in `{self.name}` is no module", note),)) from None
        except RecursionError:
            what = f"the productions of `{self.name}` have no end: their arguments differ without bounds"
            raise ArchError((self.diagnostic("E231", what),)) from None

    def productions(self) -> tuple[Production, ...]:
        """Return the spaces of which this one is made, itself first."""
        from archc.space.productions import productions

        return productions(self.definition)

    def apart(self) -> Space:
        """Return the same space with a grammar of its own."""
        return self._with(self._bounds, self._required, self._grammar.forbidden)

    def inputs_at_sizes(self) -> Feeds:
        """Return the inputs at the sizes at which the space is drawn from, for its present grammar."""
        return self.feeds(self._grammar)

    def _goal(self) -> Returned:
        return Returned(self.accepts if self._returns else None)

    def _module_of(self, architecture: Architecture | str) -> Thing:
        """Return the module that an architecture applies, its names those of the space's file."""
        if isinstance(architecture, str):
            file = ArchFile.of_text(architecture, "architecture")
            definition = next((one for one in file.definitions if one.block.kind is tree.BlockKind.ARCH), None)
            if file.problems() or definition is None:
                raise ArchError(file.problems() or (self.diagnostic("E222", "the text has no architecture"),))
        else:
            definition = architecture.elaboration.definition
        match definition.block.body:
            case (tree.Return(values=(tree.Pipe(stages=(tree.Stage(module=tree.Labelled(module=module)),)),)),):
                e = Elaborator(session_for(self.scope.session.prelude))
                try:
                    return e.evaluate(module, self.scope)
                except FAILURES as failure:
                    raise self._error(failure) from None
        note = Note("help", "write its body as one module: `return x |> self: [conv(8, k=3, pad=1), relu]`")
        raise ArchError((self.diagnostic("E222", f"`{definition.name}` is no module applied to its inputs", note),))

    @property
    def node(self) -> Node:
        """The root of the grammar."""
        return self._grammar.node(OpenSpace(self.definition, self._arguments))

    def feeds(self, grammar: Grammar) -> Feeds:
        """Return the inputs at the sizes at which the space is drawn from."""
        return tuple(grammar.tensors.of(tuple(map(self._size, one.shape.dims)), DType.FLOAT) for one in self.inputs)

    def _size(self, dim: tree.Expression | tree.Dots) -> int:
        match dim:
            case tree.Number(value=int(size)):
                return size
            case tree.Name(text=name) if name == self._batch:
                return 1
            case tree.Name(text=name):
                given = self.values.get(name)
                known = int(given) if isinstance(given, str) and given.isdecimal() else given
                if isinstance(known, int) and known > 0:
                    return known
                help = help_note(f"give it: `-D {name}=224`, `{name}=224` in Python, or write the number into the text")
                raise self._error(
                    fault("E203", f"to draw from `{self.name}` takes a value of `{name}`", dim.span, notes=help)
                )
            case _:
                raise self._error(fault("S108", "the sizes of a space's inputs are names or numbers", dim.span))

    @property
    def inputs(self) -> tuple[tree.Input, ...]:
        """The inputs as the text declares them."""
        signature = self.definition.space.signature
        return signature.inputs if signature is not None else ()

    @property
    def _batch(self) -> str:
        dims = self.inputs[0].shape.dims if self.inputs else ()
        return dims[0].text if dims and isinstance(dims[0], tree.Name) else ""

    @cached_property
    def _returns(self) -> bool:
        """Whether the space says anything of what it returns."""
        signature = self.definition.space.signature
        outputs = (signature.outputs or ()) if signature is not None else ()
        return any(len(one.shape.dims) != 1 or not isinstance(one.shape.dims[0], tree.Dots) for one in outputs)

    def accepts(self, result: Result) -> bool:
        """Say whether a result is as the space declares it: equal numbers, equal names, as many axes."""
        signature = self.definition.space.signature
        outputs = signature.outputs if signature is not None else None
        if not outputs:
            return True
        results = result if isinstance(result, tuple) else (result,)
        return len(results) == len(outputs) and all(map(self._fits, outputs, results))

    def _fits(self, declared: tree.Output, result: Result) -> bool:
        if not isinstance(result, Tensor):
            return False
        dims, shape = declared.shape.dims, result.shape
        dots = [place for place, dim in enumerate(dims) if isinstance(dim, tree.Dots)]
        if not dots:
            return len(dims) == len(shape) and all(map(self._equals, dims, shape))
        before, after = dims[: dots[0]], dims[dots[0] + 1 :]
        if len(shape) < len(before) + len(after):
            return False
        ends = shape[len(shape) - len(after) :]
        return all(map(self._equals, before, shape)) and all(map(self._equals, after, ends))

    def _equals(self, dim: tree.Expression | tree.Dots, size: int) -> bool:
        match dim:
            case tree.Number(value=value):
                return value == size
            case tree.Name(text=name):
                wanted = 1 if name == self._batch else self.values.get(name, size)
                return str(wanted) == str(size)
            case _:
                return True

    # -- text ----------------------------------------------------------------------------------------------------

    def shown_inputs(self) -> list[tuple[str, str]]:
        """Return the names of the inputs and their shapes as text, sizes that were given as numbers."""
        return [(one.name, f"[{', '.join(map(self._shown, one.shape.dims))}]") for one in self.inputs]

    def _shown(self, dim: tree.Expression | tree.Dots) -> str:
        return self._batch if isinstance(dim, tree.Name) and dim.text == self._batch else str(self._size(dim))

    def shown_output(self, result: Result) -> str:
        """Return the shapes of the results as text."""
        results = result if isinstance(result, tuple) else (result,)
        return ", ".join(self._shape(one) for one in results if isinstance(one, Tensor))

    def _shape(self, tensor: Tensor) -> str:
        sizes = [str(size) for size in tensor.shape]
        if self._batch and tensor.shape[:1] == (1,):
            sizes[0] = self._batch
        return f"[{', '.join(sizes)}]"

    # -- what is wrong -------------------------------------------------------------------------------------------

    @cached_property
    def _arguments(self) -> tuple[tuple[str, Thing], ...]:
        parameters = [one for one in self.definition.space.parameters if isinstance(one, tree.Parameter)]
        return tuple((one.name, self._value(one)) for one in parameters if one.name in self.values)

    def _value(self, parameter: tree.Parameter) -> Thing:
        try:
            return override(self.scope, parameter, self.values[parameter.name])
        except TypeError as error:
            note = Note("help", "give a number, a boolean, a list, or text of the language")
            raise ArchError((self.diagnostic("C403", f"`{parameter.name}`: {error}", note),)) from None

    def _check_values(self) -> None:
        sizes = {dim.text for one in self.inputs for dim in one.shape.dims if isinstance(dim, tree.Name)}
        names = {one.name for one in self.definition.space.parameters if isinstance(one, tree.Parameter)}
        for name in self.values:
            if name not in sizes | names:
                known = ", ".join(sorted(sizes | names)) or "none"
                close = nearest(name, sorted(sizes | names))
                text = f"did you mean `{close}`? There are {known}" if close else f"there are {known}"
                what = f"`{self.name}` has no parameter or size `{name}`"
                raise ArchError((self.diagnostic("C403", what, Note("help", text)),))

    def _check_name(self, name: str) -> None:
        known = {one.name for scope in (self.scope, prelude()) for one in scope.definitions()}
        if name not in known:
            close = nearest(name, sorted(known))
            note = Note("help", f"did you mean `{close}`?" if close else "it is none of this file or of the library")
            raise ArchError((self.diagnostic("C403", f"there is no block or operator `{name}`", note),))

    def _nothing_fits(self) -> ArchError:
        """Say why nothing was found: what the cheapest architecture costs, if there is one without the budget."""
        if self._required or self._grammar.forbidden:
            wishes = [f"with `{one}`" for one in sorted(self._required)]
            wishes += [f"without `{one}`" for one in sorted(self._grammar.forbidden)]
            return ArchError((self.diagnostic("E220", f"nothing in `{self.name}` was found {', '.join(wishes)}"),))
        with deep_recursion():
            try:
                least = self._least()
            except Infeasible:
                note = Note(
                    "help", "look at what its alternatives take and return: no sequence of them was found that fits"
                )
                return ArchError((self.diagnostic("E220", f"nothing in `{self.name}` fits its inputs", note),))
        bounds = ", ".join(" ".join(one.span.text.split()) for one in self.definition.space.budget)
        words = ("parameters", "multiply-accumulates", "operators")
        cost = ", ".join(f"{number:,} {word}" for number, word in zip(least.cost, words, strict=True))
        notes = (
            Note("note", f"the least that was found without the budget: {cost}"),
            Note("help", "raise the bound, or give the space cheaper alternatives"),
        )
        return ArchError((self.diagnostic("E220", f"nothing in `{self.name}` was found within {bounds}", *notes),))

    def _least(self) -> Derived:
        drawing = Drawing(random.Random(0), Budget(), deep=True)
        drawing.short = True
        return drawing.draw(self.node, self.feeds(self._grammar), Around(), Returned(self.accepts))

    def diagnostic(self, code: str, message: str, *notes: Note) -> Diagnostic:
        space = self.definition.space
        span = space.budget[0].span.to(space.budget[-1].span) if space.budget and code == "E220" else space.span
        line = Span(span.source, span.start, span.start + len(span.text.splitlines()[0]))
        return Diagnostic(code, message, line, notes=notes)

    def _error(self, failure: Exception) -> ArchError:
        found = finding_of(failure, self.definition.space.span)
        return ArchError((found,) if found is not None else ())


def _first(weights: Sequence[float]) -> int:
    return 0


def spaces_of(scope: Scope) -> dict[str, SpaceDefinition]:
    """Return the spaces that a file declares, by name."""
    declared = (one for one in scope.file.declarations if isinstance(one, tree.Space))
    found = ((one.name, scope.find(one.name)) for one in declared)
    return {name: thing.definition for name, thing in found if isinstance(thing, OpenSpace)}


def _chosen(file: ArchFile, scope: Scope, name: str | None) -> SpaceDefinition:
    spaces = spaces_of(scope)
    whole = [one for one in spaces.values() if one.space.signature is not None and one.space.signature.outputs]
    if name is None and whole:
        return whole[-1]
    if name is not None and name in spaces:
        return spaces[name]
    source = file.loaded.parsed.source if file.loaded.parsed else Source("", "")
    if name is None:
        message, help = "this file has no space with inputs", "declare one: `space Nets : x[B, 3, 32, 32] -> [...] = …`"
    else:
        close = nearest(name, list(spaces))
        message, help = f"there is no space `{name}`", f"there are {', '.join(spaces) or 'none'}"
        help = f"did you mean `{close}`? {help[0].upper()}{help[1:]}" if close else help
    raise ArchError((Diagnostic("C404", message, Span(source, 0, 0), notes=(Note("help", help),)),))


__all__ = ["Fault", "Space", "load", "spaces_of"]
