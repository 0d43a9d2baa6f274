"""Records and words: values that take little time to define and to compare.

A record is a frozen dataclass with slots. For `@dataclass(frozen=True, slots=True)` the standard library writes and
compiles six methods of every class, which is most of what importing the compiler would cost. A record has one method
written, `__init__`, and shares the code of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from enum import Enum
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")


class Word(Enum):
    """An enum whose members hash by identity, as they compare; `Enum` hashes their names, in Python."""

    __hash__ = object.__hash__


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """Return the class as a frozen dataclass with slots: equal objects have the same class and equal compared fields.

    A field may have `default`, `default_factory`, `compare` and `repr`.
    """
    cls.__doc__ = cls.__doc__ or cls.__name__  # where there is none, `dataclass` takes its time to make one up
    made: type[T] = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    every = fields(made)  # type: ignore[arg-type]  # it is a dataclass from here on
    methods = {"__init__": _init(made, every), **_comparison(every), **_SHARED}
    for name, method in methods.items():
        if name not in cls.__dict__:
            setattr(made, name, method)
    return made


def _init(cls: type, every: tuple[Field[Any], ...]) -> Callable[..., None]:
    names: dict[str, Any] = {f"_s_{each.name}": getattr(cls, each.name).__set__ for each in every}
    names["_absent"] = MISSING
    taken: list[str] = []
    steps: list[str] = []
    for each in every:
        name, value = each.name, each.name
        if each.default_factory is not MISSING:
            names[f"_v_{name}"], value = each.default_factory, f"_v_{name}() if {name} is _absent else {name}"
            taken.append(f"{name}=_absent")
        elif each.default is not MISSING:
            names[f"_v_{name}"] = each.default
            taken.append(f"{name}=_v_{name}")
        else:
            taken.append(name)
        steps.append(f"\n    _s_{name}(self, {value})")  # the slot itself, past the `__setattr__` that refuses
    exec(f"def __init__(self, {', '.join(taken)}):{''.join(steps) or ' pass'}", names)
    init: Callable[..., None] = names["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__annotations__ = {each.name: each.type for each in every}
    return init


def _comparison(every: tuple[Field[Any], ...]) -> dict[str, Callable[..., object]]:
    values = _values(tuple(each.name for each in every if each.compare))

    def equal(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(values(self))

    return {"__eq__": equal, "__hash__": hashed}


def _values(names: tuple[str, ...]) -> Callable[[object], tuple[object, ...]]:
    """Return the function that gives these attributes of an object as a tuple."""
    match names:
        case ():
            return lambda _: ()
        case (name,):
            value = attrgetter(name)
            return lambda one: (value(one),)
        case _:
            return attrgetter(*names)


def _repr(self: Any) -> str:
    shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({shown})"


def _reduce(self: Any) -> tuple[type, tuple[object, ...]]:
    """Copies and pickles call the class again: nothing else may set a field."""
    return type(self), tuple(getattr(self, each.name) for each in fields(self))


def _refuse_to_set(self: object, name: str, value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


_SHARED: dict[str, Callable[..., object]] = {
    "__repr__": _repr,
    "__reduce__": _reduce,
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
}
