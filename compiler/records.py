"""Records and words: values that take little time to define and to compare.

A record is a frozen dataclass with slots. For `@dataclass(frozen=True, slots=True)` the standard library writes and
compiles six methods of every class, which is most of what importing the compiler would cost. Records share the code of
five of them, and all with as many fields that of `__init__`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from enum import Enum
from functools import cache
from operator import attrgetter
from types import CodeType, FunctionType
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
    body = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    own = {name: _field(body.pop(name, MISSING)) for name in body.get("__annotations__", ())}
    every = {**_fields_of(cls), **own}
    slots = (*own, *(() if hasattr(cls, "_hash") else ("_hash",)))
    body.update(__slots__=slots, __match_args__=tuple(every), __record__=every, __dataclass_fields__=_LazyFields())
    define: Callable[..., type[T]] = type(cls)
    made = define(cls.__name__, cls.__bases__, body)
    for name, method in (_init(made, every), *_comparison(made, every), *_SHARED):
        if name not in body:
            setattr(made, name, method)
    return made


def _fields_of(cls: type) -> dict[str, Field[Any]]:
    fields: dict[str, Field[Any]] = getattr(cls, "__record__", {})
    return fields


def _field(given: Any) -> Field[Any]:
    return given if isinstance(given, Field) else field(default=given)


class _LazyFields:
    """The fields of a record as `dataclasses` describes them, made when somebody first asks."""

    def __get__(self, _: object, owner: type) -> Mapping[str, Field[Any]]:
        body = {"__annotations__": _kinds(owner), "__doc__": "", **_fields_of(owner)}
        plain: type = dataclass(init=False, repr=False, eq=False)(type(owner.__name__, (), body))
        described = {each.name: each for each in fields(plain)}
        type.__setattr__(owner, "__dataclass_fields__", described)
        return described


def _kinds(cls: type) -> dict[str, object]:
    """Return the annotations of all fields."""
    return {
        name: kind for base in reversed(cls.__mro__) for name, kind in vars(base).get("__annotations__", {}).items()
    }


# -- methods -----------------------------------------------------------------------------------------

Method = tuple[str, Callable[..., object]]


def _init(cls: type, every: Mapping[str, Field[Any]]) -> Method:
    names: dict[str, Any] = {"absent": MISSING}
    defaults: list[object] = []
    for position, (name, each) in enumerate(every.items()):
        names[f"set{position}"] = getattr(cls, name).__set__  # the slot itself, past the `__setattr__` that refuses
        names[f"make{position}"] = each.default_factory
        if each.default is not MISSING or each.default_factory is not MISSING:
            defaults.append(each.default)
    code = _init_code(tuple(each.default_factory is not MISSING for each in every.values()))
    code = code.replace(co_varnames=("self", *every), co_qualname=f"{cls.__qualname__}.__init__")
    init = FunctionType(code, names, "__init__", tuple(defaults))
    init.__annotations__ = _kinds(cls)
    return "__init__", init


@cache
def _init_code(made: tuple[bool, ...]) -> CodeType:
    """Return the code of an `__init__` whose parameters are still to be named: for every field, whether a factory makes
    its default."""
    steps = [
        f"\n    set{at}(self, make{at}() if _{at} is absent else _{at})" if factory else f"\n    set{at}(self, _{at})"
        for at, factory in enumerate(made)
    ]
    names: dict[str, Any] = {}
    exec(
        f"def __init__({', '.join(['self', *(f'_{at}' for at in range(len(made)))])}):{''.join(steps) or ' pass'}",
        names,
    )
    code: CodeType = names["__init__"].__code__
    return code


def _comparison(cls: Any, every: Mapping[str, Field[Any]]) -> tuple[Method, Method]:
    keep = cls._hash.__set__
    values = _values(tuple(name for name, each in every.items() if each.compare))

    def equal(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: Any) -> int:
        try:
            kept: int = self._hash
        except AttributeError:
            kept = hash(values(self))
            keep(self, kept)
        return kept

    return ("__eq__", equal), ("__hash__", hashed)


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


def _repr(self: object) -> str:
    shown = (f"{name}={getattr(self, name)!r}" for name, each in _fields_of(type(self)).items() if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _reduce(self: object) -> tuple[type, tuple[object, ...]]:
    """Copies and pickles call the class again: nothing else may set a field."""
    return type(self), tuple(getattr(self, name) for name in _fields_of(type(self)))


def _refuse_to_set(self: object, name: str, value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


_SHARED: tuple[Method, ...] = (
    ("__repr__", _repr),
    ("__reduce__", _reduce),
    ("__setattr__", _refuse_to_set),
    ("__delattr__", _refuse_to_delete),
)
