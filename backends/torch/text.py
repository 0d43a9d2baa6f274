"""Python code as text, laid out in 88 columns as `ruff format` would."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable

from archc.backends.torch.code import (
    Argument,
    Assign,
    Axes,
    Branch,
    Call,
    Choice,
    Code,
    Counted,
    Dictionary,
    Each,
    Formatted,
    Hole,
    Infix,
    Item,
    Known,
    Lambda,
    Listing,
    Literal,
    Loop,
    Member,
    Name,
    Pattern,
    Perform,
    Prefix,
    Reference,
    Return,
    Slice,
    Starred,
    Statement,
    call,
)

WIDTH = 88
INDENT = "    "

LOWEST, CONDITIONAL, EITHER, BOTH, COMPARISON, OR, AND, SUM, PRODUCT, UNARY, POWER, POSTFIX, ATOM = range(13)
"""How tightly an expression binds: an operand that binds less than its operator stands in brackets."""

_LEVELS = {
    "or": EITHER,
    "and": BOTH,
    "|": OR,
    "&": AND,
    "==": COMPARISON,
    "!=": COMPARISON,
    "<": COMPARISON,
    "<=": COMPARISON,
    ">": COMPARISON,
    ">=": COMPARISON,
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "//": PRODUCT,
    "%": PRODUCT,
    "@": PRODUCT,
    "**": POWER,
}


def flat(node: Code | Argument) -> str:
    """Return an expression on one line."""
    return _flat(node)[0]


def _bound(node: Code, level: int) -> str:
    text, binds = _flat(node)
    return text if binds >= level else f"({text})"


def _flat(node: Code | Argument) -> tuple[str, int]:
    return _PRINTERS[type(node)](node)


def _literal(node: Literal) -> tuple[str, int]:
    value = node.value
    if isinstance(value, str):
        return quoted(value), ATOM
    text = _float(value) if isinstance(value, float) else repr(value)
    level = PRODUCT if " / " in text else UNARY if text.startswith("-") else ATOM
    return text, level


def quoted(value: str) -> str:
    """Return a string literal in double quotes, ASCII alone, that evaluates to `value`."""
    escaped = ascii(value)
    body = escaped[1:-1]
    if escaped[0] == "'":
        return '"' + body.replace("\\'", "'").replace('"', '\\"') + '"'
    return f'"{body}"'


def raw(text: str) -> str:
    """Return a raw string literal that evaluates to `text`, a plain one where there is no raw one."""
    plain = text.isascii() and text.isprintable() and '"' not in text and not text.endswith("\\")
    return f'r"{text}"' if plain and "\\" in text else quoted(text)


def _float(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return f'float("{value}")'
    text = re.sub(r"e([+-])0*(\d)", r"e\1\2", repr(value)).replace("e+", "e")
    return text if len(text) <= 8 else _fraction(value) or text


def _fraction(value: float) -> str:
    """Return `1 / 3` where that is this number and its digits are no use to a reader."""
    for below in range(3, 65):
        above = round(value * below)
        if 0 < above < 64 and above / below == value:
            return f"{above} / {below}"
    return ""


def _listing(node: Listing) -> tuple[str, int]:
    inner = ", ".join(map(flat, node.items))
    comma = "," if node.brackets == "()" and len(node.items) == 1 else ""
    return f"{node.brackets[0]}{inner}{comma}{node.brackets[1]}", ATOM


def _dictionary(node: Dictionary) -> tuple[str, int]:
    entries = (f"{flat(key)}: {flat(value)}" for key, value in zip(node.keys, node.values, strict=True))
    return f"{{{', '.join(entries)}}}", ATOM


def _axes(node: Axes) -> tuple[str, int]:
    if node.items and all(entry == node.items[0] for entry in node.items):
        return _flat(node.items[0])
    return _listing(Listing(node.items, "()"))


def _item(node: Item) -> tuple[str, int]:
    return f"{_bound(node.base, POSTFIX)}[{', '.join(map(flat, node.index))}]", POSTFIX


def _slice(node: Slice) -> tuple[str, int]:
    start = flat(node.start) if node.start else ""
    stop = flat(node.stop) if node.stop else ""
    if all(end is None or _is_simple(end) for end in (node.start, node.stop)):
        return f"{start}:{stop}", LOWEST
    return f"{start}{' ' if start else ''}:{' ' if stop else ''}{stop}", LOWEST


def _infix(node: Infix) -> tuple[str, int]:
    level = _LEVELS[node.operator]
    if node.operator == "**":
        left, right = _bound(node.left, POSTFIX), _bound(node.right, UNARY)
        space = "" if _is_simple(node.left) and _is_simple(node.right) else " "
        return f"{left}{space}**{space}{right}", level
    tight = level + (level == COMPARISON)
    return f"{_bound(node.left, tight)} {node.operator} {_bound(node.right, level + 1)}", level


def _is_simple(node: Code) -> bool:
    """Say whether operators and colons hug this operand."""
    if isinstance(node, Prefix):
        return isinstance(node.operand, Literal)
    if isinstance(node, Literal):
        return not isinstance(node.value, str)
    return isinstance(node, Name) or (isinstance(node, Member) and _is_simple(node.base))


def _choice(node: Choice) -> tuple[str, int]:
    then, test = _bound(node.then, EITHER), _bound(node.test, EITHER)
    return f"{then} if {test} else {_bound(node.otherwise, CONDITIONAL)}", CONDITIONAL


def _head(node: Lambda) -> str:
    return f"lambda {', '.join(node.names)}: " if node.names else "lambda: "


def _lambda(node: Lambda) -> tuple[str, int]:
    body = node.body
    if isinstance(body, Call) and isinstance(body.function, Name):
        given = shown(body)
        plain = all(isinstance(argument.value, Name | Known) and not argument.name for argument in given)
        if plain and tuple(map(flat, given)) == node.names:
            return _flat(body.function)  # `lambda C: Block(C)` is `Block`
    return f"{_head(node)}{flat(node.body)}", LOWEST


def _prefix(node: Prefix) -> tuple[str, int]:
    space = " " if node.operator.isalpha() else ""
    return f"{node.operator}{space}{_bound(node.operand, UNARY)}", UNARY


def _argument(node: Argument) -> tuple[str, int]:
    return f"{node.name}={flat(node.value)}" if node.name else flat(node.value), LOWEST


def shown(node: Call) -> list[Argument]:
    """Return the arguments that a call needs: those that are not the callee's default."""
    needed: list[Argument] = []
    for argument in node.arguments:
        if argument.default is None or not _is_default(single(argument.value), argument.default):
            needed.append(argument)
    return needed


