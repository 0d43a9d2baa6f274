"""What a block returns, compared with what its signature says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from archc.diagnostics.diagnostic import Edit, Fix, Label
from archc.graph.ir import Operand, Operands
from archc.graph.static import Shape
from archc.records import record
from archc.semantics.elaborator import Elaborator
from archc.semantics.environment import Bindings, Environment, Missing
from archc.semantics.expressions import counted
from archc.semantics.faults import Fault, fault, help_note
from archc.semantics.findings import UNEQUAL, Claim
from archc.semantics.frame import Frame
from archc.semantics.matching import Matcher, free_names
from archc.semantics.obligations import Duties
from archc.semantics.origins import change_label, parting, trail
from archc.semantics.scene import tip
from archc.semantics.statements import Statements, returned_things
from archc.semantics.suggest import renaming
from archc.semantics.values import Thing
from archc.shapes import Comparison, Relation
from archc.syntax import tree
from archc.syntax.source import Span


@record
class Outputs:
    """What a block returns, checked, with the names that the signature gives."""

    operands: tuple[Operands, ...]
    names: tuple[str | None, ...]


def checked_outputs(e: Elaborator, frame: Frame, matcher: Matcher, body: Statements, result: Thing) -> Outputs:
    """Return the outputs, checked against the signature; raises a Fault or Poisoned where they do not fit it."""
    definition = matcher.definition
    declared = _declared(e, matcher)
    things = returned_things(result, declared or ())
    places = _places(body.returned, len(things))
    at = places[0] if places else definition.block.name_span
    operands = tuple(frame.operand(thing, at) for thing in things)
    if declared is None:
        return Outputs(operands, (None,) * len(operands))
    if len(declared) != len(operands):
        message = f"`{definition.name}` declares {counted(len(declared), 'output')} and returns {len(operands)}"
        raise fault("S110", message, at, labels=_signature_label(definition.block))
    for output, found, place in zip(declared, operands, places, strict=True):
        _OutputCheck(e, frame, matcher, output, place).run(found)
    return Outputs(operands, tuple(output.name for output in declared))


def _declared(e: Elaborator, matcher: Matcher) -> tuple[tree.Output, ...] | None:
    """Return the outputs that there are at these arguments: guards hold, and lists are not empty."""
    definition = matcher.definition
    if definition.block.signature is None or definition.block.signature.outputs is None:
        return None
    there = (o for o in definition.outputs if o.guard is None or e.truth(o.guard, matcher.env))
    return tuple(o for o in there if o.clause is None or e.static(o.clause.iterable, matcher.env) != ())


def _places(returned: tree.Return | None, count: int) -> tuple[Span, ...]:
    """Return where each of the returned values is made."""
    if returned is None:
        return ()
    if len(returned.values) == count:
        return tuple(tip(value).span for value in returned.values)
    first, last = returned.values[0].span, returned.values[-1].span
    return (first.to(last),) * count


def _signature_label(block: tree.Block) -> tuple[Label, ...]:
    outputs = (block.signature.outputs or ()) if block.signature else ()
    return (Label(outputs[0].span.to(outputs[-1].span), "declared here"),) if outputs else ()


@record
class _OutputCheck:
    """Compares one returned tensor, or list of tensors, with what the signature says; `place` is where it is made."""

    e: Elaborator
    frame: Frame
    matcher: Matcher
    output: tree.Output
    place: Span

    @property
    def name(self) -> str:
        return f"`{self.matcher.definition.name}`"

    def run(self, found: Operands) -> None:
        clause = self.output.clause
        if clause is None:
            if found is None or isinstance(found, tuple):
                what = "nothing" if found is None else f"a list of {counted(len(found), 'tensor')}"
                raise self._other(f"{self.name} declares a tensor and returns {what}")
            self._one(found, self.matcher.env)
            return
        rounds = self.e.static(clause.iterable, self.matcher.env)
        if type(rounds) is not tuple or not isinstance(found, tuple) or len(rounds) != len(found):
            count = len(found) if isinstance(found, tuple) else 1
            wanted = len(rounds) if type(rounds) is tuple else 0
            raise self._other(f"{self.name} declares {counted(wanted, 'tensor')} and returns {count}")
        for value, one in zip(rounds, found, strict=True):
            self._one(one, Bindings(self.matcher.env, {clause.names[0]: value}))

    def _other(self, message: str) -> Fault:
        return fault("S110", message, self.place, labels=(Label(self.output.span, "declared here"),))

    # -- sizes -----------------------------------------------------------------------------------------

    def _one(self, found: Operand, env: Environment) -> None:
        shape = found.type.shape
        if self._has_unknown(shape, env):
            return
        wanted = self.matcher.shape(self.output.shape, env)
        if wanted == shape:
            return
        context = self.e.session.context
        what = f"returns {context.show_shape(shape)}, and {context.show_shape(wanted)} is declared"
        label = Label(self.place, context.show_shape(shape))
        if len(wanted) != len(shape):
            fixes = self._redeclared(shape)
            raise fault("S105", f"{self.name} {what}", self.output.shape.span, labels=(label,), fixes=fixes)
        unequal = [(a, b) for a, b in zip(shape, wanted, strict=True) if a != b]
        if unequal:
            labels = (label, *self._changes(found, wanted))
            claim = Claim(UNEQUAL, "", f"{self.name} {what}", self.output.shape.span, "", labels)
            claim = replace(claim, fixes=self._redeclared(shape) if self._is_wide_off(unequal) else ())
            relations = [Relation(Comparison.EQ, a, b) for a, b in unequal]
            Duties(self.e.session, self.output.shape.span).require_all(relations, claim)

    @staticmethod
    def _is_wide_off(unequal: Sequence[tuple[object, object]]) -> bool:
        """Say whether two numbers differ: no `where` makes up for that."""
        return any(isinstance(a, int) and isinstance(b, int) for a, b in unequal)

    def _changes(self, found: Operand, wanted: Shape) -> Iterator[Label]:
        """Yield where the result's sizes stopped being those that are declared."""
        for size, declared in zip(found.type.shape, wanted, strict=True):
            steps = parting(trail(self.frame.nodes, found, size), (), (size, declared)) if size != declared else ()
            if steps:
                yield change_label(steps[0], self.e.session.context)
                return

    def _redeclared(self, shape: Shape) -> tuple[Fix, ...]:
        """Return the fix that declares what is returned; only an architecture has names for all sizes in it."""
        if self.matcher.definition.block.kind is not tree.BlockKind.ARCH:
            return ()
        text = self.e.session.context.show_shape(shape)
        return (Fix(f"declare what it returns: `{text}`", (Edit(self.output.shape.span, text),), is_guess=True),)

    # -- sizes that the signature does not bind ----------------------------------------------------------

    def _has_unknown(self, found: Shape, env: Environment) -> bool:
        """Sizes with a prime are whatever the body makes of them; of other names something has to be known."""
        for dim in self.output.shape.dims:
            node = dim.value if isinstance(dim, tree.Dots) else dim
            for name in free_names(node) if node is not None else ():
                if isinstance(env.find(name), Missing):
                    if name.endswith("'"):
                        return True
                    raise self._unbound(name, node or dim, found, env)
        return False

    def _unbound(self, name: str, node: tree.Node, found: Shape, env: Environment) -> Fault:
        """Name sizes of the result that nothing binds, all of them: each could be one that the body decides."""
        dims = [d.value if isinstance(d, tree.Dots) else d for d in self.output.shape.dims]
        unknown = [d for d in dims if isinstance(d, tree.Name) and isinstance(env.find(d.text), Missing)]
        primed = Fix("let the body decide it", tuple(Edit(d.span, f"{d.text}'") for d in unknown))
        known = [*self.matcher.definition.parameter_names, *self.matcher.binders]
        span = node.span.word(name)
        return fault(
            "N101",
            f"`{name}` in the output's shape is bound nowhere",
            span,
            notes=help_note(f"name it in an input, or write `{name}'` for a size that the body decides"),
            fixes=(*(renaming(span, name, known) if len(name) > 1 else ()), *self._spelt(unknown, found), primed),
        )

    def _spelt(self, unknown: Sequence[tree.Name], found: Shape) -> tuple[Fix, ...]:
        """Return the fix that writes what the body gives in place of names."""
        dims = self.output.shape.dims
        if self.matcher.definition.block.kind is not tree.BlockKind.ARCH or len(dims) != len(found):
            return ()
        texts = {dim.span: self.e.session.context.show(size) for dim, size in zip(dims, found, strict=True)}
        edits = tuple(Edit(name.span, texts[name.span]) for name in unknown if name.span in texts)
        return (Fix(f"write what the body gives: `{', '.join(edit.text for edit in edits)}`", edits),) if edits else ()
