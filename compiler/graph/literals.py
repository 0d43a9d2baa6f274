"""Static values and types as the text form writes them; `archc.graph.reader` reads them back.

none true false 3 0.5 inf "text"        .same (a symbol)   f32 (a dtype)   [a, b] (a tuple)   (a, b) (a row)
fill(0.0) table([1, 2]) normal(0.02) truncated_normal(0.02) uniform(0.5) eye()
32 * h + 1 (a size)    N? (a size that may be 0)    `H/32` (a size whose name is no word)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from archc import shapes
from archc.graph.ir import TensorType
from archc.graph.static import (
    DType,
    Fill,
    Identity,
    Normal,
    Row,
    Static,
    Symbol,
    Table,
    TruncatedNormal,
    Uniform,
)

if TYPE_CHECKING:
    from archc.shapes.expression import Expr
    from archc.shapes.expression import Symbol as Size

IDENTIFIER = re.compile(r"[^\W\d]\w*'?")
PATH = re.compile(r"(?!self\b)(?:[^\W\d]\w*|\d+)(?:\.(?:[^\W\d]\w*|\d+))*")
DTYPES = {dtype.value: dtype for dtype in DType}
SCALED: dict[str, type[Fill | Normal | TruncatedNormal | Uniform]] = {
    "fill": Fill,
    "normal": Normal,
    "truncated_normal": TruncatedNormal,
    "uniform": Uniform,
}
"""The initialisers of one number by name."""

RESERVED = frozenset({"none", "true", "false", "inf", "nan", *DTYPES})


def word(text: str, pattern: re.Pattern[str] = IDENTIFIER) -> str:
    """Return a name as it stands where it fits the pattern, else as a string."""
    return text if pattern.fullmatch(text) else json.dumps(text)


def static_text(value: Static) -> str:
    """Return the literal of a static value; equal texts mean equal values."""
    write = next((write for kind, write in _WRITERS if isinstance(value, kind)), expression_text)
    return write(value)


def type_text(type_: TensorType) -> str:
    """Return `[B, 64]` for the float type of the call, `i64[B, 64]` for another."""
    prefix = "" if type_.dtype is DType.FLOAT else type_.dtype.value
    return prefix + static_text(type_.shape)


def pairs_text(pairs: tuple[tuple[str, Static], ...]) -> str:
    """Return `a = 1, b = 2`."""
    return ", ".join(f"{word(name)} = {static_text(value)}" for name, value in pairs)


def _row(row: Row) -> str:
    return f"({', '.join(map(static_text, row.items))}{',' * (len(row.items) == 1)})"


def _scaled(start: Fill | Normal | TruncatedNormal | Uniform) -> str:
    name = next(name for name, kind in SCALED.items() if isinstance(start, kind))
    return f"{name}({static_text(getattr(start, start.__match_args__[0]))})"


_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[..., str]], ...] = (
    (type(None), lambda _: "none"),
    (bool, lambda value: str(value).lower()),
    ((int, float), repr),
    (str, json.dumps),
    (Symbol, lambda symbol: "." + word(symbol.name)),
    (DType, lambda dtype: dtype.value),
    (Row, _row),
    (tuple, lambda items: f"[{', '.join(map(static_text, items))}]"),
    (Table, lambda table: f"table({static_text(table.values)})"),
    (Identity, lambda _: "eye()"),
    (tuple(SCALED.values()), _scaled),
)


@lru_cache(maxsize=1 << 14)
def expression_text(expression: Expr) -> str:
    """Return an expression of sizes in the language's own arithmetic; equal texts mean equal expressions."""
    return shapes.render(expression, {str(symbol): _symbol(symbol) for symbol in expression.free_symbols})


def _symbol(symbol: Size) -> str:
    name = str(symbol)
    plain = IDENTIFIER.fullmatch(name) and name not in RESERVED
    return (name if plain else quoted_size(name)) + ("" if symbol.least else "?")


def quoted_size(name: str) -> str:
    """Return the name of a size that is no plain word, such as the witness `H/32`, between grave accents."""
    return "`" + json.dumps(name, ensure_ascii=False)[1:-1].replace("`", "\\u0060") + "`"
