"""Static values: what is known when a file is elaborated. They are immutable and hashable.

A dim is an `int`, or a SymPy expression where the architecture leaves a size free.
A sequence `[a, b]` is a tuple, a row `(a, b)` a `Row`, an absent value `None`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

from archc.records import Word, record

if TYPE_CHECKING:
    from archc.shapes.expression import Expr

Dim = Union[int, "Expr"]
Shape = tuple[Dim, ...]


class DType(Word):
    """`FLOAT` is the one float type of the call, `COMPLEX` its complex counterpart."""

    FLOAT = "float"
    COMPLEX = "complex"
    F16 = "f16"
    BF16 = "bf16"
    F32 = "f32"
    F64 = "f64"
    I8 = "i8"
    I32 = "i32"
    I64 = "i64"
    BOOL = "bool"


DTYPE_ORDER = (
    DType.BOOL,
    DType.I8,
    DType.I32,
    DType.I64,
    DType.F16,
    DType.BF16,
    DType.FLOAT,
    DType.F32,
    DType.F64,
    DType.COMPLEX,
)
"""Element types, each able to hold what those before it hold: of two, the later is the common one."""


@record
class Symbol:
    """A value of an enum parameter: `same`, `bilinear`."""

    name: str


@record
class Row:
    """`(a, b)`: fields that belong together, as the two sides of a pad."""

    items: tuple[Static, ...]


# -- initialisers: how a weight starts ------------------------------------------------------------


@record
class Fill:
    """One value everywhere."""

    value: float


@record
class Table:
    """Given values, nested tuples of the weight's shape."""

    values: tuple[Static, ...]


@record
class Normal:
    """Gaussian around zero."""

    std: float


@record
class TruncatedNormal:
    """Gaussian around zero, cut at the absolute values -2 and 2 (timm's and PyTorch's `trunc_normal_`)."""

    std: float


@record
class Uniform:
    """Uniform in [-bound, bound]."""

    bound: float


@record
class Identity:
    """The identity matrix, of any number of rows and columns: ones on the diagonal."""


Initialiser = Fill | Table | Normal | TruncatedNormal | Uniform | Identity

Static = Union[
    None,
    bool,
    int,
    float,
    str,
    "Expr",
    Symbol,
    Row,
    DType,
    Initialiser,
    tuple["Static", ...],
]
