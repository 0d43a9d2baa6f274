"""What expressions evaluate to, beyond the static values of `archc.graph.static`.

Thing   = Static | Tensor | Module | Callable | tuple of Things | Poison
Tensor  = Value | WeightRef | Constant                      operands of the graph under construction
Module  = Partial | Place | Island                          what can stand behind `|>`; a tuple is a sequence
Callable = Function | Builtin | Overloaded                  what runs at elaboration
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Union, cast

from archc.graph.ir import Constant, Operand, Value, WeightRef
from archc.graph.static import DType, Initialiser, Row, Static, Symbol
from archc.records import record
from archc.semantics.openings import Cell, MaybeModule, OneOf, OpenChoice, OpenRepeat, OpenSpace
from archc.syntax import tree
from archc.syntax.source import Span

if TYPE_CHECKING:
    from archc.semantics.builtins import Builtin
    from archc.semantics.definition import Definition
    from archc.semantics.environment import Environment

OPEN_MODULES = (OpenSpace, OpenChoice, OpenRepeat, MaybeModule, Cell)
TENSORS = (Value, WeightRef, Constant)
Tensor = Operand


class PoisonType:
    """What a failed expression leaves behind; whatever uses it fails silently."""

    def __repr__(self) -> str:
        return "poison"


POISON = PoisonType()


@record
class Partial:
    """An operator or block with some of its arguments: parameters, weights given at the call, tensors for inputs.

    `places` are where the text gives them.
    """

    definition: Definition
    arguments: tuple[tuple[str, Thing], ...] = ()
    inputs: tuple[tuple[str, Thing], ...] = ()
    places: tuple[tuple[str, tree.Node], ...] = field(default=(), compare=False, repr=False)

    def argument_names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.arguments)


@record
class Tagged:
    """A module with a label of its own inside a sequence: `[conv: conv(8), relu]`."""

    label: str
    module: Thing
    span: Span = field(compare=False)


@record
class Place:
    """A path of labels in the block being elaborated; a module if one was declared there, with arguments of a call."""

    path: str
    arguments: tuple[tuple[str, Thing], ...] = ()
    inputs: tuple[tuple[str, Thing], ...] = ()
    places: tuple[tuple[str, tree.Node], ...] = field(default=(), compare=False, repr=False)


@record
class ModeTest:
    """The names `train` and `infer` as booleans."""

    mode: tree.Mode


class Undrawn(Enum):
    """What only means something while an architecture is drawn from a space."""

    ONE_OF = "oneof"
    MAYBE = "maybe"


class Structure(Enum):
    """What the name of a record type stands for."""

    RECORD = "record"


class Presence(Enum):
    """The name `given`: whether an optional input or parameter was given."""

    GIVEN = "given"


@record
class Island:
    """A module that computes in another float type: `f32(softmax)`."""

    dtype: DType
    module: Thing


@dataclass(frozen=True, eq=False)
class Function:
    """A `let` with parameters, and where it was declared."""

    let: tree.Let
    environment: Environment = field(repr=False)


@record
class Overloaded:
    """A name that is an operator for tensors and a static function, or an initialiser, for everything else."""

    function: Builtin | Function | Initialiser
    module: Partial


@record
class Rest:
    """The named arguments that a `...rest` parameter took."""

    items: tuple[tuple[str, Thing], ...]


Thing = Union[
    Static,
    Tensor,
    Partial,
    Tagged,
    Place,
    Island,
    ModeTest,
    Undrawn,
    Presence,
    Structure,
    OpenSpace,
    OpenChoice,
    OpenRepeat,
    OneOf,
    MaybeModule,
    Cell,
    Function,
    "Builtin",
    Overloaded,
    Rest,
    PoisonType,
    tuple["Thing", ...],
]


def is_tensor(thing: Thing) -> bool:
    """Say whether a value exists at run time only: a tensor or a list that holds one."""
    if type(thing) is not tuple:
        return isinstance(thing, TENSORS)
    if _known_static.get(id(thing)) is thing:
        return False
    nested = False
    for item in thing:
        if type(item) is tuple:
            nested = True
            if is_tensor(item):
                return True
        elif isinstance(item, TENSORS):
            return True
    if nested or len(thing) >= LARGE:
        _remember(thing)
    return False


LARGE, MOST_KNOWN = 32, 4096
"""From how many entries on a static sequence is remembered as one, and how many are."""

_known_static: dict[int, tuple[Thing, ...]] = {}


def _remember(thing: tuple[Thing, ...]) -> None:
    if len(_known_static) >= MOST_KNOWN:
        _known_static.clear()
    _known_static[id(thing)] = thing


def forget_sequences() -> None:
    """Let go of the sequences that are remembered as static."""
    _known_static.clear()


def is_module(thing: Thing) -> bool:
    """Say whether a value can stand behind `|>`."""
    if type(thing) is tuple:
        return all(is_module(item) for item in thing)
    return isinstance(thing, (Partial, Tagged, Place, Island, Overloaded, Function, *OPEN_MODULES))


def describe(thing: Thing) -> str:
    """Return what a value is, in words for a message."""
    for types, words in _WORDS:
        if isinstance(thing, types):
            return words if isinstance(words, str) else words(thing)
    return "a size"


MOST_SHOWN = 40
"""Characters of a string that a message shows."""


def _string(thing: Thing) -> str:
    text = str(thing)
    return f'the string "{text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"}"'


def _sequence(thing: Thing) -> str:
    count = len(thing) if isinstance(thing, tuple) else 0
    if is_tensor(thing):
        return f"a list of {count} tensor{'s' if count != 1 else ''}"
    return f"a sequence of {count} entr{'y' if count == 1 else 'ies'}" if count else "an empty sequence"


def _integer(thing: Thing) -> str:
    return f"the integer {thing}" if abs(cast(int, thing)) < 10**MOST_SHOWN else "an integer"


_WORDS: tuple[tuple[type | tuple[type, ...], str | Callable[[Thing], str]], ...] = (
    (type(None), "`none`"),
    (bool, lambda thing: f"`{str(thing).lower()}`"),
    (int, _integer),
    (float, lambda thing: f"the number {thing:g}"),
    (str, _string),
    (Symbol, lambda thing: f"the word `{thing}`"),
    (TENSORS, "a tensor"),
    (tuple, _sequence),
    (Row, "a row"),
    (DType, "a dtype"),
    (Partial, lambda thing: f"the module `{cast(Partial, thing).definition.name}`"),
    (Tagged, "a labelled module"),
    (Place, lambda thing: f"the label `{cast(Place, thing).path}`"),
    (Island, "a module"),
    (OPEN_MODULES, "an open choice"),
    (Function, lambda thing: f"the function `{cast(Function, thing).let.targets[0]}`"),
    (Overloaded, lambda thing: f"the function `{cast(Overloaded, thing).module.definition.name}`"),
)
