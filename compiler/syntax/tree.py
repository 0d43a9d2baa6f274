"""The syntax tree: what an `.arch` file says, with the span of everything in it.

Nodes are frozen, compare by what they say and not by where they stand, and know nothing of meaning.
Lists of nodes are tuples, what may be missing is None.
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from archc.records import Word, record
from archc.syntax.source import Span


@record
class Node:
    span: Span = field(compare=False, repr=False)


# -- expressions -------------------------------------------------------------------------------


class Operator(Word):
    """The binary operators, by their spelling."""

    OR = "or"
    AND = "and"
    EQUAL = "=="
    UNEQUAL = "!="
    AT_MOST = "<="
    AT_LEAST = ">="
    LESS = "<"
    GREATER = ">"
    RANGE = ".."
    JOIN = "++"
    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    FLOOR_DIVIDE = "//"
    MODULO = "%"
    POWER = "**"


class Prefix(Word):
    """The unary operators."""

    NEGATE = "-"
    NOT = "not"


@record
class Name(Node):
    """A bare name. A run-time size ends in a prime: `N'`."""

    text: str


@record
class Number(Node):
    """An int or a float; `text` is its spelling, which the formatter keeps."""

    value: int | float
    text: str = field(compare=False)


@record
class Text(Node):
    """A string: a pattern, a label (where `{expression}` is filled in), a key or an address."""

    value: str


@record
class Reasoned(Node):
    """`condition "reason"` in a `where`: what to say where it does not hold, with `{expression}` filled in."""

    condition: Expression
    reason: Text


@record
class Sequence(Node):
    """`[a, b]`: one entry an axis, a layer, a stage."""

    items: tuple[Expression | Labelled, ...]


@record
class Row(Node):
    """`(a, b)`: sides, pairs, the fields of a table's row."""

    items: tuple[Expression, ...]


@record
class Clause(Node):
    """`for names in iterable if condition`."""

    names: tuple[str, ...]
    iterable: Expression
    condition: Expression | None


@record
class Comprehension(Node):
    """`[item for ... for ...]`."""

    item: Expression | Labelled
    clauses: tuple[Clause, ...]


@record
class Unary(Node):
    prefix: Prefix
    operand: Expression


@record
class Binary(Node):
    operator: Operator
    left: Expression
    right: Expression


@record
class Conditional(Node):
    """`if test then a else b`, a value."""

    test: Expression
    then: Expression
    otherwise: Expression


class Loop(Enum):
    FOLD = "fold"
    SCAN = "scan"


@record
class Fold(Node):
    """`fold targets = start for names in iterable => step`; a scan keeps every result."""

    loop: Loop
    targets: tuple[str, ...]
    start: Expression
    names: tuple[str, ...]
    iterable: Expression
    step: Expression


@record
class Labelled(Node):
    """`label: module`: the module's weights live under that path."""

    label: Expression
    module: Expression


@record
class Stage(Node):
    """One `|>` step; with a guard it may be missing."""

    module: Expression | Labelled
    guard: Expression | None


@record
class Pipe(Node):
    """`value |> stage |> stage`."""

    value: Expression
    stages: tuple[Stage, ...]


@record
class Argument(Node):
    """One argument of a call; `name` is None where it is positional."""

    name: str | None
    value: Expression


@record
class Spread(Node):
    """`...` or `...rest` among arguments: everything that was given to `rest`."""

    name: str | None


@record
class Call(Node):
    callee: Expression
    arguments: tuple[Argument | Spread, ...]


@record
class Slice(Node):
    """`a..b`, `a..`, `..b` or `..` among subscripts, or `...` (all remaining axes) with `rest` set."""

    start: Expression | None
    stop: Expression | None
    rest: bool = False


@record
class Index(Node):
    """`base[subscript, ...]`. `a..b` inside the brackets is always a Slice, never a range."""

    base: Expression
    subscripts: tuple[Expression | Slice, ...]


@record
class Attribute(Node):
    """`base.name`; `quoted` where the name is a template: `head."up_{i}"`."""

    base: Expression
    name: str
    quoted: bool = False


@record
class Alternative(Node):
    """`weight => value`; without a weight the alternatives share what is left equally."""

    weight: Number | None
    value: Expression


@record
class Choice(Node):
    title: str | None
    alternatives: tuple[Alternative, ...]


@record
class Repeat(Node):
    """`repeat 2..6 { module }`."""

    count: Expression
    body: Expression


Expression = (
    Name
    | Number
    | Text
    | Reasoned
    | Sequence
    | Row
    | Comprehension
    | Unary
    | Binary
    | Conditional
    | Fold
    | Pipe
    | Call
    | Index
    | Attribute
    | Choice
    | Repeat
)


# -- signatures --------------------------------------------------------------------------------


@record
class Dots(Node):
    """`...`, `...S` or `...f(S)` among dims: a group of axes."""

    value: Expression | None


@record
class Shape(Node):
    dims: tuple[Expression | Dots, ...]


@record
class Kind(Node):
    """What a parameter takes: a kind's name or an enum's options, `[length]` for a list of them, `?` for none."""

    name: str | None
    options: tuple[str, ...]
    length: Expression | None
    is_list: bool
    optional: bool


@record
class Parameter(Node):
    name: str
    kind: Kind | None
    default: Expression | None


@record
class RestParameter(Node):
    """`...rest`: takes the named arguments that no other parameter takes."""

    name: str


