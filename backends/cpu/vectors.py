"""Scalars of a nest as C++ expressions for a whole vector of neighbouring places along one loop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import singledispatchmethod

from archc.backends.cpu.expressions import INFIX, Printer, number
from archc.graph.static import DType
from archc.loops.contraction import axes_in, steps
from archc.loops.index import Axis
from archc.loops.scalar import Accumulated, Cast, Compute, Function, Load, Number, Scalar, Select, dtype_of
from archc.loops.use import flattened
from archc.records import record

CALLED: Mapping[Function, str] = {
    Function.MINIMUM: "smaller",
    Function.MAXIMUM: "larger",
    Function.ABS: "absolute",
    Function.EXP: "exponential",
    Function.TANH: "tangent",
    Function.ERF: "error_function",
    Function.SQRT: "square_root",
    Function.LOG: "logarithm",
}
"""Functions that there are for vectors, in the templates."""


class NoVectorError(ValueError):
    """Raised for a scalar that is not computed for several places at once; the text says why."""


@record
class Term:
    """A C++ expression that binds like a factor. What is the same at all places of a vector is a single number."""

    text: str
    is_vector: bool


@dataclass(slots=True)
class VectorPrinter:
    """Writes scalars with `axis` along the vector; `lines` are the statements that name what is used twice.

    Raises NoVectorError for what has no vector form.
    """

    printer: Printer
    axis: Axis
    total: bool = True  # whether the total of a reduction is a vector
    lines: list[str] = field(default_factory=list)
    names: dict[Scalar, Term] = field(default_factory=dict)
    uses: Counter[Scalar] = field(default_factory=Counter)

    def text(self, scalar: Scalar) -> str:
        """Return a scalar as a vector, after statements for what it uses twice."""
        self._count(scalar)
        return self._vector(self.term(scalar))

    def _count(self, scalar: Scalar) -> None:
        self.uses[scalar] += 1
        if self.uses[scalar] == 1 and isinstance(scalar, Compute):
            for operand in scalar.operands:
                self._count(operand)

    @staticmethod
    def _vector(term: Term) -> str:
        return term.text if term.is_vector else f"splat({term.text})"

    @singledispatchmethod
    def term(self, scalar: Scalar) -> Term:
        raise NoVectorError(f"{type(scalar).__name__} has no vector form")

    @term.register
    def _(self, scalar: Number) -> Term:
        return Term(number(float(scalar.value), DType.FLOAT), False)

    @term.register
    def _(self, scalar: Accumulated) -> Term:
        return Term("total", self.total)

    @term.register
    def _(self, scalar: Cast) -> Term:
        if scalar.dtype is not DType.FLOAT or dtype_of(scalar.operand) is not DType.FLOAT:
            raise NoVectorError("it converts between types")
        return self.term(scalar.operand)

    @term.register
    def _(self, scalar: Load) -> Term:
        if scalar.buffer.dtype is not DType.FLOAT:
            raise NoVectorError(f"{scalar.buffer.name or 'an operand'} is {scalar.buffer.dtype.value}")
        by = steps(flattened(scalar.index, scalar.buffer.shape), self.axis)
        entry = self.printer.entry(scalar.buffer, scalar.index)
        if by == 0:
            return Term(entry, False)
        if by == 1:
            return Term(f"load(&{entry}, lanes)", True)
        raise NoVectorError(f"{scalar.buffer.name or 'an operand'} is not dense along the last axis")

    @term.register
    def _(self, scalar: Select) -> Term:
        if any(self.axis in axes_in(one.index) for one in scalar.conditions):
            raise NoVectorError("a condition depends on the last axis")
        then, otherwise = self.term(scalar.then), self.term(scalar.otherwise)
        test = " && ".join(map(self.printer.condition, scalar.conditions))
        if not then.is_vector and not otherwise.is_vector:
            return Term(f"({test} ? {then.text} : {otherwise.text})", False)
        return Term(f"({test} ? {self._vector(then)} : {self._vector(otherwise)})", True)

    @term.register
    def _(self, scalar: Compute) -> Term:
        if scalar in self.names:
            return self.names[scalar]
        made = self._computed(scalar)
        if self.uses[scalar] > 1:
            name = f"v{len(self.names)}"
            self.lines.append(f"const auto {name} = {made.text};")
            made = self.names[scalar] = Term(name, made.is_vector)
        return made

    def _computed(self, scalar: Compute) -> Term:
        function, operands = scalar.function, scalar.operands
        if (
            any(dtype_of(one) not in (DType.FLOAT, DType.I64) for one in operands)
            or dtype_of(scalar) is not DType.FLOAT
        ):
            raise NoVectorError("it computes with other types than floats")
        if function is Function.CHOOSE:
            raise NoVectorError("it chooses between values")
        terms = [self.term(one) for one in operands]
        if function is Function.DIV and isinstance(operands[1], Number) and operands[1].value:
            return Term(f"({terms[0].text} * {number(1 / operands[1].value, DType.FLOAT)})", terms[0].is_vector)
        if function in INFIX:
            return Term(f"({f' {INFIX[function]} '.join(one.text for one in terms)})", any(t.is_vector for t in terms))
        if function is Function.NEG:
            return Term(f"(-{terms[0].text})", terms[0].is_vector)
        if function not in CALLED:
            raise NoVectorError(f"{function.name.lower()} has no vector form")
        return Term(f"{CALLED[function]}({', '.join(map(self._vector, terms))})", True)