def _is_default(value: Code, default: Code) -> bool:
    """Say whether an argument is the callee's default, a number that is still a hole included."""
    return value == default or (
        isinstance(value, Hole) and isinstance(default, Literal) and value.value == default.value
    )


def single(node: Code) -> Code:
    """Return the one number of axes that agree, other code as it is."""
    if isinstance(node, Axes) and node.items and all(entry == node.items[0] for entry in node.items[1:]):
        return node.items[0]
    return node


_PRINTERS: dict[type, Callable[..., tuple[str, int]]] = {
    Name: lambda node: (node.text, ATOM),
    Literal: _literal,
    Pattern: lambda node: (raw(node.text), ATOM),
    Member: lambda node: (f"{_bound(node.base, POSTFIX)}.{node.name}", POSTFIX),
    Formatted: lambda node: (f'f"{node.before}{{{flat(node.number)}}}{node.behind}"', ATOM),
    Counted: lambda node: (f"getattr({flat(node.base)}, {flat(node.name)})", POSTFIX),
    Item: _item,
    Slice: _slice,
    Argument: _argument,
    Call: lambda node: (f"{_bound(node.function, POSTFIX)}({', '.join(map(flat, shown(node)))})", POSTFIX),
    Infix: _infix,
    Prefix: _prefix,
    Listing: _listing,
    Dictionary: _dictionary,
    Axes: _axes,
    Starred: lambda node: (f"*{_bound(node.value, SUM)}", LOWEST),
    Choice: _choice,
    Lambda: _lambda,
    Hole: lambda node: ("0000", ATOM),  # this one and the next two are only measured
    Known: lambda node: (node.name, ATOM),
    Reference: lambda node: ("xx", ATOM),
    Each: lambda node: (f"[{flat(node.item)} for {flat(node.variable)} in {flat(node.iterable)}]", ATOM),
}


