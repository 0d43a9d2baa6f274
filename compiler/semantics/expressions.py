"""The meaning of names, literals, operators, conditionals and comprehensions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Protocol, cast

from archc.diagnostics.diagnostic import Fix, Label, Note
from archc.graph.ir import Constant, Value, WeightRef
from archc.graph.static import Row, Static, Symbol
from archc.semantics import arithmetic
from archc.semantics.arithmetic import ArithmeticFault, Undecided, is_symbolic
from archc.semantics.builtins import BINARY, LIMIT, PREFIX
from archc.semantics.definition import Definition
from archc.semantics.elaborator import Elaborator, evaluates
from archc.semantics.environment import MISSING, Bindings, CyclicDefinition, Environment, Missing
from archc.semantics.extent import extent, has_parts
from archc.semantics.faults import Fault, Poisoned, fault, help_note, unsupported
from archc.semantics.frame import FrameNames, names_in
from archc.semantics.labels import label_path
from archc.semantics.openings import OpenChoice, OpenRepeat
from archc.semantics.session import ENTRIES, HARD
from archc.semantics.suggest import advice, library_of, nearest, of_library, renaming, surrounding
from archc.semantics.values import POISON, ModeTest, Place, Tagged, Thing, describe, is_module, is_tensor
from archc.shapes import TooLargeError
from archc.syntax import tree, walk
from archc.syntax.source import Span
from archc.syntax.tree import Operator, Prefix


@evaluates(tree.Name)
def name(e: Elaborator, node: tree.Name, env: Environment) -> Thing:
    value = look_up(node, env)
    if isinstance(value, ModeTest):
        return e.session.ask_mode() is value.mode
    return value


def look_up(node: tree.Name, env: Environment, *, definition_first: bool = False) -> Thing:
    """Return what a name stands for; raises a Fault if nothing visible has it."""
    try:
        value = env.find_module(node.text) if definition_first else env.find(node.text)
    except CyclicDefinition as cycle:
        raise Fault(cycle.diagnostic(node.span)) from None
    if value is MISSING:
        raise unknown_name(node, env)
    if value is POISON:
        raise Poisoned
    return value


def unknown_name(node: tree.Name, env: Environment) -> Fault:
    if node.text.endswith("'"):
        return unsupported(f"`{node.text}`, a size that is known at run time only,", node.span)
    later = _bound_later(node, env)
    if later is not None:
        label = Label(later, "made here, further down")
        return fault("N109", f"`{node.text}` has no value yet", node.span, labels=(label,))
    return fault(
        "N101",
        f"unknown name `{node.text}`",
        node.span,
        "nothing visible here has this name",
        notes=advice(node.text),
        fixes=renaming(node.span, node.text, env.names()),
    )


def _bound_later(node: tree.Name, env: Environment) -> Span | None:
    """Return where the block under elaboration gives a value, or a module, a name that is used above."""
    at: Environment | None = env
    while at is not None and not isinstance(at, FrameNames):
        at = at.parent
    definition = at.frame.definition if at is not None and at.frame else None
    for one in _binding(definition).get(node.text, ()) if definition else ():
        word = one.span.word(node.text)
        if word.start > node.span.start and word.source is node.span.source:
            return word
    return None


@lru_cache(maxsize=8)
def _binding(definition: Definition) -> Mapping[str, Sequence[tree.Node]]:
    """Return what gives each name in the body of a block a value or a module, in the order of the text."""
    found: dict[str, list[tree.Node]] = {}
    for one in (node for statement in definition.block.body or () for node in walk(statement)):
        match one:
            case tree.Assign(targets=targets) | tree.Let(targets=targets):
                names = targets
            case tree.Labelled(label=tree.Name(text=text)) | tree.Declare(label=tree.Name(text=text)):
                names = (text,)
            case _:
                continue
        for name in names:
            found.setdefault(name, []).append(one)
    return found


@evaluates(tree.Number)
def number(_: Elaborator, node: tree.Number, __: Environment) -> Thing:
    return node.value


@evaluates(tree.Text)
def text(_: Elaborator, node: tree.Text, __: Environment) -> Thing:
    return node.value


@evaluates(tree.Reasoned)
def reasoned(e: Elaborator, node: tree.Reasoned, env: Environment) -> Thing:
    return e.evaluate(node.condition, env)


@evaluates(tree.Sequence)
def sequence(e: Elaborator, node: tree.Sequence, env: Environment) -> Thing:
    values = tuple([item(e, entry, env) for entry in node.items])
    return e.admitted(values, node) if any(map(has_parts, values)) else values


@evaluates(tree.Row)
def row(e: Elaborator, node: tree.Row, env: Environment) -> Thing:
    values = tuple(e.evaluate(entry, env) for entry in node.items)
    if any(map(has_parts, values)):
        e.admitted(values, node)
    if any(is_tensor(value) for value in values):
        return values
    return Row(cast("tuple[Static, ...]", values))


def item(e: Elaborator, node: tree.Expression | tree.Labelled, env: Environment) -> Thing:
    """Return one entry of a sequence, which may carry a label of its own."""
    if not isinstance(node, tree.Labelled):
        return e.evaluate(node, env)
    return Tagged(label_path(e, node.label, env), labelled_module(e, node.module, env), node.span)


def labelled_module(e: Elaborator, node: tree.Expression, env: Environment) -> Thing:
    """Return the module behind a label; there a bare name means the definition, not an earlier label of that name."""
    if isinstance(node, tree.Name):
        return look_up(node, env, definition_first=True)
    return e.evaluate(node, env)


@evaluates(tree.Unary)
def unary(e: Elaborator, node: tree.Unary, env: Environment) -> Thing:
    value = e.evaluate(node.operand, env)
    if is_tensor(value):
        return emit(e, PREFIX[node.prefix], (value,), node)
    if node.prefix is Prefix.NOT:
        return not e.truth(node.operand, env)
    try:
        return arithmetic.negate(value)
    except ArithmeticFault as error:
        raise fault("E204", str(error), node.span) from None


@evaluates(tree.Binary)
def binary(e: Elaborator, node: tree.Binary, env: Environment) -> Thing:
    if node.operator in (Operator.AND, Operator.OR):
        return logical(e, node, env)
    if node.operator is Operator.RANGE:
        return range_of(e, node, env)
    left, right = operands(e, node, env)
    if node.operator is Operator.JOIN:
        return join(e, node, left, right)
    numbers = type(left) is int and type(right) is int
    if not numbers and (is_tensor(left) or is_tensor(right)):
        if not (left is None or right is None):
            return emit(e, BINARY[node.operator], (left, right), node)
        if node.operator not in (Operator.EQUAL, Operator.UNEQUAL):
            raise fault("E204", f"`{node.operator.value}` needs two values, and one is absent", node.span)
    if node.operator in arithmetic.COMPARISONS:
        return comparison(e, node, left, right)
    try:
        value = arithmetic.compute(node.operator, left, right)
        if not numbers:
            e.session.spend(work_of(value))
        return value
    except ArithmeticFault as error:
        raise arithmetic_fault(error, node) from None
    except TooLargeError:
        e.session.spend(HARD)
        raise


def work_of(value: Thing) -> int:
    """Return about how much work it was to make a value, in evaluations: that of its entries, or of its formula."""
    if type(value) is tuple:
        return (extent(value, LIMIT) or LIMIT) // 4
    return 10 * len(value.args) if is_symbolic(value) else 0


def arithmetic_fault(error: ArithmeticFault, node: tree.Binary) -> Fault:
    """Return what to say of an operation without a result, at the operand that is to blame."""
    if error.divides_by_zero:
        return fault("E206", "division by zero", node.right.span, f"0 here: `{node.right.span.text}`")
    span = node.span if error.side is None else (node.left, node.right)[error.side].span
    return fault("E204", str(error), span)


def operands(e: Elaborator, node: tree.Binary, env: Environment) -> tuple[Thing, Thing]:
    """Evaluate both sides; opposite an enum's value a bare name is that enum's, whatever else has the name."""
    if node.operator not in (Operator.EQUAL, Operator.UNEQUAL):
        return e.evaluate(node.left, env), e.evaluate(node.right, env)
    left = e.evaluate(node.left, env)
    if isinstance(left, Symbol) and isinstance(node.right, tree.Name):
        found = env.find(node.right.text)
        return left, found if isinstance(found, Symbol) else Symbol(node.right.text)
    return left, e.evaluate(node.right, env)


def logical(e: Elaborator, node: tree.Binary, env: Environment) -> Thing:
    left = e.evaluate(node.left, env)
    if is_tensor(left) and not isinstance(node.left, tree.Name):
        return emit(e, BINARY[node.operator], (left, e.evaluate(node.right, env)), node)
    decided = e.truth(node.left, env)
    if decided is (node.operator is Operator.OR):
        return decided
    return e.truth(node.right, env)


def comparison(e: Elaborator, node: tree.Binary, left: Thing, right: Thing) -> bool:
    if type(left) is tuple:
        e.session.spend((extent(left, LIMIT) or LIMIT) // ENTRIES)
    try:
        return arithmetic.compare(node.operator, left, right, e.session.decide)
    except Undecided:
        e.session.spend(HARD)
        raise fault(
            "E210",
            f"`{node.span.text}` depends on a size that is free",
            node.span,
            "static code needs one answer for all sizes",
            notes=help_note(f"make the size a parameter, or decide it: `where {node.span.text}`"),
        ) from None
    except ArithmeticFault as error:
        raise arithmetic_fault(error, node) from None


def join(e: Elaborator, node: tree.Binary, left: Thing, right: Thing) -> Thing:
    if type(left) is tuple and type(right) is tuple:
        return e.admitted(left + right, node)
    odd, at = (right, node.right) if type(left) is tuple else (left, node.left)
    fixes = () if is_tensor(odd) else (Fix("make it one", surrounding(at.span, "[", "]")),)
    raise fault("E204", f"`++` joins sequences, and this is {describe(odd)}", at.span, fixes=fixes)


def range_of(e: Elaborator, node: tree.Binary, env: Environment) -> Thing:
    start, stop = e.dim(node.left, env), e.dim(node.right, env)
    if not isinstance(start, int) or not isinstance(stop, int):
        raise fault(
            "E210",
            "the bounds of a range cannot depend on a free size",
            node.span,
            "static code needs one answer for all sizes",
            notes=help_note("make the size a parameter"),
        )
    if stop - start > LIMIT:
        raise fault("E208", f"a range of {stop - start:,} entries is too long", node.span, f"at most {LIMIT:,}")
    e.session.spend(max(stop - start, 0) // ENTRIES)
    return tuple(range(start, stop))


@evaluates(tree.Conditional)
def conditional(e: Elaborator, node: tree.Conditional, env: Environment) -> Thing:
    return e.evaluate(node.then if e.truth(node.test, env) else node.otherwise, env)


@evaluates(tree.Comprehension)
def comprehension(e: Elaborator, node: tree.Comprehension, env: Environment) -> Thing:
    results: list[Thing] = []
    for inner in bindings(e, node.clauses, env):
        results.append(item(e, node.item, inner))
        if len(results) > LIMIT:
            raise fault("E208", f"a sequence of more than {LIMIT:,} entries", node.span)
    return e.admitted(tuple(results), node) if any(map(has_parts, results)) else tuple(results)


def bindings(e: Elaborator, clauses: tuple[tree.Clause, ...], env: Environment) -> Iterator[Bindings]:
    """Yield an environment for every round of nested `for` clauses."""
    first, *others = clauses
    for value in iterate(e, first.iterable, env):
        inner = Bindings(env)
        bind_names(inner, first.names, value, first)
        if first.condition is not None and not e.truth(first.condition, inner):
            continue
        if others:
            yield from bindings(e, tuple(others), inner)
        else:
            yield inner


def iterate(e: Elaborator, node: tree.Expression, env: Environment) -> tuple[Thing, ...]:
    """Return the entries of something that can be looped over."""
    value = e.evaluate(node, env)
    if type(value) is tuple:
        return value
    if isinstance(value, Place) and e.frame:
        return e.frame.children(value, node.span)
    if isinstance(value, Row):
        return value.items
    counted_up = Fix(f"count up to it: `0..{node.span.text}`", (surrounding(node.span, "0..", "")[0],))
    fixes = (counted_up,) if type(value) is int else ()
    raise fault(
        "E204",
        f"a loop runs over a sequence, and this is {describe(value)}",
        node.span,
        notes=() if fixes else help_note("a range is written `0..n`"),
        fixes=fixes,
    )


class HasValues(Protocol):
    """Names that can be bound."""

    values: dict[str, Thing]


def counted(count: int, word: str) -> str:
    """Return `1 input`, `2 inputs`."""
    return f"{count} {word}{'s' if count != 1 else ''}"


def bind_names(env: HasValues, names: tuple[str, ...], value: Thing, node: tree.Node) -> None:
    """Bind one or several names to one value, taken apart where there are several."""
    if len(names) == 1:
        env.values[names[0]] = value
        return
    entries = value.items if isinstance(value, Row) else value
    if type(entries) is not tuple or len(entries) != len(names):
        count = len(entries) if type(entries) is tuple else 1
        message = f"{len(names)} names for {counted(count, 'value')}"
        raise fault("E213", message, node.span, f"this is {describe(value)}")
    for name_, entry in zip(names, entries, strict=True):
        if name_ != "_":
            env.values[name_] = entry


@evaluates(tree.Fold)
def fold(e: Elaborator, node: tree.Fold, env: Environment) -> Thing:
    if node.loop is tree.Loop.SCAN:
        raise unsupported("`scan`", node.span)
    value = e.evaluate(node.start, env)
    for entry in iterate(e, node.iterable, env):
        inner = Bindings(env)
        bind_names(inner, node.targets, value, node)
        bind_names(inner, node.names, entry, node)
        value = e.evaluate(node.step, inner)
    if e.frame:
        e.frame.name_value(value, node.targets)
    return value


@evaluates(tree.Attribute)
def attribute(e: Elaborator, node: tree.Attribute, env: Environment) -> Thing:
    root = library_of(node)
    if root is not None and env.find(root) is MISSING:
        raise Fault(of_library(node, env.names()))
    base = e.evaluate(node.base, env)
    if isinstance(base, Place) and e.frame:
        return e.frame.inside(base, label_path(e, node, env).rsplit(".", 1)[-1], node.span)
    if node.name == "shape" and isinstance(base, (Value, WeightRef, Constant)):
        return base.type.shape
    raise fault(
        "N111",
        f"{describe(base)} has no `{node.name}`",
        node.span,
        notes=_instead(node, base, env),
    )


def _instead(node: tree.Attribute, base: Thing, env: Environment) -> tuple[Note, ...]:
    """Return what to write for what a value does not have: operators are no methods of tensors."""
    known = nearest(node.name, env.names()) if is_tensor(base) else None
    found = MISSING if known is None else env.find(known)
    if not isinstance(found, Missing) and is_module(found):
        return help_note(f"an operator stands behind `|>`: `{node.base.span.text} |> {known}`")
    return advice(node.name) or help_note("tensors have `shape`; labels have the modules and weights below them")


@evaluates(tree.Choice)
def choice(_: Elaborator, node: tree.Choice, env: Environment) -> Thing:
    scope, names = local_names(node, env)
    return OpenChoice(id(node), names, node, scope)


@evaluates(tree.Repeat)
def repeat(e: Elaborator, node: tree.Repeat, env: Environment) -> Thing:
    counts = e.static(node.count, env)
    entries = counts if type(counts) is tuple else (counts,)
    numbers = [one for one in entries if isinstance(one, int) and one >= 0]
    if not numbers or len(numbers) < len(entries):
        raise fault("E204", "`repeat` takes a count or a range of counts", node.count.span)
    scope, names = local_names(node, env)
    return OpenRepeat(id(node), names, min(numbers), max(numbers), node, scope)


def local_names(node: tree.Node, env: Environment) -> tuple[Environment, tuple[tuple[str, Static], ...]]:
    """Return the file that an expression stands in, and the values of the names in it that the file does not give."""
    values: dict[str, Thing] = {}
    at: Environment | None = env
    inner: list[Environment] = []
    while at is not None and not at.is_file:
        inner.append(at)
        at = at.parent
    for name in names_in(node):
        for one in inner:
            found = one.own(name)
            if not isinstance(found, Missing):
                values[name] = found
                break
    assert at is not None
    return at, cast("tuple[tuple[str, Static], ...]", tuple(values.items()))


def emit(e: Elaborator, operator: str, tensors: tuple[Thing, ...], node: tree.Expression) -> Thing:
    """Add the node of a prelude operator to the graph."""
    if e.frame is None:
        raise fault("E209", "tensors exist only inside blocks", node.span)
    return e.frame.emit(operator, tensors, node)
