"""Python as values: the expressions and statements that the generated source is made of.

    Code      = Name | Literal | Pattern | Formatted | Member | Counted | Item | Slice | Call | Infix | Prefix
              | Listing | Dictionary | Axes | Starred | Each | Lambda | Choice
              | Hole | Known | Reference | Construct | Started | Round | Chosen | Given | Passed | Slot
                                                                                       filled in on the way
    Statement = Assign | Return | Loop | Branch | Perform | Guarded

A Hole stands where a number of one instance stands; what a class shares among all its instances is the same code
around the holes. Everything is frozen and compares by what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, TypeVar

from archc.graph.static import Static

if TYPE_CHECKING:
    from archc.backends.torch.instance import Instance
    from archc.graph.ir import Weight
    from archc.syntax.tree import Expression

Scalar = int | float | bool | str | None


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of Python."""


@dataclass(frozen=True, slots=True)
class Code(Node):
    """An expression."""


@dataclass(frozen=True, slots=True)
class Hint:
    """How the author wrote a number, and the static names in it with their values there."""

    expression: Expression
    names: tuple[tuple[str, Static], ...]


@dataclass(frozen=True, slots=True)
class Name(Code):
    """A name, dotted where it is a constant of the backend's own: `x`, `nn.Conv2d`."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal(Code):
    value: Scalar


@dataclass(frozen=True, slots=True)
class Pattern(Code):
    """A regular expression, or what replaces its matches: a raw string where Python can write it so."""

    text: str


@dataclass(frozen=True, slots=True)
class Hole(Code):
    """A static value of one instance. `role` is the name of a parameter, should it become one.

    `is_width` says that the value is a size of what flows in, which no text of the author's gives.
    """

    value: Static
    hint: Hint | None = field(default=None, compare=False)
    role: str = field(default="value", compare=False)
    is_width: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Known(Code):
    """A static name of the class: a parameter, a size, a local or a loop's variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Reference(Code):
    """A tensor of the graph, by its value's id; it has a variable only once all statements are known."""

    id: int


@dataclass(frozen=True, slots=True)
class Member(Code):
    base: Code
    name: str


@dataclass(frozen=True, slots=True)
class Formatted(Code):
    """`f"before{number}behind"`."""

    before: str
    number: Code
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Counted(Code):
    """An attribute whose name counts: `getattr(base, f"before{number}behind")`."""

    base: Code
    name: Formatted


@dataclass(frozen=True, slots=True)
class Item(Code):
    """`base[index, ...]`."""

    base: Code
    index: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Slice(Code):
    start: Code | None
    stop: Code | None


@dataclass(frozen=True, slots=True)
class Argument(Node):
    """One argument of a call; it is left out where its value turns out to be the callee's default."""

    value: Code
    name: str = ""
    default: Code | None = None


@dataclass(frozen=True, slots=True)
class Call(Code):
    function: Code
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Infix(Code):
    left: Code
    operator: str
    right: Code


@dataclass(frozen=True, slots=True)
class Prefix(Code):
    operator: str
    operand: Code


@dataclass(frozen=True, slots=True)
class Listing(Code):
    """`[a, b]`, or `(a, b)` where `brackets` says so."""

    items: tuple[Code, ...]
    brackets: str = "[]"


@dataclass(frozen=True, slots=True)
class Dictionary(Code):
    """`{key: value}`."""

    keys: tuple[Code, ...]
    values: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Axes(Code):
    """One number an axis: `(a, b)`, or `a` where all turn out to be the same."""

    items: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Starred(Code):
    value: Code


@dataclass(frozen=True, slots=True)
class Each(Code):
    """`[item for variable in iterable]`."""

    item: Code
    variable: Code
    iterable: Code


@dataclass(frozen=True, slots=True)
class Choice(Code):
    """`then if test else otherwise`."""

    test: Code
    then: Code
    otherwise: Code


@dataclass(frozen=True, slots=True)
class Construct(Code):
    """The module of a child: a call of its class, which is not known before all instances are."""

    instance: Instance
    hints: tuple[tuple[str, Hint], ...] = field(default=(), compare=False)
    role: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Round(Code):
    """One entry of a comprehension of the author's, with what he wrote for the number of rounds."""

    item: Code
    count: Hint | None = field(compare=False)


@dataclass(frozen=True, slots=True)
class Chosen(Code):
    """One side of a conditional of the author's: `taken` is what the test is for this instance."""

    side: Code
    test: Hint | None = field(compare=False)
    taken: bool = field(compare=False)


