"""Element types: what a declaration accepts, and what its results are."""

from __future__ import annotations

from collections.abc import Iterable

from archc.graph.static import DTYPE_ORDER, DType
from archc.semantics.environment import Environment
from archc.semantics.faults import fault, help_note, unsupported
from archc.semantics.values import Structure
from archc.syntax import tree
from archc.syntax.source import Span

FLOATS = frozenset({DType.FLOAT, DType.F16, DType.BF16, DType.F32, DType.F64})
INTEGERS = frozenset({DType.I8, DType.I32, DType.I64})

CLASSES: dict[str | None, frozenset[DType]] = {
    None: FLOATS,
    "int": INTEGERS,
    "inexact": FLOATS | {DType.COMPLEX},
    "any": frozenset(DType),
}
"""Types of declarations that stand for several element types; without a type it is the float of the call."""

NAMED: dict[str, DType] = {dtype.value: dtype for dtype in DType}


_WANTED = {None: "real numbers", "int": "integers", "inexact": "real or complex numbers", "bool": "booleans"}
_FOUND = {DType.FLOAT: "real numbers", DType.BOOL: "booleans"}
"""Element types in words."""


def check_dtype(declared: tree.Input, found: DType, env: Environment, span: Span, owner: str) -> None:
    """Raise a Fault unless the input may have this element type."""
    accepted = CLASSES.get(declared.type)
    if accepted is None:
        accepted = frozenset({resolve(declared.type, env, declared.span)})
    if found in accepted:
        return
    wanted = _WANTED.get(declared.type, f"{declared.type} numbers")
    help = "`cast(to)` changes the element type, and so does a dtype applied to a tensor: `f32(x)`"
    if declared.type == "int" and found is DType.FLOAT:
        name = span.text if span.text.isidentifier() else "x"
        help = f"an input says which integers it has: `{name} i64[B, T]`; what is computed is cast: `i64({name})`"
    raise fault(
        "S107",
        f"`{declared.name}` of {owner} takes {wanted}, not {_FOUND.get(found, found.value)}",
        span,
        notes=help_note(help),
    )


def resolve(name: str | None, env: Environment, span: Span) -> DType:
    """Return the element type that a name in a signature means: a dtype, or a parameter that holds one."""
    if name in NAMED:
        return NAMED[name]
    value = env.find(name) if name else None
    if isinstance(value, DType):
        return value
    if value is Structure.RECORD:
        raise unsupported(f"the record type `{name}`", span)
    raise fault(
        "N101", f"unknown element type `{name}`", span, notes=help_note(f"types are {', '.join(sorted(NAMED))}")
    )


def common(dtypes: Iterable[DType]) -> DType:
    """Return the type that holds all the given ones; FLOAT of none."""
    return max(dtypes, key=DTYPE_ORDER.index, default=DType.FLOAT)