# -- lines ---------------------------------------------------------------------------------------


def lines(statements: Iterable[Statement], indent: str = "") -> list[str]:
    """Return statements as lines, each behind `indent`."""
    return [line for statement in statements for line in _STATEMENTS[type(statement)](statement, indent)]


def _assign(node: Assign, indent: str) -> list[str]:
    target = node.targets[0]
    if isinstance(target, Counted):
        return spread(call(Member(target.base, "add_module"), target.name, node.value), indent, "", "")
    return spread(node.value, indent, f"{', '.join(map(flat, node.targets))} = ", "")


def _return(node: Return, indent: str) -> list[str]:
    value = node.value
    if isinstance(value, Listing) and value.brackets == "()" and len(value.items) > 1:
        bare = f"{indent}return {', '.join(map(flat, value.items))}"
        if len(bare) <= WIDTH:
            return [bare]
    return spread(value, indent, "return ", "")


def _loop(node: Loop, indent: str) -> list[str]:
    head = f"for {', '.join(map(flat, node.targets))} in "
    return spread(node.iterable, indent, head, ":") + lines(node.body, indent + INDENT)


def _branch(node: Branch, indent: str) -> list[str]:
    text = [f"{indent}if {flat(node.test)}:", *lines(node.then, indent + INDENT)]
    if len(node.otherwise) == 1 and isinstance(node.otherwise[0], Branch):
        first, *rest = _branch(node.otherwise[0], indent)
        return [*text, f"{indent}el{first.removeprefix(indent)}", *rest]
    return text + ([f"{indent}else:", *lines(node.otherwise, indent + INDENT)] if node.otherwise else [])


_STATEMENTS: dict[type, Callable[..., list[str]]] = {
    Assign: _assign,
    Return: _return,
    Perform: lambda node, indent: spread(node.value, indent, "", ""),
    Loop: _loop,
    Branch: _branch,
}


def fits(node: Code, taken: int) -> bool:
    """Say whether an expression fits on a line of which `taken` columns are taken."""
    return taken + len(flat(node)) <= WIDTH


def spread(node: Code | Argument, indent: str, head: str, tail: str) -> list[str]:
    """Return `head node tail`, on several lines where one is too short."""
    text = f"{indent}{head}{flat(node)}{tail}"
    split = _SPLITS.get(type(node))
    return [text] if len(text) <= WIDTH or split is None else split(node, indent, head, tail)


def _split_call(node: Call, indent: str, head: str, tail: str) -> list[str]:
    arguments = shown(node)
    if not arguments:
        return [f"{indent}{head}{flat(node)}{tail}"]
    opening = f"{indent}{head}{_bound(node.function, POSTFIX)}("
    if len(opening) > WIDTH and isinstance(node.function, Member) and isinstance(node.function.base, Call):
        given = ", ".join(map(flat, arguments))
        return spread(node.function.base, indent, head, f".{node.function.name}({given}){tail}")
    inner = indent + INDENT
    body = inner + ", ".join(map(flat, arguments))
    comma = "," if len(arguments) > 1 or isinstance(arguments[0].value, Starred) else ""
    many = [line for argument in arguments for line in spread(argument, inner, "", comma)]
    return [opening, *([body] if len(body) <= WIDTH else many), f"{indent}){tail}"]