@dataclass(frozen=True, slots=True)
class Started(Code):
    """An operator's module whose weights begin otherwise than PyTorch begins them.

    `hints` are what the author wrote for weights that begin with a number or table.
    """

    module: Code
    starts: tuple[Weight, ...]
    weight: Weight
    hints: tuple[tuple[str, Hint], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Given(Code):
    """A module that a parameter of the author's block makes: `mixer(C)`, `mixers[s](C)`, `mix`.

    `explicit` are the arguments of this call by the names of the module's parameters, `declared` all that its author
    declares; `widths` are sizes of what flows into it.
    """

    parameter: str
    module: Code
    index: Hint | None = field(compare=False)
    explicit: tuple[tuple[str, Hint], ...] = field(compare=False)
    declared: tuple[str, ...] = field(compare=False)
    widths: tuple[int, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Passed(Code):
    """What a block is given for a parameter that makes modules, with what the author wrote for it."""

    maker: Code
    hint: Hint | None = field(compare=False)


@dataclass(frozen=True, slots=True)
class Slot(Code):
    """What instances do not share: a module, or a function that makes modules, given to the constructor."""

    name: str


@dataclass(frozen=True, slots=True)
class Lambda(Code):
    """`lambda names: body`."""

    names: tuple[str, ...]
    body: Code


# -- statements ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Statement(Node):
    """A line, or a block of them."""


@dataclass(frozen=True, slots=True)
class Assign(Statement):
    targets: tuple[Code, ...]
    value: Code


@dataclass(frozen=True, slots=True)
class Return(Statement):
    value: Code


@dataclass(frozen=True, slots=True)
class Perform(Statement):
    """An expression for its effect."""

    value: Code


@dataclass(frozen=True, slots=True)
class Loop(Statement):
    """`for targets in iterable:`."""

    targets: tuple[Code, ...]
    iterable: Code
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Offset(Code):
    """The number of a loop's round, plus `shift`."""

    shift: int


@dataclass(frozen=True, slots=True)
class Rolled(Statement):
    """A loop of one instance: the statements of every round, alike but for their numbers."""

    rounds: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Block(Statement):
    """Statements one after the other."""

    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Branch(Statement):
    """`if test:`, with an `else:` where there are statements for it."""

    test: Code
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Test:
    """One side of a test of the author's."""

    expression: Expression
    holds: bool


@dataclass(frozen=True, slots=True)
class Guarded(Statement):
    """A statement that one instance has because of its side of tests, the outermost first."""

    tests: tuple[Test, ...]
    statement: Statement


# -- walking -------------------------------------------------------------------------------------

N = TypeVar("N", bound=Node)


_PARTS: dict[type, tuple[str, ...]] = {}


def parts_of(kind: type[Node]) -> tuple[str, ...]:
    """Return the names of the fields of a kind of piece."""
    if kind not in _PARTS:
        _PARTS[kind] = tuple(entry.name for entry in fields(kind))
    return _PARTS[kind]


def children(node: Node) -> Iterator[Node]:
    """Yield the pieces that a piece is directly made of, in order."""
    for name in parts_of(type(node)):
        part = getattr(node, name)
        if isinstance(part, Node):
            yield part
        elif isinstance(part, tuple):
            for item in part:
                if isinstance(item, Node):
                    yield item


def walk(node: Node) -> Iterator[Node]:
    """Yield a piece and everything in it, outermost first, in order."""
    pending = [node]
    while pending:
        piece = pending.pop()
        yield piece
        pending.extend(reversed(list(children(piece))))


def free_names(node: Node) -> set[str]:
    """Return the names in a piece that no function in it binds."""
    if isinstance(node, Name):
        return {node.text}
    found = {name for child in children(node) for name in free_names(child)}
    return found.difference(node.names) if isinstance(node, Lambda) else found


def rebuild(node: N, rule: Callable[[Node], Node]) -> N:
    """Return a piece with `rule` applied to what it is directly made of."""
    changes: dict[str, object] = {}
    for name in parts_of(type(node)):
        old = getattr(node, name)
        new = _replaced(old, rule)
        if new is not old:
            changes[name] = new
    return replace(node, **changes) if changes else node


def _replaced(part: object, rule: Callable[[Node], Node]) -> object:
    if isinstance(part, Node):
        return rule(part)
    if isinstance(part, tuple) and any(isinstance(item, Node) for item in part):
        new = tuple(rule(item) if isinstance(item, Node) else item for item in part)
        return part if all(a is b for a, b in zip(new, part, strict=True)) else new
    return part


def transform(node: N, rule: Callable[[Node], Node]) -> N:
    """Return a piece with `rule` applied everywhere, innermost first. The rule must keep the kind of each piece."""
    return rule(rebuild(node, lambda child: transform(child, rule)))  # type: ignore[return-value]


# -- making --------------------------------------------------------------------------------------


def code(value: Code | Scalar) -> Code:
    """Return a Python scalar as a literal, code as it is."""
    return value if isinstance(value, Code) else Literal(value)


def call(function: str | Code, *arguments: Code | Scalar, **named: Code | Scalar) -> Call:
    """Return `function(arguments, name=value)`."""
    callee = Name(function) if isinstance(function, str) else function
    placed = tuple(Argument(code(value)) for value in arguments)
    return Call(callee, placed + tuple(Argument(code(value), name) for name, value in named.items()))


def option(name: str, value: Code | Scalar, default: Code | Scalar) -> Argument:
    """Return `name=value`, which is left out where the value is the default."""
    return Argument(code(value), name, code(default))


def extended(base: Call, *arguments: Argument) -> Call:
    """Return a call with further arguments."""
    return replace(base, arguments=base.arguments + arguments)


def method(base: Code, name: str, *arguments: Code | Scalar, **named: Code | Scalar) -> Call:
    """Return `base.name(arguments, name=value)`."""
    return call(Member(base, name), *arguments, **named)


def item(base: Code, *index: Code | Scalar) -> Item:
    """Return `base[index]`."""
    return Item(base, tuple(code(part) for part in index))


SELF = Name("self")
