"""How modules of PyTorch's own begin, where the architecture says otherwise than PyTorch.

Where all modules of a class begin alike, one function says so for the whole file (`init_weights`); where they do not,
each is begun where it is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from archc.backends.torch.code import (
    Argument,
    Branch,
    Call,
    Code,
    Hole,
    Infix,
    Item,
    Literal,
    Member,
    Name,
    Node,
    Started,
    Statement,
    call,
    extended,
    item,
    method,
    rebuild,
    walk,
)
from archc.backends.torch.starts import amount, draw, initialiser

Rules = Mapping[str, tuple[Statement, ...]]
"""For a class of PyTorch's, the statements that begin a `module` of it."""

MODULE = Name("module")


def common_rules(nodes: Iterable[Node]) -> Rules:
    """Return the rules of the classes whose modules all begin alike, and otherwise than PyTorch begins them."""
    found: dict[str, list[Started | None]] = {}
    for node in nodes:
        _collect(node, found)
    rules = {name: _rule(column) for name, column in found.items() if any(column)}
    return {name: rule for name, rule in rules.items() if rule is not None}


def begun(node: Node, rules: Rules) -> Node:
    """Return code in which modules that no rule begins are begun where they are made."""

    def rule(piece: Node) -> Node:
        if not isinstance(piece, Started):
            return rebuild(piece, rule)
        return piece.module if class_name(piece.module) in rules else _begun_there(piece)

    return rule(node)


@dataclass(frozen=True, slots=True)
class Beginning:
    """How all modules of some classes begin."""

    classes: tuple[str, ...]
    statements: tuple[Statement, ...]


def grouped(rules: Rules) -> tuple[Beginning, ...]:
    """Return the rules with the classes that share one together."""
    groups: dict[tuple[Statement, ...], list[str]] = {}
    for name, statements in rules.items():
        groups.setdefault(statements, []).append(name)
    return tuple(Beginning(tuple(sorted(names)), statements) for statements, names in groups.items())


def class_name(code: Code) -> str:
    """Return the name of the class that code makes a module of."""
    return code.function.text if isinstance(code, Call) and isinstance(code.function, Name) else ""


def _begun_there(started: Started) -> Code:
    """Return `started(module, weight=partial(nn.init.normal_, std=0.02))`."""
    hints = dict(started.hints)
    starts = [Argument(initialiser(one.start, hints.get(one.name)), one.name) for one in started.starts]
    return extended(call("started", started.module), *starts)


# -- rules ---------------------------------------------------------------------------------------


def _collect(node: Node, found: dict[str, list[Started | None]]) -> None:
    """Sort every module by its class, with how it begins (None: as PyTorch begins it)."""
    inside = {id(piece.module) for piece in walk(node) if isinstance(piece, Started)}
    for piece in walk(node):
        if isinstance(piece, Started):
            found.setdefault(class_name(piece.module), []).append(piece)
        elif isinstance(piece, Call) and class_name(piece) and id(piece) not in inside:
            found.setdefault(class_name(piece), []).append(None)


def _rule(column: Sequence[Started | None]) -> tuple[Statement, ...] | None:
    """Return the statements that begin every module of a column, None where they do not begin alike."""
    all_begun = [one for one in column if one is not None]
    if len(all_begun) != len(column):
        return None
    names = dict.fromkeys(weight.name for one in all_begun for weight in one.starts)
    statements = [_common(name, all_begun) for name in names]
    return None if None in statements else tuple(one for one in statements if one is not None)


def _common(name: str, column: Sequence[Started]) -> Statement | None:
    """Return the statement that begins one weight of every module."""
    given = [(weight, one) for one in column for weight in one.starts if weight.name == name]
    starts = [weight.start for weight, _ in given]
    if len({type(start) for start in starts}) != 1:
        return None
    number = _number([amount(start) for start in starts], [one for _, one in given])
    statement = draw(Member(MODULE, name), starts[0], number) if number is not None else None
    if statement is None or name == "weight":
        return statement
    return Branch(Name(f"module.{name} is not None"), (statement,))


def _number(values: Sequence[float], modules: Sequence[Started]) -> Code | None:
    """Return the number of an initialiser: one for all, or by a fan of the module's weight."""
    if all(value == values[0] for value in values):
        return Literal(values[0])
    for fan, code in _FANS:
        for above in (1, 2):
            wanted = [math.sqrt(above / fan(one)) for one in modules]
            if all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(values, wanted, strict=True)):
                return call("math.sqrt", Infix(Literal(above), "/", code))
    return None


def _sizes(one: Started) -> list[int]:
    return [size for size in one.weight.type.shape if isinstance(size, int)]


def _fan_in(one: Started) -> int:
    return math.prod(_sizes(one)[1:])


def _fan_out(one: Started) -> int:
    sizes = _sizes(one)
    return sizes[0] * math.prod(sizes[2:])


def _fan_out_of_a_group(one: Started) -> int:
    return max(_fan_out(one) // _groups(one.module), 1)


def _groups(module: Code) -> int:
    """Return into how many groups a module splits its channels."""
    arguments = module.arguments if isinstance(module, Call) else ()
    value = next((a.value.value for a in arguments if a.name == "groups" and isinstance(a.value, Hole)), 1)
    return value if isinstance(value, int) and value > 0 else 1


_WEIGHT = Member(MODULE, "weight")
_OUT = method(Item(_WEIGHT, (Name(":, 0"),)), "numel")
_FANS: tuple[tuple[Callable[[Started], int], Code], ...] = (
    (_fan_in, method(item(_WEIGHT, 0), "numel")),
    (_fan_out, _OUT),
    (_fan_out_of_a_group, Infix(_OUT, "//", Member(MODULE, "groups"))),
)