@record
class Input(Node):
    """`name? type shape for ...`; `type` is a dtype or a record type, None for the float type of the call."""

    name: str
    optional: bool
    type: str | None
    shape: Shape
    clause: Clause | None


@record
class Output(Node):
    """A shape that comes out; a single word before it is its `name`, even where that is the name of a type."""

    name: str | None
    type: str | None
    shape: Shape
    clause: Clause | None
    guard: Expression | None


@record
class Signature(Node):
    """`: inputs -> outputs`. `outputs` is None where no arrow stands."""

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...] | None


# -- statements --------------------------------------------------------------------------------


@record
class Let(Node):
    """`let a, b = x, y` or `let f(n, d = 8) = ...` (a static function). Also a declaration of a file."""

    targets: tuple[str, ...]
    parameters: tuple[Parameter | RestParameter, ...] | None
    values: tuple[Expression, ...]
    doc: str | None = None


@record
class Assign(Node):
    targets: tuple[str, ...]
    values: tuple[Expression, ...]


@record
class Declare(Node):
    """`label: module for ...`: a module that is declared and not called."""

    label: Expression
    module: Expression
    clauses: tuple[Clause, ...]


class Store(Word):
    """What a weight is: trained, saved with the model, or threaded through a run."""

    PARAM = "param"
    BUFFER = "buffer"
    STATE = "state"


@record
class Stored(Node):
    """`name? type shape = start if guard`; `quoted` where the name is a template."""

    name: str
    quoted: bool
    optional: bool
    type: str | None
    shape: Shape
    start: Expression | None
    guard: Expression | None


@record
class Weights(Node):
    """`param a[C] = ones, b?[C]`."""

    store: Store
    entries: tuple[Stored, ...]


@record
class Return(Node):
    values: tuple[Expression, ...]


@record
class For(Node):
    names: tuple[str, ...]
    iterable: Expression
    body: tuple[Statement, ...]


@record
class If(Node):
    """`else if` is an If alone in `otherwise`."""

    test: Expression
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] | None


class Mode(Word):
    TRAIN = "train"
    INFER = "infer"


@record
class Form(Node):
    """`train { }` or `infer { }`."""

    mode: Mode
    body: tuple[Statement, ...]


@record
class Entry(Node):
    name: str
    parameters: tuple[Parameter | RestParameter, ...]
    signature: Signature | None
    where: tuple[Expression, ...]
    body: tuple[Statement, ...]
    doc: str | None = None


@record
class Check(Node):
    """`check left ~ right` (equal up to rounding), or `check train ~ infer`, or `check condition`."""

    left: Expression
    right: Expression | None


Statement = Let | Assign | Declare | Weights | Return | For | If | Form | Entry | Check


# -- declarations ------------------------------------------------------------------------------


@record
class Use(Node):
    """`use path (names)`: everything of that file, or the names alone."""

    path: tuple[str, ...]
    names: tuple[str, ...]


class BlockKind(Word):
    OP = "op"
    BLOCK = "block"
    ARCH = "arch"


@record
class Block(Node):
    """An operator, a block or an architecture; `name_span` is where its name stands."""

    kind: BlockKind
    name: str
    name_span: Span = field(compare=False, repr=False)
    parameters: tuple[Parameter | RestParameter, ...]
    signature: Signature | None
    where: tuple[Expression, ...]
    body: tuple[Statement, ...] | None
    doc: str | None = None


@record
class Member(Node):
    """A field of a record type."""

    name: str
    type: str | None
    shape: Shape


@record
class TypeDeclaration(Node):
    name: str
    dims: Shape
    members: tuple[Member, ...]
    doc: str | None = None


@record
class Rule(Node):
    """`rule name: left ~> right where ...`."""

    name: str
    left: Expression
    right: Expression
    where: tuple[Expression, ...]
    doc: str | None = None


@record
class Space(Node):
    """`space Name(params) : signature where shapes = value where budget`."""

    name: str
    parameters: tuple[Parameter | RestParameter, ...]
    signature: Signature | None
    where: tuple[Expression, ...]
    value: Expression
    budget: tuple[Expression, ...]
    doc: str | None = None


@record
class VariantRow(Node):
    name: str
    quoted: bool
    arguments: tuple[Argument | Spread, ...]


@record
class Variants(Node):
    target: str
    columns: tuple[str, ...]
    rows: tuple[VariantRow, ...]
    doc: str | None = None


@record
class SourceAddress(Node):
    """`source variant = "address"`."""

    variant: str
    address: str


@record
class Root(Node):
    """`root "key"`: where the state lies in the official file."""

    key: str


@record
class KeyMap(Node):
    """`"ours", ... <- "theirs", ... via pipeline for ...`."""

    ours: tuple[Text, ...]
    theirs: tuple[Text, ...]
    via: Expression | None
    clauses: tuple[Clause, ...]


@record
class Drop(Node):
    """`drop "pattern"`: an official key that has no counterpart here."""

    pattern: Text


@record
class Checkpoint(Node):
    name: str
    target: str
    statements: tuple[SourceAddress | Root | KeyMap | Drop, ...]
    doc: str | None = None


Declaration = Use | Let | Block | TypeDeclaration | Rule | Space | Variants | Checkpoint


@record
class File(Node):
    """A whole file. `version` is None where no `archc N` line stands."""

    version: int | None
    declarations: tuple[Declaration, ...]