def _split_listing(node: Listing, indent: str, head: str, tail: str) -> list[str]:
    if len(node.items) >= MANY and all(isinstance(entry, Literal) for entry in node.items):
        inner = indent + INDENT
        numbers = ", ".join(map(flat, node.items)) + ","
        body = textwrap.wrap(numbers, WIDTH, initial_indent=inner, subsequent_indent=inner, break_on_hyphens=False)
        return [f"{indent}{head}{node.brackets[0]}", *body, f"{indent}{node.brackets[1]}{tail}"]
    body = [line for entry in node.items for line in spread(entry, indent + INDENT, "", ",")]
    return [f"{indent}{head}{node.brackets[0]}", *body, f"{indent}{node.brackets[1]}{tail}"]


MANY = 24
"""Numbers in a row from which on they fill lines, instead of standing one below the other."""


def _split_dictionary(node: Dictionary, indent: str, head: str, tail: str) -> list[str]:
    body: list[str] = []
    for key, value in zip(node.keys, node.values, strict=True):
        body += spread(value, indent + INDENT, f"{flat(key)}: ", ",")
    return [f"{indent}{head}{{", *body, f"{indent}}}{tail}"]


def _split_each(node: Each, indent: str, head: str, tail: str) -> list[str]:
    inner = indent + INDENT
    body = [*spread(node.item, inner, "", ""), f"{inner}for {flat(node.variable)} in {flat(node.iterable)}"]
    return [f"{indent}{head}[", *body, f"{indent}]{tail}"]


def _split_choice(node: Choice, indent: str, head: str, tail: str) -> list[str]:
    inner = indent + INDENT
    if len(inner) + len(flat(node)) <= WIDTH:
        return [f"{indent}{head}(", f"{inner}{flat(node)}", f"{indent}){tail}"]
    sides = [*spread(node.then, inner, "", ""), *spread(node.test, inner, "if ", "")]
    return [f"{indent}{head}(", *sides, *spread(node.otherwise, inner, "else ", ""), f"{indent}){tail}"]


def _split_infix(node: Infix, indent: str, head: str, tail: str) -> list[str]:
    """In brackets, unless it stands in some already; a sign begins a line."""
    bare = not head or (head.endswith("=") and not head.endswith(" ="))
    inner = indent if bare else indent + INDENT
    parts = _operands(node)
    left, right = f"{_bound(node.left, _LEVELS[node.operator])} {node.operator} ", node.right
    if len(parts) == 2 and isinstance(right, Call) and shown(right) and len(indent + head + left) <= WIDTH:
        return _split_call(right, indent, head + left, tail)
    body = [f"{inner}{flat(node)}"]
    if len(body[0]) > WIDTH - bool(tail and bare):
        body = [f"{inner}{sign}{_bound(part, _LEVELS[node.operator] + bool(sign))}" for sign, part in parts]
    if bare:
        return [f"{indent}{head}{body[0].lstrip()}", *body[1:-1], *([f"{body[-1]}{tail}"] if len(body) > 1 else [])]
    return [f"{indent}{head}(", *body, f"{indent}){tail}"]


def _operands(node: Infix) -> list[tuple[str, Code]]:
    """Return the operands of a chain of signs that bind alike, each behind its sign."""
    left = node.left
    chained = isinstance(left, Infix) and _LEVELS[left.operator] == _LEVELS[node.operator] and node.operator != "**"
    before = _operands(left) if isinstance(left, Infix) and chained else [("", left)]
    return [*before, (f"{node.operator} ", node.right)]


def _split_argument(node: Argument, indent: str, head: str, tail: str) -> list[str]:
    return spread(node.value, indent, f"{head}{node.name}=" if node.name else head, tail)


def _split_axes(node: Axes, indent: str, head: str, tail: str) -> list[str]:
    one = single(node)
    return spread(Listing(node.items, "()") if one is node else one, indent, head, tail)


_SPLITS: dict[type, Callable[..., list[str]]] = {
    Call: _split_call,
    Listing: _split_listing,
    Dictionary: _split_dictionary,
    Each: _split_each,
    Argument: _split_argument,
    Axes: _split_axes,
    Choice: _split_choice,
    Infix: _split_infix,
    Lambda: lambda node, indent, head, tail: spread(node.body, indent, head + _head(node), tail),
    Starred: lambda node, indent, head, tail: spread(node.value, indent, head + "*", tail),
}
