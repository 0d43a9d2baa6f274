"""Kinds: what a parameter accepts, and how an argument becomes the value that the body sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from archc.diagnostics.diagnostic import Diagnostic, Edit, Fix
from archc.graph.static import DType, Row, Symbol
from archc.semantics.arithmetic import as_dim, is_number
from archc.semantics.environment import MISSING, Deferred, Missing
from archc.semantics.faults import Fault, fault, help_note, sizes_note
from archc.semantics.suggest import renaming, surrounding
from archc.semantics.values import Thing, describe, is_module, is_tensor
from archc.syntax import tree
from archc.syntax.source import Span

if TYPE_CHECKING:
    from archc.semantics.elaborator import Elaborator

ROUNDINGS = (("round it down", "floor"), ("or round it up", "ceil"))
"""How a number becomes an integer, and the function that does it."""
PADDING = ("same", "valid")
"""The words that a `pad` takes beside amounts."""


def options_of(kind: tree.Kind | None) -> tuple[str, ...]:
    """Return the bare names that an argument of this kind may be."""
    if kind is None:
        return ()
    return PADDING if kind.name == "pad" else kind.options


def no_option(name: str, options: tuple[str, ...], word: str, span: Span) -> Diagnostic:
    """Return what to say of a word that a parameter does not list."""
    message = f"`{name}` is one of {', '.join(options)}, not `{word}`"
    return Diagnostic("E201", message, span, fixes=renaming(span, word, options))


class Coercion:
    """Turns one argument into the value of its parameter."""

    def __init__(self, e: Elaborator, parameter: tree.Parameter, env: Deferred, span: Span) -> None:
        self.e = e
        self.parameter = parameter
        self.env = env
        self.span = span

    @property
    def owner(self) -> str:
        """Whose parameter it is, in words."""
        return f" of {self.e.duties.subject}" if self.e.duties else ""

    def run(self, thing: Thing) -> Thing:
        """Return the coerced value; raises a Fault where the argument does not fit."""
        kind = self.parameter.kind
        if kind is None:
            return self._any(thing)
        if thing is None and kind.optional:
            return None
        if kind.is_list:
            return self._list(thing, kind)
        return self._one(thing, kind)

    def _any(self, thing: Thing) -> Thing:
        if type(thing) is float and (dim := as_dim(thing)) is not None and abs(thing) >= 1:
            return dim
        return thing

    def _one(self, thing: Thing, kind: tree.Kind) -> Thing:
        if kind.options:
            return self._option(thing, kind.options)
        if kind.name is None:
            return thing
        check = _KINDS.get(kind.name)
        if check is None:
            raise fault(
                "E201",
                f"`{kind.name}` is no kind of parameter",
                kind.span,
                fixes=renaming(kind.span, kind.name, _KINDS),
                notes=help_note(f"kinds are {', '.join(sorted(_KINDS))} and enums such as {{a, b}}"),
            )
        if type(thing) is not int and is_tensor(thing):
            raise self._tensor(WANTED[kind.name], thing)
        value = check(self, thing)
        if isinstance(value, Missing):
            raise self.mismatch(WANTED[kind.name], thing, self._roundings(kind, thing))
        return value

    def _roundings(self, kind: tree.Kind, thing: Thing) -> tuple[Fix, ...]:
        if kind.name != "int" or type(thing) is not float:
            return ()
        return tuple(Fix(title, surrounding(self.span, f"{name}(", ")")) for title, name in ROUNDINGS)

    def _option(self, thing: Thing, options: tuple[str, ...]) -> Thing:
        if isinstance(thing, Symbol) and thing.name in options:
            return thing
        if isinstance(thing, Symbol) and self.span.text == thing.name:
            raise Fault(no_option(self.parameter.name, options, thing.name, self.span))
        raise self.mismatch(f"one of {', '.join(options)}", thing)

    def _list(self, thing: Thing, kind: tree.Kind) -> Thing:
        group = self._group_length(kind)
        if isinstance(thing, Symbol) and kind.name == "pad":
            return self._one(thing, kind)
        if type(thing) is not tuple:
            if group is None and not self._is_single(kind):
                raise self.mismatch("a sequence", thing)
            one = self._one(thing, kind)
            return (one,) * (group if group is not None else 1)
        length = self._length(kind, len(thing))
        if length is not None and length != len(thing):
            raise fault(
                "E201",
                f"`{self.parameter.name}` takes {length} entries, not {len(thing)}",
                self.span,
                f"{len(thing)} here",
            )
        return thing if kind.name == "table" else tuple(self._one(item, kind) for item in thing)

    @staticmethod
    def _is_single(kind: tree.Kind) -> bool:
        """`axis[]`: one or several."""
        return kind.length is None

    def _group_length(self, kind: tree.Kind) -> int | None:
        """The number of axes, where the length names a group of axes."""
        if isinstance(kind.length, tree.Name):
            bound = self.env.find(kind.length.text)
            if type(bound) is tuple:
                return len(bound)
        return None

    def _length(self, kind: tree.Kind, found: int) -> Thing:
        if kind.length is None:
            return None
        if isinstance(kind.length, tree.Name):
            name = kind.length.text
            bound = self.env.find(name)
            if isinstance(bound, Missing):
                self.env.values[name] = found
                return found
            return len(bound) if type(bound) is tuple else bound
        return self.e.static(kind.length, self.env)

    def _is_meant(self, text: str) -> bool:
        """Say whether a string holds what the parameter would take as a word or number."""
        return text.isdecimal() or text in options_of(self.parameter.kind)

    def _tensor(self, wanted: str, thing: Thing) -> Fault:
        """Return what to say of a tensor in the place of what must be known at compile time."""
        message = f"`{self.parameter.name}`{self.owner} takes {wanted}, not {describe(thing)}"
        return fault("E209", message, self.span, "known at run time only", notes=sizes_note(self.span))

    def mismatch(self, wanted: str, thing: Thing, fixes: tuple[Fix, ...] = ()) -> Fault:
        if isinstance(thing, str) and self.span.text == f'"{thing}"' and self._is_meant(thing):
            fixes = (Fix(f"write it without quotes: `{thing}`", (Edit(self.span, thing),)),)
        text = self.span.text
        if isinstance(thing, Row) and self.parameter.kind and self.parameter.kind.is_list and text.startswith("("):
            listed = f"[{text[1:-1]}]"
            fixes = (Fix(f"write a sequence: `{listed}`", (Edit(self.span, listed),)),)
        message = f"`{self.parameter.name}`{self.owner} takes {wanted}, not {describe(thing)}"
        return fault("E201", message, self.span, fixes=fixes)


def _integer(_: Coercion, thing: Thing) -> Thing | Missing:
    dim = as_dim(thing)
    return MISSING if dim is None else dim


def _number(_: Coercion, thing: Thing) -> Thing | Missing:
    return thing if is_number(thing) else MISSING


def _boolean(_: Coercion, thing: Thing) -> Thing | Missing:
    return thing if type(thing) is bool else MISSING


def _axis(c: Coercion, thing: Thing) -> Thing | Missing:
    """Count a negative axis from the end; `axis count` is set by the matching of the inputs."""
    if type(thing) is not int:
        return MISSING
    count = c.env.values.get(AXES)
    if type(count) is int:
        axis = thing + count if thing < 0 else thing
        if not 0 <= axis < count:
            message = f"`{c.parameter.name}`{c.owner} is {thing}, and the tensor has {count} axes"
            raise fault("E201", message, c.span, f"{-count} to {count - 1} are axes" if count else "")
        return axis
    return thing


def _pad(_: Coercion, thing: Thing) -> Thing | Missing:
    fits = as_dim(thing) is not None or isinstance(thing, (Symbol, Row)) or type(thing) is tuple
    return thing if fits else MISSING


def _module(_: Coercion, thing: Thing) -> Thing | Missing:
    return thing if is_module(thing) or isinstance(thing, DType) else MISSING


def _table(_: Coercion, thing: Thing) -> Thing | Missing:
    return thing if type(thing) is tuple or isinstance(thing, Row) else MISSING


def _dtype(_: Coercion, thing: Thing) -> Thing | Missing:
    return thing if isinstance(thing, DType) else MISSING


def _text(_: Coercion, thing: Thing) -> Thing | Missing:
    return thing if isinstance(thing, str) else MISSING


AXES = "number of axes"
"""Where the matching of inputs leaves the range of an axis argument (no name of the language has a space)."""

_KINDS: dict[str, Callable[[Coercion, Thing], Thing | Missing]] = {
    "int": _integer,
    "num": _number,
    "bool": _boolean,
    "axis": _axis,
    "pad": _pad,
    "block": _module,
    "table": _table,
    "dtype": _dtype,
    "text": _text,
}

WANTED = {
    "int": "an integer",
    "num": "a number",
    "bool": "`true` or `false`",
    "axis": "an axis (an integer, negative from the end)",
    "pad": "an amount, a pair (before, after), `same` or `valid`",
    "block": "a module",
    "table": "a table (a sequence or a row)",
    "dtype": "a dtype such as f32",
    "text": "a string",
}

assert _KINDS.keys() == WANTED.keys()
