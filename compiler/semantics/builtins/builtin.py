"""A static function of the language written in Python: what it takes, and how it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Protocol, TypeAlias

from archc.graph.ir import Constant, Value, WeightRef
from archc.graph.static import Dim, Static
from archc.records import record

if TYPE_CHECKING:
    from archc.shapes import Relation

LIMIT = 1_000_000
"""The most entries that a static sequence may have."""

Function: TypeAlias = Callable[..., Static]


class StaticError(Exception):
    """A static function was called with something that it cannot take; `help` is a way out, "" where there is none."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class Obligations(Protocol):
    """What a function that imposes relations between sizes reports to. The caller decides them; nothing is returned."""

    def equal(self, left: Dim, right: Dim, what: str) -> None:
        """Impose `left == right`; `what` says in words what needs it."""

    def all_equal(self, pairs: Sequence[tuple[Dim, Dim]], what: str) -> None:
        """Impose that both sizes of every pair are equal, as one."""

    def divides(self, divisor: Dim, whole: Dim, what: str) -> None:
        """Impose that `divisor` goes into `whole` without a remainder."""

    def require(self, relation: Relation, what: str) -> None:
        """Impose a relation; `what` says in words what needs it."""


@record
class Taking:
    """What an argument must be: `words` complete the sentence "must be ..."."""

    words: str
    accepts: Callable[[Static], bool]

    def optional(self) -> Taking:
        """Return the same, or `none`."""
        return Taking(f"{self.words}, or `none`", lambda value: value is None or self.accepts(value))


@record
class Argument:
    """A parameter of a static function: `required` without a default, `repeated` where it takes all that follow."""

    name: str
    taking: Taking
    required: bool
    repeated: bool

    def check(self, value: Static, function: str) -> None:
        """Raise StaticError unless the argument may have this value."""
        if not self.taking.accepts(value):
            raise StaticError(f"`{function}`: {self.name} must be {self.taking.words}, and is {show(value)}")


@record
class Builtin:
    """A static function. `obliges` says that `function` takes an Obligations in front of its parameters."""

    name: str
    function: Function = field(repr=False)
    parameters: tuple[Argument, ...]
    doc: str
    obliges: bool = False

    def call(
        self,
        positional: tuple[Static, ...],
        named: Mapping[str, Static],
        obligations: Obligations,
    ) -> Static:
        """Return the value of the function; raise StaticError where the arguments do not fit."""
        self._check(positional, named)
        first = (obligations,) if self.obliges else ()
        try:
            return self.function(*first, *positional, **named)
        except ArithmeticError as error:
            raise StaticError(f"`{self.name}` has no result here: {error}") from None

    def _check(self, positional: tuple[Static, ...], named: Mapping[str, Static]) -> None:
        given = set(named)
        for position, value in enumerate(positional):
            argument = self._at(position, len(positional))
            if argument.name in named:
                raise StaticError(f"`{self.name}`: {argument.name} is given twice")
            argument.check(value, self.name)
            given.add(argument.name)
        for name, value in named.items():
            self._named(name).check(value, self.name)
        missing = [p.name for p in self.parameters if p.required and p.name not in given]
        if missing:
            raise StaticError(f"`{self.name}` needs {', '.join(missing)}", f"write {self.usage()}")

    def _at(self, position: int, count: int) -> Argument:
        if self.parameters and (position < len(self.parameters) or self.parameters[-1].repeated):
            return self.parameters[min(position, len(self.parameters) - 1)]
        raise StaticError(f"`{self.name}` takes {len(self.parameters)} arguments, not {count}", f"write {self.usage()}")

    def _named(self, name: str) -> Argument:
        for parameter in self.parameters:
            if parameter.name == name and not parameter.repeated:
                return parameter
        raise StaticError(f"`{self.name}` has no parameter `{name}`", f"write {self.usage()}")

    def usage(self) -> str:
        """Return a call with the parameters' names, as help shows it."""
        return f"`{self.name}({', '.join(p.name for p in self.parameters)})`"


def builtin(*, obliges: bool = False, name: str = "", **takings: Taking) -> Callable[[Function], Builtin]:
    """Return a decorator that makes a static function of a Python function, checking arguments by `takings`."""

    def make(function: Function) -> Builtin:
        written = list(signature(function).parameters.values())[1 if obliges else 0 :]
        parameters = tuple(
            Argument(
                p.name,
                takings[p.name],
                p.default is Parameter.empty and p.kind is not Parameter.VAR_POSITIONAL,
                p.kind is Parameter.VAR_POSITIONAL,
            )
            for p in written
        )
        return Builtin(name or function.__name__.rstrip("_"), function, parameters, function.__doc__ or "", obliges)

    return make


def show(value: Static) -> str:
    """Return a value in few words for a message."""
    if value is None:
        return "`none`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        items = [show(one).strip("`") for one in value[:4]]
        text = f"[{', '.join(items)}{', ...' if len(value) > 4 else ''}]"
    else:
        text = "a tensor" if isinstance(value, (Value, WeightRef, Constant)) else str(value)
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"
