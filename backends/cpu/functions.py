"""Loop nests as C++ functions: nests that do the same on other buffers share one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from archc.backends.cpu.expressions import TYPES, Printer, number
from archc.graph.static import DType
from archc.loops.index import Axis
from archc.loops.nest import Buffer, Combine, Nest, loads
from archc.loops.scalar import dtype_of
from archc.records import record

_STARTS: Mapping[Combine, tuple[str, str]] = {
    Combine.SUM: ("{type}(0)", "total += {term};"),
    Combine.PROD: ("{type}(1)", "total *= {term};"),
    Combine.MAX: ("lowest<{type}>()", "total = larger<{type}>(total, {term});"),
    Combine.MIN: ("highest<{type}>()", "total = smaller<{type}>(total, {term});"),
}
"""What a reduction starts from, and how it takes in a term."""


@record
class Call:
    """One use of a function: the buffers in the order of its parameters, the output last."""

    function: str
    buffers: tuple[Buffer, ...]
    nest: Nest


@dataclass(slots=True)
class Functions:
    """The functions of a file, in the order of their first use, and the tables that they read."""

    texts: dict[str, str] = field(default_factory=dict)
    names: dict[tuple[str, ...], str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    tables: dict[Buffer, str] = field(default_factory=dict)

    def call(self, nest: Nest) -> Call:
        """Return the call that runs a nest."""
        read = tuple(dict.fromkeys(load.buffer for load in loads(nest)))
        given = (*(buffer for buffer in read if buffer.values is None), nest.output)
        known = {**self._tables(read), **_parameters(given)}
        lines = (_signature(given, known), *_body(nest, known))
        name = self.names.get(lines)
        if name is None:
            word = nest.operator or "nest"
            self.counts[word] = self.counts.get(word, 0) + 1
            name = self.names[lines] = f"{word}_{self.counts[word]}"
            signature, *body = lines
            self.texts[name] = "\n".join([f"void {name}({signature}) {{", *body, "}"])
        return Call(name, given, nest)

    def _tables(self, buffers: tuple[Buffer, ...]) -> dict[Buffer, str]:
        for buffer in buffers:
            if buffer.values is not None and buffer not in self.tables:
                equal = (name for one, name in self.tables.items() if _same_table(one, buffer))
                self.tables[buffer] = next(equal, f"table_{len(set(self.tables.values())) + 1}")
        return {buffer: self.tables[buffer] for buffer in buffers if buffer.values is not None}

    def table_texts(self) -> list[str]:
        """Return the tables as constants of the file."""
        once = {name: buffer for buffer, name in reversed(self.tables.items())}
        return [_table(name, buffer) for name, buffer in sorted(once.items(), key=lambda one: int(one[0][6:]))]


def _same_table(one: Buffer, other: Buffer) -> bool:
    return one.dtype is other.dtype and one.values == other.values


def _table(name: str, buffer: Buffer) -> str:
    numbers = ", ".join(number(value, buffer.dtype) for value in buffer.values or ())
    return f"constexpr {TYPES[buffer.dtype]} {name}[] = {{{numbers or '{}'}}};"


def _parameters(buffers: tuple[Buffer, ...]) -> dict[Buffer, str]:
    names = [f"in{at}" for at in range(len(buffers) - 1)]
    return dict(zip(buffers, [*(names if len(names) != 1 else ["in"]), "out"], strict=True))


def _signature(buffers: tuple[Buffer, ...], names: Mapping[Buffer, str]) -> str:
    *read, output = buffers
    parameters = [f"const {TYPES[one.dtype]}* RESTRICT {names[one]}" for one in read]
    return ", ".join([*parameters, f"{TYPES[output.dtype]}* RESTRICT {names[output]}"])


def _body(nest: Nest, buffers: Mapping[Buffer, str]) -> list[str]:
    """Return the loops. Sums of floats may be reordered along the innermost loop, and nothing else."""
    outer = {axis: f"i{at}" for at, axis in enumerate(nest.axes)}
    inner = {axis: f"k{at}" for at, axis in enumerate(nest.reduced)}
    printer = Printer({**outer, **inner}, buffers)
    lines = [_loop(axis, name, depth) for depth, (axis, name) in enumerate(outer.items(), start=1)]
    depth = len(outer) + 1
    if nest.body is not None and nest.combine is not None:
        dtype = dtype_of(nest.body)
        start, step = _STARTS[nest.combine]
        lines.append(f"{_indent(depth)}{TYPES[dtype]} total = {start.format(type=TYPES[dtype])};")
        for at, (axis, name) in enumerate(inner.items()):
            if at == len(inner) - 1 and nest.combine is Combine.SUM and dtype is DType.FLOAT:
                lines.append("#pragma omp simd reduction(+ : total)")
            lines.append(_loop(axis, name, depth + at))
        term = printer.as_type(nest.body, dtype)
        lines.append(_indent(depth + len(inner)) + step.format(type=TYPES[dtype], term=term))
        lines += [f"{_indent(depth + at)}}}" for at in reversed(range(len(inner)))]
    target = printer.entry(nest.output, nest.axes)
    lines.append(f"{_indent(depth)}{target} = {printer.as_type(nest.epilogue, nest.output.dtype)};")
    return lines + [f"{_indent(at)}}}" for at in reversed(range(1, depth))]


def _loop(axis: Axis, name: str, depth: int) -> str:
    return f"{_indent(depth)}for (Index {name} = 0; {name} < {axis.extent}; ++{name}) {{"


def _indent(depth: int) -> str:
    return "  " * depth
